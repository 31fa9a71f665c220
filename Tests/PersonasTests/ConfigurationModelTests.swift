import Access
import AdminCore
import Personas
import Store
import TestSupport
import Testing

@Suite("Configuration against a model")
struct ConfigurationModelTests {
  private static let personas = ["p1", "p2"]
  private static let keys = ["a", "b", "c", "flags", "whole"]

  @Test("Ten thousand random operations have the effects that the rules say, in two processes' eyes")
  func randomOperations() async throws {
    let fixture = try await PersonaFixture(registered: false)
    for name in Self.personas { try await fixture.register(fixture.address(name)) }
    try await fixture.setSchema("whole", true, merge: .replace)
    var walk = Walk(fixture: fixture, other: try await fixture.another())
    for _ in 0..<10_000 { try await walk.step() }
    // The walk has been to all kinds of places.
    #expect(walk.counts.count == 12 && walk.counts.values.allSatisfy { $0 > 60 }, "\(walk.counts)")
    let verified = try await ChainCheck(fixture.database).verify()
    #expect(verified.problems == [] && verified.versions > 2000)
    #expect(try await AuditLog(fixture.database).verify().isIntact)
  }

  private struct Walk {
    let fixture: PersonaFixture
    let other: PersonaService
    var random = SeededRandom(seed: 20_260_105)
    var model = ConfigurationModel(replaced: ["whole"])
    var counts: [String: Int] = [:]

    init(fixture: PersonaFixture, other: PersonaService) {
      self.fixture = fixture
      self.other = other
    }

    private var now: Timestamp { fixture.clock.now() }

    private mutating func chance(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }
    private mutating func pick<Element>(_ elements: [Element]) -> Element {
      elements[Int.random(in: elements.indices, using: &random)]
    }

    private mutating func value(depth: Int = 2) -> JSONValue {
      switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
      case 0: return .int(Int.random(in: 0..<5, using: &random))
      case 1: return .string(pick(["x", "y", "é"]))
      case 2: return pick([true, false, 0.5, 1.0])
      case 3: return [.int(Int.random(in: 0..<3, using: &random))]
      default:
        var object = JSONObject()
        for name in ["m", "n", "o"] where !chance(3) { object[name] = value(depth: depth - 1) }
        return .object(object)
      }
    }

    private mutating func patch() -> [String: JSONValue] {
      var patch: [String: JSONValue] = [:]
      for key in ConfigurationModelTests.keys where chance(3) {
        patch[key] = chance(5) ? .null : value()
        // A merge patch may take members away as well.
        if case .object(var object)? = patch[key], key != "whole", chance(3) {
          object["m"] = .null
          patch[key] = .object(object)
        }
      }
      return patch
    }

    private mutating func count(_ what: String) { counts[what, default: 0] += 1 }

    private func target(_ document: String) throws -> (address: PersonaAddress, layer: StoredLayer) {
      let name = ConfigurationModelTests.personas.contains(document) ? document : ConfigurationModelTests.personas[0]
      let layer: StoredLayer = document == "global" ? .global : document == "tenant" ? .tenant : .persona
      return (try fixture.address(name), layer)
    }

    mutating func step() async throws {
      if chance(3) { fixture.clock.advance(by: .milliseconds(Int.random(in: 1..<2000, using: &random))) }
      let document = pick(["global", "tenant", "p1", "p1", "p2", "p2"])
      switch Int.random(in: 0..<12, using: &random) {
      case 0...4: try await update(document)
      case 5: try await rollback(document)
      case 6: try await override()
      case 7: try await clear()
      case 8: try await readPast()
      case 9: try await readLayer(document)
      default: count("read only")
      }
      try await compare()
    }

    private mutating func update(_ document: String) async throws {
      let patch = patch()
      var (lock, unlock): (Set<String>, Set<String>) = ([], [])
      if chance(25) { lock = [pick(ConfigurationModelTests.keys)] }
      if chance(8) { unlock = Set(ConfigurationModelTests.keys).subtracting(lock) }
      let held = model.current(document)?.locked ?? []
      guard !patch.isEmpty || !lock.isSubset(of: held) || !unlock.isDisjoint(with: held) else {
        return count("nothing to do")
      }
      let (address, layer) = try target(document)
      let present = try await fixture.read(
        fixture.query { query in
          query.address = address
          query.layer = layer
        })
      let ifMatch = chance(3) ? present.answer.etag : chance(20) ? "1-0123456789abcdef" : nil
      var expected = ConfigurationModel.Answer.done
      let isConflict = ifMatch != nil && ifMatch != present.answer.etag
      if !isConflict { expected = model.update(document, patch, lock: lock, unlock: unlock, at: now) }
      let code = try await fixture.refusal {
        let answer = try await fixture.update(
          JSONObject(patch.map { .init(key: $0.key, value: $0.value) }), layer, of: address, ifMatch: ifMatch,
          lock: lock.sorted(), unlock: unlock.sorted())
        #expect(answer["version"]?.intValue == model.version(document))
      }
      if isConflict {
        #expect(code == .etagConflict)
        count("conflict")
      } else {
        #expect(code == (expected == .locked ? .lockedKey : nil))
        count(expected == .locked ? "locked update" : "update \(layer.rawValue)")
      }
    }

