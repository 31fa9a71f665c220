package import AdminCore

/// What has become of operations and templates, told by tables to which rows are only ever added.
///
/// Writers of all processes follow one another, so the rows of such a table are numbered in the order of their commits,
/// and the number of the last row that somebody has seen tells what is new. No clock has a part in it.
package struct ChangeLog: Sendable {
  /// Where somebody has looked up to.
  package struct Mark: Hashable, Sendable {
    /// The store's change counter; `nil` where one look did not take everything in.
    fileprivate let counter: Int?
    fileprivate let event: Int
    fileprivate let version: Int
    fileprivate let use: Int
  }

  /// What is new.
  package struct Look: Sendable {
    /// Operations that began, went on or ended.
    package let operations: [OperationRecord]
    /// Templates that were made, changed, deleted, brought back or sent.
    package let templates: Set<LocalID>
    /// For the next look.
    package let mark: Mark
  }

  private let database: Database
  private let limit: Int

  /// - Parameter limit: so many rows of a table one look takes in; the next one goes on from there.
  package init(_ database: Database, limit: Int = 500) {
    self.database = database
    self.limit = limit
  }

  /// - Parameter mark: of the look before; `nil` for the first, which sees nothing and only remembers.
  package func look(since mark: Mark?) async throws(AdminError) -> Look {
    let counter = try await database.changeCounter()
    if let mark, mark.counter == counter { return Look(operations: [], templates: [], mark: mark) }
    return try await database.read { connection in
      guard let mark else {
        return Look(operations: [], templates: [], mark: try Self.newest(counter, in: connection))
      }
      let events = try rows("instance_id", of: "wf_events", after: mark.event, in: connection)
      let versions = try rows("template_id", of: "email_template_versions", after: mark.version, in: connection)
      let uses = try rows("used_template_id", of: "template_usage", after: mark.use, in: connection)
      let operations = try Set(events.map { $0.id }).compactMap { id in
        try OperationJournal.find(id, in: connection)
      }
      let isComplete = max(events.count, versions.count, uses.count) < limit
      return Look(
        operations: operations, templates: Set((versions + uses).map { $0.id }),
        mark: Mark(
          counter: isComplete ? counter : nil, event: events.last?.number ?? mark.event,
          version: versions.last?.number ?? mark.version, use: uses.last?.number ?? mark.use))
    }
  }

  private func rows(
    _ id: SQL, of table: SQL, after number: Int, in connection: borrowing Connection
  ) throws(StoreError) -> [(number: Int, id: LocalID)] {
    try connection.all(
      "SELECT rowid, \(id) FROM \(table) WHERE rowid > \(number) ORDER BY rowid LIMIT \(limit)"
    ) { row throws(StoreError) in (number: try row.next(Int.self), id: try row.next(LocalID.self)) }
  }

  private static func newest(_ counter: Int, in connection: borrowing Connection) throws(StoreError) -> Mark {
    Mark(
      counter: counter, event: try last(of: "wf_events", in: connection),
      version: try last(of: "email_template_versions", in: connection),
      use: try last(of: "template_usage", in: connection))
  }

  private static func last(of table: SQL, in connection: borrowing Connection) throws(StoreError) -> Int {
    try connection.value("SELECT coalesce(max(rowid), 0) FROM \(table)", as: Int.self) ?? 0
  }
}
