package import AdminCore
import CSQLCipher

/// Everything it takes to open a connection to one store, again and again.
package struct ConnectionRecipe: Sendable {
  package enum Access: Sendable {
    /// Cannot change the file: not by a statement, and not by a checkpoint when it is closed.
    case read
    case write
    /// Makes the file.
    case create

    fileprivate var flags: Int32 {
      switch self {
      case .read: SQLITE_OPEN_READONLY
      case .write: SQLITE_OPEN_READWRITE
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    }
  }

  package let path: String
  let key: Secret<[UInt8]>
  package let profile: CipherProfile
  let busyTimeout: Duration

  package init(path: String, key: Secret<[UInt8]>, profile: CipherProfile = .native, busyTimeout: Duration) {
    self.path = path
    self.key = key
    self.profile = profile
    self.busyTimeout = busyTimeout
  }

  /// A keyed connection, ready for use.
  ///
  /// A wrong key shows only when something is read: SQLite then says that the file is not a database.
  package func open(_ access: Access) throws(StoreError) -> Connection {
    let connection = try Connection(path: path, flags: access.flags)
    connection.setBusyTimeout(busyTimeout)
    try connection.setKey(key)
    for statement in profile.statements { try connection.execute(statement) }
    for statement in Self.settings(for: access) { try connection.execute(statement) }
    return connection
  }

  private static func settings(for access: Access) -> [SQL] {
    let everywhere: [SQL] = ["PRAGMA foreign_keys = ON", "PRAGMA temp_store = MEMORY"]
    switch access {
    case .read: return everywhere
    case .create: return everywhere + ["PRAGMA secure_delete = ON", "PRAGMA synchronous = FULL"]
    case .write:
      return everywhere + ["PRAGMA secure_delete = ON", "PRAGMA synchronous = FULL", "PRAGMA journal_mode = WAL"]
    }
  }
}

extension Connection {
  /// A raw key of 256 bits, as SQLCipher takes it: `x'…'`. It never becomes part of a statement's text.
  func setKey(_ key: Secret<[UInt8]>) throws(StoreError) {
    let text = Array("x'\(Hex.encode(key.reveal()))'".utf8)
    guard sqlite3_key(handle, text, Int32(text.count)) == SQLITE_OK else { throw StoreError.last(of: handle) }
  }

  /// The version of SQLCipher; `nil` where the library is a plain SQLite, which would ignore the key and write
  /// everything for all to read.
  func cipherVersion() throws(StoreError) -> String? { try value("PRAGMA cipher_version") }

  /// Whether the file begins as an unencrypted SQLite database does.
  func hasPlaintextHeader() -> Bool {
    let magic = Array("SQLite format 3\0".utf8)
    var header = [UInt8](repeating: 0, count: magic.count)
    return m365_read_file(handle, &header, Int32(header.count), 0) == SQLITE_OK && header == magic
  }
}
