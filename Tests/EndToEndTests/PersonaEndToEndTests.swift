import AdminCore
import Foundation
import MCPProtocol
import TestSupport
import Testing

/// Persona configuration through real processes: the program over its streams, tokens of a simulated tenant, keys over
/// HTTP.
@Suite("Personas end to end")
struct PersonaEndToEndTests {
  private static let toolsets = ["M365_TOOLSETS": "core,persona"]
  private static let local = toolsets.merging(["AUTH_LOCAL_ROLES": "PersonaConfig.Admin,Admin.Read"]) { $1 }

  private func persona(_ installation: Installation) -> JSONObject {
    ["tenantId": .string(installation.simulator["tenantId"]), "personaId": "sales-agent"]
  }

  @Test("A change in one process is told to whoever watches in another")
  func twoProcesses() async throws {
    let installation = try await Installation(templates: false)
    let (watching, writing) = (
      try installation.serve(settings: Self.local), try installation.serve(settings: Self.local)
    )
    for process in [watching, writing] { try await process.client.initialize() }
    let persona = persona(installation)
    let registered = try await writing.client.call("register_persona", persona.merging(["displayName": "Sales"]))
    #expect(!registered.isError, "\(registered.json.text)")
    let uri = "m365://personas/\(installation.simulator["tenantId"])/sales-agent/config"
    _ = try await watching.client.request("resources/subscribe", ["uri": .string(uri)])
    let before = try await watching.client.call("get_persona_config", persona)
    #expect(before.json["version"] == 0)
    // The first look only remembers; a change after it is told.
    var version = 0
    let isTold = try await eventually(within: .seconds(60)) {
      watching.client.notifications("notifications/resources/updated").contains {
        $0["params"]?["uri"]?.stringValue == uri
      }
        ? true : try await Self.change(writing.client, persona)
    }
    #expect(isTold)
    let after = try await watching.client.call("get_persona_config", persona)
    version = after.json["version"]?.intValue ?? 0
    #expect(version > 0 && after.json["configurations"]?["systemPrompt"] == "changed")
    await watching.client.close()
    await writing.client.close()
    #expect(await watching.end() == .status(0))
    #expect(await writing.end() == .status(0))
  }

  /// - Returns: `false`, for a condition that is asked again.
  private static func change(_ client: MCPTestClient, _ persona: JSONObject) async throws -> Bool {
    _ = try await client.call(
      "update_persona_config",
      persona.merging(["configurationsToUpdate": ["systemPrompt": "changed"], "updatedBy": "test"]))
    try await Task.sleep(for: .milliseconds(100))
    return false
  }

