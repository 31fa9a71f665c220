import AdminCore
import AdminTools
import MCPProtocol
import Store
import TestSupport
import Testing

/// Answers of reads that are given again without a new read: as true, as guarded and as audited as the first.
@Suite("Answers at hand")
struct ReadyAnswerTests {
  private func ready(_ harness: AdminHarness, _ arguments: JSONObject = [:]) throws -> JSONValue? {
    let name = "list_email_templates"
    let tool = try #require(try AdminCatalogue.catalogue(harness.services).tool(named: name))
    let answer = tool.ready?(ToolCallRequest(name: name, arguments: arguments))
    return try answer?.structured.map { try JSONParser.parse($0.bytes) }
  }

  @Test("The same arguments have the same answer, until anything changes in the store")
  func holds() async throws {
    let harness = try await AdminHarness()
    #expect(try ready(harness) == nil)
    let first = try await harness.call("list_email_templates")
    #expect(try ready(harness) == first.json)
    #expect(try ready(harness, ["limit": 1]) == nil)
    try await harness.call("create_email_template", Samples.welcome)
    #expect(try ready(harness) == nil)
    let second = try await harness.call("list_email_templates")
    #expect(second["items"]?.arrayValue?.count == (first["items"]?.arrayValue?.count ?? 0) + 1)
    #expect(try ready(harness) == second.json)
  }

  @Test("They count as calls, and one too many is refused and written down")
  func limited() async throws {
    let harness = try await AdminHarness(settings: [.rateLimitEnabled: "true", .maxRequestsPerMinute: "3"])
    try await harness.call("list_email_templates")
    #expect(try ready(harness) != nil)
    #expect(try ready(harness) != nil)
    #expect(try ready(harness) == nil)
    #expect(try await harness.call("list_email_templates").code == "RATE_001")
    #expect(try await harness.audit().last?.status == .denied)
  }

  @Test("Where every read is audited, every read is a call")
  func audited() async throws {
    let harness = try await AdminHarness(settings: [.auditReads: "2"])
    try await harness.call("list_email_templates")
    #expect(try ready(harness) == nil)
  }

  @Test("A persona's configuration is at hand as it was read, until it changes or another sees it otherwise")
  func persona() async throws {
    let personas = try await PersonaHarness()
    let harness = personas.harness
    func ready(_ more: JSONObject = [:], name: String = "get_persona_config") throws -> JSONValue? {
      let own: JSONObject = ["tenantId": .string(personas.tenant), "personaId": .string(PersonaHarness.persona)]
      let tool = try #require(try AdminCatalogue.catalogue(harness.services).tool(named: name))
      let answer = tool.ready?(ToolCallRequest(name: name, arguments: own.merging(more)))
      return try answer?.structured.map { try JSONParser.parse($0.bytes) }
    }
    #expect(try await !personas.update(["systemPrompt": "Be brief."]).isError)
    #expect(try ready() == nil)
    let first = try await personas.call("get_persona_config")
    #expect(try ready() == first.json)
    for arguments: JSONObject in [
      ["maxAgeMs": 0], ["resolve": "layer", "layer": "persona"], ["asOf": "2026-01-01T00:00:00Z"], ["provenance": true],
      ["personaId": "nobody"], ["resolve": "wrong"],
    ] {
      #expect(try ready(arguments) == nil, "\(arguments)")
    }
    #expect(try await !personas.update(["systemPrompt": "Be kind."]).isError)
    #expect(try ready() == nil)
    #expect(try ready(["maxAgeMs": 60_000]) == first.json, "an old answer is what was asked for")
    let second = try await personas.call("get_persona_config")
    #expect(second["configurations"]?["systemPrompt"] == "Be kind.")
    #expect(try ready() == second.json)
  }

  @Test("What depends on the caller or the tenant is never at hand")
  func others() async throws {
    let harness = try await AdminHarness(settings: [.toolsets: "all"])
    let tools = try AdminCatalogue.catalogue(harness.services).tools
    #expect(
      Set(tools.filter { $0.ready != nil }.map(\.name)) == [
        "list_email_templates", "list_template_versions", "get_persona_config",
      ])
  }
}
