import AdminCore
import MCPProtocol
import TestSupport
import Testing

/// The scenarios of the official conformance suite for requests that need several rounds (`input-required-result-…`),
/// with the answers that its client gives.
@Suite("The official suite's rounds")
struct SuiteRoundTests {
  private static let able: MCPTestClient.Dress = .modern(
    capabilities: ["elicitation": [:], "sampling": [:], "roots": [:]])

  private static let paris: JSONValue = [
    "role": "assistant", "content": ["type": "text", "text": "The capital of France is Paris."], "model": "test-model",
    "stopReason": "endTurn",
  ]
  private static let folders: JSONValue = ["roots": [["uri": "file:///test/root", "name": "Test Root"]]]

  private static func accepting(_ content: JSONObject) -> JSONValue {
    ["action": "accept", "content": .object(content)]
  }

  private static func call(_ name: String, _ answers: JSONObject? = nil, state: JSONValue? = nil) -> JSONObject {
    var params: JSONObject = ["name": .string("test_input_required_result_\(name)"), "arguments": [:]]
    params["inputResponses"] = answers.map(JSONValue.object)
    params["requestState"] = state
    return params
  }

  @Test("One question, of each kind, and a complete result with its answer")
  func basic() async throws {
    let scenarios: [(tool: String, key: String, method: String, answer: JSONValue, text: String)] = [
      ("elicitation", "user_name", "elicitation/create", Self.accepting(["name": "Alice"]), "Hello, Alice!"),
      ("sampling", "capital_question", "sampling/createMessage", Self.paris, "The capital of France is Paris."),
      ("list_roots", "client_roots", "roots/list", Self.folders, "file:///test/root"),
    ]
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      for (tool, key, method, answer, text) in scenarios {
        let first = try await client.result("tools/call", Self.call(tool), as: Self.able)
        #expect(first["resultType"] == "input_required", "\(first.text)")
        #expect(first["inputRequests"]?.objectValue?.keys == [key], "one question, under its key")
        #expect(first["inputRequests"]?[key]?["method"] == .string(method), "\(first.text)")
        let done = try await client.result("tools/call", Self.call(tool, [key: answer]), as: Self.able)
        #expect(done["resultType"] == "complete", "\(done.text)")
        #expect(done["content"]?[0]?["text"] == .string(text), "\(done.text)")
      }
    }
  }

  @Test("State goes out as text, and comes back with the answer; one that was changed is a protocol error")
  func state() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      for tool in ["request_state", "tampered_state"] {
        let first = try await client.result("tools/call", Self.call(tool), as: Self.able)
        let state = try #require(first["requestState"]?.stringValue, "\(first.text)")
        #expect(first["inputRequests"]?["confirm"]?["method"] == "elicitation/create", "\(first.text)")
        let answers: JSONObject = ["confirm": Self.accepting(["ok": true])]
        let done = try await client.result("tools/call", Self.call(tool, answers, state: .string(state)), as: Self.able)
        #expect(done["content"]?[0]?["text"] == "state-ok", "\(done.text)")
        let tampered = Self.call(tool, answers, state: .string(state + "-TAMPERED"))
        #expect(try await client.errorCode("tools/call", tampered, as: Self.able) == -32602, "\(tool)")
        let without = try await client.result("tools/call", Self.call(tool, answers), as: Self.able)
        #expect(without["isError"] == true, "an answer without the state it was asked for with is none")
      }
    }
  }

  @Test("Three questions of three kinds in one round")
  func multipleInputs() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let first = try await client.result("tools/call", Self.call("multiple_inputs"), as: Self.able)
      let requests = first["inputRequests"]?.objectValue ?? [:]
      #expect(requests.keys == ["user_name", "greeting", "client_roots"], "\(first.text)")
      #expect(
        requests.compactMap { $0.value["method"]?.stringValue } == [
          "elicitation/create", "sampling/createMessage", "roots/list",
        ], "\(first.text)")
      #expect(requests["greeting"]?["params"]?["maxTokens"] == 50, "\(first.text)")
      let state = try #require(first["requestState"], "\(first.text)")
      let answers: JSONObject = [
        "user_name": Self.accepting(["name": "Alice"]), "greeting": Self.paris, "client_roots": Self.folders,
      ]
      let done = try await client.result(
        "tools/call", Self.call("multiple_inputs", answers, state: state), as: Self.able)
      #expect(done["resultType"] == "complete", "\(done.text)")
      #expect(done["content"]?[0]?["text"]?.stringValue?.contains("Alice") == true, "\(done.text)")
    }
  }

  @Test("Three rounds, each with a state of its own")
  func multiRound() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let first = try await client.result("tools/call", Self.call("multi_round"), as: Self.able)
      #expect(first["inputRequests"]?.objectValue?.keys == ["step1"], "\(first.text)")
      let asked = try #require(first["requestState"], "\(first.text)")
      let name: JSONObject = ["step1": Self.accepting(["name": "Alice"])]
      let second = try await client.result(
        "tools/call", Self.call("multi_round", name, state: asked), as: Self.able)
      #expect(second["resultType"] == "input_required", "\(second.text)")
      #expect(second["inputRequests"]?.objectValue?.keys == ["step2"], "\(second.text)")
      let named = try #require(second["requestState"], "\(second.text)")
      #expect(named != asked, "the state has moved on")
      let color: JSONObject = ["step2": Self.accepting(["color": "blue"])]
      let done = try await client.result("tools/call", Self.call("multi_round", color, state: named), as: Self.able)
      #expect(done["content"]?[0]?["text"] == "Alice likes blue", "\(done.text)")
    }
  }

  @Test("Only what the client declared is asked")
  func capabilityCheck() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let sampling: MCPTestClient.Dress = .modern(capabilities: ["sampling": [:]])
      let answer = try await client.result("tools/call", Self.call("capabilities"), as: sampling)
      #expect(answer["resultType"] == "input_required", "\(answer.text)")
      let methods = (answer["inputRequests"]?.objectValue ?? [:]).compactMap { $0.value["method"]?.stringValue }
      #expect(methods == ["sampling/createMessage"], "\(answer.text)")
      let both = try await client.result("tools/call", Self.call("capabilities"), as: Self.able)
      #expect(both["inputRequests"]?.objectValue?.count == 2, "\(both.text)")
    }
  }

  @Test("A wrong key is asked for again, further keys are left alone, and what is no answer is never taken for one")
  func responses() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let wrong = try await client.result(
        "tools/call", Self.call("elicitation", ["wrong_key": Self.accepting(["data": "wrong"])]), as: Self.able)
      #expect(wrong["resultType"] == "input_required", "\(wrong.text)")
      let more: JSONObject = [
        "user_name": Self.accepting(["name": "Alice"]), "unknown_extra_key": Self.accepting(["foo": "bar"]),
        "another_unexpected": Self.accepting(["baz": 123]),
      ]
      let done = try await client.result("tools/call", Self.call("elicitation", more), as: Self.able)
      #expect(done["content"]?[0]?["text"] == "Hello, Alice!", "\(done.text)")
      let number = try await client.result("tools/call", Self.call("elicitation", ["user_name": 12345]), as: Self.able)
      #expect(number["resultType"] == "input_required", "\(number.text)")
      let null = Self.call("elicitation").merging(["inputResponses": .null])
      #expect(try await client.errorCode("tools/call", null, as: Self.able) == -32602, "null is no object")
    }
  }

  @Test("A prompt is asked for as a tool is; lists never are")
  func otherMethods() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let prompt: JSONObject = ["name": "test_input_required_result_prompt"]
      let first = try await client.result("prompts/get", prompt, as: Self.able)
      #expect(first["resultType"] == "input_required", "\(first.text)")
      let answers: JSONObject = ["user_context": Self.accepting(["context": "test context"])]
      let done = try await client.result(
        "prompts/get", prompt.merging(["inputResponses": .object(answers)]), as: Self.able)
      #expect(done["messages"]?[0]?["content"]?["text"] == "Use test context", "\(done.text)")
      for method in ["tools/list", "prompts/list"] {
        let list = try await client.result(method, as: Self.able)
        #expect(list["resultType"] == "complete", "\(method)")
      }
    }
  }
}
