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
  let timekeeper = VirtualTimekeeper(.automatic)
  let tenant: SimulatedTenant
  let transport: InProcessTransport
  let services: AdminServices
  let database: Database
  let shutdown = ShutdownSignal()

  /// - Parameters:
  ///   - settings: over those that lead to the simulated tenant.
  ///   - roles: of the caller.
  init(
    settings: [Setting: String] = [:], lags: Lags = .none, faults: FaultPlan = FaultPlan(),
    roles: Set<Role> = Set(Role.allCases), seed: Seed? = nil
  ) async throws {
    fixture = try StoreFixture()
    let timekeeper = timekeeper
    tenant = try SimulatedTenant(
      SimulatedTenant.Options(seed: seed, lags: lags, faults: faults, timekeeper: timekeeper))
    let transport = InProcessTransport(tenant)
    self.transport = transport
    let credentials = tenant.credentials
    let base: [Setting: String] = [
      .tenantID: credentials.tenantID, .clientID: credentials.clientID,
      .clientSecret: credentials.clientSecret.reveal(),
      .encryptionKey: fixture.keyText.reveal(), .databasePath: fixture.path, .rateLimitEnabled: "false",
      .defaultSender: "test.user2@\(tenant.domain)",
    ]
    let configuration = Configuration(base.merging(settings) { $1 }, home: "/nowhere")
    let database = try await fixture.open(timekeeper: timekeeper)
    self.database = database

    let tenantGate = Gate<TenantConnection> { () async throws(AdminError) in
      try TenantConnection(
        configuration, transport: transport, timekeeper: timekeeper, random: RandomSource(SeededRandom(seed: 1)),
        environment: { _ in nil }, onRefusal: { _ in })
    }
    let workflowServices = WorkflowServices(
      configuration: configuration, templates: TemplateRepository(database), config: ConfigRepository(database),
      timekeeper: timekeeper
    ) { () async throws(AdminError) in try await tenantGate.value().graph }
    let audit = AuditLog(database)
    let journal = OperationJournal(database, audit: audit)
    let runner = WorkflowRunner(
      journal: journal, audit: audit,
      registry: WorkflowRegistry(AdminCatalogue.workflows, services: workflowServices),
      settings: WorkflowRunner.Settings(owner: "harness", leaseDuration: .seconds(3600)), timekeeper: timekeeper,
      leaseTimekeeper: VirtualTimekeeper(.manual), log: .none, shutdown: shutdown)
    let session = StoreSession(
      database: database, templates: TemplateRepository(database), audit: audit, journal: journal,
      approvals: ApprovalRepository(database), config: ConfigRepository(database), runner: runner,
      workflowServices: workflowServices, auditAtStart: try await audit.verifyTail())
    services = AdminServices(
      configuration: configuration, store: Gate { session }, tenant: tenantGate,
      caller: Caller(actor: "local:1000:tester", roles: roles),
      limiter: CallRateLimiter(callsPerMinute: configuration.requestsPerMinute, timekeeper: timekeeper),
      redactor: Redactor(), timekeeper: timekeeper, log: .none)
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

  struct NotConforming: Error {
    let tool: String
    let problems: [AdminError.Problem]
  }

  /// A success must be what the output schema says, for every call of every test.
  private func conforms(_ answer: Answer, to definition: ToolDefinition) throws {
    guard let result = answer.result, !result.isError, let schema = definition.schemas(.list).output else { return }
    let problems = try JSONSchema(schema).problems(in: answer.json)
    guard problems.isEmpty else { throw NotConforming(tool: definition.name, problems: problems) }
  }

  // MARK: Looking

  func audit() async throws -> [AuditRecord] {
    try await store().audit.records(AuditFilter(), limit: 200).items.sorted { $0.sequence < $1.sequence }
  }

  /// `effects` of the simulated tenant: how often each kind of change was made.
  func effects() async -> JSONObject { await tenant.report("effects")?.objectValue ?? [:] }

  func state(_ part: String) async -> [JSONValue] { await tenant.report(part)?.arrayValue ?? [] }

  func user(_ name: String) async -> JSONValue? {
    await state("users").first { $0["userPrincipalName"]?.stringValue == name }
  }
}
