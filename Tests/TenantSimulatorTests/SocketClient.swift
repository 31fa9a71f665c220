import AdminCore
import Glibc
import TenantSimulator

/// A client that says exactly what it is told, to see exactly what comes back. Each call has a connection and a thread
/// of its own, so that it never holds up the tasks that serve it.
enum SocketClient {
  struct Answer: Sendable {
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var status: Int { Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var body: Substring { text.firstRange(of: "\r\n\r\n").map { text[$0.upperBound...] } ?? "" }
    var json: JSONValue { (try? JSONParser.parse(String(body))) ?? .null }

    func header(_ name: String) -> String? {
      let line = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
      return line.map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
    }
  }

  /// - Parameter origin: `http://127.0.0.1:1234`.
  /// - Returns: everything that came until the server closed; empty when it closed at once.
  static func exchange(_ origin: String, _ request: [UInt8]) async -> Answer {
    await withCheckedContinuation { continuation in
      let isStarted = DetachedThread.start {
        continuation.resume(returning: Answer(bytes: blockingExchange(origin, request)))
      }
      if !isStarted { continuation.resume(returning: Answer(bytes: [])) }
    }
  }

  static func send(
    _ origin: String, _ method: String, _ path: String, headers: HeaderFields = [:], body: [UInt8] = []
  ) async -> Answer {
    var head =
      "\(method) \(path) HTTP/1.1\r\nHost: \(origin.split(separator: "//").last ?? "")\r\nConnection: close\r\n"
    for field in headers.fields { head += "\(field.name): \(field.value)\r\n" }
    if !body.isEmpty { head += "Content-Length: \(body.count)\r\n" }
    return await exchange(origin, Array((head + "\r\n").utf8) + body)
  }

  private static func blockingExchange(_ origin: String, _ request: [UInt8]) -> [UInt8] {
    let authority = origin.split(separator: "//").last ?? ""
    let isIPv6 = authority.hasPrefix("[")
    guard let port = UInt16(authority.split(separator: ":").last ?? "") else { return [] }
    let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var timeout = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    guard connect(descriptor, port, isIPv6) else { return [] }
    var rest = request[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return answer }
      answer.append(contentsOf: buffer.prefix(count))
    }
  }

  private static func connect(_ descriptor: Int32, _ port: UInt16, _ isIPv6: Bool) -> Bool {
    func connect<Storage>(_ storage: inout Storage) -> Bool {
      withUnsafeBytes(of: &storage) { bytes in
        guard let base = bytes.bindMemory(to: sockaddr.self).baseAddress else { return false }
        return Glibc.connect(descriptor, base, socklen_t(bytes.count)) == 0
      }
    }
    if isIPv6 {
      var storage = sockaddr_in6()
      storage.sin6_family = sa_family_t(AF_INET6)
      storage.sin6_port = port.bigEndian
      storage.sin6_addr = in6addr_loopback
      return connect(&storage)
    }
    var storage = sockaddr_in()
    storage.sin_family = sa_family_t(AF_INET)
    storage.sin_port = port.bigEndian
    storage.sin_addr.s_addr = inet_addr("127.0.0.1")
    return connect(&storage)
  }
}
