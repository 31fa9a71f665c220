package import AdminCore
import Synchronization

/// Limits how many calls are admitted in any minute: the sliding window log, exact at every moment.
package struct RateWindow: Sendable {
  private static let span = Duration.seconds(60)

  package let limit: Int
  /// When each call of the last minute was admitted, oldest first, from `first` on.
  private var admitted: [Duration] = []
  private var first = 0

  package init(limit: Int) { self.limit = limit }

  package enum Verdict: Hashable, Sendable {
    case admitted
    case refused(retryAfter: Duration)
  }

  /// - Parameter now: time since a fixed moment; never goes back.
  package mutating func admit(at now: Duration) -> Verdict {
    while first < admitted.count, admitted[first] <= now - Self.span { first += 1 }
    if first > limit {
      admitted.removeFirst(first)
      first = 0
    }
    guard admitted.count - first < limit else { return .refused(retryAfter: admitted[first] + Self.span - now) }
    admitted.append(now)
    return .admitted
  }
}

/// The limit on the calls of this server's clients.
package final class CallRateLimiter: Sendable {
  /// `nil` where everything is admitted.
  private let window: Mutex<RateWindow?>
  private let timekeeper: any Timekeeper

  package init(callsPerMinute: Int?, timekeeper: any Timekeeper) {
    window = Mutex(callsPerMinute.map(RateWindow.init))
    self.timekeeper = timekeeper
  }

  package func admit() throws(AdminError) {
    let refusal: (limit: Int, wait: Duration)? = window.withLock { window in
      guard case .refused(let wait) = window?.admit(at: timekeeper.uptime()) else { return nil }
      return (window?.limit ?? 0, wait)
    }
    guard let (limit, wait) = refusal else { return }
    throw AdminError(
      .rateLimited, "More than \(limit) calls within a minute; call again in \((wait.milliseconds + 999) / 1000) s.",
      retryAfter: wait)
  }
}
