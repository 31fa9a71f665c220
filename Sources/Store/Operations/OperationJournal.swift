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
        approval_id, idem_key, total, created_ms, updated_ms)
      VALUES (
        \(id), \(new.name), \(new.version), \(new.tool), \(OperationState.queued), \(new.requestedBy),
        \(new.correlationID), \(input), \(new.inputHash), \(new.holdsSecret), \(new.isApproved), \(new.approvalID),
        \(new.idempotencyKey), \(new.totalSteps), \(now.milliseconds), \(now.milliseconds))
      """)
    if let lease {
      try connection.execute(
        """
        UPDATE wf_instances SET lease_owner = \(lease.owner), \(leaseMoment.ending(after: lease.duration)), fence = 1
        WHERE id = \(id)
        """)
    }
    try Self.log("created", ["tool": .string(new.tool)], of: id, at: now, in: connection)
    return .created(
      try Self.require(id, in: connection), lease.map { _ in Fence(operation: id, number: 1) })
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
