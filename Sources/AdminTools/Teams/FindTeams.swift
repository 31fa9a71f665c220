import Access
import AdminCore
import M365
import MCPProtocol

/// Finds teams by name, or lists them page by page.
struct FindTeams: ReadingTool {
  static let name = "find_teams"
  static let title = "Find teams"
  static let summary = "Find teams by name; without a query, list them page by page."
  static let toolset = Toolset.teams
  static let role = Role.read
  static let permissions: [GraphPermission] = [.groupRead]

  struct Input: ToolInput {
    @Param("Part of a name or address.", .length(1...120)) var query: String?
    @Param("Page size.", .range(1...100)) var limit: Int = 20
    @Param("Where to go on.", .length(1...4000)) var cursor: String?
  }

  struct Output: ToolOutput {
    struct Row: ToolOutput {
      let teamId: String
      let displayName: String
      let description: String?
      let mail: String?
      let visibility: String?
    }

    let items: [Row]
    let count: Int
    let truncated: Bool
    let nextCursor: String?
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let graph = try await call.graph()
    let cursors = PageLinkCodec(try await call.store(), list: "find_teams/\(input.query ?? "")", for: call.caller)
    let place = try input.cursor.map { cursor throws(AdminError) in try cursors.decode(cursor, for: graph) }
    let page = try await graph.groupPage(
      matching: input.query, teamsOnly: true, size: input.limit, continuing: place?.link)
    let total = page.total ?? place?.total
    let rows = page.items.map { group in
      Output.Row(
        teamId: group.id, displayName: VisibleText.excerpt(group.displayName, limit: 256),
        description: group.description.map { VisibleText.excerpt($0, limit: 200) },
        mail: group.mail.map { VisibleText.excerpt($0, limit: 320) },
        visibility: group.visibility.map { VisibleText.excerpt($0) })
    }
    return Output(
      items: rows, count: total ?? rows.count, truncated: page.next != nil,
      nextCursor: page.next.map { cursors.encode(PageLinkCodec.Place(link: $0, total: total)) })
  }
}
