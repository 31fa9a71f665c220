package import Access
package import AdminCore
package import Store

/// Registers a persona, or changes how it is registered.
package struct PersonaRegistration: PersonaChange {
  package static let name = "register_persona"
  package static let title = "Register the persona"
  package static let wayBack = "set_persona_state switches a persona off; nothing deletes one"
  private static let largestFacts = 64 << 10

  package struct Request: Sendable {
    package var address: PersonaAddress
    package var displayName: String
    /// Stays as it is where it is not given.
    package var agentAppID: GUID?
    package var facts: JSONObject?
    package var ifMatch: String?

    package init(_ address: PersonaAddress, displayName: String) {
      self.address = address
      self.displayName = displayName
    }
  }

  package let request: Request
  private let author: Caller

  package init(_ request: Request, by author: Caller) {
    self.request = request
    self.author = author
  }

  package var target: AuditTarget { .object("persona", DocumentPlace.persona(request.address).text) }

  package init(journalled json: JSONObject) throws(AdminError) {
    guard let address = json.journalledAddress(), let displayName = json["displayName"]?.stringValue,
      let author = json.journalledCaller()
    else { throw .malformedChange(Self.name) }
    var request = Request(address, displayName: displayName)
    request.agentAppID = json["agentAppId"]?.stringValue.flatMap { GUID($0) }
    request.facts = json["static"]?.objectValue
    request.ifMatch = json["ifMatch"]?.stringValue
    self.init(request, by: author)
  }

  package var journalled: JSONObject {
    [
      "tenantId": .string(request.address.tenant.text), "personaId": .string(request.address.persona.text),
      "displayName": .string(request.displayName), "agentAppId": .optional(request.agentAppID?.text),
      "static": request.facts.map(JSONValue.object) ?? .null, "ifMatch": .optional(request.ifMatch),
      "author": .object(author.journalled),
    ]
  }

  func decide(
    _ context: ChangeContext, in connection: borrowing Connection
  ) throws -> (new: PersonaRecord, current: PersonaRecord?) {
    try author.requireTenant(request.address.tenant)
    try author.require(.administerPersonas)
    try context.repository.requireNoAgent(author, in: connection)
    if let facts = request.facts {
      guard JSONValue.object(facts).serialized.count <= Self.largestFacts, JSONValue.object(facts).depth <= 16 else {
        throw AdminError(.tooLarge, "static may take 64 KiB and 16 levels at most.")
      }
    }
    let current = try context.repository.persona(request.address, in: connection)
    try PersonaStateChange.check(request.ifMatch, current)
    var new = current ?? PersonaRecord(request.address, displayName: request.displayName)
    new.displayName = request.displayName
    new.agentAppID = request.agentAppID ?? new.agentAppID
    new.facts = request.facts ?? new.facts
    return (new, current)
  }

  package func apply(_ context: ChangeContext, in connection: borrowing Connection) throws -> JSONObject {
    let (new, current) = try decide(context, in: connection)
    let stored = try context.repository.store(new, after: current, by: author.actor, in: connection)
    try context.record(
      current == nil ? "persona.register" : "persona.update", by: author, on: target,
      tenant: request.address.tenant.text,
      [
        "agentAppId": .optional(stored.agentAppID?.text), "fromEtag": .optional(current?.etag),
        "toEtag": .string(stored.etag), "contentSha256": .string(ConfigurationAudit.hash(.object(stored.json))),
      ], in: connection)
    return stored.json
  }
}

