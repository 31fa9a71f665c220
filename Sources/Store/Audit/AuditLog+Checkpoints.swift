package import AdminCore

extension AuditLog {
  /// Signs what the chain is now, unless the last checkpoint says it already; before a clean exit, a backup or a change
  /// of keys.
  ///
  /// - Returns: the newest note.
  @discardableResult
  package func checkpoint() async throws(AdminError) -> String? {
    let now = database.timekeeper.now()
    return try await appending { connection in
      let head = try head(in: connection)
      let last = try lastCheckpoint(in: connection)
      guard head.size > last?.size ?? 0 else { return last?.note }
      return try addCheckpoint(head, after: last, at: now, in: connection)
    }
  }

  /// The notes of all checkpoints after the first `size` records, the oldest first, for copying them to a safe place.
  package func checkpointNotes(after size: Int = 0, limit: Int = 200) async throws(AdminError) -> [CheckpointRecord] {
    try await database.read { connection in try checkpoints(after: size, limit: limit, in: connection) }
  }

  func checkpointIfDue(_ head: AuditHead, at now: Timestamp, in connection: borrowing Connection) throws {
    let last = try lastCheckpoint(in: connection)
    let isDue =
      head.size % Self.checkpointInterval == 0 || last.map { now - $0.time >= Self.checkpointAge } ?? true
    guard isDue else { return }
    try addCheckpoint(head, after: last, at: now, in: connection)
  }

  @discardableResult
  private func addCheckpoint(
    _ head: AuditHead, after last: CheckpointRecord?, at now: Timestamp, in connection: borrowing Connection
  ) throws -> String {
    guard let frontier = head.frontier else { preconditionFailure("a stored head has its frontier") }
    let note = try CheckpointNote(
      chain: chain, size: head.size, root: frontier.root, head: head.chain, time: now,
      previous: last.map { CheckpointNote.hash(of: $0.note) } ?? CheckpointNote.noPrevious
    ).text(signedBy: signer)
    try connection.execute(
      """
      INSERT INTO audit_checkpoints (chain_id, size, note, ts_ms)
      VALUES (\(chain.text), \(head.size), \(note), \(now.milliseconds))
      """)
    return note
  }

  func lastCheckpoint(in connection: borrowing Connection) throws(StoreError) -> CheckpointRecord? {
    try connection.first(
      """
      SELECT \(CheckpointRecord.columns) FROM audit_checkpoints
      WHERE chain_id = \(chain.text) ORDER BY size DESC LIMIT 1
      """, CheckpointRecord.init(reading:))
  }

  func checkpoints(
    after size: Int, limit: Int, in connection: borrowing Connection
  ) throws(StoreError) -> [CheckpointRecord] {
    try connection.all(
      """
      SELECT \(CheckpointRecord.columns) FROM audit_checkpoints
      WHERE chain_id = \(chain.text) AND size > \(size) ORDER BY size LIMIT \(limit)
      """, CheckpointRecord.init(reading:))
  }
}

/// A checkpoint as it is stored.
package struct CheckpointRecord: Hashable, Sendable {
  package let size: Int
  /// The signed note.
  package let note: String
  package let time: Timestamp

  static let columns: SQL = "size, note, ts_ms"

  init(reading row: inout Row) throws(StoreError) {
    size = try row.next()
    note = try row.next()
    time = try row.nextMilliseconds()
  }
}
