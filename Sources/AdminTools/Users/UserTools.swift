/// The tools of this folder.
enum UserTools {
  static let all: [any AdminTool.Type] = [CreateUser.self, FindUsers.self, UpdateUser.self, OffboardUser.self]
}