/// Switches a persona on or off, and shows or hides it.
package struct PersonaStateChange: PersonaChange {
  package static let name = "set_persona_state"
  package static let title = "Change the state of the persona"
  package static let wayBack = "set_persona_state sets the earlier state again"

  package let address: PersonaAddress
  package let isEnabled: Bool?
  package let isDiscoverable: Bool?
  private let reason: String
  private let ifMatch: String?
  private let author: Caller

  package init(
    _ address: PersonaAddress, isEnabled: Bool?, isDiscoverable: Bool?, reason: String, ifMatch: String?,
    by author: Caller
  ) {
    self.address = address
    self.isEnabled = isEnabled
    self.isDiscoverable = isDiscoverable
    self.reason = reason
    self.ifMatch = ifMatch
    self.author = author
  }

  package var target: AuditTarget { .object("persona", DocumentPlace.persona(address).text) }

  package init(journalled json: JSONObject) throws(AdminError) {
    guard let address = json.journalledAddress(), let reason = json["reason"]?.stringValue,
      let author = json.journalledCaller()
    else { throw .malformedChange(Self.name) }
    self.init(
      address, isEnabled: json["enabled"]?.boolValue, isDiscoverable: json["discoverable"]?.boolValue, reason: reason,
      ifMatch: json["ifMatch"]?.stringValue, by: author)
  }

  package var journalled: JSONObject {
    [
      "tenantId": .string(address.tenant.text), "personaId": .string(address.persona.text),
      "enabled": isEnabled.map(JSONValue.bool) ?? .null, "discoverable": isDiscoverable.map(JSONValue.bool) ?? .null,
      "reason": .string(reason), "ifMatch": .optional(ifMatch), "author": .object(author.journalled),
    ]
  }

  static func check(_ ifMatch: String?, _ current: PersonaRecord?) throws(AdminError) {
    guard let ifMatch, ifMatch != current?.etag ?? "" else { return }
    throw AdminError(
      .etagConflict, "The persona was changed meanwhile; read it again and decide anew.",
      details: ["etag": .string(current?.etag ?? ""), "version": .int(current?.version ?? 0)])
  }

  func decide(
    _ context: ChangeContext, in connection: borrowing Connection
  ) throws -> (new: PersonaRecord, current: PersonaRecord) {
    try author.requireTenant(address.tenant)
    try author.require(.administerPersonas)
    try context.repository.requireNoAgent(author, in: connection)
    guard let current = try context.repository.persona(address, in: connection) else {
      throw PersonaService.unknownPersona(address)
    }
    try Self.check(ifMatch, current)
    var new = current
    new.isEnabled = isEnabled ?? current.isEnabled
    new.isDiscoverable = isDiscoverable ?? current.isDiscoverable
    return (new, current)
  }

  package func apply(_ context: ChangeContext, in connection: borrowing Connection) throws -> JSONObject {
    let (new, current) = try decide(context, in: connection)
    let stored = try context.repository.store(new, after: current, by: author.actor, in: connection)
    try context.record(
      "persona.state", by: author, on: target, tenant: address.tenant.text,
      [
        "enabled": .bool(stored.isEnabled), "discoverable": .bool(stored.isDiscoverable),
        "fromEtag": .string(current.etag), "toEtag": .string(stored.etag), "reason": context.redacted(reason),
      ], in: connection)
    return stored.json
  }
}

extension PersonaRecord {
  /// As tools and resources show it.
  package var json: JSONObject {
    [
      "tenantId": .string(address.tenant.text), "personaId": .string(address.persona.text),
      "displayName": .string(displayName), "agentAppId": .optional(agentAppID?.text), "enabled": .bool(isEnabled),
      "discoverable": .bool(isDiscoverable), "static": .object(facts), "etag": .string(etag), "version": .int(version),
    ]
  }
}

extension PersonaService {
  /// - Returns: the persona as it is registered so far.
  package func preview(_ change: PersonaRegistration) async throws(AdminError) -> PersonaRecord? {
    try await repository.database.read { connection in
      try change.decide(context(correlationID: "", workflow: nil), in: connection).current
    }
  }

  package func preview(_ change: PersonaStateChange) async throws(AdminError) -> PersonaRecord {
    try await repository.database.read { connection in
      try change.decide(context(correlationID: "", workflow: nil), in: connection).current
    }
  }
}
