import AdminCore
import M365
import TestSupport
import Testing

@Suite("Making calls", .timeLimit(.minutes(1)))
struct ServiceCallerTests {
  private let timekeeper = VirtualTimekeeper()
  private let log = CallLog()

  private func caller(_ transport: ScriptedTransport, _ timekeeper: VirtualTimekeeper? = nil) -> ServiceCaller {
    let timekeeper = timekeeper ?? self.timekeeper
    return ServiceCaller(
      transport: transport, timekeeper: timekeeper, gate: ThrottleGate(timekeeper: timekeeper),
      random: RandomSource(SeededRandom(seed: 7)), observer: log)
  }

  private func call(
    _ method: HTTPMethod = .get, _ path: String = "/v1.0/users", workload: Workload = .directory,
    safety: RetrySafety = .idempotent, policy: RetryPolicy = .service, budget: Duration? = nil
  ) throws -> ServiceCall {
    let url = try #require(HTTPURL(origin: Origin(https: "graph.microsoft.com"), target: path))
    return ServiceCall(
      HTTPRequest(method, url), service: .graph, workload: workload, template: "/users", safety: safety,
      policy: policy, budget: budget)
  }

  private func error(_ body: () async throws -> Void) async throws -> AdminError {
    do {
      try await body()
    } catch let error as AdminError {
      return error
    }
    Issue.record("no error")
    return .cancelled
  }

  @Test("After a 429 with Retry-After 7 no call to that service leaves earlier, and others are not held back")
  func retryAfter() async throws {
    let transport = ScriptedTransport(timekeeper: timekeeper)
      .on(.get, "/v1.0/users", .status(429, ["Retry-After": "7"]), .status(200), .status(200))
      .on(.get, "/v1.0/teams", .status(200))
    let caller = caller(transport)
    let first = try await caller.perform(call())
    #expect(first.response.status == 200)
    #expect(first.attempts == 2)
    #expect(transport.requests.map(\.uptime) == [.zero, .seconds(7)])
    #expect(log.pauses.map(\.duration) == [.seconds(7)])
  }

