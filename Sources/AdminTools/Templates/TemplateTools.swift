/// The tools of this folder.
enum TemplateTools {
  static let all: [any AdminTool.Type] = [
    CreateEmailTemplate.self, DeleteEmailTemplate.self, GetEmailTemplate.self, ListEmailTemplates.self,
    PreviewEmailTemplate.self, UpdateEmailTemplate.self,
  ]
}
