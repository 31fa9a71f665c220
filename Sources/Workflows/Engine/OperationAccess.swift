package import AdminCore
import Store

/// What a step may do with operations other than its own: see parts of its work through as operations of their own, and
/// look at what earlier operations have left.
package struct OperationAccess: Sendable {
  private let runner: WorkflowRunner
  private let parent: OperationRecord

  init(_ runner: WorkflowRunner, of parent: OperationRecord) {
    self.runner = runner
    self.parent = parent
  }

  /// A part of the work, as an operation of its own.
  package struct Part: Sendable {
    /// Unlike every other part of the same operation.
    package let key: String
    package let tool: String
    package let workflow: any Workflow
    /// Those of the call it stands for, of which only a keyed hash is kept.
    package let arguments: JSONValue
    package let tenant: String?

    package init(key: String, tool: String, workflow: any Workflow, arguments: JSONValue, tenant: String?) {
      self.key = key
      self.tool = tool
      self.workflow = workflow
      self.arguments = arguments
      self.tenant = tenant
    }
  }

  /// Sees a part through to its end. Called again, also in another process, it goes on with the operation there is: it
  /// is begun once.
  ///
  /// - Throws: what keeps it from being begun or taken up; what became of it is in the report.
  package func run(
    _ part: Part, secrets: [String: Secret<String>] = [:],
    progress: @escaping @Sendable (OperationProgress) -> Void = { _ in }
  ) async throws(AdminError) -> OperationReport {
    var request = OperationRequest(
      tool: part.tool, requestedBy: parent.requestedBy, correlationID: parent.correlationID,
      arguments: part.arguments, idempotencyKey: "\(parent.id)/\(part.key)", approvalID: parent.approvalID,
      approval: "as part of \(parent.id)")
    request.tenant = part.tenant
    let report = try await runner.run(part.workflow, request, secrets: secrets, progress: progress)
    guard report.isRepeated, report.state == .interrupted else { return report }
    return try await runner.takeUp(report.operationID)
  }
}

extension WorkflowRunner {
  /// Goes on with an operation whose process has died, as soon as its lease has run out.
  func takeUp(_ id: LocalID) async throws(AdminError) -> OperationReport {
    let report = try await timekeeper.poll(
      for: settings.leaseDuration + .seconds(30), every: [.seconds(1), .seconds(2), .seconds(5)]
    ) { () async throws(AdminError) -> OperationReport? in
      let record = try await journal.operation(id).record
      if record.state.isTerminal || record.state == .blocked { return try await self.report(on: record) }
      guard let fence = try await journal.claim(id, leaseTerms()) else { return nil }
      return try await resume(fence)
    }
    guard let report else {
      throw AdminError(
        .deadlinePassed, "Operation \(id) is held by another process that does not come to an end.", isRetryable: true)
    }
    return report
  }
}