  @Test("A closed workload holds back every caller, and an open one nobody")
  func closedForAll() async throws {
    let timekeeper = VirtualTimekeeper(.manual)
    let transport = ScriptedTransport(timekeeper: timekeeper)
      .on(.get, "/v1.0/users", .status(429, ["Retry-After": "7"]))
      .always(.get, "/v1.0/users", .status(200))
      .always(.get, "/v1.0/teams", .status(200))
    let caller = caller(transport, timekeeper)
    let users = try call()
    let teams = try call(.get, "/v1.0/teams", workload: .teams(team: "x"))
    let throttled = Task { try await caller.perform(users).response.status }
    #expect(await eventually { timekeeper.sleeperCount == 1 })
    let others = (0..<5).map { _ in Task { try await caller.perform(users).response.status } }
    #expect(try await caller.perform(teams).response.status == 200)
    #expect(await eventually { timekeeper.sleeperCount == 6 })
    #expect(log.pauses.count == 6)
    timekeeper.advance(by: .milliseconds(6999))
    #expect(transport.requests(to: "/v1.0/users").count == 1)
    timekeeper.advance(by: .milliseconds(1))
    for task in others { #expect(try await task.value == 200) }
    #expect(try await throttled.value == 200)
    #expect(transport.requests(to: "/v1.0/users").dropFirst().allSatisfy { $0.uptime == .seconds(7) })
  }

  @Test("A 503 three times and then an answer is a success")
  func recovers() async throws {
    let transport = ScriptedTransport(timekeeper: timekeeper)
      .on(.get, "/v1.0/users", .status(503), .status(503), .status(503), .text(200, "ok"))
    let answer = try await caller(transport).perform(call())
    #expect(answer.response.body == Array("ok".utf8))
    #expect(answer.attempts == 4)
    #expect(log.records.map(\.attempts) == [4])
    #expect(log.records.first?.status == 200)
    #expect(log.records.first?.template == "/users")
    #expect(log.records.first?.workload == "directory")
  }

  @Test("When the attempts are used up the last answer stands")
  func exhausted() async throws {
    let transport = ScriptedTransport().always(.get, "/v1.0/users", .status(503, ["Retry-After": "2"]))
    let answer = try await caller(transport).perform(call())
    #expect(answer.response.status == 503)
    #expect(answer.attempts == 5)
    #expect(answer.retryAfter == .seconds(2))
  }

  @Test("When nobody answers the error says what to look at")
  func unanswered() async throws {
    let cases: [(HTTPFailure.Reason, String, Bool)] = [
      (.unresolved, "M365_GRAPH_ENDPOINT", true), (.unreachable, "firewall", true), (.untrusted, "M365_CA_FILE", false),
      (.tls, "TLS 1.2", true), (.timedOut, "did not answer in time", true), (.interrupted, "broke off", true),
      (.overloaded, "too many requests", true), (.malformedReply, "does not speak HTTP", true),
      (.tooLarge, "larger than", false), (.closed, "shutting down", true),
    ]
    for (reason, text, isRetryable) in cases {
      let transport = ScriptedTransport().always(.get, "/v1.0/users", .failure(HTTPFailure(reason, .notSent, "inner")))
      let found = try await error { _ = try await caller(transport).perform(call()) }
      #expect(found.code == .graphFailed)
      #expect(found.message.contains(text), "\(found.message)")
      #expect(found.isRetryable == isRetryable)
      #expect(!found.message.contains("inner"))
      #expect(found.cause == "inner")
    }
    let broken = ScriptedTransport()
    #expect(try await error { _ = try await caller(broken).perform(call()) }.code == .internalFault)
  }

  @Test("A reply lost after a POST that must be checked is an unknown outcome, and the POST is sent once")
  func ambiguous() async throws {
    for reply in [
      ScriptedTransport.Reply.failure(HTTPFailure(.interrupted, .maybeSent)), .status(500), .status(504),
      .status(503, ["Retry-After": "5"]),
    ] {
      for safety in [RetrySafety.checkFirst, .never] {
        let transport = ScriptedTransport().always(.post, "/v1.0/users", reply)
        let found = try await error { _ = try await caller(transport).perform(call(.post, safety: safety)) }
        #expect(found.code == .outcomeUnknown)
        #expect(found.message.contains("POST /users"))
        #expect(!found.isRetryable)
        #expect(transport.requests.count == 1)
      }
    }
  }

  @Test("A POST that never left, or was throttled, is sent again")
  func safePost() async throws {
    let transport = ScriptedTransport()
      .on(
        .post, "/v1.0/users", .failure(HTTPFailure(.unreachable, .notSent)), .status(429, ["Retry-After": "1"]),
        .status(201))
    let answer = try await caller(transport).perform(call(.post, safety: .never))
    #expect(answer.response.status == 201)
    #expect(answer.attempts == 3)
  }

  @Test("A wish beyond the cap is handed to the caller, and the next call hears of it without asking")
  func longWish() async throws {
    let transport = ScriptedTransport().always(.get, "/v1.0/users", .status(429, ["Retry-After": "7200"]))
    let caller = caller(transport)
    let answer = try await caller.perform(call())
    #expect(answer.response.status == 429)
    #expect(answer.retryAfter == .seconds(7200))
    let found = try await error { _ = try await caller.perform(call()) }
    #expect(found.code == .rateLimited)
    #expect(found.retryAfter == .seconds(7200))
    #expect(found.message.contains("7200 s"))
    #expect(transport.requests.count == 1)
  }

  @Test("A budget bounds attempts, pauses and the time of one request")
  func budget() async throws {
    let transport = ScriptedTransport(timekeeper: timekeeper)
      .always(.get, "/v1.0/users", .status(429, ["Retry-After": "2"]))
    let answer = try await caller(transport).perform(call(budget: .seconds(5)))
    #expect(answer.response.status == 429)
    #expect(transport.requests.map(\.uptime) == [.zero, .seconds(2), .seconds(4)])
    #expect(transport.requests.map(\.request.timeout) == [.seconds(5), .seconds(3), .seconds(1)])
  }

  @Test("A cancelled call says so and stops waiting")
  func cancelled() async throws {
    let timekeeper = VirtualTimekeeper(.manual)
    let transport = ScriptedTransport().always(.get, "/v1.0/users", .status(429, ["Retry-After": "60"]))
    let caller = caller(transport, timekeeper)
    let users = try call()
    let task = Task { try await caller.perform(users) }
    #expect(await eventually { timekeeper.sleeperCount == 1 })
    task.cancel()
    let found = try await error { _ = try await task.value }
    #expect(found.code == .cancelled)
  }

  @Test("Four requests at a time for one mailbox, and others go on")
  func mailboxConcurrency() async throws {
    let gate = ScriptGate()
    let transport = ScriptedTransport()
      .always(.get, "/v1.0/a", .held(gate, HTTPResponse(status: 200)))
      .always(.get, "/v1.0/b", .status(200))
    let caller = caller(transport)
    let mailbox = try call(.get, "/v1.0/a", workload: .outlook(mailbox: "a"))
    let tasks = (0..<10).map { _ in Task { try await caller.perform(mailbox).response.status } }
    #expect(await eventually { gate.waiterCount == 4 })
    let other = try call(.get, "/v1.0/b", workload: .outlook(mailbox: "b"))
    #expect(try await caller.perform(other).response.status == 200)
    #expect(transport.requests(to: "/v1.0/a").count == 4)
    tasks[0].cancel()
    tasks[9].cancel()
    gate.open()
    var done = 0
    for task in tasks { if (try? await task.value) == 200 { done += 1 } }
    #expect(done >= 8)
    #expect(gate.waiterCount == 0)
  }

  @Test("Four requests a second for one team, and another team at its own pace")
  func teamPace() async throws {
    let transport = ScriptedTransport(timekeeper: timekeeper).always(.post, "/v1.0/users", .status(200))
    let caller = caller(transport)
    for _ in 0..<5 { _ = try await caller.perform(call(.post, workload: .teams(team: "a"))) }
    let times = transport.requests.map(\.uptime)
    #expect(times == [0, 250, 500, 750, 1000].map { .milliseconds($0) })
    _ = try await caller.perform(call(.post, workload: .teams(team: "b")))
    #expect(transport.requests.last?.uptime == .seconds(1))
  }

  @Test("The book keeps the longest closure and forgets the past")
  func book() {
    var book = ThrottleBook()
    book.close(.directory, until: .seconds(10))
    book.close(.directory, until: .seconds(5))
    book.close(.teams(team: "a"), until: .seconds(3))
    #expect(book.timeLeft(for: .directory, now: .seconds(4)) == .seconds(6))
    #expect(book.timeLeft(for: .teams(team: "b"), now: .seconds(1)) == .seconds(2))
    #expect(book.timeLeft(for: .outlook(mailbox: "x"), now: .zero) == .zero)
    #expect(book.timeLeft(for: .directory, now: .seconds(10)) == .zero)
    for number in 0..<2000 { _ = book.takeTurn(for: .teams(team: "\(number)"), now: .seconds(number)) }
    #expect(book.takeTurn(for: .directory, now: .zero) == .zero)
  }
}
