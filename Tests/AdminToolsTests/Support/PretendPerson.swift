import AdminCore
import MCPProtocol
import Synchronization

/// The person at a client of the handshake era: answers questions as told, and remembers them.
final class PretendPerson: ClientChannel {
  enum Answer: Sendable {
    case approve, decline, cancel, uncheck
  }

  private struct State {
    var questions: [String] = []
    var progress: [ProgressReport] = []
  }

  private let answer: Answer?
  private let state = Mutex(State())

  /// - Parameter answer: `nil` for a client that cannot ask anybody.
  init(_ answer: Answer? = nil) { self.answer = answer }

  var questions: [String] { state.withLock { $0.questions } }
  var progress: [ProgressReport] { state.withLock { $0.progress } }

  func report(_ progress: ProgressReport) { state.withLock { $0.progress.append(progress) } }
  func listens(to severity: LogSeverity) -> Bool { false }
  func log(_ severity: LogSeverity, logger: String?, _ data: JSONValue) {}

  func ask(_ request: InputRequest) async -> Result<JSONValue, ChannelFailure> {
    guard case .form(let form) = request, let answer else { return .failure(ChannelFailure(.notSupported)) }
    state.withLock { $0.questions.append(form.message) }
    switch answer {
    case .approve: return .success(["action": "accept", "content": ["approve": true]])
    case .uncheck: return .success(["action": "accept", "content": ["approve": false]])
    case .decline: return .success(["action": "decline"])
    case .cancel: return .success(["action": "cancel"])
    }
  }

  /// A request of the handshake era as this person's client sends it.
  ///
  /// - Parameter credential: what the request brings as proof of who makes it.
  func context(progressToken: Bool = true, credential: Secret<JSONValue>? = nil) -> RequestContext {
    let capabilities: JSONObject = answer == nil ? [:] : ["elicitation": [:]]
    return RequestContext(
      id: "1",
      scope: RequestScope(
        revision: .v20251125, capabilities: ClientCapabilities(capabilities),
        meta: progressToken ? ["progressToken": "p"] : [:]),
      credential: credential, channel: self)
  }
}
