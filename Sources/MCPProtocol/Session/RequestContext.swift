package import AdminCore

/// What a request came with besides its arguments, and the way back to the client while it is served.
package struct RequestContext: Sendable {
  package let id: RequestID
  package let scope: RequestScope
  /// What a modern request brought from an earlier round; always empty in the handshake era.
  package let inputs: InputResponses
  /// What the caller proves its identity with, as it was sent.
  package let credential: Secret<JSONValue>?
  let channel: any ClientChannel

  package init(
    id: RequestID, scope: RequestScope, inputs: InputResponses = InputResponses(),
    credential: Secret<JSONValue>? = nil, channel: any ClientChannel
  ) {
    self.id = id
    self.scope = scope
    self.inputs = inputs
    self.credential = credential
    self.channel = channel
  }

  /// A context without a client: nobody can be asked, and nobody listens. For work that no session asked for.
  package static func detached(revision: Revision = .modern) -> RequestContext {
    RequestContext(id: "detached", scope: RequestScope(revision: revision), channel: NoClient())
  }

  /// The same request as if it had brought no answers, for a question that must be put before it can be answered.
  package var withoutInputs: RequestContext {
    RequestContext(id: id, scope: scope, credential: credential, channel: channel)
  }

  package var revision: Revision { scope.revision }
  package var capabilities: ClientCapabilities { scope.capabilities }
  package var client: ClientInfo? { scope.client }
  package var meta: JSONObject { scope.meta }

  /// Tells the client how far the work is, if it wants to know. Values must grow; others are dropped, and so are those
  /// that come too fast, save the last one.
  package func reportProgress(_ progress: Double, of total: Double? = nil, _ message: String? = nil) {
    channel.report(ProgressReport(progress: progress, total: total, message: message))
  }

  /// Sends a message to the client's log, where client and level allow it. Never holds a secret.
  package func log(_ severity: LogSeverity, logger: String? = nil, _ data: @autoclosure () -> JSONValue) {
    guard channel.listens(to: severity) else { return }
    channel.log(severity, logger: logger, data())
  }
}

/// Answers and state of an earlier round.
package struct InputResponses: Hashable, Sendable {
  package let answers: JSONObject
  /// What the server sealed in that round, verified.
  package let state: [UInt8]?

  package init(answers: JSONObject = [:], state: [UInt8]? = nil) {
    self.answers = answers
    self.state = state
  }
}

package struct ProgressReport: Hashable, Sendable {
  package let progress: Double
  package let total: Double?
  package let message: String?
}

/// The way from a request's handler back to its client.
package protocol ClientChannel: Sendable {
  func report(_ progress: ProgressReport)
  func listens(to severity: LogSeverity) -> Bool
  func log(_ severity: LogSeverity, logger: String?, _ data: JSONValue)
  /// Handshake era only: sends a request of the server's own and waits for the answer.
  func ask(_ request: InputRequest) async -> Result<JSONValue, ChannelFailure>
}

package struct ChannelFailure: Error, Hashable, Sendable {
  package let reason: Unavailability

  package init(_ reason: Unavailability) { self.reason = reason }
}

private struct NoClient: ClientChannel {
  func report(_ progress: ProgressReport) {}
  func listens(to severity: LogSeverity) -> Bool { false }
  func log(_ severity: LogSeverity, logger: String?, _ data: JSONValue) {}
  func ask(_ request: InputRequest) async -> Result<JSONValue, ChannelFailure> { .failure(.init(.notSupported)) }
}
