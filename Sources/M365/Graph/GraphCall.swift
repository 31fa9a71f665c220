package import AdminCore

/// What a call is about, so that a refusal can be told in the administrator's terms.
package enum GraphSubject: Hashable, Sendable {
  case object
  case user(String)
  case group(String)
  case team(String)
  case mailbox(String)
  case message(mailbox: String)
}

/// One call to Microsoft Graph.
package struct GraphCall: Sendable {
  package enum Body: Sendable {
    case none
    case json(JSONValue)
    /// An RFC 5322 message, which Graph takes as base64 in plain text.
    case mime([UInt8])
  }

  package var method: HTTPMethod
  package var path: GraphPath
  package var query = GraphQuery()
  package var body = Body.none
  package var permissions: [GraphPermission]
  package var safety: RetrySafety
  package var subject = GraphSubject.object
  /// The object was made by us minutes ago, so a 404 means that it has not arrived everywhere yet.
  package var isFresh = false
  /// Asks for enumeration values newer than the first version of an enumeration.
  package var includesUnknownMembers = false
  /// The version of the object that the call is meant for; Planner insists on it.
  package var ifMatch: String?
  /// What was sent and must not come back in a message.
  package var confidential: [Secret<String>] = []
  package var policy = RetryPolicy.service
  /// For all attempts and pauses together.
  package var budget: Duration?

  package init(_ method: HTTPMethod, _ path: GraphPath, permissions: [GraphPermission], safety: RetrySafety) {
    self.method = method
    self.path = path
    self.permissions = permissions
    self.safety = safety
  }

  package static func get(
    _ path: GraphPath, _ query: GraphQuery = GraphQuery(), permissions: [GraphPermission],
    subject: GraphSubject = .object
  ) -> GraphCall {
    var call = GraphCall(.get, path, permissions: permissions, safety: .idempotent)
    call.query = query
    call.subject = subject
    return call
  }

  package static func post(
    _ path: GraphPath, _ body: Body, permissions: [GraphPermission], safety: RetrySafety,
    subject: GraphSubject = .object
  ) -> GraphCall {
    var call = GraphCall(.post, path, permissions: permissions, safety: safety)
    call.body = body
    call.subject = subject
    return call
  }

  /// Absolute values, so that doing it twice leaves what doing it once leaves.
  package static func patch(
    _ path: GraphPath, _ body: JSONValue, permissions: [GraphPermission], subject: GraphSubject = .object
  ) -> GraphCall {
    var call = GraphCall(.patch, path, permissions: permissions, safety: .idempotent)
    call.body = .json(body)
    call.subject = subject
    return call
  }

  package static func put(
    _ path: GraphPath, _ body: JSONValue, permissions: [GraphPermission], subject: GraphSubject = .object
  ) -> GraphCall {
    var call = GraphCall(.put, path, permissions: permissions, safety: .idempotent)
    call.body = .json(body)
    call.subject = subject
    return call
  }

  /// Repeated until it is gone: a 404 is success.
  package static func delete(
    _ path: GraphPath, permissions: [GraphPermission], subject: GraphSubject = .object
  ) -> GraphCall {
    var call = GraphCall(.delete, path, permissions: permissions, safety: .idempotent)
    call.subject = subject
    return call
  }

  /// For messages: the method and the path without its keys.
  package var operation: String { "\(method.rawValue) \(path.template)" }

  package var workload: Workload { path.workload }
}

/// A successful answer of Microsoft Graph.
package struct GraphReply: Sendable {
  package let status: Int
  package let headers: HTTPHeaders
  /// JSON null where there is no body.
  package let json: JSONValue

  /// Under which Microsoft finds the request.
  package var requestID: String? { headers["request-id"].map { VisibleText.excerpt($0, limit: 60) } }
}
