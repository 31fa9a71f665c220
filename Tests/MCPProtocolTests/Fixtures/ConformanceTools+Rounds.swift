import AdminCore
import MCPProtocol

/// The official suite's fixtures for requests that need several rounds, with the keys and texts that it looks for.
extension ConformanceTools {
  static let suiteRounds: [ToolDefinition] = [
    plain("test_input_required_result_elicitation", "Asks for a name.") { _, context in
      outcome(await context.elicit("user_name", userName)) { "Hello, \($0.text("name") ?? "")!" }
    },
    plain("test_input_required_result_sampling", "Asks the model.") { _, context in
      outcome(await context.sample("capital_question", capital), said)
    },
    plain("test_input_required_result_list_roots", "Asks for the client's folders.") { _, context in
      outcome(await context.roots("client_roots")) { $0.map(\.uri).joined(separator: ",") }
    },
    plain("test_input_required_result_request_state", "Wants its state back.") { _, context in
      await confirmed(keeping: "request-state", context)
    },
    plain("test_input_required_result_tampered_state", "Refuses a state that was changed.") { _, context in
      await confirmed(keeping: "tamper-test", context)
    },
    plain("test_input_required_result_multiple_inputs", "Asks three things at once.") { _, context in
      let state = Array("multiple-inputs".utf8)
      let name = await context.elicit("user_name", userName, state: state)
      let greeting = await context.sample("greeting", question("Generate a greeting", tokens: 50), state: state)
      let roots = await context.roots("client_roots", state: state)
      if let required = together([name.question, greeting.question, roots.question]) {
        return .inputRequired(required)
      }
      guard case .accepted(let content) = name, case .accepted(let message) = greeting, case .accepted(let list) = roots
      else { return .result(ToolResult(content: [.text("incomplete")], isError: true)) }
      return .result(.text("\(said(message)) \(content.text("name") ?? "") in \(list.map(\.uri))"))
    },
    plain("test_input_required_result_multi_round", "Asks two things, one after the other.") { _, context in
      let kept = context.inputs.state.map { String(decoding: $0, as: UTF8.self) } ?? ""
      var name = String(kept.dropFirst(named.count))
      if !kept.hasPrefix(named) {
        let first = textForm("Step 1: What is your name?", "name")
        switch await context.elicit("step1", first, state: Array("asked".utf8)) {
        case .accepted(let content): name = content.text("name") ?? ""
        case let answer: return outcome(answer) { _ in "" }
        }
      }
      let (known, second) = (name, textForm("Step 2: What is your favorite color?", "color"))
      return outcome(await context.elicit("step2", second, state: Array((named + known).utf8))) {
        "\(known) likes \($0.text("color") ?? "")"
      }
    },
    plain("test_input_required_result_capabilities", "Asks for what the client can answer.") { _, context in
      let name = await context.elicit("user_name", userName)
      let answer = await context.sample("capital_question", capital)
      if let required = together([name.question, answer.question]) { return .inputRequired(required) }
      return .result(.text("answered"))
    },
  ]

  static let contextForm = textForm("What context should the prompt use?", "context")

  private static let userName = textForm("What is your name?", "name")
  private static let capital = question("What is the capital of France?", tokens: 100)
  /// What the state of the second round begins with.
  private static let named = "named "

  private static func textForm(_ message: String, _ field: String) -> ElicitationForm {
    ElicitationForm(message: message, fields: [.init(field, .text())])
  }

  private static func question(_ text: String, tokens: Int) -> SamplingRequest {
    SamplingRequest(messages: [PromptMessage(.user, .text(text))], maxTokens: tokens)
  }

  private static func said(_ message: JSONObject) -> String { message["content"]?["text"]?.stringValue ?? "?" }

  /// Asks for a confirmation, which counts only together with the state that it was asked for with.
  private static func confirmed(keeping text: String, _ context: RequestContext) async -> ToolOutcome {
    let state = Array(text.utf8)
    let form = ElicitationForm(message: "Please confirm", fields: [.init("ok", .flag())])
    let answer = await context.elicit("confirm", form, state: state)
    if case .accepted = answer, context.inputs.state != state {
      return .result(ToolResult(content: [.text("no state")], isError: true))
    }
    return outcome(answer) { _ in "state-ok" }
  }

  /// All open questions as one round; `nil` where none is open.
  private static func together(_ questions: [InputRequired?]) -> InputRequired? {
    let open = questions.compactMap { $0 }
    guard let first = open.first else { return nil }
    return open.dropFirst().reduce(first) { $0.merging($1) }
  }
}

extension ClientAnswer {
  /// What has to be asked first; `nil` for an answer that is there, or never will be.
  fileprivate var question: InputRequired? {
    if case .pending(let required) = self { required } else { nil }
  }
}
