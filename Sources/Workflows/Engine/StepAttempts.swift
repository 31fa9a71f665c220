import AdminCore
import Store

/// Carries one step out: announces each attempt, makes it, resolves what is ambiguous, tries again where that is safe,
/// and writes down how it ended.
struct StepAttempts {
  enum Ending {
    case succeeded(JSONObject, Step.Verification)
    /// The effect took place and reads back as something else: it is to be undone with the others.
    case contradicted(JSONObject, AdminError)
    case failed(AdminError)
    case unknown(AdminError)
    /// The process is ending; the step stands in the journal as begun, and the next process does it again.
    case interrupted
  }

  private let run: OperationRun
  private let step: Step

  init(run: OperationRun, step: Step) {
    self.run = run
    self.step = step
  }

  private var runner: WorkflowRunner { run.runner }

  private var context: StepContext {
    let report = run.progress
    let (done, total) = (run.completed.count, run.steps.count)
    let title = step.title
    return run.context.reporting { detail in
      report(OperationProgress(done: done, total: total, message: "\(title): \(detail)"))
    }
  }

  /// - Parameter earlier: an attempt that was announced before and whose end is not known: its process died.
  func carryOut(_ earlier: StepRecord?) async throws(AdminError) -> Ending {
    // Counted on over processes, for whoever reads the journal; each process has all of its own tries.
    let before = earlier?.attempt ?? 0
    var attempt = before
    if let earlier, case .once = step.effect {
      try await runner.journal.note(run.fence, "recovering", ["step": .string(step.id)])
      if let ending = try await resolve(earlier.auditSequence.map(ticket), "the server was stopped meanwhile") {
        return ending
      }
    }
    while true {
      attempt += 1
      guard run.lease.isSafe else { throw .leaseLost }
      let start = StepStart(step.id, attempt: attempt, idempotencyKey: "\(run.record.id).\(step.id)")
      let ticket = try await runner.journal.startStep(run.fence, start, audit: isChange ? entry : nil)
      switch await perform(isFirst: attempt == 1) {
      case .done(let output, let reading): return try await conclude(output, reading, ticket)
      case .failed(let error):
        if error.code == .cancelled, runner.shutdown.isRequested, !isChange { return .interrupted }
        if let ending = try await handle(error, attempt - before, ticket) { return ending }
      }
    }
  }

  private var isChange: Bool {
    if case .none = step.effect { false } else { true }
  }

  private var entry: AuditEntry {
    AuditEntry(
      .step, "\(run.record.tool).\(step.id)", by: run.record.requestedBy, on: run.workflow.target,
      correlationID: run.record.correlationID, workflow: run.record.id)
  }

  private func ticket(_ sequence: Int) -> AuditTicket { AuditTicket(sequence: sequence, entry: entry) }

  // MARK: One attempt

  private enum Attempt {
    case done(JSONObject, Reading)
    case failed(AdminError)
  }

  /// What reading back has shown.
  private enum Reading {
    case accepted(Step.Verification)
    case contradicted(AdminError)
  }

  /// Does the step and reads it back. An effect that has begun is finished and read back, whoever cancels meanwhile; a
  /// step that only waits or reads stops at once.
  private func perform(isFirst: Bool) async -> Attempt {
    let (step, context) = (step, context.begun(before: !isFirst))
    let body: @Sendable () async -> Attempt = {
      do throws(AdminError) {
        let output = try await step.perform(context)
        return .done(output, await readBack(output))
      } catch {
        return .failed(error)
      }
    }
    guard isChange else { return await body() }
    return await Task(executorPreference: runner.executor, operation: body).value
  }

  /// A reading that could not be made leaves the effect to be looked at later; one that was made and shows something
  /// else contradicts it.
  private func readBack(_ output: JSONObject) async -> Reading {
    guard let verify = step.verify else { return .accepted(.verified) }
    do throws(AdminError) {
      return .accepted(try await verify(context.adding(output, of: step.id)))
    } catch {
      guard error.isRetryable || [.cancelled, .outcomeUnknown].contains(error.code) else { return .contradicted(error) }
      return .accepted(.pending("\(step.title): done, and could not be read back (\(error.message))"))
    }
  }

  private func conclude(
    _ output: JSONObject, _ reading: Reading, _ ticket: AuditTicket?
  ) async throws(AdminError) -> Ending {
    switch reading {
    case .accepted(let verification):
      var pending: String?
      if case .pending(let what) = verification { pending = what }
      try await finish(.succeeded(output: .object(output), pending: pending), ticket, AuditOutcome(.succeeded))
      return .succeeded(output, verification)
    case .contradicted(let error) where isChange:
      runner.log.failure("A step reads back as something else", error)
      try await finish(
        .contradicted(output: .object(output), error: .object(error.json)), ticket,
        AuditOutcome(.failed, code: error.code))
      return .contradicted(output, error)
    case .contradicted(let error): return try await fail(error, ticket)
    }
  }

  /// - Parameter attempt: counted from 1 in this process.
  /// - Returns: how the step ended; `nil` when it is to be tried again.
  private func handle(
    _ error: AdminError, _ attempt: Int, _ ticket: AuditTicket?
  ) async throws(AdminError) -> Ending? {
    if error.code == .outcomeUnknown, case .once = step.effect {
      if let ending = try await resolve(ticket, error.message) { return ending }
      guard attempt < runner.settings.stepRetry.maximumAttempts else { return try await fail(error, ticket) }
      if let ticket {
        try await runner.audit.finish(
          ticket, AuditOutcome(.failed, code: error.code, detail: ["probe": "it did not happen"]))
      }
      return nil
    }
    guard error.isRetryable || error.code == .outcomeUnknown, !Task.isCancelled else {
      return try await fail(error, ticket)
    }
    var random = SystemRandomNumberGenerator()
    let verdict = runner.settings.stepRetry.verdict(
      afterAttempt: attempt, serverDelay: error.retryAfter, using: &random)
    guard case .retry(let pause) = verdict else { return try await fail(error, ticket) }
    do throws(AdminError) {
      try await runner.timekeeper.pause(for: pause)
    } catch {
      return try await fail(error, ticket)
    }
    return nil
  }

  /// Asks the probe what became of an effect.
  ///
  /// - Returns: `nil` when it certainly did not happen, so that it may be done.
  private func resolve(_ ticket: AuditTicket?, _ reason: String) async throws(AdminError) -> Ending? {
    switch await step.answer(context) {
    case .happened(let output):
      try await runner.journal.note(run.fence, "found_by_probe", ["step": .string(step.id)])
      return try await conclude(output, await readBack(output), ticket)
    case .didNotHappen: return nil
    case .unknown(let why):
      let error = run.unknownOutcome(of: step, why.isEmpty ? reason : why)
      try await finish(
        .unknown(error: .object(error.json)), ticket, AuditOutcome(.unknown, code: error.code))
      return .unknown(error)
    }
  }

  private func fail(_ error: AdminError, _ ticket: AuditTicket?) async throws(AdminError) -> Ending {
    runner.log.failure("A step failed", error)
    let status: AuditStatus = error.code == .cancelled ? .cancelled : .failed
    try await finish(.failed(error: .object(error.json)), ticket, AuditOutcome(status, code: error.code))
    return .failed(error)
  }

  private func finish(
    _ result: StepResult, _ ticket: AuditTicket?, _ outcome: AuditOutcome
  ) async throws(AdminError) {
    try await runner.journal.finishStep(run.fence, step.id, result, audit: ticket.map { AuditClosing($0, outcome) })
  }
}
