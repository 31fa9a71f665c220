/// The tools of this folder.
enum MailTools {
  static let all: [any AdminTool.Type] = [RecordOptOut.self, SendFromTemplate.self]
}
