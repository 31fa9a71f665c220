package import AdminCore
package import Store

/// Takes back what an earlier operation did: runs the undos that its steps still have, in reverse order.
///
/// An undo that fails does not keep the others from being tried; what is left is for a person.
package struct UndoOperationWorkflow: Workflow {
  package static let name = "undo_operation"
  package static let version = 1

  /// The operation as the journal had it when the undoing was planned: at its end, and so never changed since.
  package struct Original: Sendable {
    package let id: LocalID
    package let name: String
    package let version: Int
    package let tool: String
    package let correlationID: String
    package let createdAt: Timestamp
    package let input: JSONObject
    /// What the steps that took effect returned, in the order in which they did.
    package let outputs: [(step: String, output: JSONObject)]

    package init(_ detail: OperationDetail) {
      let record = detail.record
      (id, name, version, tool) = (record.id, record.name, record.version, record.tool)
      (correlationID, createdAt) = (record.correlationID, record.createdAt)
      input = detail.input.objectValue ?? [:]
      outputs = detail.steps.filter(\.tookEffect).sorted { $0.doneOrder ?? 0 < $1.doneOrder ?? 0 }
        .map { ($0.id, $0.output?.objectValue ?? [:]) }
    }
  }

  private let original: Original
  private let workflow: any Workflow
  private let undone: [Step]

  /// - Throws: `WF_003` when this version of the program does not know the operation's workflow.
  package init(_ original: Original, services: WorkflowServices) throws(AdminError) {
    guard
      let workflow = try services.workflow(named: original.name, version: original.version, input: original.input)
    else {
      throw AdminError(
        .illegalState, "This version of the server does not know the workflow \(original.name), so it cannot undo it.")
    }
    self.original = original
    self.workflow = workflow
    let steps = workflow.steps
    undone = original.outputs.reversed().compactMap { entry in
      steps.first { $0.id == entry.step && $0.reversing != nil }
    }
  }

  package var target: AuditTarget { workflow.target }

  package var auditDetail: JSONObject { ["undoes": .string(original.id.text), "tool": .string(original.tool)] }

  /// What will be undone, in order.
  package var undoableSteps: [Step] { undone }

  /// What the operation did and nothing takes back: title and reason.
  package var permanentSteps: [(title: String, reason: String)] {
    let done = Set(original.outputs.map(\.step))
    return workflow.steps.compactMap { step in
      guard done.contains(step.id), let reason = step.whyItStays else { return nil }
      return (step.title, reason)
    }
  }

  /// What was changed since the operation, in words; empty when everything is as it was left.
  package func drift() async throws(AdminError) -> [String] {
    var found: [String] = []
    for step in undone {
      if let change = try await step.reversing?.drift?(originalContext) { found.append(change) }
    }
    return found
  }

  package var originalContext: StepContext {
    StepContext(
      operationID: original.id, createdAt: original.createdAt, correlationID: original.correlationID,
      outputs: Dictionary(original.outputs.map { ($0.step, $0.output) }) { $1 })
  }

  package var steps: [Step] {
    let context = originalContext
    return undone.compactMap { step in
      guard let undo = step.reversing else { return nil }
      return Step("undo_\(step.id)", "Undo: \(step.title)", effect: .idempotent) { own throws(AdminError) in
        let context = context.begun(before: own.wasBegun)
        do throws(AdminError) {
          if let change = try await undo.drift?(context) {
            throw AdminError(.illegalState, "\(change); nothing of it was touched.")
          }
          try await undo.perform(context)
          return ["undone": .string(undo.title(context))]
        } catch  where !error.isRetryable && error.code != .outcomeUnknown {
          return ["failed": .string(error.message), "action": .string(undo.manualAction(context))]
        }
      }
    }
  }

  package func output(of context: StepContext) -> JSONObject {
    let results = undone.map { context.output("undo_\($0.id)") ?? [:] }
    return [
      "operationId": .string(original.id.text), "tool": .string(original.tool),
      "undone": .array(results.compactMap { $0["undone"] }),
      "kept": .array(permanentSteps.map { ["step": .string($0.title), "reason": .string($0.reason)] }),
    ]
  }

  package static func shortfall(of report: OperationReport) -> AdminError? {
    guard !report.left.isEmpty else { return nil }
    let left = report.left.map { "\($0.step): \($0.action)" }
    return AdminError(
      .compensationFailed, "Not everything could be undone; left for you: \(left.joined(separator: "; "))",
      details: .object(report.output.merging(report.json)))
  }

  package func manualActions(after context: StepContext) -> [OperationReport.ManualAction] {
    undone.compactMap { step in
      guard let output = context.output("undo_\(step.id)"), let action = output["action"]?.stringValue else {
        return nil
      }
      return .init(step: step.title, action: "\(action) (\(output["failed"]?.stringValue ?? ""))")
    }
  }
}

// MARK: - The journalled form

extension UndoOperationWorkflow {
  package var input: JSONObject {
    [
      "id": .string(original.id.text), "name": .string(original.name), "version": .int(original.version),
      "tool": .string(original.tool), "correlationId": .string(original.correlationID),
      "createdMs": .int(original.createdAt.milliseconds), "input": .object(original.input),
      "outputs": .array(original.outputs.map { ["step": .string($0.step), "output": .object($0.output)] }),
    ]
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let original = Original(journalled: input) else { throw .malformedJournal(Self.name) }
    try self.init(original, services: services)
  }
}

extension UndoOperationWorkflow.Original {
  fileprivate init?(journalled json: JSONObject) {
    guard let id = json["id"]?.stringValue.flatMap(LocalID.init), let name = json["name"]?.stringValue,
      let version = json["version"]?.intValue, let tool = json["tool"]?.stringValue,
      let correlationID = json["correlationId"]?.stringValue, let created = json["createdMs"]?.intValue,
      let input = json["input"]?.objectValue
    else { return nil }
    (self.id, self.name, self.version, self.tool) = (id, name, version, tool)
    (self.correlationID, self.input) = (correlationID, input)
    createdAt = Timestamp(milliseconds: Int64(created))
    outputs = (json["outputs"]?.arrayValue ?? []).compactMap { entry in
      guard let step = entry["step"]?.stringValue, let output = entry["output"]?.objectValue else { return nil }
      return (step, output)
    }
  }
}
