package import Access
package import AdminCore
import Store

/// What is to be read of a persona's configuration.
package struct ConfigurationQuery: Sendable {
  package var address: PersonaAddress
  /// Keys, aliases, or parts of values such as `featureFlags.x`; `nil` for everything.
  package var keys: [String]?
  /// One layer by itself; `nil` for what holds in the end.
  package var layer: StoredLayer?
  package var asOf: Timestamp?
  /// Names an instance of the agent, for experiments.
  package var instance: String?
  package var withProvenance = false
  /// How old an answer may be that the store was not asked about; `nil` asks it each time, zero reads everything anew.
  package var maximumAge: Duration?

  package init(_ address: PersonaAddress) { self.address = address }
}

package struct ConfigurationAnswer: Sendable {
  /// A JSON object, as it was stored to the letter.
  package let configurations: [UInt8]
  package let provenance: [UInt8]?
  /// Of the document: the persona's own, or that of the layer that was asked for.
  package let etag: String
  package let version: Int
  /// Of what is answered.
  package let contentEtag: String
  package let isEnabled: Bool
  package let missing: [String]
  package let redacted: Int
  /// The store could not be asked; this held a short while ago.
  package let isStale: Bool
}

extension PersonaService {
  /// How long an answer is given while the store cannot be asked.
  private static let staleAge = Duration.seconds(300)

  package func configuration(
    _ query: ConfigurationQuery, for caller: Caller
  ) async throws(AdminError) -> ConfigurationAnswer {
    try caller.requireTenant(query.address.tenant)
    if let layer = query.layer { return try await layerConfiguration(layer, query, for: caller) }
    if let time = query.asOf {
      let loaded = try await repository.database.read { connection in
        try LoadedPersona.load(query.address, repository, asOf: time, in: connection)
      }
      guard let loaded else { throw Self.unknownPersona(query.address) }
      return answer(loaded, view(of: loaded, query, for: caller), isStale: false)
    }
    let (loaded, views, isStale) = try await current(query.address, maximumAge: query.maximumAge)
    let key = viewKey(of: loaded, query, for: caller)
    if let known = views[key] { return answer(loaded, known, isStale: isStale) }
    let view = view(of: loaded, query, for: caller)
    cache.keep(view, key, for: query.address, loaded.stamps)
    return answer(loaded, view, isStale: isStale)
  }

  /// The answer that surely holds, found without waiting; `nil` where the store has to be asked for more than its
  /// change counter.
  package func configurationAtHand(
    _ query: ConfigurationQuery, for caller: Caller
  ) throws(AdminError) -> ConfigurationAnswer? {
    try caller.requireTenant(query.address.tenant)
    guard query.layer == nil, query.asOf == nil, query.maximumAge != .zero,
      let known = cache.entry(for: query.address), known.persona.holds(at: timekeeper.now()),
      let view = known.views[viewKey(of: known.persona, query, for: caller)]
    else { return nil }
    let isYoung = query.maximumAge.map { timekeeper.uptime() - known.checkedAt < $0 } ?? false
    guard isYoung || repository.database.changeCounterIfFree() == known.counter else { return nil }
    return answer(known.persona, view, isStale: false)
  }

  private func viewKey(
    of loaded: LoadedPersona, _ query: ConfigurationQuery, for caller: Caller
  ) -> PersonaCache.ViewKey {
    let variants = loaded.resolution.variants(for: query.instance, of: loaded.experiments)
    return PersonaCache.ViewKey(
      caller: loaded.rules.isEmpty ? nil : caller, seesSensitive: caller.roles.contains(.administerPersonas),
      variants: variants.map { "\($0.experiment)=\($0.variant.name)" }, wanted: query.keys,
      withProvenance: query.withProvenance)
  }

  private func view(of loaded: LoadedPersona, _ query: ConfigurationQuery, for caller: Caller) -> ConfigurationView {
    let variants = loaded.resolution.variants(for: query.instance, of: loaded.experiments)
    return ConfigurationView(
      loaded.resolution.keys(with: variants), wanted: query.keys, registry: loaded.resolution.registry,
      rules: loaded.rules, persona: query.address.persona, caller: caller, withProvenance: query.withProvenance)
  }

