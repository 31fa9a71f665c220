import Access
import AdminCore
import Personas
import Store
import TestSupport
import Testing

@Suite("Changing configuration")
struct UpdateTests {
  // MARK: Values

  @Test("The document of the original interface comes back value for value, numbers in their own form")
  func roundTrip() async throws {
    let fixture = try await PersonaFixture()
    let document = #"""
      {"systemPrompt":"You are a helpful assistant focused on providing concise answers.","responseStyleGuide":"Maintain a formal and respectful tone.","llmTemperatureOverride":0.75,"featureFlags":{"useAdvancedSummarization":true,"enableExperimentalTools":false},"customAgenticParameters":{"maxReflectionLoops":3,"confidenceThresholdForAction":0.85}}
      """#
    try await fixture.update(try #require(try JSONParser.parse(document).objectValue))
    let answer = try await fixture.service.configuration(
      ConfigurationQuery(fixture.address), for: PersonaFixture.reader)
    #expect(String(decoding: answer.configurations, as: UTF8.self) == document)
    let numbers = #"{"own":[1,1.0,1e2,-0,0.10,12345678901234567890,1E-7,9007199254740993]}"#
    try await fixture.update(try #require(try JSONParser.parse(numbers).objectValue))
    let read = try await fixture.service.configuration(
      fixture.query { $0.keys = ["own"] }, for: PersonaFixture.reader)
    #expect(String(decoding: read.configurations, as: UTF8.self) == numbers)
  }

  @Test("Texts are kept to the letter, also what nobody can see, of which a change warns")
  func invisible() async throws {
    let fixture = try await PersonaFixture()
    let text = "family: 👩‍👩‍👧, tag: \u{E0041}, rtl: \u{202E}x\u{202C}\nline\ttab"
    var request = ConfigurationUpdate.Request(fixture.address, .persona, ["systemPrompt": .string(text)])
    let preview = try await fixture.service.preview(request, by: PersonaFixture.administrator)
    #expect(preview.warnings.count == 1 && preview.warnings[0].hasPrefix("systemPrompt holds characters"))
    try await fixture.update(request.configurations)
    #expect(try await fixture.read()["systemPrompt"] == .string(text))
    request.configurations = ["systemPrompt": "plain"]
    #expect(try await fixture.service.preview(request, by: PersonaFixture.administrator).warnings == [])
  }

  @Test("Keys that are not named stay as they are, null removes, and every change is a new version with a new etag")
  func partialUpdates() async throws {
    let fixture = try await PersonaFixture()
    let first = try await fixture.update(["systemPrompt": "a", "llmTopP": 0.50, "other": [1.0]])
    #expect(first["version"] == 1 && first["updatedKeys"] == ["systemPrompt", "llmTopP", "other"])
    let second = try await fixture.update(["llmTopP": nil, "more": 1])
    #expect(second["version"] == 2 && second["updatedKeys"] == ["more"] && second["removedKeys"] == ["llmTopP"])
    #expect(second["etag"] != first["etag"])
    let reading = try await fixture.read()
    #expect(JSONValue.object(reading.values).text == #"{"systemPrompt":"a","other":[1.0],"more":1}"#)
    let same = try await fixture.update(["more": 1])
    #expect(same["version"] == 3 && same["etag"] != second["etag"], "the same values are a version too")
    #expect(try await fixture.read().answer.etag == same["etag"]?.stringValue)
  }

  @Test("Objects are merged into what is there, or take its place where the key's schema says so")
  func objects() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["featureFlags": ["a": true, "b": false]])
    try await fixture.update(["featureFlags": ["b": true, "c": true]])
    #expect(try await fixture.read()["featureFlags"] == ["a": true, "b": true, "c": true])
    try await fixture.update(["featureFlags": ["a": nil]])
    #expect(try await fixture.read()["featureFlags"] == ["b": true, "c": true])
    try await fixture.setSchema("whole", true, merge: .replace)
    try await fixture.update(["whole": ["a": 1, "b": nil]])
    try await fixture.update(["whole": ["c": 2, "d": nil]])
    #expect(try await fixture.read()["whole"] == ["c": 2, "d": nil])
  }

  @Test("A part of a value can be set, read and removed by its place")
  func parts() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["featureFlags.x": true, "tree.a.b": 1, "tree.a.c": 2])
    try await fixture.update(["featureFlags.y": false, "tree.a.b": nil, "nothing.here": nil])
    let reading = try await fixture.read()
    #expect(reading["featureFlags"] == ["x": true, "y": false])
    #expect(reading["tree"] == ["a": ["c": 2]])
    #expect(reading["nothing"] == nil)
    let part = try await fixture.read(
      fixture.query { $0.keys = ["featureFlags.y", "tree.a.c", "tree.a.b", "featureFlags.y.z", "nope", "not a key"] })
    #expect(part.values == ["featureFlags.y": false, "tree.a.c": 2])
    #expect(part.answer.missing == ["tree.a.b", "featureFlags.y.z", "nope", "not a key"])
  }

  // MARK: Refusals

  @Test(
    "What breaks a rule is refused whole, with its code and place",
    arguments: [
      ([:], .invalidArgument, "/configurationsToUpdate"), (["": 1], .invalidArgument, "/configurationsToUpdate/"),
      (["1a": 1], .invalidArgument, "/configurationsToUpdate/1a"),
      (["a b": 1], .invalidArgument, "/configurationsToUpdate/a b"),
      (["a..b": 1], .invalidArgument, "/configurationsToUpdate/a..b"),
      (["a.b.c.d.e.f.g.h.i": 1], .invalidArgument, "/configurationsToUpdate/a.b.c.d.e.f.g.h.i"),
      (["systemPrompt": "a", "SystemMessage": "b"], .invalidArgument, "/configurationsToUpdate/SystemMessage"),
      (["a": [:], "a.b": 1], .invalidArgument, "/configurationsToUpdate/a.b"),
      (["a.b": 1, "a.b.c": 2], .invalidArgument, "/configurationsToUpdate/a.b.c"),
      (
        ["llmTemperatureOverride": 3, "systemPrompt": "good"], .valueRefused,
        "/configurationsToUpdate/llmTemperatureOverride"
      ),
      (["LlmTemperature": -1], .valueRefused, "/configurationsToUpdate/LlmTemperature"),
      (["featureFlags": ["a": 1]], .valueRefused, "/configurationsToUpdate/featureFlags/a"),
      (["featureFlags.a": "x"], .valueRefused, "/configurationsToUpdate/featureFlags.a/a"),
      (
        ["customAgenticParameters": ["maxReflectionLoops": 21]], .valueRefused,
        "/configurationsToUpdate/customAgenticParameters/maxReflectionLoops"
      ),
      (["toolAccessRules": ["allow": "*"]], .valueRefused, "/configurationsToUpdate/toolAccessRules/allow"),
      (
        ["experiments": ["e": ["variants": [["name": "v", "percentage": 101, "settings": [:]]]]]], .valueRefused,
        "/configurationsToUpdate/experiments/e/variants/0/percentage"
      ),
      (
        ["experiments": ["e": ["variants": [["name": "v", "percentage": 60, "settings": ["llmTopP": 2]]]]]],
        .valueRefused, "/configurationsToUpdate/experiments/e/variants/0/settings/llmTopP"
      ),
      (
        ["experiments": ["e": ["variants": [["name": "v", "percentage": 60, "settings": ["experiments": [:]]]]]]],
        .valueRefused, "/configurationsToUpdate/experiments/e/variants/0/settings/experiments"
      ),
    ] as [(JSONObject, ErrorCode, String)])
  func refusals(configurations: JSONObject, code: ErrorCode, path: String) async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["llmTopP": 0.5])
    let error = await #expect(throws: AdminError.self) { try await fixture.update(configurations) }
    #expect(error?.code == code)
    #expect(error?.details?[0]?["path"]?.stringValue == path, "\(String(describing: error?.details))")
    #expect(try await fixture.read().answer.version == 1, "nothing was written")
    #expect(try await fixture.read().values == ["llmTopP": 0.5])
  }

  @Test("A document has at most 200 keys and 256 KiB, a value 64 KiB and 16 levels, an update 50 keys")
  func bounds() async throws {
    let fixture = try await PersonaFixture()
    func many(_ range: Range<Int>, _ value: JSONValue = 1) -> JSONObject {
      JSONObject(range.map { .init(key: "k\($0)", value: value) })
    }
    #expect(try await fixture.refusal { try await fixture.update(many(0..<51)) } == .documentBound)
    for start in stride(from: 0, to: 200, by: 50) { try await fixture.update(many(start..<(start + 50))) }
    #expect(try await fixture.refusal { try await fixture.update(["k200": 1]) } == .documentBound)
    try await fixture.update(["k0": nil, "k200": 1])
    let large = JSONValue.string(String(repeating: "x", count: 65_000))
    #expect(
      try await fixture.refusal { try await fixture.update(["k1": .string(String(repeating: "x", count: 65_535))]) }
        == .documentBound)
    try await fixture.update(["k1": large, "k2": large, "k3": large, "k4": large])
    #expect(try await fixture.refusal { try await fixture.update(["k5": large]) } == .documentBound)
    var deep: JSONValue = 1
    for _ in 0..<16 { deep = [deep] }
    try await fixture.update(["k6": deep])
    #expect(try await fixture.refusal { try await fixture.update(["k6": [deep]]) } == .documentBound)
    var parameters: JSONValue = 1
    for _ in 0..<8 { parameters = ["a": parameters] }
    try await fixture.update(["customAgenticParameters": parameters, "k7": nil])
    #expect(
      try await fixture.refusal { try await fixture.update(["customAgenticParameters": ["a": parameters]]) }
        == .valueRefused)
  }

  @Test("A check that takes too long ends the update")
  func slowSchema() async throws {
    let fixture = try await PersonaFixture()
    let branches = (1...12).map { String(repeating: "x", count: $0) }.joined(separator: "|")
    try await fixture.setSchema("slow", ["pattern": .string("(\(branches))*y")])
    let text = JSONValue.string(String(repeating: "x", count: 65_000))
    // Steps are counted, so that the answer does not depend on the machine.
    let error = await #expect(throws: AdminError.self) { try await fixture.update(["slow": text, "llmTopP": 0.1]) }
    #expect(error?.code == .valueRefused && error?.details?[0]?["rule"] == "budget")
    #expect(try await fixture.read().answer.version == 0)
  }

  // MARK: Conflicts

  @Test("An etag that is not today's is refused, and today's is told; an empty one wants no document")
  func ifMatch() async throws {
    let fixture = try await PersonaFixture()
    let first = try await fixture.update(["a": 1], ifMatch: "")
    #expect(first["version"] == 1)
    let error = await #expect(throws: AdminError.self) { try await fixture.update(["b": 1], ifMatch: "") }
    #expect(error?.code == .etagConflict)
    #expect(error?.details?["etag"] == first["etag"])
    try await fixture.update(["b": 1], ifMatch: try #require(first["etag"]?.stringValue))
    #expect(
      try await fixture.refusal { try await fixture.update(["b": 2], ifMatch: first["etag"]?.stringValue) }
        == .etagConflict)
    #expect(
      try await fixture.refusal { try await fixture.update(["b": 2], ifMatch: "2-0000000000000000") } == .etagConflict)
    #expect(try await fixture.read()["b"] == 1)
  }

  @Test("Of two that change the same document, both succeed with different keys and one with the same")
  func concurrent() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["a": 0, "b": 0])
    func planned(_ configurations: JSONObject) async throws -> ConfigurationUpdate {
      let request = ConfigurationUpdate.Request(fixture.address, .persona, configurations)
      let preview = try await fixture.service.preview(request, by: PersonaFixture.writer)
      return ConfigurationUpdate(request, by: PersonaFixture.writer, base: preview.base)
    }
    let (left, right, late) = (
      try await planned(["a": 1]), try await planned(["b": 1]), try await planned(["a": 2, "c": 3])
    )
    #expect(try await fixture.perform(left)["version"] == 2)
    #expect(try await fixture.perform(right)["version"] == 3)
    let error = await #expect(throws: AdminError.self) { try await fixture.perform(late) }
    #expect(error?.code == .etagConflict && error?.details?["keys"] == ["a"])
    #expect(try await fixture.read().values == ["a": 1, "b": 1], "and the other key of the refused one is not written")
  }

  @Test("The same change is made once, however often its process is asked for it")
  func repeated() async throws {
    let fixture = try await PersonaFixture()
    let request = ConfigurationUpdate.Request(fixture.address, .persona, ["a": 1])
    let change = ConfigurationUpdate(request, by: PersonaFixture.writer, base: 0)
    let id = LocalID.make(at: fixture.clock.now())
    let again = try ConfigurationUpdate(
      journalled: try #require(JSONParser.parse(JSONValue.object(change.journalled).text).objectValue))
    let first = try await fixture.service.perform(change, operation: id, correlationID: "c")
    let other = try await fixture.another()
    let second = try await other.perform(again, operation: id, correlationID: "c")
    #expect(first == second)
    #expect(try await fixture.read().answer.version == 1)
  }

  // MARK: Rights

  @Test("Layers above personas, schemas, rules, rollback, overrides and registration are administrators' affairs")
  func administratorsOnly() async throws {
    let fixture = try await PersonaFixture()
    let writer = PersonaFixture.writer
    try await fixture.update(["a": 1], by: writer)
    #expect(try await fixture.refusal { try await fixture.update(["a": 1], .tenant, by: writer) } == .permissionDenied)
    #expect(try await fixture.refusal { try await fixture.update(["a": 1], .global, by: writer) } == .permissionDenied)
    #expect(
      try await fixture.refusal { try await fixture.update(["a": 1], by: PersonaFixture.reader) } == .permissionDenied)
    let address = fixture.address
    let changes: [any PersonaChange] = [
      ConfigurationRollback(.init(address, .persona, to: 1, reason: "r"), by: writer, base: nil),
      KeySchemaChange(KeySchemaRecord(key: "a", schema: true), of: fixture.tenant, by: writer),
      KeyRulesChange([], of: fixture.tenant, ifMatch: nil, by: writer),
      OverrideChange(nil, of: fixture.tenant, nil, by: writer),
      PersonaRegistration(.init(address, displayName: "x"), by: writer),
      PersonaStateChange(address, isEnabled: false, isDiscoverable: nil, reason: "r", ifMatch: nil, by: writer),
    ]
    for change in changes {
      #expect(try await fixture.refusal { try await fixture.perform(change) } == .permissionDenied, "\(change)")
    }
  }

  @Test("The identity of a persona's agent changes nothing, whatever roles it holds")
  func agents() async throws {
    let fixture = try await PersonaFixture()
    let (app, home) = ("bbbbbbbb-0000-0000-0000-000000000001", "3b555118-da6a-4418-894f-7df1e2096870")
    let address = try fixture.address("other", in: home)
    try await fixture.register(address, agent: app)
    let object = try #require(GUID("aaaaaaaa-0000-0000-0000-000000000001"))
    for kind in [Caller.Kind.application, .user] {
      let agent = Caller(
        kind, tenantID: try #require(GUID(home)), objectID: object, applicationID: GUID(app), roles: Set(Role.allCases))
      let own = try await fixture.service.configuration(ConfigurationQuery(address), for: agent)
      #expect(own.version == 0, "it reads")
      #expect(
        try await fixture.refusal { try await fixture.update(["a": 1], of: address, by: agent) } == .agentMayNotWrite)
      let changes: [any PersonaChange] = [
        KeySchemaChange(KeySchemaRecord(key: "a", schema: true), of: address.tenant, by: agent),
        KeyRulesChange([], of: address.tenant, ifMatch: nil, by: agent),
        OverrideChange(nil, of: address.tenant, nil, by: agent),
        PersonaRegistration(.init(address, displayName: "x"), by: agent),
        PersonaStateChange(address, isEnabled: false, isDiscoverable: nil, reason: "r", ifMatch: nil, by: agent),
      ]
      for change in changes {
        #expect(try await fixture.refusal { try await fixture.perform(change) } == .agentMayNotWrite)
      }
    }
  }

  @Test("A token opens its own tenant, to read and to write")
  func tenants() async throws {
    let fixture = try await PersonaFixture()
    let stranger = Caller(
      .user, tenantID: try #require(GUID("11111111-2222-3333-4444-555555555555")),
      objectID: try #require(GUID("aaaaaaaa-0000-0000-0000-000000000001")), applicationID: nil,
      roles: [.administerPersonas])
    #expect(try await fixture.refusal { try await fixture.update(["a": 1], by: stranger) } == .otherTenant)
    #expect(try await fixture.refusal { _ = try await fixture.read(by: stranger) } == .otherTenant)
    let everywhere = Caller(
      .user, tenantID: try #require(stranger.tenantID), objectID: try #require(stranger.objectID), applicationID: nil,
      roles: [.administerPersonas, .allTenants])
    try await fixture.update(["a": 1], by: everywhere)
  }

  @Test("A rule that denies one of three keys keeps all of them from being written, and is told of without values")
  func keyRules() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.setRules([
      KeyRuleRecord(
        personaGlob: "*", keyGlob: "b", principalKind: .role, principal: "PersonaConfig.Write", effect: .deny,
        rights: .write)
    ])
    let error = await #expect(throws: AdminError.self) {
      try await fixture.update(["a": 1, "b": "hunter2", "c": 3], by: PersonaFixture.writer)
    }
    #expect(error?.code == .keyDenied && error?.details?["keys"] == ["b"])
    #expect(error?.message.contains("hunter2") == false)
    #expect(try await fixture.read().values == [:])
    try await fixture.update(["a": 1, "c": 3], by: PersonaFixture.writer)
  }

  @Test("A rule about a part cannot be gone around by writing the whole, or by removing it")
  func keyRulesOfParts() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["flags": ["open": 1, "secret": 1]])
    try await fixture.setRules([
      KeyRuleRecord(
        personaGlob: "*", keyGlob: "flags.secret", principalKind: .role, principal: "PersonaConfig.Write",
        effect: .deny,
        rights: .readWrite)
    ])
    let writer = PersonaFixture.writer
    for attempt in [
      ["flags.secret": 2], ["flags": ["secret": 2]], ["flags.secret": nil], ["flags": nil], ["flags": 5],
      ["flags.secret.deeper": 1],
    ] as [JSONObject] {
      #expect(try await fixture.refusal { try await fixture.update(attempt, by: writer) } == .keyDenied, "\(attempt)")
    }
    try await fixture.update(["flags": ["open": 2]], by: writer)
    #expect(try await fixture.read(by: writer)["flags"] == ["open": 2], "and what may not be read is not shown")
    #expect(try await fixture.read()["flags"] == ["open": 2, "secret": 1])
  }

  // MARK: Locks

  @Test("A key that a layer above has locked cannot be set below, and what stands there does not count")
  func locks() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["systemPrompt": "persona", "llmTopP": 0.5])
    try await fixture.update(["systemPrompt": "tenant"], .tenant, lock: ["SystemMessage"])
    #expect(try await fixture.read()["systemPrompt"] == "tenant")
    #expect(try await fixture.read().origin("systemPrompt") == "tenant/1 set, locked shadowed by tenant")
    let error = await #expect(throws: AdminError.self) {
      try await fixture.update(["systemPrompt": "x", "llmTopP": 0.1])
    }
    #expect(error?.code == .lockedKey && error?.details?["keys"] == ["systemPrompt"])
    try await fixture.update(["systemPrompt": nil])
    #expect(
      try await fixture.read().origin("systemPrompt") == "tenant/1 set, locked",
      "removing what does not count is allowed")
    try await fixture.update([:], .tenant, unlock: ["systemPrompt"])
    try await fixture.update(["systemPrompt": "free"])
    #expect(try await fixture.read()["systemPrompt"] == "free")
    #expect(
      try await fixture.refusal { try await fixture.update([:], .tenant, lock: ["a"], unlock: ["a"]) }
        == .invalidArgument)
    #expect(try await fixture.refusal { try await fixture.update([:], .tenant) } == .invalidArgument)
  }

  // MARK: Registration

  @Test("An unknown persona is refused; whoever may register it need not do so first, and is told")
  func unknownPersona() async throws {
    let fixture = try await PersonaFixture(registered: false)
    #expect(try await fixture.refusal { _ = try await fixture.read() } == .personaNotFound)
    #expect(
      try await fixture.refusal { try await fixture.update(["a": 1], by: PersonaFixture.writer) } == .personaNotFound)
    let request = ConfigurationUpdate.Request(fixture.address, .persona, ["a": 1])
    let preview = try await fixture.service.preview(request, by: PersonaFixture.administrator)
    #expect(preview.registers && preview.warnings.count == 1)
    try await fixture.update(["a": 1])
    #expect(try await fixture.read()["a"] == 1)
  }

  // MARK: Undeclared keys

  @Test("A tenant can refuse keys that nobody has declared, or say what they may hold")
  func undeclared() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["anything": [1, "x"]])
    try await fixture.setSchema("*", ["type": "string"])
    #expect(try await fixture.refusal { try await fixture.update(["other": 1]) } == .valueRefused)
    try await fixture.update(["other": "x"])
    try await fixture.setSchema("declared", true)
    let violations = try await fixture.setSchema("*", false)["violations"]?.arrayValue
    #expect(violations?.count == 2, "\(String(describing: violations))")
    let error = await #expect(throws: AdminError.self) { try await fixture.update(["declaerd": 1]) }
    #expect(error?.code == .unknownKey && error?.message.contains("did you mean declared?") == true)
    try await fixture.update(["declared": 1, "systemPrompt": "x"])
    try await fixture.update(["other": nil])
  }
}
