package import AdminCore
import Cryptography

/// A Microsoft 365 tenant that is only pretended: it keeps state, keeps the real service's rules, and takes requests
/// from whoever hands them in, whether they came over a socket or from a test in the same process.
///
/// Requests are served one after the other and quickly; one that a fault delays waits outside, and others go on.
package actor SimulatedTenant {
  package struct Options: Sendable {
    package var seed: Seed?
    /// `nil` for those of the seed.
    package var lags: Lags?
    package var faults: FaultPlan
    package var cloud: Configuration.Cloud
    package var timekeeper: any Timekeeper
    package var recorder: ExchangeRecorder?
    /// Ids and secrets follow from it.
    package var number: UInt64

    /// - Parameter seed: `nil` for the company that is built in.
    package init(
      seed: Seed? = nil, lags: Lags? = nil, faults: FaultPlan = FaultPlan(), cloud: Configuration.Cloud = .global,
      timekeeper: any Timekeeper = SystemTimekeeper(), recorder: ExchangeRecorder? = nil,
      number: UInt64 = Seed.standardNumber
    ) {
      self.seed = seed
      self.lags = lags
      self.faults = faults
      self.cloud = cloud
      self.timekeeper = timekeeper
      self.recorder = recorder
      self.number = number
    }
  }

  /// One request as the control endpoint reports it.
  struct LogEntry: Sendable {
    let at: Timestamp
    let method: String
    let url: String
    /// `nil` where no answer left.
    let status: Int?
    let fault: Fault?
    /// The `client-request-id`: of all attempts at one call the same.
    let clientRequestID: String?

    init(_ request: SimulatedRequest, at: Timestamp, status: Int?, fault: Fault?) {
      (method, url, clientRequestID) = (request.method, request.url, request.headers["client-request-id"])
      (self.at, self.status, self.fault) = (at, status, fault)
    }
  }

  /// Beyond this many the oldest entries of the request log go.
  private static let logLimit = 10_000

  package nonisolated let credentials: TenantCredentials
  /// The verified domain that is the default.
  package nonisolated let domain: String
  nonisolated let timekeeper: any Timekeeper

  var options: Options
  var initialState: TenantState
  var state: TenantState
  var faults: FaultPlan
  var clockOffset = Duration.zero
  var log: [LogEntry] = []
  /// Requests that came before the time a `Retry-After` had named for their service.
  var earlyRequests: [LogEntry] = []
  let login: LoginService
  private var graph: GraphService
  private var exchange: ExchangeService
  private var concurrency = MailboxConcurrency()
  private var notBefore: [Service: Timestamp] = [:]

  package init(_ options: Options = Options()) throws {
    self.options = options
    timekeeper = options.timekeeper
    faults = options.faults
    login = try LoginService(cloud: options.cloud)
    graph = GraphService(issuer: login.issuer)
    exchange = ExchangeService(issuer: login.issuer)
    let now = options.timekeeper.now()
    let identity = try Self.identity(at: now)
    let seed = try options.seed ?? Seed.standard()
    let lags = try options.lags ?? seed.lags()
    let state = try SeedReader.state(
      seed, number: options.number, now: now, lags: lags, certificate: identity.certificate)
    initialState = state
    self.state = state
    domain = state.organization.defaultDomain
    credentials = TenantCredentials(
      tenantID: state.organization.tenantID, clientID: state.application.clientID,
      clientSecret: Secret(state.application.secrets.last?.value ?? ""), identity: identity,
      identityHeader: Secret(state.application.identityHeader))
  }

  private static func identity(at now: Timestamp) throws(CryptographyError) -> ClientIdentity {
    let key = try SharedKeys.client()
    let builder = CertificateBuilder(
      commonName: "M365 Admin MCP (simulated)", purpose: .clientAssertion, notBefore: now - .seconds(86_400),
      notAfter: now + .seconds(730 * 86_400))
    return ClientIdentity(certificate: try builder.build(for: key), privateKey: key)
  }

  /// The tenant's own clock.
  func now() -> Timestamp { timekeeper.now() + clockOffset }

  // MARK: Serving

  /// Serves one request to any of the tenant's services; the path tells which.
  package func handle(_ request: SimulatedRequest) async throws(ConnectionLost) -> SimulatedResponse {
    let target = RequestTarget(request)
    let service = Service(path: target.path)
    var fault = target.path == SampleManifest.path ? nil : faults.next(request.method, target.path)
    noteEarlyRequest(request, service)
    let mailbox = MailboxConcurrency.key(in: target.path).map { state.user($0)?.id ?? $0 }
    let hasRoom = mailbox.map { concurrency.enter($0) } ?? true
    defer { if let mailbox, hasRoom { concurrency.leave(mailbox) } }
    if !hasRoom { fault = .status(429, retryAfter: 1) }
    try await waitOut(fault, request)
    var response =
      if service == .graph, request.method == "POST", target.path == "/v1.0/$batch", !(fault?.isAnswer ?? false) {
        try await answerBatch(request, target)
      } else {
        answer(request, target, service, fault)
      }
    response.headers["Date"] = now().httpDate
    if service != .other { options.recorder?.record(request, response) }
    let isDropped = fault == .dropAfter
    note(
      LogEntry(request, at: now(), status: isDropped ? nil : response.status, fault: fault))
    if isDropped { throw ConnectionLost() }
    return response
  }

  private func waitOut(_ fault: Fault?, _ request: SimulatedRequest) async throws(ConnectionLost) {
    switch fault {
    case .dropBefore:
      note(LogEntry(request, at: now(), status: nil, fault: fault))
      throw ConnectionLost()
    case .delay(let duration):
      do {
        try await timekeeper.sleep(for: duration)
      } catch {
        throw ConnectionLost()
      }
    default: return
    }
  }

  /// Serves one request that nothing drops.
  private func answer(
    _ request: SimulatedRequest, _ target: RequestTarget, _ service: Service, _ fault: Fault?
  ) -> SimulatedResponse {
    state.now = now()
    state.deliver()
    state.settleGroupLicenses()
    state.isDoomed = fault == .failOperation
    defer {
      state.deliver()
      state.isDoomed = false
    }
    if let fault, let response = refusal(fault, request, target, service) { return response }
    switch service {
    case .login: return login.answer(request, target, state: &state) ?? SimulatedResponse(status: 404)
    case .graph: return graph.answer(request, target, state: &state)
    case .exchange: return exchange.answer(request, target, state: &state)
    case .other where target.path.hasPrefix("/uploads/"):
      return UploadService.answer(request, target, state: &state)
    case .other: return SampleManifest.answer(request, target)
    }
  }

  /// The answer that a fault gives in place of the service; `nil` for faults that let it work.
  private func refusal(
    _ fault: Fault, _ request: SimulatedRequest, _ target: RequestTarget, _ service: Service
  ) -> SimulatedResponse? {
    switch fault {
    case .status(let status, let retryAfter):
      if let retryAfter { notBefore[service] = state.now + .seconds(retryAfter) }
      return FaultAnswer.make(
        status, retryAfter: retryAfter, for: service, path: target.path, state: &state, request: request)
    case .aadsts(let code): return TokenEndpoint.refusal(TokenFailure(code), state: &state)
    case .claimsChallenge:
      let challenge = ClaimsChallenge(at: state.now)
      state.challenge = challenge
      return GraphService.response(
        BearerValidator.challenge(claims: challenge.claims.text), request: request, state: &state)
    case .redirect(let location): return SimulatedResponse(status: 302, headers: ["Location": location])
    case .hugeBody(let size):
      return SimulatedResponse(
        status: 200, headers: ["Content-Type": "application/json; charset=utf-8"],
        body: [UInt8](repeating: UInt8(ascii: " "), count: size))
    case .adminErrors:
      return .json(
        200,
        [
          "value": [], "@adminapi.warnings": [],
          "@adminapi.errors": ["Ex6F9304|Microsoft.Exchange.Configuration.Tasks.TaskException|The task has failed."],
        ])
    case .headerWarning:
      var response = SimulatedResponse.json(200, ["value": [], "@adminapi.warnings": []])
      response.headers["X-Warnings"] = "The command completed successfully but no settings have been modified."
      return response
    case .weakKeys:
      guard let weak = try? SharedKeys.weak().publicKey() else { return nil }
      return .json(200, login.issuer.keySet(tenantID: state.organization.tenantID, and: [weak]))
    case .dropBefore, .dropAfter, .delay, .failOperation: return nil
    }
  }

  // MARK: Batches

  private func answerBatch(
    _ request: SimulatedRequest, _ target: RequestTarget
  ) async throws(ConnectionLost) -> SimulatedResponse {
    state.now = now()
    let items: [BatchItem]
    do throws(GraphFailure) {
      _ = try graph.admit(request, &state)
      items = try BatchItem.read(request)
    } catch {
      return GraphService.response(error, request: request, state: &state)
    }
    var statuses: [String: Int] = [:]
    var answers: [JSONValue] = []
    for item in items {
      let response =
        if item.dependsOn.contains(where: { !(200..<300).contains(statuses[$0] ?? 0) }) {
          BatchItem.failedDependency
        } else {
          try await answer(item, of: request, target)
        }
      statuses[item.id] = response.status
      answers.append(item.answer(response))
    }
    return GraphService.response(
      .json(200, ["responses": .array(answers)]), request: request, state: &state)
  }

  /// One request of a batch has its own luck; a lost connection becomes what a gateway makes of it.
  private func answer(
    _ item: BatchItem, of outer: SimulatedRequest, _ target: RequestTarget
  ) async throws(ConnectionLost) -> SimulatedResponse {
    let request = item.request(in: outer, target)
    let inner = RequestTarget(request)
    let fault = faults.next(request.method, inner.path)
    if fault == .dropBefore { return BatchItem.gatewayFailure(503) }
    try await waitOut(fault, request)
    let response = answer(request, inner, .graph, fault)
    note(LogEntry(request, at: now(), status: response.status, fault: fault))
    return fault == .dropAfter ? BatchItem.gatewayFailure(504) : response
  }

  // MARK: Notes

  private func note(_ entry: LogEntry) {
    if log.count >= Self.logLimit { log.removeFirst(Self.logLimit / 10) }
    log.append(entry)
  }

  private func noteEarlyRequest(_ request: SimulatedRequest, _ service: Service) {
    let time = now()
    guard let moment = notBefore[service] else { return }
    guard time < moment else {
      notBefore[service] = nil
      return
    }
    earlyRequests.append(LogEntry(request, at: time, status: nil, fault: nil))
  }

  /// Forgets what was noted; the state itself is the caller's to set.
  func forgetNotes() {
    log = []
    earlyRequests = []
    notBefore = [:]
  }
}

extension Fault {
  /// Whether it answers by itself.
  fileprivate var isAnswer: Bool {
    switch self {
    case .status, .aadsts, .claimsChallenge, .redirect, .hugeBody, .adminErrors, .headerWarning, .weakKeys: true
    case .dropBefore, .dropAfter, .delay, .failOperation: false
    }
  }
}