  private func answer(
    _ loaded: LoadedPersona, _ view: ConfigurationView, isStale: Bool
  ) -> ConfigurationAnswer {
    let document = loaded.resolution.document(of: .persona)
    return ConfigurationAnswer(
      configurations: view.configurations, provenance: view.provenance, etag: document.etag,
      version: document.version, contentEtag: view.etag, isEnabled: loaded.record.isEnabled, missing: view.missing,
      redacted: view.redacted, isStale: isStale)
  }

  /// What one layer's document says by itself.
  private func layerConfiguration(
    _ layer: StoredLayer, _ query: ConfigurationQuery, for caller: Caller
  ) async throws(AdminError) -> ConfigurationAnswer {
    let place = layer.place(for: query.address)
    return try await repository.database.read { connection in
      guard let record = try repository.persona(query.address, in: connection) else {
        throw Self.unknownPersona(query.address)
      }
      let document: ConfigurationDocument?
      if let time = query.asOf {
        document = try repository.document(at: place, asOf: time, in: connection)
      } else {
        document = try repository.document(at: place, in: connection)
      }
      guard let document else {
        throw AdminError(.versionNotFound, "The version that held at that time is not kept any more.")
      }
      let keys = document.settings.map { member in
        ResolvedKey(
          name: member.key, value: member.value,
          provenance: Provenance(layer: layer.rawValue, version: document.version, reason: "set"))
      }
      let view = ConfigurationView(
        keys, wanted: query.keys,
        registry: KeyRegistry(try repository.keySchemas(of: query.address.tenant, in: connection)),
        rules: KeyRules(
          try repository.keyRules(of: query.address.tenant, in: connection).rules, of: query.address.tenant),
        persona: query.address.persona, caller: caller, withProvenance: query.withProvenance)
      return ConfigurationAnswer(
        configurations: view.configurations, provenance: view.provenance, etag: document.etag,
        version: document.version, contentEtag: view.etag, isEnabled: record.isEnabled, missing: view.missing,
        redacted: view.redacted, isStale: false)
    }
  }

  // MARK: What holds now

  private typealias Current = (
    loaded: LoadedPersona, views: [PersonaCache.ViewKey: ConfigurationView], isStale: Bool
  )

  /// What the persona's configuration is made of now. Asking whether something has changed costs a look at a counter;
  /// only when there was a change at all are the persona's own stamps compared.
  private func current(_ address: PersonaAddress, maximumAge: Duration?) async throws(AdminError) -> Current {
    let known = maximumAge == .zero ? nil : cache.entry(for: address)
    let (now, uptime) = (timekeeper.now(), timekeeper.uptime())
    if let known, let maximumAge, uptime - known.checkedAt < maximumAge, known.persona.holds(at: now) {
      return (known.persona, known.views, false)
    }
    do throws(AdminError) {
      if let known, known.persona.holds(at: now), try await stillHolds(known, address, at: uptime) {
        return (known.persona, known.views, false)
      }
      return try await (load(address), [:], false)
    } catch {
      guard let known, error.isRetryable, uptime - known.checkedAt <= Self.staleAge else { throw error }
      return (known.persona, known.views, true)
    }
  }

  private func stillHolds(
    _ known: PersonaCache.Entry, _ address: PersonaAddress, at uptime: Duration
  ) async throws(AdminError) -> Bool {
    let counter = try await repository.database.changeCounter()
    guard counter != known.counter else { return true }
    let stamps = try await repository.database.read { connection in
      try repository.stamps(of: address, in: connection)
    }
    guard stamps == known.persona.stamps else { return false }
    cache.confirm(address, stamps, counter: counter, at: uptime)
    return true
  }

  private func load(_ address: PersonaAddress) async throws(AdminError) -> LoadedPersona {
    // Reading goes on where writing cannot: then the change is made by whoever can.
    do throws(AdminError) {
      try await applyDueChanges()
    } catch  where error.code == .storeBusy {
      throw error
    } catch {}
    // The counter first: a change that comes between is found by the next who asks.
    let counter = try await repository.database.changeCounter()
    let (now, uptime, shared) = (timekeeper.now(), timekeeper.uptime(), cache.shared(of: address.tenant))
    let found = try await repository.database.read { connection in
      try LoadedPersona.load(address, repository, known: shared, at: now, in: connection)
    }
    guard let (persona, shared) = found else {
      cache.forget(address)
      throw Self.unknownPersona(address)
    }
    cache.keep(PersonaCache.Entry(persona: persona, counter: counter, checkedAt: uptime), shared, for: address)
    return persona
  }
}
