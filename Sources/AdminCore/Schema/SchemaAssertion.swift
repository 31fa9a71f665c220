/// A rule that one value keeps or breaks by itself.
enum SchemaAssertion: Sendable {
  case type([String])
  case `enum`([JSONValue])
  case const(JSONValue)
  case minimum(JSONNumber, isExclusive: Bool)
  case maximum(JSONNumber, isExclusive: Bool)
  case length(ClosedRange<Int>)
  case itemCount(ClosedRange<Int>)
  case propertyCount(ClosedRange<Int>)
  case uniqueItems

  var keyword: String {
    switch self {
    case .type: "type"
    case .enum: "enum"
    case .const: "const"
    case .minimum(_, let isExclusive): isExclusive ? "exclusiveMinimum" : "minimum"
    case .maximum(_, let isExclusive): isExclusive ? "exclusiveMaximum" : "maximum"
    case .length: "length"
    case .itemCount: "itemCount"
    case .propertyCount: "propertyCount"
    case .uniqueItems: "uniqueItems"
    }
  }

  /// What is wrong with the value by this rule, in words; never the value itself, which may be a secret.
  func complaint(about value: JSONValue) -> String? {
    switch self {
    case .type(let names): return Self.matches(value, names) ? nil : "must be \(names.joined(separator: " or "))"
    case .enum(let allowed):
      return allowed.contains(value) ? nil : "must be one of " + allowed.map(Self.plain).joined(separator: ", ")
    case .const(let expected): return value == expected ? nil : "must be \(Self.plain(expected))"
    case .minimum(let bound, let isExclusive):
      guard let number = value.doubleValue else { return nil }
      let holds = isExclusive ? number > bound.double : number >= bound.double
      return holds ? nil : "must be \(isExclusive ? "more than" : "at least") \(bound.text)"
    case .maximum(let bound, let isExclusive):
      guard let number = value.doubleValue else { return nil }
      let holds = isExclusive ? number < bound.double : number <= bound.double
      return holds ? nil : "must be \(isExclusive ? "less than" : "at most") \(bound.text)"
    case .length(let range):
      guard let text = value.stringValue else { return nil }
      return Self.complaint(text.unicodeScalars.count, range, "characters")
    case .itemCount(let range): return value.arrayValue.flatMap { Self.complaint($0.count, range, "items") }
    case .propertyCount(let range): return value.objectValue.flatMap { Self.complaint($0.count, range, "members") }
    case .uniqueItems:
      guard let elements = value.arrayValue, Set(elements).count != elements.count else { return nil }
      return "must not hold the same item twice"
    }
  }

  private static func plain(_ value: JSONValue) -> String { value.stringValue ?? value.text }

  private static func matches(_ value: JSONValue, _ names: [String]) -> Bool {
    let name = value.typeName
    return names.contains(name) || (name == "integer" && names.contains("number"))
  }

  private static func complaint(_ count: Int, _ range: ClosedRange<Int>, _ what: String) -> String? {
    if count < range.lowerBound {
      return range.lowerBound == 1 ? "must not be empty" : "needs at least \(range.lowerBound) \(what)"
    }
    return count > range.upperBound ? "has more than \(range.upperBound) \(what)" : nil
  }
}
