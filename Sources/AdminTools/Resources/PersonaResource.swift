import Access
import AdminCore
import MCPProtocol
import Personas
import Store

/// `m365://personas/{tenantId}/{personaId}/config`: the configuration that holds for a persona, as `get_persona_config`
/// shows it. Whoever subscribes hears of every change of it.
enum PersonaResource {
  private static let kind = "m365://personas"

  static let template = URITemplate("m365://personas/{tenantId}/{personaId}/config")

  /// The persona that an address is about.
  static func address(of uri: String) -> PersonaAddress? {
    template?.match(uri).flatMap { address($0["tenantId"], $0["personaId"]) }
  }

  private static func address(_ tenant: String?, _ persona: String?) -> PersonaAddress? {
    guard let tenant = tenant.flatMap(TenantName.init), let persona = persona.flatMap(PersonaName.init) else {
      return nil
    }
    return PersonaAddress(tenant, persona)
  }

  static func definition(_ services: AdminServices) -> ResourceTemplateDefinition? {
    template.map { template in
      ResourceTemplateDefinition(
        template, name: "persona_config",
        presentation: Presentation(
          title: "Persona configuration", description: "The configuration that holds for a persona; subscribe to it."),
        mimeType: "application/json",
        completions: ["tenantId": tenants(services), "personaId": personas(services)]
      ) { request, context in
        try await Resources.read(services, request.uri, kind, role: .readPersonas, context) { call throws(AdminError) in
          try await read(request.variables, call)
        }
      }
    }
  }

  private static func read(
    _ variables: [String: String], _ call: ToolCall
  ) async throws(AdminError) -> JSONFragment? {
    guard let address = address(variables["tenantId"], variables["personaId"]) else { return nil }
    do throws(AdminError) {
      return try await GetPersonaConfig.read(ConfigurationQuery(address), call).fragment()
    } catch  where error.code == .personaNotFound {
      return nil
    }
  }

  // MARK: Lists and suggestions

  /// The personas that agents may find. A store that cannot be opened lists none: lists need no backend.
  static func provider(_ services: AdminServices) -> ResourceProvider {
    ResourceProvider { position, limit, context in
      guard let caller = await Resources.reader(services, role: .readPersonas, context),
        let personas = try? await services.store.value().personas
      else { return ResourceProvider.Page([]) }
      let page = try await personas.personas(
        PersonaFilter(isDiscoverable: true), limit: limit, cursor: position, for: caller)
      return ResourceProvider.Page(page.items.compactMap(entry), next: page.nextCursor)
    }
  }

  private static func entry(_ summary: PersonaSummary) -> ResourceEntry? {
    let address = summary.record.address
    let uri = template?.expand(["tenantId": address.tenant.text, "personaId": address.persona.text])
    return uri.map { uri in
      ResourceEntry(
        uri: uri, name: "persona_config: \(address.tenant)/\(address.persona)",
        presentation: Presentation(title: VisibleText.excerpt(summary.record.displayName, limit: 80)),
        mimeType: "application/json")
    }
  }

  /// Tenants that have personas, as far as the caller may know.
  private static func tenants(_ services: AdminServices) -> Completion {
    Resources.completion(services, role: .readPersonas) { request, caller throws(AdminError) in
      let names = try await services.store.value().personas.repository.names(
        startingWith: request.value, in: nil, limit: Completion.limit)
      return Completion.Suggestions(
        names.filter { name in TenantName(name).map { (try? caller.requireTenant($0)) != nil } ?? false })
    }
  }

  /// Personas of the tenant that is settled already.
  private static func personas(_ services: AdminServices) -> Completion {
    Resources.completion(services, role: .readPersonas) { request, caller throws(AdminError) in
      guard let tenant = request.settled["tenantId"].flatMap(TenantName.init) else { return Completion.Suggestions([]) }
      try caller.requireTenant(tenant)
      return Completion.Suggestions(
        try await services.store.value().personas.repository.names(
          startingWith: request.value, in: tenant, limit: Completion.limit))
    }
  }
}
