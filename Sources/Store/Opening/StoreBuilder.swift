import AdminCore
import Glibc

/// Makes a store under a name of its own and gives it the real one when it is complete.
///
/// So nobody ever sees half a store, a crash leaves none behind, and of two processes that start at the same time one
/// finds the name taken and uses the other's.
struct StoreBuilder {
  let path: String
  let key: Secret<[UInt8]>
  let migrator: Migrator
  let now: Timestamp

  func build() throws(AdminError) {
    let draft = path + ".new-" + ProtectedFile.randomSuffix()
    defer { for suffix in ["", "-journal", "-wal", "-shm"] { unlink(draft + suffix) } }
    do {
      try create(draft)
      try fill(draft)
      _ = try ProtectedFile.publish(draft, as: path)
    } catch let error as StoreError {
      throw AdminError(error)
    } catch {
      throw AdminError(
        .storeReadOnly,
        "The store cannot be made; check the directory of DATABASE_PATH, its permissions and the free space.",
        cause: "\(error)")
    }
  }

  /// An empty file of mode 0600, which SQLite's own files beside it will copy.
  private func create(_ draft: String) throws(SystemCallError) {
    let descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemCallError("create", draft) }
    // No connection has this file yet, so there are no locks to lose by closing it.
    Glibc.close(descriptor)
  }

  private func fill(_ draft: String) throws(StoreError) {
    let connection = try ConnectionRecipe(path: draft, key: key, busyTimeout: .zero).open(.create)
    guard let cipherVersion = try connection.cipherVersion() else { throw StoreOpening.plainSQLite }
    for migration in migrator.migrations {
      try connection.execute("BEGIN IMMEDIATE")
      try Migrator.apply(migration, on: connection)
      try connection.execute("COMMIT")
    }
    try connection.execute(
      """
      INSERT INTO meta (key, value) VALUES
        ('chain', \(ChainID.make(at: now).text)), ('created', \(now.iso8601)),
        ('profile', \("sqlcipher-" + cipherVersion.prefix { $0 != "." }))
      """)
    // Last, and remembered in the file: every later connection finds it so.
    try connection.execute("PRAGMA journal_mode = WAL")
  }
}
