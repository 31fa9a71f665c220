package import AdminCore

/// The begin of a step's attempt.
package struct StepStart: Sendable {
  package var step: String
  /// Counted from 1.
  package var attempt: Int
  package var idempotencyKey: String

  package init(_ step: String, attempt: Int, idempotencyKey: String) {
    self.step = step
    self.attempt = attempt
    self.idempotencyKey = idempotencyKey
  }
}

extension OperationJournal {
  // MARK: The operation

  /// Sets a state that is not an end.
  package func advance(_ fence: Fence, to state: OperationState) async throws(AdminError) {
    try await transition(fence) { connection, now in try Self.advance(fence, to: state, at: now, in: connection) }
  }

  /// Gives up going on by itself: a person has to say what became of a step. The lease ends.
  package func block(_ fence: Fence, error: JSONValue) async throws(AdminError) {
    try await transition(fence) { connection, now in
      try Self.advance(fence, to: .blocked, at: now, in: connection)
      try connection.execute(
        """
        UPDATE wf_instances SET error_json = \(error), \(Self.noLease)
        WHERE id = \(fence.operation)
        """)
    }
  }

  /// A person's word on the step of which nobody could tell whether it took effect: the operation goes on by it.
  ///
  /// - Parameter output: what the step counts as having returned; `nil` where it did not take effect.
  /// - Throws: `WF_003` where the operation does not wait for a word on this step.
  package func resolve(
    _ fence: Fence, _ step: String, output: JSONObject?, by person: AuditActor
  ) async throws(AdminError) {
    let error = AdminError(.illegalState, "A person has looked: it did not take effect.")
    let word: StepResult =
      output.map { .succeeded(output: .object($0), pending: nil) } ?? .failed(error: .object(error.json))
    try await transition(fence) { connection, now in
      guard try Self.state(of: step, fence, in: connection) == .unknown else {
        throw Self.illegal("Step \(step) is not in doubt, so nobody's word decides about it.")
      }
      try Self.advance(fence, to: .running, at: now, in: connection)
      try connection.execute("UPDATE wf_instances SET error_json = NULL WHERE id = \(fence.operation)")
      // It ends as a running attempt does.
      try connection.execute(
        "UPDATE wf_steps SET state = 'running' WHERE instance_id = \(fence.operation) AND step_id = \(step)")
      try connection.execute(word.update(step, of: fence.operation, at: now))
      try Self.log(
        "resolved",
        ["step": .string(step), "tookEffect": .bool(output != nil), "by": .string(person.identifier)],
        of: fence.operation, at: now, in: connection)
    }
  }

  /// The end of an operation, after which nothing about it changes.
  package func finish(
    _ fence: Fence, _ state: OperationState, output: JSONValue? = nil, error: JSONValue? = nil,
    report: JSONValue? = nil, audit closing: AuditClosing? = nil
  ) async throws(AdminError) {
    precondition(state.isTerminal, "an operation ends in a state that is an end")
    try await recorded(closing != nil, fence) { connection, now in
      try Self.log("finished", ["state": .string(state.rawValue)], of: fence.operation, at: now, in: connection)
      try connection.execute(
        """
        UPDATE wf_instances SET
          state = \(state), output_json = \(output), error_json = coalesce(\(error), error_json),
          report_json = \(report), \(Self.noLease)
        WHERE id = \(fence.operation)
        """)
      if let closing { try audit.finish(closing.ticket, closing.outcome, in: connection) }
    }
  }

  package func setProgress(_ fence: Fence, done: Int, total: Int) async throws(AdminError) {
    try await transition(fence) { connection, _ in
      try connection.execute(
        "UPDATE wf_instances SET done = \(done), total = \(total) WHERE id = \(fence.operation)")
    }
  }

  /// Notes something that the journal does not see by itself, such as what a probe found.
  package func note(_ fence: Fence, _ kind: String, _ detail: JSONObject) async throws(AdminError) {
    try await transition(fence) { connection, now in
      try Self.log(kind, detail, of: fence.operation, at: now, in: connection)
    }
  }

