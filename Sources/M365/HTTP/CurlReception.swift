import CCurl
import Glibc

/// What has come of one request so far, and the callbacks through which libcurl hands it over. Lives on the thread of
/// the loop.
final class CurlReception {
  private static let maximumHeaderSize = 128 << 10

  private let maximumBodySize: Int
  private let mayStartAgain: Bool
  private let reach: HTTPRequest.Reach
  /// How often libcurl has begun to send the request. From the first time on the service may have got it.
  private(set) var starts = 0
  private(set) var exceedsBound = false
  /// An address of the host was one that the request must not reach.
  private(set) var hasRefusedAddress = false
  private var headerSize = 0
  /// libcurl takes a connection that ends within the header for the end of an answer without a body.
  private(set) var hasWholeHeader = false
  private var response = HTTPResponse(status: 0)

  init(for request: HTTPRequest) {
    maximumBodySize = request.maximumResponseSize
    mayStartAgain = request.method.isRepeatedByTransport
    reach = request.reach
  }

  var delivery: HTTPFailure.Delivery { starts == 0 ? .notSent : .maybeSent }

  /// The answer, when it came to its end.
  func takeResponse() -> CurlInbox.Answer {
    defer { response = HTTPResponse(status: 0) }
    return hasWholeHeader
      ? .success(response) : .failure(HTTPFailure(.interrupted, delivery, "the connection ended within the header"))
  }

  // MARK: Called by libcurl

  /// When a kept-alive connection turns out to be dead, libcurl sends the request once more on a fresh one, whatever its
  /// method. A service may have acted on the first before it went away, so only what may be repeated gets this.
  private func begin() -> Bool {
    starts += 1
    response = HTTPResponse(status: 0)
    hasWholeHeader = false
    return starts == 1 || mayStartAgain
  }

  /// Opens the socket for an address that the host's name was found to have, or refuses it. Each connection asks, so a
  /// name whose address changes between two questions gains nothing.
  private func open(_ address: curl_sockaddr, _ bytes: UnsafeRawBufferPointer) -> curl_socket_t {
    guard NetworkAddress(family: address.family, socketAddress: bytes).map({ $0.isAllowed(by: reach) }) == true else {
      hasRefusedAddress = true
      return CURL_SOCKET_BAD
    }
    return socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.`protocol`)
  }

  private func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    exceedsBound = response.body.count + bytes.count > maximumBodySize
    if !exceedsBound { response.body.append(contentsOf: bytes) }
    return !exceedsBound
  }

  private func addHeaderLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let line = String(decoding: bytes, as: UTF8.self)
    // Each message begins anew, interim ones (RFC 9110 section 15.2) and that of a proxy's tunnel too.
    if line.hasPrefix("HTTP/") {
      response = HTTPResponse(status: Self.status(of: line))
      headerSize = 0
      hasWholeHeader = false
    }
    if line == "\r\n" || line == "\n" { hasWholeHeader = true }
    headerSize += bytes.count
    exceedsBound = headerSize > Self.maximumHeaderSize
    guard !exceedsBound else { return false }
    if let colon = line.firstIndex(of: ":"), colon > line.startIndex {
      response.headers.add(
        String(line[..<colon]), Self.trimmed(line[line.index(after: colon)...]))
    }
    return true
  }

  private static func status(of line: String) -> Int {
    let parts = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
    return parts.count > 1 ? Int(parts[1]) ?? 0 : 0
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }

  private static func reception(_ pointer: UnsafeMutableRawPointer?) -> CurlReception? {
    pointer.map { Unmanaged<CurlReception>.fromOpaque($0).takeUnretainedValue() }
  }

  static let onBody: curl_write_callback = { bytes, size, count, pointer in
    let bytes = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return reception(pointer)?.append(bytes) == true ? bytes.count : Int(CURL_WRITEFUNC_ERROR)
  }

  static let onHeader: curl_write_callback = { bytes, size, count, pointer in
    let bytes = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return reception(pointer)?.addHeaderLine(bytes) == true ? bytes.count : Int(CURL_WRITEFUNC_ERROR)
  }

  static let onOpen: curl_opensocket_callback = { pointer, _, address in
    guard let reception = reception(pointer), let address,
      let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr)
    else { return CURL_SOCKET_BAD }
    let bytes = UnsafeRawBufferPointer(
      start: UnsafeRawPointer(address).advanced(by: offset), count: Int(address.pointee.addrlen))
    return reception.open(address.pointee, bytes)
  }

  static let onStart: curl_prereq_callback = { pointer, _, _, _, _ in
    reception(pointer)?.begin() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
  }
}

extension HTTPMethod {
  /// Whether doing it twice is the same as doing it once (RFC 9110 section 9.2.2).
  var isRepeatedByTransport: Bool {
    switch self {
    case .get, .put, .delete: true
    case .post, .patch: false
    }
  }
}
