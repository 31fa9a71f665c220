package import AdminCore
package import MCPProtocol
package import Workflows

/// Everything the server offers, put together from the areas' lists.
package enum AdminCatalogue {
  /// Every tool, ordered by toolset and name, so that lists never change their order.
  package static let tools: [any AdminTool.Type] =
    (UserTools.all + TeamTools.all + DirectoryTools.all + TemplateTools.all + MailTools.all + ExchangeTools.all
    + FeatureTools.all + OperationTools.all + PersonaTools.all + ServerTools.all)
    .sorted { left, right in
      let order = Toolset.allCases
      let places = (order.firstIndex(of: left.toolset) ?? 0, order.firstIndex(of: right.toolset) ?? 0)
      return places.0 == places.1 ? left.name < right.name : places.0 < places.1
    }

  /// Every workflow, so that a process can go on with what another began, whatever it offers itself.
  package static var workflows: [any Workflow.Type] {
    tools.compactMap { $0.workflow } + [ConnectionUpkeepWorkflow.self]
  }

  /// The tools that the settings ask for.
  package static func offeredTools(_ configuration: Configuration) -> [any AdminTool.Type] {
    let wanted = Toolset.resolve(configuration.toolsets).toolsets
    return tools.filter { wanted.contains($0.toolset) && !(configuration.isReadOnly && $0.workflow != nil) }
  }

  package static func catalogue(
    _ services: AdminServices
  ) throws(Catalogue.DeclarationError) -> Catalogue {
    try Catalogue(
      tools: offeredTools(services.configuration).map { $0.definition(services) }
        + OriginalPersonaCalls.definitions(services),
      resources: Resources.fixed(services), templates: Resources.templates(services),
      providers: Resources.providers(services), prompts: Prompts.all(services))
  }
}
