import Glibc

/// An address of the Internet Protocol, and whether it is one of the public network (the registries of special-purpose
/// addresses, RFC 6890).
package struct NetworkAddress: Hashable, Sendable {
  /// Four bytes or sixteen.
  private let bytes: [UInt8]

  /// As it stands in a URL, an IPv6 address in brackets.
  ///
  /// - Returns: `nil` for a name, which says nothing about its address.
  package init?(host: String) {
    let text = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self.bytes = Array(bytes.prefix(4))
    } else if inet_pton(AF_INET6, text, &bytes) == 1 {
      self.bytes = bytes
    } else {
      return nil
    }
  }

  /// - Parameter socketAddress: a `sockaddr_in` or `sockaddr_in6`.
  init?(family: Int32, socketAddress: UnsafeRawBufferPointer) {
    let place: Range<Int>
    switch family {
    case AF_INET: place = 4..<8
    case AF_INET6: place = 8..<24
    default: return nil
    }
    guard socketAddress.count >= place.upperBound else { return nil }
    bytes = Array(socketAddress[place])
  }

  private init(v4 bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  func isAllowed(by reach: HTTPRequest.Reach) -> Bool {
    switch reach {
    case .anywhere: true
    case .publicNetwork: isPublic
    case .publicNetworkOrLoopback: isPublic || isLoopback
    }
  }

  package var isLoopback: Bool {
    if bytes.count == 4 { return bytes[0] == 127 }
    if let inner = mapped { return inner.isLoopback }
    return bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
  }

  /// Whether the address is anybody's who can be reached from anywhere: none of a private network, of this machine or of
  /// its link, none of a cloud's own services, and none with a meaning of its own.
  package var isPublic: Bool {
    if bytes.count == 4 { return !Self.reserved.contains { $0.contains(bytes) } }
    if let inner = mapped ?? translated { return inner.isPublic }
    return Self.global.contains(bytes) && !Self.reservedV6.contains { $0.contains(bytes) }
  }

  /// `::ffff:a.b.c.d`.
  private var mapped: NetworkAddress? {
    let prefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
    return bytes.count == 16 && bytes.starts(with: prefix) ? NetworkAddress(v4: bytes.suffix(4)) : nil
  }

  /// `64:ff9b::a.b.c.d` (RFC 6052), by which networks without IPv4 reach it.
  private var translated: NetworkAddress? {
    let prefix: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
    return bytes.starts(with: prefix) ? NetworkAddress(v4: bytes.suffix(4)) : nil
  }

  /// A network: the addresses that begin with the same bits.
  private struct Block {
    let bytes: [UInt8]
    let bits: Int

    init(_ bytes: UInt8..., bits: Int) {
      self.bytes = bytes
      self.bits = bits
    }

    func contains(_ address: [UInt8]) -> Bool {
      for bit in 0..<bits {
        let mask = UInt8(0x80) >> UInt8(bit % 8)
        let own = bit / 8 < bytes.count ? bytes[bit / 8] : 0
        if (own ^ address[bit / 8]) & mask != 0 { return false }
      }
      return true
    }
  }

  private static let reserved = [
    Block(0, bits: 8), Block(10, bits: 8), Block(100, 64, bits: 10), Block(127, bits: 8), Block(169, 254, bits: 16),
    Block(172, 16, bits: 12), Block(192, 0, 0, bits: 24), Block(192, 0, 2, bits: 24), Block(192, 88, 99, bits: 24),
    Block(192, 168, bits: 16), Block(198, 18, bits: 15), Block(198, 51, 100, bits: 24), Block(203, 0, 113, bits: 24),
    Block(224, bits: 4), Block(240, bits: 4),
    // Azure's own services answer machines of Azure here.
    Block(168, 63, 129, 16, bits: 32),
  ]

  /// All that is assigned to the public network so far.
  private static let global = Block(0x20, bits: 3)
  private static let reservedV6 = [
    // Protocols, Teredo, benchmarks and documentation; 6to4, which leads to an IPv4 address; documentation again.
    Block(0x20, 0x01, 0x00, bits: 23), Block(0x20, 0x01, 0x0D, 0xB8, bits: 32), Block(0x20, 0x02, bits: 16),
    Block(0x3F, 0xFF, 0x00, bits: 20),
  ]
}
