import AdminCore
import Foundation
import Store
import TestSupport
import Testing

@Suite("Opening a store")
struct OpeningTests {
  @Test("A new store is made with its directory, for its owner alone, and opens again as the same store")
  func makesStore() async throws {
    let fixture = try StoreFixture()
    let path = fixture.directory.file("a/b/store.db")
    let first = try await Database.open(at: path, key: fixture.key)
    #expect(try mode(of: path) == 0o600)
    #expect(try mode(of: fixture.directory.file("a/b")) == 0o700)
    #expect(try mode(of: fixture.directory.file("a")) == 0o700)
    #expect(first.identity.schemaVersion == Migration.all.last?.version)
    #expect(first.identity.profile == .native)
    #expect(first.warnings.isEmpty)
    try await ConfigRepository(first).set("a", to: "b")
    #expect(try mode(of: path + "-wal") == 0o600 && mode(of: path + "-shm") == 0o600)
    await first.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory.file("a/b")) == ["store.db"])

    let second = try await Database.open(at: path, key: fixture.key)
    #expect(second.identity == first.identity)
  }

  @Test("A file that is refused keeps every byte", arguments: Refused.allCases)
  func refuses(_ refused: Refused) async throws {
    let fixture = try StoreFixture()
    let key = try await refused.prepare(fixture)
    let before = try FilePrint(of: fixture.path)
    let error = await adminError { _ = try await Database.open(at: fixture.path, key: key) }
    #expect(error?.code == refused.code)
    #expect(error?.message.contains(refused.words) == true, "\(error?.message ?? "")")
    #expect(try FilePrint(of: fixture.path) == before)
    #expect(!before.files.isEmpty)
  }

  enum Refused: CaseIterable {
    case wrongKey, wrongKeyWithLog, passphraseWithoutSalt, wrongPassphrase, plaintext, plaintextWithPassphrase,
      newerSchema
    case truncatedToHalf, truncatedToAPage, truncatedToBytes, random, empty, foreign

    var code: ErrorCode { self == .newerSchema ? .schemaNewer : .cannotDecrypt }

    var words: String {
      switch self {
      case .wrongKey, .wrongKeyWithLog, .wrongPassphrase, .truncatedToBytes, .random: "key does not fit"
      case .passphraseWithoutSalt: "salt file (.kdf) beside the store, which its passphrase needs, is missing"
      case .plaintext, .plaintextWithPassphrase: "plaintext"
      case .newerSchema: "start the newer server"
      case .truncatedToHalf, .truncatedToAPage: "damaged"
      case .empty: "empty"
      case .foreign: "another program"
      }
    }

    func prepare(_ fixture: StoreFixture) async throws -> StoreKey {
      let otherKey = try StoreKey(StoreKey.makeText())
      let passphrase = StoreKey.passphrase(Secret("correct horse battery staple"))
      switch self {
      case .plaintext, .plaintextWithPassphrase:
        try StoreTests.write(Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0, count: 4080), to: fixture.path)
        if self == .plaintext { return fixture.key }
        try StoreTests.write(
          Array("m365-admin-kdf/1 \(String(repeating: "ab", count: 16))\n".utf8), to: fixture.path + ".kdf")
        return passphrase
      case .random:
        var random = SeededRandom(seed: 7)
        try StoreTests.write((0..<8192).map { _ in UInt8.random(in: 0...255, using: &random) }, to: fixture.path)
        return fixture.key
      case .empty:
        try StoreTests.write([], to: fixture.path)
        return fixture.key
      case .foreign:
        try StoreTests.write([], to: fixture.path)
        let connection = try fixture.foreignConnection()
        try connection.execute("CREATE TABLE other (a)")
        return fixture.key
      case .wrongPassphrase:
        await (try Database.open(at: fixture.path, key: passphrase)).close()
        return .passphrase(Secret("correct horse battery staples"))
      default: break
      }
      let database = try await fixture.open()
      if self == .newerSchema {
        try await database.write { try $0.execute("UPDATE meta SET value = '999' WHERE key = 'schema_version'") }
      }
      guard self != .wrongKeyWithLog else {
        // As after a killed process: the log is still there. The copy belongs to nobody.
        try await database.write { try $0.execute("INSERT INTO config VALUES ('a', 'b', 'c')") }
        let copy = fixture.directory.file("copy.db")
        for suffix in ["", "-wal"] {
          try FileManager.default.copyItem(atPath: fixture.path + suffix, toPath: copy + suffix)
        }
        await database.close()
        for suffix in ["", "-wal"] {
          try? FileManager.default.removeItem(atPath: fixture.path + suffix)
          try FileManager.default.moveItem(atPath: copy + suffix, toPath: fixture.path + suffix)
        }
        return otherKey
      }
      await database.close()
      let whole = try bytes(of: fixture.path)
      switch self {
      case .truncatedToHalf: try StoreTests.write(Array(whole.prefix(whole.count / 2)), to: fixture.path)
      case .truncatedToAPage: try StoreTests.write(Array(whole.prefix(4096)), to: fixture.path)
      case .truncatedToBytes: try StoreTests.write(Array(whole.prefix(100)), to: fixture.path)
      case .passphraseWithoutSalt: return passphrase
      case .wrongKey: return otherKey
      default: break
      }
      return fixture.key
    }
  }

  @Test("Many that open a new store at the same time find one and the same", arguments: [false, true])
  func concurrentFirstOpening(passphrase: Bool) async throws {
    let fixture = try StoreFixture()
    let key = passphrase ? StoreKey.passphrase(Secret("correct horse battery staple")) : fixture.key
    let path = fixture.path
    let chains = try await withThrowingTaskGroup(of: ChainID.self) { group in
      for _ in 0..<6 {
        group.addTask {
          let database = try await Database.open(at: path, key: key)
          try await database.write { connection in
            try connection.execute("INSERT INTO config VALUES (\(LocalID.make(at: database.timekeeper.now())), '', '')")
          }
          return database.identity.chain
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(chains).count == 1)
    let database = try await Database.open(at: path, key: key)
    #expect(try await ConfigRepository(database).all().count == 6)
    let files = try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path)
    #expect(files.filter { $0.contains(".new-") }.isEmpty)
  }

  @Test("Where no store may be made, a missing one is said to be missing")
  func missing() async throws {
    let fixture = try StoreFixture()
    var options = Database.Options()
    options.createsFile = false
    let error = await adminError {
      _ = try await Database.open(at: fixture.path, key: fixture.key, options: options)
    }
    #expect(error?.code == .misconfigured)
    #expect(error?.message.contains("init") == true)
    #expect(!FileManager.default.fileExists(atPath: fixture.path))
  }

  @Test("A path that cannot be a store's is refused by the name of the setting")
  func badPaths() async throws {
    let fixture = try StoreFixture()
    await (try fixture.open()).close()
    let link = fixture.directory.file("link.db")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: fixture.path)
    let dangling = fixture.directory.file("dangling.db")
    try FileManager.default.createSymbolicLink(atPath: dangling, withDestinationPath: fixture.directory.file("no"))
    for (path, code, words) in [
      (link, .misconfigured, "DATABASE_PATH is a symbolic link"),
      (dangling, .misconfigured, "DATABASE_PATH is a symbolic link"),
      (fixture.directory.path, .misconfigured, "DATABASE_PATH does not name a regular file"),
      (fixture.path + "/below/store.db", .storeReadOnly, "check DATABASE_PATH"),
      ("/proc/nowhere/store.db", .storeReadOnly, "check DATABASE_PATH"),
      ("/proc/store.db", .storeReadOnly, "DATABASE_PATH"),
    ] as [(String, ErrorCode, String)] {
      let error = await adminError { _ = try await Database.open(at: path, key: fixture.key) }
      #expect(error?.code == code, "\(path)")
      #expect(error?.message.contains(words) == true, "\(path): \(error?.message ?? "")")
    }
  }

  @Test("A salt that cannot be written is no store")
  func unwritableSalt() async throws {
    let error = await adminError {
      _ = try await Database.open(at: "/proc/store.db", key: .passphrase(Secret("correct horse battery staple")))
    }
    #expect(error?.code == .storeReadOnly)
    #expect(error?.message.contains("salt file") == true)
  }

  @Test("What is open to others is reported, not refused")
  func warnings() async throws {
    let fixture = try StoreFixture()
    await (try fixture.open()).close()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: fixture.path)
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: fixture.directory.path)
    let database = try await fixture.open()
    #expect(database.warnings.count == 2)
    #expect(database.warnings.contains { $0.contains("chmod 600") })
    #expect(database.warnings.contains { $0.contains("chmod 700") })
    #expect(await database.health().warnings == database.warnings)
  }

  @Test(
    "Network file systems are known by their numbers, local ones are not taken for them",
    arguments: [
      (0x6969, "NFS"), (0xFF53_4D42, "CIFS"), (0xFE53_4D42, "CIFS"), (0x0102_1997, "9P"), (0x6573_5546, "FUSE"),
      (0xEF53, nil), (0x5846_5342, nil), (0x0102_1994, nil), (0x9123_683E, nil), (0, nil),
    ] as [(UInt32, String?)])
  func networkFileSystems(magic: UInt32, name: String?) {
    #expect(NetworkFileSystem.name(magic: magic) == name)
  }

  @Test(
    "The page format of SQLCipher 3 is tried by a later one only",
    arguments: [
      ("3.4.1", [CipherProfile.native]), ("4.5.6 community", [.native, .compatibility3]), ("", [.native]),
    ])
  func profiles(version: String, expected: [CipherProfile]) {
    #expect(CipherProfile.candidates(cipherVersion: version) == expected)
    for profile in expected { #expect(profile.statements.last?.text == "PRAGMA cipher_page_size = 4096") }
  }
}
