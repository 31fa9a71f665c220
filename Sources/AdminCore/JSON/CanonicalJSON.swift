/// The JSON Canonicalization Scheme of RFC 8785: one byte sequence for one value, fit for hashing.
package enum CanonicalJSON {
  /// Numbers are doubles to RFC 8785. What a double cannot hold (integers beyond 2^53, anything beyond its range) lies
  /// outside the scheme, and is written digit by digit as it was given: two values that differ must not share a hash,
  /// or an approval of the one would be an approval of the other.
  package static func bytes(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter(escapingLineSeparators: false)
    write(value, to: &writer)
    return writer.bytes
  }

  private static func write(_ value: JSONValue, to writer: inout JSONWriter) {
    switch value {
    case .null, .bool, .string: writer.value(value)
    case .number(let value): writer.fragment(number(value).utf8)
    case .array(let elements):
      writer.array { writer in
        for element in elements { write(element, to: &writer) }
      }
    case .object(let object):
      writer.object { writer in
        for member in object.members.sorted(by: { precedes($0.key, $1.key) }) {
          writer.key(member.key)
          write(member.value, to: &writer)
        }
      }
    }
  }

  /// Orders by UTF-16 code units (RFC 8785 section 3.2.3), which is the order of the UTF-8 bytes except that U+E000
  /// through U+FFFF come after the characters beyond them, whose surrogates are smaller.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    let (left, right) = (left.utf8Span.span, right.utf8Span.span)
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      let (left, right) = (left[index], right[index])
      return left >= 0xEE && right >= 0xEE && (left >= 0xF0) != (right >= 0xF0) ? left >= 0xF0 : left < right
    }
    return left.count < right.count
  }

  private static func number(_ value: JSONNumber) -> String {
    if let integer = value.integer { return String(integer) }
    let double = value.double
    return double.isFinite ? number(double) : value.text
  }

  /// ECMAScript's `Number::toString` (ECMA-262, section 6.1.6.1.20), which RFC 8785 section 3.2.2.3 prescribes.
  private static func number(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    let (digits, pointPosition) = shortestDigits(of: value.magnitude)
    let sign = value < 0 ? "-" : ""
    let count = digits.count
    switch pointPosition {
    case count...21:
      return sign + digits + String(repeating: "0", count: pointPosition - count)
    case 1...21:
      return sign + digits.prefix(pointPosition) + "." + digits.dropFirst(pointPosition)
    case -5...0:
      return sign + "0." + String(repeating: "0", count: -pointPosition) + digits
    default:
      let exponent = pointPosition - 1
      let mantissa = count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
      return sign + mantissa + "e" + (exponent < 0 ? "-" : "+") + String(exponent.magnitude)
    }
  }

  /// The fewest decimal digits that read back as `value`, and the place of the decimal point counted from their left.
  private static func shortestDigits(of value: Double) -> (digits: String, pointPosition: Int) {
    let parts = value.description.split(separator: "e")
    let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0]
    let fraction = mantissa.count == 2 ? mantissa[1] : ""
    let all = String(whole + fraction)
    let leadingZeros = all.prefix { $0 == "0" }.count
    var digits = String(all.dropFirst(leadingZeros))
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    return (digits, whole.count - leadingZeros + exponent)
  }
}
