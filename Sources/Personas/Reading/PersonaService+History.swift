package import Access
package import AdminCore
package import Store

/// What became of a key between two versions.
package struct KeyDifference: Hashable, Sendable {
  package enum Operation: String, Sendable {
    case added, removed, changed
    /// Values are the same; the key was locked for the layers below, or is not any more.
    case locked, unlocked
  }

  package let key: String
  package let operation: Operation
  package let from: JSONValue?
  package let to: JSONValue?

  package init(key: String, operation: Operation, from: JSONValue?, to: JSONValue?) {
    (self.key, self.operation, self.from, self.to) = (key, operation, from, to)
  }
}

/// A key as a caller finds it: what it may hold, where it is set, and what the caller may do with it.
package struct KeyDescription: Sendable {
  package let definition: KeyDefinition?
  package let name: String
  package let setAt: [StoredLayer]
  package let lockedAt: StoredLayer?
  package let isSensitive: Bool
  /// The default as the caller sees it.
  package let standard: JSONValue?
  package let canRead: Bool
  /// In the persona's own layer.
  package let canWrite: Bool
}

extension PersonaService {
  // MARK: Versions

  package func versions(
    of address: PersonaAddress, _ layer: StoredLayer, limit: Int, cursor: String?, for caller: Caller
  ) async throws(AdminError) -> Page<VersionSummary> {
    try await requireReadable(address, caller)
    return try await repository.versions(
      of: layer.place(for: address), limit: limit, cursor: cursor, for: caller.actor)
  }

  /// - Parameters:
  ///   - from: 0 for the empty document before the first version.
  ///   - sensitive values and what rules keep from the caller are masked.
  package func differences(
    of address: PersonaAddress, _ layer: StoredLayer, from: Int, to: Int, for caller: Caller
  ) async throws(AdminError) -> [KeyDifference] {
    try await requireReadable(address, caller)
    let place = layer.place(for: address)
    return try await repository.database.read { connection in
      let (old, new) = (try document(from, of: place, in: connection), try document(to, of: place, in: connection))
      let registry = KeyRegistry(try repository.keySchemas(of: address.tenant, in: connection))
      let rules = KeyRules(try repository.keyRules(of: address.tenant, in: connection).rules, of: address.tenant)
      let sight = ReaderSight(registry: registry, rules: rules, persona: address.persona, caller: caller)
      func shown(_ value: JSONValue?, _ key: String) -> JSONValue? {
        value.map { sight.shown($0, at: key) ?? ReaderSight.mask }
      }
      return Self.differences(old, new).map { difference in
        KeyDifference(
          key: difference.key, operation: difference.operation, from: shown(difference.from, difference.key),
          to: shown(difference.to, difference.key))
      }
    }
  }

  private func document(
    _ number: Int, of place: DocumentPlace, in connection: borrowing Connection
  ) throws -> ConfigurationDocument {
    if number == 0 { return .none }
    guard let version = try repository.version(number, of: place, in: connection) else {
      throw Self.unknownVersion(number, of: place)
    }
    return version.document
  }

  static func differences(_ old: ConfigurationDocument, _ new: ConfigurationDocument) -> [KeyDifference] {
    var differences: [KeyDifference] = []
    for key in Set(old.settings.keys + new.settings.keys).sorted() {
      switch (old.settings[key], new.settings[key]) {
      case (let from?, nil): differences.append(KeyDifference(key: key, operation: .removed, from: from, to: nil))
      case (nil, let to?): differences.append(KeyDifference(key: key, operation: .added, from: nil, to: to))
      case (let from?, let to?) where from.serialized != to.serialized:
        differences.append(KeyDifference(key: key, operation: .changed, from: from, to: to))
      default: break
      }
    }
    for key in Set(old.locked).symmetricDifference(new.locked).sorted() {
      let operation: KeyDifference.Operation = new.locked.contains(key) ? .locked : .unlocked
      differences.append(KeyDifference(key: key, operation: operation, from: nil, to: nil))
    }
    return differences
  }

  private func requireReadable(_ address: PersonaAddress, _ caller: Caller) async throws(AdminError) {
    try caller.requireTenant(address.tenant)
    let isKnown = try await repository.database.read { connection in
      try repository.persona(address, in: connection) != nil
    }
    guard isKnown else { throw Self.unknownPersona(address) }
  }

