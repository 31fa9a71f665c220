package import AdminCore
package import M365
package import Store

/// What the steps of workflows work with.
package struct WorkflowServices: Sendable {
  package let configuration: Configuration
  package let templates: TemplateRepository
  package let config: ConfigRepository
  package let optOuts: OptOutRepository
  package let personas: PersonaRepository
  package let timekeeper: any Timekeeper
  /// Every workflow, for operations on operations.
  package let registry: WorkflowRegistry
  private let openGraph: @Sendable () async throws(AdminError) -> GraphClient
  private let openExchange: @Sendable () async throws(AdminError) -> ExchangeClient

  /// - Parameters:
  ///   - graph: signs in when first asked.
  ///   - exchange: as `graph`.
  package init(
    configuration: Configuration, templates: TemplateRepository, config: ConfigRepository,
    optOuts: OptOutRepository, personas: PersonaRepository, timekeeper: any Timekeeper, registry: WorkflowRegistry,
    graph: @escaping @Sendable () async throws(AdminError) -> GraphClient,
    exchange: @escaping @Sendable () async throws(AdminError) -> ExchangeClient
  ) {
    self.configuration = configuration
    self.templates = templates
    self.config = config
    self.optOuts = optOuts
    self.personas = personas
    self.timekeeper = timekeeper
    self.registry = registry
    openGraph = graph
    openExchange = exchange
  }

  /// The workflow of an operation, made anew from the journal; `nil` when this version of the program does not know it.
  package func workflow(
    named name: String, version: Int, input: JSONObject
  ) throws(AdminError) -> (any Workflow)? {
    try registry.workflow(named: name, version: version, input: input, services: self)
  }

  package func graph() async throws(AdminError) -> GraphClient { try await openGraph() }

  package func exchange() async throws(AdminError) -> ExchangeClient { try await openExchange() }
}
