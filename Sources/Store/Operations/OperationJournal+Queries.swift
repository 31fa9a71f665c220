package import AdminCore

extension OperationJournal {
  package func operation(_ id: LocalID) async throws(AdminError) -> OperationDetail {
    try await database.read { connection in
      let record = try Self.require(id, in: connection)
      let sealed = try connection.value("SELECT input_sealed FROM wf_instances WHERE id = \(id)", as: [UInt8].self)
      let steps = try connection.all(
        """
        SELECT \(StepRecord.columns) FROM wf_steps WHERE instance_id = \(id) ORDER BY rowid
        """, StepRecord.init(reading:))
      return OperationDetail(record: record, input: try input(sealed ?? [], of: id), steps: steps)
    }
  }

  /// The operation that an idempotency key was used for; `nil` where it was not.
  package func operation(
    named name: String, idempotencyKey: String
  ) async throws(AdminError) -> OperationRecord? {
    try await database.read { connection in try Self.find(name, idempotencyKey, in: connection) }
  }

  /// The operation that has taken back all of another one; `nil` where there is none.
  package func completedUndo(of id: LocalID) async throws(AdminError) -> OperationRecord? {
    let mention = "%\"\(id)\"%"
    let records = try await database.read { connection in
      try connection.all(
        """
        SELECT \(OperationRecord.columns) FROM wf_instances
        WHERE name = 'undo_operation' AND state = 'completed' AND output_json LIKE \(mention)
        """, OperationRecord.init(reading:))
    }
    return records.first { $0.output?["operationId"] == .string(id.text) && $0.report?["left"] == nil }
  }

  /// Operations of a workflow that completed and were not undone since, the newest first.
  package func standing(named name: String, limit: Int) async throws(AdminError) -> [OperationRecord] {
    try await database.read { connection in
      try connection.all(
        """
        SELECT \(OperationRecord.columns) FROM wf_instances AS made
        WHERE name = \(name) AND state = 'completed' AND NOT EXISTS (
          SELECT 1 FROM wf_instances AS undoing
          WHERE undoing.name = 'undo_operation' AND undoing.state = 'completed'
            AND undoing.output_json LIKE '%"' || made.id || '"%' AND undoing.report_json NOT LIKE '%"left"%')
        ORDER BY id DESC LIMIT \(limit)
        """, OperationRecord.init(reading:))
    }
  }

  /// Operations of one workflow, the newest first.
  package func operations(
    named name: String, states: [OperationState], limit: Int = 50
  ) async throws(AdminError) -> [OperationRecord] {
    try await database.read { connection in
      try connection.all(
        """
        SELECT \(OperationRecord.columns) FROM wf_instances
        WHERE name = \(name) AND state IN \(list: states) ORDER BY id DESC LIMIT \(limit)
        """, OperationRecord.init(reading:))
    }
  }

  /// Operations, the newest first.
  ///
  /// - Parameter states: those to list; empty means all.
  package func list(
    states: [OperationState] = [], limit: Int = PageLimit.standard, cursor: String? = nil
  ) async throws(AdminError) -> Page<OperationRecord> {
    let cursors = CursorCodec(key: database.keys[.cursor])
    let query = "operations/" + states.map(\.rawValue).joined(separator: ",")
    let matching: [SQL] = states.isEmpty ? [] : ["state IN \(list: states)"]
    var conditions = matching
    if let cursor {
      let place = try cursors.decode(cursor, for: query).first?.stringValue
      conditions.append("id < \(place)")
    }
    let limit = PageLimit.clamp(limit)
    let rows: SQL = """
      SELECT \(OperationRecord.columns) FROM wf_instances\(SQL.where(conditions)) ORDER BY id DESC LIMIT \(limit + 1)
      """
    return try await database.read { connection in
      let count = try connection.value("SELECT count(*) FROM wf_instances\(SQL.where(matching))", as: Int.self)
      let records = try connection.all(rows, OperationRecord.init(reading:))
      let items = Array(records.prefix(limit))
      let next = records.count > limit ? items.last.map { cursors.encode([.string($0.id.text)], for: query) } : nil
      return Page(items: items, count: count ?? 0, nextCursor: next)
    }
  }

  /// Operations that are not at their end, the oldest first, for health and for going on after a start.
  package func unfinished(limit: Int = 50) async throws(AdminError) -> [OperationRecord] {
    try await database.read { connection in
      try connection.all(
        """
        SELECT \(OperationRecord.columns) FROM wf_instances
        WHERE state IN \(list: OperationState.active + [.blocked]) ORDER BY id LIMIT \(limit)
        """, OperationRecord.init(reading:))
    }
  }

  package func events(
    of id: LocalID, after number: Int = 0, limit: Int = 200
  ) async throws(AdminError) -> [OperationEvent] {
    try await database.read { connection in
      try connection.all(
        """
        SELECT \(OperationEvent.columns) FROM wf_events
        WHERE instance_id = \(id) AND n > \(number) ORDER BY n LIMIT \(limit)
        """, OperationEvent.init(reading:))
    }
  }

  static func find(_ id: LocalID, in connection: borrowing Connection) throws(StoreError) -> OperationRecord? {
    try connection.first(
      "SELECT \(OperationRecord.columns) FROM wf_instances WHERE id = \(id)", OperationRecord.init(reading:))
  }

  static func find(
    _ name: String, _ idempotencyKey: String, in connection: borrowing Connection
  ) throws(StoreError) -> OperationRecord? {
    try connection.first(
      """
      SELECT \(OperationRecord.columns) FROM wf_instances WHERE name = \(name) AND idem_key = \(idempotencyKey)
      """, OperationRecord.init(reading:))
  }

  static func require(_ id: LocalID, in connection: borrowing Connection) throws -> OperationRecord {
    guard let record = try find(id, in: connection) else { throw missing(id) }
    return record
  }

  static func missing(_ id: LocalID) -> AdminError {
    AdminError(.operationNotFound, "There is no operation \(id). list_operations shows those there are.")
  }
}
