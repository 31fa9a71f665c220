package import AdminCore
package import M365
import Synchronization

/// A transport that answers from a script, without a network.
///
/// A script is a list of routes; a request takes the first route that fits it and has an answer left. What fits no route
/// fails and is kept in `surprises`, so that a test can expect that there were none.
package final class ScriptedTransport: HTTPTransport {
  package enum Reply: Sendable {
    case response(HTTPResponse)
    case failure(HTTPFailure)
    /// Waits for the gate, or for the end of the task that sends.
    case held(ScriptGate, HTTPResponse)
    case computed(@Sendable (HTTPRequest) -> HTTPResponse)

    package static func json(_ status: Int, _ body: JSONValue, _ headers: HTTPHeaders = [:]) -> Reply {
      var headers = headers
      headers["Content-Type"] = "application/json"
      return .response(HTTPResponse(status: status, headers: headers, body: body.serialized))
    }

    package static func text(_ status: Int, _ body: String, _ headers: HTTPHeaders = [:]) -> Reply {
      .response(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
    }

    package static func status(_ status: Int, _ headers: HTTPHeaders = [:]) -> Reply {
      .response(HTTPResponse(status: status, headers: headers))
    }
  }

  package struct Recorded: Sendable {
    package let request: HTTPRequest
    /// By the timekeeper of the script; zero without one.
    package let uptime: Duration

    package var method: HTTPMethod { request.method }
    package var url: String { request.url.text }
    package var path: String { request.url.path }
    package var target: String { request.url.target }
    package var body: String { String(decoding: request.body, as: UTF8.self) }
    package var json: JSONValue? { try? JSONParser.parse(request.body) }
  }

  private struct Route {
    let method: HTTPMethod?
    let pattern: String
    var replies: [Reply]
    /// Whether the last reply is given for ever.
    let lasts: Bool
  }

  private struct State {
    var routes: [Route] = []
    var recorded: [Recorded] = []
    var surprises: [String] = []
  }

  private let state = Mutex(State())
  private let timekeeper: (any Timekeeper)?

  package init(timekeeper: (any Timekeeper)? = nil) { self.timekeeper = timekeeper }

  /// Answers requests to a path, one reply after the other.
  ///
  /// - Parameter pattern: a path, in which `*` stands for one segment; with a `?` in it, a path and the beginning of a
  ///   query; starting with `http`, a whole address.
  @discardableResult
  package func on(_ method: HTTPMethod?, _ pattern: String, _ replies: Reply...) -> ScriptedTransport {
    state.withLock {
      $0.routes.append(Route(method: method, pattern: pattern, replies: replies, lasts: false))
    }
    return self
  }

  /// Answers every request to a path in the same way.
  @discardableResult
  package func always(_ method: HTTPMethod?, _ pattern: String, _ reply: Reply) -> ScriptedTransport {
    state.withLock {
      $0.routes.append(Route(method: method, pattern: pattern, replies: [reply], lasts: true))
    }
    return self
  }

  package var requests: [Recorded] { state.withLock { $0.recorded } }

  /// Requests that no route was there for.
  package var surprises: [String] { state.withLock { $0.surprises } }

  /// Replies that nobody has asked for.
  package var unusedReplies: Int {
    state.withLock { state in state.routes.reduce(0) { $0 + ($1.lasts ? 0 : $1.replies.count) } }
  }

  package func requests(to pattern: String) -> [Recorded] { requests.filter { Self.fits(pattern, $0.request.url) } }

  package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    try request.validate()
    guard !Task.isCancelled else { throw HTTPFailure(.cancelled, .notSent) }
    switch take(request) {
    case .response(let response): return response
    case .failure(let failure): throw failure
    case .computed(let compute): return compute(request)
    case .held(let gate, let response):
      guard await gate.pass() else { throw HTTPFailure(.cancelled, .maybeSent) }
      return response
    case nil: throw HTTPFailure(.malformedRequest, .notSent, "no route for \(request)")
    }
  }

  private func take(_ request: HTTPRequest) -> Reply? {
    let recorded = Recorded(request: request, uptime: timekeeper?.uptime() ?? .zero)
    return state.withLock { state in
      state.recorded.append(recorded)
      let fitting = state.routes.firstIndex { route in
        !route.replies.isEmpty && (route.method ?? request.method) == request.method
          && Self.fits(route.pattern, request.url)
      }
      guard let fitting else {
        state.surprises.append("\(request.method.rawValue) \(request.url.text)")
        return nil
      }
      return state.routes[fitting].lasts
        ? state.routes[fitting].replies[0] : state.routes[fitting].replies.removeFirst()
    }
  }

  private static func fits(_ pattern: String, _ url: HTTPURL) -> Bool {
    if pattern.hasPrefix("http") { return url.text == pattern }
    if pattern.contains("?") { return url.target.hasPrefix(pattern) }
    let wanted = pattern.split(separator: "/", omittingEmptySubsequences: false)
    let given = url.path.split(separator: "/", omittingEmptySubsequences: false)
    return wanted.count == given.count && zip(wanted, given).allSatisfy { $0 == "*" || $0 == $1 }
  }
}

/// A gate that tasks wait at until a test opens it.
package final class ScriptGate: Sendable {
  private struct State {
    var isOpen = false
    var next = 0
    var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  package init() {}

  package var waiterCount: Int { state.withLock { $0.waiting.count } }

  package func open() {
    let waiting = state.withLock { state in
      defer { state.waiting = [:] }
      state.isOpen = true
      return state.waiting.values
    }
    for continuation in waiting { continuation.resume(returning: true) }
  }

  /// - Returns: `false` when the task was cancelled before the gate opened.
  package func pass() async -> Bool {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Bool? = state.withLock { state in
          if state.isOpen { return true }
          if state.cancelled.contains(id) { return false }
          state.waiting[id] = continuation
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let continuation = state.withLock { state in
        state.cancelled.insert(id)
        return state.waiting.removeValue(forKey: id)
      }
      continuation?.resume(returning: false)
    }
  }
}
