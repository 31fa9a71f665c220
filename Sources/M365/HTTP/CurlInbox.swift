import AdminCore
import CCurl
import Synchronization

/// Where the tasks that send requests and the thread that carries them meet.
final class CurlInbox: Sendable {
  typealias Answer = Result<HTTPResponse, HTTPFailure>

  enum Command: Sendable {
    case start(ticket: UInt64, HTTPRequest)
    case cancel(ticket: UInt64)
  }

  private struct State {
    var nextTicket: UInt64 = 0
    var commands: [Command] = []
    var waiting: [UInt64: CheckedContinuation<Answer, Never>] = [:]
    /// Cancelled before they were submitted.
    var cancelledEarly: Set<UInt64> = []
    /// The multi handle as a number, which only `wake` turns back into a pointer, and only under the lock.
    var multi: UInt?
    var isClosed = false
    var hasThread = false
    var leavers: [CheckedContinuation<Void, Never>] = []
    var statistics = CurlTransport.Statistics()
  }

  private let state = Mutex(State())
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  // MARK: For the tasks

  func takeTicket() -> UInt64 {
    state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
  }

  /// - Parameter startThread: called when there is no thread yet; says whether there is one now.
  func submit(
    _ request: HTTPRequest, ticket: UInt64, _ continuation: CheckedContinuation<Answer, Never>,
    startThread: () -> Bool
  ) {
    let failure: HTTPFailure? = state.withLock { state in
      if state.isClosed { return HTTPFailure(.closed, .notSent, "the transport is shut down") }
      if state.cancelledEarly.contains(ticket) { return HTTPFailure(.cancelled, .notSent) }
      guard state.waiting.count < capacity else {
        return HTTPFailure(.overloaded, .notSent, "\(capacity) requests are under way already")
      }
      if !state.hasThread { state.hasThread = startThread() }
      guard state.hasThread else { return HTTPFailure(.closed, .notSent, "no thread could be started") }
      state.waiting[ticket] = continuation
      state.commands.append(.start(ticket: ticket, request))
      Self.wake(state)
      return nil
    }
    if let failure { continuation.resume(returning: .failure(failure)) }
  }

  func cancel(_ ticket: UInt64) {
    state.withLock { state in
      guard state.waiting[ticket] != nil else {
        state.cancelledEarly.insert(ticket)
        return
      }
      state.commands.append(.cancel(ticket: ticket))
      Self.wake(state)
    }
  }

  func forget(_ ticket: UInt64) { state.withLock { _ = $0.cancelledEarly.remove(ticket) } }

  func close() {
    state.withLock { state in
      state.isClosed = true
      Self.wake(state)
    }
  }

  /// Returns when the thread has ended; at once where there was none.
  func waitUntilEmpty() async {
    await withCheckedContinuation { continuation in
      let isGone = state.withLock { state in
        if state.hasThread { state.leavers.append(continuation) }
        return !state.hasThread
      }
      if isGone { continuation.resume() }
    }
  }

  var statistics: CurlTransport.Statistics { state.withLock { $0.statistics } }

  private static func wake(_ state: State) {
    guard let multi = state.multi.flatMap({ UnsafeMutableRawPointer(bitPattern: $0) }) else { return }
    curl_multi_wakeup(multi)
  }

  // MARK: For the thread

  func attach(multi: UnsafeMutableRawPointer) {
    let bits = UInt(bitPattern: multi)
    state.withLock { $0.multi = bits }
  }

  /// What there is to do, and whether it is time to leave.
  func take() -> (commands: [Command], isClosed: Bool) {
    state.withLock { state in
      defer { state.commands = [] }
      return (state.commands, state.isClosed)
    }
  }

  func finish(_ ticket: UInt64, _ answer: Answer, connections: Int = 0, isHTTP2: Bool = false) {
    let continuation = state.withLock { state in
      state.statistics.requests += 1
      state.statistics.connections += connections
      state.statistics.overHTTP2 += isHTTP2 ? 1 : 0
      return state.waiting.removeValue(forKey: ticket)
    }
    continuation?.resume(returning: answer)
  }

  /// The last thing the thread does: from here on nobody may wake the multi handle, and whoever still waits hears so.
  func leave(because failure: HTTPFailure) {
    let (waiting, leavers) = state.withLock { state in
      defer {
        state.multi = nil
        state.isClosed = true
        state.hasThread = false
        state.waiting = [:]
        state.leavers = []
      }
      return (state.waiting.values, state.leavers)
    }
    for continuation in waiting { continuation.resume(returning: .failure(failure)) }
    for continuation in leavers { continuation.resume() }
  }
}
