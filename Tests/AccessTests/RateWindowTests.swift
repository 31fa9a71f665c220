import Access
import AdminCore
import TestSupport
import Testing

@Suite("The limit on calls")
struct RateWindowTests {
  @Test("As many calls as the limit are admitted in a minute, and the next is told how long to wait")
  func refusesBeyondTheLimit() {
    var window = RateWindow(limit: 3)
    for second in [0, 10, 20] {
      #expect(window.admit(at: .seconds(second)) == .admitted)
    }
    #expect(window.admit(at: .seconds(25)) == .refused(retryAfter: .seconds(35)))
  }

  @Test("A call counts for exactly sixty seconds")
  func forgetsAfterAMinute() {
    var window = RateWindow(limit: 1)
    #expect(window.admit(at: .zero) == .admitted)
    #expect(window.admit(at: .milliseconds(59_999)) == .refused(retryAfter: .milliseconds(1)))
    #expect(window.admit(at: .seconds(60)) == .admitted)
  }

  @Test("A refused call does not count")
  func refusalsAreFree() {
    var window = RateWindow(limit: 1)
    #expect(window.admit(at: .zero) == .admitted)
    for second in 1..<60 { #expect(window.admit(at: .seconds(second)) != .admitted) }
    #expect(window.admit(at: .seconds(60)) == .admitted)
  }

  @Test("No minute of a long run holds more calls than the limit", arguments: [1, 7, 60])
  func holdsEverywhere(limit: Int) {
    var window = RateWindow(limit: limit)
    var random = SeededRandom(seed: UInt64(limit))
    var now = Duration.zero
    var admitted: [Duration] = []
    for _ in 0..<5000 {
      now += .milliseconds(Int.random(in: 0...2000, using: &random))
      if window.admit(at: now) == .admitted { admitted.append(now) }
    }
    for (index, time) in admitted.enumerated() where index >= limit {
      #expect(time - admitted[index - limit] >= .seconds(60))
    }
    #expect(admitted.count > limit)
  }

  @Test("The limiter's refusal is retryable and names the wait")
  func limiterThrows() throws {
    let timekeeper = VirtualTimekeeper(.manual)
    let limiter = CallRateLimiter(callsPerMinute: 2, timekeeper: timekeeper)
    try limiter.admit()
    try limiter.admit()
    timekeeper.advance(by: .milliseconds(500))
    let error = #expect(throws: AdminError.self) { try limiter.admit() }
    #expect(error?.code == .rateLimited)
    #expect(error?.isRetryable == true)
    #expect(error?.retryAfter == .milliseconds(59_500))
    #expect(error?.message.contains("60 s") == true)
    timekeeper.advance(by: .seconds(60))
    try limiter.admit()
  }

  @Test("Without a limit everything is admitted")
  func unlimited() throws {
    let limiter = CallRateLimiter(callsPerMinute: nil, timekeeper: VirtualTimekeeper(.manual))
    for _ in 0..<1000 { try limiter.admit() }
  }
}
