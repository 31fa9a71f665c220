package import AdminCore
import Glibc

extension Database {
  package struct Options: Sendable {
    /// How long a write waits for other processes before it gives up.
    package var busyTimeout: Duration = .seconds(5)
    /// Connections that read at the same time.
    package var readerCount = 3
    package var migrations = Migration.all
    /// Whether a store is made where there is none.
    package var createsFile = true

    package init() {}
  }

  /// Opens the store at `path`, and makes it when there is none.
  ///
  /// A file that cannot be opened with this key, is not encrypted, or was written by a newer version is refused and
  /// not touched: nothing that can write is opened before all of that is known.
  package static func open(
    at path: String,
    key: StoreKey,
    timekeeper: any Timekeeper = SystemTimekeeper(),
    options: Options = Options()
  ) async throws(AdminError) -> Database {
    let file = try StoreFile(at: path)
    guard file.exists || options.createsFile else {
      throw AdminError(
        .misconfigured, "There is no store at DATABASE_PATH: run `m365-admin-mcp init`, or correct the path.")
    }
    let rawKey = try key.resolve(for: file)
    let migrator = Migrator(migrations: options.migrations)
    if !file.exists {
      try StoreBuilder(path: path, key: rawKey, migrator: migrator, now: timekeeper.now()).build()
    }
    let found = try StoreOpening(path: path, key: rawKey, busyTimeout: options.busyTimeout).open()
    let recipe = found.recipe
    let writer = Writer(recipe, timekeeper: timekeeper)
    let version = try await migrate(from: found.schemaVersion, with: migrator, on: writer, timekeeper)
    let identity = Identity(
      chain: found.chain, schemaVersion: version, createdProfile: found.createdProfile, profile: recipe.profile,
      cipherVersion: found.cipherVersion)
    let keys = try StoreKeys(from: rawKey, chain: found.chain)
    let first = Reader(found.takeConnection(), recipe)
    let further = (1..<max(options.readerCount, 1)).map { _ in Reader(recipe) }
    return Database(
      path: path, identity: identity, keys: keys, timekeeper: timekeeper, warnings: file.warnings, writer: writer,
      readers: ReaderPool(first: first, further: further))
  }

  private static func migrate(
    from version: Int, with migrator: Migrator, on writer: Writer, _ timekeeper: any Timekeeper
  ) async throws(AdminError) -> Int {
    guard version <= migrator.latestVersion else {
      throw AdminError(
        .schemaNewer,
        "The store has schema \(version), this version knows \(migrator.latestVersion): start the newer server, or "
          + "restore a backup made by this one.")
    }
    for migration in migrator.pending(after: version) {
      try await writer.write(requested: timekeeper.uptime()) { connection in
        try Migrator.apply(migration, on: connection)
      }
    }
    return migrator.latestVersion
  }
}

extension StoreKey {
  /// The 256 bits; made from passphrase and salt where they are not given.
  fileprivate func resolve(for file: StoreFile) throws(AdminError) -> Secret<[UInt8]> {
    switch self {
    case .raw(let key): key
    case .passphrase(let passphrase):
      try KeySalt.load(for: file.path, storeExists: file.exists).stretch(passphrase)
    }
  }
}
