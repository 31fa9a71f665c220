import Access
import AdminCore
import Personas
import Store
import TestSupport
import Testing

@Suite("Reading configuration")
struct ReadingTests {
  @Test("A registered persona without a document inherits, at version 0 and without an etag")
  func inherits() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["systemPrompt": "g"], .global)
    try await fixture.update(["llmTopP": 0.25], .tenant)
    let reading = try await fixture.read(by: PersonaFixture.reader)
    #expect(reading.values == ["systemPrompt": "g", "llmTopP": 0.25])
    #expect(reading.answer.version == 0 && reading.answer.etag == "" && reading.answer.isEnabled)
    #expect(reading.origin("systemPrompt") == "global/1 set")
    #expect(try await fixture.read(fixture.query { $0.keys = ["nope"] }).answer.missing == ["nope"])
  }

  @Test("One layer can be read by itself, and any of them as it was at a time")
  func layersAndTimes() async throws {
    let fixture = try await PersonaFixture()
    let start = fixture.clock.now()
    fixture.clock.advance(by: .seconds(10))
    try await fixture.update(["a": 1], .tenant)
    fixture.clock.advance(by: .seconds(10))
    try await fixture.update(["a": 2, "b": 2])
    fixture.clock.advance(by: .seconds(10))
    try await fixture.update(["a": nil])
    try await fixture.update(["a": 3], .tenant)
    func past(_ seconds: Int, _ layer: StoredLayer? = nil) async throws -> JSONObject {
      try await fixture.read(
        fixture.query { query in
          query.asOf = start + .seconds(seconds)
          query.layer = layer
        }
      ).values
    }
    #expect(try await past(9) == [:])
    #expect(try await past(10) == ["a": 1])
    #expect(try await past(20) == ["a": 2, "b": 2])
    #expect(try await past(29) == ["a": 2, "b": 2])
    #expect(try await past(30) == ["a": 3, "b": 2])
    #expect(try await past(20, .tenant) == ["a": 1])
    #expect(try await fixture.read(fixture.query { $0.layer = .persona }).values == ["b": 2])
    #expect(try await fixture.read(fixture.query { $0.layer = .tenant }).answer.version == 2)
    #expect(try await fixture.read(fixture.query { $0.layer = .global }).answer.etag == "")
  }

  @Test("A time before the versions that are kept has no answer")
  func removedVersions() async throws {
    let fixture = try await PersonaFixture()
    let start = fixture.clock.now()
    try await fixture.update(["n": 0])
    fixture.clock.advance(by: .seconds(91 * 86_400))
    for number in 1...101 { try await fixture.update(["n": .int(number)]) }
    let versions = try await fixture.service.versions(
      of: fixture.address, .persona, limit: 200, cursor: nil, for: PersonaFixture.reader)
    #expect(versions.count == 101 && versions.items.last?.version == 2, "the last hundred stay, and all of ninety days")
    let code = try await fixture.refusal {
      _ = try await fixture.read(fixture.query { $0.asOf = start + .seconds(5) })
    }
    #expect(code == .versionNotFound)
    #expect(try await ChainCheck(fixture.database).verify().problems == [])
  }

  // MARK: Who sees what

  @Test("Sensitive values are masked for all but administrators, in whole and in part, and provenance is kept")
  func sensitive() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.setSchema("apiKey", true, sensitive: true, aliases: ["ApiKey"])
    try await fixture.update(["apiKey": ["value": "hunter2"], "open": 1])
    let masked = try await fixture.read(by: PersonaFixture.reader)
    #expect(masked.values == ["apiKey": "***", "open": 1])
    #expect(masked.origin("apiKey") == "persona/1 set")
    #expect(try await fixture.read()["apiKey"] == ["value": "hunter2"])
    let part = fixture.query { $0.keys = ["apiKey.value", "ApiKey"] }
    #expect(try await fixture.read(part, by: PersonaFixture.reader).values == ["apiKey.value": "***", "ApiKey": "***"])
    #expect(try await fixture.read(part).values == ["apiKey.value": "hunter2", "ApiKey": ["value": "hunter2"]])
    try await fixture.update(["apiKey": ["value": "hunter3"]])
    let differences = try await fixture.service.differences(
      of: fixture.address, .persona, from: 1, to: 2, for: PersonaFixture.reader)
    #expect(differences == [KeyDifference(key: "apiKey", operation: .changed, from: "***", to: "***")])
  }

  @Test("Keys that a rule keeps from a caller are left out and counted, each caller seeing what is its own")
  func rules() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["a": 1, "b": 2, "c": ["x": 1, "y": 2]])
    try await fixture.setRules([
      KeyRuleRecord(
        personaGlob: "sales-*", keyGlob: "a", principalKind: .oid, principal: "local:3:reader", effect: .deny,
        rights: .read),
      KeyRuleRecord(
        personaGlob: "*", keyGlob: "c.y", principalKind: .role, principal: "PersonaConfig.Read", effect: .deny,
        rights: .readWrite),
    ])
    for _ in 0..<2 {
      let reader = try await fixture.read(by: PersonaFixture.reader)
      #expect(reader.values == ["b": 2, "c": ["x": 1]] && reader.answer.redacted == 1)
      let writer = try await fixture.read(by: PersonaFixture.writer)
      #expect(writer.values == ["a": 1, "b": 2, "c": ["x": 1]] && writer.answer.redacted == 0)
      #expect(try await fixture.read().values == ["a": 1, "b": 2, "c": ["x": 1, "y": 2]])
    }
    let asked = try await fixture.read(fixture.query { $0.keys = ["a", "c.y", "nope"] }, by: PersonaFixture.reader)
    #expect(asked.values == [:] && asked.answer.redacted == 1 && asked.answer.missing == ["c.y", "nope"])
  }

  @Test("Keys are described with what the caller may do with them")
  func describedKeys() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.setSchema("old", ["type": "string"], standard: "x", deprecated: true)
    try await fixture.setSchema(
      "secret", ["type": ["string", "null"]], merge: .replace, sensitive: true, aliases: ["Geheim"])
    try await fixture.update(["systemPrompt": "t"], .tenant, lock: ["llmTopP"])
    try await fixture.update(["systemPrompt": "p", "free": 1])
    func keys(_ caller: Caller, prefix: String = "", deprecated: Bool = false) async throws -> [KeyDescription] {
      try await fixture.service.keys(of: fixture.address, prefix: prefix, withDeprecated: deprecated, for: caller)
    }
    let all = try await keys(PersonaFixture.writer)
    #expect(
      all.map(\.name) == [
        "systemPrompt", "responseStyleGuide", "llmTemperatureOverride", "llmTopP", "llmMaxOutputTokens", "featureFlags",
        "customAgenticParameters", "toolAccessRules", "experiments", "secret", "free",
      ])
    let prompt = try #require(all.first { $0.name == "systemPrompt" })
    #expect(prompt.setAt == [.tenant, .persona] && prompt.canRead && prompt.canWrite && prompt.lockedAt == nil)
    #expect(prompt.definition?.aliases == ["SystemMessage"] && prompt.definition?.type == "string")
    let locked = try #require(all.first { $0.name == "llmTopP" })
    #expect(locked.lockedAt == .tenant && !locked.canWrite && locked.setAt == [])
    let secret = try #require(all.first { $0.name == "secret" })
    #expect(secret.isSensitive && secret.definition?.merge == .replace && secret.definition?.type == "string or null")
    #expect(all.last?.definition == nil)
    #expect(try await keys(PersonaFixture.reader).allSatisfy { !$0.canWrite })
    #expect(
      try await keys(PersonaFixture.reader, prefix: "llm").map(\.name) == [
        "llmTemperatureOverride", "llmTopP", "llmMaxOutputTokens",
      ])
    #expect(try await keys(PersonaFixture.reader, prefix: "old").isEmpty)
    #expect(try await keys(PersonaFixture.reader, prefix: "old", deprecated: true).first?.definition?.standard == "x")
  }

  @Test("Values are checked without being written, with all that is wrong")
  func validation() async throws {
    let fixture = try await PersonaFixture()
    func problems(_ values: JSONObject) async throws -> [String] {
      try await fixture.service.problems(in: values, of: fixture.tenant, for: PersonaFixture.reader).map(\.path)
    }
    #expect(try await problems(["systemPrompt": "x", "anything": [1]]) == [])
    #expect(
      try await problems(["llmTopP": 2, "featureFlags": ["a": 1]])
        == ["/configurations/llmTopP", "/configurations/featureFlags/a"])
    #expect(try await problems(["1": 1, "systemPrompt": 1]) == ["/configurations/1"])
    #expect(try await problems(["a": .string(String(repeating: "x", count: 70_000))]) == ["/configurations"])
    #expect(try await fixture.read().answer.version == 0)
  }

  // MARK: Experiments

  @Test("An instance of an experiment gets its variant, and answers are kept for each apart")
  func experiments() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update([
      "systemPrompt": "control",
      "experiments": ["e": ["variants": [["name": "v", "percentage": 50, "settings": ["systemPrompt": "variant"]]]]],
    ])
    var seen: [String: Int] = [:]
    for round in 0..<2 {
      for number in 0..<40 {
        let instance = "i\(number)"
        let expected = Experiment.bucket(salt: "", experiment: "e", instance: instance) < 5000 ? "variant" : "control"
        let reading = try await fixture.read(fixture.query { $0.instance = instance })
        #expect(reading["systemPrompt"] == .string(expected), "\(instance), round \(round)")
        seen[expected, default: 0] += 1
      }
    }
    #expect(seen.count == 2)
    #expect(try await fixture.read()["systemPrompt"] == "control")
  }

  // MARK: Overrides

  @Test("An override holds until its time, for one persona or for all, and can be taken away before")
  func overrides() async throws {
    let fixture = try await PersonaFixture()
    let other = try fixture.address("support")
    try await fixture.register(other)
    try await fixture.update(["systemPrompt": "p"])
    try await fixture.override(["systemPrompt": "one"], for: .seconds(60))
    try await fixture.override(["systemPrompt": "all", "llmTopP": 0.1], for: .seconds(120), everywhere: true)
    #expect(try await fixture.read()["systemPrompt"] == "one")
    #expect(try await fixture.read().origin("systemPrompt") == "override/0 incident 7")
    #expect(try await fixture.read(ConfigurationQuery(other))["systemPrompt"] == "all")
    fixture.clock.advance(by: .milliseconds(59_999))
    #expect(try await fixture.read()["systemPrompt"] == "one")
    fixture.clock.advance(by: .milliseconds(1))
    #expect(try await fixture.read()["systemPrompt"] == "all", "without any write")
    let cleared = try await fixture.override(nil, everywhere: true)
    #expect(cleared["cleared"] == 1)
    #expect(try await fixture.read().values == ["systemPrompt": "p"])
    #expect(try await fixture.override(nil)["cleared"] == 0)
    #expect(try await fixture.refusal { try await fixture.override(["a": 1], for: .zero) } == .invalidArgument)
    #expect(
      try await fixture.refusal { try await fixture.override(["a": 1], for: .seconds(8 * 86_400)) } == .invalidArgument)
    #expect(try await fixture.refusal { try await fixture.override(["llmTopP": 7]) } == .valueRefused)
    #expect(try await fixture.refusal { try await fixture.override(["a": nil]) } == .invalidArgument)
    #expect(try await fixture.refusal { try await fixture.override([:]) } == .invalidArgument)
  }

  // MARK: What is kept in memory

  @Test("A change by another process is seen at once; changes of others cost no reading anew")
  func otherProcesses() async throws {
    let fixture = try await PersonaFixture()
    let other = try await fixture.another()
    try await fixture.update(["a": 1])
    #expect(try await fixture.read(with: other)["a"] == 1)
    try await fixture.update(["a": 2])
    #expect(try await fixture.read(with: other)["a"] == 2)
    try await fixture.update(["b": 1], .tenant)
    #expect(try await fixture.read(with: other)["b"] == 1)
    try await fixture.update(["c": 1], .global)
    #expect(try await fixture.read(with: other)["c"] == 1)
    try await fixture.setSchema("d", true, standard: 4)
    #expect(try await fixture.read(with: other)["d"] == 4)
    try await fixture.perform(
      PersonaStateChange(
        fixture.address, isEnabled: false, isDiscoverable: nil, reason: "r", ifMatch: nil,
        by: PersonaFixture.administrator))
    #expect(try await fixture.read(with: other).answer.isEnabled == false)
  }

  @Test("An answer may be as old as the caller allows, and is never older than the store unless it does")
  func maximumAge() async throws {
    let fixture = try await PersonaFixture()
    let other = try await fixture.another()
    try await fixture.update(["a": 1])
    #expect(try await fixture.read(with: other)["a"] == 1)
    try await fixture.update(["a": 2])
    let old = fixture.query { $0.maximumAge = .seconds(30) }
    #expect(try await fixture.read(old, with: other)["a"] == 1)
    fixture.clock.advance(by: .seconds(30))
    #expect(try await fixture.read(old, with: other)["a"] == 2)
    try await fixture.update(["a": 3])
    #expect(try await fixture.read(fixture.query { $0.maximumAge = .zero }, with: other)["a"] == 3)
  }

  @Test("While the store cannot be asked, what held five minutes ago is answered and marked; then it fails")
  func staleAnswers() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["a": 1])
    _ = try await fixture.read()
    await fixture.database.close()
    fixture.clock.advance(by: .seconds(299))
    let reading = try await fixture.read()
    #expect(reading["a"] == 1 && reading.answer.isStale)
    #expect(
      try await fixture.refusal { _ = try await fixture.read(fixture.query { $0.maximumAge = .zero }) } == .storeBusy)
    fixture.clock.advance(by: .seconds(2))
    #expect(try await fixture.refusal { _ = try await fixture.read() } == .storeBusy)
  }

  @Test("The etag of the content changes with the content, whichever layer it comes from, and with nothing else")
  func contentEtag() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["a": 1])
    let first = try await fixture.read().answer.contentEtag
    try await fixture.update(["a": 1])
    #expect(try await fixture.read().answer.contentEtag == first)
    try await fixture.update(["b": 1], .tenant)
    let second = try await fixture.read().answer.contentEtag
    #expect(second != first)
    try await fixture.update(["b": nil], .tenant)
    #expect(try await fixture.read().answer.contentEtag == first)
  }

  @Test("Far more personas than are kept in memory are all answered rightly")
  func manyPersonas() async throws {
    let fixture = try await PersonaFixture()
    try await fixture.update(["shared": "t"], .tenant)
    for number in 0..<1500 {
      let address = try fixture.address("p\(number)")
      try await fixture.update(["n": .int(number)], of: address)
    }
    for round in 0..<2 {
      for number in stride(from: round, to: 1500, by: 7) {
        let reading = try await fixture.read(
          ConfigurationQuery(fixture.address("p\(number)")), by: PersonaFixture.reader)
        #expect(reading.values == ["shared": "t", "n": .int(number)])
      }
    }
    let page = try await fixture.service.personas(
      PersonaFilter(tenant: fixture.tenant), limit: 200, cursor: nil, for: PersonaFixture.reader)
    #expect(page.count == 1501 && page.items.count == 200 && page.isTruncated)
  }
}
