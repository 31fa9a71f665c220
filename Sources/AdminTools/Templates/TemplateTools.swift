/// The tools of this folder.
enum TemplateTools {
  static let all: [any AdminTool.Type] = [
    CreateEmailTemplate.self, DeleteEmailTemplate.self, GetEmailTemplate.self, ListEmailTemplates.self,
    ListTemplateVersions.self, PreviewEmailTemplate.self, RestoreTemplateVersion.self, UpdateEmailTemplate.self,
  ]
}
