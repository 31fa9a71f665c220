import Access
import AdminCore
import Personas
import Store
import TestSupport
import Testing

@Suite("History of configuration")
struct HistoryTests {
  @Test("Versions tell who changed what and why, the newest first, page by page")
  func versions() async throws {
    let fixture = try await PersonaFixture()
    var request = ConfigurationUpdate.Request(fixture.address, .persona, ["a": 1])
    (request.reason, request.claimedAuthor) = ("first try", "ada@contoso.com")
    try await fixture.perform(ConfigurationUpdate(request, by: PersonaFixture.writer, base: 0))
    fixture.clock.advance(by: .seconds(5))
    for number in 2...7 { try await fixture.update(["a": .int(number), "k\(number)": 1]) }
    let page = try await fixture.service.versions(
      of: fixture.address, .persona, limit: 4, cursor: nil, for: PersonaFixture.reader)
    #expect(page.items.map(\.version) == [7, 6, 5, 4] && page.count == 7)
    #expect(page.items.first?.keys == ["a", "k7"])
    let rest = try await fixture.service.versions(
      of: fixture.address, .persona, limit: 4, cursor: page.nextCursor, for: PersonaFixture.reader)
    #expect(rest.items.map(\.version) == [3, 2, 1] && rest.nextCursor == nil)
    let first = try #require(rest.items.last)
    #expect(first.author == "local:2:writer" && first.claimedAuthor == "ada@contoso.com" && first.reason == "first try")
    #expect(first.operation == .update && first.at == fixture.clock.now() - .seconds(5))
    let code = try await fixture.refusal {
      _ = try await fixture.service.versions(
        of: fixture.address, .persona, limit: 4, cursor: page.nextCursor, for: PersonaFixture.writer)
    }
    #expect(code == .invalidArgument, "a cursor is good for whom it was given")
  }

