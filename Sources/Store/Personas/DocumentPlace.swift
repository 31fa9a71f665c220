package import AdminCore

/// Which document of persona configuration is meant: each layer of each tenant has one.
package enum DocumentPlace: Hashable, Sendable {
  case global
  case tenant(TenantName)
  case persona(PersonaAddress)

  /// Names begin with a letter or a digit, so these are nobody's.
  private static let everywhere = "_global"
  private static let layer = "_layer"

  var tenantID: String {
    switch self {
    case .global: Self.everywhere
    case .tenant(let tenant): tenant.text
    case .persona(let address): address.tenant.text
    }
  }

  var personaID: String {
    switch self {
    case .global, .tenant: Self.layer
    case .persona(let address): address.persona.text
    }
  }

  package init?(tenantID: String, personaID: String) {
    switch (tenantID, personaID) {
    case (Self.everywhere, Self.layer): self = .global
    case (_, Self.layer):
      guard let tenant = TenantName(tenantID) else { return nil }
      self = .tenant(tenant)
    default:
      guard let tenant = TenantName(tenantID), let persona = PersonaName(personaID) else { return nil }
      self = .persona(PersonaAddress(tenant, persona))
    }
  }

  /// As messages, the audit trail and the journal name it: `_global`, `tenant`, or `tenant/persona`.
  package var text: String {
    switch self {
    case .global: Self.everywhere
    case .tenant(let tenant): tenant.text
    case .persona(let address): "\(address.tenant)/\(address.persona)"
    }
  }

  /// Reads what `text` has written.
  package init?(text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count) else { return nil }
    self.init(tenantID: parts[0], personaID: parts.count == 2 ? parts[1] : Self.layer)
  }

  /// The document, as a condition on a table's columns.
  var condition: SQL { "tenant_id = \(tenantID) AND persona_id = \(personaID)" }
}
