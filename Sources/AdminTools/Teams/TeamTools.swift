/// The tools of this folder.
enum TeamTools {
  static let all: [any AdminTool.Type] = [CreateTeamsGroup.self, FindTeams.self]
}
