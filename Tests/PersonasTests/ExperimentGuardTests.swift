import Access
import AdminCore
import Personas
import Store
import TestSupport
import Testing

/// An experiment holds values of other keys; what guards those guards them there too.
@Suite("Guards of what experiments set")
struct ExperimentGuardTests {
  private static func experiment(_ settings: JSONObject, share: Int = 50) -> JSONValue {
    ["variants": [["name": "a", "percentage": .int(share), "settings": .object(settings)]]]
  }

  private static func deny(_ key: String, _ rights: KeyRuleRecord.Rights, to role: String) -> KeyRuleRecord {
    KeyRuleRecord(
      personaGlob: "*", keyGlob: key, principalKind: .role, principal: role, effect: .deny, rights: rights)
  }

  @Test("Who may not write a key sets it by no experiment, changes no share of it and takes none away")
  func writing() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["experiments": ["tone": Self.experiment(["systemPrompt": "Sing.", "flags": ["x": 1]])]])
    try await fixture.setRules([
      Self.deny("systemPrompt", .write, to: "PersonaConfig.Write"),
      Self.deny("flags.x", .write, to: "PersonaConfig.Write"),
    ])
    let attempts: [JSONObject] = [
      ["experiments": ["new": Self.experiment(["systemPrompt": "Lie."])]],
      ["experiments.new": Self.experiment(["systemPrompt": "Lie."])],
      ["experiments": ["new": Self.experiment(["flags": ["x": 2]])]],
      ["experiments": ["tone": Self.experiment(["systemPrompt": "Sing.", "flags": ["x": 1]], share: 100)]],
      ["experiments.tone": nil], ["experiments.tone.enabled": false], ["experiments": nil],
    ]
    for attempt in attempts {
      let code = try await fixture.refusal { try await fixture.update(attempt, by: PersonaFixture.writer) }
      #expect(code == .keyDenied, "\(attempt)")
    }
    try await fixture.update(
      ["experiments": ["other": Self.experiment(["responseStyleGuide": "Short.", "flags": ["y": 2]])]],
      by: PersonaFixture.writer)
    #expect(try await fixture.read()["experiments"]?.objectValue?.keys.sorted() == ["other", "tone"])
  }

  @Test("Who may not read a key reads it in no experiment, and sensitive ones are masked, in differences too")
  func reading() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.setSchema("secret", true, sensitive: true)
    let settings: JSONObject = ["secret": "hunter2-hunter2", "a": 1, "b": ["x": 1, "y": 2], "c": 3]
    try await fixture.update(["experiments": ["e": Self.experiment(settings)]])
    try await fixture.setRules([
      Self.deny("a", .read, to: "PersonaConfig.Read"), Self.deny("b.x", .read, to: "PersonaConfig.Read"),
    ])
    let seen: JSONObject = ["secret": "***", "b": ["y": 2], "c": 3]
    let reader = try await fixture.read(by: PersonaFixture.reader)
    #expect(reader["experiments"] == ["e": Self.experiment(seen)])
    #expect(try await fixture.read()["experiments"] == ["e": Self.experiment(settings)])
    let part = try await fixture.read(
      fixture.query { $0.keys = ["experiments.e.variants"] }, by: PersonaFixture.reader)
    #expect(part.values.count == 1 && !JSONValue.object(part.values).text.contains("hunter2"))
    let differences = try await fixture.service.differences(
      of: fixture.address, .persona, from: 0, to: 1, for: PersonaFixture.reader)
    #expect(differences.map(\.to) == [["e": Self.experiment(seen)]])
  }

  @Test("The trail tells nothing of an experiment that sets a sensitive key, but a keyed hash")
  func audit() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.setSchema("secret", true, sensitive: true)
    try await fixture.update(["experiments": ["e": Self.experiment(["secret": "hunter2-hunter2"])]])
    try await fixture.update(["experiments": ["e": Self.experiment(["c": 1])]])
    try await fixture.update(["experiments": ["e": Self.experiment(["c": 2])]])
    let records = try await AuditLog(fixture.database).records(AuditFilter(), limit: 3).items
    let keys = records.compactMap { $0.detail["keys"]?[0] }
    #expect(keys.map { $0["newHmac"] != nil } == [false, true, true])
    #expect(keys.map { $0["newSha256"] != nil || $0["value"] != nil } == [true, false, false])
    #expect(!records.map { JSONValue.object($0.json).text }.joined().contains("hunter2"))
  }

  @Test("A rollback is a writing of every part that it changes")
  func rollback() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["flags": ["open": 1, "secret": 1]])
    try await fixture.update(["flags": ["open": 1, "secret": 2]])
    try await fixture.update(["flags": ["open": 2, "secret": 2]])
    try await fixture.setRules([
      KeyRuleRecord(
        personaGlob: "*", keyGlob: "flags.secret", principalKind: .oid, principal: PersonaFixture.administrator.actor,
        effect: .deny, rights: .write)
    ])
    #expect(try await fixture.refusal { try await fixture.rollback(to: 1) } == .keyDenied)
    #expect(try await fixture.read()["flags"] == ["open": 2, "secret": 2])
    try await fixture.rollback(to: 2)
    #expect(try await fixture.read()["flags"] == ["open": 1, "secret": 2])
  }

  @Test("The default of a sensitive key is masked for all but administrators")
  func standard() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.setSchema("secret", true, standard: "hunter2-hunter2", sensitive: true)
    try await fixture.setSchema("hidden", true, standard: "nobody")
    try await fixture.setRules([Self.deny("hidden", .read, to: "PersonaConfig.Read")])
    func standards(_ caller: Caller) async throws -> [JSONValue?] {
      let keys = try await fixture.service.keys(
        of: fixture.address, prefix: "", withDeprecated: false, for: caller)
      return ["secret", "hidden"].map { name in keys.first { $0.name == name }?.standard }
    }
    #expect(try await standards(PersonaFixture.reader) == ["***", "***"])
    #expect(try await standards(PersonaFixture.administrator) == ["hunter2-hunter2", "nobody"])
  }
}
