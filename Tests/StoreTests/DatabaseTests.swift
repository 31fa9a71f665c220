import AdminCore
import Foundation
import Glibc
import Store
import TestSupport
import Testing

@Suite("Transactions")
struct DatabaseTests {
  private struct Interrupted: Error {}

  @Test("What throws leaves nothing behind, and the store works on")
  func rollsBack() async throws {
    let fixture = try StoreFixture()
    let database = try await fixture.open()
    let error = await adminError {
      try await database.write { connection in
        try connection.execute("INSERT INTO config VALUES ('a', 'b', 'c')")
        throw Interrupted()
      }
    }
    #expect(error?.code == .internalFault)
    #expect(error?.cause?.contains("Interrupted") == true)
    let failed = await adminError {
      try await database.write { connection in
        try connection.execute("INSERT INTO config VALUES ('a', 'b', 'c')")
        try connection.execute("INSERT INTO config VALUES ('a', 'b', 'c')")
      }
    }
    #expect(failed?.code == .internalFault)
    let cancelled = await adminError { try await database.write { _ in throw CancellationError() } }
    #expect(cancelled?.code == .cancelled)
    let own = await adminError { try await database.read { _ in throw AdminError(.invalidArgument, "x") } }
    #expect(own?.code == .invalidArgument)
    #expect(try await ConfigRepository(database).all().isEmpty)
    try await ConfigRepository(database).set("a", to: "d")
    #expect(try await ConfigRepository(database).value(for: "a") == "d")
  }

  @Test("A read cannot write")
  func readsOnly() async throws {
    let fixture = try StoreFixture()
    let database = try await fixture.open()
    let error = await adminError {
      _ = try await database.read { try $0.execute("INSERT INTO config VALUES ('a', 'b', 'c')") }
    }
    #expect(error?.code == .storeReadOnly)
  }

  @Test("Reading never waits for a writer, and sees the last commit")
  func readsBesideWrites() async throws {
    let fixture = try StoreFixture()
    let database = try await fixture.open()
    try await ConfigRepository(database).set("a", to: "before")
    let other = try fixture.foreignConnection()
    try other.execute("BEGIN IMMEDIATE")
    try other.execute("UPDATE config SET value = 'after'")
    #expect(try await ConfigRepository(database).value(for: "a") == "before")
    try other.execute("COMMIT")
    #expect(try await ConfigRepository(database).value(for: "a") == "after")
  }

