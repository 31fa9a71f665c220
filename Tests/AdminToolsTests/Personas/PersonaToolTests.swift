import Access
import AdminCore
import AdminTools
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("Persona tools")
struct PersonaToolTests {
  @Test("A configuration is written, read, compared and rolled back")
  func lifeCycle() async throws {
    let personas = try await PersonaHarness()
    let first = try await personas.update(["systemPrompt": "one", "llmTopP": 0.50], ["reason": "start"])
    #expect(first["success"] == true && first["version"] == 1 && first["verified"] == true)
    #expect(first["updatedKeys"] == ["systemPrompt", "llmTopP"] && first["removedKeys"] == [])
    let second = try await personas.update(
      ["systemPrompt": "two", "llmTopP": nil], ["ifMatch": first["etag"] ?? .null])
    #expect(second["version"] == 2 && second["removedKeys"] == ["llmTopP"])
    let read = try await personas.call("get_persona_config", ["provenance": true])
    #expect(read["configurations"] == ["systemPrompt": "two"] && read["etag"] == second["etag"])
    #expect(read["provenance"] == ["systemPrompt": ["layer": "persona", "version": 2, "reason": "set"]])
    #expect(read["enabled"] == true && read["stale"] == false && read["missingKeys"] == [])

    let versions = try await personas.call("list_persona_config_versions")
    #expect(versions["count"] == 2 && versions["items"]?[1]?["reason"] == "start")
    #expect(versions["items"]?[0]?["claimedBy"] == "tests" && versions["items"]?[0]?["by"] == "local:1000:tester")
    let diff = try await personas.call("diff_persona_config", ["fromVersion": 1, "toVersion": 2])
    #expect(
      diff["changes"] == [
        ["key": "llmTopP", "op": "removed", "from": 0.5],
        ["key": "systemPrompt", "op": "changed", "from": "one", "to": "two"],
      ])
    let back = try await personas.call("rollback_persona_config", ["toVersion": 1, "reason": "wrong"])
    #expect(back["version"] == 3 && back["updatedKeys"] == ["llmTopP", "systemPrompt"])
    #expect(try await personas.configurations() == ["systemPrompt": "one", "llmTopP": 0.5])
    let keys = try await personas.call("list_persona_config_keys", ["prefix": "systemPrompt"])
    #expect(keys["items"]?[0]?["setAtLayers"] == ["persona"] && keys["items"]?[0]?["canWrite"] == true)
  }

  @Test("A dry run says what would be written, and refuses what would be refused; nothing is written")
  func dryRun() async throws {
    let personas = try await PersonaHarness()
    let plan = try await personas.update(["a": 1, "b": nil], ["dryRun": true])
    #expect(plan["plan"]?["facts"]?[1] == ["label": "Sets", "value": "a"])
    #expect(plan["plan"]?["reversible"] == true && plan["plan"]?["risks"] == [])
    #expect(try await personas.update(["llmTopP": 5], ["dryRun": true]).code == "VAL_004")
    #expect(try await personas.call("get_persona_config")["version"] == 0)
  }

  @Test("The same call under the same idempotency key is made once")
  func idempotency() async throws {
    let personas = try await PersonaHarness()
    let key: JSONObject = ["idempotencyKey": "once-and-only-once"]
    let first = try await personas.update(["a": 1], key)
    let again = try await personas.update(["a": 1], key)
    #expect(first["version"] == 1 && again["version"] == 1 && again["warnings"] != nil)
    #expect(try await personas.update(["a": 2], key).code == "WF_004")
    #expect(
      try await personas.update(["a": 1], key, as: PersonaHarness.writer).code == "WF_004",
      "for somebody else it is not the same call")
  }

  @Test("requireApproval has a person look at the exact change first")
  func approval() async throws {
    let personas = try await PersonaHarness()
    let ask: JSONObject = ["requireApproval": true, "configurationsToUpdate": ["a": 1], "updatedBy": "t"]
    let declined = try await personas.call("update_persona_config", ask, person: PretendPerson(.decline))
    #expect(declined.code == "CONF_001")
    #expect(try await personas.configurations() == [:])
    let person = PretendPerson(.approve)
    #expect(try await personas.call("update_persona_config", ask, person: person)["version"] == 1)
    #expect(person.questions.count == 1 && person.questions[0].contains("Sets: a"))
  }

  @Test("A change for later is written down, and made when its time has come")
  func applyAt() async throws {
    let personas = try await PersonaHarness()
    let clock = personas.harness.timekeeper
    let time = (clock.now() + .seconds(3600)).iso8601
    let answer = try await personas.update(["a": 1], ["applyAt": .string(time)])
    #expect(answer["proposalId"]?.stringValue != nil && answer["applyAt"] == .string(time))
    #expect(try await personas.configurations() == [:])
    clock.advance(by: .seconds(3600))
    #expect(try await personas.configurations() == ["a": 1])
    for bad in ["yesterday", "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"] {
      #expect(try await personas.update(["a": 1], ["applyAt": .string(bad)]).code == "VAL_001")
    }
  }

  @Test("Schemas, rules, overrides and states do what they say")
  func administration() async throws {
    let personas = try await PersonaHarness()
    let schema = try await personas.harness.call(
      "set_persona_key_schema",
      [
        "tenantId": .string(personas.tenant), "key": "retries", "schema": ["type": "integer"], "default": 3,
        "aliases": ["Retries"],
      ])
    #expect(schema["version"] == 1 && schema["violations"] == [])
    #expect(try await personas.configurations() == ["retries": 3])
    #expect(try await personas.update(["Retries": "x"]).code == "VAL_004")
    let refused = try await personas.harness.call(
      "set_persona_key_schema", ["tenantId": .string(personas.tenant), "key": "k", "schema": ["$ref": "http://x/y"]])
    #expect(refused.code == "PCFG_007")

    let rule: JSONValue = [
      "personaGlob": "*", "keyGlob": "retries", "principalKind": "role", "principal": "PersonaConfig.Write",
      "effect": "deny", "rights": "write",
    ]
    let rules = try await personas.harness.call(
      "set_persona_key_acl", ["tenantId": .string(personas.tenant), "rules": [rule], "ifMatch": ""])
    #expect(rules["rules"] == 1 && rules["version"] == 1)
    #expect(try await personas.update(["retries": 5, "a": 1], as: PersonaHarness.writer).code == "PERM_002")

    let expires = (personas.harness.timekeeper.now() + .seconds(60)).iso8601
    let override = try await personas.call(
      "set_persona_override", ["settings": ["retries": 9], "expiresAt": .string(expires), "reason": "incident"])
    #expect(override["overrideId"]?.stringValue != nil && override["expiresAt"] == .string(expires))
    #expect(try await personas.configurations() == ["retries": 9])
    #expect(try await personas.call("set_persona_override", ["clear": true])["cleared"] == 1)
    #expect(try await personas.configurations() == ["retries": 3])
    #expect(
      try await personas.call("set_persona_override", ["settings": ["a": 1]]).json["details"]?.arrayValue?.count == 2)

    let state = try await personas.call("set_persona_state", ["enabled": false, "reason": "retired"])
    #expect(state["enabled"] == false && state["discoverable"] == true)
    #expect(try await personas.call("get_persona_config")["enabled"] == false)
    let shown = try await personas.harness.call("list_personas", ["discoverable": true])
    #expect(shown["count"] == 0)
    let all = try await personas.harness.call("list_personas", ["tenantId": .string(personas.tenant)])
    #expect(all["items"]?[0]?["displayName"] == "Sales" && all["items"]?[0]?["enabled"] == false)
    let valid = try await personas.harness.call(
      "validate_persona_config", ["tenantId": .string(personas.tenant), "configurations": ["retries": "x", "a": 1]])
    #expect(valid["valid"] == false && valid["errors"]?[0]?["path"] == "/configurations/retries")
  }

  @Test(
    "Arguments that are wrong are named with their place",
    arguments: [
      ("get_persona_config", ["personaId": "_layer"], "/personaId"),
      ("get_persona_config", ["tenantId": "Contoso"], "/tenantId"),
      ("get_persona_config", ["resolve": "layer"], "/layer"), ("get_persona_config", ["layer": "tenant"], "/layer"),
      ("get_persona_config", ["asOf": "now"], "/asOf"), ("get_persona_config", ["maxAgeMs": 300_001], "/maxAgeMs"),
      ("update_persona_config", ["configurationsToUpdate": ["a": 1]], "/updatedBy"),
      ("update_persona_config", ["configurationsToUpdate": ["a": 1], "updatedBy": "a\nb"], "/updatedBy"),
      ("set_persona_state", ["reason": "x"], "/enabled"),
      ("register_persona", ["displayName": "x", "agentAppId": "123456789012345678901234567890123456"], "/agentAppId"),
      (
        "update_persona_config", ["configurationsToUpdate": ["a": 1], "updatedBy": "x", "correlationId": "a\r\nb"],
        "/correlationId"
      ),
    ] as [(String, JSONObject, String)])
  func wrongArguments(tool: String, arguments: JSONObject, path: String) async throws {
    let personas = try await PersonaHarness()
    let answer = try await personas.call(tool, arguments)
    #expect(answer.code == "VAL_001" && answer["details"]?[0]?["path"]?.stringValue == path, "\(answer.json.text)")
  }

  @Test("A site that wants ifMatch refuses changes without it")
  func ifMatchRequired() async throws {
    let personas = try await PersonaHarness(settings: [.requireIfMatch: "true"])
    #expect(try await personas.update(["a": 1]).code == "VAL_001")
    #expect(try await personas.update(["a": 1], ["ifMatch": ""])["version"] == 1)
  }

  @Test("A read-only server reads and changes nothing")
  func readOnly() async throws {
    let personas = try await PersonaHarness(settings: [.readOnly: "true"], registered: false)
    await #expect(throws: AdminHarness.Missing.self) { try await personas.update(["a": 1]) }
    let answer = try await personas.harness.call(
      "PersonaBehaviourConfig.UpdateDynamicConfiguration",
      ["TenantId": "t", "PersonaId": "p", "ConfigurationsToUpdate": ["a": 1], "UpdatedBy": "x"])
    #expect(answer["Success"] == false && answer["ErrorMessage"]?.stringValue?.hasPrefix("PERM_001") == true)
  }

  @Test("Without being asked for, the persona tools are not offered")
  func optIn() async throws {
    let harness = try await AdminHarness()
    let names = try AdminCatalogue.catalogue(harness.services).tools.filter(\.isListed).map(\.name)
    #expect(!names.contains { $0.contains("persona") })
    let all = try AdminCatalogue.catalogue(try await AdminHarness(settings: [.toolsets: "core,persona"]).services)
    let listed = all.tools.filter(\.isListed).map(\.name)
    #expect(listed.filter { $0.contains("persona") }.count == 13)
    #expect(listed.allSatisfy { $0.utf8.count <= 40 && !$0.contains(".") })
  }
}
