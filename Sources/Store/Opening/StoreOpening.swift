import AdminCore

/// Finds out whether a file is a store and whether the key fits, without being able to change it.
struct StoreOpening {
  let path: String
  let key: Secret<[UInt8]>
  let busyTimeout: Duration

  /// A store that could be read, and the connection that read it.
  struct Found: ~Copyable {
    let recipe: ConnectionRecipe
    let cipherVersion: String
    let chain: ChainID
    let schemaVersion: Int
    let createdProfile: String
    private let connection: Connection

    fileprivate init(
      _ connection: consuming Connection, recipe: ConnectionRecipe, cipherVersion: String
    ) throws(StoreError) {
      let meta = try Dictionary(
        connection.all("SELECT key, value FROM meta") { row throws(StoreError) in
          (try row.next(String.self), try row.next(String.self))
        }, uniquingKeysWith: { first, _ in first })
      guard let chain = meta["chain"].flatMap(ChainID.init), let version = meta["schema_version"].flatMap({ Int($0) })
      else { throw StoreOpening.foreign }
      self.recipe = recipe
      self.cipherVersion = cipherVersion
      self.chain = chain
      schemaVersion = version
      createdProfile = meta["profile"] ?? "unknown"
      self.connection = connection
    }

    consuming func takeConnection() -> Connection { connection }
  }

  func open() throws(AdminError) -> Found {
    do throws(StoreError) {
      return try openKeyed()
    } catch {
      guard error.code.primary == .notADatabase else { throw AdminError(error) }
      throw AdminError(.cannotDecrypt, "The store cannot be opened: \(error.message).", cause: error.description)
    }
  }

  private func openKeyed() throws(StoreError) -> Found {
    var profiles = [CipherProfile.native]
    var tried = 0
    while true {
      // A connection whose key did not fit is of no further use: SQLCipher keeps what it derived for it.
      let recipe = ConnectionRecipe(path: path, key: key, profile: profiles[tried], busyTimeout: busyTimeout)
      let connection = try recipe.open(.read)
      guard !connection.hasPlaintextHeader() else { throw Self.plaintext }
      guard let cipherVersion = try connection.cipherVersion() else { throw Self.plainSQLite }
      profiles = CipherProfile.candidates(cipherVersion: cipherVersion)
      do throws(StoreError) {
        guard try connection.hasTable("meta") else { throw Self.foreign }
        return try Found(connection, recipe: recipe, cipherVersion: cipherVersion)
      } catch  where error.code == .notADatabase && error != Self.foreign {
        tried += 1
        guard tried < profiles.count else { throw Self.wrongKey }
      }
    }
  }

  static let plainSQLite = StoreError(
    .notADatabase,
    "this build is linked with a plain SQLite, which cannot encrypt; install libsqlcipher and build again")

  private static let plaintext = StoreError(
    .notADatabase,
    "the file at DATABASE_PATH is a plaintext SQLite database, which is never used; move it away, or correct the path")

  private static let wrongKey = StoreError(
    .notADatabase,
    "the key does not fit, or the file is no store. Check DB_ENCRYPTION_KEY against the key the store was made with; "
      + "the file was not touched")

  fileprivate static let foreign = StoreError(
    .notADatabase, "the file at DATABASE_PATH is an encrypted database of another program; correct the path")
}
