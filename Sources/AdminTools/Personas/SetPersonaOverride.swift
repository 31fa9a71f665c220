import Access
import AdminCore
import MCPProtocol
import Personas
import Store
import Workflows

/// For emergencies: values above every layer, for a while.
struct SetPersonaOverride: ChangingTool {
  static let name = "set_persona_override"
  static let title = "Override a persona's configuration for a while"
  static let summary = """
    In an emergency: lay values over every layer and every lock, for one persona or all (*), for seven days at most. \
    clear: true takes them away.
    """
  static let toolset = Toolset.persona
  static let role = Role.administerPersonas
  static let isDestructive = true
  static let isIdempotent = false

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("The persona, or * for all of the tenant.", .length(1...128)) var personaId: String
    @Param("Values by key.") var settings: JSONObject?
    @Param("When it ends by itself.", .format("date-time"), .length(1...40)) var expiresAt: String?
    @Param("Why.", .length(1...1024), .multiline) var reason: String?
    @Param("Take away what lies there.") var clear: Bool = false
  }

  struct Output: ToolOutput {
    let overrideId: String?
    let expiresAt: String?
    let cleared: Int?
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<PersonaWorkflow<OverrideChange>> {
    let tenant = try PersonaArgument.tenant(input.tenantId)
    let persona = input.personaId == "*" ? nil : try PersonaArgument.persona(input.personaId)
    let setting = try setting(input, call)
    let change = OverrideChange(setting, of: tenant, persona, by: call.caller)
    let store = try await call.store()
    let active = try await store.personas.preview(change)
    let subject = persona.map { "the persona \($0)" } ?? "every persona"
    guard let setting else {
      return PreparedChange(
        "Take away the overrides of \(subject) of \(tenant)", facts: [Plan.Fact("Hold now", String(active))],
        purpose: "End the overrides", undo: "set_persona_override anew", change, store.workflowServices)
    }
    return PreparedChange(
      "Override the configuration of \(subject) of \(tenant)",
      facts: [
        Plan.Fact("Sets", setting.settings.keys.joined(separator: ", ")),
        Plan.Fact("Until", setting.expiresAt.iso8601), Plan.Fact("Why", setting.reason),
      ],
      purpose: "Store the override", undo: "set_persona_override with clear: true, or waiting", change,
      store.workflowServices)
  }

  private static func setting(_ input: Input, _ call: ToolCall) throws(AdminError) -> OverrideChange.Setting? {
    let given: [(name: String, isGiven: Bool)] = [
      ("settings", input.settings != nil), ("expiresAt", input.expiresAt != nil), ("reason", input.reason != nil),
    ]
    if input.clear {
      guard input.settings == nil, input.expiresAt == nil else {
        throw PersonaArgument.wrong("clear", "takes overrides away; it goes with neither settings nor expiresAt")
      }
      return nil
    }
    guard let settings = input.settings, let reason = input.reason,
      let expiresAt = try PersonaArgument.time(input.expiresAt, "expiresAt")
    else {
      throw AdminError(
        problems: given.filter { !$0.isGiven }.map {
          AdminError.Problem(path: "/\($0.name)", rule: "required", message: "is required")
        })
    }
    return OverrideChange.Setting(settings, until: expiresAt, reason: call.reason(reason))
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    Output(
      overrideId: operation.output["overrideId"]?.stringValue, expiresAt: operation.output["expiresAt"]?.stringValue,
      cleared: operation.output["cleared"]?.intValue)
  }
}