  /// Asks whoever works on the operation to stop. Needs no lease.
  package func requestCancel(_ id: LocalID, by actor: AuditActor) async throws(AdminError) -> OperationRecord {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      let record = try Self.require(id, in: connection)
      guard !record.state.isTerminal else {
        throw AdminError(
          .illegalState, "The operation is at its end (\(record.state.rawValue)); it cannot be cancelled.")
      }
      guard !record.isCancelRequested else { return record }
      try connection.execute(
        "UPDATE wf_instances SET cancel_requested = 1, updated_ms = \(now.milliseconds) WHERE id = \(id)")
      try Self.log("cancel_requested", ["by": actor.json], of: id, at: now, in: connection)
      return try Self.require(id, in: connection)
    }
  }

  // MARK: Steps

  /// Announces an attempt at a step, together with its audit record: when this returns, both are on disk and the effect
  /// may take place.
  ///
  /// - Returns: the ticket for the audit record, where one was asked for.
  package func startStep(
    _ fence: Fence, _ start: StepStart, audit entry: AuditEntry? = nil
  ) async throws(AdminError) -> AuditTicket? {
    try await audited(entry != nil, fence) { connection, now in
      try Self.require(.running, of: fence, in: connection)
      let state = try Self.state(of: start.step, fence, in: connection)
      guard state != .succeeded, state != .skipped else {
        throw Self.illegal("Step \(start.step) is done; it is not begun again.")
      }
      let ticket = try entry.map { entry in try audit.begin(entry, in: connection) }
      let changed = try connection.execute(
        """
        UPDATE wf_steps SET
          state = 'running', attempt = \(start.attempt), error_json = NULL, audit_seq = \(ticket?.sequence),
          started_ms = \(now.milliseconds), ended_ms = NULL
        WHERE instance_id = \(fence.operation) AND step_id = \(start.step)
        """)
      if changed == 0 {
        try connection.execute(
          """
          INSERT INTO wf_steps (instance_id, step_id, state, attempt, idem_key, audit_seq, started_ms)
          VALUES (
            \(fence.operation), \(start.step), 'running', \(start.attempt), \(start.idempotencyKey),
            \(ticket?.sequence), \(now.milliseconds))
          """)
      }
      try Self.log(
        "step_started", ["step": .string(start.step), "attempt": .int(start.attempt)], of: fence.operation, at: now,
        in: connection)
      return ticket
    }
  }

  /// Tells how the running attempt at a step ended, together with its audit record.
  package func finishStep(
    _ fence: Fence, _ step: String, _ result: StepResult, audit closing: AuditClosing? = nil
  ) async throws(AdminError) {
    try await recorded(closing != nil, fence) { connection, now in
      let changed = try connection.execute(result.update(step, of: fence.operation, at: now))
      guard changed == 1 else { throw Self.illegal("Step \(step) is not running, so it cannot end.") }
      try Self.log(
        "step_\(result.state.rawValue)", ["step": .string(step)], of: fence.operation, at: now, in: connection)
      if let closing { try audit.finish(closing.ticket, closing.outcome, in: connection) }
    }
  }

  /// Notes that a step was not needed.
  package func skipStep(_ fence: Fence, _ step: String, reason: String) async throws(AdminError) {
    try await transition(fence) { connection, now in
      guard try Self.state(of: step, fence, in: connection) == nil else {
        throw Self.illegal("Step \(step) has begun, so it cannot be skipped.")
      }
      try connection.execute(
        """
        INSERT INTO wf_steps (instance_id, step_id, state, attempt, idem_key, ended_ms)
        VALUES (\(fence.operation), \(step), 'skipped', 0, '', \(now.milliseconds))
        """)
      try Self.log(
        "step_skipped", ["step": .string(step), "reason": .string(reason)], of: fence.operation, at: now,
        in: connection)
    }
  }

  // MARK: Compensation

  /// Turns round: from now on the steps named are undone, the last one done first.
  package func beginCompensation(_ fence: Fence, of steps: [String], error: JSONValue) async throws(AdminError) {
    try await transition(fence) { connection, now in
      try Self.advance(fence, to: .compensating, at: now, in: connection)
      try connection.execute("UPDATE wf_instances SET error_json = \(error) WHERE id = \(fence.operation)")
      try connection.execute(
        """
        UPDATE wf_steps SET comp_state = 'pending'
        WHERE instance_id = \(fence.operation) AND step_id IN \(list: steps) AND comp_state = 'none'
        """)
    }
  }

  /// Announces an attempt at undoing a step.
  package func startUndo(
    _ fence: Fence, _ step: String, attempt: Int, audit entry: AuditEntry? = nil
  ) async throws(AdminError) -> AuditTicket? {
    try await audited(entry != nil, fence) { connection, now in
      try Self.require(.compensating, of: fence, in: connection)
      let ticket = try entry.map { entry in try audit.begin(entry, in: connection) }
      let changed = try connection.execute(
        """
        UPDATE wf_steps SET comp_state = 'running', comp_attempt = \(attempt), comp_audit_seq = \(ticket?.sequence)
        WHERE instance_id = \(fence.operation) AND step_id = \(step) AND comp_state IN ('pending', 'running', 'failed')
        """)
      guard changed == 1 else { throw Self.illegal("Step \(step) does not wait to be undone.") }
      try Self.log(
        "undo_started", ["step": .string(step), "attempt": .int(attempt)], of: fence.operation, at: now,
        in: connection)
      return ticket
    }
  }

  /// Tells how undoing a step ended.
  ///
  /// - Parameter error: why it failed; `nil` when it did not.
  package func finishUndo(
    _ fence: Fence, _ step: String, error: JSONValue?, audit closing: AuditClosing? = nil
  ) async throws(AdminError) {
    let state = error == nil ? CompensationState.done : .failed
    try await recorded(closing != nil, fence) { connection, now in
      let changed = try connection.execute(
        """
        UPDATE wf_steps SET comp_state = \(state), comp_error = \(error)
        WHERE instance_id = \(fence.operation) AND step_id = \(step) AND comp_state = 'running'
        """)
      guard changed == 1 else { throw Self.illegal("Step \(step) is not being undone, so that cannot end.") }
      try Self.log("undo_\(state.rawValue)", ["step": .string(step)], of: fence.operation, at: now, in: connection)
      if let closing { try audit.finish(closing.ticket, closing.outcome, in: connection) }
    }
  }
}

