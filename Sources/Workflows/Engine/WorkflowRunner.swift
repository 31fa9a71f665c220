package import AdminCore
package import Store

/// Who asked for an operation, and what has been decided about it before it began.
package struct OperationRequest: Sendable {
  package let tool: String
  package let requestedBy: AuditActor
  package let correlationID: String
  /// The arguments of the call, secrets included; only a keyed hash of them is kept.
  package let arguments: JSONValue
  package var idempotencyKey: String?
  package var approvalID: LocalID?
  /// The tenant that the operation changes; `nil` for one that changes the store alone.
  package var tenant: String?
  /// Goes into the audit trail: who approved, or that nobody had to, or that approvals are switched off.
  package var approval: String

  package init(
    tool: String, requestedBy: AuditActor, correlationID: String, arguments: JSONValue, idempotencyKey: String? = nil,
    approvalID: LocalID? = nil, approval: String = "not required"
  ) {
    self.tool = tool
    self.requestedBy = requestedBy
    self.correlationID = correlationID
    self.arguments = arguments
    self.idempotencyKey = idempotencyKey
    self.approvalID = approvalID
    self.approval = approval
  }
}

/// How far an operation is, for whoever waits.
package struct OperationProgress: Hashable, Sendable {
  package let done: Int
  package let total: Int
  package let message: String

  package init(done: Int, total: Int, message: String) {
    self.done = done
    self.total = total
    self.message = message
  }
}

