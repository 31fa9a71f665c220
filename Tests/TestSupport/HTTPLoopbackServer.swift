import AdminCore
import Dispatch
import Glibc
import Synchronization

/// A small real HTTP server on 127.0.0.1, which answers byte for byte what a test tells it to, including what no proper
/// server would. One thread a connection; everything it got can be asked afterwards.
package final class HTTPLoopbackServer: Sendable {
  package struct Received: Sendable {
    package let method: String
    package let target: String
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
    /// Connections are counted from 1 in the order they were accepted.
    package let connection: Int

    package func header(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// What the server does next on a connection whose request it has read.
  package enum Step: Sendable {
    case bytes([UInt8])
    /// The same bytes, each in a packet of its own.
    case torn([UInt8])
    case wait(HTTPGate)
    case close

    package static func text(_ text: String) -> Step { .bytes(Array(text.utf8)) }

    package static func reply(
      _ status: Int, _ headers: [String: String] = [:], body: String = ""
    ) -> Step {
      .bytes(HTTPLoopbackServer.message(status, headers, body: Array(body.utf8)))
    }
  }

  package let port: Int
  private let listener: Int32
  private let state: Mutex<(received: [Received], connections: Int, open: Set<Int32>, isStopped: Bool)>
  private let handler: @Sendable (Received) -> [Step]

  package init(_ handler: @escaping @Sendable (Received) -> [Step]) throws {
    self.handler = handler
    state = Mutex(([], 0, [], false))
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, size) == 0 && listen(listener, 128) == 0 && getsockname(listener, address, &size) == 0
      }
    }
    guard bound else { throw POSIXFailure(errno: errno) }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  package struct POSIXFailure: Error { let errno: Int32 }

  /// Starts taking connections.
  package func start() -> HTTPLoopbackServer {
    let listener = listener
    DetachedThread.start { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        // Whoever closes a descriptor while another thread waits on it hands that thread the next file opened.
        guard connection >= 0, let self else {
          close(listener)
          return
        }
        let number = state.withLock { state in
          state.connections += 1
          state.open.insert(connection)
          return state.connections
        }
        DetachedThread.start { self.serve(connection, number: number) }
      }
    }
    return self
  }

  deinit { stop() }

  package func stop() {
    state.withLock { state in
      if !state.isStopped { shutdown(listener, Int32(SHUT_RDWR)) }
      state.isStopped = true
      for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) }
    }
  }

  package var origin: String { "http://127.0.0.1:\(port)" }
  package var received: [Received] { state.withLock { $0.received } }
  package var connectionCount: Int { state.withLock { $0.connections } }

  package static func message(_ status: Int, _ headers: [String: String] = [:], body: [UInt8]) -> [UInt8] {
    var head = "HTTP/1.1 \(status) Whatever\r\nContent-Length: \(body.count)\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    return Array((head + "\r\n").utf8) + body
  }

  // MARK: One connection

  private func serve(_ connection: Int32, number: Int) {
    var buffer: [UInt8] = []
    var noDelay: Int32 = 1
    setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
    connectionLoop: while let request = Self.readRequest(connection, &buffer, number: number) {
      state.withLock { $0.received.append(request) }
      for step in handler(request) {
        switch step {
        case .bytes(let bytes): guard Self.write(bytes, to: connection) else { break connectionLoop }
        case .torn(let bytes):
          for byte in bytes { guard Self.write([byte], to: connection) else { break connectionLoop } }
        case .wait(let gate): gate.wait()
        case .close: break connectionLoop
        }
      }
    }
    state.withLock { state in
      state.open.remove(connection)
      close(connection)
    }
  }

  private static func write(_ bytes: [UInt8], to connection: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func readRequest(_ connection: Int32, _ buffer: inout [UInt8], number: Int) -> Received? {
    var end: Int?
    while end == nil {
      end = buffer.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
      if end == nil, !readMore(connection, &buffer) { return nil }
    }
    guard let end else { return nil }
    let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
    let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
      let parts = line.split(separator: ":", maxSplits: 1)
      return parts.isEmpty ? nil : (String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
    }
    let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
    while buffer.count < end + length {
      guard readMore(connection, &buffer) else { return nil }
    }
    let body = Array(buffer[end..<(end + length)])
    buffer.removeFirst(end + length)
    let words = lines[0].split(separator: " ")
    return Received(
      method: String(words[0]), target: String(words[1]), headers: headers, body: body, connection: number)
  }

  private static func readMore(_ connection: Int32, _ buffer: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = recv(connection, &chunk, chunk.count, 0)
    guard count > 0 else { return false }
    buffer.append(contentsOf: chunk.prefix(count))
    return true
  }
}

/// A gate that threads wait at until a test opens it, or until so many have come.
package final class HTTPGate: Sendable {
  private let turnstile = DispatchSemaphore(value: 0)
  private let missing: Mutex<Int>

  /// - Parameter arrivals: opens by itself when this many wait.
  package init(openingAt arrivals: Int = .max) { missing = Mutex(arrivals) }

  package func open() { turnstile.signal() }

  package func wait() {
    let isLast = missing.withLock { missing in
      missing -= 1
      return missing == 0
    }
    if isLast { open() }
    turnstile.wait()
    turnstile.signal()
  }
}
