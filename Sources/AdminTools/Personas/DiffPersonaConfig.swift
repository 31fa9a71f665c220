import Access
import AdminCore
import MCPProtocol
import Personas

/// Compares two versions.
struct DiffPersonaConfig: ReadingTool {
  static let name = "diff_persona_config"
  static let title = "Compare two versions of a configuration"
  static let summary = "Show what differs between two versions of a persona's configuration; 0 is the empty document."
  static let toolset = Toolset.persona
  static let role = Role.readPersonas

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("The persona.", .length(1...128)) var personaId: String
    @Param("The older version.", .range(0...Int.max)) var fromVersion: Int
    @Param("The newer version.", .range(0...Int.max)) var toVersion: Int
    @Param("The layer.") var layer: LayerChoice = .persona
  }

  struct Output: ToolOutput {
    struct Change: ToolOutput {
      let key: String
      let op: String
      let from: FreeForm?
      let to: FreeForm?
    }

    let changes: [Change]
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let differences = try await call.personas().differences(
      of: try PersonaArgument.address(input.tenantId, input.personaId), input.layer.layer, from: input.fromVersion,
      to: input.toVersion, for: call.caller)
    return Output(
      changes: differences.map { difference in
        Output.Change(
          key: difference.key, op: difference.operation.rawValue,
          from: difference.from.map { FreeForm(verbatim: JSONFragment($0)) },
          to: difference.to.map { FreeForm(verbatim: JSONFragment($0)) })
      })
  }
}
