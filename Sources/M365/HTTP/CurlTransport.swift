import AdminCore

/// HTTP over libcurl: one multi handle on one thread of its own, which keeps connections and shares HTTP/2 streams.
///
/// https with verified certificates and TLS 1.2 or newer; plain http only to where `HTTPURL` allows it. Redirects are
/// answers like others. The proxy of the environment (`https_proxy`, `no_proxy`) is used, but never for loopback.
///
/// The thread starts with the first request and ends with the last reference, or with `shutdown()`. Like every program
/// that writes to sockets, one with this transport ignores SIGPIPE.
package final class CurlTransport: HTTPTransport {
  package struct Options: Sendable {
    /// PEM file of certificate authorities in place of the system's.
    package var caFile: String?
    package var userAgent = "\(ProductVersion.name)/\(ProductVersion.current)"
    package var connectTimeout = Duration.seconds(10)
    /// A connection on which nothing moves for this long is given up; an answer may take as long to begin.
    package var silenceTimeout = Duration.seconds(90)
    /// An idle connection older than this is not used again, because the far end has probably closed it by then.
    package var idleConnectionAge = Duration.seconds(60)
    package var connectionsPerHost = 64
    /// Requests that may be under way or wait at once; further ones are refused.
    package var capacity = 1024

    package init(caFile: String? = nil) { self.caFile = caFile }
  }

  /// Counts since the start.
  package struct Statistics: Hashable, Sendable {
    package var requests = 0
    package var connections = 0
    package var overHTTP2 = 0
  }

  private let options: Options
  private let inbox: CurlInbox

  package init(options: Options = Options()) {
    self.options = options
    inbox = CurlInbox(capacity: options.capacity)
  }

  deinit { inbox.close() }

  package var statistics: Statistics { inbox.statistics }

  package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    try request.validate()
    let ticket = inbox.takeTicket()
    defer { inbox.forget(ticket) }
    let answer = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        inbox.submit(request, ticket: ticket, continuation) { [inbox, options] in
          DetachedThread.start {
            var loop = CurlLoop(inbox: inbox, options: options)
            loop.run()
          }
        }
      }
    } onCancel: {
      inbox.cancel(ticket)
    }
    return try answer.get()
  }

  /// Ends what is under way and the thread with it; later requests are refused.
  package func shutdown() async {
    inbox.close()
    await inbox.waitUntilEmpty()
  }
}
