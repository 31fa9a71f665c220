import AdminCore
import MCPProtocol
import TestSupport
import Testing

/// A client that gives one answer to everything.
private struct ScriptedClient: ClientChannel {
  var answer: Result<JSONValue, ChannelFailure> = .failure(.init(.timedOut))

  func report(_ progress: ProgressReport) {}
  func listens(to severity: LogSeverity) -> Bool { false }
  func log(_ severity: LogSeverity, logger: String?, _ data: JSONValue) {}
  func ask(_ request: InputRequest) async -> Result<JSONValue, ChannelFailure> { answer }
}

@Suite("Elicitation forms")
struct ElicitationFormTests {
  private static func elicit(_ kind: ElicitationForm.Kind, answer: JSONValue) async -> FormContent? {
    let content: JSONValue = ["x": answer, "surplus": 1]
    let context = RequestContext(
      id: 1, scope: RequestScope(revision: .modern, capabilities: ClientCapabilities(["elicitation": [:]])),
      inputs: InputResponses(answers: ["q": ["action": "accept", "content": content]]), channel: ScriptedClient())
    let form = ElicitationForm(message: "?", fields: [.init("x", kind)])
    if case .accepted(let content) = await context.elicit("q", form) { return content }
    return nil
  }

  private static let choices = [ElicitationForm.Choice("a", title: "A"), .init("b")]

  @Test(
    "An answer that keeps the form is accepted, with the form's own fields only",
    arguments: [
      (.text(), "any"), (.text(length: 1...3), "abc"), (.text(format: .email), "a@b.c"),
      (.text(format: .uri), "https://x"), (.text(format: .date), "2026-01-05"),
      (.text(format: .dateTime), "2026-01-05T08:00:00Z"), (.number(), 1.5), (.number(0...1), 1), (.integer(), -3),
      (.integer(1...2), 2), (.flag(), false), (.oneOf(choices), "a"), (.severalOf(choices), []),
      (.severalOf(choices, count: 1...2), ["a", "b"]),
    ] as [(ElicitationForm.Kind, JSONValue)])
  func accepted(_ kind: ElicitationForm.Kind, _ answer: JSONValue) async {
    #expect(await Self.elicit(kind, answer: answer)?.values == ["x": answer])
  }

  @Test(
    "An answer that breaks the form is not",
    arguments: [
      (.text(), 5), (.text(), .null), (.text(length: 1...3), ""), (.text(length: 1...3), "abcd"),
      (.text(format: .email), "ab.c"), (.text(format: .email), "a@b@c"), (.text(format: .uri), "x y"),
      (.text(format: .date), "2026-13-05"), (.text(format: .date), "2026-01-05T08:00:00Z"),
      (.text(format: .dateTime), "2026-01-05"), (.number(), "1"), (.number(0...1), 1.1), (.integer(), 1.5),
      (.integer(1...2), 3), (.flag(), "true"), (.oneOf(choices), "A"), (.severalOf(choices), "a"),
      (.severalOf(choices), ["c"]), (.severalOf(choices, count: 1...1), ["a", "b"]),
    ] as [(ElicitationForm.Kind, JSONValue)])
  func refused(_ kind: ElicitationForm.Kind, _ answer: JSONValue) async {
    #expect(await Self.elicit(kind, answer: answer) == nil)
  }

  @Test("Contents are read by type")
  func contents() async {
    let text = await Self.elicit(.text(), answer: "t")
    #expect(text?.text("x") == "t" && text?.flag("x") == nil)
    let flag = await Self.elicit(.flag(), answer: true)
    #expect(flag?.flag("x") == true)
    let integer = await Self.elicit(.integer(), answer: 4)
    #expect(integer?.integer("x") == 4 && integer?.number("x") == 4)
    let texts = await Self.elicit(.severalOf(Self.choices), answer: ["a"])
    #expect(texts?.texts("x") == ["a"] && texts?.text("missing") == nil)
  }

  @Test("A person is shown nothing that cannot be seen")
  func cleaned() async throws {
    let context = RequestContext(
      id: 1, scope: RequestScope(revision: .modern, capabilities: ClientCapabilities(["elicitation": [:]])),
      channel: ScriptedClient())
    let form = ElicitationForm(
      message: "Send to \u{202E}moc.live",
      fields: [.init("x", .oneOf([.init("a", title: "A\u{200B}")]), title: "T\u{200B}", description: "D\u{200B}")])
    guard case .pending(let required) = await context.elicit("q", form) else {
      Issue.record("not asked")
      return
    }
    let tool = ConformanceTools.plain("ask", "Asks.") { _, _ in .inputRequired(required) }
    let answer = try await MCPHarness.run(ConformanceServer.make(extraTools: [tool])) { client, _ in
      try await client.result("tools/call", ["name": "ask"], as: .modern(capabilities: ["elicitation": [:]]))
    }
    let params = answer["inputRequests"]?["q"]?["params"]
    #expect(params?["message"] == "Send to moc.live")
    #expect(
      params?["requestedSchema"]?["properties"]?["x"] == [
        "type": "string", "oneOf": [["const": "a", "title": "A"]], "title": "T", "description": "D",
      ])
  }

  @Test("Of two questions with one key the later one counts")
  func distinctKeys() {
    let required = InputRequired([.init("a", .roots), .init("b", .roots)])
      .merging(InputRequired([.init("a", .address(url: "https://x", message: "m"))], state: [1]))
    #expect(required.entries.map(\.key) == ["b", "a"])
    #expect(required.state == [1])
  }

  @Test(
    "What must be declared is named as an object",
    arguments: [
      (.roots, ["roots": [:]]), (.address(url: "u", message: "m"), ["elicitation": ["url": [:]]]),
      (.sampling(SamplingRequest(messages: [], maxTokens: 1)), ["sampling": [:]]),
      (.form(ElicitationForm(message: "", fields: [])), ["elicitation": [:]]),
    ] as [(InputRequest, JSONObject)])
  func required(_ request: InputRequest, _ capabilities: JSONObject) {
    #expect(request.requiredCapabilities == capabilities)
  }

  @Test("Malformed answers about the model and folders are no answers")
  func malformedAnswers() async {
    let capabilities = ClientCapabilities(["sampling": ["tools": [:]], "roots": [:]])
    #expect(capabilities.samplesWithTools)
    for answer in [[:], ["role": "assistant"], 5, ["roots": [["uri": 5]]], ["roots": 5]] as [JSONValue] {
      let context = RequestContext(
        id: 1, scope: RequestScope(revision: .v20251125, capabilities: capabilities),
        channel: ScriptedClient(answer: .success(answer)))
      guard
        case .unavailable(.malformedAnswer) = await context.sample("m", SamplingRequest(messages: [], maxTokens: 1)),
        case .unavailable(.malformedAnswer) = await context.roots("r")
      else {
        Issue.record("accepted \(answer)")
        continue
      }
    }
  }
}
