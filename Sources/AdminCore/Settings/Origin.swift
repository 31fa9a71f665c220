/// Scheme, host and port of a service: where requests go, and nowhere else.
package struct Origin: Hashable, Sendable, CustomStringConvertible {
  package let scheme: String
  package let host: String
  /// `nil` for the scheme's own port.
  package let port: Int?

  package init(https host: String) {
    scheme = "https"
    self.host = host
    port = nil
  }

  /// An origin that requests with credentials may go to: https, or http to loopback only.
  ///
  /// - Parameter text: `https://host[:port]` with nothing after it but an optional slash.
  package init?(secure text: String) {
    guard let (scheme, rest) = Self.split(text, at: "://") else { return nil }
    let authority = rest.hasSuffix("/") ? rest.dropLast() : rest
    guard !authority.isEmpty, !authority.contains(where: { "/?#@\\ ".contains($0) }) else { return nil }
    let (host, port) = Self.hostAndPort(authority)
    guard Self.isHost(host), port.map({ (1...65_535).contains($0) }) ?? true else { return nil }
    self.scheme = scheme.lowercased()
    self.host = host.lowercased()
    self.port = port == (self.scheme == "https" ? 443 : 80) ? nil : port
    guard self.scheme == "https" || (self.scheme == "http" && isLoopback) else { return nil }
  }

  /// Whether the host is this machine by its number; names are not resolved for this.
  package var isLoopback: Bool { host == "[::1]" || host == "localhost" || Self.isLoopbackIPv4(host) }

  package var description: String { "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")" }

  /// Whether `url` points into this origin. Compared byte by byte: other characters that fold to the same letters are
  /// not the same host.
  package func contains(_ url: String) -> Bool {
    let own = description.utf8
    let rest = url.utf8.dropFirst(own.count)
    let isInside = url.utf8.prefix(own.count).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }.elementsEqual(own)
    return isInside && (rest.isEmpty || rest.first == UInt8(ascii: "/") || rest.first == UInt8(ascii: "?"))
  }

  private static func isLoopbackIPv4(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  private static func split(_ text: String, at separator: String) -> (Substring, Substring)? {
    guard let range = text.firstRange(of: separator) else { return nil }
    return (text[..<range.lowerBound], text[range.upperBound...])
  }

  private static func hostAndPort(_ authority: Substring) -> (host: Substring, port: Int?) {
    if authority.hasSuffix("]") { return (authority, nil) }
    guard let colon = authority.lastIndex(of: ":") else { return (authority, nil) }
    let digits = authority[authority.index(after: colon)...]
    let isNumber = digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    return (authority[..<colon], isNumber ? Int(digits) ?? 0 : 0)
  }

  private static func isHost(_ host: Substring) -> Bool {
    if host == "[::1]" { return true }
    return host.utf8.count <= 253
      && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
      && host.utf8.allSatisfy { byte in
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A)
          || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      }
  }
}