    private mutating func rollback(_ document: String) async throws {
      let (address, layer) = try target(document)
      let last = model.version(document)
      guard last > 0 else { return count("nothing to do") }
      // Older ones may have been removed already.
      let number = Int.random(in: max(1, last - 90)...(last + 1), using: &random)
      let request = ConfigurationRollback.Request(address, layer, to: number, reason: "walk")
      let expected = number > last ? nil : model.rollback(document, to: number, at: now)
      let code = try await fixture.refusal {
        try await fixture.perform(ConfigurationRollback(request, by: PersonaFixture.administrator, base: nil))
      }
      switch expected {
      case nil: #expect(code == .versionNotFound)
      case .done?: #expect(code == nil)
      case .locked?: #expect(code == .lockedKey)
      }
      count("rollback")
    }

    private mutating func override() async throws {
      let settings = patch().filter { $0.value != .null }.mapValues { model in stripped(model) }
      guard !settings.isEmpty, chance(3) else { return count("nothing to do") }
      let persona = chance(3) ? nil : pick(ConfigurationModelTests.personas)
      let until = now + .milliseconds(Int.random(in: 1..<20_000, using: &random))
      let change = OverrideChange(
        OverrideChange.Setting(
          JSONObject(settings.map { .init(key: $0.key, value: $0.value) }), until: until, reason: "w"),
        of: fixture.tenant, persona.flatMap(PersonaName.init), by: PersonaFixture.administrator)
      try await fixture.perform(change)
      model.overrides.append(.init(persona: persona, settings: settings, from: now, until: until))
      count("override")
      // Two changes within one millisecond have no order in time.
      fixture.clock.advance(by: .milliseconds(1))
    }

    /// A merge patch onto nothing leaves no null behind.
    private func stripped(_ value: JSONValue) -> JSONValue {
      guard case .object(let object) = value else { return value }
      return .object(
        JSONObject(object.filter { $0.value != .null }.map { .init(key: $0.key, value: stripped($0.value)) }))
    }

    private mutating func clear() async throws {
      let persona = chance(3) ? nil : pick(ConfigurationModelTests.personas)
      let holding = model.overrides.indices.filter { index in
        let override = model.overrides[index]
        return override.persona == persona && override.clearedAt == nil && override.until > now
      }
      let answer = try await fixture.perform(
        OverrideChange(nil, of: fixture.tenant, persona.flatMap(PersonaName.init), by: PersonaFixture.administrator))
      #expect(answer["cleared"]?.intValue == holding.count)
      for index in holding { model.overrides[index].clearedAt = now }
      count("clear")
      fixture.clock.advance(by: .milliseconds(1))
    }

    private mutating func readPast() async throws {
      let name = pick(ConfigurationModelTests.personas)
      let time = now - .milliseconds(Int.random(in: 0..<60_000, using: &random))
      let address = try fixture.address(name)
      let reading = try await fixture.read(
        fixture.query { query in
          query.address = address
          query.asOf = time
        })
      try check(reading, model.effective(name, at: time))
      count("past")
    }

    private mutating func readLayer(_ document: String) async throws {
      let (address, layer) = try target(document)
      let reading = try await fixture.read(
        fixture.query { query in
          query.address = address
          query.layer = layer
        })
      try check(reading, model.current(document)?.settings ?? [:])
      #expect(reading.answer.version == model.version(document))
      count("layer")
    }

    /// What both processes see now.
    private func compare() async throws {
      for name in ConfigurationModelTests.personas {
        let address = try fixture.address(name)
        let expected = model.effective(name, at: now)
        for service in [fixture.service, other] {
          try check(try await fixture.read(fixture.query { $0.address = address }, with: service), expected)
        }
      }
    }

    private func check(_ reading: PersonaFixture.Reading, _ expected: [String: JSONValue]) throws {
      let found = Dictionary(reading.values.map { ($0.key, $0.value) }) { first, _ in first }
      try #require(found == expected)
    }
  }
}
