package import AdminCore

/// Settings that the program itself keeps in the store, as texts by key.
package struct ConfigRepository: Sendable {
  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func value(for key: String) async throws(AdminError) -> String? {
    try await database.read { connection in
      try connection.value("SELECT value FROM config WHERE key = \(key)")
    }
  }

  /// Every key with its value, in the order of the keys.
  package func all() async throws(AdminError) -> [(key: String, value: String)] {
    try await database.read { connection in
      try connection.all("SELECT key, value FROM config ORDER BY key") { row throws(StoreError) in
        (key: try row.next(), value: try row.next())
      }
    }
  }

  package func set(_ key: String, to value: String) async throws(AdminError) {
    let now = database.timekeeper.now()
    try await database.write { connection in try Self.set(key, to: value, at: now, in: connection) }
  }

  /// - Returns: whether there was such a key.
  @discardableResult
  package func remove(_ key: String) async throws(AdminError) -> Bool {
    try await database.write { connection in
      try connection.execute("DELETE FROM config WHERE key = \(key)") == 1
    }
  }

  package static func set(
    _ key: String, to value: String, at time: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) {
    try connection.execute(
      "INSERT OR REPLACE INTO config (key, value, updated_at) VALUES (\(key), \(value), \(time.iso8601))")
  }
}
