import AdminCore

/// Finds mail addresses in free text.
package enum AddressText {
  /// The text with each address replaced by what `replacement` makes of it.
  package static func replaceAddresses(
    in text: String, with replacement: (String) throws(StoreError) -> String
  ) throws(StoreError) -> String {
    guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
    let bytes = Array(text.utf8)
    var output: [UInt8] = []
    var copied = 0
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "@"), let range = address(around: index, in: bytes, from: copied) else {
        index += 1
        continue
      }
      output += bytes[copied..<range.lowerBound]
      output += try replacement(String(decoding: bytes[range], as: UTF8.self)).utf8
      copied = range.upperBound
      index = range.upperBound
    }
    return String(decoding: output + bytes[copied...], as: UTF8.self)
  }

  private static func address(around at: Int, in bytes: [UInt8], from lowest: Int) -> Range<Int>? {
    var start = at
    while start > lowest, isLocal(bytes[start - 1]) { start -= 1 }
    var end = at + 1
    while end < bytes.count, isDomain(bytes[end]) { end += 1 }
    while end > at + 1, bytes[end - 1] == UInt8(ascii: ".") || bytes[end - 1] == UInt8(ascii: "-") { end -= 1 }
    return start < at && end > at + 1 ? start..<end : nil
  }

  /// Bytes of a local part; those above ASCII belong to internationalised addresses (RFC 6531).
  private static func isLocal(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || byte >= 0x80 || ".!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
  }

  private static func isDomain(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || byte >= 0x80 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }
}
