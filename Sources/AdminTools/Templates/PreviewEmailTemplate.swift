import Access
import AdminCore
import Content
import MCPProtocol
import Store

/// Shows what a mail would look like; what has no value yet shows as `[name]`.
struct PreviewEmailTemplate: ReadingTool {
  static let name = "preview_email_template"
  static let title = "Preview a mail template"
  static let summary = """
    Render a stored template, or the texts given, with variables, as it would be sent. Missing variables are named and \
    shown as [name].
    """
  static let role = Role.read

  struct Input: ToolInput {
    @Param("A stored template, or give the texts.", .length(36...36)) var templateId: String?
    @Param("Subject.", .length(1...500)) var subject: String?
    @Param("HTML body.", .length(1...524_288), .multiline) var bodyHtml: String?
    @Param("Text body.", .length(1...262_144), .multiline) var bodyText: String?
    @Param("Values by name.") var variables: JSONObject = [:]
  }

  struct Output: ToolOutput {
    let subject: Verbatim
    let bodyHtml: Verbatim
    let bodyText: Verbatim
    /// Of the stored template.
    let category: String?
    let missingVariables: [String]
    let removed: [FreeForm]

    init(_ preview: MailPreview, category: TemplateCategory?) {
      subject = Verbatim(preview.subject)
      bodyHtml = Verbatim(preview.html)
      bodyText = Verbatim(preview.text)
      self.category = category?.rawValue
      missingVariables = preview.missingVariables
      removed = preview.removed.map { FreeForm($0.json) }
    }
  }

  static func isSensitive(_ output: Output) -> Bool { output.category == TemplateCategory.wiring.rawValue }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let (draft, category) = try await texts(of: input, call)
    let configuration = call.services.configuration
    let sender = configuration.defaultSender.flatMap { EmailAddress($0) }
    // What the server would fill in and has not been told shows as missing, like everything else.
    let builtIn = (try? category?.builtInValues(configuration, sender: sender)) ?? [:]
    let template = try MailTemplate(draft, category: category ?? .customerCommunication, cache: MailTemplate.cache)
    return Output(try template.preview(input.variables.merging(builtIn)), category: category)
  }

  private static func texts(
    of input: Input, _ call: ToolCall
  ) async throws(AdminError) -> (TemplateDraft, TemplateCategory?) {
    if let id = input.templateId {
      let content = try await call.store().templates.template(.template(id)).content
      return (content.draft, content.knownCategory)
    }
    guard let subject = input.subject, let html = input.bodyHtml else {
      throw AdminError(problems: [
        AdminError.Problem(path: "", rule: "anyOf", message: "give templateId, or subject and bodyHtml")
      ])
    }
    return (TemplateDraft(subject: subject, bodyHTML: html, bodyText: input.bodyText), nil)
  }
}
