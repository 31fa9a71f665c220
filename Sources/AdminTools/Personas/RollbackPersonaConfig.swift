import Access
import AdminCore
import MCPProtocol
import Personas
import Store
import Workflows

/// Goes back to an old version, as a new one.
struct RollbackPersonaConfig: ChangingTool {
  static let name = "rollback_persona_config"
  static let title = "Roll a persona's configuration back"
  static let summary = """
    Make an old version of a configuration the newest. Nothing is lost: it becomes a version of its own. Values are \
    checked against today's schemas unless force is true.
    """
  static let toolset = Toolset.persona
  static let role = Role.administerPersonas
  static let isDestructive = true
  static let isIdempotent = true

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("The persona.", .length(1...128)) var personaId: String
    @Param("The version to go back to.", .range(1...Int.max)) var toVersion: Int
    @Param("Why.", .length(1...1024), .multiline) var reason: String
    @Param("The layer.") var layer: LayerChoice = .persona
    @Param("The etag it was decided on.", .length(0...64)) var ifMatch: String?
    @Param("Take over what today's schemas refuse.") var force: Bool = false
  }

  typealias Output = UpdatePersonaConfig.Output

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<PersonaWorkflow<ConfigurationRollback>> {
    let request = ConfigurationRollback.Request(
      try PersonaArgument.address(input.tenantId, input.personaId), input.layer.layer, to: input.toVersion,
      reason: call.reason(input.reason), ifMatch: input.ifMatch, isForced: input.force)
    try call.requireIfMatch(input.ifMatch)
    try call.requireReach(request.layer)
    let store = try await call.store()
    let preview = try await store.personas.preview(request, by: call.caller)
    return PreparedChange(
      "Roll the \(input.layer.rawValue) layer of \(request.address.persona) back to version \(input.toVersion)",
      facts: [
        Plan.Fact("Sets", preview.updated.joined(separator: ", ")),
        Plan.Fact("Removes", preview.removed.joined(separator: ", ")),
      ].filter { !$0.value.isEmpty },
      purpose: "Store version \(preview.base + 1), equal to \(input.toVersion)",
      undo: "rollback_persona_config to version \(preview.base)", basis: ["etag": .string(preview.etag)],
      ConfigurationRollback(request, by: call.caller, base: preview.base), store.workflowServices,
      warnings: preview.warnings)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output { try UpdatePersonaConfig.output(operation, secrets: secrets) }
}
