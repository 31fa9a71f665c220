import Access
import AdminCore
import AdminTools
import MCPProtocol
import Store
import TenantSimulator
import Testing

/// The calls of the original interface.
@Suite("The original interface")
struct OriginalCallTests {
  private static let get = "PersonaBehaviourConfig.GetDynamicConfiguration"
  private static let update = "PersonaBehaviourConfig.UpdateDynamicConfiguration"
  private static let list = "PersonaBehaviourConfig.ListDynamicConfigurationKeys"

  private func call(
    _ personas: PersonaHarness, _ name: String, _ arguments: JSONObject
  ) async throws -> AdminHarness.Answer {
    let own: JSONObject = ["TenantId": .string(personas.tenant), "PersonaId": .string(PersonaHarness.persona)]
    return try await personas.harness.call(name, own.merging(arguments))
  }

  @Test("Get and Update work under their names, with the fields they were given, and answer with theirs")
  func happyPath() async throws {
    let personas = try await PersonaHarness()
    let update = try await call(
      personas, Self.update, ["ConfigurationsToUpdate": ["SystemMessage": "hello", "gone": 1], "UpdatedBy": "ada"])
    #expect(update.json == ["Success": true, "UpdatedKeys": ["SystemMessage", "gone"], "ErrorMessage": nil])
    let all = try await call(personas, Self.get, [:])
    #expect(
      all.json == [
        "TenantId": .string(personas.tenant), "PersonaId": .string(PersonaHarness.persona),
        "Configurations": ["systemPrompt": "hello", "gone": 1], "ErrorMessage": nil,
      ])
    let some = try await call(personas, Self.get, ["ConfigurationKeys": ["SystemMessage", "nope"]])
    #expect(some["Configurations"] == ["SystemMessage": "hello"] && some["ErrorMessage"] == .null)
    let removed = try await call(
      personas, Self.update, ["configurationsToUpdate": ["gone": nil], "updatedBy": "ada"])
    #expect(removed["UpdatedKeys"] == ["gone"])
    let keys = try await call(personas, Self.list, [:])
    #expect(keys["ConfigurationKeys"]?.arrayValue?.contains("systemPrompt") == true)
  }

  @Test("Each name also works with its suffix, and none in another case")
  func names() async throws {
    let personas = try await PersonaHarness()
    for name in [Self.get, Self.list] {
      #expect(try await call(personas, name + "McpTool", [:])["ErrorMessage"] == .null)
    }
    await #expect(throws: AdminHarness.Missing.self) { try await call(personas, Self.get.lowercased(), [:]) }
    let listed = try AdminCatalogue.catalogue(personas.harness.services).tools.filter(\.isListed).map(\.name)
    #expect(!listed.contains { $0.contains(".") })
  }

  @Test("Failures keep the shape of the answer")
  func failures() async throws {
    let personas = try await PersonaHarness()
    let missing = try await personas.harness.call(Self.get, ["TenantId": .string(personas.tenant)])
    #expect(missing.isError && missing["Configurations"] == [:] && missing["PersonaId"] == .null)
    #expect(missing["ErrorMessage"] == "VAL_001: /personaId: is required")
    let both = try await call(personas, Self.get, ["tenantId": .string(personas.tenant)])
    #expect(both.isError && both["ErrorMessage"]?.stringValue?.hasPrefix("VAL_001") == true)
    let unknown = try await call(personas, Self.get, ["PersonaId": "nobody"])
    #expect(unknown["ErrorMessage"]?.stringValue?.hasPrefix("PCFG_001") == true && unknown["PersonaId"] == "nobody")
    let refused = try await call(
      personas, Self.update, ["ConfigurationsToUpdate": ["LlmTemperature": 3, "a": 1], "UpdatedBy": "ada"])
    #expect(refused.isError && refused["Success"] == false && refused["UpdatedKeys"] == .null)
    #expect(refused["ErrorMessage"]?.stringValue?.hasPrefix("VAL_004: /configurationsToUpdate/LlmTemperature") == true)
    #expect(try await personas.configurations() == [:])
  }

  @Test("They are guarded like the tools behind them")
  func guards() async throws {
    let personas = try await PersonaHarness(roles: [.readPersonas])
    let update = try await call(personas, Self.update, ["ConfigurationsToUpdate": ["a": 1], "UpdatedBy": "ada"])
    #expect(update["Success"] == false && update["ErrorMessage"]?.stringValue?.hasPrefix("PERM_001") == true)
    #expect(try await personas.harness.audit().last?.status == .denied)
    let token = try await AdminHarness(settings: [.authMode: "token"])
    let answer = try await token.call(Self.get, ["TenantId": "t", "PersonaId": "p"])
    #expect(answer["ErrorMessage"]?.stringValue?.hasPrefix("AUTH_008") == true)
  }

  @Test("They are called in a server that does not list the persona tools")
  func unlisted() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(Self.get, ["TenantId": "contoso", "PersonaId": "p"])
    #expect(answer["ErrorMessage"]?.stringValue?.hasPrefix("PCFG_001") == true)
  }
}
