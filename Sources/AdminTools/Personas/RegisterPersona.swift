import Access
import AdminCore
import MCPProtocol
import Personas
import Store
import Workflows

/// Registers a persona, or changes its registration.
struct RegisterPersona: ChangingTool {
  static let name = "register_persona"
  static let title = "Register a persona"
  static let summary = """
    Register a persona, or change its name, its agent's application or its static facts. The application registered as \
    agentAppId can read configuration and never change any.
    """
  static let toolset = Toolset.persona
  static let role = Role.administerPersonas
  static let isDestructive = false
  static let isIdempotent = true

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("The persona.", .length(1...128)) var personaId: String
    @Param("For people.", .length(1...200)) var displayName: String
    @Param("Client id as which the persona's agent signs in.", .length(36...36)) var agentAppId: String?
    @Param("Facts about the persona that are no configuration.") var `static`: JSONObject?
    @Param("The etag it was decided on; empty for a persona that must not exist yet.", .length(0...64))
    var ifMatch: String?
  }

  struct Output: ToolOutput {
    let tenantId: String
    let personaId: String
    let displayName: String
    let agentAppId: String?
    let enabled: Bool
    let discoverable: Bool
    let `static`: FreeForm
    let etag: String
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<PersonaWorkflow<PersonaRegistration>> {
    let address = try PersonaArgument.address(input.tenantId, input.personaId)
    var request = PersonaRegistration.Request(address, displayName: input.displayName)
    request.facts = input.static
    request.ifMatch = input.ifMatch
    if let text = input.agentAppId {
      guard let id = GUID(text) else { throw PersonaArgument.wrong("agentAppId", "must be a client id (GUID)") }
      request.agentAppID = id
    }
    let change = PersonaRegistration(request, by: call.caller)
    let store = try await call.store()
    let current = try await store.personas.preview(change)
    return PreparedChange(
      "\(current == nil ? "Register" : "Change") the persona \(address.persona) of \(address.tenant)",
      facts: [
        Plan.Fact("Name", input.displayName), Plan.Fact("Agent", request.agentAppID?.text ?? "as before"),
      ],
      purpose: "Store the registration",
      undo: current == nil ? "set_persona_state with enabled: false" : "register_persona with the values before",
      basis: ["etag": .optional(current?.etag)], change, store.workflowServices)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output { Output(persona: operation.output) }
}

extension RegisterPersona.Output {
  init(persona: JSONObject) {
    self.init(
      tenantId: persona["tenantId"]?.stringValue ?? "", personaId: persona["personaId"]?.stringValue ?? "",
      displayName: persona["displayName"]?.stringValue ?? "", agentAppId: persona["agentAppId"]?.stringValue,
      enabled: persona["enabled"]?.boolValue ?? false, discoverable: persona["discoverable"]?.boolValue ?? false,
      static: FreeForm(persona["static"] ?? [:]), etag: persona["etag"]?.stringValue ?? "")
  }
}