// MARK: - Rules

extension OperationJournal {
  /// A write of whoever holds the fence.
  @discardableResult
  private func transition<Result: Sendable>(
    _ fence: Fence, _ body: @Sendable (borrowing Connection, Timestamp) throws -> Result
  ) async throws(AdminError) -> Result {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      try Self.hold(fence, at: now, in: connection)
      return try body(connection, now)
    }
  }

  /// The same, where the failure of an announcement means that the audit trail cannot be written.
  private func audited<Result: Sendable>(
    _ announces: Bool, _ fence: Fence, _ body: @Sendable (borrowing Connection, Timestamp) throws -> Result
  ) async throws(AdminError) -> Result {
    do throws(AdminError) {
      return try await transition(fence, body)
    } catch {
      throw announces ? AuditLog.unavailable(error) : error
    }
  }

  /// The same, where a record of the audit trail tells how something ended that has taken place.
  private func recorded(
    _ tells: Bool, _ fence: Fence, _ body: @Sendable (borrowing Connection, Timestamp) throws -> Void
  ) async throws(AdminError) {
    do throws(AdminError) {
      try await transition(fence, body)
    } catch {
      throw tells ? AuditLog.unrecorded(error) : error
    }
  }

  /// Makes sure that the fence is the current one of an operation that is not at its end.
  static func hold(_ fence: Fence, at now: Timestamp, in connection: borrowing Connection) throws {
    let changed = try connection.execute(
      """
      UPDATE wf_instances SET updated_ms = \(now.milliseconds)
      WHERE id = \(fence.operation) AND fence = \(fence.number) AND lease_owner IS NOT NULL
        AND state NOT IN \(list: OperationState.terminal)
      """)
    guard changed == 0 else { return }
    let record = try require(fence.operation, in: connection)
    guard record.fence == fence.number, record.state.isTerminal else { throw AdminError.leaseLost }
    throw illegal("The operation is at its end (\(record.state.rawValue)); nothing about it changes.")
  }

  private static func advance(
    _ fence: Fence, to state: OperationState, at now: Timestamp, in connection: borrowing Connection
  ) throws {
    let current = try require(fence.operation, in: connection).state
    guard current.successors.contains(state) else {
      throw illegal("An operation that is \(current.rawValue) cannot become \(state.rawValue).")
    }
    try connection.execute("UPDATE wf_instances SET state = \(state) WHERE id = \(fence.operation)")
    try log("state", ["state": .string(state.rawValue)], of: fence.operation, at: now, in: connection)
  }

  private static func require(
    _ state: OperationState, of fence: Fence, in connection: borrowing Connection
  ) throws {
    let current = try require(fence.operation, in: connection).state
    guard current == state else { throw illegal("This needs an operation that is \(state), not \(current).") }
  }

  private static func state(
    of step: String, _ fence: Fence, in connection: borrowing Connection
  ) throws(StoreError) -> StepState? {
    try connection.value(
      "SELECT state FROM wf_steps WHERE instance_id = \(fence.operation) AND step_id = \(step)")
  }

  private static func illegal(_ message: String) -> AdminError { AdminError(.illegalState, message) }

  static func log(
    _ kind: String, _ detail: JSONObject, of id: LocalID, at now: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) {
    try connection.execute(
      """
      INSERT INTO wf_events (instance_id, n, ts_ms, kind, json)
      SELECT \(id), 1 + coalesce(max(n), 0), \(now.milliseconds), \(kind), \(JSONValue.object(detail))
      FROM wf_events WHERE instance_id = \(id)
      """)
  }
}

extension StepResult {
  var state: StepState {
    switch self {
    case .succeeded: .succeeded
    case .failed, .contradicted: .failed
    case .unknown: .unknown
    }
  }

  /// Only a running attempt can end.
  fileprivate func update(_ step: String, of operation: LocalID, at now: Timestamp) -> SQL {
    let running: SQL = "instance_id = \(operation) AND step_id = \(step) AND state = 'running'"
    let place: SQL = "(SELECT 1 + coalesce(max(done_order), 0) FROM wf_steps WHERE instance_id = \(operation))"
    switch self {
    case .succeeded(let output, let pending):
      return """
        UPDATE wf_steps SET state = 'succeeded', output_json = \(output), pending = \(pending),
          ended_ms = \(now.milliseconds), done_order = \(place)
        WHERE \(running)
        """
    case .contradicted(let output, let error):
      return """
        UPDATE wf_steps SET state = 'failed', output_json = \(output), error_json = \(error),
          ended_ms = \(now.milliseconds), done_order = \(place)
        WHERE \(running)
        """
    case .failed(let error), .unknown(let error):
      return """
        UPDATE wf_steps SET state = \(state), error_json = \(error), ended_ms = \(now.milliseconds) WHERE \(running)
        """
    }
  }
}
