package import AdminCore
package import M365
package import Store

/// What the steps of workflows work with.
package struct WorkflowServices: Sendable {
  package let configuration: Configuration
  package let templates: TemplateRepository
  package let config: ConfigRepository
  package let timekeeper: any Timekeeper
  private let signIn: @Sendable () async throws(AdminError) -> GraphClient

  /// - Parameter graph: signs in when first asked.
  package init(
    configuration: Configuration, templates: TemplateRepository, config: ConfigRepository,
    timekeeper: any Timekeeper, graph: @escaping @Sendable () async throws(AdminError) -> GraphClient
  ) {
    self.configuration = configuration
    self.templates = templates
    self.config = config
    self.timekeeper = timekeeper
    signIn = graph
  }

  package func graph() async throws(AdminError) -> GraphClient { try await signIn() }
}
