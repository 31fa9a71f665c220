import AdminCore
import CCurl

/// The multi handle, through which one thread carries every request.
private struct CurlMulti: ~Copyable {
  let handle: UnsafeMutableRawPointer

  init?(_ options: CurlTransport.Options) {
    guard CurlMulti.isLibraryReady, let handle = curl_multi_init() else { return nil }
    self.handle = handle
    m365_curl_multi_set_long(handle, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
    m365_curl_multi_set_long(handle, CURLMOPT_MAX_HOST_CONNECTIONS, options.connectionsPerHost)
    m365_curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, options.connectionsPerHost * 2)
    m365_curl_multi_set_long(handle, CURLMOPT_MAX_TOTAL_CONNECTIONS, options.connectionsPerHost * 4)
  }

  deinit { curl_multi_cleanup(handle) }

  /// Initialises libcurl once for the process; later calls only look.
  private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK
}

/// One request in the hands of the multi handle.
private final class CurlTransfer {
  let ticket: UInt64
  let easy: CurlEasy
  let deadline: Duration

  init(ticket: UInt64, easy: consuming CurlEasy, deadline: Duration) {
    self.ticket = ticket
    self.easy = easy
    self.deadline = deadline
  }
}

/// The work of the transport's thread: takes commands, lets libcurl work, hands over what is complete, and sleeps in
/// `curl_multi_poll` until a socket or a command wants it.
struct CurlLoop {
  private let inbox: CurlInbox
  private let options: CurlTransport.Options
  private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  private var handles: [UInt64: UnsafeMutableRawPointer] = [:]
  /// No deadline of a transfer lies before this one.
  private var nearestDeadline: Duration?
  private let clock = SystemTimekeeper()

  init(inbox: CurlInbox, options: CurlTransport.Options) {
    self.inbox = inbox
    self.options = options
  }

  mutating func run() {
    let outcome = HTTPFailure(.closed, .maybeSent, "the transport was shut down")
    guard let multi = CurlMulti(options) else {
      return inbox.leave(because: HTTPFailure(.closed, .notSent, "libcurl could not be initialised"))
    }
    inbox.attach(multi: multi.handle)
    while true {
      let (commands, isClosed) = inbox.take()
      for command in commands { obey(command, multi) }
      if isClosed { break }
      var running: Int32 = 0
      curl_multi_perform(multi.handle, &running)
      collect(multi)
      expire(multi)
      // libcurl shortens the wait by itself to what it has to do next.
      let wait = nearestDeadline.map { min(max($0 - clock.uptime(), .zero), .seconds(60)) } ?? .seconds(60)
      curl_multi_poll(multi.handle, nil, 0, Int32(wait.milliseconds + 1), nil)
    }
    for transfer in transfers.values {
      curl_multi_remove_handle(multi.handle, transfer.easy.handle)
      inbox.finish(
        transfer.ticket, .failure(HTTPFailure(outcome.reason, transfer.easy.reception.delivery, outcome.detail)))
    }
    transfers = [:]
    inbox.leave(because: HTTPFailure(outcome.reason, .notSent, outcome.detail))
  }

  private mutating func obey(_ command: CurlInbox.Command, _ multi: borrowing CurlMulti) {
    switch command {
    case .start(let ticket, let request): start(request, ticket: ticket, multi)
    case .cancel(let ticket): end(ticket, .cancelled, "", multi)
    }
  }

  private mutating func end(
    _ ticket: UInt64, _ reason: HTTPFailure.Reason, _ detail: String, _ multi: borrowing CurlMulti
  ) {
    guard let handle = handles.removeValue(forKey: ticket), let transfer = transfers.removeValue(forKey: handle)
    else { return }
    curl_multi_remove_handle(multi.handle, handle)
    inbox.finish(ticket, .failure(HTTPFailure(reason, transfer.easy.reception.delivery, detail)))
  }

  /// libcurl watches the time of requests that have a connection, but not of those that wait for one.
  private mutating func expire(_ multi: borrowing CurlMulti) {
    let now = clock.uptime()
    guard let nearest = nearestDeadline, nearest <= now else { return }
    for transfer in transfers.values where transfer.deadline <= now {
      end(transfer.ticket, .timedOut, "no connection to the host became free in time", multi)
    }
    nearestDeadline = transfers.values.map(\.deadline).min()
  }

  private mutating func start(_ request: HTTPRequest, ticket: UInt64, _ multi: borrowing CurlMulti) {
    guard let handle = curl_easy_init() else {
      return inbox.finish(ticket, .failure(HTTPFailure(.closed, .notSent, "libcurl has no handle to give")))
    }
    // A little later than libcurl's own timeout, whose words are better.
    let deadline = clock.uptime() + request.timeout + .milliseconds(100)
    let transfer = CurlTransfer(ticket: ticket, easy: CurlEasy(handle, request, options), deadline: deadline)
    guard transfer.easy.isReady else {
      return inbox.finish(
        ticket, .failure(HTTPFailure(.closed, .notSent, "libcurl refuses an option this program relies on")))
    }
    guard curl_multi_add_handle(multi.handle, handle) == CURLM_OK else {
      return inbox.finish(ticket, .failure(HTTPFailure(.closed, .notSent, "libcurl takes no more requests")))
    }
    handles[ticket] = handle
    transfers[handle] = transfer
    nearestDeadline = min(nearestDeadline ?? deadline, deadline)
  }

  private mutating func collect(_ multi: borrowing CurlMulti) {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi.handle, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
      let code = message.pointee.data.result
      curl_multi_remove_handle(multi.handle, handle)
      guard let transfer = transfers.removeValue(forKey: handle) else { continue }
      handles[transfer.ticket] = nil
      let answer: CurlInbox.Answer =
        code == CURLE_OK
        ? transfer.easy.reception.takeResponse() : .failure(HTTPFailure(code, of: transfer.easy))
      inbox.finish(
        transfer.ticket, answer, connections: transfer.easy.number(CURLINFO_NUM_CONNECTS),
        isHTTP2: transfer.easy.number(CURLINFO_HTTP_VERSION) == CURL_HTTP_VERSION_2_0)
    }
  }
}
