import AdminCore

/// The values of other keys that the value of the key `experiments` holds: whoever reads or writes an experiment reads
/// or writes them, and what holds for them by themselves holds for them there.
enum ExperimentSettings {
  /// What the variants of any experiment set.
  static func all(in experiments: JSONValue?) -> [JSONObject.Member] {
    (experiments?.objectValue ?? [:]).flatMap { settings(of: $0.value) }
  }

  /// What experiments set that are not the same in both: another share for a variant is another use of every key in it.
  static func touched(_ old: JSONValue?, _ new: JSONValue?) -> [JSONObject.Member] {
    let names = Set((old?.objectValue?.keys ?? []) + (new?.objectValue?.keys ?? []))
    return names.filter { old?[$0] != new?[$0] }.flatMap { settings(of: old?[$0]) + settings(of: new?[$0]) }
  }

  private static func settings(of experiment: JSONValue?) -> [JSONObject.Member] {
    (experiment?["variants"]?.arrayValue ?? []).flatMap { $0["settings"]?.objectValue?.members ?? [] }
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
