package import AdminCore
package import Store

/// The layers that are stored, from the top.
package enum StoredLayer: String, CaseIterable, Sendable {
  case global, tenant, persona

  /// The document of the layer for a persona.
  package func place(for address: PersonaAddress) -> DocumentPlace {
    switch self {
    case .global: .global
    case .tenant: .tenant(address.tenant)
    case .persona: .persona(address)
    }
  }
}

/// Where a value comes from.
package struct Provenance: Hashable, Sendable {
  /// `builtin`, `global`, `tenant`, `persona`, `experiment` or `override`: the last one that had a say.
  package var layer: String
  /// Of that layer's document, or of the key's schema.
  package var version: Int
  package var reason: String
  /// The layer that has locked the key, where a lower one has a value that does not count.
  package var shadowedBy: String?

  package init(layer: String, version: Int, reason: String, shadowedBy: String? = nil) {
    self.layer = layer
    self.version = version
    self.reason = reason
    self.shadowedBy = shadowedBy
  }

  package var json: JSONObject {
    var json: JSONObject = ["layer": .string(layer), "version": .int(version), "reason": .string(reason)]
    json["shadowedBy"] = shadowedBy.map(JSONValue.string)
    return json
  }
}

/// A key with the value that holds for a persona, and why.
package struct ResolvedKey: Hashable, Sendable {
  package let name: String
  package let value: JSONValue
  package let provenance: Provenance
}

/// What a persona's configuration is made of, and how it becomes one: the key's default, then the layers from the top
/// down, then the variants of experiments, then overrides. A lock ends the descent, and only an override goes beyond it.
package struct Resolution: Sendable {
  package let registry: KeyRegistry
  /// From the top: global, tenant, persona.
  package let documents: [(layer: StoredLayer, document: ConfigurationDocument)]
  /// Those of the tenant before those of the persona, each the oldest first.
  package let overrides: [OverrideRecord]

  package init(
    registry: KeyRegistry, documents: [(layer: StoredLayer, document: ConfigurationDocument)],
    overrides: [OverrideRecord]
  ) {
    self.registry = registry
    self.documents = documents
    self.overrides = overrides
  }

  package func document(of layer: StoredLayer) -> ConfigurationDocument {
    documents.first { $0.layer == layer }?.document ?? .none
  }

  /// The experiments that run for the persona.
  package var experiments: [Experiment] {
    Experiment.all(in: resolved(BuiltInKeys.experiments, variants: [])?.value)
  }

  /// - Parameter instance: see `Experiment.variant(for:)`.
  package func variants(
    for instance: String?, of experiments: [Experiment]
  ) -> [(experiment: String, variant: Experiment.Variant)] {
    experiments.compactMap { experiment in
      experiment.variant(for: instance).map { (experiment.name, $0) }
    }
  }

  /// Every key that has a value: declared ones in the order of the registry, then the others from the top down.
  package func keys(
    with variants: [(experiment: String, variant: Experiment.Variant)] = []
  ) -> [ResolvedKey] {
    var names = registry.definitions.map(\.name)
    var known = Set(names)
    func add(_ settings: JSONObject) {
      for member in settings where known.insert(member.key).inserted { names.append(member.key) }
    }
    for entry in documents { add(entry.document.settings) }
    for entry in variants { add(entry.variant.settings) }
    for override in overrides { add(override.settings) }
    return names.compactMap { resolved($0, variants: variants) }
  }

  private func resolved(
    _ name: String, variants: [(experiment: String, variant: Experiment.Variant)]
  ) -> ResolvedKey? {
    let merge = registry.merge(of: name)
    var value = registry.definition(of: name)?.standard
    var provenance = Provenance(
      layer: "builtin", version: registry.definition(of: name)?.version ?? 0, reason: "default")
    var lock: StoredLayer?

    func lay(_ upper: JSONValue, _ layer: String, _ version: Int, _ reason: String) {
      let isMerged = merge == .deep && value?.objectValue != nil && upper.objectValue != nil
      value = isMerged ? MergePatch.overlay(upper, on: value) : upper
      provenance.layer = layer
      provenance.version = version
      provenance.reason = isMerged ? reason + ", merged" : reason
    }

    for (layer, document) in documents {
      if let own = document.settings[name] {
        guard lock == nil else {
          provenance.shadowedBy = lock?.rawValue
          continue
        }
        lay(own, layer.rawValue, document.version, "set")
      }
      if lock == nil, document.locked.contains(name) { lock = layer }
    }
    for (experiment, variant) in variants {
      guard let own = variant.settings[name] else { continue }
      guard lock == nil else {
        provenance.shadowedBy = lock?.rawValue
        continue
      }
      lay(own, "experiment", document(of: .persona).version, "\(experiment): \(variant.name)")
    }
    if let lock, provenance.layer == lock.rawValue { provenance.reason += ", locked" }
    for override in overrides {
      if let own = override.settings[name] { lay(own, "override", 0, override.reason) }
    }
    return value.map { ResolvedKey(name: name, value: $0, provenance: provenance) }
  }
}
