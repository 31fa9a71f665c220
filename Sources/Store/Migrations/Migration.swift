import AdminCore

/// One step of the schema. Once released it is never edited: stores out there have run it as it was.
package struct Migration: Sendable {
  /// The version that the schema has afterwards.
  package let version: Int
  package let script: String

  package init(version: Int, script: String) {
    self.version = version
    self.script = script
  }

  /// Every step there is, in order. A new one is a new file and one more line here.
  package static let all: [Migration] = [
    .foundation, .templates, .audit, .operations, .approvals, .personas, .optOuts, .stepPending,
    .leaseUptime,
  ]
}

/// Brings a store's schema up to date.
struct Migrator {
  let migrations: [Migration]

  var latestVersion: Int { migrations.last?.version ?? 0 }

  /// The steps that a store at `version` lacks.
  func pending(after version: Int) -> some Sequence<Migration> { migrations.lazy.filter { $0.version > version } }

  /// Runs one step inside a transaction that holds the write lock. Another process may have run it while this one
  /// waited for the lock, so the version is looked at again.
  static func apply(_ migration: Migration, on connection: borrowing Connection) throws(StoreError) {
    guard try schemaVersion(of: connection) < migration.version else { return }
    try connection.run(script: migration.script)
    try connection.execute(
      "INSERT OR REPLACE INTO meta (key, value) VALUES ('schema_version', \(String(migration.version)))")
  }

  /// 0 where there is no schema yet.
  static func schemaVersion(of connection: borrowing Connection) throws(StoreError) -> Int {
    guard try connection.hasTable("meta") else { return 0 }
    let version = try connection.value("SELECT value FROM meta WHERE key = 'schema_version'", as: String.self)
    return version.flatMap { Int($0) } ?? 0
  }
}

extension Connection {
  func hasTable(_ name: String) throws(StoreError) -> Bool {
    try value("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = \(name)", as: Int.self) != nil
  }
}
