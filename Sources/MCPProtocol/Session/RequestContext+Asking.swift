package import AdminCore

/// One way to ask in both eras: a handshake client is sent a request and awaited; a modern one has brought the answer,
/// or is told to come back with it.
extension RequestContext {
  /// Shows a form to the person at the client.
  ///
  /// - Parameters:
  ///   - key: names the question; the same in every round.
  ///   - state: what the next round needs to know again, sealed on its way through the client.
  package func elicit(
    _ key: String, _ form: ElicitationForm, state: [UInt8]? = nil
  ) async -> ClientAnswer<FormContent> {
    await ask(key, .form(form), state: state) { answer in
      Self.elicited(answer) { form.content(from: answer["content"]) }
    }
  }

  /// Asks the person to open an address. Consent says nothing about what happens there.
  package func elicit(
    _ key: String, opening url: String, message: String, state: [UInt8]? = nil
  ) async -> ClientAnswer<Void> {
    await ask(key, .address(url: url, message: message), state: state) { answer in
      Self.elicited(answer) { () }
    }
  }

  /// Has the client's model continue a conversation; the answer is the client's message as it stands.
  package func sample(
    _ key: String, _ request: SamplingRequest, state: [UInt8]? = nil
  ) async -> ClientAnswer<JSONObject> {
    await ask(key, .sampling(request), state: state) { answer in
      guard let message = answer.objectValue, message["role"]?.stringValue != nil, message["content"] != nil else {
        return nil
      }
      return .accepted(message)
    }
  }

  package func roots(_ key: String, state: [UInt8]? = nil) async -> ClientAnswer<[Root]> {
    await ask(key, .roots, state: state) { answer in
      guard let roots = answer["roots"]?.arrayValue else { return nil }
      let listed = roots.compactMap { root in
        root["uri"]?.stringValue.map { Root(uri: $0, name: root["name"]?.stringValue) }
      }
      return listed.count == roots.count ? .accepted(listed) : nil
    }
  }

  /// - Parameter read: turns an answer into its meaning; `nil` for one that has none.
  private func ask<Value: Sendable>(
    _ key: String, _ request: InputRequest, state: [UInt8]?, _ read: (JSONValue) -> ClientAnswer<Value>?
  ) async -> ClientAnswer<Value> {
    if revision.isModern {
      if let answer = inputs.answers[key], let meaning = read(answer) { return meaning }
      guard request.isPossible(with: scope) else { return .unavailable(.notSupported) }
      return .pending(InputRequired([.init(key, request)], state: state))
    }
    guard request.isPossible(with: scope) else { return .unavailable(.notSupported) }
    switch await channel.ask(request) {
    case .success(let answer): return read(answer) ?? .unavailable(.malformedAnswer)
    case .failure(let failure): return .unavailable(failure.reason)
    }
  }

  private static func elicited<Value: Sendable>(
    _ answer: JSONValue, _ content: () -> Value?
  ) -> ClientAnswer<Value>? {
    switch answer["action"]?.stringValue {
    case "accept": content().map(ClientAnswer.accepted)
    case "decline": .declined
    case "cancel": .cancelled
    default: nil
    }
  }
}
