import Access
import AdminCore
import Store

/// What a change of a document depends on, as it is at one moment.
struct LayerState: Sendable {
  let registry: KeyRegistry
  let rules: KeyRules
  let current: ConfigurationDocument
  /// Keys that layers above have locked, and which layer it was.
  let locks: [String: StoredLayer]
  let persona: PersonaRecord?

  static func load(
    _ layer: StoredLayer, of address: PersonaAddress, _ repository: PersonaRepository,
    in connection: borrowing Connection
  ) throws -> LayerState {
    var locks: [String: StoredLayer] = [:]
    for above in StoredLayer.allCases.prefix(while: { $0 != layer }) {
      for key in try repository.document(at: above.place(for: address), in: connection).locked where locks[key] == nil {
        locks[key] = above
      }
    }
    return LayerState(
      registry: KeyRegistry(try repository.keySchemas(of: address.tenant, in: connection)),
      rules: KeyRules(try repository.keyRules(of: address.tenant, in: connection).rules, of: address.tenant),
      current: try repository.document(at: layer.place(for: address), in: connection), locks: locks,
      persona: try repository.persona(address, in: connection))
  }

  // MARK: Guards

  func checkLocks(_ keys: [(name: String, key: String)]) throws(AdminError) {
    let locked = keys.compactMap { entry in locks[entry.key].map { (entry.name, $0) } }
    guard !locked.isEmpty else { return }
    let names = locked.map { "\($0.0) (by the \($0.1.rawValue) layer)" }
    throw AdminError(
      .lockedKey, "A layer above has locked \(names.joined(separator: ", ")); nothing was changed.",
      details: ["keys": .strings(locked.map(\.0))])
  }

  /// - Parameter places: by the name that the caller gave.
  func checkRules(
    _ places: [String: Set<String>], layer: StoredLayer, of address: PersonaAddress, by caller: Caller
  ) throws(AdminError) {
    guard !rules.isEmpty else { return }
    let persona = layer == .persona ? address.persona : nil
    let denied = places.filter { entry in
      entry.value.contains { !rules.allows(.write, $0, of: persona, to: caller) }
    }
    guard denied.isEmpty else {
      let names = denied.keys.sorted()
      throw AdminError(
        .keyDenied,
        "A rule of the tenant denies this caller to write \(names.joined(separator: ", ")); nothing was "
          + "changed.", details: ["keys": .strings(names)])
    }
  }
}

/// Guards a document against changes that were made while nobody looked.
struct ConflictCheck: Sendable {
  /// What the document must be named right now; empty for one that must not exist yet.
  var ifMatch: String?
  /// The version that the change was planned on: others may have been made since, of other keys.
  var base: Int?

  func check(
    _ current: ConfigurationDocument, keys: [String], changedSince: (Int) throws -> Set<String>
  ) throws {
    if let ifMatch {
      guard ifMatch == current.etag else { throw Self.conflict(current, keys: []) }
    } else if let base, base != current.version {
      let both = try changedSince(base).intersection(keys).sorted()
      guard both.isEmpty else { throw Self.conflict(current, keys: both) }
    }
  }

  static func conflict(_ current: ConfigurationDocument, keys: [String]) -> AdminError {
    let what = keys.isEmpty ? "The document" : keys.joined(separator: ", ")
    var details: JSONObject = ["etag": .string(current.etag), "version": .int(current.version)]
    if !keys.isEmpty { details["keys"] = .strings(keys) }
    let state = current.version == 0 ? "it does not exist" : "now version \(current.version), etag \(current.etag)"
    return AdminError(
      .etagConflict, "\(what) changed meanwhile (\(state)); read it again and decide anew.", details: .object(details))
  }
}
