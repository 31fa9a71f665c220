package import AdminCore

extension GraphClient {
  /// What one request of a batch came to.
  package typealias BatchResult = Result<GraphReply, AdminError>

  /// Graph takes this many requests in one batch.
  package static let batchSize = 20

  /// Makes many calls with few requests. Each call succeeds or fails by itself; one that was throttled is sent again,
  /// the others are not. Nothing is promised about the order in which Graph does them.
  ///
  /// - Returns: the results in the order of the calls.
  package func batch(_ calls: [GraphCall]) async throws(AdminError) -> [BatchResult] {
    var results: [BatchResult] = []
    var rest = calls[...]
    while !rest.isEmpty {
      try await results.append(contentsOf: send(BatchRound(Array(rest.prefix(Self.batchSize)))))
      rest = rest.dropFirst(Self.batchSize)
    }
    return results
  }

  private func send(_ round: BatchRound) async throws(AdminError) -> [BatchResult] {
    var round = round
    while !round.pending.isEmpty {
      var outer = GraphCall.post(
        "/$batch", .json(round.body), permissions: [], safety: round.isIdempotent ? .idempotent : .checkFirst)
      outer.confidential = round.calls.flatMap(\.confidential)
      for workload in Set(round.pending.map { round.calls[$0].workload }) {
        try await caller.waitForOpening(of: workload, patience: outer.policy.longestServerDelay)
      }
      let reply = try await send(outer)
      let roles = await tokens.rolesHeld(for: endpoints.graphAudience)
      guard let pause = caller.spread({ round.take(reply, roles: roles, now: timekeeper.now(), using: &$0) }) else {
        throw .malformedReply(outer)
      }
      for wish in round.wishes { caller.close(wish.workload, for: wish.duration) }
      if !round.pending.isEmpty { try await timekeeper.pause(for: pause) }
    }
    return round.results
  }
}

extension TokenSource {
  /// What the token in hand is good for; `nil` when it does not say.
  func rolesHeld(for audience: TokenAudience) async -> [String]? {
    guard let token = try? await token(for: audience, within: nil) else { return nil }
    return TokenClaims(token)?.roles
  }
}

/// Up to twenty calls that travel together, and what has come of each so far. A value without clock and network.
struct BatchRound: Sendable {
  let calls: [GraphCall]
  private var outcomes: [GraphClient.BatchResult?]
  private var retries: [RetryCore]
  /// What the last answer asked for.
  private(set) var wishes: [(workload: Workload, duration: Duration)] = []

  init(_ calls: [GraphCall]) {
    self.calls = calls
    outcomes = calls.map { $0.path.flaw.map { .failure(AdminError(.invalidArgument, $0)) } }
    retries = calls.map { RetryCore($0.safety, $0.isFresh ? .replication : $0.policy) }
  }

  /// The calls that have no result yet.
  var pending: [Int] { outcomes.indices.filter { outcomes[$0] == nil } }

  var isIdempotent: Bool { pending.allSatisfy { calls[$0].safety == .idempotent } }

  var results: [GraphClient.BatchResult] {
    zip(calls, outcomes).map { call, outcome in outcome ?? .failure(.malformedReply(call)) }
  }

  var body: JSONValue {
    ["requests": .array(pending.map { .object(request($0)) })]
  }

  private func request(_ index: Int) -> JSONObject {
    let call = calls[index]
    var request: JSONObject = [
      "id": .string(String(index)), "method": .string(call.method.rawValue),
      "url": .string(call.path.text + call.query.text),
    ]
    var headers = JSONObject()
    for field in call.optionHeaders.fields { headers[field.name] = .string(field.value) }
    switch call.body {
    case .none: break
    case .json(let value):
      headers["Content-Type"] = "application/json"
      request["body"] = value
    case .mime(let message):
      headers["Content-Type"] = "text/plain"
      request["body"] = .string(Base64.encode(message))
    }
    if !headers.isEmpty { request["headers"] = .object(headers) }
    return request
  }

  /// Takes in the answer to the pending calls.
  ///
  /// - Returns: the pause before the calls that are still pending, or `nil` when this is no answer to a batch.
  mutating func take(
    _ reply: GraphReply, roles: [String]?, now: Timestamp, using random: inout some RandomNumberGenerator
  ) -> Duration? {
    guard let responses = reply.json["responses"]?.arrayValue else { return nil }
    var pause = Duration.zero
    wishes = []
    var answered: Set<Int> = []
    for response in responses {
      guard let index = response["id"]?.stringValue.flatMap(Int.init), pending.contains(index),
        let status = response["status"]?.intValue, answered.insert(index).inserted
      else { continue }
      if let delay = judge(index, status: status, response, roles: roles, now: now, using: &random) {
        pause = max(pause, delay)
      }
    }
    // A call that got no answer may have been made nevertheless.
    for index in pending where !answered.contains(index) {
      outcomes[index] = .failure(calls[index].unclear("the batch was answered without it"))
    }
    return pause
  }

  /// - Returns: the pause before this call is made again; `nil` when it has its result.
  private mutating func judge(
    _ index: Int, status: Int, _ response: JSONValue, roles: [String]?, now: Timestamp,
    using random: inout some RandomNumberGenerator
  ) -> Duration? {
    let call = calls[index]
    var headers = HTTPHeaders()
    for member in response["headers"]?.objectValue ?? [:] {
      if let value = member.value.stringValue { headers.add(member.key, value) }
    }
    let body = response["body"] ?? .null
    let retryAfter = RetryAfter.delay(in: headers, now: now)
    if let retryAfter, [429, 503, 509].contains(status) { wishes.append((call.workload, retryAfter)) }
    let hint: RetryCore.Hint = status == 404 && call.isFresh ? .notYet : .none
    switch retries[index].judge(.reply(status: status, retryAfter: retryAfter, hint: hint), using: &random) {
    case .retry(let delay): return delay
    case .ambiguous:
      outcomes[index] = .failure(call.unclear("it failed with status \(status)"))
    case .accept where (200..<300).contains(status):
      outcomes[index] = .success(GraphReply(status: status, headers: headers, json: body))
    case .accept, .giveUp:
      let error = GraphError(
        status: status, requestID: headers["request-id"], json: body, fallback: body.stringValue ?? "",
        retryAfter: retryAfter, confidential: call.confidential)
      outcomes[index] = .failure(
        GraphRefusal(
          error: error, operation: call.operation, permissions: call.permissions, subject: call.subject,
          roles: roles, clientRequestID: nil
        ).adminError)
    }
    return nil
  }
}

extension GraphCall {
  fileprivate func unclear(_ reason: String) -> AdminError {
    guard safety != .idempotent else {
      return AdminError(
        .graphFailed, "\(operation) was not answered: \(reason). Try again.", isRetryable: true)
    }
    return AdminError(
      .outcomeUnknown,
      "It cannot be told whether \(operation) took effect: \(reason). Look at the tenant before doing it again.",
      details: ["operation": .string(operation), "reason": .string(reason)])
  }
}
