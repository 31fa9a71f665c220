import Access
import AdminCore
import MCPProtocol

/// The resources, by the ways they are addressed. Listing them needs neither store nor tenant.
enum Resources {
  static func fixed(_ services: AdminServices) -> [ResourceDefinition] { [HealthResource.definition(services)] }

  static func templates(_ services: AdminServices) -> [ResourceTemplateDefinition] {
    [
      UserResource.definition(services), TemplateResource.definition(services), SchemaResource.definition(services),
    ].compactMap { $0 }
  }

  static func providers(_ services: AdminServices) -> [ResourceProvider] { [TemplateResource.provider(services)] }

  /// Runs the reading of a resource under the same guards as a tool, and answers JSON.
  static func read(
    _ services: AdminServices, _ uri: String,
    _ body: @escaping @Sendable () async throws(AdminError) -> JSONFragment?
  ) async throws -> ResourceOutcome {
    try services.caller.require(.read)
    guard let fragment = try await body() else { return .notFound }
    return .contents([.json(fragment, uri: uri)])
  }
}
