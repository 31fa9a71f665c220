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
  case pattern(TextPattern)
  case uniqueItems
  /// The schema `false`.
  case never

  /// A keyword of JSON Schema, and what is wrong by it, in words.
  typealias Complaint = (keyword: String, message: String)

  /// What is wrong with the value by this rule; never the value itself, which may be a secret.
  ///
  /// - Parameter budget: pays for what takes longer with longer values.
  func complaint(about value: JSONValue, within budget: inout SchemaBudget) -> Complaint? {
    switch self {
    case .pattern(let pattern):
      guard let text = value.stringValue, pattern.matches(text, &budget) == false else { return nil }
      return ("pattern", "does not fit the pattern \(pattern.text)")
    case .never: return ("false", "is not allowed")
    case .type(let names):
      return Self.matches(value, names) ? nil : ("type", "must be \(names.joined(separator: " or "))")
    case .enum(let allowed):
      guard budget.spend(allowed.count), !allowed.contains(value) else { return nil }
      return ("enum", "must be one of " + allowed.map(Self.plain).joined(separator: ", "))
    case .const(let expected): return value == expected ? nil : ("const", "must be \(Self.plain(expected))")
    case .minimum(let bound, let isExclusive):
      guard case .number(let number) = value, Self.isLess(number, bound, orEqual: isExclusive) else { return nil }
      return isExclusive
        ? ("exclusiveMinimum", "must be more than \(bound.text)") : ("minimum", "must be at least \(bound.text)")
    case .maximum(let bound, let isExclusive):
      guard case .number(let number) = value, Self.isLess(bound, number, orEqual: isExclusive) else { return nil }
      return isExclusive
        ? ("exclusiveMaximum", "must be less than \(bound.text)") : ("maximum", "must be at most \(bound.text)")
    case .length(let range):
      guard let text = value.stringValue, budget.spend(text.utf8.count / 64) else { return nil }
      return Self.complaint(text.unicodeScalars.count, range, "Length", "characters")
    case .itemCount(let range): return value.arrayValue.flatMap { Self.complaint($0.count, range, "Items", "items") }
    case .propertyCount(let range):
      return value.objectValue.flatMap { Self.complaint($0.count, range, "Properties", "members") }
    case .uniqueItems:
      guard let elements = value.arrayValue, budget.spend(elements.count), Set(elements).count != elements.count else {
        return nil
      }
      return ("uniqueItems", "must not hold the same item twice")
    }
  }

  /// Compares integers as integers, since a double would take 2^53 and 2^53 + 1 for the same.
  private static func isLess(_ left: JSONNumber, _ right: JSONNumber, orEqual: Bool) -> Bool {
    if let left = left.integer, let right = right.integer { return left < right || (orEqual && left == right) }
    return left.double < right.double || (orEqual && left.double == right.double)
  }

  private static func plain(_ value: JSONValue) -> String { value.stringValue ?? value.text }

  private static func matches(_ value: JSONValue, _ names: [String]) -> Bool {
    let name = value.typeName
    return names.contains(name) || (name == "integer" && names.contains("number"))
  }

  private static func complaint(
    _ count: Int, _ range: ClosedRange<Int>, _ keyword: String, _ what: String
  ) -> Complaint? {
    if count < range.lowerBound {
      let message = range.lowerBound == 1 ? "must not be empty" : "needs at least \(range.lowerBound) \(what)"
      return ("min" + keyword, message)
    }
    return count > range.upperBound ? ("max" + keyword, "has more than \(range.upperBound) \(what)") : nil
  }
}
