import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

/// Microsoft Graph over a simulated tenant in the same process, signed in, with time that passes by waiting only.
struct TenantGraph {
  let tenant: SimulatedTenant
  let timekeeper: VirtualTimekeeper
  let transport: InProcessTransport
  let graph: GraphClient

  /// - Parameter roles: what the application has consent for; `nil` for all that the company gives it.
  init(
    lags: Lags = .none, faults: FaultPlan = FaultPlan(), roles: [String]? = nil, record: RecordedLines? = nil,
    hasMessageTrace: Bool = true
  ) throws {
    timekeeper = VirtualTimekeeper()
    var seed = try roles.map { try Seed.standard().setting("application", to: ["roles": .strings($0)]) }
    if !hasMessageTrace {
      seed = (try seed ?? Seed.standard()).setting("exchange", to: ["messageTrace": false])
    }
    tenant = try SimulatedTenant(
      SimulatedTenant.Options(
        seed: seed, lags: lags, faults: faults, timekeeper: timekeeper, recorder: record?.recorder))
    transport = InProcessTransport(tenant)
    let caller = ServiceCaller(
      transport: transport, timekeeper: timekeeper, gate: ThrottleGate(timekeeper: timekeeper),
      random: RandomSource(SeededRandom(seed: 5)))
    let endpoints = ServiceEndpoints()
    let credentials = tenant.credentials
    let tokens = TokenProvider(
      ClientApplication(
        tenant: credentials.tenantID, client: GUID(credentials.clientID),
        credential: .clientSecret(credentials.clientSecret)),
      endpoints: endpoints, caller: caller, timekeeper: timekeeper, onRefusal: { _ in })
    graph = GraphClient(caller: caller, tokens: tokens, endpoints: endpoints, timekeeper: timekeeper)
  }

  /// `nora.keane` of the company.
  func userID(_ name: String) async throws -> String {
    try await graph.user(UserReference("\(name)@\(tenant.domain)"), .row).id
  }

  func groupID(_ name: String) async throws -> String {
    try await graph.groupPages(matching: name).collect(maximum: 100).first { $0.displayName == name }?.id ?? ""
  }

  /// How often a kind of change happened in the tenant.
  func count(_ effect: String) async -> Int { await tenant.report("counts")?[effect]?.intValue ?? -1 }
}

/// For the arguments of calls that are required themselves, where `#require` cannot stand.
func guid(_ text: String) throws -> GUID { try #require(GUID(text)) }
