package import AdminCore

/// Makes calls: waits where the service wants to be left alone, adds the token, repeats what may be repeated, and
/// reports what came of it. Everything that is the same for Graph, Exchange and the sign-in service.
package struct ServiceCaller: Sendable {
  private let transport: any HTTPTransport
  private let timekeeper: any Timekeeper
  private let gate: ThrottleGate
  private let random: RandomSource
  private let observer: (any CallObserver)?

  package init(
    transport: any HTTPTransport,
    timekeeper: any Timekeeper,
    gate: ThrottleGate,
    random: RandomSource = RandomSource(),
    observer: (any CallObserver)? = nil
  ) {
    self.transport = transport
    self.timekeeper = timekeeper
    self.gate = gate
    self.random = random
    self.observer = observer
  }

  /// - Returns: the answer that stands. A status that says failure is an answer too; it is the caller's to read.
  /// - Throws: when there is no answer, or when it cannot be told whether the call took effect. A change that was
  ///   cancelled under way may have taken effect as well.
  package func perform(
    _ call: ServiceCall, tokens: (any TokenSource)? = nil
  ) async throws(AdminError) -> ServiceAnswer {
    var progress = Progress(call, now: timekeeper.uptime())
    defer { observer?.callEnded(progress.record(call, now: timekeeper.uptime())) }
    var token: AccessToken?
    if let audience = call.audience, let tokens {
      token = try await tokens.token(for: audience, within: left(progress))
    }
    while true {
      let outcome = try await attempt(call, token, &progress)
      if case .reply(let response, let hint) = outcome, response.status == 401, hint == .none,
        let audience = call.audience, let tokens, let refused = token, !progress.hasRenewed
      {
        // A refused token means that nothing was done: one more attempt with a fresh one is safe for every call.
        progress.hasRenewed = true
        token = try await tokens.token(
          for: audience, replacing: refused, claims: ClaimsChallenge(in: response.headers)?.claims,
          within: left(progress))
        continue
      }
      if let answer = try await conclude(call, outcome, token, &progress) { return answer }
    }
  }

  /// For clients that judge parts of an answer themselves: their pauses are spread by the same random numbers.
  func spread<Result: Sendable>(
    _ body: (inout any RandomNumberGenerator & Sendable) -> Result
  ) -> Result {
    random.use(body)
  }

  /// For clients whose requests travel inside others: waits until the workload is open.
  func waitForOpening(of workload: Workload, patience: Duration) async throws(AdminError) {
    try await gate.enter(workload, patience: patience)
    gate.leave(workload)
  }

  /// As above: the workload has asked to be left alone.
  func close(_ workload: Workload, for duration: Duration) { gate.close(workload, for: duration) }

  private enum Outcome {
    case reply(HTTPResponse, RetryCore.Hint)
    case failure(HTTPFailure)
  }

  private struct Progress {
    var core: RetryCore
    let start: Duration
    let end: Duration?
    var attempts = 0
    var status: Int?
    var hasRenewed = false

    init(_ call: ServiceCall, now: Duration) {
      core = RetryCore(call.safety, call.policy)
      start = now
      end = call.budget.map { now + $0 }
    }

    func record(_ call: ServiceCall, now: Duration) -> CallRecord {
      CallRecord(
        method: call.request.method, template: call.template, workload: call.workload.name, status: status,
        attempts: attempts, duration: now - start)
    }
  }

  /// What is left of the call's budget.
  private func left(_ progress: Progress) -> Duration? {
    progress.end.map { max(.milliseconds(1), $0 - timekeeper.uptime()) }
  }

  private func attempt(
    _ call: ServiceCall, _ token: AccessToken?, _ progress: inout Progress
  ) async throws(AdminError) -> Outcome {
    let closed = gate.timeLeft(for: call.workload)
    if closed > .zero { notePause(call, closed) }
    try await gate.enter(
      call.workload, patience: min(left(progress) ?? call.policy.longestServerDelay, call.policy.longestServerDelay))
    defer { gate.leave(call.workload) }
    var request = try call.prepare?(call.request) ?? call.request
    if let left = left(progress) { request.timeout = min(request.timeout, left) }
    if let token { request.headers["Authorization"] = "Bearer " + token.secret.reveal() }
    progress.attempts += 1
    do {
      let response = try await transport.send(request)
      progress.status = response.status
      if let delay = RetryAfter.delay(in: response.headers, now: timekeeper.now()),
        [429, 503, 509].contains(response.status)
      {
        gate.close(call.workload, for: delay)
      }
      return .reply(response, call.hint(response))
    } catch {
      progress.status = nil
      return .failure(error)
    }
  }

  /// - Returns: the answer that stands; `nil` after the pause before another attempt.
  private func conclude(
    _ call: ServiceCall, _ outcome: Outcome, _ token: AccessToken?, _ progress: inout Progress
  ) async throws(AdminError) -> ServiceAnswer? {
    let patience = left(progress)
    let verdict = random.use { generator in
      progress.core.judge(judged(outcome), patience: patience, using: &generator)
    }
    switch (verdict, outcome) {
    case (.retry(let delay), _):
      notePause(call, delay)
      try await timekeeper.pause(for: delay)
      return nil
    case (.ambiguous, .reply(let response, _)):
      throw .unclear(call, "\(call.service.title) failed with status \(response.status)", cause: excerpt(response))
    case (.ambiguous, .failure(let failure)):
      throw .unclear(call, "there was no answer (\(failure.reason.rawValue))", cause: failure.detail)
    case (.accept, .reply(let response, _)), (.giveUp, .reply(let response, _)):
      return ServiceAnswer(
        response: response, attempts: progress.attempts,
        retryAfter: RetryAfter.delay(in: response.headers, now: timekeeper.now()), token: token)
    case (.accept, .failure(let failure)), (.giveUp, .failure(let failure)): throw .unanswered(call, failure)
    }
  }

  private func notePause(_ call: ServiceCall, _ duration: Duration) {
    observer?.callPauses(
      CallPause(
        method: call.request.method, template: call.template, workload: call.workload.name, duration: duration))
  }

  private func judged(_ outcome: Outcome) -> RetryCore.Outcome {
    switch outcome {
    case .reply(let response, let hint):
      .reply(
        status: response.status, retryAfter: RetryAfter.delay(in: response.headers, now: timekeeper.now()), hint: hint)
    case .failure(let failure): .failure(failure)
    }
  }

  private func excerpt(_ response: HTTPResponse) -> String {
    VisibleText.excerpt(String(decoding: response.body.prefix(2000), as: UTF8.self), limit: 500)
  }
}
