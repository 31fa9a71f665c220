import AdminCore
import Store

/// One process's work on one operation: from the state the journal has it in to its end.
///
/// The order of writes is the whole point. An attempt is journalled, with its audit intent, before its effect; its
/// result, with the audit outcome, after. Whatever moment the process dies at, the journal tells the next one what may
/// have happened, and the step's probe or its idempotence tells the rest.
struct OperationRun {
  let runner: WorkflowRunner
  let workflow: any Workflow
  let record: OperationRecord
  let lease: Lease
  let secrets: [String: Secret<String>]
  let isResumed: Bool
  let progress: @Sendable (OperationProgress) -> Void

  let steps: [Step]
  var journalled: [String: StepRecord]
  var context: StepContext
  /// Ids of steps that took effect, in that order.
  var completed: [String] = []
  var pending: [String] = []

  init(
    runner: WorkflowRunner, workflow: any Workflow, record: OperationRecord, lease: Lease, journalled: [StepRecord],
    secrets: [String: Secret<String>], isResumed: Bool, progress: @escaping @Sendable (OperationProgress) -> Void
  ) {
    self.runner = runner
    self.workflow = workflow
    self.record = record
    self.lease = lease
    self.secrets = secrets
    self.isResumed = isResumed
    self.progress = progress
    steps = workflow.steps
    self.journalled = Dictionary(journalled.map { ($0.id, $0) }) { $1 }
    let done = journalled.filter(\.tookEffect).sorted { $0.doneOrder ?? 0 < $1.doneOrder ?? 0 }
    completed = done.map(\.id)
    context = StepContext(
      operationID: record.id, createdAt: record.createdAt, correlationID: record.correlationID,
      outputs: Dictionary(done.map { ($0.id, $0.output?.objectValue ?? [:]) }) { $1 }, secrets: secrets,
      isResumed: isResumed, operations: OperationAccess(runner, of: record))
  }

  var fence: Fence { lease.fence }
  var journal: OperationJournal { runner.journal }

  /// How going forward ended.
  private enum Course {
    case completed
    /// Turn round, for this reason.
    case back(AdminError)
    case blocked(AdminError)
    /// Nothing was done, and nothing can be: a secret went with the process that had it.
    case abandoned
    case interrupted
  }

  mutating func toItsEnd(closing ticket: AuditTicket?, entry: AuditEntry) async throws(AdminError) -> OperationReport {
    let course: Course
    if record.state == .compensating {
      course = .back(record.error.flatMap(AdminError.init(journalled:)) ?? .cancelled)
    } else {
      if record.state != .running { try await journal.advance(fence, to: .running) }
      course = try await forward()
    }
    var report = try await conclude(course)
    report.isResumed = isResumed
    try await finish(report, closing: ticket, entry: entry)
    return report
  }

  // MARK: Forward

  private mutating func forward() async throws(AdminError) -> Course {
    for (index, step) in steps.enumerated() {
      switch journalled[step.id]?.state {
      case .succeeded, .skipped:
        if let what = journalled[step.id]?.pending { pending.append(what) }
        continue
      case .failed:
        let error = journalled[step.id]?.error.flatMap(AdminError.init(journalled:))
        if !hasPassedPivot || completed.contains(step.id) { return .back(error ?? .cancelled) }
        pending.append(error.map { "\(step.title): \($0.message)" } ?? step.title)
        if let error { context = context.adding(error, of: step.id) }
        continue
      case .unknown: return .blocked(unknownOutcome(of: step, "an earlier attempt left it open"))
      case .running, nil: break
      }
      if runner.shutdown.isRequested { return .interrupted }
      if Task.isCancelled, !hasPassedPivot { return .back(.cancelled) }
      tell(step, index)
      if let course = try await advance(step) { return course }
    }
    return .completed
  }

  /// Does one step, or finds out what became of it. `nil` means: go on with the next.
  private mutating func advance(_ step: Step) async throws(AdminError) -> Course? {
    if step.needsSecret, isResumed, secrets.isEmpty, try await !hasHappened(step) { return givenUpFor(step) }
    let attempts = StepAttempts(run: self, step: step)
    switch try await attempts.carryOut(journalled[step.id]) {
    case .succeeded(let output, let verification):
      completed.append(step.id)
      context = context.adding(output, of: step.id)
      if case .pending(let what) = verification { pending.append(what) }
      return nil
    case .contradicted(let output, let error):
      completed.append(step.id)
      context = context.adding(output, of: step.id)
      return .back(error)
    case .failed(let error):
      guard hasPassedPivot else { return .back(error) }
      pending.append("\(step.title): \(error.message)")
      context = context.adding(error, of: step.id)
      return nil
    case .unknown(let error): return .blocked(error)
    case .interrupted: return .interrupted
    }
  }

