package import AdminCore

/// Microsoft Graph v1.0 for one tenant. A value of dependencies: what it can do stands in extensions, one file for each
/// area.
package struct GraphClient: Sendable {
  package let caller: ServiceCaller
  package let tokens: any TokenSource
  package let endpoints: ServiceEndpoints
  package let timekeeper: any Timekeeper

  package init(
    caller: ServiceCaller, tokens: any TokenSource, endpoints: ServiceEndpoints, timekeeper: any Timekeeper
  ) {
    self.caller = caller
    self.tokens = tokens
    self.endpoints = endpoints
    self.timekeeper = timekeeper
  }

  /// An address below the version, as references in bodies need it.
  package func reference(_ path: GraphPath) -> String { "\(endpoints.graph)/v1.0\(path.text)" }

  /// - Throws: the refusal in the administrator's terms, or `WF_005` when it cannot be told whether a change took effect.
  package func send(_ call: GraphCall) async throws(AdminError) -> GraphReply {
    if let flaw = call.path.flaw { throw AdminError(.invalidArgument, flaw) }
    guard let url = HTTPURL(origin: endpoints.graph, target: "/v1.0\(call.path.text)\(call.query.text)") else {
      throw AdminError(.invalidArgument, "The query is too long or holds characters that an address cannot hold.")
    }
    return try await send(call, to: url)
  }

  /// - Parameter url: of Graph itself, given by it (`@odata.nextLink`) or made by `send`.
  func send(_ call: GraphCall, to url: HTTPURL) async throws(AdminError) -> GraphReply {
    let id = LocalID.make(at: timekeeper.now()).text
    var request = HTTPRequest(call.method, url, headers: headers(for: call, id: id), acceptsCompression: true)
    request.headers["Content-Type"] = call.contentType
    request.body = call.payload
    var service = ServiceCall(
      request, service: .graph, workload: call.workload, template: call.path.template, safety: call.safety,
      policy: call.isFresh ? .replication : call.policy, audience: endpoints.graphAudience, budget: call.budget)
    service.hint = { [isFresh = call.isFresh] in GraphHint.of($0, isFresh: isFresh) }
    let answer = try await caller.perform(service, tokens: tokens)
    guard answer.response.isSuccess else { throw await refusal(of: call, answer, id: id) }
    return try reply(answer.response, to: call)
  }

  private func headers(for call: GraphCall, id: String) -> HTTPHeaders {
    var headers = call.optionHeaders
    headers["Accept"] = "application/json"
    headers["client-request-id"] = id
    headers["return-client-request-id"] = "true"
    return headers
  }

  private func reply(_ response: HTTPResponse, to call: GraphCall) throws(AdminError) -> GraphReply {
    guard !response.body.isEmpty else {
      return GraphReply(status: response.status, headers: response.headers, json: .null)
    }
    do throws(JSONParseError) {
      let json = try JSONParser.parse(response.body)
      return GraphReply(status: response.status, headers: response.headers, json: json)
    } catch {
      let message = "Microsoft Graph answered \(call.operation) with something that is not JSON."
      guard call.safety == .idempotent else {
        throw AdminError(.outcomeUnknown, message + " It probably took effect; look before doing it again.")
          .because(error.description)
      }
      throw AdminError(.graphFailed, message, isRetryable: true).because(error.description)
    }
  }

  private func refusal(of call: GraphCall, _ answer: ServiceAnswer, id: String) async -> AdminError {
    let error = GraphError(
      status: answer.response.status, headers: answer.response.headers, body: answer.response.body,
      retryAfter: answer.retryAfter, confidential: call.confidential)
    let refusal = GraphRefusal(
      error: error, operation: call.operation, permissions: call.permissions, subject: call.subject,
      roles: answer.token.flatMap { TokenClaims($0)?.roles }, clientRequestID: id
    ).adminError
    // What was granted since shows only in a new token.
    if refusal.graphFault == .permissionMissing, let token = answer.token { await tokens.discard(token) }
    return refusal
  }
}

extension GraphCall {
  /// The headers that decide what the call means, and that its further pages and its place in a batch need too.
  var optionHeaders: HTTPHeaders {
    var headers: HTTPHeaders = [:]
    var preferences: [String] = []
    if case .outlook = workload { preferences.append(#"IdType="ImmutableId""#) }
    if includesUnknownMembers { preferences.append("include-unknown-enum-members") }
    if !preferences.isEmpty { headers["Prefer"] = preferences.joined(separator: ", ") }
    if query.isAdvanced { headers["ConsistencyLevel"] = "eventual" }
    headers["If-Match"] = ifMatch
    return headers
  }

  var contentType: String? {
    switch body {
    case .none: nil
    case .json: "application/json"
    case .mime: "text/plain"
    }
  }

  var payload: [UInt8] {
    switch body {
    case .none: []
    case .json(let value): value.serialized
    case .mime(let message): Array(Base64.encode(message).utf8)
    }
  }
}

/// What Graph's answers tell beyond their status about whether trying again makes sense.
enum GraphHint {
  static func of(_ response: HTTPResponse, isFresh: Bool) -> RetryCore.Hint {
    switch response.status {
    case 404 where isFresh: return .notYet
    case 401, 503:
      let error = GraphError(status: response.status, headers: response.headers, body: response.body)
      return error.hasCode("MailboxInfoStale") ? .transient : .none
    default: return .none
    }
  }
}

extension RetryPolicy {
  /// After a change the directory needs seconds to know of it everywhere: 1, 2, 4 and 8 s.
  static let replication = RetryPolicy(
    maximumAttempts: 5, initialDelay: .seconds(1), maximumDelay: .seconds(60), longestServerDelay: .seconds(300))
}
