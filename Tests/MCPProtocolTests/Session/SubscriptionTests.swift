import AdminCore
import MCPProtocol
import TestSupport
import Testing

/// Items 32 and 33 of the conformance checklist.
@Suite("Subscriptions")
struct SubscriptionTests {
  private static func streamID(_ message: JSONValue) -> JSONValue? {
    message["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"]
  }

  private static func listen(_ filter: JSONObject) -> JSONObject { ["notifications": .object(filter)] }

  @Test("32. A stream is acknowledged first, keeps its id's type, and hears only what it asked for")
  func streams() async throws {
    let server = try ConformanceServer.make()
    try await MCPHarness.run(server) { client, _ in
      client.begin("subscriptions/listen", Self.listen(["toolsListChanged": true]), as: .modern(), id: 7)
      client.begin(
        "subscriptions/listen",
        Self.listen([
          "promptsListChanged": true, "toolsListChanged": false, "taskIds": ["x"],
          "resourceSubscriptions": ["test://watched-resource", "test://static-text", "test://watched-resource"],
        ]), as: .modern(), id: "7")
      try await client.settle()
      let acknowledged = client.notifications("notifications/subscriptions/acknowledged")
      #expect(acknowledged.map(Self.streamID) == [7, "7"])
      #expect(acknowledged[0]["params"]?["notifications"] == ["toolsListChanged": true])
      #expect(
        acknowledged[1]["params"]?["notifications"] == [
          "promptsListChanged": true, "resourceSubscriptions": ["test://watched-resource", "test://static-text"],
        ])
      server.changes.announce(.tools)
      server.changes.announce(.prompts)
      server.changes.announce(.resources)
      server.changes.announce(.resource("test://watched-resource"))
      server.changes.announce(.resource("test://other"))
      try await client.settle()
      #expect(client.notifications("notifications/tools/list_changed").map(Self.streamID) == [7])
      #expect(client.notifications("notifications/prompts/list_changed").map(Self.streamID) == ["7"])
      #expect(client.notifications("notifications/resources/list_changed").isEmpty)
      let updated = client.notifications("notifications/resources/updated")
      #expect(updated.map(Self.streamID) == ["7"])
      #expect(updated.first?["params"]?["uri"] == "test://watched-resource")
    }
  }

  @Test("32. Two streams are independent, and a cancelled one falls silent without an answer")
  func cancelledStream() async throws {
    let server = try ConformanceServer.make()
    try await MCPHarness.run(server) { client, _ in
      for id in ["a", "b"] as [RequestID] {
        client.begin("subscriptions/listen", Self.listen(["toolsListChanged": true]), as: .modern(), id: id)
      }
      let duplicate = try await client.errorCode(
        "subscriptions/listen", Self.listen(["toolsListChanged": true]), as: .modern(), id: "a")
      #expect(duplicate == -32600)
      server.changes.announce(.tools)
      client.cancel("a")
      try await client.settle()
      server.changes.announce(.tools)
      try await client.settle()
      let heard = client.notifications("notifications/tools/list_changed").map(Self.streamID)
      #expect(heard == ["a", "b", "b"])
      #expect(client.responses(to: "b").isEmpty)
      #expect(client.responses(to: "a").count == 1)
    }
  }

  @Test("32. A graceful end answers each stream and then cancels it")
  func gracefulEnd() async throws {
    let harness = MCPHarness(try ConformanceServer.make())
    harness.client.begin("subscriptions/listen", Self.listen([:]), as: .modern(), id: "s")
    try await harness.client.settle()
    let acknowledged = harness.client.notifications("notifications/subscriptions/acknowledged")
    #expect(acknowledged.first?["params"]?["notifications"] == [:])
    harness.session.shutdown()
    #expect(await harness.end() == .shutdown)
    #expect(await harness.client.waitForEnd())
    let last = Array(harness.client.received.suffix(2))
    #expect(last[0]["id"] == "s")
    #expect(last[0]["result"]?["resultType"] == "complete")
    #expect(last[0]["result"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == "s")
    #expect(last[1]["method"] == "notifications/cancelled")
    #expect(last[1]["params"]?["requestId"] == "s")
  }

  @Test("A filter that is none is refused, and so are too many streams or addresses")
  func badFilters() async throws {
    let server = try ConformanceServer.make { server in
      server.limits.openStreams = 2
      server.limits.watchedResources = 2
    }
    try await MCPHarness.run(server) { client, _ in
      let bad: [JSONObject] = [
        [:], ["notifications": 5], Self.listen(["toolsListChanged": 1]), Self.listen(["resourceSubscriptions": "x"]),
        Self.listen(["resourceSubscriptions": [1]]), Self.listen(["resourceSubscriptions": ["a:", "b:", "c:"]]),
      ]
      for params in bad {
        let code = try await client.errorCode("subscriptions/listen", params, as: .modern())
        #expect(code == -32602)
      }
      for _ in 0..<2 { client.begin("subscriptions/listen", Self.listen([:]), as: .modern()) }
      let code = try await client.errorCode("subscriptions/listen", Self.listen([:]), as: .modern())
      #expect(code == -32603)
    }
  }

  @Test("What the server does not announce is not honoured")
  func unannounced() async throws {
    let server = try ConformanceServer.make { server in
      server.capabilities.announcesToolChanges = false
      server.capabilities.watchesResources = false
    }
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      let filter = Self.listen(["toolsListChanged": true, "resourceSubscriptions": ["test://static-text"]])
      client.begin("subscriptions/listen", filter, as: .modern())
      server.changes.announce(.tools)
      server.changes.announce(.resource("test://static-text"))
      try await client.settle()
      let acknowledged = client.notifications("notifications/subscriptions/acknowledged")
      #expect(acknowledged.map { $0["params"]?["notifications"] } == [[:]])
      #expect(client.notifications("notifications/tools/list_changed").isEmpty)
      let code = try await client.errorCode("resources/subscribe", ["uri": "test://static-text"])
      #expect(code == -32601)
    }
  }

  @Test("A session and streams side by side: the bare form for the one, a tagged copy for each other")
  func sideBySide() async throws {
    let server = try ConformanceServer.make()
    try await MCPHarness.run(server) { client, _ in
      server.changes.announce(.tools)
      try await client.settle()
      #expect(client.notifications("notifications/tools/list_changed").isEmpty)
      try await client.initialize()
      client.begin("subscriptions/listen", Self.listen(["toolsListChanged": true]), as: .modern(), id: "s")
      _ = try await client.request("tools/call", ["name": "test_trigger_tool_change"])
      let heard = client.notifications("notifications/tools/list_changed")
      #expect(heard.map(Self.streamID) == [nil, "s"])
      #expect(heard.first?["params"] == nil)
    }
  }

  @Test("33. A legacy client hears of a resource only while it is subscribed")
  func legacySubscription() async throws {
    let server = try ConformanceServer.make()
    let uri: JSONObject = ["uri": "test://watched-resource"]
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      func updates() async throws -> Int {
        server.changes.announce(.resource("test://watched-resource"))
        try await client.settle()
        return client.notifications("notifications/resources/updated").count
      }
      var counts = [try await updates()]
      let subscribed = try await client.result("resources/subscribe", uri)
      #expect(subscribed == [:])
      counts.append(try await updates())
      let unsubscribed = try await client.result("resources/unsubscribe", uri)
      #expect(unsubscribed == [:])
      counts.append(try await updates())
      #expect(counts == [0, 1, 1])
      let unknown = try await client.errorCode("resources/subscribe", ["uri": "test://nothing"])
      #expect(unknown == -32002)
      let malformed = try await client.errorCode("resources/subscribe", ["uri": 5])
      #expect(malformed == -32602)
    }
  }

  @Test("Watched resources are bounded, and watching one twice counts once")
  func boundedWatching() async throws {
    try await MCPHarness.run(ConformanceServer.make { $0.limits.watchedResources = 1 }) { client, _ in
      try await client.initialize()
      for _ in 0..<2 {
        let code = try await client.errorCode("resources/subscribe", ["uri": "test://static-text"])
        #expect(code == nil)
      }
      let code = try await client.errorCode("resources/subscribe", ["uri": "test://watched-resource"])
      #expect(code == -32602)
    }
  }

  @Test("Changes before the handshake is confirmed are told after it, once")
  func heldBackChanges() async throws {
    let server = try ConformanceServer.make()
    try await MCPHarness.run(server) { client, _ in
      _ = try await client.open()
      for _ in 0..<3 { server.changes.announce(.tools) }
      try await client.settle()
      #expect(client.notifications("notifications/tools/list_changed").isEmpty)
      client.notify("notifications/initialized")
      try await client.settle()
      #expect(client.notifications("notifications/tools/list_changed").count == 1)
    }
  }
}
