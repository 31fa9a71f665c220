import Access
import AdminCore
import MCPProtocol
import Personas
import Store

/// Reads the configuration that holds for a persona.
struct GetPersonaConfig: ReadingTool {
  static let name = "get_persona_config"
  static let title = "Read a persona's configuration"
  static let summary = """
    Read the configuration that holds for a persona, all keys or some (parts as key.member), with etag for updates; \
    provenance: true says which layer each value comes from.
    """
  static let toolset = Toolset.persona
  static let role = Role.readPersonas

  enum Resolve: String, Choice {
    case effective, layer
  }

  struct Input: ToolInput {
    @Param("The tenant.", .length(1...63)) var tenantId: String
    @Param("The persona.", .length(1...128)) var personaId: String
    @Param("Only these keys.", .count(0...200), .length(1...600)) var configurationKeys: [String]?
    @Param("What holds in the end, or one layer by itself.") var resolve: Resolve = .effective
    @Param("Which layer, for resolve: layer.") var layer: LayerChoice?
    @Param("As it was at this time.", .format("date-time"), .length(1...40)) var asOf: String?
    @Param("Names an instance of the agent, for experiments.", .length(1...128)) var instanceKey: String?
    @Param("Say where each value comes from.") var provenance: Bool = false
    @Param("Oldest answer to take without asking the store.", .range(0...300_000)) var maxAgeMs: Int?
  }

  struct Output: ToolOutput {
    let tenantId: String
    let personaId: String
    let configurations: FreeForm
    let etag: String
    let version: Int
    let contentEtag: String
    let enabled: Bool
    let missingKeys: [String]
    let redactedCount: Int
    let provenance: FreeForm?
    let stale: Bool

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .etag: "Of the persona's own document (or the layer asked for); give it as ifMatch.",
        .contentEtag: "Another one as soon as anything in configurations is another.",
        .redactedCount: "Keys that a rule keeps from the caller.",
      ])
  }

  static let keepsAnswers = true

  static func atHand(_ input: Input, for caller: Caller, in store: StoreSession) throws(AdminError) -> Output? {
    let query = try query(input)
    return try store.personas.configurationAtHand(query, for: caller).map { output($0, query) }
  }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    try await read(query(input), call)
  }

  private static func query(_ input: Input) throws(AdminError) -> ConfigurationQuery {
    guard (input.layer == nil) == (input.resolve == .effective) else {
      throw PersonaArgument.wrong("layer", "goes with resolve: layer, and resolve: layer goes with it")
    }
    var query = ConfigurationQuery(try PersonaArgument.address(input.tenantId, input.personaId))
    if let keys = input.configurationKeys, !keys.isEmpty { query.keys = keys }
    query.layer = input.layer?.layer
    query.asOf = try PersonaArgument.time(input.asOf, "asOf")
    query.instance = input.instanceKey
    query.withProvenance = input.provenance
    query.maximumAge = input.maxAgeMs.map { .milliseconds($0) }
    return query
  }

  static func read(_ query: ConfigurationQuery, _ call: ToolCall) async throws(AdminError) -> Output {
    output(try await call.personas().configuration(query, for: call.caller), query)
  }

  private static func output(_ answer: ConfigurationAnswer, _ query: ConfigurationQuery) -> Output {
    // What an administrator has written for an agent reaches it to the letter.
    Output(
      tenantId: query.address.tenant.text, personaId: query.address.persona.text,
      configurations: FreeForm(verbatim: JSONFragment(serialized: answer.configurations)), etag: answer.etag,
      version: answer.version, contentEtag: answer.contentEtag, enabled: answer.isEnabled,
      missingKeys: answer.missing, redactedCount: answer.redacted,
      provenance: answer.provenance.map { FreeForm(verbatim: JSONFragment(serialized: $0)) }, stale: answer.isStale)
  }
}
