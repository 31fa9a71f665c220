import Access
import AdminCore
import MCPProtocol
import Store
import Workflows

/// Shows what became of an operation: its steps, what was done, undone and left.
struct GetOperation: ReadingTool {
  static let name = "get_operation"
  static let title = "Get an operation"
  static let summary = "Show one operation: state, steps, result, and what is left for a person."
  static let role = Role.read

  struct Input: ToolInput {
    @Param("The operation.", .length(36...36)) var operationId: String
    @Param("Everything, however long it is.") var all: Bool = false
  }

  struct Output: ToolOutput {
    struct Step: ToolOutput {
      let id: String
      let state: String
      let attempts: Int
      let undo: String?
      let error: FreeForm?
    }

    let operationId: String
    let tool: String
    let state: String
    let requestedBy: String
    let createdAt: String
    let updatedAt: String
    let steps: [Step]
    let result: FreeForm?
    let error: FreeForm?
    let report: FreeForm?
    let isCut: Bool?

    static let descriptions = FieldDescriptions(
      CodingKeys.self, [.isCut: "true where something long was left out; all: true shows it."])

    /// - Parameter isBrief: what is long is cut, so that the answer fits into a conversation.
    init(_ detail: OperationDetail, isBrief: Bool = false) {
      let record = detail.record
      var cut = Shortening(isOn: isBrief)
      operationId = record.id.text
      tool = record.tool
      state = record.state.rawValue
      requestedBy = record.requestedBy.identifier
      createdAt = record.createdAt.iso8601
      updatedAt = record.updatedAt.iso8601
      steps = cut.steps(detail.steps).map { step in
        Step(
          id: step.id, state: step.state.rawValue, attempts: step.attempt,
          undo: step.compensation == .none ? nil : step.compensation.rawValue,
          error: step.error.map { FreeForm(cut.value($0, to: 300)) })
      }
      result = record.output.map { FreeForm(cut.value($0, to: 2_000)) }
      error = record.error.map { FreeForm(cut.value($0, to: 1_000)) }
      report = record.report.map { FreeForm(cut.value($0, to: 1_500)) }
      isCut = cut.hasCut ? true : nil
    }
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    Output(try await call.store().journal.operation(.operation(input.operationId)), isBrief: !input.all)
  }
}

extension LocalID {
  /// The id of an operation as a caller gives it.
  static func operation(_ text: String) throws(AdminError) -> LocalID {
    guard let id = LocalID(text) else {
      throw AdminError(
        .operationNotFound,
        "There is no operation \(VisibleText.excerpt(text, limit: 60)); list_operations shows those there are.")
    }
    return id
  }
}
