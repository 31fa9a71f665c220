package import AdminCore

/// What a step may know: its operation, and what the steps before it returned.
package struct StepContext: Sendable {
  package let operationID: LocalID
  /// When the operation was asked for.
  package let createdAt: Timestamp
  /// Ties requests to the tenant, audit rows and log lines together.
  package let correlationID: String
  fileprivate let outputs: [String: JSONObject]
  fileprivate var failures: [String: AdminError] = [:]
  fileprivate let secrets: [String: Secret<String>]
  /// Another process than the one that was asked goes on with the operation: secrets are gone.
  package let isResumed: Bool
  /// An earlier attempt at this very step was begun, and may have done a part of it.
  package private(set) var wasBegun = false
  /// What a step may do with operations other than its own; `nil` outside of the engine.
  package let operations: OperationAccess?
  private let reportDetail: @Sendable (String) -> Void

  package init(
    operationID: LocalID, createdAt: Timestamp, correlationID: String, outputs: [String: JSONObject] = [:],
    secrets: [String: Secret<String>] = [:], isResumed: Bool = false, operations: OperationAccess? = nil,
    reportDetail: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.operationID = operationID
    self.createdAt = createdAt
    self.correlationID = correlationID
    self.outputs = outputs
    self.secrets = secrets
    self.isResumed = isResumed
    self.operations = operations
    self.reportDetail = reportDetail
  }

  /// What the step of that id returned; `nil` when it did not run.
  package func output(_ stepID: String) -> JSONObject? { outputs[stepID] }

  /// Why the step of that id failed and the operation went on without it, which it does behind a pivot only.
  package func failure(_ stepID: String) -> AdminError? { failures[stepID] }

  /// A secret that was given with the call, as long as the process lives that it was given to.
  package func secret(_ name: String) -> Secret<String>? { secrets[name] }

  var secretNames: [String] { Array(secrets.keys) }

  /// Tells whoever waits how a long step goes on.
  package func report(_ detail: String) { reportDetail(detail) }

  /// The same, for a step of which it is known whether an earlier attempt was begun.
  func begun(before wasBegun: Bool) -> StepContext {
    var context = self
    context.wasBegun = wasBegun
    return context
  }

  func adding(_ output: JSONObject, of stepID: String) -> StepContext {
    copy(outputs: outputs.merging([stepID: output]) { $1 }, reportDetail: reportDetail)
  }

  func adding(_ failure: AdminError, of stepID: String) -> StepContext {
    var context = self
    context.failures[stepID] = failure
    return context
  }
}

extension StepContext {
  func reporting(_ report: @escaping @Sendable (String) -> Void) -> StepContext {
    copy(outputs: outputs, reportDetail: report)
  }

  private func copy(
    outputs: [String: JSONObject], reportDetail: @escaping @Sendable (String) -> Void
  ) -> StepContext {
    var context = StepContext(
      operationID: operationID, createdAt: createdAt, correlationID: correlationID, outputs: outputs,
      secrets: secrets, isResumed: isResumed, operations: operations, reportDetail: reportDetail)
    context.failures = failures
    return context.begun(before: wasBegun)
  }
}
