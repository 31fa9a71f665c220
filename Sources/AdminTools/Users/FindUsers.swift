import Access
import AdminCore
import M365
import MCPProtocol

/// Finds users by name or address, or lists them page by page.
struct FindUsers: ReadingTool {
  static let name = "find_users"
  static let title = "Find users"
  static let summary = "Find users by name or address; without a query, list them page by page."
  static let role = Role.read
  static let permissions: [GraphPermission] = [.userRead, .licenseRead]

  struct Input: ToolInput {
    @Param("Part of a name or address.", .length(1...120)) var query: String?
    @Param("Page size.", .range(1...100)) var limit: Int = 25
    @Param("Where to go on.", .length(1...4000)) var cursor: String?
  }

  struct Output: ToolOutput {
    struct Row: ToolOutput {
      let userId: String
      let userPrincipalName: String
      let displayName: String
      let accountEnabled: Bool
      let licenses: [String]
    }

    let items: [Row]
    let count: Int
    let truncated: Bool
    let nextCursor: String?
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let graph = try await call.graph()
    let cursors = PageLinkCodec(try await call.store(), list: "find_users/\(input.query ?? "")", for: call.caller)
    let place = try input.cursor.map { cursor throws(AdminError) in try cursors.decode(cursor, for: graph) }
    let page = try await graph.userPage(matching: input.query, size: input.limit, continuing: place?.link)
    let total = page.total ?? place?.total
    let names = try await licenseNames(graph, for: page.items)
    let rows = page.items.map { user in
      Output.Row(
        userId: user.id, userPrincipalName: user.userPrincipalName,
        displayName: VisibleText.excerpt(user.displayName ?? "", limit: 256),
        accountEnabled: user.isEnabled ?? false, licenses: user.licenses.map { VisibleText.excerpt(names[$0] ?? $0) })
    }
    return Output(
      items: rows, count: total ?? rows.count, truncated: page.next != nil,
      nextCursor: page.next.map { cursors.encode(PageLinkCodec.Place(link: $0, total: total)) })
  }

  /// Product names by SKU; a tenant that does not let us read them gets ids instead of names.
  private static func licenseNames(
    _ graph: GraphClient, for users: [DirectoryUser]
  ) async throws(AdminError) -> [String: String] {
    guard users.contains(where: { !$0.licenses.isEmpty }) else { return [:] }
    do throws(AdminError) {
      let skus = try await graph.subscribedSKUs()
      return Dictionary(skus.map { ($0.id, $0.productName) }) { first, _ in first }
    } catch  where error.code == .permissionDenied {
      return [:]
    }
  }
}
