package import AdminCore

/// The audit trail: append-only, hash-chained, one chain for the whole store.
///
/// All processes append under the store's write lock, so the chain never forks. Each function that writes also exists
/// for use inside a transaction of the caller's, where the record is committed together with what it tells of.
package struct AuditLog: Sendable {
  /// A checkpoint is due after so many records, or when the last one is this old.
  static let checkpointInterval = 256
  static let checkpointAge = Duration.seconds(15 * 60)

  let database: Database
  let subjects: AuditSubjects
  package let signer: CheckpointSigner

  /// - Parameter signer: `nil` takes a key derived from the store's.
  package init(_ database: Database, signer: CheckpointSigner? = nil) {
    self.database = database
    subjects = AuditSubjects(database.keys)
    self.signer = signer ?? .hmac(database.keys[.auditCheckpoint], source: .derived)
  }

  var chain: ChainID { database.identity.chain }

  // MARK: Appending

  /// Announces an effect. When this throws, the effect must not take place.
  package func begin(_ entry: AuditEntry) async throws(AdminError) -> AuditTicket {
    try await appending { connection in try begin(entry, in: connection) }
  }

  /// Tells how it ended. When this throws, the announcement stands without an outcome.
  package func finish(_ ticket: AuditTicket, _ outcome: AuditOutcome) async throws(AdminError) {
    do throws(AdminError) {
      try await database.write { connection in try finish(ticket, outcome, in: connection) }
    } catch {
      throw Self.unrecorded(error)
    }
  }

  /// Tells of something in one record: a read, a refused token, a decision.
  ///
  /// - Returns: the number of the record.
  @discardableResult
  package func record(_ entry: AuditEntry, _ outcome: AuditOutcome) async throws(AdminError) -> Int {
    try await appending { connection in try record(entry, outcome, in: connection) }
  }

  package func begin(_ entry: AuditEntry, in connection: borrowing Connection) throws -> AuditTicket {
    let sequence = try append(entry, .intent, AuditOutcome(.started, detail: entry.detail), in: connection)
    return AuditTicket(sequence: sequence, entry: entry)
  }

  package func finish(_ ticket: AuditTicket, _ outcome: AuditOutcome, in connection: borrowing Connection) throws {
    var outcome = outcome
    outcome.detail["intent"] = .int(ticket.sequence)
    try append(ticket.entry, .outcome, outcome, in: connection)
  }

  @discardableResult
  package func record(
    _ entry: AuditEntry, _ outcome: AuditOutcome, in connection: borrowing Connection
  ) throws -> Int {
    var outcome = outcome
    outcome.detail = entry.detail.merging(outcome.detail)
    return try append(entry, .event, outcome, in: connection)
  }

  /// A write transaction whose failure means that the trail cannot be written.
  func appending<Result: Sendable>(
    _ body: @Sendable (borrowing Connection) throws -> Result
  ) async throws(AdminError) -> Result {
    do throws(AdminError) {
      return try await database.write(body)
    } catch {
      throw Self.unavailable(error)
    }
  }

  /// What it is to the caller that an announcement could not be written: `AUD_001`, unless trying again may help or the
  /// trail is broken.
  package static func unavailable(_ error: AdminError) -> AdminError {
    wrap(error, "The audit trail cannot be written, so nothing was done.")
  }

  /// The same for an outcome: here the effect has taken place.
  package static func unrecorded(_ error: AdminError) -> AdminError {
    wrap(error, "It was done, but how it ended could not be added to the audit trail, where it was announced.")
  }

  private static func wrap(_ error: AdminError, _ message: String) -> AdminError {
    switch error.code {
    case .storeReadOnly, .cannotDecrypt, .internalFault:
      AdminError(.auditUnavailable, "\(message) \(error.message)", cause: error.cause)
    default: error
    }
  }

  // MARK: One record

  @discardableResult
  private func append(
    _ entry: AuditEntry, _ phase: AuditPhase, _ outcome: AuditOutcome, in connection: borrowing Connection
  ) throws -> Int {
    let now = database.timekeeper.now()
    var head = try self.head(in: connection)
    let target = outcome.target ?? entry.target
    let body = AuditBody(
      chain: chain, sequence: head.size + 1, time: now, phase: phase, status: outcome.status, code: outcome.code,
      entry: entry,
      actorRef: try reference(
        entry.actor.identifier, isPersonal: entry.actor.kind.isPersonal, at: now, in: connection),
      targetType: target?.type,
      targetRef: try target.map { target throws(StoreError) in
        try reference(target.identifier, isPersonal: target.isPersonal, at: now, in: connection)
      },
      detail: try subjects.withoutAddresses(outcome.detail, at: now, in: connection))
    let bytes = body.bytes
    let leaf = AuditHead.leaf(bytes)
    head.append(leaf: leaf)
    try connection.execute(
      """
      INSERT INTO audit_records (
        chain_id, seq, ts_ms, body, leaf, chain, op, status, actor_ref, target_ref, tenant_id, corr)
      VALUES (
        \(chain.text), \(head.size), \(now.milliseconds), \(String(decoding: bytes, as: UTF8.self)), \(leaf),
        \(head.chain), \(entry.operation), \(outcome.status), \(body.actorRef), \(body.targetRef), \(entry.tenant),
        \(entry.correlationID))
      """)
    try store(head, in: connection)
    try checkpointIfDue(head, at: now, in: connection)
    return head.size
  }

  private func reference(
    _ identifier: String, isPersonal: Bool, at now: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) -> String {
    guard isPersonal || identifier.utf8.contains(UInt8(ascii: "@")) else { return identifier }
    return try subjects.reference(for: identifier, at: now, in: connection)
  }

  // MARK: The head

  /// The head as it is stored. Records that are missing at the end show here, before another is added.
  func head(in connection: borrowing Connection) throws -> AuditHead {
    let last = try connection.first(
      "SELECT seq, chain FROM audit_records WHERE chain_id = \(chain.text) ORDER BY seq DESC LIMIT 1"
    ) { row throws(StoreError) in (size: try row.next(Int.self), chain: try row.next([UInt8].self)) }
    let frontier = try storedFrontier(in: connection)
    guard let last else {
      guard frontier == MerkleFrontier() else { throw Self.broken }
      return AuditHead(chain)
    }
    guard let frontier, frontier.size == last.size else { throw Self.broken }
    return AuditHead(size: last.size, chain: last.chain, frontier: frontier)
  }

  /// The stored frontier, the empty one before the first record; `nil` when it makes no sense.
  func storedFrontier(in connection: borrowing Connection) throws(StoreError) -> MerkleFrontier? {
    let row = try connection.first(
      "SELECT size, nodes FROM audit_frontier WHERE chain_id = \(chain.text)"
    ) { row throws(StoreError) in (size: try row.next(Int.self), nodes: try row.next([UInt8].self)) }
    guard let row else { return MerkleFrontier() }
    return MerkleFrontier(size: row.size, nodes: row.nodes)
  }

  private func store(_ head: AuditHead, in connection: borrowing Connection) throws(StoreError) {
    try connection.execute(
      """
      INSERT OR REPLACE INTO audit_frontier (chain_id, size, nodes)
      VALUES (\(chain.text), \(head.size), \(head.frontier?.serialized))
      """)
  }

  private static let broken = AdminError(
    .auditBroken,
    "The audit trail does not fit together, so nothing was done. Run `m365-admin-mcp audit verify`, which names the "
      + "first bad record; reading still works.")
}
