import Access
import AdminCore
import AdminTools
import MCPProtocol
import Store
import TenantSimulator
import TestSupport

/// The persona tools on a store with one persona, called by an administrator unless a test says otherwise.
struct PersonaHarness {
  let harness: AdminHarness
  static let persona = "sales-agent"

  init(
    settings: [Setting: String] = [:], roles: Set<Role> = Set(Role.allCases), registered: Bool = true
  ) async throws {
    harness = try await AdminHarness(settings: [.toolsets: "all"].merging(settings) { $1 }, roles: roles)
    if registered {
      let administrator = PersonaHarness.administrator
      let answer = try await harness.call(
        "register_persona", ["tenantId": .string(tenant), "personaId": .string(Self.persona), "displayName": "Sales"],
        in: try await context(administrator))
      guard !answer.isError else { throw NotReady(answer: answer.json.text) }
    }
  }

  struct NotReady: Error {
    let answer: String
  }

  /// The simulated tenant's own, so that its tokens open it.
  var tenant: String { harness.tenant.credentials.tenantID }

  static let administrator = TokenOrder(.app, claims: ["roles": ["PersonaConfig.Admin", "Admin.Read"]])
  static let writer = TokenOrder(.app, claims: ["roles": ["PersonaConfig.Write"]])
  static let reader = TokenOrder(.app, claims: ["roles": ["PersonaConfig.Read"]])

  // MARK: Calling

  func token(_ order: TokenOrder) async throws -> String { try await harness.tenant.issueToken(order) }

  /// A request as the bearer of a token makes it.
  func context(_ order: TokenOrder, _ person: PretendPerson = PretendPerson(.approve)) async throws -> RequestContext {
    person.context(credential: Secret(.string("Bearer \(try await token(order))")))
  }

  /// Calls with tenant and persona filled in.
  func call(
    _ tool: String, _ arguments: JSONObject = [:], as order: TokenOrder? = nil,
    person: PretendPerson = PretendPerson(.approve)
  ) async throws -> AdminHarness.Answer {
    let own: JSONObject = ["tenantId": .string(tenant), "personaId": .string(Self.persona)]
    let context = if let order { try await context(order, person) } else { person.context() }
    return try await harness.call(tool, own.merging(arguments), in: context)
  }

  func update(
    _ configurations: JSONObject, _ more: JSONObject = [:], as order: TokenOrder? = nil
  ) async throws -> AdminHarness.Answer {
    let own: JSONObject = ["configurationsToUpdate": .object(configurations), "updatedBy": "tests"]
    return try await call("update_persona_config", own.merging(more), as: order)
  }

  func configurations(_ more: JSONObject = [:], as order: TokenOrder? = nil) async throws -> JSONValue? {
    try await call("get_persona_config", more, as: order)["configurations"]
  }
}
