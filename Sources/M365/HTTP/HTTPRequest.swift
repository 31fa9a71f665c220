/// The methods that the services here are spoken to with.
package enum HTTPMethod: String, Hashable, Sendable {
  case get = "GET"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
}

/// One request, complete with the bounds of its answer.
package struct HTTPRequest: Sendable {
  /// What an answer may weigh where nobody says otherwise.
  package static let standardResponseSize = 32 << 20
  package static let standardTimeout = Duration.seconds(100)

  package var method: HTTPMethod
  package var url: HTTPURL
  package var headers: HTTPHeaders
  package var body: [UInt8]
  /// From the moment it is handed over until the last byte of the answer.
  package var timeout: Duration
  /// How long nothing may move before the request is given up; `nil` for what the transport holds usual. Longer where a
  /// service works for minutes before it begins to answer.
  package var silenceTimeout: Duration?
  package var maximumResponseSize: Int
  /// Lets the service compress its answer. Off where the answer's declared encoding cannot be trusted (Exchange).
  package var acceptsCompression: Bool
  /// Which addresses the host's name may turn out to have.
  package var reach = Reach.anywhere

  /// Where a request may end up. A name says nothing about that: anybody can give theirs the address of a machine in
  /// our network.
  package enum Reach: Sendable {
    /// For hosts that the settings or the services themselves have named.
    case anywhere
    /// Public addresses only, looked at when the connection is made; no proxy, because that would resolve by itself.
    case publicNetwork
    /// As `publicNetwork`, and this machine: for the simulated tenant.
    case publicNetworkOrLoopback
  }

  package init(
    _ method: HTTPMethod,
    _ url: HTTPURL,
    headers: HTTPHeaders = [:],
    body: [UInt8] = [],
    timeout: Duration = standardTimeout,
    maximumResponseSize: Int = standardResponseSize,
    acceptsCompression: Bool = false
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.maximumResponseSize = maximumResponseSize
    self.acceptsCompression = acceptsCompression
  }

  /// Refuses what would not be sent as it is meant. Every transport asks this first: it is the one gate through which
  /// requests leave.
  package func validate() throws(HTTPFailure) {
    let flaw = headers.flaw ?? (method == .get && !body.isEmpty ? "a GET request has no body" : nil)
    if let flaw { throw HTTPFailure(.malformedRequest, .notSent, flaw) }
  }
}

extension HTTPRequest: CustomStringConvertible, CustomReflectable {
  /// Method and address only: headers, query and body may hold what must not be seen.
  package var description: String { "\(method.rawValue) \(url)" }
  package var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}
