import AdminCore
import CCurl

/// A libcurl easy handle, set up for one request.
struct CurlEasy: ~Copyable {
  let handle: UnsafeMutableRawPointer
  let reception: CurlReception
  private let headers: UnsafeMutablePointer<curl_slist>?
  private let body: UnsafeMutableBufferPointer<UInt8>
  private let errorText: UnsafeMutableBufferPointer<CChar>

  /// Whether libcurl has taken every option. One that it lacks may be one that safety rests on, so a handle that is not
  /// ready is not used.
  let isReady: Bool

  /// - Parameter handle: a fresh one, owned from here on.
  init(_ handle: UnsafeMutableRawPointer, _ request: HTTPRequest, _ options: CurlTransport.Options) {
    self.handle = handle
    reception = CurlReception(for: request)
    headers = Self.list(Self.headerLines(of: request, options))
    // Never without a base address: for a null pointer libcurl would ask a callback for the body.
    body = .allocate(capacity: max(1, request.body.count))
    _ = body.update(fromContentsOf: request.body)
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0)

    let setup = CurlSetup(handle)
    Self.configureMessage(request, headers, body, setup)
    Self.configureBounds(request, options, setup)
    Self.configureConnection(request.url.origin, options, setup)
    setup.pointer(CURLOPT_ERRORBUFFER, errorText.baseAddress)
    let receiver = Unmanaged.passUnretained(reception).toOpaque()
    setup.receiver(CURLOPT_WRITEFUNCTION, CurlReception.onBody)
    setup.pointer(CURLOPT_WRITEDATA, receiver)
    setup.receiver(CURLOPT_HEADERFUNCTION, CurlReception.onHeader)
    setup.pointer(CURLOPT_HEADERDATA, receiver)
    setup.prerequest(CURLOPT_PREREQFUNCTION, CurlReception.onStart)
    setup.pointer(CURLOPT_PREREQDATA, receiver)
    if request.reach != .anywhere {
      setup.opener(CURLOPT_OPENSOCKETFUNCTION, CurlReception.onOpen)
      setup.pointer(CURLOPT_OPENSOCKETDATA, receiver)
      // A connection that stands already was not asked about, and this one is nobody else's.
      setup.number(CURLOPT_FRESH_CONNECT, 1)
      setup.number(CURLOPT_FORBID_REUSE, 1)
      setup.string(CURLOPT_PROXY, "")
    }
    isReady = setup.succeeded
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headers)
    body.deallocate()
    errorText.deallocate()
  }

  /// What libcurl says about how it went.
  var errorMessage: String { errorText.baseAddress.map { String(cString: $0) } ?? "" }

  func number(_ info: CURLINFO) -> Int {
    var value = 0
    return m365_curl_get_long(handle, info, &value) == CURLE_OK ? value : 0
  }

  private static func configureMessage(
    _ request: HTTPRequest, _ headers: UnsafeMutablePointer<curl_slist>?, _ body: UnsafeMutableBufferPointer<UInt8>,
    _ setup: CurlSetup
  ) {
    setup.string(CURLOPT_URL, request.url.text)
    // The target is sent as it stands, without `..` being resolved in it.
    setup.number(CURLOPT_PATH_AS_IS, 1)
    setup.list(CURLOPT_HTTPHEADER, headers)
    if request.method == .get || (request.body.isEmpty && request.method == .delete) {
      setup.number(CURLOPT_HTTPGET, 1)
    } else {
      setup.number(CURLOPT_POST, 1)
      setup.size(CURLOPT_POSTFIELDSIZE_LARGE, request.body.count)
      setup.pointer(CURLOPT_POSTFIELDS, body.baseAddress)
    }
    setup.string(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    if request.acceptsCompression { setup.string(CURLOPT_ACCEPT_ENCODING, "gzip, deflate") }
  }

  private static func configureBounds(
    _ request: HTTPRequest, _ options: CurlTransport.Options, _ setup: CurlSetup
  ) {
    setup.number(CURLOPT_NOSIGNAL, 1)
    setup.number(CURLOPT_FOLLOWLOCATION, 0)
    setup.milliseconds(CURLOPT_TIMEOUT_MS, request.timeout)
    setup.milliseconds(CURLOPT_CONNECTTIMEOUT_MS, min(options.connectTimeout, request.timeout))
    setup.number(CURLOPT_LOW_SPEED_LIMIT, 1)
    let silence = request.silenceTimeout ?? options.silenceTimeout
    setup.number(CURLOPT_LOW_SPEED_TIME, max(1, Int(silence.components.seconds)))
    setup.size(CURLOPT_MAXFILESIZE_LARGE, request.maximumResponseSize)
  }

  private static func configureConnection(
    _ origin: Origin, _ options: CurlTransport.Options, _ setup: CurlSetup
  ) {
    let isPlain = origin.scheme == "http"
    setup.string(CURLOPT_PROTOCOLS_STR, origin.scheme)
    setup.string(CURLOPT_REDIR_PROTOCOLS_STR, "https")
    // Over plain http there is no negotiation that would tell libcurl whether streams can share a connection, and
    // waiting for the first answer to find out would make calls wait for each other.
    setup.number(CURLOPT_HTTP_VERSION, isPlain ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS)
    setup.number(CURLOPT_PIPEWAIT, isPlain ? 0 : 1)
    setup.number(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    setup.number(CURLOPT_SSL_VERIFYPEER, 1)
    setup.number(CURLOPT_SSL_VERIFYHOST, 2)
    if let file = options.caFile {
      setup.string(CURLOPT_CAINFO, file)
      // The given authorities stand in place of the system's, not beside them.
      setup.string(CURLOPT_CAPATH, nil)
    }
    setup.number(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    setup.number(CURLOPT_TCP_KEEPALIVE, 1)
    setup.number(CURLOPT_MAXAGE_CONN, max(1, Int(options.idleConnectionAge.components.seconds)))
    // Elsewhere the proxy of the environment is used; what is on this machine, or for it alone, never goes through one.
    if origin.isLoopback || origin == .instanceMetadata { setup.string(CURLOPT_PROXY, "") }
  }

  private static func headerLines(of request: HTTPRequest, _ options: CurlTransport.Options) -> [String] {
    var headers = request.headers
    if headers["User-Agent"] == nil { headers["User-Agent"] = options.userAgent }
    // A name with a semicolon sends the field empty.
    var lines = headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    // A name with nothing after the colon keeps libcurl from adding the field by itself.
    lines.append("Expect:")
    for name in ["Accept", "Content-Type"] where headers[name] == nil { lines.append("\(name):") }
    return lines
  }

  private static func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
    lines.reduce(nil) { list, line in curl_slist_append(list, line) ?? list }
  }
}

/// Sets options and remembers whether one of them was refused.
private final class CurlSetup {
  private let handle: UnsafeMutableRawPointer
  private(set) var succeeded = true

  init(_ handle: UnsafeMutableRawPointer) { self.handle = handle }

  private func note(_ result: CURLcode) { succeeded = succeeded && result == CURLE_OK }

  func number(_ option: CURLoption, _ value: Int) { note(m365_curl_set_long(handle, option, value)) }
  func size(_ option: CURLoption, _ value: Int) { note(m365_curl_set_size(handle, option, curl_off_t(value))) }
  func string(_ option: CURLoption, _ value: String?) { note(m365_curl_set_string(handle, option, value)) }
  func list(_ option: CURLoption, _ value: UnsafeMutablePointer<curl_slist>?) {
    note(m365_curl_set_list(handle, option, value))
  }
  func pointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
    note(m365_curl_set_pointer(handle, option, value))
  }
  func receiver(_ option: CURLoption, _ value: @escaping curl_write_callback) {
    note(m365_curl_set_receiver(handle, option, value))
  }
  func prerequest(_ option: CURLoption, _ value: @escaping curl_prereq_callback) {
    note(m365_curl_set_prerequest(handle, option, value))
  }
  func opener(_ option: CURLoption, _ value: @escaping curl_opensocket_callback) {
    note(m365_curl_set_opener(handle, option, value))
  }
  func milliseconds(_ option: CURLoption, _ value: Duration) { number(option, max(1, Int(value.milliseconds))) }
}
