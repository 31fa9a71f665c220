import AdminCore
package import Store

/// Personas and their configuration: what holds for a persona, what it is made of, and how it is changed.
package struct PersonaService: Sendable {
  /// What checking one call's values against schemas may take.
  static let schemaTime = Duration.milliseconds(50)

  package let repository: PersonaRepository
  let audit: AuditLog
  let cache = PersonaCache()
  private let isReadOnly: Bool

  /// - Parameter isReadOnly: leaves changes that are due to other processes.
  package init(_ repository: PersonaRepository, audit: AuditLog, isReadOnly: Bool = false) {
    self.repository = repository
    self.audit = audit
    self.isReadOnly = isReadOnly
  }

  var appliesDueChanges: Bool { !isReadOnly }

  var timekeeper: any Timekeeper { repository.database.timekeeper }

  // MARK: Errors

  static func unknownPersona(_ address: PersonaAddress) -> AdminError {
    AdminError(
      .personaNotFound,
      "There is no persona \(address.persona) in the tenant \(address.tenant). list_personas shows "
        + "those there are, register_persona makes one.")
  }

  static func unknownVersion(_ version: Int, of place: DocumentPlace) -> AdminError {
    AdminError(
      .versionNotFound,
      "The configuration of \(place.text) has no version \(version); list_persona_config_versions "
        + "shows those there are.")
  }
}
