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
}
