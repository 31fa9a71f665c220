/// Where a request goes: origin, raw path and raw query.
struct RequestTarget: Sendable, Hashable {
  /// `https://graph.microsoft.com`; the place that links in the answer point back to.
  let origin: String
  /// Without the query, escapes in place.
  let path: String
  /// `nil` when there is no question mark.
  let query: String?

  /// - Parameter request: its URL is absolute, or it has a `Host` header; behind a proxy that terminates TLS,
  ///   `X-Forwarded-Proto` names the scheme the client used.
  init(_ request: SimulatedRequest) {
    let (origin, rest) = Self.split(request)
    self.origin = origin
    let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = halves.first.map(String.init) ?? "/"
    query = halves.count == 2 ? String(halves[1]) : nil
  }

  /// Where parts of large attachments go: to Outlook, when Graph was called by its real name.
  var uploadOrigin: String { origin.hasPrefix("https://graph.") ? "https://outlook.office.com" : origin }

  private static func split(_ request: SimulatedRequest) -> (String, Substring) {
    if let scheme = request.url.firstRange(of: "://") {
      let authority = request.url[scheme.upperBound...]
      let end = authority.firstIndex { $0 == "/" || $0 == "?" } ?? authority.endIndex
      let rest = authority[end...]
      return (String(request.url[..<end]), rest.isEmpty || rest.first == "?" ? "/" + rest : rest)
    }
    let scheme = request.isSecure || request.headers["X-Forwarded-Proto"] == "https" ? "https" : "http"
    return ("\(scheme)://\(request.headers["Host"] ?? "localhost")", request.url[...])
  }
}
