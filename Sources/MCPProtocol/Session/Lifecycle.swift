import AdminCore

/// What a handshake settled.
package struct LegacySession: Hashable, Sendable {
  package let revision: Revision
  package let capabilities: ClientCapabilities
  package let client: ClientInfo?
  /// Whether the client has confirmed the handshake; only then may the server speak first.
  package internal(set) var isInitialized = false
}

/// Decides for each request which era it belongs to and whether it can be served. No request of one era ever changes
/// how requests of the other are treated: clients probe, time out and fall back, in any order.
package struct Lifecycle: Sendable {
  package enum Route: Hashable, Sendable {
    case handshake(LegacySession)
    case ping
    case serve(Method, RequestScope)
    case refuse(JSONRPCError)
  }

  private let served: ServedMethods
  package private(set) var session: LegacySession?

  package init(_ capabilities: ServerCapabilities) { served = ServedMethods(capabilities) }

  /// - Important: a handshake replaces any session there was.
  package mutating func route(_ request: JSONRPCRequest) -> Route {
    let meta = request.params.meta
    let isEnveloped = meta.map { $0[MetaKey.protocolVersion] != nil || $0[MetaKey.clientCapabilities] != nil } ?? false
    let method = Method(rawValue: request.method)
    if method == .initialize {
      let version = meta?[MetaKey.protocolVersion]?.stringValue.flatMap(Revision.init)
      if let version, version.isModern { return .refuse(.methodNotFound(request.method)) }
      return handshake(request.params)
    }
    if isEnveloped || Method.modernOnlyNames.contains(request.method) { return modern(request, method, meta) }
    if method == .ping { return .ping }
    guard let method, served.legacy.contains(method) else { return .refuse(.methodNotFound(request.method)) }
    guard let session else {
      return .refuse(
        .invalidParams("Send initialize first, or give _meta with protocolVersion and clientCapabilities."))
    }
    guard request.params != .malformed else { return .refuse(Self.malformedParams) }
    return .serve(
      method,
      RequestScope(
        revision: session.revision, capabilities: session.capabilities, client: session.client, meta: meta ?? [:]))
  }

  /// - Returns: whether this confirmed a handshake that was open.
  package mutating func confirmHandshake() -> Bool {
    guard let session, !session.isInitialized else { return false }
    self.session?.isInitialized = true
    return true
  }

  private static let malformedParams = JSONRPCError.invalidParams("The params of a request are an object.")

  private mutating func handshake(_ params: JSONRPCParams) -> Route {
    guard let members = params.members, case .string(let requested) = members["protocolVersion"] else {
      return .refuse(.invalidParams("initialize needs the string protocolVersion."))
    }
    let capabilities = members["capabilities"] ?? [:]
    guard case .object(let declared) = capabilities else {
      return .refuse(.invalidParams("The capabilities of a client are an object."))
    }
    let known = Revision(rawValue: requested).flatMap { $0.isModern ? nil : $0 }
    let session = LegacySession(
      revision: known ?? .newestLegacy, capabilities: ClientCapabilities(declared),
      client: ClientInfo(members["clientInfo"]))
    self.session = session
    return .handshake(session)
  }

  /// The first thing that is wrong wins, in the order the protocol gives.
  private func modern(_ request: JSONRPCRequest, _ method: Method?, _ meta: JSONObject?) -> Route {
    guard let meta, case .string(let version) = meta[MetaKey.protocolVersion],
      case .object(let declared) = meta[MetaKey.clientCapabilities]
    else {
      return .refuse(
        .invalidParams("_meta must hold the string protocolVersion and the object clientCapabilities."))
    }
    guard let revision = Revision(rawValue: version), revision.isModern else {
      return .refuse(.unsupportedProtocolVersion(version))
    }
    guard let method, served.modern.contains(method) else { return .refuse(.methodNotFound(request.method)) }
    var logLevel: LogSeverity?
    if let wanted = meta[MetaKey.logLevel] {
      logLevel = wanted.stringValue.flatMap(LogSeverity.init)
      guard logLevel != nil else {
        return .refuse(.invalidParams("logLevel is none of \(LogSeverity.names)."))
      }
    }
    return .serve(
      method,
      RequestScope(
        revision: revision, capabilities: ClientCapabilities(declared), client: ClientInfo(meta[MetaKey.clientInfo]),
        logLevel: logLevel, meta: meta))
  }
}
