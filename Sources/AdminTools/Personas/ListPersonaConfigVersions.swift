import Access
import AdminCore
import MCPProtocol
import Personas
import Store

/// Lists what a configuration has been.
struct ListPersonaConfigVersions: ReadingTool {
  static let name = "list_persona_config_versions"
  static let title = "List versions of a configuration"
  static let summary = "List the versions of a persona's configuration, newest first: who changed which keys, and why."
  static let toolset = Toolset.persona
  static let role = Role.readPersonas

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("The persona.", .length(1...128)) var personaId: String
    @Param("The layer.") var layer: LayerChoice = .persona
    @Param("Page size.", .range(1...200)) var limit: Int = 20
    @Param("Where to go on.", .length(1...1000)) var cursor: String?
  }

  struct Output: ToolOutput {
    struct Version: ToolOutput {
      let version: Int
      let etag: String
      let at: String
      let by: String
      let claimedBy: String?
      let op: String
      let keys: [String]
      let reason: String?
    }

    let items: [Version]
    let count: Int
    let truncated: Bool
    let nextCursor: String?
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let page = try await call.personas().versions(
      of: try PersonaArgument.address(input.tenantId, input.personaId), input.layer.layer, limit: input.limit,
      cursor: input.cursor, for: call.caller)
    return Output(
      items: page.items.map(Output.Version.init), count: page.count, truncated: page.isTruncated,
      nextCursor: page.nextCursor)
  }
}

extension ListPersonaConfigVersions.Output.Version {
  fileprivate init(_ summary: VersionSummary) {
    self.init(
      version: summary.version, etag: summary.etag, at: summary.at.iso8601, by: summary.author,
      claimedBy: summary.claimedAuthor, op: summary.operation.rawValue, keys: summary.keys, reason: summary.reason)
  }
}
