import AdminCore
import Cryptography
import Store

/// Everything that a persona's effective configuration is made of, read in one state of the store.
struct LoadedPersona: Sendable {
  let record: PersonaRecord
  let resolution: Resolution
  let experiments: [Experiment]
  let rules: KeyRules
  let stamps: PersonaRepository.Stamps
  /// When it stops holding although nobody changes anything: an override ends, or a change is due.
  let holdsUntil: Timestamp?

  func holds(at now: Timestamp) -> Bool { holdsUntil.map { now < $0 } ?? true }

  /// What all personas of a tenant have in common, so that it is read and parsed once for them.
  struct Shared: Sendable {
    let registry: KeyRegistry
    let rules: KeyRules
    let global: ConfigurationDocument
    let tenant: ConfigurationDocument
    let globalStamp: Int
    let tenantStamp: Int
    /// Overrides of all personas of the tenant, those that have ended included.
    let overrides: [OverrideRecord]
  }

  /// - Parameter known: what is kept of the tenant; used where its stamps still hold.
  /// - Returns: `nil` for a persona that is not registered.
  static func load(
    _ address: PersonaAddress, _ repository: PersonaRepository, known: Shared?, at now: Timestamp,
    in connection: borrowing Connection
  ) throws -> (persona: LoadedPersona, shared: Shared)? {
    let stamps = try repository.stamps(of: address, in: connection)
    guard let record = try repository.persona(address, in: connection) else { return nil }
    let shared: Shared
    if let known, known.globalStamp == stamps.global, known.tenantStamp == stamps.tenant {
      shared = known
    } else {
      shared = try loadShared(address.tenant, repository, stamps, at: now, in: connection)
    }
    let own = try repository.overrides(of: .persona(address), at: now, in: connection)
    let overrides = shared.overrides.filter { $0.expiresAt > now } + own
    let due = try repository.nextProposal(concerning: address, in: connection)
    let resolution = Resolution(
      registry: shared.registry,
      documents: [
        (.global, shared.global), (.tenant, shared.tenant),
        (.persona, try repository.document(at: .persona(address), in: connection)),
      ], overrides: overrides)
    let persona = LoadedPersona(
      record: record, resolution: resolution, experiments: resolution.experiments, rules: shared.rules, stamps: stamps,
      holdsUntil: (overrides.map(\.expiresAt) + (due.map { [$0] } ?? [])).min())
    return (persona, shared)
  }

  private static func loadShared(
    _ tenant: TenantName, _ repository: PersonaRepository, _ stamps: PersonaRepository.Stamps, at now: Timestamp,
    in connection: borrowing Connection
  ) throws -> Shared {
    Shared(
      registry: KeyRegistry(try repository.keySchemas(of: tenant, in: connection)),
      rules: KeyRules(try repository.keyRules(of: tenant, in: connection).rules, of: tenant),
      global: try repository.document(at: .global, in: connection),
      tenant: try repository.document(at: .tenant(tenant), in: connection), globalStamp: stamps.global,
      tenantStamp: stamps.tenant, overrides: try repository.overrides(of: .tenant(tenant), at: now, in: connection))
  }

  /// The same persona as everything was at a time. Schemas and rules are today's: what somebody may see is decided now.
  static func load(
    _ address: PersonaAddress, _ repository: PersonaRepository, asOf time: Timestamp,
    in connection: borrowing Connection
  ) throws -> LoadedPersona? {
    guard let record = try repository.persona(address, in: connection) else { return nil }
    var documents: [(layer: StoredLayer, document: ConfigurationDocument)] = []
    for layer in StoredLayer.allCases {
      let place = layer.place(for: address)
      guard let document = try repository.document(at: place, asOf: time, in: connection) else {
        throw AdminError(
          .versionNotFound, "The version of \(place.text) that held at \(time.iso8601) is not kept any more.")
      }
      documents.append((layer, document))
    }
    let overrides =
      try repository.overrides(of: .tenant(address.tenant), at: time, in: connection)
      + repository.overrides(of: .persona(address), at: time, in: connection)
    let resolution = Resolution(
      registry: KeyRegistry(try repository.keySchemas(of: address.tenant, in: connection)), documents: documents,
      overrides: overrides)
    return LoadedPersona(
      record: record, resolution: resolution, experiments: resolution.experiments,
      rules: KeyRules(try repository.keyRules(of: address.tenant, in: connection).rules, of: address.tenant),
      stamps: try repository.stamps(of: address, in: connection), holdsUntil: nil)
  }
}
