import AdminCore
import M365
import TestSupport
import Testing

@Suite("Deciding whether to try again")
struct RetryCoreTests {
  private func verdict(
    _ safety: RetrySafety, _ outcome: RetryCore.Outcome, policy: RetryPolicy = .service
  ) -> RetryCore.Verdict {
    var random = SeededRandom(seed: 1)
    var core = RetryCore(safety, policy)
    return core.judge(outcome, using: &random)
  }

  private func reply(_ status: Int, after: Duration? = nil, _ hint: RetryCore.Hint = .none) -> RetryCore.Outcome {
    .reply(status: status, retryAfter: after, hint: hint)
  }

  private enum Kind { case accept, retry, ambiguous, giveUp }

  private func kind(_ verdict: RetryCore.Verdict) -> Kind {
    switch verdict {
    case .accept: .accept
    case .retry: .retry
    case .ambiguous: .ambiguous
    case .giveUp: .giveUp
    }
  }

  @Test(
    "What answers last, good or bad, whatever the call",
    arguments: [
      200, 201, 202, 204, 207, 302, 304, 400, 401, 403, 404, 405, 409, 410, 412, 413, 422, 423, 424, 501, 507,
    ])
  func final(status: Int) {
    for safety in [RetrySafety.idempotent, .checkFirst, .never] {
      #expect(verdict(safety, reply(status)) == .accept)
    }
  }

  @Test("Throttling did nothing, so every call is repeated", arguments: [429, 509])
  func throttled(status: Int) {
    for safety in [RetrySafety.idempotent, .checkFirst, .never] {
      #expect(verdict(safety, reply(status, after: .seconds(7))) == .retry(after: .seconds(7)))
      #expect(kind(verdict(safety, reply(status))) == .retry)
    }
  }

  @Test("A server error is repeated only where that does no harm", arguments: [408, 500, 502, 503, 504])
  func serverErrors(status: Int) {
    #expect(kind(verdict(.idempotent, reply(status))) == .retry)
    #expect(verdict(.idempotent, reply(status, after: .seconds(3))) == .retry(after: .seconds(3)))
    #expect(verdict(.checkFirst, reply(status)) == .ambiguous)
    #expect(verdict(.never, reply(status, after: .seconds(3))) == .ambiguous)
  }

  @Test("The client's own knowledge of an answer counts")
  func hints() {
    for safety in [RetrySafety.idempotent, .checkFirst, .never] {
      #expect(kind(verdict(safety, reply(404, .notDone))) == .retry)
    }
    #expect(kind(verdict(.idempotent, reply(401, .transient))) == .retry)
    #expect(verdict(.checkFirst, reply(400, .transient)) == .ambiguous)
  }

  @Test(
    "What never left is repeated whatever it is",
    arguments: [HTTPFailure.Reason.unresolved, .unreachable, .tls, .timedOut, .overloaded, .interrupted])
  func notSent(reason: HTTPFailure.Reason) {
    for safety in [RetrySafety.idempotent, .checkFirst, .never] {
      #expect(kind(verdict(safety, .failure(HTTPFailure(reason, .notSent)))) == .retry)
    }
  }

  @Test(
    "What may have arrived is repeated only where that does no harm",
    arguments: [HTTPFailure.Reason.timedOut, .interrupted, .malformedReply, .tooLarge, .closed])
  func maybeSent(reason: HTTPFailure.Reason) {
    #expect(kind(verdict(.idempotent, .failure(HTTPFailure(reason, .maybeSent)))) == .retry)
    #expect(verdict(.checkFirst, .failure(HTTPFailure(reason, .maybeSent))) == .ambiguous)
    #expect(verdict(.never, .failure(HTTPFailure(reason, .maybeSent))) == .ambiguous)
  }

  @Test("Some failures no repetition mends")
  func permanent() {
    for failure in [
      HTTPFailure(.malformedRequest, .notSent), HTTPFailure(.untrusted, .notSent), HTTPFailure(.closed, .notSent),
      HTTPFailure(.cancelled, .notSent), HTTPFailure(.cancelled, .maybeSent),
    ] {
      #expect(verdict(.idempotent, .failure(failure)) == .giveUp)
    }
  }

  @Test("Without a wish of the service the pauses grow from two seconds to sixty, with full jitter, for five attempts")
  func backoff() {
    for seed in UInt64(0)..<50 {
      var random = SeededRandom(seed: seed)
      var core = RetryCore(.idempotent, .service)
      var pauses: [Duration] = []
      while case .retry(let pause) = core.judge(reply(503), using: &random) { pauses.append(pause) }
      #expect(pauses.count == 4)
      #expect(core.attempt == 5)
      for (pause, ceiling) in zip(pauses, [2, 4, 8, 16]) {
        #expect(pause >= .zero && pause <= .seconds(ceiling))
      }
    }
    #expect(RetryPolicy.service.backoff(afterAttempt: 20) == .seconds(60))
  }

  @Test("A Retry-After is obeyed exactly, again and again, until the attempts are used up")
  func obedience() {
    var random = SeededRandom(seed: 1)
    var core = RetryCore(.idempotent, .service)
    for _ in 1...4 {
      #expect(core.judge(reply(429, after: .seconds(11)), using: &random) == .retry(after: .seconds(11)))
    }
    #expect(core.judge(reply(429, after: .seconds(11)), using: &random) == .giveUp)
  }

  @Test("More patience than there is, is not spent")
  func patience() {
    #expect(verdict(.idempotent, reply(429, after: .seconds(301))) == .giveUp)
    #expect(verdict(.idempotent, reply(429, after: .seconds(300))) == .retry(after: .seconds(300)))
    #expect(verdict(.idempotent, reply(503), policy: .once) == .giveUp)
    var random = SeededRandom(seed: 1)
    var core = RetryCore(.idempotent, .service)
    #expect(core.judge(reply(429, after: .seconds(6)), patience: .seconds(5), using: &random) == .giveUp)
    #expect(
      core.judge(reply(429, after: .seconds(4)), patience: .seconds(5), using: &random) == .retry(after: .seconds(4)))
  }

  @Test(
    "Retry-After is read in seconds and as a date",
    arguments: [
      ("7", nil, 7), ("0", nil, 0), ("Mon, 05 Jan 2026 08:00:09 GMT", nil, 9),
      ("Mon, 05 Jan 2026 07:00:00 GMT", nil, 0),
      ("Mon, 05 Jan 2026 08:10:00 GMT", "Mon, 05 Jan 2026 08:09:30 GMT", 30),
      ("", nil, nil), ("-1", nil, nil), ("7.5", nil, nil), ("soon", nil, nil), ("99999999999999999999", nil, nil),
      ("Mon, 32 Jan 2026 08:00:09 GMT", nil, nil), ("Mon, 05 Foo 2026 08:00:09 GMT", nil, nil),
      ("Mon, 05 Jan 2026 25:00:09 GMT", nil, nil), ("Mon, 05 Jan 2026 08:00:09 CET", nil, nil),
    ] as [(String, String?, Int?)])
  func retryAfter(text: String, date: String?, seconds: Int?) throws {
    let now = try #require(Timestamp(iso8601: "2026-01-05T08:00:00Z"))
    var headers: HTTPHeaders = ["retry-after": text]
    headers["Date"] = date
    #expect(RetryAfter.delay(in: headers, now: now) == seconds.map { .seconds($0) })
    #expect(RetryAfter.delay(in: [:], now: now) == nil)
  }
}
