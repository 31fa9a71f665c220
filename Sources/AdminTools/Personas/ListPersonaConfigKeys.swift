import Access
import AdminCore
import MCPProtocol
import Personas
import Store

/// Lists what can be configured.
struct ListPersonaConfigKeys: ReadingTool {
  static let name = "list_persona_config_keys"
  static let title = "List configuration keys"
  static let summary =
    "List the configuration keys of a persona: type, schema, where they are set, and what you may do."
  static let toolset = Toolset.persona
  static let role = Role.readPersonas

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("The persona.", .length(1...128)) var personaId: String
    @Param("Only keys that begin so.", .length(0...64)) var prefix: String = ""
    @Param("Deprecated keys too.") var includeDeprecated: Bool = false
  }

  struct Output: ToolOutput {
    struct Key: ToolOutput {
      let name: String
      let aliases: [String]
      let type: String
      let schema: FreeForm?
      let defaultValue: FreeForm?
      let merge: String
      let sensitive: Bool
      let deprecated: Bool
      let builtin: Bool
      let declared: Bool
      let mutable: Bool
      let locked: Bool
      let lockedAt: String?
      let setAtLayers: [String]
      let canRead: Bool
      let canWrite: Bool

      enum CodingKeys: String, CodingKey {
        case name, aliases, type, schema
        case defaultValue = "default"
        case merge, sensitive, deprecated, builtin, declared, mutable, locked, lockedAt, setAtLayers, canRead, canWrite
      }
    }

    let items: [Key]
    let count: Int
    let truncated: Bool
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let keys = try await call.personas().keys(
      of: try PersonaArgument.address(input.tenantId, input.personaId), prefix: input.prefix,
      withDeprecated: input.includeDeprecated, for: call.caller)
    return Output(items: keys.map(Output.Key.init), count: keys.count, truncated: false)
  }
}

extension ListPersonaConfigKeys.Output.Key {
  fileprivate init(_ key: KeyDescription) {
    let definition = key.definition
    let isLockedAbove = key.lockedAt.map { $0 != .persona } ?? false
    self.init(
      name: key.name, aliases: definition?.aliases ?? [], type: definition?.type ?? "any",
      schema: definition.map { FreeForm($0.schema) }, defaultValue: key.standard.map { FreeForm($0) },
      merge: definition?.merge.rawValue ?? "deep", sensitive: key.isSensitive,
      deprecated: definition?.isDeprecated ?? false, builtin: definition?.isBuiltIn ?? false,
      declared: definition != nil, mutable: !isLockedAbove, locked: key.lockedAt != nil,
      lockedAt: key.lockedAt?.rawValue, setAtLayers: key.setAt.map(\.rawValue), canRead: key.canRead,
      canWrite: key.canWrite)
  }
}
