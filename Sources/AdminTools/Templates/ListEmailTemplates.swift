import Access
import AdminCore
import MCPProtocol
import Store

/// Lists templates without their bodies.
struct ListEmailTemplates: ReadingTool {
  static let name = "list_email_templates"
  static let title = "List mail templates"
  static let summary = "List mail templates by name, without bodies; filter by category or words."
  static let role = Role.read
  static let isStoreView = true

  struct Input: ToolInput {
    @Param("Only this purpose.") var category: TemplateCategoryChoice?
    @Param("In name, subject or description.", .length(1...120)) var searchQuery: String?
    @Param("Page size.", .range(1...200)) var limit: Int = 15
    @Param("Where to go on.", .length(1...1000)) var cursor: String?
  }

  struct Output: ToolOutput {
    struct Row: ToolOutput {
      let templateId: String
      let templateName: String
      let subject: String
      let category: String
      let variables: [String]
      let description: String?
      let version: Int
      let updatedAt: String
      let sends: Int
      let lastSentAt: String?
      let months: [GetEmailTemplate.Output.Usage.Month]

      static let descriptions = FieldDescriptions(
        CodingKeys.self, [.months: "The newest three; get_email_template has more."])
    }

    let items: [Row]
    let count: Int
    let truncated: Bool
    let nextCursor: String?
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let page = try await call.store().templates.list(
      category: input.category?.rawValue, search: input.searchQuery, limit: input.limit, cursor: input.cursor)
    return Output(
      items: page.items.map(Output.Row.init), count: page.count, truncated: page.isTruncated,
      nextCursor: page.nextCursor)
  }
}

extension ListEmailTemplates.Output.Row {
  fileprivate init(_ summary: TemplateSummary) {
    self.init(
      templateId: summary.id.text, templateName: summary.name, subject: summary.subject, category: summary.category,
      variables: summary.variables, description: summary.description, version: summary.version,
      updatedAt: summary.updatedAt.iso8601, sends: summary.sends, lastSentAt: summary.lastSentAt?.iso8601,
      months: summary.months.map { .init(month: $0.month, sends: $0.sends) })
  }
}
