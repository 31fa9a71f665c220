import AdminCore
package import Store

/// The keys of one tenant: ours, those it has declared, and what it says of all others.
package struct KeyRegistry: Sendable {
  /// Stands for every key that nobody has declared, in the tenant's own list.
  package static let wildcard = "*"

  /// Ours first, then the tenant's by name.
  package let definitions: [KeyDefinition]
  /// What holds for keys that nobody has declared; `nil` where everything does.
  let undeclared: KeyDefinition?
  private let index: [String: Int]

  package static let builtIn = KeyRegistry([])

  package init(_ records: [KeySchemaRecord]) {
    let own = Dictionary(records.map { ($0.key, $0) }) { first, _ in first }
    var definitions = BuiltInKeys.all.map { key in own[key.name].map { KeyDefinition($0, over: key) } ?? key }
    let known = Set(definitions.map(\.name))
    for record in records where !known.contains(record.key) && record.key != Self.wildcard {
      definitions.append(KeyDefinition(record, over: nil))
    }
    self.definitions = definitions
    undeclared = own[Self.wildcard].map { KeyDefinition($0, over: nil) }
    var index: [String: Int] = [:]
    for (position, definition) in definitions.enumerated() {
      // A name is stronger than an alias, and the first to take an alias keeps it.
      for alias in definition.aliases where index[alias] == nil { index[alias] = position }
    }
    for (position, definition) in definitions.enumerated() { index[definition.name] = position }
    self.index = index
  }

  /// - Parameter name: the key's own or an alias.
  /// - Returns: `nil` for a key that nobody has declared.
  package func definition(of name: String) -> KeyDefinition? { index[name].map { definitions[$0] } }

  /// What holds for a key, declared or not; `nil` where everything is allowed.
  func rule(for name: String) -> KeyDefinition? { definition(of: name) ?? undeclared }

  func canonicalName(_ name: String) -> String { definition(of: name)?.name ?? name }

  func merge(of name: String) -> KeySchemaRecord.Merge { rule(for: name)?.merge ?? .deep }

  func isSensitive(_ name: String) -> Bool { rule(for: name)?.isSensitive ?? false }

  /// Checks the values of a layer, or of anything that is laid over layers.
  ///
  /// - Parameters:
  ///   - path: of each value, by the name under which it was given.
  /// - Throws: `PCFG_003` for keys that are not taken, `VAL_004` for values that do not fit, all of them at once.
  func check(
    _ values: [(name: String, value: JSONValue, path: String)], within budget: inout SchemaBudget
  ) throws(AdminError) {
    let unknown = values.filter { rule(for: $0.name)?.isRefused ?? false && definition(of: $0.name) == nil }
    guard unknown.isEmpty else {
      let hints = unknown.map { entry in
        let hint = Suggestion.nearest(to: entry.name, among: definitions.map(\.name)).map { "; did you mean \($0)?" }
        return AdminError.Problem(path: entry.path, rule: "key", message: "is no declared key" + (hint ?? ""))
      }
      throw AdminError(.unknownKey, problems: hints)
    }
    var problems: [AdminError.Problem] = []
    for (name, value, path) in values {
      if let rule = rule(for: name) { problems += rule.problems(in: value, at: path, within: &budget) }
      if name == BuiltInKeys.experiments, problems.isEmpty {
        problems += experimentProblems(value, at: path, within: &budget)
      }
      if problems.count >= 20 { break }
    }
    guard problems.isEmpty else { throw AdminError(.valueRefused, problems: problems) }
  }

  /// What a variant lays over the configuration must fit the keys that it lays it over.
  private func experimentProblems(
    _ value: JSONValue, at path: String, within budget: inout SchemaBudget
  ) -> [AdminError.Problem] {
    var problems: [AdminError.Problem] = []
    for experiment in value.objectValue ?? [:] {
      let place = path + JSONPointer.token(experiment.key)
      guard ConfigurationKey(experiment.key) != nil else {
        problems.append(AdminError.Problem(path: place, rule: "name", message: "is no name of an experiment"))
        continue
      }
      guard let parsed = Experiment(experiment.key, experiment.value) else {
        problems.append(
          AdminError.Problem(
            path: place, rule: "percentage",
            message: "the variants' names must differ, and their percentages sum up to 100 at most, in hundredths"))
        continue
      }
      for (number, variant) in parsed.variants.enumerated() {
        for setting in variant.settings {
          let settingPath = "\(place)/variants/\(number)/settings" + JSONPointer.token(setting.key)
          problems += variantProblems(setting, at: settingPath, within: &budget)
        }
      }
    }
    return problems
  }

  private func variantProblems(
    _ setting: JSONObject.Member, at path: String, within budget: inout SchemaBudget
  ) -> [AdminError.Problem] {
    guard ConfigurationKey(setting.key) != nil, setting.key != BuiltInKeys.experiments,
      canonicalName(setting.key) == setting.key
    else {
      return [AdminError.Problem(path: path, rule: "key", message: "is no key that a variant may set")]
    }
    return rule(for: setting.key)?.problems(in: setting.value, at: path, within: &budget) ?? []
  }
}
