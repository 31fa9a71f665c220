package import AdminCore
import Cryptography

/// The journal of operations: what was asked for, which steps began, how they ended. Each transition is on disk before
/// the effect it announces, so that after a crash another process can go on or roll back.
///
/// Several processes share it. Whoever works on an operation holds a lease; each write names the fence of that lease
/// and fails with `AdminError.leaseLost` once somebody else has taken over.
package struct OperationJournal: Sendable {
  let database: Database
  let audit: AuditLog
  private let seal: Secret<[UInt8]>
  private let comparison: Secret<[UInt8]>

  package init(_ database: Database, audit: AuditLog) {
    self.database = database
    self.audit = audit
    seal = database.keys[.operationSeal]
    comparison = database.keys[.operationHash]
  }

  /// A keyed hash of an input, secrets included: equal for equal inputs, and of no help in guessing them.
  package func hash(ofInput input: JSONValue) -> [UInt8] {
    HMACSHA256.authenticate(CanonicalJSON.bytes(input), key: comparison)
  }

  // MARK: Creating

  package enum Creation: Sendable {
    /// Written down; with a fence when a lease was asked for.
    case created(OperationRecord, Fence?)
    /// The idempotency key was used before. Whether it is the same request, the input hashes tell.
    case existing(OperationRecord)
  }

  /// Writes an operation down before anything of it is done.
  ///
  /// - Parameter lease: takes the lease in the same commit, so that no other process finds the operation without owner.
  package func create(_ new: NewOperation, lease: LeaseTerms? = nil) async throws(AdminError) -> Creation {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      try create(new, lease: lease, at: now, in: connection)
    }
  }

  package func create(
    _ new: NewOperation, lease: LeaseTerms?, at now: Timestamp, in connection: borrowing Connection
  ) throws -> Creation {
    if let key = new.idempotencyKey, let existing = try Self.find(new.name, key, in: connection) {
      return .existing(existing)
    }
    let id = LocalID.make(at: now)
    let input = try SealedBox.seal(new.input.serialized, key: seal, context: Array(id.text.utf8))
    try connection.execute(
      """
      INSERT INTO wf_instances (
        id, name, def_version, tool, state, requested_by_json, corr, input_sealed, input_hash, holds_secret, approved,
        approval_id, idem_key, total, lease_owner, lease_until_ms, fence, created_ms, updated_ms)
      VALUES (
        \(id), \(new.name), \(new.version), \(new.tool), \(OperationState.queued), \(new.requestedBy),
        \(new.correlationID), \(input), \(new.inputHash), \(new.holdsSecret), \(new.isApproved), \(new.approvalID),
        \(new.idempotencyKey), \(new.totalSteps), \(lease?.owner), \(lease?.until.milliseconds),
        \(lease == nil ? 0 : 1), \(now.milliseconds), \(now.milliseconds))
      """)
    try Self.log("created", ["tool": .string(new.tool)], of: id, at: now, in: connection)
    return .created(
      try Self.require(id, in: connection), lease.map { _ in Fence(operation: id, number: 1) })
  }

  // MARK: Leases

  /// Takes an operation that nobody holds; `nil` when somebody does, or it is at an end.
  package func claim(_ id: LocalID, _ lease: LeaseTerms) async throws(AdminError) -> Fence? {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      guard try Self.find(id, in: connection) != nil else { throw Self.missing(id) }
      return try Self.claim(id, lease, at: now, in: connection)
    }
  }

  /// Takes operations whose process went away, the oldest first. Those that wait for an approval, or for a person's
  /// word on an unknown outcome, are left alone.
  package func claimInterrupted(_ lease: LeaseTerms, limit: Int) async throws(AdminError) -> [Fence] {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      let ids = try connection.all(
        """
        SELECT id FROM wf_instances
        WHERE state IN \(list: OperationState.active) AND approved = 1
          AND (lease_owner IS NULL OR lease_until_ms < \(now.milliseconds))
        ORDER BY id LIMIT \(limit)
        """
      ) { row throws(StoreError) in try row.next(LocalID.self) }
      return try ids.compactMap { id in try Self.claim(id, lease, at: now, in: connection) }
    }
  }

  private static func claim(
    _ id: LocalID, _ lease: LeaseTerms, at now: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) -> Fence? {
    let changed = try connection.execute(
      """
      UPDATE wf_instances SET
        lease_owner = \(lease.owner), lease_until_ms = \(lease.until.milliseconds), fence = fence + 1,
        updated_ms = \(now.milliseconds)
      WHERE id = \(id) AND state NOT IN \(list: OperationState.terminal)
        AND (lease_owner IS NULL OR lease_until_ms < \(now.milliseconds))
      """)
    guard changed == 1,
      let number = try connection.value("SELECT fence FROM wf_instances WHERE id = \(id)", as: Int.self)
    else { return nil }
    try log("claimed", ["owner": .string(lease.owner), "fence": .int(number)], of: id, at: now, in: connection)
    return Fence(operation: id, number: number)
  }

  /// Holds on to an operation for longer.
  ///
  /// - Returns: whether it is still held; if not, no further effect may be started.
  package func renew(_ fence: Fence, until: Timestamp) async throws(AdminError) -> Bool {
    try await database.write { connection in
      try connection.execute(
        """
        UPDATE wf_instances SET lease_until_ms = \(until.milliseconds)
        WHERE id = \(fence.operation) AND fence = \(fence.number) AND lease_owner IS NOT NULL
          AND state NOT IN \(list: OperationState.terminal)
        """) == 1
    }
  }

  /// Gives an operation back unfinished, for any process to go on with.
  package func release(_ fence: Fence) async throws(AdminError) {
    let now = database.timekeeper.now()
    try await database.write { connection in
      try Self.hold(fence, at: now, in: connection)
      try connection.execute(
        "UPDATE wf_instances SET lease_owner = NULL, lease_until_ms = NULL WHERE id = \(fence.operation)")
      try Self.log("released", [:], of: fence.operation, at: now, in: connection)
    }
  }

  /// Opens what `create` has sealed.
  func input(_ sealed: [UInt8], of id: LocalID) throws -> JSONValue {
    try JSONParser.parse(SealedBox.open(sealed, key: seal, context: Array(id.text.utf8)))
  }
}

extension AdminError {
  /// Somebody else has taken the operation over; whoever gets this stops at once and does nothing more to it.
  package static let leaseLost = AdminError(
    .illegalState, "Another server process has taken over this operation; get_operation shows its state.",
    details: ["reason": "leaseLost"])

  package var isLeaseLost: Bool { code == .illegalState && details?["reason"]?.stringValue == "leaseLost" }
}
