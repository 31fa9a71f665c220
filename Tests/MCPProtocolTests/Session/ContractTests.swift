import AdminCore
import MCPProtocol
import TestSupport
import Testing

/// Everything the server can say in each revision, held against the official schemas.
@Suite("Official schemas", .timeLimit(.minutes(2)))
struct ContractTests {
  private static let calls: [(String, JSONObject)] = [
    ("ping", [:]), ("tools/list", [:]), ("resources/list", [:]), ("resources/templates/list", [:]),
    ("prompts/list", [:]), ("resources/read", ["uri": "test://static-text"]),
    ("resources/read", ["uri": "test://static-binary"]), ("resources/read", ["uri": "test://template/1/data"]),
    ("resources/read", ["uri": "test://none"]), ("resources/subscribe", ["uri": "test://watched-resource"]),
    ("resources/unsubscribe", ["uri": "test://watched-resource"]), ("logging/setLevel", ["level": "debug"]),
    ("prompts/get", ["name": "test_simple_prompt"]), ("prompts/get", ["name": "test_prompt_with_image"]),
    ("prompts/get", ["name": "test_prompt_with_arguments", "arguments": ["arg1": "x"]]),
    (
      "prompts/get", ["name": "test_prompt_with_embedded_resource", "arguments": ["resourceUri": "test://static-text"]]
    ),
    ("prompts/get", ["name": "nope"]),
    (
      "completion/complete",
      [
        "ref": ["type": "ref/prompt", "name": "test_prompt_with_arguments"],
        "argument": ["name": "arg1", "value": ""],
      ]
    ),
    (
      "completion/complete",
      [
        "ref": ["type": "ref/resource", "uri": "test://template/{id}/data"], "argument": ["name": "id", "value": "1"],
      ]
    ),
    ("nope", [:]),
  ]

  private static let tools: [(String, JSONObject)] = [
    ("test_simple_text", [:]), ("test_image_content", [:]), ("test_audio_content", [:]),
    ("test_embedded_resource", [:]), ("test_multiple_content_types", [:]), ("test_error_handling", [:]),
    ("test_tool_with_progress", [:]), ("test_tool_with_logging", [:]), ("test_elicitation", [:]),
    ("test_elicitation_sep1034_defaults", [:]), ("test_elicitation_sep1330_enums", [:]), ("test_sampling", [:]),
    ("test_roots", [:]), ("test_elicitation_url", [:]), ("sum", ["a": 1, "b": 2.5]), ("sum", ["a": "x"]), ("nope", [:]),
  ]

  private static let capabilities: JSONObject = [
    "elicitation": ["form": [:], "url": [:]], "sampling": [:], "roots": [:],
  ]

  private static func transcript(_ revision: Revision) async throws -> String {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      client.answerRequests { _, _ in ["action": "decline"] }
      let dress: MCPTestClient.Dress =
        revision.isModern
        ? .modern(capabilities: capabilities, extra: ["io.modelcontextprotocol/logLevel": "debug", "progressToken": 1])
        : .legacy
      if revision.isModern {
        _ = try await client.request("server/discover", as: dress)
      } else {
        try await client.initialize(revision.rawValue, capabilities: capabilities)
      }
      for (method, params) in calls { _ = try await client.request(method, params, as: dress) }
      for (name, arguments) in tools {
        let params: JSONObject = ["name": .string(name), "arguments": .object(arguments)]
        _ = try await client.request("tools/call", params, as: dress)
      }
      return client.transcript
    }
  }

  @Test(
    "Every answer keeps the schema of its revision",
    .enabled(if: OfficialShapes.isAvailable, "\(OfficialShapes.reasonToSkip)"),
    arguments: Revision.allCases)
  func answers(_ revision: Revision) async throws {
    let transcript = try await Self.transcript(revision)
    #expect(transcript.split(separator: "\n").count > 70)
    #expect(try OfficialShapes.complaints(about: .conversation(transcript)).isEmpty)
  }

  @Test(
    "The checker would find a wrong answer",
    .enabled(if: OfficialShapes.isAvailable, "\(OfficialShapes.reasonToSkip)"))
  func checker() throws {
    let wrong = """
      {"dir":"in","message":{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}}
      {"dir":"out","message":{"jsonrpc":"2.0","id":1,"result":{"tools":[{}]}}}

      """
    #expect(try !OfficialShapes.complaints(about: .conversation(wrong)).isEmpty)
  }
}
