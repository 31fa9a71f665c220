import AdminCore

/// Requests that have to be asked for more: the rounds of the modern era.
extension RequestHandler {
  private static let methodsWithRounds: Set<Method> = [.callTool, .getPrompt, .readResource]

  /// What the client brought from an earlier round. A state that this server did not seal for this very request is
  /// refused before any handler runs; it is never a reason to ask again.
  func inputs(of request: ServedRequest) throws(JSONRPCError) -> InputResponses {
    guard request.revision.isModern, Self.methodsWithRounds.contains(request.method) else { return InputResponses() }
    let answers = request.params["inputResponses"]
    let sealed = request.params["requestState"]
    guard answers != nil || sealed != nil else { return InputResponses() }
    guard case .object(let given) = answers ?? [:] else {
      throw .invalidParams("inputResponses must be an object.")
    }
    guard let sealed else { return InputResponses(answers: given) }
    guard case .string(let text) = sealed,
      let state = requestState(of: request).decode(text, at: server.timekeeper.now())
    else {
      throw .invalidParams("requestState is not valid for this request or has expired; send the request without it.")
    }
    return InputResponses(answers: given, state: state)
  }

  func inputRequired(_ required: InputRequired, _ request: ServedRequest) throws(JSONRPCError) -> [UInt8] {
    guard request.revision.isModern, !(required.entries.isEmpty && required.state == nil) else {
      throw fault("A handler asked for input that cannot be asked for", ["method": .string(request.method.rawValue)])
    }
    for entry in required.entries where !entry.request.isPossible(with: request.scope) {
      throw .missingClientCapability(entry.request.requiredCapabilities)
    }
    let now = server.timekeeper.now()
    let sealed = required.state.map { requestState(of: request).encode($0, at: now) }
    return frame.inputRequired(request) { result in
      required.write(to: &result, for: request.revision, sealedState: sealed)
    }
  }

  private func requestState(of request: ServedRequest) -> RequestState {
    RequestState(
      sealer: server.sealer, lifetime: server.limits.stateLifetime, method: request.method, params: request.params)
  }
}
