package import AdminCore
package import Store

/// Takes the length out of what an operation has to tell.
package struct Shortening {
  private static let steps = 24
  /// Members of a list and letters of a text, less and less.
  private static let bounds = [(40, 600), (20, 300), (10, 200), (5, 120), (2, 60), (1, 20)]

  private let isOn: Bool
  package private(set) var hasCut = false

  package init(isOn: Bool) { self.isOn = isOn }

  /// Those that did not simply succeed come first where not all are shown.
  package mutating func steps(_ steps: [StepRecord]) -> [StepRecord] {
    guard isOn, steps.count > Self.steps else { return steps }
    hasCut = true
    let notable = steps.filter { $0.state != .succeeded }
    return Array((notable + steps.filter { $0.state == .succeeded }).prefix(Self.steps))
  }

  /// - Parameter bytes: what the value may weigh as JSON, whatever it holds; 4 at the least.
  package mutating func value(_ value: JSONValue, to bytes: Int) -> JSONValue {
    guard isOn, value.serialized.count > bytes else { return value }
    hasCut = true
    var shorter = value
    for (members, letters) in Self.bounds {
      shorter = Self.cut(value, members, letters)
      if shorter.serialized.count <= bytes { return shorter }
    }
    // An object of many members, whose names are not cut: its beginning, as a text. A letter takes six bytes at the most.
    return .string(VisibleText.excerpt(shorter.text, limit: max(1, (bytes - 4) / 6)))
  }

  private static func cut(_ value: JSONValue, _ members: Int, _ letters: Int) -> JSONValue {
    switch value {
    case .string(let text): return .string(VisibleText.excerpt(text, limit: letters))
    case .array(let items):
      let shown = items.prefix(members).map { cut($0, members, letters) }
      return .array(items.count > members ? shown + [.string("\(items.count - members) more")] : shown)
    case .object(let object):
      return .object(
        JSONObject(object.map { JSONObject.Member(key: $0.key, value: cut($0.value, members, letters)) }))
    default: return value
    }
  }
}
