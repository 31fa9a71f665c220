package import AdminCore

/// What repeating a call can do.
package enum RetrySafety: Sendable {
  /// Doing it twice leaves what doing it once leaves: reads, deletions, absolute values, sets.
  case idempotent
  /// Doing it twice may make two. After an unclear end the caller looks whether it was done, then decides.
  case checkFirst
  /// As `checkFirst`, where there is no sure way to look: a mail without a draft.
  case never
}

/// Decides after each attempt of a call whether there is another one, and when. A value without clock and network.
///
/// Two questions are kept apart: whether a failure passes, and whether the attempt may have had its effect. What did
/// nothing (it was throttled, it never left this machine) may be repeated whatever it is.
package struct RetryCore: Sendable {
  /// What the service's own client knows about an answer beyond its status.
  package enum Hint: Sendable {
    case none
    /// The answer says that nothing was done and that it will pass.
    case notDone
    /// Nothing was done because an object has not arrived everywhere yet. Nobody else waits for it, so the pauses are
    /// exact instead of spread.
    case notYet
    /// The answer says that it will pass, but not what was done.
    case transient
    /// The answer says what it means, whatever its status: it is the caller's to judge.
    case stands
  }

  package enum Outcome: Sendable {
    case reply(status: Int, retryAfter: Duration?, hint: Hint)
    case failure(HTTPFailure)
  }

  package enum Verdict: Hashable, Sendable {
    /// The answer stands, good or bad.
    case accept
    case retry(after: Duration)
    /// It cannot be told whether the call took effect, and it must not be repeated blindly.
    case ambiguous
    /// There is no use in going on: the fault is permanent, the attempts are used up, or the service asks for more
    /// patience than there is.
    case giveUp
  }

  package let safety: RetrySafety
  package let policy: RetryPolicy
  package private(set) var attempt = 0

  package init(_ safety: RetrySafety, _ policy: RetryPolicy) {
    self.safety = safety
    self.policy = policy
  }

  private enum Effect {
    case final, nothingDone(Duration?), notYet(Duration?), unclear(Duration?), permanent
  }

  /// - Parameter patience: how long there is left to wait; `nil` for as long as the policy allows.
  package mutating func judge(
    _ outcome: Outcome, patience: Duration? = nil, using random: inout some RandomNumberGenerator
  ) -> Verdict {
    attempt += 1
    let serverDelay: Duration?
    switch Self.effect(of: outcome) {
    case .final: return .accept
    case .permanent: return .giveUp
    case .unclear where safety != .idempotent: return .ambiguous
    case .nothingDone(let delay), .unclear(let delay): serverDelay = delay
    case .notYet(let delay): serverDelay = delay ?? policy.backoff(afterAttempt: attempt)
    }
    switch policy.verdict(afterAttempt: attempt, serverDelay: serverDelay, using: &random) {
    case .retry(let delay) where patience.map({ delay < $0 }) ?? true: return .retry(after: delay)
    case .retry, .giveUp: return .giveUp
    }
  }

  private static func effect(of outcome: Outcome) -> Effect {
    switch outcome {
    case .reply(let status, let retryAfter, let hint):
      switch (status, hint) {
      case (_, .notYet): .notYet(retryAfter)
      case (_, .stands): .final
      case (_, .notDone), (429, _), (509, _): .nothingDone(retryAfter)
      case (_, .transient), (408, _), (500, _), (502...504, _): .unclear(retryAfter)
      default: .final
      }
    case .failure(let failure):
      switch (failure.reason, failure.delivery) {
      case (.malformedRequest, _), (.cancelled, _), (.closed, .notSent), (.untrusted, _): .permanent
      case (_, .notSent): .nothingDone(nil)
      case (_, .maybeSent): .unclear(nil)
      }
    }
  }
}

extension RetryPolicy {
  /// Microsoft's services: from 2 s, doubled, full jitter, at most 60 s and five attempts. A longer `Retry-After` than
  /// five minutes is handed on to the caller instead of waited for.
  package static let service = RetryPolicy(
    maximumAttempts: 5, initialDelay: .seconds(2), maximumDelay: .seconds(60), longestServerDelay: .seconds(300))

  /// One attempt, for whoever wants to know how things stand now.
  package static let once = RetryPolicy(
    maximumAttempts: 1, initialDelay: .seconds(1), maximumDelay: .seconds(1), longestServerDelay: .zero)
}
