import AdminCore
import Foundation
import Glibc
import Store
import TestSupport
import Testing

/// What happens to the store when the process that uses it dies, or is not ours at all.
@Suite("Other processes")
struct OtherProcessTests {
  @Test("A process killed in a transaction leaves the last commit and no lock")
  func killed() async throws {
    let fixture = try StoreFixture()
    let (path, key) = (fixture.path, fixture.keyText.reveal())
    await (try fixture.open()).close()
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, key = key as String] in
      let database = try await Database.open(at: path, key: StoreKey(Secret(key)))
      try await ConfigRepository(database).set("committed", to: "1")
      try await database.write { connection in
        try connection.execute("INSERT INTO config VALUES ('lost', '2', '')")
        kill(getpid(), SIGKILL)
      }
    }
    #expect(FileManager.default.fileExists(atPath: path + "-wal"))
    let database = try await fixture.open(busyTimeout: .milliseconds(10))
    let config = ConfigRepository(database)
    #expect(try await config.all().map(\.key) == ["committed"])
    try await config.set("after", to: "3")
    #expect(try await config.all().count == 2)
  }

  @Test("A process that may not make its files larger refuses to write, reads on, and does no harm")
  func fileSizeLimit() async throws {
    let fixture = try StoreFixture()
    let (path, key) = (fixture.path, fixture.keyText.reveal())
    let database = try await fixture.open()
    try await ConfigRepository(database).set("a", to: "b")
    await database.close()
    await #expect(processExitsWith: .success) { [path = path as String, key = key as String] in
      signal(SIGXFSZ, SIG_IGN)
      // Room for the shared memory of 32 KiB and for a little log.
      var limit = rlimit(rlim_cur: 65_536, rlim_max: .max)
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let database = try await Database.open(at: path, key: StoreKey(Secret(key)))
      let config = ConfigRepository(database)
      let error = await adminError { try await config.set("large", to: String(repeating: "x", count: 100_000)) }
      try #require(error?.code == .storeReadOnly)
      try #require(try await config.value(for: "a") == "b")
      let refused = await adminError {
        for _ in 0..<20 {
          _ = try await AuditLog(database).begin(AuditEntry(.tool, "x", by: .system, correlationID: "c"))
        }
      }
      try #require(refused?.code == .auditUnavailable)
      try #require(try await config.all().count == 1)
      // What the test run itself writes at the exit of a process, such as coverage, is none of this.
      limit.rlim_cur = .max
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
    }
    let after = try await fixture.open()
    #expect(try await ConfigRepository(after).all().count == 1)
    #expect(try await AuditLog(after).verify().isIntact)
  }

  @Test("Two processes append to one audit chain and it never forks")
  func concurrentAppends() async throws {
    let fixture = try StoreFixture()
    let (path, key) = (fixture.path, fixture.keyText.reveal())
    let database = try await fixture.open()
    async let child = #expect(processExitsWith: .success) { [path = path as String, key = key as String] in
      let audit = AuditLog(try await Database.open(at: path, key: StoreKey(Secret(key))))
      for number in 0..<150 {
        try await audit.record(
          AuditEntry(.tool, "child", by: AuditActor(.local, "user \(number % 3)"), correlationID: "c"),
          AuditOutcome(.succeeded))
      }
    }
    let audit = AuditLog(database)
    for number in 0..<150 {
      try await audit.record(
        AuditEntry(.tool, "parent", by: AuditActor(.local, "user \(number % 3)"), correlationID: "c"),
        AuditOutcome(.succeeded))
    }
    _ = await child
    let verification = try await audit.verify()
    #expect(verification.isIntact, "\(verification.summary)")
    #expect(verification.last == 300)
    var filter = AuditFilter()
    filter.actor = "USER 1"
    #expect(try await audit.records(filter).count == 100)
  }

  @Test("The standard tool opens the file with the raw key and meets the triggers")
  func standardTool() async throws {
    let tool = "/usr/bin/sqlcipher"
    try #require(FileManager.default.isExecutableFile(atPath: tool), "Debian's package sqlcipher is missing")
    let fixture = try StoreFixture()
    let database = try await fixture.open()
    let audit = AuditLog(database)
    for number in 1...3 {
      try await audit.record(
        AuditEntry(.tool, "op_\(number)", by: .system, correlationID: "c"), AuditOutcome(.succeeded))
    }
    func run(_ sql: String) throws -> String {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: tool)
      process.arguments = ["-batch", fixture.path]
      let (input, output) = (Pipe(), Pipe())
      (process.standardInput, process.standardOutput, process.standardError) = (input, output, output)
      try process.run()
      let script = """
        PRAGMA key = "x'\(fixture.keyText.reveal())'"; PRAGMA cipher_page_size = 4096; PRAGMA recursive_triggers = OFF;
        \(sql)
        """
      input.fileHandleForWriting.write(Data(script.utf8))
      try input.fileHandleForWriting.close()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return text
    }
    #expect(try run("SELECT count(*) || ' rows' FROM email_templates;").contains("0 rows"))
    #expect(try run("SELECT log_id, operation, status FROM audit_logs;").contains("3|op_3|succeeded"))
    for (statement, refusal) in [
      ("UPDATE audit_records SET op = 'x' WHERE seq = 2;", "never changed"),
      ("DELETE FROM audit_records WHERE seq = 2;", "never deleted"),
      ("INSERT OR REPLACE INTO audit_records SELECT * FROM audit_records WHERE seq = 2;", "follows the last one"),
      ("UPDATE audit_checkpoints SET note = '';", "never changed"),
      ("DELETE FROM audit_checkpoints;", "never deleted"),
    ] {
      #expect(try run(statement).contains(refusal), "\(statement)")
    }
    #expect(try await audit.verify().isIntact)

    let edited = try run("DROP TRIGGER audit_records_keep; UPDATE audit_records SET op = 'x' WHERE seq = 2;")
    #expect(!edited.contains("Error"), "\(edited)")
    #expect(try await audit.verify().verdict == .broken(sequence: 2, field: "op"))
    let deleted = try run("DROP TRIGGER audit_records_stay; DELETE FROM audit_records WHERE seq = 2;")
    #expect(!deleted.contains("Error"), "\(deleted)")
    #expect(try await audit.verify().verdict == .broken(sequence: 2, field: "missing"))
  }
}
