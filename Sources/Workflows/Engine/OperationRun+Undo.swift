import AdminCore
import Store

extension OperationRun {
  /// Takes back what was done, in reverse order. Every undo is tried, whatever became of the others; what could not be
  /// undone is listed for a person.
  mutating func compensated(after error: AdminError) async throws(AdminError) -> OperationReport {
    let records = compensationRecords
    switch Compensation.decide(records) {
    case .keep:
      var report = OperationReport(operationID: record.id, state: .failed)
      report.error = error
      report.done = titles(of: completed)
      report.output = workflow.partialOutput(of: context)
      return report
    case .undo(let ids):
      if record.state != .compensating {
        try await journal.beginCompensation(fence, of: ids, error: .object(error.json))
      }
      return try await undo(ids, records: records, after: error)
    }
  }

  private var compensationRecords: [Compensation.Record] {
    completed.compactMap { id in
      guard let step = steps.first(where: { $0.id == id }) else { return nil }
      return Compensation.Record(
        id: id, isCompleted: true, hasUndo: step.undo != nil, isPivot: step.isPivot,
        isUndone: journalled[id]?.compensation == .done)
    }
  }

  private func undo(
    _ ids: [String], records: [Compensation.Record], after error: AdminError
  ) async throws(AdminError) -> OperationReport {
    var undone = records.filter(\.isUndone).compactMap { record in undoTitle(of: record.id) }
    var left: [OperationReport.ManualAction] = []
    for id in ids {
      guard let step = steps.first(where: { $0.id == id }), let undo = step.undo else { continue }
      progress(OperationProgress(done: steps.count, total: steps.count, message: "Undoing: \(step.title)"))
      if try await carryOut(undo, of: step) {
        undone.append(undo.title(context))
      } else {
        left.append(.init(step: step.title, action: undo.manualAction(context)))
      }
    }
    let changing = Set(
      steps.filter { step in if case .none = step.effect { false } else { !step.goesWithAnother } }.map(\.id))
    let kept = Compensation.irreversible(records, changing: changing)
    left += kept.compactMap { id in
      steps.first { $0.id == id }.map {
        .init(step: $0.title, action: $0.whyItStays ?? "cannot be undone by the server")
      }
    }
    var report = OperationReport(operationID: record.id, state: error.code == .cancelled ? .cancelled : .failed)
    report.error = left.isEmpty ? error : Self.incomplete(error, left)
    report.done = titles(of: kept)
    report.undone = undone
    report.left = left
    report.output = workflow.partialOutput(of: context)
    return report
  }

  private func undoTitle(of id: String) -> String? { steps.first { $0.id == id }?.undo?.title(context) }

  private static func incomplete(_ error: AdminError, _ left: [OperationReport.ManualAction]) -> AdminError {
    AdminError(
      .compensationFailed,
      "\(error.message) Not everything could be undone; left for you: "
        + left.map { "\($0.step) (\($0.action))" }.joined(separator: "; "),
      details: ["cause": .object(error.json)])
  }

  /// - Returns: whether the step is undone now. Not cut short by a cancellation.
  private func carryOut(_ undo: Step.Undo, of step: Step) async throws(AdminError) -> Bool {
    let entry = AuditEntry(
      .step, "\(record.tool).\(step.id).undo", by: record.requestedBy, on: workflow.target,
      correlationID: record.correlationID, workflow: record.id)
    let (runner, context) = (runner, context)
    let before = journalled[step.id]?.compensationAttempt ?? 0
    var attempt = before
    while true {
      attempt += 1
      guard lease.isSafe else { throw .leaseLost }
      let ticket = try await journal.startUndo(fence, step.id, attempt: attempt, audit: entry)
      let failure = await Task(executorPreference: runner.executor) { () async -> AdminError? in
        do throws(AdminError) {
          try await undo.perform(context)
          return nil
        } catch {
          return error
        }
      }.value
      let outcome = AuditOutcome(failure == nil ? .succeeded : .failed, code: failure?.code)
      try await journal.finishUndo(
        fence, step.id, error: failure.map { .object($0.json) }, audit: ticket.map { AuditClosing($0, outcome) })
      guard let failure else { return true }
      runner.log.failure("An undo failed", failure)
      guard failure.isRetryable || failure.code == .outcomeUnknown else { return false }
      var random = SystemRandomNumberGenerator()
      let verdict = runner.settings.undoRetry.verdict(
        afterAttempt: attempt - before, serverDelay: failure.retryAfter, using: &random)
      guard case .retry(let pause) = verdict else { return false }
      await Task(executorPreference: runner.executor) { try? await runner.timekeeper.sleep(for: pause) }.value
    }
  }
}
