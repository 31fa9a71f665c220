/// A statement in SQL, apart from the values that belong to it.
///
/// Whatever is interpolated is bound, never spliced: `"SELECT … WHERE id = \(id)"` holds a `?` and, beside it, the id.
/// A text made elsewhere becomes SQL only through `SQL(raw:)`, which is what a reviewer looks for.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
  package private(set) var text: String
  package private(set) var values: [SQLValue]

  package init(raw text: String, values: [SQLValue] = []) {
    self.text = text
    self.values = values
  }

  package init(stringLiteral text: String) { self.init(raw: text) }

  package init(stringInterpolation: StringInterpolation) {
    self.init(raw: stringInterpolation.text, values: stringInterpolation.values)
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""
    fileprivate var values: [SQLValue] = []

    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 2 * interpolationCount)
      values.reserveCapacity(interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) { text += literal }

    package mutating func appendInterpolation(_ value: some SQLBindable) {
      text += "?"
      values.append(value.sqlValue)
    }

    /// A value, or NULL where there is none.
    package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) {
      text += "?"
      values.append(value?.sqlValue ?? .null)
    }

    /// A part of a statement, with its own values.
    package mutating func appendInterpolation(_ part: SQL) {
      text += part.text
      values += part.values
    }

    /// A list in parentheses, for `IN`. An empty one matches nothing.
    package mutating func appendInterpolation(list elements: some Collection<some SQLBindable>) {
      text += "(" + elements.map { _ in "?" }.joined(separator: ", ") + ")"
      values += elements.map(\.sqlValue)
    }
  }

  package static func + (left: SQL, right: SQL) -> SQL {
    SQL(raw: left.text + right.text, values: left.values + right.values)
  }

  /// `WHERE` and the conditions, all of which must hold; nothing where there are none.
  package static func `where`(_ conditions: [SQL]) -> SQL {
    guard let first = conditions.first else { return "" }
    return conditions.dropFirst().reduce(" WHERE " + first) { $0 + " AND " + $1 }
  }
}
