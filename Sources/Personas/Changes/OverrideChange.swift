package import Access
package import AdminCore
package import Store

/// Lays values over every layer for a while, or takes away what lies there.
package struct OverrideChange: PersonaChange {
  package static let name = "set_persona_override"
  package static let title = "Store the override"
  package static let wayBack = "set_persona_override takes overrides away, and each ends by itself"
  package static let longestTime = Duration.seconds(7 * 86_400)

  package struct Setting: Sendable {
    package var settings: JSONObject
    package var expiresAt: Timestamp
    package var reason: String

    package init(_ settings: JSONObject, until expiresAt: Timestamp, reason: String) {
      self.settings = settings
      self.expiresAt = expiresAt
      self.reason = reason
    }
  }

  package let tenant: TenantName
  /// `nil` for every persona of the tenant.
  package let persona: PersonaName?
  /// `nil` for taking away.
  package let setting: Setting?
  private let author: Caller

  package init(_ setting: Setting?, of tenant: TenantName, _ persona: PersonaName?, by author: Caller) {
    self.setting = setting
    self.tenant = tenant
    self.persona = persona
    self.author = author
  }

  private var place: DocumentPlace { persona.map { .persona(PersonaAddress(tenant, $0)) } ?? .tenant(tenant) }

  package var target: AuditTarget { .object("persona_override", place.text) }

  package init(journalled json: JSONObject) throws(AdminError) {
    guard let tenant = json["tenantId"]?.stringValue.flatMap(TenantName.init), let author = json.journalledCaller()
    else {
      throw .malformedChange(Self.name)
    }
    let persona = json["personaId"]?.stringValue.flatMap(PersonaName.init)
    guard persona != nil || json["personaId"]?.stringValue == nil else { throw .malformedChange(Self.name) }
    var setting: Setting?
    if let settings = json["settings"]?.objectValue {
      guard let expires = json["expiresAt"]?.intValue, let reason = json["reason"]?.stringValue else {
        throw .malformedChange(Self.name)
      }
      setting = Setting(settings, until: Timestamp(milliseconds: Int64(expires)), reason: reason)
    }
    self.init(setting, of: tenant, persona, by: author)
  }

  package var journalled: JSONObject {
    var json: JSONObject = [
      "tenantId": .string(tenant.text), "personaId": .optional(persona?.text), "author": .object(author.journalled),
    ]
    if let setting {
      json["settings"] = .object(setting.settings)
      json["expiresAt"] = .int(setting.expiresAt.milliseconds)
      json["reason"] = .string(setting.reason)
    }
    return json
  }

  struct Decision {
    let registry: KeyRegistry
    /// Under the names by which they are stored.
    let settings: JSONObject
    /// How many hold now, which taking away would end.
    let active: Int
  }

  func decide(_ context: ChangeContext, in connection: borrowing Connection) throws -> Decision {
    let repository = context.repository
    try author.requireTenant(tenant)
    try author.require(.administerPersonas)
    try repository.requireNoAgent(author, in: connection)
    if let persona {
      let address = PersonaAddress(tenant, persona)
      guard try repository.persona(address, in: connection) != nil else { throw PersonaService.unknownPersona(address) }
    }
    let registry = KeyRegistry(try repository.keySchemas(of: tenant, in: connection))
    let active = try repository.overrides(of: place, at: context.now, in: connection).count
    guard let setting else { return Decision(registry: registry, settings: [:], active: active) }
    guard setting.expiresAt > context.now, setting.expiresAt - context.now <= Self.longestTime else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/expiresAt", rule: "range", message: "must lie in the future, and within seven days")
      ])
    }
    return Decision(
      registry: registry, settings: try checked(setting, registry, repository, in: connection), active: active)
  }

  private func checked(
    _ setting: Setting, _ registry: KeyRegistry, _ repository: PersonaRepository, in connection: borrowing Connection
  ) throws -> JSONObject {
    let patch = try ConfigurationPatch(setting.settings, registry, argument: "settings")
    guard !patch.entries.isEmpty, patch.removed.isEmpty else {
      throw AdminError(problems: [
        AdminError.Problem(path: "/settings", rule: "minProperties", message: "must name values, and none of them null")
      ])
    }
    let settings = patch.applied(to: [:])
    var budget = SchemaBudget(time: PersonaService.schemaTime, timekeeper: repository.database.timekeeper)
    try registry.check(
      patch.entries.compactMap { entry in
        settings[entry.key].map { (entry.key, $0, "/settings" + JSONPointer.token(entry.given)) }
      }, within: &budget)
    let rules = KeyRules(try repository.keyRules(of: tenant, in: connection).rules, of: tenant)
    let denied = patch.touchedPlaces(in: [:], settings).filter { entry in
      entry.value.contains { !rules.allows(.write, $0, of: persona, to: author) }
    }
    guard denied.isEmpty else {
      throw AdminError(
        .keyDenied, "A rule of the tenant denies this caller to write \(denied.keys.sorted().joined(separator: ", ")).",
        details: ["keys": .strings(denied.keys.sorted())])
    }
    try DocumentBounds.check(settings, changed: patch.keys)
    return settings
  }

  package func apply(_ context: ChangeContext, in connection: borrowing Connection) throws -> JSONObject {
    let decision = try decide(context, in: connection)
    guard let setting else {
      let count = try context.repository.clearOverrides(of: place, by: author.actor, in: connection)
      try context.record(
        "pcfg.override_clear", by: author, on: target, tenant: tenant.text, ["count": .int(count)], in: connection)
      return ["cleared": .int(count)]
    }
    let override = OverrideRecord(
      id: LocalID.make(at: context.now), place: place, settings: decision.settings, reason: setting.reason,
      createdAt: context.now, expiresAt: setting.expiresAt)
    try context.repository.store(override, by: author.actor, in: connection)
    try context.record(
      "pcfg.override", by: author, on: target, tenant: tenant.text,
      [
        "overrideId": .string(override.id.text), "expiresAt": .string(setting.expiresAt.iso8601),
        "reason": context.redacted(setting.reason),
        "keys": context.auditing(decision.registry).keys(decision.settings.keys, [:], decision.settings),
      ], in: connection)
    return ["overrideId": .string(override.id.text), "expiresAt": .string(setting.expiresAt.iso8601)]
  }
}

extension PersonaService {
  /// - Returns: how many overrides hold now.
  package func preview(_ change: OverrideChange) async throws(AdminError) -> Int {
    try await repository.database.read { connection in
      try change.decide(context(correlationID: "", workflow: nil), in: connection).active
    }
  }
}