  /// Whether the effect of a step that cannot be repeated here took place before its process died.
  private func hasHappened(_ step: Step) async throws(AdminError) -> Bool {
    guard journalled[step.id]?.state == .running, case .once(let probe) = step.effect else { return false }
    if case .happened = try await probe(context) { return true }
    return false
  }

  private func givenUpFor(_ step: Step) -> Course {
    guard completed.isEmpty else {
      return .back(
        AdminError(.illegalState, "\(step.title) needed a secret that was lost with its process; make the call again."))
    }
    return .abandoned
  }

  var hasPassedPivot: Bool { steps.contains { $0.isPivot && completed.contains($0.id) } }

  func unknownOutcome(of step: Step, _ reason: String) -> AdminError {
    AdminError(
      .outcomeUnknown,
      "It cannot be told whether this took effect: \(step.title) (\(reason)). Look in the tenant, then say what you have "
        + "found: m365-admin-mcp resolve \(record.id) happened, or did-not-happen.",
      details: ["step": .string(step.id)])
  }

  private func tell(_ step: Step, _ index: Int) {
    progress(OperationProgress(done: index, total: steps.count, message: step.title))
  }

  // MARK: The end

  private mutating func conclude(_ course: Course) async throws(AdminError) -> OperationReport {
    switch course {
    case .completed:
      progress(OperationProgress(done: steps.count, total: steps.count, message: "Done"))
      var report = OperationReport(operationID: record.id, state: .completed)
      report.output = workflow.output(of: context)
      report.done = titles(of: completed)
      report.pending = pending
      report.left = workflow.manualActions(after: context)
      return report
    case .back(let error): return try await compensated(after: error)
    case .blocked(let error):
      var report = OperationReport(operationID: record.id, state: .blocked)
      report.error = error
      report.done = titles(of: completed)
      report.left = [.init(step: error.details?["step"]?.stringValue ?? "", action: error.message)]
      return report
    case .abandoned:
      var report = OperationReport(operationID: record.id, state: .abandoned)
      report.error = AdminError(
        .illegalState,
        "The server was stopped before anything was done, and the secret was lost with it; make the call again.")
      return report
    case .interrupted:
      var report = OperationReport(operationID: record.id, state: .interrupted)
      report.error = AdminError(
        .illegalState,
        "The server is shutting down; operation \(record.id) goes on when one starts again. Look at it with "
          + "get_operation before the call is made again: a second one could do it twice.")
      report.done = titles(of: completed)
      return report
    }
  }

  func titles(of ids: [String]) -> [String] {
    ids.compactMap { id in
      steps.first { step in
        if case .none = step.effect { return false }
        return step.id == id
      }?.title
    }
  }

  private func finish(
    _ report: OperationReport, closing ticket: AuditTicket?, entry: AuditEntry
  ) async throws(AdminError) {
    let error = report.error.map { JSONValue.object($0.json) }
    switch report.state {
    case .interrupted:
      try await journal.release(fence)
      return
    case .blocked:
      try await journal.block(fence, error: error ?? .null)
      try await close(ticket, entry, AuditOutcome(.unknown, code: report.error?.code, detail: report.json))
      return
    case .completed, .failed, .cancelled, .abandoned: break
    }
    let outcome = AuditOutcome(report.auditStatus, code: report.error?.code, detail: report.json)
    try await journal.finish(
      fence, report.operationState, output: .object(report.output), error: error, report: .object(report.json),
      audit: ticket.map { AuditClosing($0, outcome) })
    if ticket == nil { try await runner.audit.record(entry, outcome) }
  }

  private func close(
    _ ticket: AuditTicket?, _ entry: AuditEntry, _ outcome: AuditOutcome
  ) async throws(AdminError) {
    if let ticket {
      try await runner.audit.finish(ticket, outcome)
    } else {
      try await runner.audit.record(entry, outcome)
    }
  }
}

extension OperationReport {
  fileprivate var auditStatus: AuditStatus {
    switch state {
    case .completed: .succeeded
    case .cancelled: .cancelled
    case .blocked, .interrupted: .unknown
    case .failed, .abandoned: .failed
    }
  }

  fileprivate var operationState: OperationState {
    switch state {
    case .completed: .completed
    case .cancelled: .cancelled
    case .abandoned: .abandoned
    case .failed, .blocked, .interrupted: .failed
    }
  }
}
