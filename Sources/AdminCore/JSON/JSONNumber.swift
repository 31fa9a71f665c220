/// A JSON number that keeps the form it was written in: `1`, `1.0`, `1e2` and 2^53 + 1 all survive a round trip.
package struct JSONNumber: Sendable {
  private enum Form: Sendable {
    case integer(Int64)
    /// A fraction, an exponent, `-0`, or an integer beyond 64 bits: the text itself, valid by RFC 8259 section 6.
    case literal(String)
  }

  private let form: Form

  package init(_ value: Int64) { form = .integer(value) }
  package init(_ value: Int) { form = .integer(Int64(value)) }

  /// The shortest text that reads back as the same double; `nil` for infinities and NaN, which JSON cannot say.
  package init?(_ value: Double) {
    guard value.isFinite else { return nil }
    form = .literal(value.description)
  }

  /// - Parameter validated: text the parser has checked against the grammar of a JSON number.
  init(validated text: String) {
    if let integer = Int64(text), text != "-0" {
      form = .integer(integer)
    } else {
      form = .literal(text)
    }
  }

  /// The text as it stands in a document.
  package var text: String {
    switch form {
    case .integer(let value): String(value)
    case .literal(let text): text
    }
  }

  /// The value, when it is a whole number that fits 64 bits. Never rounded: 9007199254740993.0 is that number, although
  /// no double is.
  package var integer: Int64? {
    switch form {
    case .integer(let value): value
    case .literal(let text): Self.exactInteger(text)
    }
  }

  /// A text's digits are shifted, not calculated with, so that no precision is lost on the way.
  private static func exactInteger(_ text: String) -> Int64? {
    let parts = text.split { $0 == "e" || $0 == "E" }
    let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".")
    let fraction = mantissa.count == 2 ? mantissa[1] : ""
    var digits = (mantissa[0] + fraction).drop { $0 == "0" }
    guard !digits.isEmpty else { return 0 }
    let exponent = parts.count == 2 ? Int(parts[1]) : 0
    guard let exponent, exponent.magnitude < 1 << 60 else { return nil }
    var zeros = exponent - fraction.count
    while digits.last == "0" {
      digits.removeLast()
      zeros += 1
    }
    guard zeros >= 0, digits.count + zeros <= 19 else { return nil }
    return Int64((text.hasPrefix("-") ? "-" : "") + digits + String(repeating: "0", count: zeros))
  }

  /// The nearest double; infinite when the text is beyond its range.
  package var double: Double {
    switch form {
    case .integer(let value): Double(value)
    case .literal(let text): Double(text) ?? .infinity
    }
  }
}

extension JSONNumber: Hashable {
  /// Equal in value, whatever the form: `1`, `1.0` and `1e0` are one number.
  package static func == (left: JSONNumber, right: JSONNumber) -> Bool {
    switch (left.form, right.form) {
    case (.integer(let left), .integer(let right)): left == right
    case (.literal(let left), .literal(let right)) where left == right: true
    default:
      if let leftInteger = left.integer, let rightInteger = right.integer {
        leftInteger == rightInteger
      } else {
        left.integer == nil && right.integer == nil && left.double.isFinite && left.double == right.double
      }
    }
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(double) }
}
