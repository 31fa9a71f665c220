/// The tools of this folder.
enum ServerTools {
  static let all: [any AdminTool.Type] = [CheckPermissions.self]
}
