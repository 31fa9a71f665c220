import Access
import AdminCore
import MCPProtocol
import Personas
import Store

/// Lists personas.
struct ListPersonas: ReadingTool {
  static let name = "list_personas"
  static let title = "List personas"
  static let summary =
    "List personas by tenant and name, with the version of their configuration and running overrides."
  static let toolset = Toolset.persona
  static let role = Role.readServer

  struct Input: ToolInput {
    @Param("Only this tenant.", .length(1...63)) var tenantId: String?
    @Param("Only those that agents may find (enabled ones), or only the others.") var discoverable: Bool?
    @Param("Only enabled or disabled ones.") var enabled: Bool?
    @Param("Page size.", .range(1...200)) var limit: Int = 20
    @Param("Where to go on.", .length(1...1000)) var cursor: String?
  }

  struct Output: ToolOutput {
    struct Row: ToolOutput {
      let tenantId: String
      let personaId: String
      let displayName: String
      let agentAppId: String?
      let enabled: Bool
      let discoverable: Bool
      let etag: String
      let configVersion: Int
      let overrideActive: Bool
      let updatedAt: String
    }

    let items: [Row]
    let count: Int
    let truncated: Bool
    let nextCursor: String?
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let filter = PersonaFilter(
      tenant: try input.tenantId.map { text throws(AdminError) in try PersonaArgument.tenant(text) },
      isDiscoverable: input.discoverable, isEnabled: input.enabled)
    let page = try await call.personas().personas(
      filter, limit: input.limit, cursor: input.cursor, for: call.caller)
    return Output(
      items: page.items.map(Output.Row.init), count: page.count, truncated: page.isTruncated,
      nextCursor: page.nextCursor)
  }
}

extension ListPersonas.Output.Row {
  fileprivate init(_ summary: PersonaSummary) {
    let record = summary.record
    self.init(
      tenantId: record.address.tenant.text, personaId: record.address.persona.text, displayName: record.displayName,
      agentAppId: record.agentAppID?.text, enabled: record.isEnabled, discoverable: record.isDiscoverable,
      etag: record.etag, configVersion: summary.configurationVersion, overrideActive: summary.isOverridden,
      updatedAt: record.updatedAt.iso8601)
  }
}
