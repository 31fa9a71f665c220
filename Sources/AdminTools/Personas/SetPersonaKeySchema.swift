import Access
import AdminCore
import MCPProtocol
import Personas
import Store
import Workflows

/// Lays down what a key may hold.
struct SetPersonaKeySchema: ChangingTool {
  static let name = "set_persona_key_schema"
  static let title = "Set the schema of a key"
  static let summary = """
    Lay down what a configuration key may hold (JSON Schema 2020-12, a subset), how layers merge, its default and whether \
    it is sensitive. Key * stands for all undeclared keys; schema false refuses them.
    """
  static let toolset = Toolset.persona
  static let role = Role.administerPersonas
  static let isDestructive = true
  static let isIdempotent = true

  enum Merge: String, Choice {
    case deep, replace
  }

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("The key, or *.", .length(1...64)) var key: String
    @Param("The schema: an object, true or false.") var schema: JSONValue
    @Param("Whether objects of several layers are merged or replaced.") var merge: Merge = .deep
    @Param("Holds where no layer sets the key.") var `default`: JSONValue?
    @Param("Shown to administrators only.") var sensitive: Bool = false
    @Param("Further names.", .count(0...20), .length(1...64)) var aliases: [String] = []
    @Param("Not to be used any more.") var deprecated: Bool = false
  }

  struct Output: ToolOutput {
    let version: Int
    let violations: [String]
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<PersonaWorkflow<KeySchemaChange>> {
    let record = KeySchemaRecord(
      key: input.key, schema: input.schema, merge: input.merge == .deep ? .deep : .replace, standard: input.default,
      isSensitive: input.sensitive, aliases: input.aliases, isDeprecated: input.deprecated)
    let tenant = try PersonaArgument.tenant(input.tenantId)
    let store = try await call.store()
    let preview = try await store.personas.preview(KeySchemaChange(record, of: tenant, by: call.caller))
    let change = KeySchemaChange(record, of: tenant, violations: preview.violations, by: call.caller)
    let warnings =
      preview.violations.isEmpty
      ? [] : ["\(preview.violations.count) documents hold a value that the schema refuses; they stay as they are."]
    return PreparedChange(
      "Set the schema of the key \(input.key) of \(input.tenantId)", purpose: "Store version \(preview.version)",
      undo: "set_persona_key_schema with the schema before", change, store.workflowServices, warnings: warnings)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    Output(version: operation.output["version"]?.intValue ?? 0, violations: operation.output.strings("violations"))
  }
}
