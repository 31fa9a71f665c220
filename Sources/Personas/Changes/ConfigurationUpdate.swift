package import Access
package import AdminCore
package import Store

/// Sets and removes values of one layer's document, and locks keys for the layers below.
package struct ConfigurationUpdate: PersonaChange {
  package static let name = "update_persona_config"
  package static let title = "Store the new version of the configuration"
  package static let wayBack = "rollback_persona_config goes back to any version"
  /// What the call named the values.
  static let argument = "configurationsToUpdate"

  package struct Request: Sendable {
    package var address: PersonaAddress
    package var layer: StoredLayer
    package var configurations: JSONObject
    package var lock: [String] = []
    package var unlock: [String] = []
    package var ifMatch: String?
    package var reason: String?
    /// Who the caller says has made the change.
    package var claimedAuthor: String?
    /// When it is to be made; `nil` for now.
    package var applyAt: Timestamp?

    package init(_ address: PersonaAddress, _ layer: StoredLayer, _ configurations: JSONObject) {
      self.address = address
      self.layer = layer
      self.configurations = configurations
    }
  }

  package let request: Request
  private let author: Caller
  /// The version that the change was planned on.
  private let base: Int?

  package init(_ request: Request, by author: Caller, base: Int?) {
    self.request = request
    self.author = author
    self.base = base
  }

  private var place: DocumentPlace { request.layer.place(for: request.address) }

  package var target: AuditTarget { .object("persona_config", place.text) }

  // MARK: The journal

  package init(journalled json: JSONObject) throws(AdminError) {
    guard let address = json.journalledAddress(), let layer = json["layer"]?.stringValue.flatMap(StoredLayer.init),
      let configurations = json["configurations"]?.objectValue, let author = json.journalledCaller()
    else { throw .malformedChange(Self.name) }
    var request = Request(address, layer, configurations)
    request.lock = json.strings("lock")
    request.unlock = json.strings("unlock")
    request.ifMatch = json["ifMatch"]?.stringValue
    request.reason = json["reason"]?.stringValue
    request.claimedAuthor = json["claimedBy"]?.stringValue
    request.applyAt = json["applyAt"]?.intValue.map { Timestamp(milliseconds: Int64($0)) }
    self.init(request, by: author, base: json["base"]?.intValue)
  }

  package var journalled: JSONObject {
    [
      "tenantId": .string(request.address.tenant.text), "personaId": .string(request.address.persona.text),
      "layer": .string(request.layer.rawValue), "configurations": .object(request.configurations),
      "lock": .strings(request.lock), "unlock": .strings(request.unlock), "ifMatch": .optional(request.ifMatch),
      "reason": .optional(request.reason), "claimedBy": .optional(request.claimedAuthor),
      "applyAt": request.applyAt.map { .int($0.milliseconds) } ?? .null, "author": .object(author.journalled),
      "base": base.map { .int($0) } ?? .null,
    ]
  }

  // MARK: Deciding

  /// What would be written.
  struct Decision {
    let state: LayerState
    let patch: ConfigurationPatch
    let settings: JSONObject
    let locked: [String]
    /// Keys whose value or lock changes.
    let keys: [String]
    /// Whether the persona has to be registered for it.
    let registers: Bool
    let warnings: [String]
  }

  /// Looks at everything that could keep the change from being made: names, rights, conflicts, schemas, locks, rules and
  /// bounds, in this order.
  func decide(_ context: ChangeContext, in connection: borrowing Connection) throws -> Decision {
    let repository = context.repository
    let state = try LayerState.load(request.layer, of: request.address, repository, in: connection)
    let patch = try ConfigurationPatch(request.configurations, state.registry, argument: Self.argument)
    let (locked, relocked) = try locks(state)
    guard !patch.entries.isEmpty || !relocked.isEmpty else {
      throw AdminError(problems: [
        AdminError.Problem(path: "/\(Self.argument)", rule: "minProperties", message: "must name at least one key")
      ])
    }
    try authorize(repository, in: connection)
    let registers = try needsRegistration(state)
    let keys = patch.keys + relocked.filter { !patch.keys.contains($0) }
    try ConflictCheck(ifMatch: request.ifMatch, base: base).check(state.current, keys: keys) { version in
      try repository.keysChanged(in: place, after: version, in: connection)
    }
    let settings = patch.applied(to: state.current.settings)
    var budget = SchemaBudget(time: PersonaService.schemaTime, timekeeper: repository.database.timekeeper)
    try state.registry.check(
      patch.entries.compactMap { entry in
        settings[entry.key].map { (entry.key, $0, "/\(Self.argument)" + JSONPointer.token(entry.given)) }
      }, within: &budget)
    try state.checkLocks(patch.entries.filter { !$0.value.isNull }.map { ($0.given, $0.key) })
    try state.checkRules(
      patch.touchedPlaces(in: state.current.settings, settings).merging(relocked.map { ($0, Set([$0])) }) {
        $0.union($1)
      },
      layer: request.layer, of: request.address, by: author)
    try DocumentBounds.check(settings, changed: patch.keys)
    return Decision(
      state: state, patch: patch, settings: settings, locked: locked, keys: keys, registers: registers,
      warnings: warnings(state, patch, settings, registers: registers))
  }

  private func authorize(_ repository: PersonaRepository, in connection: borrowing Connection) throws {
    try author.requireTenant(request.address.tenant)
    try author.require(request.layer == .persona ? .writePersonas : .administerPersonas)
    try repository.requireNoAgent(author, in: connection)
  }

  /// Only a registered persona has a document of its own. Whoever may register one need not do it first.
  private func needsRegistration(_ state: LayerState) throws(AdminError) -> Bool {
    guard request.layer == .persona, state.persona == nil else { return false }
    guard author.roles.contains(.administerPersonas) else {
      throw PersonaService.unknownPersona(request.address)
    }
    return true
  }

  private func locks(_ state: LayerState) throws(AdminError) -> (locked: [String], changed: [String]) {
    func names(_ given: [String], _ argument: String) throws(AdminError) -> [String] {
      var names: [String] = []
      for (index, name) in given.enumerated() {
        guard let key = ConfigurationKey(name) else {
          throw AdminError(problems: [
            AdminError.Problem(path: "/\(argument)/\(index)", rule: "key", message: "is no key")
          ])
        }
        names.append(state.registry.canonicalName(key.text))
      }
      return names
    }
    let (lock, unlock) = (try names(request.lock, "lockKeys"), try names(request.unlock, "unlockKeys"))
    if let both = lock.first(where: unlock.contains) {
      throw AdminError(problems: [
        AdminError.Problem(path: "/unlockKeys", rule: "unique", message: "\(both) is to be locked as well")
      ])
    }
    var locked = state.current.locked.filter { !unlock.contains($0) }
    for key in lock where !locked.contains(key) { locked.append(key) }
    guard locked.count <= DocumentBounds.mostKeys else {
      throw AdminError(.documentBound, "At most \(DocumentBounds.mostKeys) keys of a layer can be locked.")
    }
    let changed = Set(locked).symmetricDifference(state.current.locked)
    return (locked, changed.sorted())
  }

  private func warnings(
    _ state: LayerState, _ patch: ConfigurationPatch, _ settings: JSONObject, registers: Bool
  ) -> [String] {
    var warnings: [String] = []
    if registers { warnings.append("The persona \(request.address.persona) was not registered; it is registered now.") }
    for key in patch.keys {
      if state.registry.definition(of: key)?.isDeprecated ?? false { warnings.append("\(key) is deprecated.") }
      if let value = settings[key], VisibleText.clean(value).serialized != value.serialized {
        warnings.append("\(key) holds characters that nobody can see; make sure that they are meant.")
      }
    }
    return warnings
  }

  // MARK: Making it

  package func apply(_ context: ChangeContext, in connection: borrowing Connection) throws -> JSONObject {
    let decision = try decide(context, in: connection)
    if let applyAt = request.applyAt, applyAt > context.now {
      return try propose(decision, at: applyAt, context, in: connection)
    }
    return try write(decision, .update, context, in: connection)
  }

  private func propose(
    _ decision: Decision, at applyAt: Timestamp, _ context: ChangeContext, in connection: borrowing Connection
  ) throws -> JSONObject {
    let change = ConfigurationUpdate(request, by: author, base: nil).journalled
    let id = try context.repository.propose(
      change, at: place, applyAt: applyAt, by: author.actor, in: connection)
    try context.record(
      "pcfg.propose", by: author, on: target, tenant: request.address.tenant.text,
      [
        "proposalId": .string(id.text), "applyAt": .string(applyAt.iso8601), "keys": .strings(decision.keys),
        "claimedBy": context.redacted(request.claimedAuthor), "reason": context.redacted(request.reason),
      ], in: connection)
    return [
      "success": true, "updatedKeys": .strings(decision.patch.updated), "removedKeys": .strings(decision.patch.removed),
      "etag": .string(decision.state.current.etag), "version": .int(decision.state.current.version),
      "proposalId": .string(id.text), "applyAt": .string(applyAt.iso8601),
    ]
  }

  func write(
    _ decision: Decision, _ operation: NewVersion.Operation, _ context: ChangeContext,
    in connection: borrowing Connection
  ) throws -> JSONObject {
    if decision.registers {
      let persona = PersonaRecord(request.address, displayName: request.address.persona.text)
      _ = try context.repository.store(persona, after: nil, by: author.actor, in: connection)
    }
    let current = decision.state.current
    let new = NewVersion(
      operation, patch: Self.delta(decision.keys, current.settings, decision.settings), keys: decision.keys,
      settings: decision.settings, locked: decision.locked, author: author.actor,
      claimedAuthor: request.claimedAuthor, reason: request.reason)
    let document = try context.repository.append(new, to: place, after: current, in: connection)
    try context.record(
      "pcfg.update", by: author, on: target, tenant: request.address.tenant.text,
      [
        "layer": .string(request.layer.rawValue), "op": .string(operation.rawValue),
        "fromVersion": .int(current.version), "toVersion": .int(document.version), "fromEtag": .string(current.etag),
        "toEtag": .string(document.etag), "claimedBy": context.redacted(request.claimedAuthor),
        "reason": context.redacted(request.reason),
        "keys": context.auditing(decision.state.registry)
          .keys(decision.patch.keys, current.settings, decision.settings),
        "locked": .strings(decision.locked.filter { !current.locked.contains($0) }),
        "unlocked": .strings(current.locked.filter { !decision.locked.contains($0) }),
      ], in: connection)
    return [
      "success": true, "updatedKeys": .strings(decision.patch.updated), "removedKeys": .strings(decision.patch.removed),
      "etag": .string(document.etag), "version": .int(document.version),
    ]
  }

  /// What each key has become; null for one that is gone.
  static func delta(_ keys: [String], _ old: JSONObject, _ new: JSONObject) -> JSONObject {
    JSONObject(
      keys.filter { old[$0] != nil || new[$0] != nil }.map { .init(key: $0, value: new[$0] ?? .null) })
  }
}

extension ConfigurationUpdate {
  /// What a plan shows, and what keeps the update from being made.
  package struct Preview: Sendable {
    /// For the change that is made later: it was planned on this.
    package let base: Int
    package let etag: String
    package let updated: [String]
    package let removed: [String]
    package let registers: Bool
    package let warnings: [String]
  }
}

extension PersonaService {
  package func preview(
    _ request: ConfigurationUpdate.Request, by author: Caller
  ) async throws(AdminError) -> ConfigurationUpdate.Preview {
    let change = ConfigurationUpdate(request, by: author, base: nil)
    return try await repository.database.read { connection in
      let decision = try change.decide(context(correlationID: "", workflow: nil), in: connection)
      return ConfigurationUpdate.Preview(
        base: decision.state.current.version, etag: decision.state.current.etag, updated: decision.patch.updated,
        removed: decision.patch.removed, registers: decision.registers, warnings: decision.warnings)
    }
  }
}
