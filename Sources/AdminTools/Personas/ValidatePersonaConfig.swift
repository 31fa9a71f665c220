import Access
import AdminCore
import MCPProtocol
import Personas

/// Checks values without writing them.
struct ValidatePersonaConfig: ReadingTool {
  static let name = "validate_persona_config"
  static let title = "Check configuration values"
  static let summary = "Check values against the tenant's key schemas and bounds, without writing anything."
  static let toolset = Toolset.persona
  static let role = Role.readPersonas

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("Values by key.") var configurations: JSONObject
  }

  struct Output: ToolOutput {
    struct Problem: ToolOutput {
      let path: String
      let rule: String
      let message: String
    }

    let valid: Bool
    let errors: [Problem]
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let problems = try await call.personas().problems(
      in: input.configurations, of: try PersonaArgument.tenant(input.tenantId), for: call.caller)
    return Output(
      valid: problems.isEmpty,
      errors: problems.map { Output.Problem(path: $0.path, rule: $0.rule, message: $0.message) })
  }
}
