import AdminCore
import MCPProtocol
import TestSupport
import Testing

/// Items 1 to 8 of the conformance checklist.
@Suite("JSON-RPC over a session")
struct JSONRPCRulesTests {
  @Test("1. Every line is a valid message, whatever tools do")
  func onlyMessages() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      for tool in ["test_throws", "test_garbage", "test_tool_with_logging", "test_error_handling", "nope"] {
        _ = try await client.request("tools/call", ["name": .string(tool)])
      }
      client.send(text: "{bad")
      client.send(text: "[]")
      try await client.settle()
      #expect(client.unreadable.isEmpty)
      for message in client.received {
        #expect(message["jsonrpc"] == "2.0")
        #expect(message["method"] != nil || (message["result"] == nil) != (message["error"] == nil))
      }
    }
  }

  @Test("2. Line separators, emoji and megabytes survive both ways")
  func content() async throws {
    let echo = ConformanceTools.plain("echo", "Echoes.", input: ["type": "object"]) { request, _ in
      .result(.text(request.arguments["text"]?.stringValue ?? ""))
    }
    try await MCPHarness.run(ConformanceServer.make(extraTools: [echo])) { client, _ in
      try await client.initialize()
      let texts = ["a\nb\r\nc\u{2028}d\u{2029}e", "😀👩‍👩‍👧 é", String(repeating: "0123456789", count: 300_000)]
      for text in texts {
        let answer = try await client.request(
          "tools/call", ["name": "echo", "arguments": ["text": .string(text)]])
        #expect(answer["result"]?["content"]?[0]?["text"]?.stringValue == text)
      }
    }
  }

  @Test("3. What is no message gets its code, and the server goes on serving")
  func malformed() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      for (text, code) in [("{bad", -32700), ("[]", -32600), ("42", -32600), ("{}", -32600)] {
        let before = client.received.count
        client.send(text: text)
        try await client.settle()
        let answer = client.received.dropFirst(before).first
        #expect(answer?["error"]?["code"]?.intValue == code)
        #expect(answer?["id"] == nil)
      }
    }
  }

  @Test("4. Bad ids are refused, good ones come back exactly")
  func ids() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      for id in ["null", "1.5", "true", "{}"] {
        let before = client.received.count
        client.send(text: #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#)
        try await client.settle()
        #expect(client.received.dropFirst(before).first?["error"]?["code"]?.intValue == -32600)
      }
      for id in ["0", #""""#, #""1""#, "1", "9007199254740993", "-7", "18446744073709551617"] {
        client.send(text: #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#)
        let answer = try await client.message(id) { $0["id"]?.text == id }
        #expect(answer.text == #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"#)
      }
    }
  }

  @Test("5. Unknown methods are refused with their id, unknown notifications are met with silence")
  func unknown() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let answer = try await client.request("nope/nothing", id: "x")
      #expect(answer["error"]?["code"]?.intValue == -32601)
      #expect(answer["id"] == "x")
      let count = client.received.count
      client.notify("notifications/nothing", ["a": 1])
      client.notify("tools/call", ["name": "test_simple_text"])
      client.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": [1]])
      client.send(["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": [:]]])
      try await client.settle()
      #expect(client.received.count == count + 1)
    }
  }

  @Test("An unknown method is refused before session and params are looked at")
  func unknownFirst() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      client.send(["jsonrpc": "2.0", "id": 1, "method": "tasks/get", "params": 5])
      let answer1 = try await client.response(to: 1)
      #expect(answer1["error"]?["code"]?.intValue == -32601)
      client.send(["jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": 5])
      let answer2 = try await client.response(to: 2)
      #expect(answer2["error"]?["code"]?.intValue == -32602)
      try await client.initialize()
      client.send(["jsonrpc": "2.0", "id": 3, "method": "tools/list", "params": 5])
      let answer3 = try await client.response(to: 3)
      #expect(answer3["error"]?["code"]?.intValue == -32602)
    }
  }

  @Test("6. Twenty interleaved requests are each answered once")
  func interleaved() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      let ids = (0..<20).map { number in
        client.begin(
          "tools/call", ["name": "sum", "arguments": ["a": .int(number), "b": 1]], id: .string("call \(number)"))
      }
      for (number, id) in ids.enumerated() {
        let answer = try await client.response(to: id)
        #expect(answer["result"]?["structuredContent"]?["sum"]?.intValue == number + 1)
      }
      try await client.settle()
      for id in ids { #expect(client.responses(to: id).count == 1) }
    }
  }

  @Test("7. A cancelled request gets no response and no progress, and unknown cancellations are ignored")
  func cancellation() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      client.begin("tools/call", ["name": "wait", "_meta": ["progressToken": "t"]], id: "slow")
      _ = try await client.notification("notifications/progress")
      client.cancel("unknown")
      client.cancel("slow")
      try await client.settle()
      // The id is free again at once, and the old work cannot answer for the new.
      let answer = try await client.request("tools/call", ["name": "test_simple_text"], id: "slow")
      #expect(answer["result"]?["content"]?[0]?["text"] == "This is a simple text response for testing.")
      #expect(client.responses(to: "slow").count == 1)
      #expect(client.notifications("notifications/progress").count == 1)
    }
  }

  @Test("A cancellation that spells a number as a string, or the reverse, still finds its request")
  func tolerantCancellation() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      for (id, spelling) in [(RequestID(901), RequestID.string("901")), (.string("902"), .integer("902"))] {
        client.begin("tools/call", ["name": "wait", "_meta": ["progressToken": id.json]], id: id)
        _ = try await client.message("progress") { $0["params"]?["progressToken"] == id.json }
        client.cancel(spelling)
        try await client.settle()
        let answer = try await client.request("tools/call", ["name": "test_simple_text"], id: id)
        #expect(answer["result"] != nil)
      }
    }
  }

  @Test("An id that is still in flight is refused, and the first request goes on")
  func duplicateID() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      client.begin("tools/call", ["name": "wait", "_meta": ["progressToken": 1]], id: 500)
      _ = try await client.notification("notifications/progress")
      let refused = try await client.request("tools/call", ["name": "test_simple_text"], id: 500)
      #expect(refused["error"]?["code"]?.intValue == -32600)
      let other = try await client.request("tools/call", ["name": "test_simple_text"], id: "500")
      #expect(other["result"] != nil)
    }
  }

  @Test("8. Responses nobody asked for are ignored")
  func strayResponse() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      client.send(["jsonrpc": "2.0", "id": "s-1", "result": [:]])
      client.send(["jsonrpc": "2.0", "id": 77, "error": ["code": 1, "message": "no"]])
      client.send(["jsonrpc": "2.0", "id": .null, "error": ["code": 1, "message": "no"]])
      try await client.settle()
      #expect(client.received.count == 1)
    }
  }

  @Test("A handler's unknown error is shown as a fault, without its details")
  func faults() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      let thrown = try await client.request("tools/call", ["name": "test_throws"])
      #expect(thrown["result"]?["isError"] == true)
      #expect(thrown["result"]?["structuredContent"]?["code"] == "INT_001")
      #expect(!thrown.text.contains("Unknown"))
      let garbage = try await client.request("tools/call", ["name": "test_garbage"])
      #expect(garbage["error"]?["code"]?.intValue == -32603)
    }
  }
}
