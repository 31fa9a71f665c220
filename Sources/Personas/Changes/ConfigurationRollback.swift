package import Access
package import AdminCore
package import Store

/// Makes a new version that is equal to an old one.
package struct ConfigurationRollback: PersonaChange {
  package static let name = "rollback_persona_config"
  package static let title = "Store the old version as the newest"
  package static let wayBack = "rollback_persona_config goes back to any version"

  package struct Request: Sendable {
    package var address: PersonaAddress
    package var layer: StoredLayer
    package var version: Int
    package var ifMatch: String?
    package var reason: String
    /// Takes values over that today's schemas refuse.
    package var isForced: Bool

    package init(
      _ address: PersonaAddress, _ layer: StoredLayer, to version: Int, reason: String, ifMatch: String? = nil,
      isForced: Bool = false
    ) {
      self.address = address
      self.layer = layer
      self.version = version
      self.reason = reason
      self.ifMatch = ifMatch
      self.isForced = isForced
    }
  }

  package let request: Request
  private let author: Caller
  private let base: Int?

  package init(_ request: Request, by author: Caller, base: Int?) {
    self.request = request
    self.author = author
    self.base = base
  }

  private var place: DocumentPlace { request.layer.place(for: request.address) }

  package var target: AuditTarget { .object("persona_config", place.text) }

  package init(journalled json: JSONObject) throws(AdminError) {
    guard let address = json.journalledAddress(), let layer = json["layer"]?.stringValue.flatMap(StoredLayer.init),
      let version = json["version"]?.intValue, let reason = json["reason"]?.stringValue,
      let author = json.journalledCaller()
    else { throw .malformedChange(Self.name) }
    self.init(
      Request(
        address, layer, to: version, reason: reason, ifMatch: json["ifMatch"]?.stringValue,
        isForced: json["force"]?.boolValue ?? false),
      by: author, base: json["base"]?.intValue)
  }

  package var journalled: JSONObject {
    [
      "tenantId": .string(request.address.tenant.text), "personaId": .string(request.address.persona.text),
      "layer": .string(request.layer.rawValue), "version": .int(request.version), "reason": .string(request.reason),
      "ifMatch": .optional(request.ifMatch), "force": .bool(request.isForced), "author": .object(author.journalled),
      "base": base.map { .int($0) } ?? .null,
    ]
  }

  struct Decision {
    let state: LayerState
    let target: ConfigurationDocument
    /// Keys that differ.
    let keys: [String]
    let warnings: [String]
  }

  func decide(_ context: ChangeContext, in connection: borrowing Connection) throws -> Decision {
    let repository = context.repository
    let state = try LayerState.load(request.layer, of: request.address, repository, in: connection)
    try author.requireTenant(request.address.tenant)
    try author.require(.administerPersonas)
    try repository.requireNoAgent(author, in: connection)
    guard request.layer != .persona || state.persona != nil else {
      throw PersonaService.unknownPersona(request.address)
    }
    guard let version = try repository.version(request.version, of: place, in: connection) else {
      throw PersonaService.unknownVersion(request.version, of: place)
    }
    let (old, new) = (state.current.settings, version.document.settings)
    let keys = Set(old.keys + new.keys).filter { old[$0]?.serialized != new[$0]?.serialized }.sorted()
    try ConflictCheck(ifMatch: request.ifMatch, base: base).check(
      state.current, keys: Set(old.keys + new.keys).sorted()
    ) { version in try repository.keysChanged(in: place, after: version, in: connection) }

    var warnings: [String] = []
    var budget = SchemaBudget(time: PersonaService.schemaTime, timekeeper: repository.database.timekeeper)
    do throws(AdminError) {
      try state.registry.check(
        new.map { ($0.key, $0.value, JSONPointer.token($0.key)) }, within: &budget)
    } catch {
      guard request.isForced else { throw error }
      warnings.append("Values that today's schemas refuse were taken over: \(error.message)")
    }
    try state.checkLocks(keys.filter { new[$0] != nil && new[$0] != old[$0] }.map { ($0, $0) })
    try state.checkRules(
      Dictionary(keys.map { ($0, ConfigurationPatch.touchedPlaces(old[$0], new[$0], at: $0)) }) { first, _ in first },
      layer: request.layer, of: request.address, by: author)
    return Decision(state: state, target: version.document, keys: keys, warnings: warnings)
  }

  package func apply(_ context: ChangeContext, in connection: borrowing Connection) throws -> JSONObject {
    let decision = try decide(context, in: connection)
    let (current, target) = (decision.state.current, decision.target)
    let new = NewVersion(
      .rollback, patch: ConfigurationUpdate.delta(decision.keys, current.settings, target.settings),
      keys: decision.keys, settings: target.settings, locked: target.locked, author: author.actor,
      reason: request.reason)
    let document = try context.repository.append(new, to: place, after: current, in: connection)
    try context.record(
      "pcfg.rollback", by: author, on: self.target, tenant: request.address.tenant.text,
      [
        "layer": .string(request.layer.rawValue), "fromVersion": .int(current.version),
        "toVersion": .int(document.version), "equalTo": .int(request.version), "fromEtag": .string(current.etag),
        "toEtag": .string(document.etag), "force": .bool(request.isForced),
        "reason": context.redacted(request.reason),
        "keys": context.auditing(decision.state.registry).keys(decision.keys, current.settings, target.settings),
      ], in: connection)
    return [
      "success": true, "updatedKeys": .strings(decision.keys.filter { target.settings[$0] != nil }),
      "removedKeys": .strings(decision.keys.filter { target.settings[$0] == nil }), "etag": .string(document.etag),
      "version": .int(document.version),
    ]
  }
}

extension PersonaService {
  package func preview(
    _ request: ConfigurationRollback.Request, by author: Caller
  ) async throws(AdminError) -> ConfigurationUpdate.Preview {
    let change = ConfigurationRollback(request, by: author, base: nil)
    return try await repository.database.read { connection in
      let decision = try change.decide(context(correlationID: "", workflow: nil), in: connection)
      return ConfigurationUpdate.Preview(
        base: decision.state.current.version, etag: decision.state.current.etag,
        updated: decision.keys.filter { decision.target.settings[$0] != nil },
        removed: decision.keys.filter { decision.target.settings[$0] == nil }, registers: false,
        warnings: decision.warnings)
    }
  }
}
