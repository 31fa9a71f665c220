import AdminCore
import Personas

/// The rules of persona configuration once more, as simply as they can be said: plain dictionaries, no cache, no store.
struct ConfigurationModel {
  struct Version {
    let at: Timestamp
    let settings: [String: JSONValue]
    let locked: Set<String>
  }

  struct Override {
    /// `nil` for every persona.
    let persona: String?
    let settings: [String: JSONValue]
    let from: Timestamp
    let until: Timestamp
    var clearedAt: Timestamp?
  }

  /// `global`, `tenant`, or the name of a persona.
  var versions: [String: [Version]] = [:]
  var overrides: [Override] = []
  /// Keys whose objects are replaced and not merged.
  let replaced: Set<String>

  init(replaced: Set<String>) { self.replaced = replaced }

  func version(_ document: String) -> Int { versions[document]?.count ?? 0 }

  func current(_ document: String, at time: Timestamp? = nil) -> Version? {
    versions[document]?.last { version in time.map { version.at <= $0 } ?? true }
  }

  // MARK: Changing

  enum Answer: Equatable {
    case done
    case locked
  }

  mutating func update(
    _ document: String, _ patch: [String: JSONValue], lock: Set<String>, unlock: Set<String>, at now: Timestamp
  ) -> Answer {
    let above = document == "global" ? [] : document == "tenant" ? ["global"] : ["global", "tenant"]
    let barred = above.reduce(into: Set<String>()) { $0.formUnion(current($1)?.locked ?? []) }
    guard patch.allSatisfy({ $0.value == .null || !barred.contains($0.key) }) else { return .locked }
    var settings = current(document)?.settings ?? [:]
    for (key, value) in patch {
      if value == .null {
        settings[key] = nil
      } else if replaced.contains(key) {
        settings[key] = value
      } else {
        settings[key] = merged(settings[key], value)
      }
    }
    let locked = (current(document)?.locked ?? []).subtracting(unlock).union(lock)
    versions[document, default: []].append(Version(at: now, settings: settings, locked: locked))
    return .done
  }

  mutating func rollback(_ document: String, to number: Int, at now: Timestamp) -> Answer {
    guard let old = versions[document]?[number - 1] else { return .locked }
    let above = document == "global" ? [] : document == "tenant" ? ["global"] : ["global", "tenant"]
    let barred = above.reduce(into: Set<String>()) { $0.formUnion(current($1)?.locked ?? []) }
    let present = current(document)?.settings ?? [:]
    let isBarred = old.settings.contains { key, value in
      barred.contains(key) && present[key] != value
    }
    guard !isBarred else { return .locked }
    versions[document]?.append(Version(at: now, settings: old.settings, locked: old.locked))
    return .done
  }

  private func merged(_ old: JSONValue?, _ patch: JSONValue) -> JSONValue {
    guard case .object(let members) = patch else { return patch }
    var result: [String: JSONValue] = [:]
    if case .object(let known)? = old { for member in known { result[member.key] = member.value } }
    for member in members {
      if member.value == .null {
        result[member.key] = nil
      } else {
        result[member.key] = merged(result[member.key], member.value)
      }
    }
    return .object(JSONObject(result.map { .init(key: $0.key, value: $0.value) }))
  }

  // MARK: Reading

  /// - Parameter time: of the past, or now.
  func effective(_ persona: String, at time: Timestamp) -> [String: JSONValue] {
    var result: [String: JSONValue] = [:]
    var locked: Set<String> = []
    for document in ["global", "tenant", persona] {
      guard let version = current(document, at: time) else { continue }
      for (key, value) in version.settings where !locked.contains(key) { lay(value, over: &result, key) }
      locked.formUnion(version.locked)
    }
    let holding = overrides.filter { override in
      override.from <= time && time < override.until && (override.clearedAt.map { time < $0 } ?? true)
    }
    for override in holding.filter({ $0.persona == nil }) + holding.filter({ $0.persona == persona }) {
      for (key, value) in override.settings { lay(value, over: &result, key) }
    }
    return result
  }

  private func lay(_ value: JSONValue, over result: inout [String: JSONValue], _ key: String) {
    result[key] = replaced.contains(key) ? value : laid(value, over: result[key])
  }

  private func laid(_ upper: JSONValue, over lower: JSONValue?) -> JSONValue {
    guard case .object(let members) = upper, case .object(let known)? = lower else { return upper }
    var result: [String: JSONValue] = [:]
    for member in known { result[member.key] = member.value }
    for member in members { result[member.key] = laid(member.value, over: result[member.key]) }
    return .object(JSONObject(result.map { .init(key: $0.key, value: $0.value) }))
  }
}
