import AdminCore

/// A `$filter`, read.
indirect enum FilterExpression: Sendable, Hashable {
  enum Comparison: String, Sendable, Hashable {
    case equal = "eq"
    case notEqual = "ne"
    case greater = "gt"
    case greaterOrEqual = "ge"
    case less = "lt"
    case lessOrEqual = "le"
  }

  enum TextFunction: String, Sendable, Hashable {
    case startsWith = "startswith"
    case endsWith = "endswith"
    case contains
  }

  enum Literal: Sendable, Hashable {
    case null
    case bool(Bool)
    case string(String)
    case number(JSONNumber)
    /// A GUID or a moment, which stand without quotes.
    case bare(String)
  }

  /// `assignedLicenses`, `emailAddress/address`; inside a lambda the variable is already taken off.
  struct Path: Sendable, Hashable {
    let segments: [String]
    /// The variable of the enclosing lambda that the path starts from.
    let variable: String?

    var text: String { ((variable.map { [$0] } ?? []) + segments).joined(separator: "/") }
  }

  case and(FilterExpression, FilterExpression)
  case or(FilterExpression, FilterExpression)
  case not(FilterExpression)
  case compare(Path, Comparison, Literal)
  case among(Path, [Literal])
  case text(TextFunction, Path, String)
  /// `path/any(variable:inner)`; without `inner` it asks whether there is any element.
  case any(Path, variable: String, FilterExpression?)
  /// `path/$count op number`.
  case count(Path, Comparison, Int)
}

extension FilterExpression {
  /// Whether `object` fits. Texts are compared without case, as the directory and Exchange do.
  ///
  /// - Parameter elements: the elements that lambda variables stand for at this point.
  func matches(_ object: JSONObject, elements: [String: JSONValue] = [:]) -> Bool {
    switch self {
    case .and(let left, let right):
      left.matches(object, elements: elements) && right.matches(object, elements: elements)
    case .or(let left, let right):
      left.matches(object, elements: elements) || right.matches(object, elements: elements)
    case .not(let inner): !inner.matches(object, elements: elements)
    case .compare(let path, let comparison, let literal):
      literal.compares(to: path.value(in: object, elements), by: comparison)
    case .among(let path, let literals):
      literals.contains { $0.compares(to: path.value(in: object, elements), by: .equal) }
    case .text(let function, let path, let wanted):
      path.value(in: object, elements).stringValue.map { function.applies(to: $0, wanted) } ?? false
    case .any(let path, let variable, let inner):
      (path.value(in: object, elements).arrayValue ?? []).contains { element in
        inner?.matches(object, elements: elements.merging([variable: element]) { $1 }) ?? true
      }
    case .count(let path, let comparison, let number):
      Literal.number(JSONNumber(number)).compares(
        to: .int(path.value(in: object, elements).arrayValue?.count ?? 0), by: comparison)
    }
  }
}

extension FilterExpression.Path {
  fileprivate func value(in object: JSONObject, _ elements: [String: JSONValue]) -> JSONValue {
    var value: JSONValue = variable.map { elements[$0] ?? .null } ?? .object(object)
    for segment in segments { value = value[segment] ?? .null }
    return value
  }
}

extension FilterExpression.TextFunction {
  fileprivate func applies(to text: String, _ wanted: String) -> Bool {
    let (text, wanted) = (text.lowercased(), wanted.lowercased())
    return switch self {
    case .startsWith: text.hasPrefix(wanted)
    case .endsWith: text.hasSuffix(wanted)
    case .contains: wanted.isEmpty || text.contains(wanted)
    }
  }
}

extension FilterExpression.Literal {
  /// Whether `value op self` holds.
  fileprivate func compares(to value: JSONValue, by comparison: FilterExpression.Comparison) -> Bool {
    switch (value, self) {
    case (.null, .null): return comparison == .equal
    case (_, .null), (.null, _): return comparison == .notEqual
    case (.bool(let left), .bool(let right)): return comparison.holds(left == right, nil)
    case (.number(let left), .number(let right)):
      return comparison.holds(left == right, left.double < right.double)
    case (.string(let left), .string(let right)), (.string(let left), .bare(let right)):
      if let left = Timestamp(iso8601: left), let right = Timestamp(iso8601: right) {
        return comparison.holds(left == right, left < right)
      }
      let (left, right) = (left.lowercased(), right.lowercased())
      return comparison.holds(left == right, left < right)
    default: return comparison == .notEqual
    }
  }
}

extension FilterExpression.Comparison {
  /// - Parameter isLess: `nil` for values that have no order.
  fileprivate func holds(_ isEqual: Bool, _ isLess: Bool?) -> Bool {
    switch self {
    case .equal: isEqual
    case .notEqual: !isEqual
    case .less: isLess ?? false
    case .lessOrEqual: isEqual || isLess ?? false
    case .greater: isLess.map { !$0 && !isEqual } ?? false
    case .greaterOrEqual: isEqual || (isLess.map { !$0 } ?? false)
    }
  }
}
