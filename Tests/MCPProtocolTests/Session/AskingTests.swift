import AdminCore
import MCPProtocol
import TestSupport
import Testing

/// Items 30 and 31 of the conformance checklist, and what belongs to them.
@Suite("Asking the client")
struct AskingTests {
  private static func call(_ name: String, _ more: JSONObject = [:]) -> JSONObject {
    JSONObject([.init(key: "name", value: .string(name))]).merging(more)
  }

  private static let elicitation: MCPTestClient.Dress = .modern(capabilities: ["elicitation": [:]])

  // MARK: The handshake era

  @Test("30. A legacy client is asked in the middle of its call, with an id of the server's own")
  func legacyForm() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize("2025-06-18", capabilities: ["elicitation": [:]])
      client.answerRequests { method, _ in
        method == "elicitation/create" ? ["action": "accept", "content": ["username": "Ada"]] : nil
      }
      let answer = try await client.result("tools/call", Self.call("test_elicitation"))
      #expect(answer["content"]?[0]?["text"] == "User response: Ada")
      let asked = client.received.first { $0["method"] == "elicitation/create" }
      #expect(asked?["id"] == "s-1")
      #expect(asked?["params"]?["message"] == "What is your name?")
      #expect(asked?["params"]?["mode"] == nil)
      #expect(asked?["params"]?["requestedSchema"]?["required"] == ["username"])
    }
  }

  @Test(
    "Whatever a legacy client answers, the call ends sensibly",
    arguments: [
      (["action": "decline"], "declined"), (["action": "cancel"], "cancelled"),
      (["action": "accept", "content": ["username": 5]], "unavailable: malformedAnswer"),
      (["action": "accept"], "unavailable: malformedAnswer"), (7, "unavailable: malformedAnswer"),
      (["action": "maybe"], "unavailable: malformedAnswer"),
    ] as [(JSONValue, String)])
  func legacyAnswers(_ reply: JSONValue, _ expected: String) async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize(capabilities: ["elicitation": [:]])
      client.answerRequests { _, _ in reply }
      let answer = try await client.result("tools/call", Self.call("test_elicitation"))
      #expect(answer["content"]?[0]?["text"]?.stringValue == expected)
    }
  }

  @Test("An error answer means that nobody can be asked")
  func legacyRefusal() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize(capabilities: ["elicitation": [:]])
      client.answerRequests { _, _ in ["code": -32601, "message": "not here"] }
      let answer = try await client.result("tools/call", Self.call("test_elicitation"))
      #expect(answer["isError"] == true)
      #expect(answer["content"]?[0]?["text"]?.stringValue?.contains("refused") == true)
    }
  }

  @Test("30. Nothing is asked that was not declared, or that the revision does not know")
  func undeclared() async throws {
    for (revision, capabilities) in [
      ("2025-11-25", [:]), ("2025-11-25", ["elicitation": ["url": [:]]]), ("2025-03-26", ["elicitation": [:]]),
    ] as [(String, JSONObject)] {
      try await MCPHarness.run(ConformanceServer.make()) { client, _ in
        try await client.initialize(revision, capabilities: capabilities)
        let answer = try await client.result("tools/call", Self.call("test_elicitation"))
        #expect(answer["content"]?[0]?["text"] == "unavailable: notSupported")
        #expect(client.received.allSatisfy { $0["method"] == nil })
      }
    }
  }

  @Test("Several choices are not asked for where a form cannot show them")
  func inexpressible() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize("2025-06-18", capabilities: ["elicitation": [:]])
      let answer = try await client.result("tools/call", Self.call("test_elicitation_sep1330_enums"))
      #expect(answer["content"]?[0]?["text"] == "unavailable: notSupported")
    }
  }

  @Test("30. A question waits until the handshake is confirmed")
  func heldBack() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      _ = try await client.open(capabilities: ["elicitation": [:]])
      client.answerRequests { _, _ in ["action": "accept", "content": ["username": "Ada"]] }
      client.begin("tools/call", Self.call("test_elicitation"), id: "early")
      let log = try await client.result("tools/call", Self.call("test_logging_tool"))
      #expect(log != .null)
      #expect(client.received.allSatisfy { $0["method"] == nil })
      client.notify("notifications/initialized")
      let answer = try await client.response(to: "early")
      #expect(answer["result"]?["content"]?[0]?["text"] == "User response: Ada")
      #expect(client.notifications("notifications/message").count == 5)
    }
  }

  @Test("A question that nobody answers times out and is withdrawn")
  func timeout() async throws {
    let timekeeper = VirtualTimekeeper(.manual)
    let server = try ConformanceServer.make { server in
      server.timekeeper = timekeeper
      server.limits.askTimeout = .seconds(30)
    }
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize(capabilities: ["elicitation": [:]])
      client.begin("tools/call", Self.call("test_elicitation"), id: "asking")
      let asked = try await client.message("question") { $0["method"] == "elicitation/create" }
      #expect(await eventually { timekeeper.sleeperCount == 1 })
      timekeeper.advance(by: .seconds(31))
      let answer = try await client.response(to: "asking")
      #expect(answer["result"]?["content"]?[0]?["text"] == "unavailable: timedOut")
      let withdrawn = client.notifications("notifications/cancelled")
      #expect(withdrawn.map { $0["params"]?["requestId"] } == [asked["id"]])
      // A late answer is dropped.
      client.send(["jsonrpc": "2.0", "id": asked["id"] ?? .null, "result": ["action": "accept"]])
      try await client.settle()
    }
  }

  @Test("A question is withdrawn when the call it belongs to is cancelled")
  func cancelledQuestion() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize(capabilities: ["elicitation": [:]])
      client.begin("tools/call", Self.call("test_elicitation"), id: "asking")
      _ = try await client.message("question") { $0["method"] == "elicitation/create" }
      client.cancel("asking")
      let withdrawn = try await client.notification("notifications/cancelled")
      #expect(withdrawn["params"]?["requestId"] == "s-1")
      try await client.settle()
      #expect(client.responses(to: "asking").isEmpty)
    }
  }

  @Test("A new handshake leaves the questions of the old one without an answer")
  func replacedSession() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize(capabilities: ["elicitation": [:]])
      client.begin("tools/call", Self.call("test_elicitation"), id: "asking")
      _ = try await client.message("question") { $0["method"] == "elicitation/create" }
      try await client.initialize()
      let answer = try await client.response(to: "asking")
      #expect(answer["result"]?["content"]?[0]?["text"] == "unavailable: abandoned")
    }
  }

  @Test("Addresses, the model and folders are asked for in the handshake era too")
  func otherQuestions() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize(
        capabilities: ["elicitation": ["form": [:], "url": [:]], "sampling": [:], "roots": [:]])
      client.answerRequests { method, params in
        switch method {
        case "sampling/createMessage":
          ["role": "assistant", "content": ["type": "text", "text": "Hello"], "model": "m"]
        case "roots/list": ["roots": [["uri": "file:///work", "name": "work"]]]
        default: params?["mode"] == "url" ? ["action": "accept"] : ["action": "cancel"]
        }
      }
      for (tool, text) in [
        ("test_sampling", "LLM response: Hello"), ("test_roots", "file:///work"), ("test_elicitation_url", "opened"),
      ] {
        let answer = try await client.result("tools/call", Self.call(tool))
        #expect(answer["content"]?[0]?["text"]?.stringValue == text)
      }
      let sampling = client.received.first { $0["method"] == "sampling/createMessage" }
      #expect(sampling?["params"]?["maxTokens"]?.intValue == 100)
      #expect(sampling?["params"]?["messages"]?[0]?["content"]?["text"] == "Say hello.")
      let address = client.received.first { $0["params"]?["mode"] == "url" }
      #expect(address?["params"]?["elicitationId"] == address?["id"])
    }
  }

  // MARK: The modern era

  @Test("30. A modern client is never sent a request")
  func neverAsked() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize(capabilities: ["elicitation": [:], "sampling": [:], "roots": [:]])
      let able: MCPTestClient.Dress = .modern(
        capabilities: ["elicitation": ["form": [:], "url": [:]], "sampling": [:], "roots": [:]])
      for tool in ["test_elicitation", "test_sampling", "test_roots", "test_elicitation_url"] {
        let answer = try await client.result("tools/call", Self.call(tool), as: able)
        #expect(answer["resultType"] == "input_required")
        #expect(answer["inputRequests"]?.objectValue?.count == 1)
      }
      #expect(client.received.allSatisfy { $0["method"] == nil })
    }
  }

  @Test("31. A round brings the answer, and the request is served as if it had been asked")
  func rounds() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let call = Self.call("round_with_state", ["arguments": ["id": "7"]])
      let first = try await client.result("tools/call", call, as: Self.elicitation)
      #expect(first["resultType"] == "input_required")
      #expect(first["inputRequests"]?["confirm"]?["method"] == "elicitation/create")
      #expect(first["inputRequests"]?["confirm"]?["params"]?["mode"] == "form")
      #expect(first["ttlMs"] == nil)
      let state = first["requestState"] ?? .null
      let accept: JSONObject = ["confirm": ["action": "accept", "content": ["ok": true]], "extra": 5]
      let done = try await client.result(
        "tools/call", call.merging(["inputResponses": .object(accept), "requestState": state]), as: Self.elicitation)
      #expect(done["resultType"] == "complete")
      #expect(done["content"]?[0]?["text"] == "deleted 7")
      // Without the plan's state an answer is no approval.
      let blind = try await client.result(
        "tools/call", call.merging(["inputResponses": .object(accept)]), as: Self.elicitation)
      #expect(blind["isError"] == true)
    }
  }

  @Test("31. Answers under a wrong key or of a wrong shape are asked for again, never accepted")
  func askedAgain() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let wrong: [JSONObject] = [
        ["other": ["action": "accept", "content": ["username": "x"]]], ["name": 5], ["name": .null],
        ["name": ["action": "accept"]], ["name": ["action": "accept", "content": ["username": 5]]],
        ["name": ["action": "accept", "content": ["username": ""]]], ["name": ["action": "yes"]], [:],
        ["name": ["action": "accept", "content": ["username": "x", "email": "no address"]]],
      ]
      for answers in wrong {
        let result = try await client.result(
          "tools/call", Self.call("test_elicitation", ["inputResponses": .object(answers)]), as: Self.elicitation)
        #expect(result["resultType"] == "input_required", "\(answers)")
      }
      for (action, text) in [("decline", "declined"), ("cancel", "cancelled")] {
        let answers: JSONObject = ["name": ["action": .string(action)]]
        let result = try await client.result(
          "tools/call", Self.call("test_elicitation", ["inputResponses": .object(answers)]), as: Self.elicitation)
        #expect(result["content"]?[0]?["text"]?.stringValue == text)
      }
      for value in [5, .null, "x", []] as [JSONValue] {
        let code = try await client.errorCode(
          "tools/call", Self.call("test_elicitation", ["inputResponses": value]), as: Self.elicitation)
        #expect(code == -32602)
      }
    }
  }

  @Test("31. State that was changed, moved to another request, or expired is refused")
  func tamperedState() async throws {
    let timekeeper = VirtualTimekeeper(.manual)
    try await MCPHarness.run(ConformanceServer.make { $0.timekeeper = timekeeper }) { client, _ in
      let call = Self.call("round_with_state", ["arguments": ["id": "7"]])
      let first = try await client.result("tools/call", call, as: Self.elicitation)
      let state = first["requestState"]?.stringValue ?? ""
      let other = Self.call("round_with_state", ["arguments": ["id": "8"]])
      let attempts: [(JSONObject, JSONValue)] = [
        (call, .string(state + "A")), (call, .string(String(state.dropLast()))), (call, ""), (call, 5), (call, .null),
        (call, .string(state.uppercased())), (other, .string(state)),
        (Self.call("round_of_state_alone"), .string(state)),
      ]
      for (params, given) in attempts {
        let code = try await client.errorCode(
          "tools/call", params.merging(["requestState": given]), as: Self.elicitation)
        #expect(code == -32602)
      }
      timekeeper.advance(by: .seconds(901))
      let expired = try await client.errorCode(
        "tools/call", call.merging(["requestState": .string(state)]), as: Self.elicitation)
      #expect(expired == -32602)
    }
  }

  @Test("31. The order of members does not matter to the state")
  func canonicalState() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let call: JSONObject = ["arguments": ["id": "7"], "name": "round_with_state"]
      let first = try await client.result(
        "tools/call", Self.call("round_with_state", ["arguments": ["id": "7"]]), as: Self.elicitation)
      let answers: JSONValue = ["confirm": ["action": "accept", "content": ["ok": true]]]
      let done = try await client.result(
        "tools/call",
        call.merging(["requestState": first["requestState"] ?? .null, "inputResponses": answers]), as: Self.elicitation)
      #expect(done["content"]?[0]?["text"] == "deleted 7")
    }
  }

  @Test("31. Numbers that one double cannot tell apart are told apart by the state")
  func exactState() async throws {
    let tool = ConformanceTools.plain("exact", "Keeps state.", input: ["type": "object"]) { _, context in
      context.inputs.state == nil ? .inputRequired(InputRequired([], state: [1])) : .result(.text("resumed"))
    }
    try await MCPHarness.run(ConformanceServer.make(extraTools: [tool])) { client, _ in
      let call = Self.call("exact", ["arguments": ["amount": 9_007_199_254_740_993]])
      let first = try await client.result("tools/call", call, as: .modern())
      let state: JSONObject = ["requestState": first["requestState"] ?? .null]
      let other = Self.call("exact", ["arguments": ["amount": 9_007_199_254_740_992]])
      let refused = try await client.errorCode("tools/call", other.merging(state), as: .modern())
      #expect(refused == -32602)
      let resumed = try await client.result("tools/call", call.merging(state), as: .modern())
      #expect(resumed["resultType"] == "complete")
    }
  }

  @Test("31. State alone is a round too")
  func stateOnly() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let call = Self.call("round_of_state_alone")
      let first = try await client.result("tools/call", call, as: .modern())
      #expect(first["inputRequests"] == nil)
      let done = try await client.result(
        "tools/call", call.merging(["requestState": first["requestState"] ?? .null]), as: .modern())
      #expect(done["content"]?[0]?["text"] == "resumed")
    }
  }

  @Test("31. Two questions go in one round, under two keys")
  func twoQuestions() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let able: MCPTestClient.Dress = .modern(capabilities: ["elicitation": [:], "roots": [:]])
      let call = Self.call("round_of_two")
      let first = try await client.result("tools/call", call, as: able)
      #expect(first["inputRequests"]?.objectValue?.keys.sorted() == ["folders", "name"])
      #expect(first["inputRequests"]?["folders"] == ["method": "roots/list", "params": [:]])
      var answers: JSONObject = ["name": ["action": "accept", "content": ["username": "Ada"]]]
      let second = try await client.result("tools/call", call.merging(["inputResponses": .object(answers)]), as: able)
      #expect(second["inputRequests"]?.objectValue?.keys == ["folders"])
      answers["folders"] = ["roots": [["uri": "file:///a"]]]
      let done = try await client.result("tools/call", call.merging(["inputResponses": .object(answers)]), as: able)
      #expect(done["content"]?[0]?["text"] == #"Ada in ["file:///a"]"#)
    }
  }

  @Test("31. What a client did not declare is never asked, and named in the error")
  func undeclaredModern() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let answer = try await client.request(
        "tools/call", Self.call("round_undeclared"), as: Self.elicitation)
      #expect(answer["error"]?["code"]?.intValue == -32021)
      #expect(answer["error"]?["data"]?["requiredCapabilities"] == ["roots": [:]])
      // An answer that is there anyway is taken on its merits.
      let answers: JSONValue = ["folders": ["roots": [["uri": "file:///a"]]]]
      let merits = try await client.result(
        "tools/call", Self.call("test_roots", ["inputResponses": answers]), as: .modern())
      #expect(merits["content"]?[0]?["text"] == "file:///a")
    }
  }

  @Test("31. Prompts and resources have rounds as well; lists have none")
  func otherMethods() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let answers: JSONValue = ["user_context": ["action": "accept", "content": ["context": "the invoice"]]]
      let name: JSONValue = "test_input_required_result_prompt"
      let prompt = try await client.result("prompts/get", ["name": name], as: Self.elicitation)
      #expect(prompt["resultType"] == "input_required")
      let filled = try await client.result(
        "prompts/get", ["name": name, "inputResponses": answers], as: Self.elicitation)
      #expect(filled["messages"]?[0]?["content"]?["text"] == "Use the invoice")
      let resource = try await client.result("resources/read", ["uri": "test://asking"], as: Self.elicitation)
      #expect(resource["resultType"] == "input_required")
      let list = try await client.result("tools/list", ["inputResponses": 5, "requestState": 5], as: Self.elicitation)
      #expect(list["resultType"] == "complete")
    }
  }

  @Test("Forms are written as each revision knows them")
  func forms() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let modern = try await client.result(
        "tools/call", Self.call("test_elicitation_sep1034_defaults"), as: Self.elicitation)
      let properties = modern["inputRequests"]?["defaults"]?["params"]?["requestedSchema"]?["properties"]
      #expect(properties?["name"] == ["type": "string", "default": "John Doe"])
      #expect(properties?["age"] == ["type": "integer", "minimum": 0, "maximum": 150, "default": 30])
      #expect(properties?["status"]?["enum"] == ["active", "inactive", "pending"])
      #expect(properties?["verified"] == ["type": "boolean", "default": true])
      let choices = try await client.result(
        "tools/call", Self.call("test_elicitation_sep1330_enums"), as: Self.elicitation)
      let schemas = choices["inputRequests"]?["choices"]?["params"]?["requestedSchema"]?["properties"]
      #expect(schemas?["titledSingle"]?["oneOf"]?[0] == ["const": "value1", "title": "First Option"])
      #expect(schemas?["untitledMulti"]?["items"] == ["type": "string", "enum": ["option1", "option2"]])
      #expect(schemas?["titledMulti"]?["items"]?["anyOf"]?[1] == ["const": "value2", "title": "Second Choice"])
      client.answerRequests { _, _ in ["action": "cancel"] }
      try await client.initialize("2025-06-18", capabilities: ["elicitation": [:]])
      _ = try await client.request("tools/call", Self.call("test_elicitation_sep1034_defaults"))
      let asked = client.received.last { $0["method"] == "elicitation/create" }
      let old = asked?["params"]?["requestedSchema"]?["properties"]
      #expect(old?["name"] == ["type": "string"])
      #expect(old?["verified"]?["default"] == true)
    }
  }
}
