import AdminCore
import MCPProtocol
import TestSupport
import Testing

@Suite("Progress and logs")
struct ProgressTests {
  @Test("28. Progress echoes the token and grows before the result; without a token there is none")
  func progress() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize("2024-11-05")
      let call: JSONObject = ["name": "test_tool_with_progress"]
      for token in ["text", 7] as [JSONValue] {
        let before = client.received.count
        _ = try await client.request("tools/call", call.merging(["_meta": ["progressToken": token]]))
        let messages = Array(client.received[before...])
        #expect(messages.count == 4)
        #expect(messages.last?["result"] != nil)
        #expect(messages.dropLast().map { $0["params"]?["progressToken"] } == [token, token, token])
        #expect(messages.dropLast().map { $0["params"]?["progress"]?.intValue } == [0, 50, 100])
        #expect(messages.dropLast().allSatisfy { $0["params"]?["message"] == nil })
      }
      let before = client.received.count
      for meta in [[:], ["progressToken": .null], ["progressToken": 1.5], ["progressToken": []]] as [JSONObject] {
        _ = try await client.request("tools/call", call.merging(["_meta": .object(meta)]))
      }
      #expect(client.received.count == before + 4)
      _ = try await client.request("tools/call", call, as: .modern(extra: ["progressToken": "m"]))
      let modern = client.notifications("notifications/progress").filter { $0["params"]?["progressToken"] == "m" }
      #expect(modern.map { $0["params"]?["message"] } == ["at 0", "at 50", "at 100"])
    }
  }

  @Test("Progress that comes too fast, or does not grow, is dropped, save the last one before the result")
  func progressBounds() async throws {
    let timekeeper = VirtualTimekeeper(.manual)
    let tool = ConformanceTools.plain("eager", "Reports a lot.") { _, context in
      for step in 1...50 {
        context.reportProgress(Double(step))
        context.reportProgress(Double(step))
        context.reportProgress(.nan)
      }
      timekeeper.advance(by: .milliseconds(250))
      for step in 51...60 { context.reportProgress(Double(step), of: .infinity, "x\u{200B}") }
      context.reportProgress(1)
      return .result(.text("done"))
    }
    let server = try ConformanceServer.make({ $0.timekeeper = timekeeper }, extraTools: [tool])
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      _ = try await client.request("tools/call", ["name": "eager", "_meta": ["progressToken": "t"]])
      let sent = client.notifications("notifications/progress").map { $0["params"] }
      #expect(sent.map { $0?["progress"]?.intValue } == Array(1...10) + [51, 52, 60])
      #expect(sent.last??["message"] == "x")
      #expect(sent.last??["total"] == nil)
      #expect(client.received.last?["result"] != nil)
    }
  }

  @Test("29. Modern log messages need a level of their own request, which is a threshold")
  func modernLog() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      _ = try await client.request("tools/call", ["name": "test_logging_tool"], as: .modern())
      #expect(client.notifications("notifications/message").isEmpty)
      let level = "io.modelcontextprotocol/logLevel"
      _ = try await client.request(
        "tools/call", ["name": "test_logging_tool"], as: .modern(extra: [level: "error"]))
      let levels = client.notifications("notifications/message").map { $0["params"]?["level"]?.stringValue }
      #expect(levels == ["error", "critical", "alert", "emergency"])
      #expect(client.received.last?["result"] != nil)
      let code = try await client.errorCode("tools/list", as: .modern(extra: [level: "loud"]))
      #expect(code == -32602)
    }
  }

  @Test("29. Legacy log messages follow the session's level, warning at first")
  func legacyLog() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      func levels() async throws -> [String?] {
        let before = client.notifications("notifications/message").count
        _ = try await client.request("tools/call", ["name": "test_logging_tool"])
        return client.notifications("notifications/message")[before...].map { $0["params"]?["level"]?.stringValue }
      }
      var seen = try await levels()
      #expect(seen == ["warning", "error", "critical", "alert", "emergency"])
      let set = try await client.result("logging/setLevel", ["level": "emergency"])
      #expect(set == [:])
      seen = try await levels()
      #expect(seen == ["emergency"])
      #expect(client.notifications("notifications/message").last?["params"]?["logger"] == "test")
      for level in ["loud", 5, .null] as [JSONValue] {
        let code = try await client.errorCode("logging/setLevel", ["level": level])
        #expect(code == -32602)
      }
    }
  }
}
