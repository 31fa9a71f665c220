import AdminCore
import Personas
import Store
import TestSupport
import Testing

/// How layers become one configuration: pure values, no store.
@Suite("Resolution")
struct ResolutionTests {
  private func resolution(
    global: JSONObject = [:], tenant: JSONObject = [:], persona: JSONObject = [:], locks: [StoredLayer: [String]] = [:],
    records: [KeySchemaRecord] = [], overrides: [JSONObject] = []
  ) throws -> Resolution {
    func document(_ layer: StoredLayer, _ settings: JSONObject, _ version: Int)
      -> (layer: StoredLayer, document: ConfigurationDocument)
    {
      (
        layer,
        ConfigurationDocument(version: version, etag: "\(version)-x", settings: settings, locked: locks[layer] ?? [])
      )
    }
    let now = Timestamp(milliseconds: 0)
    return Resolution(
      registry: KeyRegistry(records),
      documents: [document(.global, global, 1), document(.tenant, tenant, 2), document(.persona, persona, 3)],
      overrides: overrides.map { settings in
        OverrideRecord(
          id: LocalID.make(at: now), place: .global, settings: settings, reason: "incident", createdAt: now,
          expiresAt: now + .seconds(1))
      })
  }

  private func value(_ key: String, _ resolution: Resolution) -> JSONValue? {
    resolution.keys().first { $0.name == key }?.value
  }

  private func origin(_ key: String, _ resolution: Resolution) -> Provenance? {
    resolution.keys().first { $0.name == key }?.provenance
  }

  @Test("The lowest layer that sets a key decides, and says so")
  func layers() throws {
    let keys = try resolution(
      global: ["systemPrompt": "g", "llmTopP": 0.1, "responseStyleGuide": "g"],
      tenant: ["systemPrompt": "t", "llmTopP": 0.2], persona: ["systemPrompt": "p"])
    #expect(value("systemPrompt", keys) == "p")
    #expect(value("llmTopP", keys) == 0.2)
    #expect(value("responseStyleGuide", keys) == "g")
    #expect(value("llmTemperatureOverride", keys) == nil)
    #expect(origin("systemPrompt", keys) == Provenance(layer: "persona", version: 3, reason: "set"))
    #expect(origin("llmTopP", keys) == Provenance(layer: "tenant", version: 2, reason: "set"))
    #expect(origin("responseStyleGuide", keys) == Provenance(layer: "global", version: 1, reason: "set"))
  }

