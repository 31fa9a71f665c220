import Access
import AdminCore
import MCPProtocol
import Store
import Workflows

/// Takes an earlier operation back, as far as that is possible and nobody has changed anything since.
struct UndoOperation: ChangingTool {
  static let name = "undo_operation"
  static let title = "Undo an operation"
  static let summary = """
    Take back an earlier operation in reverse order, after checking that nobody changed anything since. Says what \
    cannot be undone and why. Needs approval.
    """
  static let role = Role.provision
  static let clientHints: JSONObject = ["anthropic/requiresUserInteraction": true]
  static let isDestructive = true
  static let isIdempotent = true

  struct Input: ToolInput {
    @Param("The operation to undo.", .length(36...36)) var operationId: String
  }

  struct Output: ToolOutput {
    let undoneOperationId: String
    let tool: String
    let undone: [String]
    let kept: [FreeForm]
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<UndoOperationWorkflow> {
    let store = try await call.store()
    let detail = try await store.journal.operation(.operation(input.operationId))
    if let tool = AdminCatalogue.tools.first(where: { $0.name == detail.record.tool }) {
      try call.require(tool)
      if !tool.permissions.isEmpty { try await call.requireOwnTenant() }
    }
    try requireUndoable(detail.record)
    try await requireNotUndone(detail.record, store)
    let change = try UndoOperationWorkflow(.init(detail), services: store.workflowServices)
    guard !change.undoableSteps.isEmpty else { throw nothingToUndo(change) }
    let drift = try await change.drift()
    guard drift.isEmpty else {
      throw AdminError(
        .illegalState,
        "Nothing was undone, because it would overwrite what was done since: \(drift.joined(separator: "; ")).",
        details: ["changed": .strings(drift)])
    }
    let context = change.originalContext
    let plan = Plan(
      "Undo \(detail.record.tool) of \(detail.record.createdAt.iso8601) (\(detail.record.id))",
      calls: change.undoableSteps.map { step in
        Plan.Call("undo", "Take back: \(step.title)", undo: step.reversing?.manualAction(context))
      },
      risks: [.takesBack("\(detail.record.tool) of \(detail.record.createdAt.isoDate)")],
      warnings: change.permanentSteps.map { "\($0.title) stays: \($0.reason)" },
      basis: ["operation": .string(detail.record.id.text), "updated": .int(detail.record.updatedAt.milliseconds)])
    return PreparedChange(plan, change, warnings: plan.warnings)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    if let error = UndoOperationWorkflow.shortfall(of: operation) { throw error }
    return Output(
      undoneOperationId: operation.output["operationId"]?.stringValue ?? "",
      tool: operation.output["tool"]?.stringValue ?? "",
      undone: operation.output["undone"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      kept: (operation.output["kept"]?.arrayValue ?? []).map(FreeForm.init))
  }

  private static func requireUndoable(_ record: OperationRecord) throws(AdminError) {
    guard record.name != UndoOperationWorkflow.name else {
      throw AdminError(.illegalState, "An undoing is not undone; make the original call again instead.")
    }
    guard record.state == .completed else {
      let reason =
        switch record.state {
        case .failed, .cancelled: "it did not complete, and what it had done was taken back then"
        case .abandoned: "it was given up before anything was done"
        case .blocked: "nobody knows what it did; look in the tenant, then say so with m365-admin-mcp resolve"
        default: "it is still under way"
        }
      throw AdminError(.illegalState, "The operation \(record.id) cannot be undone: \(reason).")
    }
  }

  private static func requireNotUndone(_ record: OperationRecord, _ store: StoreSession) async throws(AdminError) {
    guard let earlier = try await store.journal.completedUndo(of: record.id) else { return }
    throw AdminError(
      .illegalState, "The operation \(record.id) was undone on \(earlier.updatedAt.isoDate) by \(earlier.id).",
      details: ["operationId": .string(earlier.id.text)])
  }

  private static func nothingToUndo(_ change: UndoOperationWorkflow) -> AdminError {
    let reasons = change.permanentSteps.map { "\($0.title): \($0.reason)" }
    return AdminError(
      .illegalState,
      reasons.isEmpty
        ? "The operation changed nothing that could be taken back."
        : "Nothing of the operation can be taken back. \(reasons.joined(separator: "; ")).")
  }
}
