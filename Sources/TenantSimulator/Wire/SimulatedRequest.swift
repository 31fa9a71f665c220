/// A request as it reaches the tenant, whichever way it came: over a socket or from a test in the same process.
package struct SimulatedRequest: Sendable {
  package var method: String
  /// As received, with every escape in place: a path with its query, or an absolute URL.
  package var url: String
  package var headers: HeaderFields
  package var body: [UInt8]
  /// Whether it came over TLS; an absolute URL says so itself.
  package var isSecure: Bool

  package init(
    _ method: String, _ url: String, headers: HeaderFields = [:], body: [UInt8] = [], isSecure: Bool = false
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.isSecure = isSecure
  }
}

/// What the tenant answers.
package struct SimulatedResponse: Sendable {
  package var status: Int
  package var headers: HeaderFields
  package var body: [UInt8]

  package init(status: Int, headers: HeaderFields = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// The connection was closed and no answer came, on purpose (`drop_before`, `drop_after`) or because the simulator
/// stops. Whether the request took effect is for the caller to find out, as in life.
package struct ConnectionLost: Error, Sendable, Hashable {
  package init() {}
}
