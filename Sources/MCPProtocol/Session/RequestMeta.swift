package import AdminCore

/// The reserved members of a request's `_meta`.
enum MetaKey {
  static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
  static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
  static let clientInfo = "io.modelcontextprotocol/clientInfo"
  static let logLevel = "io.modelcontextprotocol/logLevel"
  static let serverInfo = "io.modelcontextprotocol/serverInfo"
  static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
  static let progressToken = "progressToken"
}

/// Everything about a request that is not its method's own: which revision it is in, who asks, and what they can do.
package struct RequestScope: Hashable, Sendable {
  package let revision: Revision
  package let capabilities: ClientCapabilities
  package let client: ClientInfo?
  /// The least severe log message a modern request wants to see; `nil` for none at all.
  package let logLevel: LogSeverity?
  /// All of `_meta`, W3C trace context included.
  package let meta: JSONObject

  package init(
    revision: Revision, capabilities: ClientCapabilities = ClientCapabilities(), client: ClientInfo? = nil,
    logLevel: LogSeverity? = nil, meta: JSONObject = [:]
  ) {
    self.revision = revision
    self.capabilities = capabilities
    self.client = client
    self.logLevel = logLevel
    self.meta = meta
  }

  /// A token of another type than the protocol allows counts as none.
  var progressToken: RequestID? { meta[MetaKey.progressToken].flatMap(RequestID.init) }
}
