import Glibc

/// Why the simulator cannot serve.
package struct ServerError: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }

  static func system(_ action: String) -> ServerError {
    ServerError("\(action): \(String(cString: strerror(errno)))")
  }
}

/// A socket that listens. Closed when it goes, unless somebody else has taken it over.
struct ListenSocket: ~Copyable {
  let descriptor: Int32
  /// With the port the system chose.
  let address: ListenAddress
  private var isOwned = true

  init(_ address: ListenAddress) throws(ServerError) {
    let family = address.isIPv6 ? AF_INET6 : AF_INET
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .system("socket") }
    do throws(ServerError) {
      var on: Int32 = 1
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      let port = try Self.bind(descriptor, address)
      guard listen(descriptor, 512) == 0 else { throw .system("Listening on \(address)") }
      self.descriptor = descriptor
      self.address = address.with(port: port)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit {
    if isOwned { close(descriptor) }
  }

  /// The number, for whoever closes it from now on.
  mutating func release() -> Int32 {
    isOwned = false
    return descriptor
  }

  private static func bind(_ descriptor: Int32, _ address: ListenAddress) throws(ServerError) -> UInt16 {
    if address.isIPv6 {
      var storage = sockaddr_in6()
      storage.sin6_family = sa_family_t(AF_INET6)
      storage.sin6_port = address.port.bigEndian
      guard inet_pton(AF_INET6, address.host, &storage.sin6_addr) == 1 else {
        throw ServerError("'\(address.host)' is not an IPv6 address")
      }
      try bind(descriptor, &storage, address)
      return UInt16(bigEndian: storage.sin6_port)
    }
    var storage = sockaddr_in()
    storage.sin_family = sa_family_t(AF_INET)
    storage.sin_port = address.port.bigEndian
    guard inet_pton(AF_INET, address.host, &storage.sin_addr) == 1 else {
      throw ServerError("'\(address.host)' is not an IPv4 address")
    }
    try bind(descriptor, &storage, address)
    return UInt16(bigEndian: storage.sin_port)
  }

  /// Binds, and reads back what was bound.
  private static func bind<Storage>(
    _ descriptor: Int32, _ storage: inout Storage, _ address: ListenAddress
  ) throws(ServerError) {
    var length = socklen_t(MemoryLayout<Storage>.size)
    let status = withUnsafeMutableBytes(of: &storage) { bytes -> Int32 in
      guard let base = bytes.bindMemory(to: sockaddr.self).baseAddress else { return -1 }
      guard Glibc.bind(descriptor, base, length) == 0 else { return -1 }
      return getsockname(descriptor, base, &length)
    }
    guard status == 0 else { throw .system("Binding to \(address)") }
  }
}
