import CMicroHTTPD
import Synchronization

/// What a daemon hands its requests to. Called on the thread of the connection, which waits for the answer.
///
/// - Returns: the answer, or `nil` to close the connection without one.
typealias HTTPResponder = @Sendable (SimulatedRequest) -> SimulatedResponse?

/// An HTTP server of libmicrohttpd on one listening socket, with a thread for each connection. Stopped when it goes:
/// from then on no callback runs.
struct HTTPDaemon: ~Copyable {
  struct Limits {
    var connections: UInt32 = 256
    var idleSeconds: UInt32 = 120
    /// What a request's line and header fields may take; a token and a long filter fit.
    var headerBytes = 128 << 10
    /// The biggest piece of an upload is 4 MB; a request body of Graph is smaller.
    var bodyBytes = 8 << 20
    var stackBytes = 512 << 10
  }

  /// Certificate chain and key in PEM form, for TLS.
  struct TLS {
    let certificate: String
    let key: String
  }

  private let daemon: OpaquePointer
  private let context: Unmanaged<HTTPContext>

  init(
    _ listener: consuming ListenSocket, tls: TLS?, limits: Limits = Limits(), responder: @escaping HTTPResponder
  ) throws(ServerError) {
    var socket = listener
    let address = socket.address
    let context = Unmanaged.passRetained(
      HTTPContext(isSecure: tls != nil, bodyLimit: limits.bodyBytes, responder: responder))
    let started = Self.start(socket.descriptor, tls, limits, context.toOpaque())
    guard let started else {
      context.release()
      throw ServerError("libmicrohttpd does not start on \(address)")
    }
    // From here on the daemon owns the socket.
    _ = socket.release()
    daemon = started
    self.context = context
  }

  deinit {
    MHD_stop_daemon(daemon)
    context.release()
  }

  private static func start(
    _ descriptor: Int32, _ tls: TLS?, _ limits: Limits, _ context: UnsafeMutableRawPointer
  ) -> OpaquePointer? {
    func start(_ certificate: UnsafePointer<CChar>?, _ key: UnsafePointer<CChar>?) -> OpaquePointer? {
      m365_httpd_start(
        descriptor, limits.connections, limits.idleSeconds, limits.headerBytes, limits.stackBytes, certificate, key,
        context, HTTPContext.access, HTTPContext.begin, HTTPContext.completed)
    }
    guard let tls else { return start(nil, nil) }
    return tls.certificate.withCString { certificate in tls.key.withCString { key in start(certificate, key) } }
  }
}

/// What the callbacks of a daemon share.
final class HTTPContext: Sendable {
  let isSecure: Bool
  let bodyLimit: Int
  let responder: HTTPResponder

  init(isSecure: Bool, bodyLimit: Int, responder: @escaping HTTPResponder) {
    self.isSecure = isSecure
    self.bodyLimit = bodyLimit
    self.responder = responder
  }

  /// Called with the URL exactly as it was received, before anything is parsed; what it returns accompanies the
  /// request.
  static let begin:
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?
    ) -> UnsafeMutableRawPointer? = { _, url, _ in
      let exchange = HTTPExchange(url: url.map { String(cString: $0) } ?? "/")
      return Unmanaged.passRetained(exchange).toOpaque()
    }

  /// Called when the header is there, then for each piece of the body, then once more.
  static let access: MHD_AccessHandlerCallback = { context, connection, _, method, _, data, size, state in
    guard let context, let connection, let size, let exchange = HTTPExchange.at(state?.pointee) else {
      return MHD_Result.NO
    }
    let shared = Unmanaged<HTTPContext>.fromOpaque(context).takeUnretainedValue()
    return exchange.proceed(shared, connection, method.map { String(cString: $0) } ?? "", data, size)
  }

  static let completed: MHD_RequestCompletedCallback = { _, _, state, _ in
    guard let pointer = state?.pointee else { return }
    Unmanaged<HTTPExchange>.fromOpaque(pointer).release()
    state?.pointee = nil
  }
}

/// One request on its way in and its answer on the way out. Touched only by its connection's thread.
final class HTTPExchange {
  private let url: String
  private var headers: HeaderFields?
  private var body: [UInt8] = []
  private var isTooLarge = false

  init(url: String) { self.url = url }

  static func at(_ pointer: UnsafeMutableRawPointer?) -> HTTPExchange? {
    pointer.map { Unmanaged<HTTPExchange>.fromOpaque($0).takeUnretainedValue() }
  }

  func proceed(
    _ context: HTTPContext, _ connection: OpaquePointer, _ method: String, _ data: UnsafePointer<CChar>?,
    _ size: UnsafeMutablePointer<Int>
  ) -> MHD_Result {
    guard let headers else {
      self.headers = Self.headers(of: connection)
      return MHD_Result.YES
    }
    if size.pointee > 0 {
      take(UnsafeRawBufferPointer(start: data, count: size.pointee), limit: context.bodyLimit)
      size.pointee = 0
      return MHD_Result.YES
    }
    if isTooLarge {
      return Self.queue(SimulatedResponse(status: 413, headers: ["Connection": "close"]), on: connection)
    }
    let request = SimulatedRequest(method, url, headers: headers, body: body, isSecure: context.isSecure)
    guard let response = context.responder(request) else { return MHD_Result.NO }
    return Self.queue(response, on: connection)
  }

  private func take(_ bytes: UnsafeRawBufferPointer, limit: Int) {
    guard body.count + bytes.count <= limit else {
      isTooLarge = true
      body = []
      return
    }
    body.append(contentsOf: bytes)
  }

  private static func headers(of connection: OpaquePointer) -> HeaderFields {
    var fields = HeaderFields()
    withUnsafeMutablePointer(to: &fields) { pointer in
      _ = MHD_get_connection_values(
        connection, MHD_ValueKind.HEADER_KIND,
        { context, _, name, value in
          if let name, let value {
            context?.assumingMemoryBound(to: HeaderFields.self).pointee
              .add(String(cString: name), String(cString: value))
          }
          return MHD_Result.YES
        }, pointer)
    }
    return fields
  }

  private static func queue(_ answer: SimulatedResponse, on connection: OpaquePointer) -> MHD_Result {
    let response = answer.body.withUnsafeBytes { bytes in
      MHD_create_response_from_buffer(
        bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), MHD_ResponseMemoryMode.RESPMEM_MUST_COPY)
    }
    guard let response else { return MHD_Result.NO }
    defer { MHD_destroy_response(response) }
    for field in answer.headers.fields { MHD_add_response_header(response, field.name, field.value) }
    return MHD_queue_response(connection, UInt32(answer.status), response)
  }
}
