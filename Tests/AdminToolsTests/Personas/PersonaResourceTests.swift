import Access
import AdminCore
import AdminTools
import MCPProtocol
import TenantSimulator
import TestSupport
import Testing

@Suite("Persona resources")
struct PersonaResourceTests {
  private func uri(_ personas: PersonaHarness, _ persona: String = PersonaHarness.persona) -> String {
    "m365://personas/\(personas.tenant)/\(persona)/config"
  }

  @Test("The resource shows what get_persona_config shows, and is found by list, template and completion")
  func reading() async throws {
    let personas = try await PersonaHarness()
    _ = try await personas.update(["systemPrompt": "hello", "n": 1.0])
    guard case .contents(let contents, _) = try await personas.read(uri(personas)) else {
      Issue.record("no contents")
      return
    }
    let tool = try await personas.call("get_persona_config")
    guard contents.count == 1, case .text(let bytes)? = contents.first?.body else {
      Issue.record("\(contents.count) contents")
      return
    }
    let shown = try JSONParser.parse(bytes)
    for member in ["configurations", "etag", "version", "contentEtag"] {
      #expect(shown[member] == tool[member] && shown[member] != nil, "\(member): \(shown.text)")
    }
    #expect(tool["configurations"] == ["systemPrompt": "hello", "n": 1])
    #expect(try await personas.listedResources().contains(uri(personas)))
    for unknown in [uri(personas, "nobody"), "m365://personas/Bad_Tenant/x/config"] {
      guard case .notFound = try await personas.read(unknown) else {
        Issue.record("\(unknown) was found")
        continue
      }
    }
    for odd in ["m365://personas/t/..%2f..%2fx/config", "m365://personas/../x/config", "m365://personas/t/%00/config"] {
      guard case .notFound = try await personas.read(odd) else {
        Issue.record("\(odd) was found")
        continue
      }
    }
  }

  @Test("Suggestions are the caller's own: its tenant, and the personas of it")
  func completion() async throws {
    let personas = try await PersonaHarness()
    let catalogue = try AdminCatalogue.catalogue(personas.harness.services)
    let template = try #require(catalogue.templates.first { $0.name == "persona_config" })
    func suggest(_ variable: String, _ value: String, _ settled: [String: String] = [:], as order: TokenOrder? = nil)
      async throws -> [String]
    {
      let context = if let order { try await personas.context(order) } else { PretendPerson().context() }
      let completion = try #require(template.completions[variable])
      return try await completion.suggest(CompletionRequest(value: value, settled: settled), context).values
    }
    #expect(try await suggest("tenantId", "") == [personas.tenant])
    #expect(try await suggest("personaId", "sal", ["tenantId": personas.tenant]) == [PersonaHarness.persona])
    #expect(try await suggest("personaId", "x", ["tenantId": personas.tenant]) == [])
    #expect(try await suggest("personaId", "") == [])
    let nobody = TokenOrder(.app, claims: ["roles": []])
    #expect(try await suggest("tenantId", "", as: nobody) == [])
    #expect(try await suggest("personaId", "", ["tenantId": "fabrikam"], as: PersonaHarness.reader) == [])
  }

  @Test("Whoever subscribes hears of a change within one look, whichever process made it, and of nothing else")
  func subscriptions() async throws {
    let personas = try await PersonaHarness()
    let harness = personas.harness
    _ = try await harness.call(
      "register_persona", ["tenantId": .string(personas.tenant), "personaId": "other", "displayName": "Other"])
    let services = harness.services
    let changes = ChangeFeed()
    var server = MCPServer(
      implementation: Implementation(name: "t", version: "1"), catalogue: try AdminCatalogue.catalogue(services),
      sealer: .testing())
    server.changes = changes
    // Its clock is the harness's own, which stands still unless somebody sleeps on it; this one is moved by hand.
    let clock = VirtualTimekeeper(.manual, start: harness.timekeeper.now())
    let watcher = Task { await ResourceWatcher(services, changes, timekeeper: clock).run() }
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      _ = try await client.request("resources/subscribe", ["uri": .string(uri(personas))])
      let stream: JSONObject = ["notifications": ["resourceSubscriptions": [.string(uri(personas, "other"))]]]
      client.begin("subscriptions/listen", stream, as: .modern(), id: "s")
      func look() async throws {
        #expect(await eventually { clock.sleeperCount == 1 })
        clock.advance(by: ResourceWatcher.interval)
        #expect(await eventually { clock.sleeperCount == 1 })
        try await client.settle()
      }
      func told() -> [String] {
        client.notifications("notifications/resources/updated").compactMap { $0["params"]?["uri"]?.stringValue }
      }
      try await look()
      #expect(told() == [])
      _ = try await personas.update(["a": 1])
      try await look()
      #expect(told() == [uri(personas)])
      try await look()
      #expect(told().count == 1, "once for one change")
      _ = try await personas.update(["a": 1], ["layer": "tenant"])
      try await look()
      #expect(Set(told().dropFirst()) == [uri(personas), uri(personas, "other")] && told().count == 3)
      _ = try await harness.call(
        "create_email_template",
        [
          "templateName": "T", "subject": "S", "bodyHtml": "<p>x</p>", "category": "customer_communication",
        ])
      try await look()
      #expect(told().count == 3)
    }
    watcher.cancel()
    _ = await watcher.value
  }
}
