import Access
import AdminCore
import MCPProtocol
import Personas
import Store

/// A stored layer as an argument.
enum LayerChoice: String, Choice {
  case global, tenant, persona

  var layer: StoredLayer {
    switch self {
    case .global: .global
    case .tenant: .tenant
    case .persona: .persona
    }
  }
}

/// Reads the arguments that the persona tools have in common.
enum PersonaArgument {
  static func tenant(_ text: String) throws(AdminError) -> TenantName {
    guard let tenant = TenantName(text) else {
      throw wrong("tenantId", "must be a tenant id (GUID) or a short name in lower case")
    }
    return tenant
  }

  static func persona(_ text: String) throws(AdminError) -> PersonaName {
    guard let persona = PersonaName(text) else {
      throw wrong("personaId", "must begin with a letter or digit and hold letters, digits, . _ - only")
    }
    return persona
  }

  static func address(_ tenant: String, _ persona: String) throws(AdminError) -> PersonaAddress {
    let isTenant = TenantName(tenant) != nil
    let name = PersonaName(persona)
    // Both at once, where both are wrong.
    guard isTenant || name != nil else {
      throw AdminError(problems: [
        AdminError.Problem(path: "/tenantId", rule: "name", message: "is no name of a tenant"),
        AdminError.Problem(path: "/personaId", rule: "name", message: "is no name of a persona"),
      ])
    }
    return PersonaAddress(try Self.tenant(tenant), try Self.persona(persona))
  }

  static func time(_ text: String?, _ argument: String) throws(AdminError) -> Timestamp? {
    guard let text else { return nil }
    guard let time = Timestamp(iso8601: text) else {
      throw wrong(argument, "must be a moment such as 2026-01-05T08:00:00Z")
    }
    return time
  }

  static func wrong(_ argument: String, _ message: String) -> AdminError {
    AdminError(problems: [AdminError.Problem(path: "/\(argument)", rule: "value", message: message)])
  }
}

extension ToolCall {
  func personas() async throws(AdminError) -> PersonaService { try await store().personas }

  /// Why something is done, as everybody may read it later: what looks like a token or a key is taken out of it.
  func reason(_ text: String) -> String { services.redactor.redact(text: text) }

  /// The global layer reaches every tenant. Where tokens of several tenants are let in, the administrator of one does not
  /// decide for the others.
  func requireReach(_ layer: StoredLayer) throws(AdminError) {
    guard layer == .global, caller.tenantID != nil, services.configuration.callers.tenants.count > 1 else { return }
    guard caller.roles.contains(.allTenants) else {
      throw AdminError(
        .otherTenant, "The global layer reaches every tenant; changing it needs the role \(Role.allTenants.rawValue).",
        details: ["role": .string(Role.allTenants.rawValue)])
    }
  }

  /// A site may want every change to say what it was decided on.
  func requireIfMatch(_ ifMatch: String?) throws(AdminError) {
    guard services.configuration.requiresIfMatch, ifMatch == nil else { return }
    throw PersonaArgument.wrong(
      "ifMatch", "is required here (REQUIRE_IF_MATCH=true): give the etag that get_persona_config has shown")
  }
}
