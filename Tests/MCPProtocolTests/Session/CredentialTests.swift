import AdminCore
import MCPProtocol
import TestSupport
import Testing

/// What callers prove themselves with, and what is kept from lists.
@Suite("Credentials and unlisted tools")
struct CredentialTests {
  private static let key = "io.example/authorization"

  /// Answers what its handler gets to see.
  private static let echo = ToolDefinition(
    name: "echo", presentation: Presentation(title: "Echo"), annotations: .reading, hasOutputSchema: false,
    schemas: { _ in ToolSchemas(input: ["type": "object"]) },
    call: { request, context in
      let seen: JSONValue = [
        "credential": context.credential.map { $0.reveal() } ?? .null, "meta": .object(context.meta),
        "arguments": .object(request.arguments), "again": context.withoutInputs.credential.map { $0.reveal() } ?? .null,
      ]
      return .result(ToolResult(structured: JSONFragment(seen)))
    })

  private func call(
    _ client: MCPTestClient, _ meta: JSONObject, as dress: MCPTestClient.Dress = .legacy
  ) async throws -> JSONValue {
    var params: JSONObject = ["name": "echo", "arguments": ["a": 1]]
    if case .legacy = dress { params["_meta"] = .object(meta) }
    return try await client.result("tools/call", params, as: dress)["structuredContent"] ?? .null
  }

  @Test("A credential reaches the handler apart from everything else, in both eras")
  func takenOut() async throws {
    let server = try ConformanceServer.make({ $0.credentialKey = Self.key }, extraTools: [Self.echo])
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      let legacy = try await call(client, [Self.key: "Bearer x", "progressToken": 1])
      #expect(legacy["credential"] == "Bearer x" && legacy["again"] == "Bearer x")
      #expect(legacy["meta"] == ["progressToken": 1] && legacy["arguments"] == ["a": 1])
      let modern = try await call(client, [:], as: .modern(extra: [Self.key: ["odd": true]]))
      #expect(modern["credential"] == ["odd": true])
      #expect(modern["meta"]?[Self.key] == nil)
      #expect(modern["meta"]?["io.modelcontextprotocol/protocolVersion"] != nil)
      #expect(try await call(client, [:])["credential"] == .null)
    }
  }

  @Test("What is at hand is answered at once; not where a credential is brought or an earlier call goes on")
  func ready() async throws {
    let echo = Self.echo
    let ready = ToolDefinition(
      name: "echo", presentation: echo.presentation, annotations: .reading, hasOutputSchema: false,
      schemas: echo.schemas,
      ready: { $0.arguments["a"] == 1 ? ToolResult(structured: JSONFragment(["ready": true])) : nil }, call: echo.call)
    let server = try ConformanceServer.make({ $0.credentialKey = Self.key }, extraTools: [ready])
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      #expect(try await call(client, [:]) == ["ready": true])
      #expect(try await call(client, ["progressToken": 1]) == ["ready": true])
      #expect(try await call(client, [Self.key: "Bearer x"])["credential"] == "Bearer x")
      let other = try await client.result("tools/call", ["name": "echo", "arguments": ["a": 2]])
      #expect(other["structuredContent"]?["arguments"] == ["a": 2])
      #expect(try await call(client, [:], as: .modern()) == ["ready": true])
      let again = try await client.request(
        "tools/call", ["name": "echo", "arguments": ["a": 1], "requestState": "x"], as: .modern())
      #expect(!again.text.contains("ready"), "\(again.text)")
    }
  }

  @Test("Without a key for it, nothing is taken out")
  func noKey() async throws {
    let server = try ConformanceServer.make(extraTools: [Self.echo])
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      let seen = try await call(client, [Self.key: "Bearer x"])
      #expect(seen["credential"] == .null && seen["meta"] == [Self.key: "Bearer x"])
    }
  }

  @Test("A tool that is not listed can be called, and is suggested to nobody's list")
  func unlisted() async throws {
    let hidden = ToolDefinition(
      name: "Hidden.Tool", isListed: false, presentation: Presentation(title: "Hidden"), annotations: nil,
      hasOutputSchema: false, schemas: { _ in ToolSchemas(input: ["type": "object"]) },
      call: { _, _ in .result(.text("here")) })
    let server = try ConformanceServer.make(extraTools: [hidden])
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      let listed = try await client.result("tools/list")["tools"]?.arrayValue ?? []
      #expect(!listed.isEmpty && !listed.contains { $0["name"] == "Hidden.Tool" })
      let answer = try await client.result("tools/call", ["name": "Hidden.Tool"])
      #expect(answer["content"]?[0]?["text"] == "here")
    }
  }

  @Test("A change of many resources is told for those that are watched, in both eras")
  func manyResources() async throws {
    let server = try ConformanceServer.make()
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      for uri in ["test://watched-resource", "test://static-text"] {
        _ = try await client.request("resources/subscribe", ["uri": .string(uri)])
      }
      let filter: JSONObject = [
        "notifications": ["resourceSubscriptions": ["test://static-binary", "test://static-text"]]
      ]
      client.begin("subscriptions/listen", filter, as: .modern(), id: "s")
      try await client.settle()
      server.changes.announceResources { $0.hasPrefix("test://static") }
      try await client.settle()
      let told = client.notifications("notifications/resources/updated").map { message in
        let stream = message["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"]?.stringValue ?? "session"
        return "\(stream) \(message["params"]?["uri"]?.stringValue ?? "")"
      }
      #expect(told.sorted() == ["s test://static-binary", "s test://static-text", "session test://static-text"])
    }
  }
}