  @Test("Reads that overlap get connections of their own")
  func overlappingReads() async throws {
    let fixture = try StoreFixture()
    let database = try await fixture.open()
    try await ConfigRepository(database).set("a", to: "b")
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<40 {
        group.addTask {
          try await database.read { connection in
            try connection.value("SELECT count(*) FROM config", as: Int.self) ?? 0
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(counts == [Int](repeating: 1, count: 40))
  }

  @Test("A lock that another process holds too long is a retryable error, and nothing is half written")
  func busy() async throws {
    let fixture = try StoreFixture()
    let database = try await fixture.open(busyTimeout: .milliseconds(30))
    let other = try fixture.foreignConnection()
    try other.execute("BEGIN IMMEDIATE")
    let config = ConfigRepository(database)
    let error = await adminError { try await config.set("a", to: "b") }
    #expect(error?.code == .storeBusy)
    #expect(error?.isRetryable == true)
    #expect(await database.health().isWritable)
    try other.execute("COMMIT")
    #expect(try await config.all().isEmpty)
    try await config.set("a", to: "b")
    #expect(try await config.value(for: "a") == "b")
  }

  @Test("A writer waits until another lets go of the lock")
  func waits() async throws {
    let fixture = try StoreFixture()
    let database = try await fixture.open()
    let other = try fixture.foreignConnection()
    try other.execute("BEGIN IMMEDIATE")
    try other.execute("INSERT INTO config VALUES ('a', 'first', '')")
    async let written: Void = ConfigRepository(database).set("a", to: "second")
    try other.execute("COMMIT")
    try await written
    #expect(try await ConfigRepository(database).value(for: "a") == "second")
  }

  @Test("Two processes that write at the same time lose nothing")
  func contention() async throws {
    let fixture = try StoreFixture()
    let databases = [try await fixture.open(), try await fixture.open()]
    try await ConfigRepository(databases[0]).set("n", to: "0")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for database in databases {
        for _ in 0..<100 {
          group.addTask {
            try await database.write { connection in
              let value = try connection.value("SELECT value FROM config WHERE key = 'n'", as: String.self)
              let next = (value.flatMap { Int($0) } ?? 0) + 1
              try connection.execute("UPDATE config SET value = \(String(next)) WHERE key = 'n'")
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await ConfigRepository(databases[1]).value(for: "n") == "200")
  }

  @Test("The change counter moves with every commit, whoever made it, and with nothing else")
  func changeCounter() async throws {
    let fixture = try StoreFixture()
    let first = try await fixture.open()
    let second = try await fixture.open()
    let start = try await first.changeCounter()
    _ = try await ConfigRepository(first).all()
    #expect(try await first.changeCounter() == start)
    try await ConfigRepository(second).set("a", to: "b")
    let changed = try await first.changeCounter()
    #expect(changed != start)
    try await ConfigRepository(first).set("a", to: "c")
    #expect(try await first.changeCounter() != changed)
  }

  @Test("A closed store refuses, and closing it twice does no harm")
  func closes() async throws {
    let fixture = try StoreFixture()
    let database = try await fixture.open()
    try await ConfigRepository(database).set("a", to: "b")
    await database.close()
    await database.close()
    for error in [
      await adminError { try await ConfigRepository(database).set("a", to: "c") },
      await adminError { _ = try await ConfigRepository(database).all() },
      await adminError { _ = try await database.changeCounter() },
    ] {
      #expect(error?.code == .storeBusy)
    }
    #expect(!FileManager.default.fileExists(atPath: fixture.path + "-wal"))
    #expect(try await ConfigRepository(fixture.open()).value(for: "a") == "b")
  }

  @Test("On a full disk writing is refused and reading works, until there is space again")
  func diskFull() async throws {
    let fixture = try StoreFixture()
    let database = try await fixture.open()
    let config = ConfigRepository(database)
    try await config.set("a", to: "b")
    let pages = try await database.read { try $0.value("PRAGMA page_count", as: Int.self) ?? 0 }
    try await database.write { try $0.execute(SQL(raw: "PRAGMA max_page_count = \(pages)")) }
    let large = String(repeating: "x", count: 100_000)
    let error = await adminError { try await config.set("large", to: large) }
    #expect(error?.code == .storeReadOnly)
    #expect(error?.message.contains("full") == true)
    #expect(error?.isRetryable == false)
    #expect(try await config.all().map(\.key) == ["a"])
    // A change that needs no new page shows that the trouble is over.
    #expect(await database.health().isWritable)

    let audit = AuditLog(database)
    let entry = AuditEntry(
      .tool, "create_user", by: .system, correlationID: "c", detail: ["text": .string(String(large.prefix(15_000)))])
    let refused = await adminError { for _ in 0..<10 { _ = try await audit.begin(entry) } }
    #expect(refused?.code == .auditUnavailable)
    #expect(refused?.message.contains("nothing was done") == true)

    try await database.write { try $0.execute("PRAGMA max_page_count = 1000000") }
    try await config.set("large", to: large)
    #expect(try await config.value(for: "large") == large)
    #expect(await database.health().isWritable)
  }

  @Test("Health shows what is there")
  func health() async throws {
    let fixture = try StoreFixture()
    let database = try await fixture.open()
    try await ConfigRepository(database).set("a", to: "b")
    let health = await database.health()
    #expect(health.isWritable)
    #expect(health.sizeBytes > 0 && health.logBytes > 0 && health.freeDiskBytes > 0)
    #expect(health.schemaVersion == Migration.all.count)
    #expect(health.profile == "native")
    #expect(health.json["cipherVersion"]?.stringValue == database.identity.cipherVersion)
    #expect(health.json["writable"] == true)
    #expect(health.json["writeProblem"] == .null)
  }

  @Test("Nothing that was stored can be read in the files, with and without a log")
  func encrypted() async throws {
    let fixture = try StoreFixture()
    let canary = "canary-8d2f1c"
    let key = StoreKey.passphrase(Secret("correct horse \(canary)"))
    let database = try await Database.open(at: fixture.path, key: key)
    try await ConfigRepository(database).set(canary, to: canary)
    let audit = AuditLog(database)
    _ = try await audit.begin(
      AuditEntry(.tool, canary, by: AuditActor(.local, canary), on: .object("x", canary), correlationID: canary))
    func files() throws -> [String: [UInt8]] {
      var found: [String: [UInt8]] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path) {
        found[name] = try bytes(of: fixture.directory.file(name))
      }
      return found
    }
    let open = try files()
    await database.close()
    let closed = try files()
    #expect(open.keys.contains("store.db-wal"))
    #expect(closed.keys.sorted() == ["store.db", "store.db.kdf"])
    for (name, content) in Array(open) + Array(closed) {
      let text = String(decoding: content, as: UTF8.self)
      #expect(!text.contains(canary), "\(name)")
      #expect(!text.contains("SQLite format 3"), "\(name)")
    }
  }
}
