/// Percent-encoding of RFC 3986 section 2.1, for the places of a URL where a value may stand.
package enum PercentEncoding {
  /// One segment of a path. Kept as they are: unreserved characters, and those that identifiers of Microsoft 365 are
  /// written with and that mean nothing in a segment.
  package static func segment(_ text: some StringProtocol) -> String { encode(text, keeping: "-._~@:,!=") }

  /// A value in a query.
  package static func queryValue(_ text: some StringProtocol) -> String { encode(text, keeping: "-._~$,:/()*@") }

  /// Everything but unreserved characters.
  package static func strict(_ text: some StringProtocol) -> String { encode(text, keeping: "-._~") }

  /// `application/x-www-form-urlencoded`, as the token endpoints read it.
  package static func form(_ fields: [(name: String, value: String)]) -> [UInt8] {
    let pairs = fields.map { "\(strict($0.name))=\(strict($0.value))" }
    return Array(pairs.joined(separator: "&").utf8)
  }

  private static func encode(_ text: some StringProtocol, keeping kept: StaticString) -> String {
    let kept = UnsafeBufferPointer(start: kept.utf8Start, count: kept.utf8CodeUnitCount)
    var output: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        output.append(byte)
      default:
        if kept.contains(byte) {
          output.append(byte)
        } else {
          output.append(UInt8(ascii: "%"))
          output.append(digit(byte >> 4))
          output.append(digit(byte & 0xF))
        }
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
  }
}
