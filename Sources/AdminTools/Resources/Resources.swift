import Access
package import AdminCore
import MCPProtocol

/// The resources, by the ways they are addressed. Listing them needs neither store nor tenant.
package enum Resources {
  /// What each resource holds, by its address, for the generated documentation.
  package static var shapes: [String: JSONValue] {
    [
      HealthResource.uri: HealthReport.outputSchema(.full),
      TrackingSettingsResource.uri: TrackingSettingsResource.Body.outputSchema(.full),
      "m365://users/{userEmail}": UserResource.Body.outputSchema(.full),
      "m365://teams/{teamId}": TeamResource.Body.outputSchema(.full),
      "m365://templates/{templateId}": GetEmailTemplate.Output.outputSchema(.full),
      "m365://operations/{id}": GetOperation.Output.outputSchema(.full),
      "m365://personas/{tenantId}/{personaId}/config": GetPersonaConfig.Output.outputSchema(.full),
    ]
  }

  static func fixed(_ services: AdminServices) -> [ResourceDefinition] {
    [HealthResource.definition(services), TrackingSettingsResource.definition(services)]
  }

  static func templates(_ services: AdminServices) -> [ResourceTemplateDefinition] {
    [
      UserResource.definition(services), TeamResource.definition(services), TemplateResource.definition(services),
      OperationResource.definition(services), PersonaResource.definition(services), SchemaResource.definition(services),
    ].compactMap { $0 }
  }

  static func providers(_ services: AdminServices) -> [ResourceProvider] {
    [TemplateResource.provider(services), OperationResource.provider(services), PersonaResource.provider(services)]
  }

  /// Suggestions for somebody who types. Without the role, the store or the tenant there are none, which is no error:
  /// typing goes on.
  static func completion(
    _ services: AdminServices, role: Role = .read,
    _ suggest: @escaping @Sendable (CompletionRequest, Caller) async throws(AdminError) -> Completion.Suggestions
  ) -> Completion {
    Completion { request, context in
      guard let caller = await reader(services, role: role, context) else { return Completion.Suggestions([]) }
      do throws(AdminError) {
        return try await suggest(request, caller)
      } catch {
        return Completion.Suggestions([])
      }
    }
  }

  /// Runs the reading of a resource under the same guards as a tool, and answers JSON.
  ///
  /// - Parameter kind: what the audit trail calls it: the address without what differs from one to another.
  static func read(
    _ services: AdminServices, _ uri: String, _ kind: String, role: Role = .read, _ context: RequestContext,
    _ body: @escaping @Sendable (ToolCall) async throws(AdminError) -> JSONFragment?
  ) async throws -> ResourceOutcome {
    let guarded = GuardedCall(services: services, tool: kind, role: role, context: context)
    let call = try await guarded.authorize()
    let fragment = try await guarded.refusing(call.caller) { () async throws(AdminError) in try await body(call) }
    guard let fragment else { return .notFound }
    return .contents([.json(fragment, uri: uri)])
  }

  /// The caller, where it holds a role; for lists and suggestions, which show nothing to others and never fail.
  static func reader(_ services: AdminServices, role: Role = .read, _ context: RequestContext) async -> Caller? {
    guard let caller = try? await services.callers.caller(presenting: context.credential),
      caller.roles.contains(role), role.isOfAnyTenant || (try? services.callers.requireHome(caller)) != nil
    else { return nil }
    return caller
  }
}