/// Runs workflows: journals each transition before its effect, renews the lease, retries, compensates, recovers.
package struct WorkflowRunner: Sendable {
  package struct Settings: Sendable {
    /// Names this process in leases.
    package var owner: String
    package var leaseDuration: Duration
    package var stepRetry: RetryPolicy
    package var undoRetry: RetryPolicy

    package init(owner: String, leaseDuration: Duration) {
      self.owner = owner
      self.leaseDuration = leaseDuration
      // The client below has tried several times already; what is left is worth a second look, not a long wait.
      stepRetry = RetryPolicy(
        maximumAttempts: 3, initialDelay: .seconds(2), maximumDelay: .seconds(30), longestServerDelay: .seconds(300))
      undoRetry = RetryPolicy(
        maximumAttempts: 5, initialDelay: .seconds(2), maximumDelay: .seconds(30), longestServerDelay: .seconds(300))
    }
  }

  let journal: OperationJournal
  let audit: AuditLog
  let services: WorkflowServices
  let settings: Settings
  let timekeeper: any Timekeeper
  let leaseTimekeeper: any Timekeeper
  let executor: (any TaskExecutor)?
  let log: Log
  let shutdown: ShutdownSignal

  /// - Parameters:
  ///   - leaseTimekeeper: paces the renewal of leases; differs from `timekeeper` in tests only.
  ///   - executor: where steps run.
  package init(
    journal: OperationJournal, audit: AuditLog, services: WorkflowServices, settings: Settings,
    timekeeper: any Timekeeper, leaseTimekeeper: (any Timekeeper)? = nil,
    executor: (any TaskExecutor)? = nil,
    log: Log, shutdown: ShutdownSignal = ShutdownSignal()
  ) {
    self.journal = journal
    self.audit = audit
    self.services = services
    self.settings = settings
    self.timekeeper = timekeeper
    self.leaseTimekeeper = leaseTimekeeper ?? timekeeper
    self.executor = executor
    self.log = log
    self.shutdown = shutdown
  }

  // MARK: Starting

  /// Runs an operation to its end, or says what came of it when the same call was made before.
  ///
  /// - Parameters:
  ///   - secrets: given to the steps, and never written anywhere.
  ///   - progress: called before each step and whenever a step has something to tell.
  package func run(
    _ workflow: some Workflow, _ request: OperationRequest, secrets: [String: Secret<String>] = [:],
    progress: @escaping @Sendable (OperationProgress) -> Void = { _ in }
  ) async throws(AdminError) -> OperationReport {
    var new = NewOperation(
      name: type(of: workflow).name, version: type(of: workflow).version, tool: request.tool,
      requestedBy: request.requestedBy, correlationID: request.correlationID, input: .object(workflow.input),
      inputHash: journal.hash(ofInput: request.arguments))
    new.holdsSecret = !secrets.isEmpty
    new.idempotencyKey = request.idempotencyKey
    new.approvalID = request.approvalID
    new.totalSteps = workflow.steps.count
    var intent = AuditEntry(
      .tool, request.tool, by: request.requestedBy, on: workflow.target, correlationID: request.correlationID,
      inputHash: Hex.encode(new.inputHash),
      detail: workflow.auditDetail.merging(["approval": .string(request.approval)]))
    intent.tenant = request.tenant

    switch try await journal.create(new, lease: leaseTerms()) {
    case .existing(let record): return try await repeated(record, new)
    case .created(let record, let fence):
      guard let fence else { throw AdminError(.internalFault, "The operation was created without a lease.") }
      intent.workflow = record.id
      let ticket: AuditTicket
      do throws(AdminError) {
        ticket = try await audit.begin(intent)
      } catch {
        // Nothing has been done and nothing will be: without the audit record the operation ends here.
        try? await journal.finish(fence, .abandoned, error: .object(error.json))
        throw error
      }
      return try await execute(
        workflow, record, fence, steps: [], closing: ticket, entry: intent, secrets: secrets, isResumed: false,
        progress: progress)
    }
  }

  /// What came of a call whose idempotency key was used before; `nil` when it was not.
  package func earlierReport(
    of workflow: (some Workflow).Type, tool: String, idempotencyKey: String, arguments: JSONValue
  ) async throws(AdminError) -> OperationReport? {
    guard let record = try await journal.operation(named: workflow.name, idempotencyKey: idempotencyKey) else {
      return nil
    }
    guard record.inputHash == journal.hash(ofInput: arguments) else { throw Self.mismatch(record) }
    guard record.state.isTerminal || record.state == .blocked else {
      throw AdminError(
        .illegalState, "This call is still under way (operation \(record.id)); call again in a moment.",
        isRetryable: true, retryAfter: .seconds(5), details: ["operationId": .string(record.id.text)])
    }
    return try await report(on: record)
  }

  private func repeated(
    _ record: OperationRecord, _ new: NewOperation
  ) async throws(AdminError) -> OperationReport {
    guard record.inputHash == new.inputHash else { throw Self.mismatch(record) }
    return try await report(on: record)
  }

  private static func mismatch(_ record: OperationRecord) -> AdminError {
    AdminError(
      .idempotencyMismatch,
      "This idempotency key was used with other arguments (operation \(record.id)); use a new key for a new call.",
      details: ["operationId": .string(record.id.text)])
  }

  // MARK: Going on with what others began

  /// Takes up operations whose process went away, one after the other, until there are none.
  ///
  /// - Returns: what became of each.
  package func recoverInterrupted() async throws(AdminError) -> [OperationReport] {
    var reports: [OperationReport] = []
    while !shutdown.isRequested, !Task.isCancelled {
      guard let fence = try await journal.claimInterrupted(leaseTerms(), limit: 1).first else { break }
      reports.append(try await resume(fence))
    }
    return reports
  }

  /// Goes on with an operation that waits for a person, by what the person has found: a step that took effect counts as
  /// done, and one that did not as failed, so that those before it are taken back.
  ///
  /// The tenant is asked once more, since by now it may tell: then its answer counts, and a word against it is refused.
  /// Where it still cannot tell, a step that something later needs the result of, such as the id of what it made, is not
  /// taken for done: what it made could neither be used nor be taken back.
  ///
  /// - Throws: `WF_003` for an operation that waits for nobody's word, that another process goes on with, or of which the
  ///   tenant tells otherwise.
  package func resolve(
    _ id: LocalID, tookEffect: Bool, by person: AuditActor
  ) async throws(AdminError) -> OperationReport {
    let detail = try await journal.operation(id)
    guard detail.record.state == .blocked else {
      throw AdminError(
        .illegalState, "The operation \(id) is \(detail.record.state.rawValue) and waits for nobody's word.")
    }
    guard let fence = try await journal.claim(id, leaseTerms()) else {
      throw AdminError(.illegalState, "Another process goes on with the operation \(id) already.")
    }
    do throws(AdminError) {
      let (step, output) = try await outcome(of: detail, fence, tookEffect: tookEffect)
      try await journal.resolve(fence, step, output: output, by: person)
    } catch {
      try? await journal.release(fence)
      throw error
    }
    return try await resume(fence)
  }

  /// The step in doubt, and what it has returned; `nil` where it did not take effect.
  private func outcome(
    of detail: OperationDetail, _ fence: Fence, tookEffect: Bool
  ) async throws(AdminError) -> (step: String, output: JSONObject?) {
    let record = detail.record
    let workflow = try services.workflow(
      named: record.name, version: record.version, input: detail.input.objectValue ?? [:])
    guard let workflow, let inDoubt = detail.steps.first(where: { $0.state == .unknown }),
      let step = workflow.steps.first(where: { $0.id == inDoubt.id })
    else {
      throw AdminError(.illegalState, "No step of this operation is in doubt, so nobody's word lets it go on.")
    }
    let run = OperationRun(
      runner: self, workflow: workflow, record: record,
      lease: Lease(fence: fence, duration: settings.leaseDuration, timekeeper: leaseTimekeeper),
      journalled: detail.steps, secrets: [:], isResumed: true, progress: { _ in })
    switch await step.answer(run.context) {
    case .happened(let output) where tookEffect: return (step.id, output)
    case .happened:
      throw AdminError(.illegalState, "By now the tenant shows that this took effect: \(step.title). Say happened.")
    case .didNotHappen where tookEffect:
      throw AdminError(
        .illegalState, "By now the tenant shows that this did not take effect: \(step.title). Say did-not-happen.")
    case .didNotHappen: return (step.id, nil)
    case .unknown(let reason):
      guard tookEffect else { return (step.id, nil) }
      guard step.isPivot || step.whyItStays != nil else {
        throw AdminError(
          .illegalState,
          "Nobody can tell what came of this, so nothing can go on from it: \(step.title) (\(reason)). Try again when the "
            + "tenant answers, or say did-not-happen and remove by hand what it has made.")
      }
      return (step.id, ["resolved": true])
    }
  }

  func resume(_ fence: Fence) async throws(AdminError) -> OperationReport {
    let detail = try await journal.operation(fence.operation)
    let record = detail.record
    log.info("Going on with an interrupted operation", ["operationId": .string(record.id.text)])
    let workflow: (any Workflow)?
    do throws(AdminError) {
      workflow = try services.workflow(
        named: record.name, version: record.version, input: detail.input.objectValue ?? [:])
    } catch {
      return try await block(record, fence, error)
    }
    guard let workflow else {
      return try await block(
        record, fence,
        AdminError(.outcomeUnknown, "This version of the server does not know the workflow \(record.name)."))
    }
    let entry = AuditEntry(
      .tool, record.tool, by: record.requestedBy, on: workflow.target, correlationID: record.correlationID,
      workflow: record.id, detail: ["resumed": true])
    return try await execute(
      workflow, record, fence, steps: detail.steps, closing: nil, entry: entry, secrets: [:], isResumed: true,
      progress: { _ in })
  }

  private func block(
    _ record: OperationRecord, _ fence: Fence, _ error: AdminError
  ) async throws(AdminError) -> OperationReport {
    if record.state == .queued { try await journal.advance(fence, to: .running) }
    try await journal.block(fence, error: .object(error.json))
    var report = OperationReport(operationID: record.id, state: .blocked)
    report.error = error
    return report
  }

  // MARK: Executing

  private func execute(
    _ workflow: any Workflow, _ record: OperationRecord, _ fence: Fence, steps: [StepRecord],
    closing ticket: AuditTicket?, entry: AuditEntry, secrets: [String: Secret<String>], isResumed: Bool,
    progress: @escaping @Sendable (OperationProgress) -> Void
  ) async throws(AdminError) -> OperationReport {
    let lease = Lease(fence: fence, duration: settings.leaseDuration, timekeeper: leaseTimekeeper)
    let keeper = Task(executorPreference: executor) {
      await lease.keep { duration throws(AdminError) in try await journal.renew(fence, for: duration) }
    }
    defer { keeper.cancel() }
    var run = OperationRun(
      runner: self, workflow: workflow, record: record, lease: lease, journalled: steps, secrets: secrets,
      isResumed: isResumed, progress: progress)
    let report: OperationReport
    do throws(AdminError) {
      report = try await run.toItsEnd(closing: ticket, entry: entry)
    } catch {
      // The store has failed, or another process has taken over. Either way nothing more is done here, and whoever
      // holds the lease next goes on from the journal.
      log.failure("An operation was left to the next process", error)
      throw error
    }
    return report
  }

  /// The report on an operation that has ended, or that waits for a person, as the journal has it.
  package func report(on record: OperationRecord) async throws(AdminError) -> OperationReport {
    let state: OperationReport.State =
      switch record.state {
      case .completed: .completed
      case .failed: .failed
      case .cancelled: .cancelled
      case .abandoned: .abandoned
      case .blocked: .blocked
      case .queued, .running, .compensating: .interrupted
      }
    var report = OperationReport(operationID: record.id, state: state, journalled: record.report?.objectValue ?? [:])
    report.output = record.output?.objectValue ?? [:]
    report.error = record.error.flatMap(AdminError.init(journalled:))
    report.isRepeated = true
    return report
  }

  func leaseTerms() -> LeaseTerms {
    LeaseTerms(owner: settings.owner, duration: settings.leaseDuration)
  }
}
