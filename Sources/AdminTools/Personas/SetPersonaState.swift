import Access
import AdminCore
import MCPProtocol
import Personas
import Store
import Workflows

/// Switches a persona on or off.
struct SetPersonaState: ChangingTool {
  static let name = "set_persona_state"
  static let title = "Switch a persona on or off"
  static let summary =
    "Enable or disable a persona, or hide it from discovery. Its configuration stays, and says enabled: false."
  static let toolset = Toolset.persona
  static let role = Role.administerPersonas
  static let isDestructive = false
  static let isIdempotent = true

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("The persona.", .length(1...128)) var personaId: String
    @Param("Whether its agents should work.") var enabled: Bool?
    @Param("Whether lists for agents show it.") var discoverable: Bool?
    @Param("Why.", .length(1...1024), .multiline) var reason: String
    @Param("The etag it was decided on.", .length(0...64)) var ifMatch: String?
  }

  typealias Output = RegisterPersona.Output

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<PersonaWorkflow<PersonaStateChange>> {
    guard input.enabled != nil || input.discoverable != nil else {
      throw PersonaArgument.wrong("enabled", "or discoverable must be given")
    }
    let address = try PersonaArgument.address(input.tenantId, input.personaId)
    let change = PersonaStateChange(
      address, isEnabled: input.enabled, isDiscoverable: input.discoverable, reason: call.reason(input.reason),
      ifMatch: input.ifMatch, by: call.caller)
    let store = try await call.store()
    let current = try await store.personas.preview(change)
    return PreparedChange(
      "Change the state of the persona \(address.persona) of \(address.tenant)",
      facts: [
        Plan.Fact("Enabled", "\(current.isEnabled) → \(input.enabled ?? current.isEnabled)"),
        Plan.Fact("Discoverable", "\(current.isDiscoverable) → \(input.discoverable ?? current.isDiscoverable)"),
      ],
      purpose: "Store the state", undo: "set_persona_state with the values before",
      basis: ["etag": .string(current.etag)], change, store.workflowServices)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output { Output(persona: operation.output) }
}
