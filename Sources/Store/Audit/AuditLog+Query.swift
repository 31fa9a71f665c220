package import AdminCore

extension AuditLog {
  /// Records that fit `filter`, the newest first.
  package func records(
    _ filter: AuditFilter = AuditFilter(), limit: Int = PageLimit.standard, cursor: String? = nil
  ) async throws(AdminError) -> Page<AuditRecord> {
    let cursors = CursorCodec(key: database.keys[.cursor])
    let query = "audit/" + filter.fingerprint
    var before = Int.max
    if let cursor { before = try cursors.decode(cursor, for: query).first?.intValue ?? 0 }
    let limit = PageLimit.clamp(limit)
    let place = before
    return try await database.read { connection in
      let conditions = try filter.conditions(in: chain, subjects, connection)
      // Records are numbered without a gap, so without a filter the last number is their count.
      let count =
        filter == AuditFilter()
        ? try lastSequence(in: connection)
        : try connection.value("SELECT count(*) FROM audit_records\(SQL.where(conditions))", as: Int.self)
      let rows = try connection.all(
        """
        SELECT \(AuditRow.columns) FROM audit_records\(SQL.where(conditions + ["seq < \(place)"]))
        ORDER BY seq DESC LIMIT \(limit + 1)
        """, AuditRow.init(reading:))
      var items: [AuditRecord] = []
      for row in rows.prefix(limit) { items.append(try record(row, in: connection)) }
      let next = rows.count > limit ? items.last.map { cursors.encode([.int($0.sequence)], for: query) } : nil
      return Page(items: items, count: count ?? 0, nextCursor: next)
    }
  }

  /// One record; `nil` where there is none of that number.
  package func record(_ sequence: Int) async throws(AdminError) -> AuditRecord? {
    try await database.read { connection in
      let row = try connection.first(
        "SELECT \(AuditRow.columns) FROM audit_records WHERE chain_id = \(chain.text) AND seq = \(sequence)",
        AuditRow.init(reading:))
      return try row.map { row throws(StoreError) in try record(row, in: connection) }
    }
  }

  func record(_ row: AuditRow, in connection: borrowing Connection) throws(StoreError) -> AuditRecord {
    try AuditRecord(row) { reference throws(StoreError) in
      try subjects.identifier(of: reference, in: connection)
    }
  }

  /// What health says of the trail.
  package func state() async throws(AdminError) -> AuditState {
    try await database.read { connection in
      let last = try lastCheckpoint(in: connection)
      return AuditState(
        chain: chain, records: try lastSequence(in: connection), lastCheckpoint: last?.size ?? 0,
        lastCheckpointAt: last?.time, keySource: signer.source)
    }
  }
}

/// The trail in numbers.
package struct AuditState: Hashable, Sendable {
  package let chain: ChainID
  package let records: Int
  package let lastCheckpoint: Int
  package let lastCheckpointAt: Timestamp?
  package let keySource: CheckpointSigner.Source

  package var json: JSONObject {
    [
      "chain": .string(chain.text), "records": .int(records), "lastCheckpoint": .int(lastCheckpoint),
      "lastCheckpointAt": .optional(lastCheckpointAt?.iso8601), "keySource": .string(keySource.rawValue),
    ]
  }
}
