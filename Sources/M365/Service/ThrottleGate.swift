package import AdminCore
import Synchronization

/// Which workloads are closed until when, and when a team's next turn is. A value without clock.
package struct ThrottleBook: Sendable {
  /// Microsoft Teams takes four requests a second for one team.
  static let teamInterval = Duration.milliseconds(250)
  /// Message trace takes a hundred requests of a tenant in five minutes; other programs want some of them.
  static let tracesPerWindow = 90
  static let traceWindow = Duration.seconds(300)

  private var openings: [Workload: Duration] = [:]
  private var turns: [Workload: Duration] = [:]
  /// When the last requests to message trace left or will leave, in order.
  private var traces: [Duration] = []

  package init() {}

  /// - Parameter time: a moment of the clock that never goes back. A closure is never shortened by a later answer.
  package mutating func close(_ workload: Workload, until time: Duration) {
    openings[workload.throttled] = max(time, openings[workload.throttled] ?? time)
  }

  /// How long the workload stays closed; zero when it is open.
  package mutating func timeLeft(for workload: Workload, now: Duration) -> Duration {
    guard let opening = openings[workload.throttled] else { return .zero }
    guard opening > now else {
      openings[workload.throttled] = nil
      return .zero
    }
    return opening - now
  }

  /// Takes the next turn of the call's team, or of message trace: how long until it comes.
  package mutating func takeTurn(for workload: Workload, now: Duration) -> Duration {
    if workload == .messageTrace { return takeTrace(now: now) }
    guard case .teams(.some) = workload else { return .zero }
    let turn = max(now, turns[workload] ?? now)
    if turns.count > 1000 { turns = turns.filter { $0.value > now } }
    turns[workload] = turn + Self.teamInterval
    return turn - now
  }

  private mutating func takeTrace(now: Duration) -> Duration {
    traces.removeAll { $0 <= now - Self.traceWindow }
    let isFull = traces.count >= Self.tracesPerWindow
    let turn = isFull ? traces[traces.count - Self.tracesPerWindow] + Self.traceWindow : now
    traces.append(turn)
    return turn - now
  }
}

/// Holds back requests to a workload that has asked to be left alone, and keeps within the limits that are known
/// beforehand. Shared by everything that calls one tenant.
package final class ThrottleGate: Sendable {
  /// Outlook works on four requests at a time for one mailbox (Graph's throttling limits).
  package static let requestsPerMailbox = 4

  private let timekeeper: any Timekeeper
  private let book = Mutex(ThrottleBook())
  private let mailboxes = KeyedTurnstile<Workload>(capacity: requestsPerMailbox)

  package init(timekeeper: any Timekeeper) { self.timekeeper = timekeeper }

  /// Waits until a request to the workload may leave. Whoever got in says `leave` after the answer.
  ///
  /// - Parameter patience: how long to wait at most; a longer closure is an error that says when it ends.
  package func enter(_ workload: Workload, patience: Duration) async throws(AdminError) {
    if case .outlook = workload { try await mailboxes.enter(workload) }
    do throws(AdminError) {
      try await waitForOpening(workload, patience: patience)
    } catch {
      leave(workload)
      throw error
    }
  }

  package func leave(_ workload: Workload) {
    if case .outlook = workload { mailboxes.leave(workload) }
  }

  /// No request to the workload leaves before this time is over.
  package func close(_ workload: Workload, for duration: Duration) {
    let end = timekeeper.uptime() + duration
    book.withLock { $0.close(workload, until: end) }
  }

  /// How long the workload stays closed; zero when it is open.
  package func timeLeft(for workload: Workload) -> Duration {
    let now = timekeeper.uptime()
    return book.withLock { $0.timeLeft(for: workload, now: now) }
  }

  private func waitForOpening(_ workload: Workload, patience: Duration) async throws(AdminError) {
    let end = timekeeper.uptime() + patience
    var hasTurn = false
    while true {
      let now = timekeeper.uptime()
      let left = book.withLock { book in
        let closed = book.timeLeft(for: workload, now: now)
        guard closed == .zero, !hasTurn else { return closed }
        hasTurn = true
        return book.takeTurn(for: workload, now: now)
      }
      guard left > .zero else { return }
      guard now + left <= end else { throw .throttled(workload, retryAfter: left) }
      try await timekeeper.pause(for: left)
    }
  }
}

extension AdminError {
  static func throttled(_ workload: Workload, retryAfter: Duration) -> AdminError {
    let seconds = (retryAfter.milliseconds + 999) / 1000
    return AdminError(
      .rateLimited,
      "Microsoft 365 (\(workload.name)) has asked to be left alone for another \(seconds) s. Try again after that.",
      retryAfter: retryAfter, details: ["workload": .string(workload.name)])
  }
}
