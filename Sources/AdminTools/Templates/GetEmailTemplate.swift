import Access
import AdminCore
import MCPProtocol
import Store

/// Shows one template with its bodies.
struct GetEmailTemplate: ReadingTool {
  static let name = "get_email_template"
  static let title = "Get a mail template"
  static let summary = "Show one mail template with its bodies. Reading a wiring template is audited."
  static let role = Role.read

  struct Input: ToolInput {
    @Param("The template.", .length(36...36)) var templateId: String
  }

  struct Output: ToolOutput {
    let templateId: String
    let templateName: String
    let subject: Verbatim
    let bodyHtml: Verbatim
    let bodyText: Verbatim?
    let category: String
    let variables: [String]
    let description: String?
    let version: Int
    let createdAt: String
    let updatedAt: String
    let usage: Usage

    /// How often it was sent.
    struct Usage: ToolOutput {
      struct Month: ToolOutput {
        let month: String
        let sends: Int
      }

      let sends: Int
      let lastSentAt: String?
      let months: [Month]

      init(_ summary: TemplateUsageSummary) {
        sends = summary.sends
        lastSentAt = summary.lastSentAt?.iso8601
        months = summary.months.map { Month(month: $0.month, sends: $0.sends) }
      }
    }

    init(_ template: EmailTemplate, usage: TemplateUsageSummary) {
      let content = template.content
      templateId = template.id.text
      templateName = content.name
      subject = Verbatim(content.subject)
      bodyHtml = Verbatim(content.bodyHTML)
      bodyText = content.bodyText.map(Verbatim.init)
      category = content.category
      variables = content.variables
      description = content.description
      version = template.version
      createdAt = template.createdAt.iso8601
      updatedAt = template.updatedAt.iso8601
      self.usage = Usage(usage)
    }
  }

  static func isSensitive(_ output: Output) -> Bool { output.category == TemplateCategoryChoice.wiring.rawValue }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let templates = try await call.store().templates
    let template = try await templates.template(.template(input.templateId))
    return Output(template, usage: try await templates.usage(of: template.id))
  }
}
