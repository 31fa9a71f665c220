import AdminCore

/// The values of other keys that the value of the key `experiments` holds: whoever reads or writes an experiment reads
/// or writes them, and what holds for them by themselves holds for them there.
enum ExperimentSettings {
  /// The keys that the variants of any experiment set.
  static func names(in experiments: JSONValue?) -> Set<String> {
    var names: Set<String> = []
    for experiment in experiments?.objectValue ?? [:] {
      for variant in experiment.value["variants"]?.arrayValue ?? [] {
        names.formUnion(variant["settings"]?.objectValue?.keys ?? [])
      }
    }
    return names
  }

  /// The experiments that are not the same in both, each by itself: another share for a variant is another use of every
  /// key in it.
  static func changed(_ old: JSONValue?, _ new: JSONValue?) -> [JSONValue] {
    let names = Set((old?.objectValue?.keys ?? []) + (new?.objectValue?.keys ?? []))
    return names.filter { old?[$0] != new?[$0] }.flatMap { name in
      [old?[name], new?[name]].compactMap { experiment in experiment.map { [name: $0] } }
    }
  }

  /// The experiments with each setting as `shown` gives it; `nil` leaves the setting out.
  static func shown(_ experiments: JSONValue, _ shown: (_ key: String, _ value: JSONValue) -> JSONValue?) -> JSONValue {
    experiments.mapMembers { experiment in
      experiment.replacing("variants") { variants in
        .array(
          (variants.arrayValue ?? []).map { variant in
            variant.replacing("settings") { settings in
              .object(
                JSONObject(
                  (settings.objectValue ?? [:]).compactMap { member in
                    shown(member.key, member.value).map { JSONObject.Member(key: member.key, value: $0) }
                  }))
            }
          })
      }
    }
  }
}

extension JSONValue {
  fileprivate func mapMembers(_ body: (JSONValue) -> JSONValue) -> JSONValue {
    guard case .object(let object) = self else { return self }
    return .object(JSONObject(object.map { JSONObject.Member(key: $0.key, value: body($0.value)) }))
  }

  fileprivate func replacing(_ name: String, _ body: (JSONValue) -> JSONValue) -> JSONValue {
    guard case .object(var object) = self, let value = object[name] else { return self }
    object[name] = body(value)
    return .object(object)
  }
}
