import AdminCore
import MCPProtocol
import TestSupport
import Testing

/// Items 10 to 20 of the conformance checklist.
@Suite("Eras and revisions")
struct EraTests {
  private static let legacy = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]

  @Test("10. Each legacy revision is echoed", arguments: legacy)
  func echo(_ revision: String) async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let answer = try await client.initialize(revision)
      #expect(answer["result"]?["protocolVersion"]?.stringValue == revision)
      #expect(answer["result"]?["serverInfo"]?["name"] == "conformance")
      #expect((answer["result"]?["serverInfo"]?["title"] != nil) == (revision >= "2025-06-18"))
      #expect((answer["result"]?["serverInfo"]?["icons"] != nil) == (revision >= "2025-11-25"))
      #expect((answer["result"]?["capabilities"]?["completions"] != nil) == (revision >= "2025-03-26"))
      #expect(answer["result"]?["instructions"] == "Call test_simple_text.")
    }
  }

  @Test(
    "10. Any other version means the newest legacy one, and none is refused",
    arguments: ["2026-07-28", "1.0", "", "2031-01-01"])
  func otherVersions(_ version: String) async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let answer = try await client.open(version)
      #expect(answer["result"]?["protocolVersion"] == "2025-11-25")
      let refused: [JSONObject] = [
        [:], ["protocolVersion": 5], ["protocolVersion": "2025-11-25", "capabilities": 1],
      ]
      for params in refused {
        #expect(try await client.errorCode("initialize", params) == -32602)
      }
      #expect(try await client.errorCode("initialize") == -32602)
    }
  }

  @Test("11. ping is answered before and after initialize, and gone with a modern envelope")
  func ping() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      #expect(try await client.request("ping")["result"] == [:])
      try await client.initialize()
      #expect(try await client.request("ping")["result"] == [:])
      #expect(try await client.errorCode("ping", as: .modern()) == -32601)
    }
  }

  @Test("12. A batch is answered as one array at 2025-03-26")
  func batch() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize("2025-03-26")
      client.send([
        ["jsonrpc": "2.0", "id": "b1", "method": "tools/call", "params": ["name": "test_simple_text"]],
        ["jsonrpc": "2.0", "method": "notifications/nothing"],
        ["jsonrpc": "2.0", "id": "b2", "method": "ping"],
        ["jsonrpc": "2.0", "id": "s-9", "result": [:]],
        7,
        ["jsonrpc": "2.0", "id": "b3", "method": "initialize", "params": ["protocolVersion": "2025-11-25"]],
        [["jsonrpc": "2.0", "id": "b4", "method": "ping"]],
        ["jsonrpc": "2.0", "id": "b5", "method": "nope"],
        ["jsonrpc": "2.0", "id": "b2", "method": "ping"],
      ])
      let answer = try await client.message("the batch") { $0.arrayValue != nil }
      let members = answer.arrayValue ?? []
      #expect(members.count == 7)
      func code(_ id: JSONValue?) -> [Int?] { members.filter { $0["id"] == id }.map { $0["error"]?["code"]?.intValue } }
      #expect(code("b1") == [nil])
      #expect(code("b2") == [nil, nil])
      #expect(code("b3") == [-32600])
      #expect(code("b5") == [-32601])
      #expect(code(nil) == [-32600, -32600])
    }
  }

  @Test("12. Two members of one batch with one id that needs work: the second is refused")
  func batchDuplicates() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize("2025-03-26")
      let call: JSONValue = ["jsonrpc": "2.0", "id": "w", "method": "tools/call", "params": ["name": "wait"]]
      client.send([call, call, ["jsonrpc": "2.0", "id": "p", "method": "ping"]])
      client.cancel("w")
      let answer = try await client.message("the batch") { $0.arrayValue != nil }
      #expect(answer.arrayValue?.count == 2)
      #expect(answer.arrayValue?.contains { $0["id"] == "w" && $0["error"]?["code"]?.intValue == -32600 } == true)
    }
  }

  @Test("12. A batch of notifications has no answer, an empty one a single error")
  func emptyBatches() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize("2025-03-26")
      let before = client.received.count
      client.send([["jsonrpc": "2.0", "method": "notifications/nothing"]])
      try await client.settle()
      #expect(client.received.count == before + 1)
      client.send([])
      let error = try await client.message("the error") { $0["error"] != nil }
      #expect(error["error"]?["code"]?.intValue == -32600)
      #expect(error["id"] == nil)
      client.send(.array(Array(repeating: ["jsonrpc": "2.0", "method": "notifications/nothing"], count: 501)))
      try await client.settle()
      #expect(client.received.filter { $0["error"] != nil }.count == 2)
    }
  }

  @Test("12. Modern requests do not go into batches")
  func modernBatch() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize("2025-03-26")
      let meta: JSONValue = [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:],
      ]
      client.send([["jsonrpc": "2.0", "id": "m", "method": "tools/list", "params": ["_meta": meta]]])
      let answer = try await client.message("the batch") { $0.arrayValue != nil }
      #expect(answer[0]?["error"]?["code"]?.intValue == -32600)
    }
  }

  @Test("12. Elsewhere a batch is one error", arguments: [nil, "2024-11-05", "2025-06-18", "2025-11-25"])
  func noBatch(_ revision: String?) async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      if let revision { try await client.initialize(revision) }
      client.send([["jsonrpc": "2.0", "id": 1, "method": "ping"], ["jsonrpc": "2.0", "id": 2, "method": "ping"]])
      let error = try await client.message("the error") { $0["error"] != nil }
      #expect(error["error"]?["code"]?.intValue == -32600)
      try await client.settle()
      #expect(client.received.allSatisfy { $0.arrayValue == nil })
    }
  }

  @Test("13. server/discover works as the very first line")
  func discover() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let answer = try await client.request("server/discover", as: .modern(), id: "server-discover-probe-1")
      let result = answer["result"]
      #expect(result?["resultType"] == "complete")
      #expect(
        result?["supportedVersions"] == ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])
      #expect(result?["ttlMs"]?.intValue == 0)
      #expect(result?["cacheScope"] == "private")
      #expect(result?["instructions"] == "Call test_simple_text.")
      #expect(result?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "conformance")
      #expect(result?["capabilities"]?["tools"]?["listChanged"] == true)
      #expect(result?["capabilities"]?["tasks"] == nil)
      #expect(result?["serverInfo"] == nil)
    }
  }

  @Test("14. An incomplete envelope is refused, a missing clientInfo is not")
  func envelopes() async throws {
    let version = "io.modelcontextprotocol/protocolVersion"
    let capabilities = "io.modelcontextprotocol/clientCapabilities"
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let incomplete: [JSONObject?] = [
        nil, [:], ["_meta": [:]], ["_meta": .object([version: "2026-07-28"])], ["_meta": .object([capabilities: [:]])],
        ["_meta": .object([version: 5, capabilities: [:]])],
        ["_meta": .object([version: "2026-07-28", capabilities: []])], ["_meta": 5],
      ]
      for params in incomplete {
        let answer = try await client.request("server/discover", params)
        #expect(answer["error"]?["code"]?.intValue == -32602)
        let list = try await client.request("tools/list", params)
        #expect(list["error"]?["code"]?.intValue == -32602)
      }
      #expect(try await client.result("tools/list", as: .modern())["tools"] != nil)
      #expect(try await client.errorCode("tasks/update") == -32602)
      #expect(try await client.errorCode("tasks/update", as: .modern()) == -32601)
    }
  }

  @Test("15. An unknown version is refused with those that are served", arguments: ["2031-01-01", "2025-11-25", ""])
  func unsupported(_ version: String) async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let discovered = try await client.request("server/discover", as: .modern())
      let answer = try await client.request(
        "tools/list", as: .modern(extra: ["io.modelcontextprotocol/protocolVersion": .string(version)]))
      #expect(answer["error"]?["code"]?.intValue == -32022)
      #expect(answer["error"]?["data"]?["requested"]?.stringValue == version)
      #expect(answer["error"]?["data"]?["supported"] == discovered["result"]?["supportedVersions"])
    }
  }

  @Test("15. The version is judged before the method")
  func versionFirst() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let answer = try await client.request(
        "nope", as: .modern(extra: ["io.modelcontextprotocol/protocolVersion": "2031-01-01"]))
      #expect(answer["error"]?["code"]?.intValue == -32022)
    }
  }

  @Test(
    "16. What the modern era has removed is not found in its envelope",
    arguments: ["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"])
  func removed(_ method: String) async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let code = try await client.errorCode(method, as: .modern())
      #expect(code == -32601)
    }
  }

  @Test("17. Each request is answered in its own era, in any order")
  func mixed() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      _ = try await client.request("server/discover", as: .modern())
      #expect(try await client.errorCode("tools/list") == -32602)
      try await client.initialize("2025-06-18")
      for _ in 0..<3 {
        let modern = try await client.request("tools/list", as: .modern())
        let legacy = try await client.request("tools/list")
        #expect(modern["result"]?["resultType"] == "complete")
        #expect(legacy["result"]?["resultType"] == nil)
        #expect(legacy["result"]?["tools"]?.arrayValue?.count == modern["result"]?["tools"]?.arrayValue?.count)
      }
      // A later handshake replaces the session.
      let replaced = try await client.initialize("2024-11-05")
      #expect(replaced["result"]?["protocolVersion"] == "2024-11-05")
      let list = try await client.result("tools/list")
      #expect(list["tools"]?.arrayValue?.allSatisfy { $0["title"] == nil } == true)
    }
  }

  @Test("An initialize with an envelope of the handshake era is a handshake")
  func envelopedHandshake() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let answer = try await client.request(
        "initialize",
        [
          "protocolVersion": "2025-06-18", "capabilities": [:],
          "_meta": ["io.modelcontextprotocol/protocolVersion": "2025-06-18"],
        ])
      #expect(answer["result"]?["protocolVersion"] == "2025-06-18")
    }
  }

  @Test("18. No field of one era leaks into the other", arguments: legacy + ["modern"])
  func leaks(_ era: String) async throws {
    let calls: [(String, JSONObject)] = [
      ("tools/list", [:]), ("tools/call", ["name": "sum", "arguments": ["a": 1, "b": 2]]), ("resources/list", [:]),
      ("resources/templates/list", [:]), ("resources/read", ["uri": "test://static-text"]), ("prompts/list", [:]),
      ("prompts/get", ["name": "test_simple_prompt"]),
      (
        "completion/complete",
        [
          "ref": ["type": "ref/prompt", "name": "test_prompt_with_arguments"],
          "argument": ["name": "arg1", "value": "pa"],
        ]
      ),
    ]
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      if era != "modern" { try await client.initialize(era) }
      for (method, params) in calls {
        let answer = try await client.request(method, params, as: era == "modern" ? .modern() : .legacy)
        let result = answer["result"]
        #expect(result != nil, "\(method): \(answer.text)")
        if era == "modern" {
          #expect(result?["resultType"] == "complete")
          #expect(result?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["version"] == "1.0.0")
        } else {
          for name in ["resultType", "ttlMs", "cacheScope", "_meta"] { #expect(result?[name] == nil) }
        }
      }
    }
  }

  @Test("19. What is not offered is not found, in both eras")
  func unadvertised() async throws {
    let tools = try Catalogue(tools: [ConformanceTools.sum])
    var server = MCPServer(
      implementation: Implementation(name: "bare", version: "0"), catalogue: tools, sealer: .testing())
    server.capabilities.offersLogging = false
    try await MCPHarness.run(server) { client, _ in
      let handshake = try await client.initialize()
      #expect(handshake["result"]?["capabilities"] == ["tools": [:]])
      let discovered = try await client.request("server/discover", as: .modern())
      #expect(discovered["result"]?["capabilities"] == ["tools": [:]])
      for method in [
        "prompts/list", "prompts/get", "resources/list", "resources/read", "resources/templates/list",
        "resources/subscribe", "completion/complete", "logging/setLevel", "tasks/list", "tasks/result", "tasks/get",
      ] {
        #expect(try await client.errorCode(method) == -32601)
        #expect(try await client.errorCode(method, as: .modern()) == -32601)
      }
    }
  }

  @Test("20. Capabilities of one modern request are not remembered for the next")
  func capabilitiesPerRequest() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize(capabilities: ["elicitation": [:]])
      let name: JSONObject = ["name": "test_missing_capability"]
      let able = try await client.request("tools/call", name, as: .modern(capabilities: ["elicitation": [:]]))
      #expect(able["result"]?["resultType"] == "input_required")
      let unable = try await client.request("tools/call", name, as: .modern())
      #expect(unable["error"]?["code"]?.intValue == -32021)
      #expect(unable["error"]?["data"]?["requiredCapabilities"] == ["elicitation": [:]])
    }
  }

  @Test("35. A task parameter is ignored in both eras")
  func taskParameter() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      let params: JSONObject = ["name": "test_simple_text", "task": ["ttl": 1000]]
      #expect(try await client.result("tools/call", params)["content"] != nil)
      #expect(
        try await client.result("tools/call", params, as: .modern())["resultType"] == "complete")
    }
  }
}