  @Test("Two versions are compared key by key, locks included")
  func differences() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["a": 1, "b": ["x": 1], "c": "same"])
    try await fixture.update(["a": nil, "b": ["x": 2], "d": true], lock: ["e"])
    func differences(_ from: Int, _ to: Int) async throws -> [KeyDifference] {
      try await fixture.service.differences(
        of: fixture.address, .persona, from: from, to: to, for: PersonaFixture.reader)
    }
    #expect(
      try await differences(1, 2) == [
        KeyDifference(key: "a", operation: .removed, from: 1, to: nil),
        KeyDifference(key: "b", operation: .changed, from: ["x": 1], to: ["x": 2]),
        KeyDifference(key: "d", operation: .added, from: nil, to: true),
        KeyDifference(key: "e", operation: .locked, from: nil, to: nil),
      ])
    #expect(try await differences(2, 1).map(\.operation) == [.added, .changed, .removed, .unlocked])
    #expect(try await differences(0, 1).map(\.key) == ["a", "b", "c"])
    #expect(try await differences(2, 2) == [])
    #expect(try await fixture.refusal { _ = try await differences(1, 3) } == .versionNotFound)
  }

  @Test("Rolling back makes a new version equal to the old one, values, forms and locks")
  func rollback() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["a": 1.0, "b": ["x": 1]], lock: ["z"])
    try await fixture.update(["a": 2, "b": nil, "c": 3], unlock: ["z"])
    let answer = try await fixture.rollback(to: 1)
    #expect(answer["version"] == 3)
    #expect(answer["updatedKeys"] == ["a", "b"] && answer["removedKeys"] == ["c"])
    let reading = try await fixture.read()
    #expect(JSONValue.object(reading.values).text == #"{"a":1.0,"b":{"x":1}}"#)
    let differences = try await fixture.service.differences(
      of: fixture.address, .persona, from: 1, to: 3, for: PersonaFixture.reader)
    #expect(differences == [])
    #expect(try await fixture.refusal { try await fixture.rollback(to: 999) } == .versionNotFound)
    #expect(
      try await fixture.refusal { try await fixture.rollback(to: 1, ifMatch: "1-0123456789abcdef") } == .etagConflict)
  }

  @Test("An old version that today's schemas refuse comes back by force only, and that is told")
  func rollbackAgainstSchema() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["limit": 100])
    try await fixture.update(["limit": 5])
    try await fixture.setSchema("limit", ["maximum": 10])
    #expect(try await fixture.refusal { try await fixture.rollback(to: 1) } == .valueRefused)
    try await fixture.rollback(to: 1, force: true)
    #expect(try await fixture.read()["limit"] == 100)
    let request = ConfigurationRollback.Request(fixture.address, .persona, to: 1, reason: "r", isForced: true)
    let preview = try await fixture.service.preview(request, by: PersonaFixture.administrator)
    #expect(preview.warnings.count == 1)
  }

  @Test("A rollback does not undo what somebody else did after it was planned")
  func rollbackConflict() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["a": 1])
    try await fixture.update(["a": 2])
    let request = ConfigurationRollback.Request(fixture.address, .persona, to: 1, reason: "r")
    let base = try await fixture.service.preview(request, by: PersonaFixture.administrator).base
    try await fixture.update(["a": 3])
    let change = ConfigurationRollback(request, by: PersonaFixture.administrator, base: base)
    #expect(try await fixture.refusal { try await fixture.perform(change) } == .etagConflict)
  }

  // MARK: Schemas and rules

  @Test("A schema that cannot be used is refused with the reason, and one that can is counted")
  func schemas() async throws {
    let fixture = try await PersonaFixture()
    for schema in [
      ["$ref": "https://evil.example/x"], ["pattern": .string("(a+)+$" + String(repeating: "b", count: 251))],
      ["type": "strnig"], ["pattern": "(?=a)"], nil, 5, ["not": [:]],
    ] as [JSONValue] {
      #expect(try await fixture.refusal { try await fixture.setSchema("k", schema) } == .badKeySchema, "\(schema)")
    }
    #expect(try await fixture.setSchema("k", ["type": "integer"])["version"] == 1)
    #expect(try await fixture.setSchema("k", ["type": "integer", "maximum": 5], standard: 3)["version"] == 2)
    #expect(
      try await fixture.refusal { try await fixture.setSchema("k", ["type": "integer"], standard: "x") }
        == .badKeySchema)
    #expect(try await fixture.read()["k"] == 3)
    for (key, aliases) in [
      ("1", []), ("k2", ["k"]), ("k2", ["SystemMessage"]), ("SystemMessage", []), ("k2", ["k2"]), ("*", ["x"]),
    ] as [(String, [String])] {
      #expect(
        try await fixture.refusal { try await fixture.setSchema(key, true, aliases: aliases) } == .invalidArgument,
        "\(key)")
    }
  }

  @Test("A tenant narrows a key of ours and does not widen it")
  func narrowing() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.setSchema("llmTopP", ["maximum": 0.5], standard: 0.25)
    #expect(try await fixture.read()["llmTopP"] == 0.25)
    #expect(try await fixture.refusal { try await fixture.update(["llmTopP": 0.75]) } == .valueRefused)
    try await fixture.setSchema("llmTopP", ["maximum": 5])
    #expect(try await fixture.refusal { try await fixture.update(["llmTopP": 2]) } == .valueRefused)
    try await fixture.update(["llmTopP": 0.75])
    try await fixture.setSchema("systemPrompt", true, aliases: ["Prompt"])
    try await fixture.update(["Prompt": "x"])
    #expect(try await fixture.read(fixture.query { $0.keys = ["SystemMessage"] })["SystemMessage"] == "x")
  }

  @Test("Rules replace those there were, under the etag of what they replace; administrators cannot be locked out")
  func ruleSets() async throws {
    let fixture = try await PersonaFixture()
    func rule(_ change: (inout KeyRuleRecord) -> Void = { _ in }) -> KeyRuleRecord {
      var rule = KeyRuleRecord(
        personaGlob: "*", keyGlob: "a", principalKind: .role, principal: "PersonaConfig.Write", effect: .deny,
        rights: .write)
      change(&rule)
      return rule
    }
    let first = try await fixture.setRules([rule()], ifMatch: "")
    #expect(try await fixture.refusal { try await fixture.setRules([], ifMatch: "") } == .etagConflict)
    try await fixture.setRules([], ifMatch: first["etag"]?.stringValue)
    for bad in [
      rule { $0.principal = "PersonaConfig.Admin" }, rule { $0.principal = "Nobody" }, rule { $0.keyGlob = "a b" },
      rule { $0.personaGlob = "ä" }, rule { ($0.principalKind, $0.principal) = (.appid, "x") },
      rule { ($0.principalKind, $0.principal) = (.oid, "ada") },
    ] {
      #expect(try await fixture.refusal { try await fixture.setRules([bad]) } == .invalidArgument, "\(bad)")
    }
  }

  // MARK: Personas

  @Test("A registration keeps what is not given, its etag guards it, and lists filter by what it says")
  func registration() async throws {
    let fixture = try await PersonaFixture(registered: false)
    let (admin, app) = (PersonaFixture.administrator, "bbbbbbbb-0000-0000-0000-000000000001")
    var request = PersonaRegistration.Request(fixture.address, displayName: "Sales")
    (request.agentAppID, request.facts, request.ifMatch) = (GUID(app), ["team": "emea"], "")
    let first = try await fixture.perform(PersonaRegistration(request, by: admin))
    #expect(first["agentAppId"]?.stringValue == app && first["enabled"] == true && first["version"] == 1)
    #expect(
      try await fixture.refusal { try await fixture.perform(PersonaRegistration(request, by: admin)) } == .etagConflict)
    var rename = PersonaRegistration.Request(fixture.address, displayName: "Sales EMEA")
    rename.ifMatch = first["etag"]?.stringValue
    let second = try await fixture.perform(PersonaRegistration(rename, by: admin))
    #expect(
      second["agentAppId"] == first["agentAppId"] && second["static"] == ["team": "emea"] && second["version"] == 2)
    try await fixture.register(fixture.address("support"))
    try await fixture.register(fixture.address("other", in: "fabrikam"))
    try await fixture.perform(
      PersonaStateChange(fixture.address, isEnabled: false, isDiscoverable: nil, reason: "r", ifMatch: nil, by: admin))
    try await fixture.override(["a": 1], everywhere: true)
    func names(_ filter: PersonaFilter) async throws -> [String] {
      try await fixture.service.personas(filter, limit: 50, cursor: nil, for: admin).items
        .map { "\($0.record.address.tenant)/\($0.record.address.persona)" }
    }
    #expect(try await names(PersonaFilter()) == ["contoso/sales-agent", "contoso/support", "fabrikam/other"])
    #expect(try await names(PersonaFilter(tenant: fixture.tenant)) == ["contoso/sales-agent", "contoso/support"])
    #expect(try await names(PersonaFilter(isDiscoverable: true)) == ["contoso/support", "fabrikam/other"])
    #expect(try await names(PersonaFilter(isDiscoverable: false)) == ["contoso/sales-agent"])
    #expect(try await names(PersonaFilter(tenant: fixture.tenant, isEnabled: true)) == ["contoso/support"])
    let rows = try await fixture.service.personas(PersonaFilter(), limit: 50, cursor: nil, for: admin).items
    #expect(rows.map(\.isOverridden) == [true, true, false])
    let page = try await fixture.service.personas(PersonaFilter(), limit: 2, cursor: nil, for: admin)
    let rest = try await fixture.service.personas(PersonaFilter(), limit: 2, cursor: page.nextCursor, for: admin)
    #expect(page.items.count == 2 && rest.items.map(\.record.displayName) == ["other"])
    let unknown = try fixture.address("nobody")
    #expect(
      try await fixture.refusal {
        try await fixture.perform(
          PersonaStateChange(unknown, isEnabled: true, isDiscoverable: nil, reason: "r", ifMatch: nil, by: admin))
      } == .personaNotFound)
  }

  // MARK: Changes made later

  @Test("A change for later is made when its time has come, by whoever looks, once")
  func scheduled() async throws {
    let fixture = try await PersonaFixture()
    let other = try await fixture.another()
    try await fixture.update(["a": 1])
    var request = ConfigurationUpdate.Request(fixture.address, .persona, ["a": 2])
    request.applyAt = fixture.clock.now() + .seconds(60)
    let answer = try await fixture.perform(ConfigurationUpdate(request, by: PersonaFixture.writer, base: nil))
    #expect(answer["proposalId"]?.stringValue != nil && answer["version"] == 1)
    #expect(try await fixture.read()["a"] == 1)
    #expect(try await fixture.read(with: other)["a"] == 1)
    fixture.clock.advance(by: .milliseconds(59_999))
    #expect(try await fixture.read(with: other)["a"] == 1)
    fixture.clock.advance(by: .milliseconds(1))
    #expect(try await fixture.read(with: other)["a"] == 2)
    #expect(try await fixture.read()["a"] == 2)
    let versions = try await fixture.service.versions(
      of: fixture.address, .persona, limit: 5, cursor: nil, for: PersonaFixture.reader)
    #expect(versions.items.map(\.operation) == [.scheduled, .update])
    #expect(versions.items.first?.author == "local:2:writer")
  }

  @Test("A change that cannot be made any more when its time has come changes nothing, and the audit trail says so")
  func failedSchedule() async throws {
    let fixture = try await PersonaFixture()
    var request = ConfigurationUpdate.Request(fixture.address, .persona, ["a": 2])
    request.applyAt = fixture.clock.now() + .seconds(60)
    try await fixture.perform(ConfigurationUpdate(request, by: PersonaFixture.writer, base: nil))
    try await fixture.update([:], .tenant, lock: ["a"])
    fixture.clock.advance(by: .seconds(61))
    #expect(try await fixture.read().values == [:])
    let records = try await AuditLog(fixture.database).records(AuditFilter(), limit: 5).items
    #expect(
      records.first?.operation == "pcfg.update" && records.first?.status == .failed && records.first?.code == "PCFG_004"
    )
    try await fixture.update([:], .tenant, unlock: ["a"])
    fixture.clock.advance(by: .seconds(61))
    #expect(try await fixture.read().values == [:], "and it is not tried again")
  }

  // MARK: Noticing

  @Test("Whoever looks notices every change of every process, and what ends by itself, once")
  func observing() async throws {
    let fixture = try await PersonaFixture()
    let other = try await fixture.another()
    var cursor = try await other.observe(since: nil).cursor
    func places() async throws -> [String] {
      let observation = try await other.observe(since: cursor)
      cursor = observation.cursor
      return observation.places.map(\.text)
    }
    #expect(try await places() == [])
    try await fixture.update(["a": 1])
    #expect(try await places() == ["contoso/sales-agent"])
    #expect(try await places() == [])
    try await fixture.update(["a": 1], .tenant)
    try await fixture.update(["a": 1], .global)
    #expect(try await places() == ["contoso", "_global"])
    try await ConfigRepository(fixture.database).set("unrelated", to: "x")
    #expect(try await places() == [])
    try await fixture.override(["a": 2], for: .seconds(10))
    #expect(try await places() == ["contoso/sales-agent"])
    fixture.clock.advance(by: .seconds(9))
    #expect(try await places() == [])
    fixture.clock.advance(by: .seconds(1))
    #expect(try await places() == ["contoso/sales-agent"])
    var request = ConfigurationUpdate.Request(fixture.address, .persona, ["a": 2])
    request.applyAt = fixture.clock.now() + .seconds(10)
    try await fixture.perform(ConfigurationUpdate(request, by: PersonaFixture.writer, base: nil))
    _ = try await places()
    fixture.clock.advance(by: .seconds(10))
    #expect(try await places() == ["contoso/sales-agent"])
    #expect(try await fixture.read()["a"] == 2)
  }

  // MARK: Audit

  @Test("The trail of an update holds hashes of old and new values, who did it and who is said to have, and no secret")
  func audit() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.setSchema("secretPhrase", true, sensitive: true)
    try await fixture.update(["systemPrompt": "old", "secretPhrase": "hunter2-hunter2", "gone": 1])
    var request = ConfigurationUpdate.Request(
      fixture.address, .persona, ["systemPrompt": "new", "secretPhrase": "hunter3-hunter3", "gone": nil])
    (request.reason, request.claimedAuthor) = ("because", "Somebody Else")
    try await fixture.perform(ConfigurationUpdate(request, by: PersonaFixture.writer, base: 1))
    let record = try #require(try await AuditLog(fixture.database).records(AuditFilter(), limit: 1).items.first)
    #expect(record.operation == "pcfg.update" && record.status == .succeeded && record.tenant == "contoso")
    #expect(record.actor == "local:2:writer" && record.detail["claimedBy"] == "Somebody Else")
    #expect(record.target == "contoso/sales-agent" && record.detail["reason"] == "because")
    #expect(record.detail["fromVersion"] == 1 && record.detail["toVersion"] == 2)
    let keys = record.detail["keys"]?.arrayValue ?? []
    #expect(keys.map { $0["name"] } == ["systemPrompt", "secretPhrase", "gone"])
    // printf '"old"' | sha256sum, and so on.
    #expect(keys.first?["oldSha256"] == "d6d13014ef18d45030eec6ac0a66eab592e7f07e1feda93538935b3b434a8de8")
    #expect(keys.first?["value"] == "new")
    #expect(keys[1]["value"] == nil && keys[1]["newSha256"] == nil && keys[1]["newHmac"]?.stringValue?.count == 64)
    #expect(keys[2]["op"] == "remove" && keys[2]["newSha256"] == nil)
    let trail = try await AuditLog(fixture.database).records(AuditFilter(), limit: 50).items.map {
      JSONValue.object($0.json).text
    }
    #expect(!trail.joined().contains("hunter"))
    #expect(try await AuditLog(fixture.database).verify().isIntact)
  }

  @Test("Fifty keys with long values keep all their hashes in the trail")
  func largeAudit() async throws {
    let fixture = try await PersonaFixture()
    let value = JSONValue.string(String(repeating: "y", count: 900))
    let names = (0..<50).map { "k\($0)" + String(repeating: "x", count: 60) }
    try await fixture.update(JSONObject(names.map { .init(key: $0, value: 0) }))
    try await fixture.update(JSONObject(names.map { .init(key: $0, value: value) }))
    let record = try #require(try await AuditLog(fixture.database).records(AuditFilter(), limit: 1).items.first)
    let keys = record.detail["keys"]?.arrayValue ?? []
    #expect(keys.count == 50 && keys.allSatisfy { $0["newSha256"] != nil && $0["oldSha256"] != nil })
  }
}
