/// Where to listen: an IP address and a port, `127.0.0.1:0` or `[::1]:8443`. Port 0 lets the system choose.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
  package let host: String
  package let port: UInt16
  package let isIPv6: Bool

  package static let loopback = ListenAddress(host: "127.0.0.1", port: 0, isIPv6: false)

  private init(host: String, port: UInt16, isIPv6: Bool) {
    self.host = host
    self.port = port
    self.isIPv6 = isIPv6
  }

  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    let host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      self.init(host: String(host.dropFirst().dropLast()), port: port, isIPv6: true)
    } else {
      let parts = host == "localhost" ? ["127", "0", "0", "1"] : host.split(separator: ".").map(String.init)
      guard parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) else { return nil }
      self.init(host: parts.joined(separator: "."), port: port, isIPv6: false)
    }
  }

  package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

  func with(port: UInt16) -> ListenAddress { ListenAddress(host: host, port: port, isIPv6: isIPv6) }
}
