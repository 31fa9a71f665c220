import Access
import AdminCore
import MCPProtocol
import Store

/// Lists what happened to a template, the newest first, also to one that was deleted.
struct ListTemplateVersions: ReadingTool {
  static let name = "list_template_versions"
  static let title = "List template versions"
  static let summary = "List the versions of a mail template, the newest first, without bodies; also of a deleted one."
  static let role = Role.read
  static let isStoreView = true

  struct Input: ToolInput {
    @Param("The template.", .length(36...36)) var templateId: String
    @Param("How many.", .range(1...200)) var limit: Int = 20
    @Param("Where to go on.", .length(1...1000)) var cursor: String?
  }

  struct Output: ToolOutput {
    struct Row: ToolOutput {
      let version: Int
      let change: String
      let changedAt: String
      let changedBy: String
      let templateName: String
      let subject: String
      let category: String
    }

    let items: [Row]
    let count: Int
    let truncated: Bool
    let nextCursor: String?
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let page = try await call.store().templates.versions(
      of: .template(input.templateId), limit: input.limit, cursor: input.cursor)
    return Output(
      items: page.items.map { version in
        Output.Row(
          version: version.version, change: version.change.rawValue, changedAt: version.changedAt.iso8601,
          changedBy: version.changedBy, templateName: version.name, subject: version.subject, category: version.category
        )
      }, count: page.count, truncated: page.isTruncated, nextCursor: page.nextCursor)
  }
}
