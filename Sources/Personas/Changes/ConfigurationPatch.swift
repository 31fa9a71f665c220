import AdminCore
import Store

/// What a call wants to set and to remove, key by key, with every name read.
struct ConfigurationPatch: Sendable {
  static let largestCount = 50

  struct Entry: Sendable {
    /// The name under which it was given: a key, an alias, or a part of either.
    let given: String
    let path: ConfigurationPath
    /// The name under which it is stored.
    let key: String
    let value: JSONValue

    /// The key with whatever members the part has, as rules name it.
    var place: String { ([key] + path.members).joined(separator: ".") }
    var isPart: Bool { !path.members.isEmpty }
  }

  let entries: [Entry]
  private let registry: KeyRegistry

  /// - Throws: `VAL_001` for names that are none or mean the same, all of them at once; `PCFG_006` for too many.
  init(_ configurations: JSONObject, _ registry: KeyRegistry, argument: String) throws(AdminError) {
    guard configurations.count <= Self.largestCount else {
      throw AdminError(
        .documentBound, "One update may name at most \(Self.largestCount) keys; this one names \(configurations.count)."
      )
    }
    var entries: [Entry] = []
    var problems: [AdminError.Problem] = []
    for member in configurations {
      let pointer = "/\(argument)" + JSONPointer.token(VisibleText.excerpt(member.key, limit: 80))
      guard let path = ConfigurationPath(member.key) else {
        problems.append(
          AdminError.Problem(
            path: pointer, rule: "key",
            message: "is no key: letters, digits, _ and -, a letter first, parts of a value after dots"))
        continue
      }
      let entry = Entry(
        given: member.key, path: path, key: registry.canonicalName(path.key.text), value: member.value)
      if let other = entries.first(where: { $0.overlaps(entry) }) {
        problems.append(
          AdminError.Problem(
            path: pointer, rule: "alias", message: "means the same as \(other.given); give one of them"))
      }
      entries.append(entry)
    }
    guard problems.isEmpty else { throw AdminError(problems: problems) }
    self.entries = entries
    self.registry = registry
  }

  /// The keys that change, each once.
  var keys: [String] {
    var known: Set<String> = []
    return entries.map(\.key).filter { known.insert($0).inserted }
  }

  var updated: [String] { entries.filter { !$0.value.isNull }.map(\.given) }
  var removed: [String] { entries.filter { $0.value.isNull }.map(\.given) }

  /// The settings with the change made to them. Keys that are not named stay as they are, to the letter.
  func applied(to settings: JSONObject) -> JSONObject {
    var result = settings
    for entry in entries { result[entry.key] = value(of: entry, over: result[entry.key]) }
    return result
  }

  private func value(of entry: Entry, over old: JSONValue?) -> JSONValue? {
    guard !entry.isPart else {
      let patch = entry.path.members.reversed().reduce(entry.value) { inner, name in [name: inner] }
      // Removing a part of what is not there makes nothing.
      guard old != nil || !entry.value.isNull else { return nil }
      return MergePatch.apply(patch, to: old)
    }
    guard !entry.value.isNull else { return nil }
    return registry.merge(of: entry.key) == .deep ? MergePatch.apply(entry.value, to: old) : entry.value
  }

  /// Every place inside the document that the change touches, for the rules about keys: what is written, and what
  /// writing it removes.
  func touchedPlaces(in old: JSONObject, _ new: JSONObject) -> [String: Set<String>] {
    var places: [String: Set<String>] = [:]
    for entry in entries {
      let touched = Self.touchedPlaces(old[entry.key], new[entry.key], at: entry.key)
      places[entry.given, default: []].formUnion(touched.union([entry.place]))
    }
    return places
  }

  /// Every place that making a key's value `new` out of `old` touches: the key, its parts, and what experiments set.
  static func touchedPlaces(_ old: JSONValue?, _ new: JSONValue?, at key: String) -> Set<String> {
    var places: Set<String> = [key]
    collectDifferences(old, new, at: key, into: &places)
    guard key == BuiltInKeys.experiments else { return places }
    for setting in ExperimentSettings.touched(old, new) {
      collectDifferences(nil, setting.value, at: setting.key, into: &places)
    }
    return places
  }

  private static func collectDifferences(
    _ old: JSONValue?, _ new: JSONValue?, at place: String, into places: inout Set<String>
  ) {
    guard old != new else { return }
    places.insert(place)
    let names = (old?.objectValue?.keys ?? []) + (new?.objectValue?.keys ?? [])
    for name in Set(names) { collectDifferences(old?[name], new?[name], at: "\(place).\(name)", into: &places) }
  }
}

extension ConfigurationPatch.Entry {
  /// Whether both speak of the same value, or one of a part of the other's.
  fileprivate func overlaps(_ other: ConfigurationPatch.Entry) -> Bool {
    guard key == other.key else { return false }
    let count = min(path.members.count, other.path.members.count)
    return path.members.prefix(count) == other.path.members.prefix(count)
  }
}