  @Test("In mode token the keys come over HTTP, good tokens open what their roles say, and none opens health")
  func tokens() async throws {
    let installation = try await Installation(templates: false)
    let log = installation.directory.file("server.log")
    let server = try installation.serve(
      settings: Self.toolsets.merging(["AUTH_MODE": "token", "LOG_FILE": log, "LOG_LEVEL": "DEBUG"]) { $1 })
    let client = server.client
    try await client.initialize()
    let persona = persona(installation)
    func meta(_ order: JSONValue) async throws -> JSONObject {
      ["io.m365admin/authorization": .string("Bearer \(try await installation.simulator.token(order))")]
    }
    #expect(try await client.call("get_persona_config", persona).json["code"] == "AUTH_008")
    let admin = try await meta(["kind": "app", "claims": ["roles": ["PersonaConfig.Admin"]]])
    let registered = try await client.call("register_persona", persona.merging(["displayName": "Sales"]), meta: admin)
    #expect(!registered.isError, "\(registered.json.text)")
    let change: JSONObject = ["configurationsToUpdate": ["systemPrompt": "hello"], "updatedBy": "ada"]
    let reader = try await meta(["kind": "app", "claims": ["roles": ["PersonaConfig.Read"]]])
    #expect(
      try await client.call("update_persona_config", persona.merging(change), meta: reader).json["code"] == "PERM_001")
    #expect(try await client.call("update_persona_config", persona.merging(change), meta: admin).json["version"] == 1)
    #expect(
      try await client.call("get_persona_config", persona, meta: reader).json["configurations"] == [
        "systemPrompt": "hello"
      ])
    for (order, code) in [
      (["signedBy": "stranger"], "AUTH_005"), (["signedBy": "none"], "AUTH_006"), (["kind": "id"], "AUTH_007"),
      (["claims": ["aud": "x"]], "AUTH_003"), (["claims": ["tid": nil]], "AUTH_004"), (["form": "nested"], "AUTH_006"),
    ] as [(JSONValue, String)] {
      #expect(
        try await client.call("get_persona_config", persona, meta: meta(order)).json["code"] == .string(code),
        "\(order.text)")
    }
    let health = try await client.request("resources/read", ["uri": "m365://health"])
    #expect(health["result"]?["contents"]?[0] != nil)
    let refused = try await client.request("resources/read", ["uri": "m365://personas/t/p/config"])
    #expect(refused["error"]?["data"]?["code"] == "AUTH_008")
    await client.close()
    #expect(await server.end() == .status(0))
    // No token has come into the log, nor into what the server wrote elsewhere.
    let written = try String(contentsOfFile: log, encoding: .utf8) + (await server.standardError())
    #expect(!written.contains("eyJ"))
    let requests = try await installation.simulator.state("requests").arrayValue ?? []
    #expect(requests.count { $0["url"]?.stringValue?.hasSuffix("/discovery/v2.0/keys") == true } == 1)
  }

  @Test("The original names work through the program, in the shapes of the original interface")
  func originalInterface() async throws {
    let installation = try await Installation(templates: false)
    let server = try installation.serve(settings: ["AUTH_LOCAL_ROLES": "PersonaConfig.Admin"])
    let client = server.client
    try await client.initialize()
    let tools = try await client.result("tools/list")["tools"]?.arrayValue ?? []
    #expect(!tools.contains { $0["name"]?.stringValue?.contains(".") == true })
    let who: JSONObject = ["TenantId": "contoso", "PersonaId": "sales-agent"]
    let document =
      #"{"systemPrompt":"You are a helpful assistant focused on providing concise answers.","responseStyleGuide":"Maintain a formal and respectful tone.","llmTemperatureOverride":0.75,"featureFlags":{"useAdvancedSummarization":true,"enableExperimentalTools":false},"customAgenticParameters":{"maxReflectionLoops":3,"confidenceThresholdForAction":0.85}}"#
    let update = try await client.call(
      "PersonaBehaviourConfig.UpdateDynamicConfiguration",
      who.merging(["ConfigurationsToUpdate": try JSONParser.parse(document), "UpdatedBy": "ada"]))
    #expect(update.json["Success"] == true)
    #expect(update.json["UpdatedKeys"]?.arrayValue?.count == 5)
    let result = try await client.result(
      "tools/call", ["name": "PersonaBehaviourConfig.GetDynamicConfiguration", "arguments": .object(who)])
    #expect(result["content"]?[0]?["text"]?.stringValue?.contains(document) == true, "to the letter")
    #expect(result["structuredContent"]?["ErrorMessage"] == .null)
    await client.close()
    #expect(await server.end() == .status(0))
  }

  @Test("A server killed while it writes leaves whole versions, and the next one reads and writes on")
  func killed() async throws {
    let installation = try await Installation(templates: false)
    let persona = persona(installation)
    var written = 0
    for round in 0..<3 {
      let server = try installation.serve(settings: Self.local)
      try await server.client.initialize()
      let current = try await server.client.call("get_persona_config", persona)
      let version = current.json["version"]?.intValue ?? 0
      #expect(version >= written, "what was answered is there")
      written = version
      for number in 0..<40 {
        server.client.begin(
          "tools/call",
          [
            "name": "update_persona_config",
            "arguments": .object(
              persona.merging([
                "configurationsToUpdate": ["n": .int(version + number + 1)], "updatedBy": "test",
              ])),
          ], id: .string("u\(round)-\(number)"))
      }
      // Once some of them are answered, while others are under way.
      let first = try await server.client.response(to: .string("u\(round)-\(round * 3)"))
      written = max(written, first["result"]?["structuredContent"]?["version"]?.intValue ?? 0)
      server.signal(SIGKILL)
      #expect(await server.end() == .signal(SIGKILL))
    }
    let server = try installation.serve(settings: Self.local)
    try await server.client.initialize()
    let versions = try await server.client.call("list_persona_config_versions", persona.merging(["limit": 200]))
    let numbers = versions.json["items"]?.arrayValue?.compactMap { $0["version"]?.intValue } ?? []
    #expect(numbers == Array((1...max(1, numbers.count)).reversed()) && numbers.count >= written)
    await server.client.close()
    _ = await server.end()
    let verified = try await installation.command(["audit", "verify"])
    #expect(verified.status == 0, "\(verified.output) \(verified.errors)")
  }
}
