import Access
import AdminCore
import MCPProtocol
import Store

/// Lists operations, the newest first.
struct ListOperations: ReadingTool {
  static let name = "list_operations"
  static let title = "List operations"
  static let summary = "List operations, the newest first; filter by state."
  static let role = Role.read

  enum State: String, Choice {
    case queued, running, compensating, blocked, completed, failed, cancelled, abandoned
  }

  struct Input: ToolInput {
    @Param("Only this state.") var status: State?
    @Param("Page size.", .range(1...100)) var limit: Int = 25
    @Param("Where to go on.", .length(1...1000)) var cursor: String?
  }

  struct Output: ToolOutput {
    struct Row: ToolOutput {
      let operationId: String
      let tool: String
      let state: String
      let requestedBy: String
      let createdAt: String
    }

    let items: [Row]
    let count: Int
    let truncated: Bool
    let nextCursor: String?
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let states = input.status.flatMap { OperationState(rawValue: $0.rawValue) }.map { [$0] } ?? []
    let page = try await call.store().journal.list(states: states, limit: input.limit, cursor: input.cursor)
    return Output(
      items: page.items.map { record in
        Output.Row(
          operationId: record.id.text, tool: record.tool, state: record.state.rawValue,
          requestedBy: record.requestedBy.identifier, createdAt: record.createdAt.iso8601)
      }, count: page.count, truncated: page.isTruncated, nextCursor: page.nextCursor)
  }
}
