/// When to try again, as pure arithmetic: capped exponential growth with full jitter, and a server's own wish first.
package struct RetryPolicy: Hashable, Sendable {
  /// Attempts in all, the first one included.
  package var maximumAttempts: Int
  package var initialDelay: Duration
  package var multiplier: Int
  package var maximumDelay: Duration
  /// A server that asks for more patience than this is not waited for.
  package var longestServerDelay: Duration

  package init(
    maximumAttempts: Int,
    initialDelay: Duration,
    multiplier: Int = 2,
    maximumDelay: Duration,
    longestServerDelay: Duration
  ) {
    self.maximumAttempts = maximumAttempts
    self.initialDelay = initialDelay
    self.multiplier = multiplier
    self.maximumDelay = maximumDelay
    self.longestServerDelay = longestServerDelay
  }

  package enum Verdict: Hashable, Sendable {
    case retry(after: Duration)
    case giveUp
  }

  /// - Parameters:
  ///   - attempt: the attempt that has just failed, counted from 1.
  ///   - serverDelay: what the server asked for (`Retry-After`), obeyed exactly and without jitter.
  package func verdict(
    afterAttempt attempt: Int, serverDelay: Duration?, using random: inout some RandomNumberGenerator
  ) -> Verdict {
    guard attempt < maximumAttempts else { return .giveUp }
    if let serverDelay {
      return serverDelay <= longestServerDelay ? .retry(after: max(serverDelay, .zero)) : .giveUp
    }
    let ceiling = backoff(afterAttempt: attempt)
    return .retry(after: .milliseconds(Int64.random(in: 0...max(1, ceiling.milliseconds), using: &random)))
  }

  /// The upper end of the pause after `attempt`, before jitter.
  package func backoff(afterAttempt attempt: Int) -> Duration {
    var delay = initialDelay
    for _ in 1..<max(1, attempt) {
      guard delay < maximumDelay else { break }
      delay *= multiplier
    }
    return min(delay, maximumDelay)
  }
}