  @Test("A default holds where no layer sets the key")
  func defaults() throws {
    let record = KeySchemaRecord(key: "retries", schema: true, standard: 3, version: 7)
    #expect(value("retries", try resolution(records: [record])) == 3)
    #expect(
      origin("retries", try resolution(records: [record]))
        == Provenance(layer: "builtin", version: 7, reason: "default"))
    #expect(value("retries", try resolution(persona: ["retries": 5], records: [record])) == 5)
  }

  @Test("Objects are merged member by member, lists and plain values replaced")
  func deepMerge() throws {
    let keys = try resolution(
      global: ["a": ["x": 1, "y": ["p": 1, "q": [1, 2]]]], tenant: ["a": ["y": ["q": [3]], "z": true]],
      persona: ["a": ["x": 9]])
    #expect(value("a", keys) == ["x": 9, "y": ["p": 1, "q": [3]], "z": true])
    #expect(origin("a", keys) == Provenance(layer: "persona", version: 3, reason: "set, merged"))
    let replaced = try resolution(
      global: ["a": ["x": 1]], persona: ["a": ["y": 2]],
      records: [KeySchemaRecord(key: "a", schema: true, merge: .replace)])
    #expect(value("a", replaced) == ["y": 2])
    #expect(value("a", try resolution(global: ["a": ["x": 1]], persona: ["a": 5])) == 5)
    #expect(value("a", try resolution(global: ["a": 5], persona: ["a": ["x": 1]])) == ["x": 1])
  }

  @Test("A lock ends the descent; what stands below does not count, and is told of")
  func locks() throws {
    let keys = try resolution(
      global: ["systemPrompt": "g"], tenant: ["systemPrompt": "t"], persona: ["systemPrompt": "p", "llmTopP": 0.5],
      locks: [.tenant: ["systemPrompt", "llmTopP"]])
    #expect(value("systemPrompt", keys) == "t")
    #expect(
      origin("systemPrompt", keys)
        == Provenance(layer: "tenant", version: 2, reason: "set, locked", shadowedBy: "tenant"))
    #expect(value("llmTopP", keys) == nil, "a key can be locked at nothing")
    let upper = try resolution(
      global: ["systemPrompt": "g"], tenant: ["systemPrompt": "t"], locks: [.global: ["systemPrompt"]])
    #expect(value("systemPrompt", upper) == "g")
    let own = try resolution(persona: ["systemPrompt": "p"], locks: [.persona: ["systemPrompt"]])
    #expect(origin("systemPrompt", own)?.shadowedBy == nil)
  }

  @Test("An override stands above every layer and every lock")
  func overrides() throws {
    let keys = try resolution(
      global: ["systemPrompt": "g", "a": ["x": 1]], locks: [.global: ["systemPrompt"]],
      overrides: [["systemPrompt": "first", "a": ["y": 2]], ["systemPrompt": "second"]])
    #expect(value("systemPrompt", keys) == "second", "of two the later one")
    #expect(value("a", keys) == ["x": 1, "y": 2])
    #expect(origin("systemPrompt", keys) == Provenance(layer: "override", version: 0, reason: "incident"))
  }

  @Test("Declared keys come first in the order of the registry, then the others from the top down")
  func order() throws {
    let keys = try resolution(
      global: ["zeta": 1, "llmTopP": 0.1], tenant: ["alpha": 1, "zeta": 2], persona: ["systemPrompt": "p", "beta": 1],
      records: [KeySchemaRecord(key: "own", schema: true, standard: 0)])
    #expect(keys.keys().map(\.name) == ["systemPrompt", "llmTopP", "own", "zeta", "alpha", "beta"])
  }

  // MARK: Experiments

  private let experiment: JSONValue = [
    "prompt": [
      "salt": "s1",
      "variants": [
        ["name": "short", "percentage": 10, "settings": ["systemPrompt": "short"]],
        ["name": "long", "percentage": 25.5, "settings": ["systemPrompt": "long", "llmTopP": 0.9]],
      ],
    ]
  ]

  @Test("The bucket is the first eight bytes of SHA-256 over salt, experiment and instance, modulo ten thousand")
  func buckets() {
    // printf 's1|prompt|i-1' | sha256sum, and so on.
    #expect(Experiment.bucket(salt: "s1", experiment: "prompt", instance: "i-1") == 9261)
    #expect(Experiment.bucket(salt: "", experiment: "prompt", instance: "i-1") == 8713)
  }

  @Test("Each variant gets its share, the same instances every time, and the rest is the control group")
  func shares() throws {
    let keys = try resolution(persona: ["systemPrompt": "control", "experiments": experiment])
    let experiments = keys.experiments
    var counts: [String: Int] = [:]
    for number in 0..<10_000 {
      let variants = keys.variants(for: "instance-\(number)", of: experiments)
      let prompt = keys.keys(with: variants).first { $0.name == "systemPrompt" }?.value.stringValue ?? ""
      counts[prompt, default: 0] += 1
    }
    #expect((900...1100).contains(counts["short"] ?? 0), "\(counts)")
    #expect((2400...2700).contains(counts["long"] ?? 0), "\(counts)")
    #expect(counts.values.reduce(0, +) == 10_000)
    #expect(keys.variants(for: nil, of: experiments).isEmpty, "without an instance it is the control group")
  }

  @Test("A variant is laid over the layers, under locks and overrides")
  func variants() throws {
    let all: JSONValue = ["e": ["variants": [["name": "v", "percentage": 100, "settings": ["systemPrompt": "v"]]]]]
    func prompt(_ resolution: Resolution) -> ResolvedKey? {
      resolution.keys(with: resolution.variants(for: "i", of: resolution.experiments)).first {
        $0.name == "systemPrompt"
      }
    }
    let plain = prompt(try resolution(persona: ["systemPrompt": "p", "experiments": all]))
    #expect(plain?.value == "v")
    #expect(plain?.provenance == Provenance(layer: "experiment", version: 3, reason: "e: v"))
    let locked = prompt(
      try resolution(tenant: ["systemPrompt": "t", "experiments": all], locks: [.tenant: ["systemPrompt"]]))
    #expect(locked?.value == "t" && locked?.provenance.shadowedBy == "tenant")
    #expect(
      prompt(try resolution(persona: ["experiments": all], overrides: [["systemPrompt": "o"]]))?.value == "o")
    let off: JSONValue = [
      "e": ["enabled": false, "variants": [["name": "v", "percentage": 100, "settings": ["systemPrompt": "v"]]]]
    ]
    #expect(prompt(try resolution(persona: ["systemPrompt": "p", "experiments": off]))?.value == "p")
  }

  @Test("Shares beyond the whole, finer than a hundredth, and equal names are no experiment")
  func badExperiments() {
    func variants(_ shares: [(String, JSONValue)]) -> JSONValue {
      [
        "variants": .array(
          shares.map { ["name": .string($0.0), "percentage": $0.1, "settings": [:]] })
      ]
    }
    #expect(Experiment("e", variants([("a", 60), ("b", 40)])) != nil)
    #expect(Experiment("e", variants([("a", 0.01), ("b", 99.99)])) != nil)
    #expect(Experiment("e", variants([("a", 60), ("b", 41)])) == nil)
    #expect(Experiment("e", variants([("a", 0.005)])) == nil)
    #expect(Experiment("e", variants([("a", 10), ("a", 10)])) == nil)
    #expect(Experiment("e", variants([("a", -1)])) == nil)
  }

  // MARK: Merge patches

  @Test(
    "A merge patch does what RFC 7396 says",
    arguments: [
      (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
      (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
      (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
      (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
      (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
      (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
      (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
      ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
  func mergePatch(target: String, patch: String, expected: String) throws {
    let result = MergePatch.apply(try JSONParser.parse(patch), to: try JSONParser.parse(target))
    #expect(result?.text == expected)
  }

  @Test("What is to be removed is gone")
  func removal() {
    #expect(MergePatch.apply(nil, to: 5) == nil)
  }
}
