package import AdminCore
import Cryptography

/// Plans that wait for a person. A plan is bound to the tool, its arguments and the tenant's state it was made from; it
/// is good once, and for ten minutes.
package struct ApprovalRepository: Sendable {
  package static let lifetime = Duration.seconds(600)

  private let database: Database
  private let seal: Secret<[UInt8]>
  private let tokenKey: Secret<[UInt8]>

  package init(_ database: Database) {
    self.database = database
    seal = database.keys[.stateSeal]
    tokenKey = database.keys[.confirmation]
  }

  /// Writes a plan down.
  ///
  /// - Parameter withToken: also makes a token that approves the plan without a person, for setups that allow it.
  ///   Only its hash is kept.
  package func create(
    _ new: NewPlan, withToken: Bool = false
  ) async throws(AdminError) -> (plan: ApprovalPlan, token: Secret<String>?) {
    let now = database.timekeeper.now()
    let id = LocalID.make(at: now)
    let token = withToken ? Secret(Base64.encode(SecureRandom.bytes(32), .url)) : nil
    return try await database.write { connection in
      let sealed = try SealedBox.seal(new.plan.serialized, key: seal, context: Array(id.text.utf8))
      try connection.execute(
        """
        INSERT INTO approval_plans (
          plan_id, tool, arguments_hash, state_hash, plan_sealed, requested_by_json, token_hash, state, created_ms,
          expires_ms)
        VALUES (
          \(id), \(new.tool), \(new.argumentsHash), \(new.stateHash), \(sealed), \(new.requestedBy),
          \(token.map(hash)), \(ApprovalState.pending), \(now.milliseconds), \((now + Self.lifetime).milliseconds))
        """)
      return (try require(id, in: connection), token)
    }
  }

  package func plan(_ id: LocalID) async throws(AdminError) -> ApprovalPlan {
    try await database.read { connection in try require(id, in: connection) }
  }

  /// Plans that a person can still decide on, the oldest first.
  package func pending(limit: Int = 50) async throws(AdminError) -> [ApprovalPlan] {
    let now = database.timekeeper.now()
    return try await database.read { connection in
      try connection.all(
        """
        SELECT plan_id FROM approval_plans
        WHERE state = 'pending' AND expires_ms > \(now.milliseconds) ORDER BY plan_id LIMIT \(limit)
        """
      ) { row throws(StoreError) in try row.next(LocalID.self) }.map { try require($0, in: connection) }
    }
  }

  // MARK: Deciding

  package func approve(_ id: LocalID, by person: String) async throws(AdminError) -> ApprovalPlan {
    try await decide(id, .approved, by: person)
  }

  package func deny(_ id: LocalID, by person: String) async throws(AdminError) -> ApprovalPlan {
    try await decide(id, .denied, by: person)
  }

  private func decide(
    _ id: LocalID, _ decision: ApprovalState, by person: String
  ) async throws(AdminError) -> ApprovalPlan {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      let plan = try require(id, in: connection)
      guard !plan.isExpired(at: now) else {
        throw AdminError(.confirmationRequired, "The plan has expired. Call the tool again to get a new one.")
      }
      guard plan.state == .pending else {
        throw AdminError(.illegalState, "The plan is \(plan.state.rawValue) already; a decision is final.")
      }
      try connection.execute(
        """
        UPDATE approval_plans SET state = \(decision), decided_by = \(person), decided_ms = \(now.milliseconds)
        WHERE plan_id = \(id)
        """)
      return try require(id, in: connection)
    }
  }

  // MARK: Using

  /// Spends an approval for exactly this call in exactly this state of the tenant.
  ///
  /// - Returns: the plan that was approved; `nil` when there is none, so that nothing may be done.
  package func consume(
    tool: String, argumentsHash: [UInt8], stateHash: [UInt8]
  ) async throws(AdminError) -> LocalID? {
    try await spend(tool, argumentsHash, stateHash, where: "state = \(ApprovalState.approved)", decidedBy: nil)
  }

  /// Spends the token of a plan, for exactly this call in exactly this state of the tenant.
  package func consume(
    token: Secret<String>, tool: String, argumentsHash: [UInt8], stateHash: [UInt8]
  ) async throws(AdminError) -> LocalID? {
    let states = [ApprovalState.pending, .approved]
    return try await spend(
      tool, argumentsHash, stateHash, where: "token_hash = \(hash(token)) AND state IN \(list: states)",
      decidedBy: "token")
  }

  private func spend(
    _ tool: String, _ argumentsHash: [UInt8], _ stateHash: [UInt8], where condition: SQL, decidedBy: String?
  ) async throws(AdminError) -> LocalID? {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      let found = try connection.value(
        """
        SELECT plan_id FROM approval_plans
        WHERE tool = \(tool) AND arguments_hash = \(argumentsHash) AND state_hash = \(stateHash)
          AND expires_ms > \(now.milliseconds) AND \(condition)
        ORDER BY plan_id LIMIT 1
        """, as: LocalID.self)
      guard let found else { return nil }
      try connection.execute(
        """
        UPDATE approval_plans SET
          state = 'used', used_ms = \(now.milliseconds), decided_by = coalesce(decided_by, \(decidedBy))
        WHERE plan_id = \(found)
        """)
      return found
    }
  }

  /// Removes plans that expired before `time`; what became of them stands in the audit trail.
  ///
  /// - Returns: how many.
  @discardableResult
  package func purge(expiredBefore time: Timestamp) async throws(AdminError) -> Int {
    try await database.write { connection in
      try connection.execute("DELETE FROM approval_plans WHERE expires_ms < \(time.milliseconds)")
    }
  }

  // MARK: Rows

  private func require(_ id: LocalID, in connection: borrowing Connection) throws -> ApprovalPlan {
    let row = try connection.first(
      """
      SELECT plan_id, tool, requested_by_json, state, decided_by, created_ms, expires_ms, plan_sealed
      FROM approval_plans WHERE plan_id = \(id)
      """, PlanRow.init(reading:))
    guard let row else {
      throw AdminError(
        .confirmationRequired, "There is no plan \(id). Plans are removed after they expire; call the tool again.")
    }
    let plan = try JSONParser.parse(SealedBox.open(row.sealed, key: seal, context: Array(id.text.utf8)))
    return ApprovalPlan(
      id: row.id, tool: row.tool, plan: plan, requestedBy: row.requestedBy, state: row.state,
      decidedBy: row.decidedBy, createdAt: row.createdAt, expiresAt: row.expiresAt)
  }

  private func hash(_ token: Secret<String>) -> [UInt8] {
    HMACSHA256.authenticate(Array(token.reveal().utf8), key: tokenKey)
  }
}

private struct PlanRow {
  let id: LocalID
  let tool: String
  let requestedBy: AuditActor
  let state: ApprovalState
  let decidedBy: String?
  let createdAt: Timestamp
  let expiresAt: Timestamp
  let sealed: [UInt8]

  init(reading row: inout Row) throws(StoreError) {
    id = try row.next()
    tool = try row.next()
    requestedBy = try row.next()
    state = try row.next()
    decidedBy = try row.next()
    createdAt = try row.nextMilliseconds()
    expiresAt = try row.nextMilliseconds()
    sealed = try row.next()
  }
}
