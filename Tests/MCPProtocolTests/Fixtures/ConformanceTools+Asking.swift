import AdminCore
import MCPProtocol

/// Tools that ask the client, written once for both eras.
extension ConformanceTools {
  static func outcome<Value>(
    _ answer: ClientAnswer<Value>, _ accepted: (Value) -> String
  ) -> ToolOutcome {
    switch answer {
    case .accepted(let value): .result(.text(accepted(value)))
    case .declined: .result(.text("declined"))
    case .cancelled: .result(.text("cancelled"))
    case .unavailable(let reason): .result(ToolResult(content: [.text("unavailable: \(reason)")], isError: true))
    case .pending(let required): .inputRequired(required)
    }
  }

  static let nameForm = ElicitationForm(
    message: "What is your name?",
    fields: [
      .init("username", .text(length: 1...60), description: "User's response"),
      .init("email", .text(format: .email), description: "User's email address", isRequired: false),
    ])

  static let defaultsForm = ElicitationForm(
    message: "Please review the defaults.",
    fields: [
      .init("name", .text(default: "John Doe"), isRequired: false),
      .init("age", .integer(0...150, default: 30), isRequired: false),
      .init("score", .number(0...100, default: 95.5), isRequired: false),
      .init(
        "status", .oneOf([.init("active"), .init("inactive"), .init("pending")], default: "active"), isRequired: false),
      .init("verified", .flag(default: true), isRequired: false),
    ])

  static let choicesForm = ElicitationForm(
    message: "Please choose.",
    fields: [
      .init("untitledSingle", .oneOf([.init("option1"), .init("option2")]), isRequired: false),
      .init(
        "titledSingle", .oneOf([.init("value1", title: "First Option"), .init("value2", title: "Second Option")]),
        isRequired: false),
      .init(
        "untitledMulti", .severalOf([.init("option1"), .init("option2")], count: 0...2, default: ["option1"]),
        isRequired: false),
      .init(
        "titledMulti", .severalOf([.init("value1", title: "First Choice"), .init("value2", title: "Second Choice")]),
        isRequired: false),
    ])

  static let asking: [ToolDefinition] = [
    plain("test_elicitation", "Asks for a name.") { _, context in
      outcome(await context.elicit("name", nameForm)) { "User response: \($0.text("username") ?? "?")" }
    },
    plain("test_elicitation_sep1034_defaults", "Asks with defaults.") { _, context in
      outcome(await context.elicit("defaults", defaultsForm)) { JSONValue.object($0.values).text }
    },
    plain("test_elicitation_sep1330_enums", "Asks for choices.") { _, context in
      outcome(await context.elicit("choices", choicesForm)) { JSONValue.object($0.values).text }
    },
    plain("test_elicitation_url", "Asks to open an address.") { _, context in
      outcome(await context.elicit("open", opening: "https://example.com/sign", message: "Please sign.")) { "opened" }
    },
    plain("test_sampling", "Asks the model.") { _, context in
      let request = SamplingRequest(
        messages: [PromptMessage(.user, .text("Say hello."))], maxTokens: 100, systemPrompt: "Be short.")
      return outcome(await context.sample("model", request)) { message in
        "LLM response: \(message["content"]?["text"]?.stringValue ?? "?")"
      }
    },
    plain("test_roots", "Asks for the client's folders.") { _, context in
      outcome(await context.roots("folders")) { $0.map(\.uri).joined(separator: ",") }
    },
    plain("test_missing_capability", "Cannot go on without a form.") { _, context in
      switch await context.elicit("name", nameForm) {
      case .unavailable(.notSupported): .protocolError(.missingClientCapability(["elicitation": [:]]))
      case let answer: outcome(answer) { _ in "answered" }
      }
    },
    plain("test_streaming_elicitation", "Reports progress, then asks.") { _, context in
      context.reportProgress(1, of: 2, "asking")
      return outcome(await context.elicit("name", nameForm)) { "User response: \($0.text("username") ?? "?")" }
    },
  ]

  // MARK: Rounds

  static let rounds: [ToolDefinition] = suiteRounds + ownRounds

  /// For what the official suite leaves open.
  private static let ownRounds: [ToolDefinition] = [
    plain("round_with_state", "Keeps state between rounds.", input: idSchema) { request, context in
      let id = request.arguments["id"]?.stringValue ?? ""
      let state = Array("plan \(id)".utf8)
      switch await context.elicit("confirm", confirmForm(id), state: state) {
      case .accepted(let content) where content.flag("ok") == true:
        guard context.inputs.state == state else {
          return .result(ToolResult(content: [.text("no plan")], isError: true))
        }
        return .result(.text("deleted \(id)"))
      case let answer: return outcome(answer) { _ in "kept" }
      }
    },
    plain("round_of_two", "Asks two questions at once.") { _, context in
      let first = await context.elicit("name", nameForm)
      let second = await context.roots("folders")
      switch (first, second) {
      case (.pending(let left), .pending(let right)): return .inputRequired(left.merging(right))
      case (.pending(let required), _), (_, .pending(let required)): return .inputRequired(required)
      case (.accepted(let name), .accepted(let roots)):
        return .result(.text("\(name.text("username") ?? "") in \(roots.map(\.uri))"))
      default: return .result(ToolResult(content: [.text("incomplete")], isError: true))
      }
    },
    plain("round_of_state_alone", "Comes back with state alone.") { _, context in
      if context.inputs.state == nil { return .inputRequired(InputRequired([], state: [1])) }
      return .result(.text("resumed"))
    },
    plain("round_undeclared", "Asks for roots, declared or not.") { _, _ in
      .inputRequired(InputRequired([.init("folders", .roots)]))
    },
  ]

  private static let idSchema: JSONValue = [
    "type": "object", "properties": ["id": ["type": "string"]], "required": ["id"],
  ]

  private static func confirmForm(_ id: String) -> ElicitationForm {
    ElicitationForm(message: "Delete \(id)?", fields: [.init("ok", .flag())])
  }
}
