import Access
package import AdminCore
import MCPProtocol

/// The resources, by the ways they are addressed. Listing them needs neither store nor tenant.
package enum Resources {
  /// What each resource holds, by its address, for the generated documentation.
  package static var shapes: [String: JSONValue] {
    [
      HealthResource.uri: HealthReport.outputSchema(.full),
      "m365://users/{userEmail}": UserResource.Body.outputSchema(.full),
      "m365://templates/{templateId}": GetEmailTemplate.Output.outputSchema(.full),
      "m365://operations/{id}": GetOperation.Output.outputSchema(.full),
    ]
  }

  static func fixed(_ services: AdminServices) -> [ResourceDefinition] { [HealthResource.definition(services)] }

  static func templates(_ services: AdminServices) -> [ResourceTemplateDefinition] {
    [
      UserResource.definition(services), TemplateResource.definition(services),
      OperationResource.definition(services), SchemaResource.definition(services),
    ].compactMap { $0 }
  }

  static func providers(_ services: AdminServices) -> [ResourceProvider] {
    [TemplateResource.provider(services), OperationResource.provider(services)]
  }

  /// Suggestions for somebody who types. Without store or tenant there are none, which is no error: typing goes on.
  static func completion(
    _ suggest: @escaping @Sendable (String) async throws(AdminError) -> Completion.Suggestions
  ) -> Completion {
    Completion { request, _ in
      do throws(AdminError) {
        return try await suggest(request.value)
      } catch {
        return Completion.Suggestions([])
      }
    }
  }

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
