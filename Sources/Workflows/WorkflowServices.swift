package import AdminCore
package import M365
package import Store

/// What the steps of workflows work with.
package struct WorkflowServices: Sendable {
  package let configuration: Configuration
  package let templates: TemplateRepository
  package let config: ConfigRepository
  package let timekeeper: any Timekeeper
  /// Every workflow, for operations on operations.
  package let registry: WorkflowRegistry
  private let signIn: @Sendable () async throws(AdminError) -> GraphClient

  /// - Parameter graph: signs in when first asked.
  package init(
    configuration: Configuration, templates: TemplateRepository, config: ConfigRepository,
    timekeeper: any Timekeeper, registry: WorkflowRegistry,
    graph: @escaping @Sendable () async throws(AdminError) -> GraphClient
  ) {
    self.configuration = configuration
    self.templates = templates
    self.config = config
    self.timekeeper = timekeeper
    self.registry = registry
    signIn = graph
  }

  /// The workflow of an operation, made anew from the journal; `nil` when this version of the program does not know it.
  package func workflow(
    named name: String, version: Int, input: JSONObject
  ) throws(AdminError) -> (any Workflow)? {
    try registry.workflow(named: name, version: version, input: input, services: self)
  }

  package func graph() async throws(AdminError) -> GraphClient { try await signIn() }
}
