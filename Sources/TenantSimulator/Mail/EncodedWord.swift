import AdminCore

/// The encoded words of RFC 2047, by which header fields carry text beyond ASCII.
enum EncodedWord {
  /// The text of an unstructured field or phrase, with every encoded word decoded. White space between two encoded
  /// words belongs to neither and goes (section 6.2).
  static func decode(_ text: String) throws(MIMEFault) -> String {
    var output = ""
    var rest = text[...]
    var lastWasEncoded = false
    while let start = rest.firstRange(of: "=?") {
      let before = rest[..<start.lowerBound]
      guard let (word, after) = try word(in: rest[start.upperBound...]) else {
        output += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        lastWasEncoded = false
        continue
      }
      if !(lastWasEncoded && before.allSatisfy { $0 == " " || $0 == "\t" }) { output += before }
      output += word
      rest = after
      lastWasEncoded = true
    }
    return output + rest
  }

  /// - Parameter rest: what follows `=?`.
  private static func word(in rest: Substring) throws(MIMEFault) -> (String, Substring)? {
    let parts = rest.split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[3].first == "=", parts[1].count == 1 else { return nil }
    let encoded = parts[2]
    guard parts[0].count + encoded.count + 7 <= 75 else {
      throw MIMEFault("An encoded word is longer than 75 characters.")
    }
    let bytes: [UInt8]? =
      switch parts[1].lowercased() {
      case "b": Base64.decode(encoded)
      case "q": quoted(encoded)
      default: nil
      }
    guard let bytes else { throw MIMEFault("An encoded word is malformed.") }
    return (try TransferEncoding.text(bytes, charset: String(parts[0])), parts[3].dropFirst())
  }

  private static func quoted(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "_"): bytes.append(0x20)
      case UInt8(ascii: "="):
        guard rest.count >= 2, let decoded = Hex.decode(String(decoding: rest.prefix(2), as: UTF8.self)) else {
          return nil
        }
        bytes += decoded
        rest = rest.dropFirst(2)
      default: bytes.append(byte)
      }
    }
    return bytes
  }
}
