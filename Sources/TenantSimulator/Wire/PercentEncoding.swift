import AdminCore

/// Percent-encoding of RFC 3986, and the form encoding of HTML that queries and token requests use.
enum PercentEncoding {
  /// - Parameter plusIsSpace: as in queries and forms, where a plus sign stands for a space.
  /// - Returns: the text, or `nil` when an escape is malformed or the bytes are not UTF-8.
  static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
    var bytes: [UInt8] = []
    var input = text.utf8.makeIterator()
    while let byte = input.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = input.next(), let low = input.next(),
          let value = Hex.decode(String(decoding: [high, low], as: UTF8.self))
        else { return nil }
        bytes.append(contentsOf: value)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Everything but the unreserved characters of RFC 3986 section 2.3 as escapes.
  static func encode(_ text: String) -> String {
    var output: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        output.append(byte)
      default:
        output.append(UInt8(ascii: "%"))
        output.append(contentsOf: Hex.encode([byte]).uppercased().utf8)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// The pairs of `a=1&b=2`, in order.
  static func pairs(_ text: some StringProtocol) -> [(name: String, value: String)]? {
    var pairs: [(String, String)] = []
    for part in text.split(separator: "&") {
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decode(halves[0], plusIsSpace: true),
        let value = decode(halves.count == 2 ? halves[1] : "", plusIsSpace: true)
      else { return nil }
      pairs.append((name, value))
    }
    return pairs
  }
}