  // MARK: Keys

  /// The keys of a persona: declared ones, and those that are set in one of its layers.
  package func keys(
    of address: PersonaAddress, prefix: String, withDeprecated: Bool, for caller: Caller
  ) async throws(AdminError) -> [KeyDescription] {
    try await requireReadable(address, caller)
    return try await repository.database.read { connection in
      let registry = KeyRegistry(try repository.keySchemas(of: address.tenant, in: connection))
      let rules = KeyRules(try repository.keyRules(of: address.tenant, in: connection).rules, of: address.tenant)
      var mayWrite = caller.roles.contains(.writePersonas)
      if mayWrite, let application = caller.applicationID, try repository.isAgent(application, in: connection) {
        mayWrite = false
      }
      let writes = mayWrite
      let sight = ReaderSight(registry: registry, rules: rules, persona: address.persona, caller: caller)
      var documents: [(layer: StoredLayer, document: ConfigurationDocument)] = []
      for layer in StoredLayer.allCases {
        documents.append((layer, try repository.document(at: layer.place(for: address), in: connection)))
      }
      var names = registry.definitions.map(\.name)
      let declared = Set(names)
      let others = Set(documents.flatMap { $0.document.settings.keys + $0.document.locked }).subtracting(declared)
      names += others.sorted()
      return names.compactMap { name -> KeyDescription? in
        let definition = registry.definition(of: name)
        guard name.hasPrefix(prefix), withDeprecated || !(definition?.isDeprecated ?? false) else { return nil }
        let lock = documents.first { $0.document.locked.contains(name) }?.layer
        let isLockedAbove = lock.map { $0 != .persona } ?? false
        return KeyDescription(
          definition: definition, name: name,
          setAt: documents.filter { $0.document.settings[name] != nil }.map(\.layer), lockedAt: lock,
          isSensitive: registry.isSensitive(name),
          standard: definition?.standard.map { sight.shown($0, at: name) ?? ReaderSight.mask },
          canRead: rules.allows(.read, name, of: address.persona, to: caller),
          canWrite: writes && !isLockedAbove && rules.allows(.write, name, of: address.persona, to: caller))
      }
    }
  }

  /// What would be wrong with values, without a persona and without writing anything.
  package func problems(
    in configurations: JSONObject, of tenant: TenantName, for caller: Caller
  ) async throws(AdminError) -> [AdminError.Problem] {
    try caller.requireTenant(tenant)
    let records = try await repository.database.read { connection in
      try repository.keySchemas(of: tenant, in: connection)
    }
    let registry = KeyRegistry(records)
    do throws(AdminError) {
      let patch = try ConfigurationPatch(configurations, registry, argument: "configurations")
      let settings = patch.applied(to: [:])
      var budget = SchemaBudget(time: Self.schemaTime, timekeeper: timekeeper)
      try registry.check(
        patch.entries.compactMap { entry in
          settings[entry.key].map { (entry.key, $0, "/configurations" + JSONPointer.token(entry.given)) }
        }, within: &budget)
      try DocumentBounds.check(settings, changed: patch.keys)
      return []
    } catch {
      let listed = (error.details?.arrayValue ?? []).compactMap { problem -> AdminError.Problem? in
        guard let path = problem["path"]?.stringValue, let rule = problem["rule"]?.stringValue,
          let message = problem["message"]?.stringValue
        else { return nil }
        return AdminError.Problem(path: path, rule: rule, message: message)
      }
      return listed.isEmpty
        ? [AdminError.Problem(path: "/configurations", rule: error.code.rawValue, message: error.message)] : listed
    }
  }

  // MARK: Personas

  /// Personas of one tenant, or of all that the caller may see.
  package func personas(
    _ filter: PersonaFilter, limit: Int, cursor: String?, for caller: Caller
  ) async throws(AdminError) -> Page<PersonaSummary> {
    var filter = filter
    if let tenant = filter.tenant {
      try caller.requireTenant(tenant)
    } else if let tenant = caller.tenantID, !caller.roles.contains(.allTenants) {
      filter.tenant = TenantName(tenant.text)
    }
    return try await repository.personas(filter, limit: limit, cursor: cursor, for: caller.actor)
  }
}
