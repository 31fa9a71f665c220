import Access
import AdminCore
import AdminTools
import M365
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Workflows

/// The product from its tools down to the HTTP seam, against a simulated tenant, with time that passes at once.
final class AdminHarness: Sendable {
  let fixture: StoreFixture
  let timekeeper: VirtualTimekeeper
  let tenant: SimulatedTenant
  let transport: InProcessTransport
  let services: AdminServices
  let database: Database
  let shutdown = ShutdownSignal()

  /// - Parameters:
  ///   - settings: over those that lead to the simulated tenant.
  ///   - roles: of the caller that brings no token.
  convenience init(
    settings: [Setting: String] = [:], lags: Lags = .none, faults: FaultPlan = FaultPlan(),
    roles: Set<Role> = Set(Role.allCases), seed: Seed? = nil, recorder: ExchangeRecorder? = nil
  ) async throws {
    let clock = VirtualTimekeeper(.automatic)
    var options = SimulatedTenant.Options(seed: seed, lags: lags, faults: faults, timekeeper: clock)
    options.recorder = recorder
    try await self.init(
      try SimulatedTenant(options),
      try StoreFixture(), clock, settings: settings, roles: roles)
  }

  /// One process on a tenant and a store that others work on too.
  ///
  /// - Parameters:
  ///   - fate: decides when this process dies.
  ///   - network: what stands between the product and the way to the tenant.
  init(
    _ tenant: SimulatedTenant, _ fixture: StoreFixture, _ clock: VirtualTimekeeper, settings: [Setting: String] = [:],
    roles: Set<Role> = Set(Role.allCases), fate: Fate? = nil, busyTimeout: Duration = .seconds(5),
    network between: (InProcessTransport) -> any HTTPTransport = { $0 }
  ) async throws {
    (self.tenant, self.fixture, timekeeper) = (tenant, fixture, clock)
    transport = InProcessTransport(tenant)
    let ownClock: any Timekeeper = fate.map { MortalTimekeeper(fate: $0, clock: clock) } ?? clock
    let network: any HTTPTransport =
      fate.map { [transport] in MortalTransport(fate: $0, transport: transport) } ?? between(transport)
    let configuration = Configuration(Self.settings(tenant, fixture).merging(settings) { $1 }, home: "/nowhere")
    let database = try await fixture.open(timekeeper: ownClock, busyTimeout: busyTimeout)
    self.database = database

    var parts = Backends.Parts(
      configuration: configuration, transport: network, timekeeper: ownClock,
      runner: WorkflowRunner.Settings(owner: "harness", leaseDuration: .seconds(3600)), log: .none,
      shutdown: shutdown, environment: { _ in nil })
    parts.leaseTimekeeper = VirtualTimekeeper(.manual)
    parts.random = RandomSource(SeededRandom(seed: 1))
    let backends = Backends(parts) { database }
    let keys = SigningKeyDocument(configuration, transport: network)
    services = AdminServices(
      configuration: configuration, store: backends.store, tenant: backends.tenant,
      callers: CallerAuthenticator(
        configuration, local: Caller(actor: "local:1000:tester", roles: roles),
        keys: { () async throws(AdminError) in try await keys.fetch() }, timekeeper: ownClock),
      limiter: CallRateLimiter(callsPerMinute: configuration.requestsPerMinute, timekeeper: ownClock),
      redactor: Redactor(), timekeeper: ownClock, log: .none)
  }

  private static func settings(_ tenant: SimulatedTenant, _ fixture: StoreFixture) -> [Setting: String] {
    let credentials = tenant.credentials
    return [
      .tenantID: credentials.tenantID, .clientID: credentials.clientID,
      .clientSecret: credentials.clientSecret.reveal(),
      .encryptionKey: fixture.keyText.reveal(), .databasePath: fixture.path, .rateLimitEnabled: "false",
      .defaultSender: "test.user2@\(tenant.domain)",
    ]
  }

  var domain: String { tenant.domain }

  func store() async throws -> StoreSession { try await services.store.value() }

  // MARK: Calling

  /// What a call answered.
  struct Answer: Sendable {
    let outcome: ToolOutcome

    var result: ToolResult? {
      if case .result(let result) = outcome { result } else { nil }
    }

    var json: JSONValue { result?.structured.flatMap { try? JSONParser.parse($0.bytes) } ?? .null }
    var isError: Bool { result?.isError ?? true }
    /// The error's code; `nil` for a success.
    var code: String? { isError ? json["code"]?.stringValue : nil }

    subscript(key: String) -> JSONValue? { json[key] }
  }

  @discardableResult
  func call(
    _ tool: String, _ arguments: JSONObject = [:], as person: PretendPerson = PretendPerson(.approve)
  ) async throws -> Answer {
    try await call(tool, arguments, in: person.context())
  }

  func call(_ tool: String, _ arguments: JSONObject, in context: RequestContext) async throws -> Answer {
    let catalogue = try AdminCatalogue.catalogue(services)
    guard let definition = catalogue.tool(named: tool) else { throw Missing(tool: tool) }
    let answer = Answer(outcome: await definition.call(ToolCallRequest(name: tool, arguments: arguments), context))
    try conforms(answer, to: definition)
    return answer
  }

  struct Missing: Error {
    let tool: String
  }

  /// What a resource shows; `nil` when there is none of that address.
  func resource(_ uri: String, as person: PretendPerson = PretendPerson()) async throws -> JSONValue? {
    guard let (read, request) = try AdminCatalogue.catalogue(services).reader(of: uri),
      case .contents(let contents, _) = try await read(request, person.context())
    else { return nil }
    guard case .text(let bytes)? = contents.first?.body else { return nil }
    return try JSONParser.parse(bytes)
  }

  /// A server over these services, and a client of it.
  func mcp() throws -> MCPHarness { MCPHarness(try mcpServer()) }

  func mcpServer() throws -> MCPServer {
    var server = MCPServer(
      implementation: Implementation(name: "m365-admin-mcp", version: "0"),
      catalogue: try AdminCatalogue.catalogue(services), sealer: .testing())
    server.timekeeper = timekeeper
    server.credentialKey = CallerAuthenticator.metaKey
    return server
  }

  struct NotConforming: Error {
    let tool: String
    let problems: [AdminError.Problem]
  }

  /// A success must be what the output schema says, for every call of every test.
  private func conforms(_ answer: Answer, to definition: ToolDefinition) throws {
    guard let result = answer.result, !result.isError, let schema = definition.schemas(.full).output else { return }
    let problems = try JSONSchema(schema).problems(in: answer.json)
    guard problems.isEmpty else { throw NotConforming(tool: definition.name, problems: problems) }
  }

  // MARK: Looking

  func audit() async throws -> [AuditRecord] {
    try await store().audit.records(AuditFilter(), limit: 200).items.sorted { $0.sequence < $1.sequence }
  }

  /// How often each kind of change was made in the tenant.
  func counts() async -> JSONObject {
    JSONObject((await tenant.report("counts")?.objectValue ?? [:]).filter { $0.value != 0 })
  }

  /// The audit records as they are written, without anybody's name.
  func auditBodies() async throws -> String {
    try await database.read { connection in
      try connection.all("SELECT body FROM audit_records ORDER BY seq") { row throws(StoreError) in
        String(decoding: try row.next([UInt8].self), as: UTF8.self)
      }
    }.joined(separator: "\n")
  }

  func state(_ part: String) async -> [JSONValue] { await tenant.report(part)?.arrayValue ?? [] }

  func user(_ name: String) async -> JSONValue? {
    await state("users").first { $0["userPrincipalName"]?.stringValue == name }
  }
}
