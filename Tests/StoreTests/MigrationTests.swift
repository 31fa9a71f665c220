import AdminCore
import Store
import TestSupport
import Testing

@Suite("Migrations")
struct MigrationTests {
  @Test("Versions count up from one without a gap")
  func order() {
    #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
  }

  @Test("An older store is brought up to date, also by several that open it at the same time")
  func upgrades() async throws {
    let fixture = try StoreFixture()
    let path = fixture.path
    var old = Database.Options()
    old.migrations = Array(Migration.all.prefix(1))
    let first = try await Database.open(at: path, key: fixture.key, options: old)
    #expect(first.identity.schemaVersion == 1)
    try await ConfigRepository(first).set("a", to: "b")
    await first.close()

    let versions = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask { try await Database.open(at: path, key: fixture.key).identity.schemaVersion }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(versions == [Int](repeating: Migration.all.count, count: 4))
    let upgraded = try await fixture.open()
    #expect(upgraded.identity.chain == first.identity.chain)
    #expect(try await ConfigRepository(upgraded).value(for: "a") == "b")
    #expect(try await TemplateRepository(upgraded).list().count == 0)
  }

  @Test("A step that fails leaves the store at the version before it")
  func failure() async throws {
    let fixture = try StoreFixture()
    await (try fixture.open()).close()
    var broken = Database.Options()
    let next = Migration.all.count + 1
    broken.migrations = Migration.all + [Migration(version: next, script: "CREATE TABLE extra (a); NONSENSE")]
    let options = broken
    let error = await adminError {
      _ = try await Database.open(at: fixture.path, key: fixture.key, options: options)
    }
    #expect(error?.code == .internalFault)
    let database = try await fixture.open()
    #expect(database.identity.schemaVersion == Migration.all.count)
    let extra = try await database.read {
      try $0.value("SELECT count(*) FROM sqlite_master WHERE name = 'extra'", as: Int.self)
    }
    #expect(extra == 0)
  }

  @Test("A store that cannot be made complete is not made at all")
  func brokenFirst() async throws {
    let fixture = try StoreFixture()
    var options = Database.Options()
    options.migrations = [Migration(version: 1, script: "NONSENSE")]
    let broken = options
    let error = await adminError {
      _ = try await Database.open(at: fixture.path, key: fixture.key, options: broken)
    }
    #expect(error?.code == .internalFault)
    #expect(try FilePrint(of: fixture.path).files.isEmpty)
    await (try fixture.open()).close()
  }

  @Test(
    "The tables of the specification have the names and columns that others rely on",
    arguments: [
      (
        "email_templates",
        [
          "template_id", "template_name", "subject", "body_html", "body_text", "category", "variables", "description",
          "created_at", "updated_at", "version",
        ]
      ),
      (
        "template_usage",
        ["usage_id", "template_id", "sent_by", "sent_to", "variables_used", "sent_at", "message_id"]
      ),
      ("audit_logs", ["log_id", "operation", "user_email", "target_resource", "details", "status", "timestamp"]),
      ("config", ["key", "value", "updated_at"]),
    ])
  func specification(table: String, columns: [String]) async throws {
    let fixture = try StoreFixture()
    let database = try await fixture.open()
    let found = try await database.read { connection in
      try connection.all(SQL(raw: "PRAGMA table_info(\(table))")) { row throws(StoreError) in
        _ = try row.next(Int.self)
        return try row.next(String.self)
      }
    }
    #expect(Set(found).isSuperset(of: columns))
    let indexes = try await database.read { connection in
      try connection.all("SELECT name FROM sqlite_master WHERE type = 'index'") { row throws(StoreError) in
        try row.next(String.self)
      }
    }
    #expect(
      Set(indexes).isSuperset(of: ["idx_template_category", "idx_template_usage_template", "idx_audit_timestamp"]))
  }
}

@Suite("Settings in the store")
struct ConfigRepositoryTests {
  @Test("A value is set, changed, listed and removed")
  func lifecycle() async throws {
    let fixture = try StoreFixture()
    let clock = VirtualTimekeeper()
    let database = try await fixture.open(timekeeper: clock)
    let config = ConfigRepository(database)
    try await config.set("b", to: "1")
    try await config.set("a", to: "2")
    try await config.set("b", to: "3")
    #expect(try await config.value(for: "b") == "3")
    #expect(try await config.value(for: "c") == nil)
    #expect(try await config.all().map(\.key) == ["a", "b"])
    #expect(try await config.all().map(\.value) == ["2", "3"])
    let time = try await database.read { try $0.value("SELECT updated_at FROM config", as: String.self) }
    #expect(time == clock.now().iso8601)
    #expect(try await config.remove("a"))
    #expect(try await !config.remove("a"))
  }
}
