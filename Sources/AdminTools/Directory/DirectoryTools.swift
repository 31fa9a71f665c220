/// The tools of this folder.
enum DirectoryTools {
  static let all: [any AdminTool.Type] = [GraphGet.self]
}
