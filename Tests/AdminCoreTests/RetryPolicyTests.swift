import AdminCore
import TestSupport
import Testing

@Suite("Retry arithmetic")
struct RetryPolicyTests {
  private static let policy = RetryPolicy(
    maximumAttempts: 5, initialDelay: .seconds(1), maximumDelay: .seconds(10), longestServerDelay: .seconds(60))

  @Test(
    "The pause doubles up to its cap",
    arguments: [(-1, 1), (0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (6, 10), (1000, 10), (Int.max, 10)])
  func backoff(attempt: Int, seconds: Int) {
    #expect(Self.policy.backoff(afterAttempt: attempt) == .seconds(seconds))
  }

  @Test("Another multiplier and a first pause beyond the cap are obeyed too")
  func otherPolicies() {
    var policy = Self.policy
    policy.multiplier = 3
    #expect(policy.backoff(afterAttempt: 3) == .seconds(9))
    policy.initialDelay = .seconds(30)
    #expect(policy.backoff(afterAttempt: 1) == .seconds(10))
  }

  @Test(
    "A server's wish is obeyed exactly, up to the longest that is waited for",
    arguments: [
      (0, .retry(after: .zero)), (7, .retry(after: .seconds(7))), (60, .retry(after: .seconds(60))), (61, .giveUp),
      (-5, .retry(after: .zero)),
    ] as [(Int, RetryPolicy.Verdict)])
  func serverDelay(seconds: Int, verdict: RetryPolicy.Verdict) {
    var random = SeededRandom(seed: 1)
    #expect(Self.policy.verdict(afterAttempt: 1, serverDelay: .seconds(seconds), using: &random) == verdict)
  }

  @Test("After the last attempt it gives up, whatever the server says")
  func givesUp() {
    var random = SeededRandom(seed: 1)
    for attempt in [5, 6, 100] {
      #expect(Self.policy.verdict(afterAttempt: attempt, serverDelay: nil, using: &random) == .giveUp)
      #expect(Self.policy.verdict(afterAttempt: attempt, serverDelay: .zero, using: &random) == .giveUp)
    }
  }

  @Test("The pause is anywhere between nothing and its upper end", arguments: 1...4)
  func jitter(attempt: Int) {
    var random = SeededRandom(seed: UInt64(attempt))
    let ceiling = Self.policy.backoff(afterAttempt: attempt)
    var pauses: [Duration] = []
    for _ in 0..<500 {
      guard case .retry(let pause) = Self.policy.verdict(afterAttempt: attempt, serverDelay: nil, using: &random) else {
        Issue.record("gave up")
        return
      }
      #expect(pause >= .zero && pause <= ceiling)
      pauses.append(pause)
    }
    #expect(pauses.contains { $0 < ceiling / 4 })
    #expect(pauses.contains { $0 > ceiling * 3 / 4 })
  }
}
