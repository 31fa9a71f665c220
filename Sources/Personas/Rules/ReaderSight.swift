import Access
import AdminCore

/// What one caller gets to see of a persona's values: rules keep keys and parts of them away, and sensitive ones are
/// masked for all but administrators.
struct ReaderSight {
  /// Stands for a value that only administrators see.
  static let mask: JSONValue = "***"

  let registry: KeyRegistry
  let rules: KeyRules
  let persona: PersonaName
  let caller: Caller

  /// - Returns: `nil` where a rule keeps the whole key from the caller.
  func shown(_ value: JSONValue, at key: String) -> JSONValue? {
    guard rules.allows(.read, key, of: persona, to: caller) else { return nil }
    guard caller.roles.contains(.administerPersonas) || !registry.isSensitive(key) else { return Self.mask }
    let visible = rules.visible(value, at: key, of: persona, to: caller)
    guard key == BuiltInKeys.experiments else { return visible }
    return ExperimentSettings.shown(visible) { shown($1, at: $0) }
  }
}
