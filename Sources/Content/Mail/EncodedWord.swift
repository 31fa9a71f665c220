import AdminCore

/// Encoded words of RFC 2047: text beyond ASCII in a header.
enum EncodedWord {
  /// What an encoded word may measure, ends included.
  private static let maximumLength = 75
  private static let overhead = "=?UTF-8?B??=".utf8.count

  /// The text as encoded words to be set apart by blanks, which readers leave out again.
  ///
  /// - Parameter firstLineIndent: what stands before the first word on its line, which may measure 76 in all.
  static func words(_ text: String, firstLineIndent: Int) -> [String] {
    let usesBase64 = text.utf8.count { !isPlain($0) } * 3 > text.utf8.count
    var words: [String] = []
    var chunk: [UInt8] = []
    var length = 0
    var room = max(20, min(maximumLength, 76 - firstLineIndent)) - overhead
    // A character is never torn; one too long for a word of its own falls apart into its scalars.
    for unit in text.flatMap({
      $0.utf8.count > 40 ? $0.unicodeScalars.map { Array(String($0).utf8) } : [Array(String($0).utf8)]
    }) {
      let added = usesBase64 ? unit.count : quoted(unit).count
      let fits = usesBase64 ? (chunk.count + added + 2) / 3 * 4 <= room : length + added <= room
      if !fits, !chunk.isEmpty {
        words.append(word(chunk, usesBase64))
        chunk = []
        length = 0
        room = maximumLength - overhead
      }
      chunk += unit
      length += added
    }
    words.append(word(chunk, usesBase64))
    return words
  }

  private static func word(_ bytes: [UInt8], _ usesBase64: Bool) -> String {
    usesBase64 ? "=?UTF-8?B?\(Base64.encode(bytes))?=" : "=?UTF-8?Q?\(quoted(bytes))?="
  }

  /// What needs no escape even in a phrase (RFC 2047, section 5, rule 3).
  private static func isPlain(_ byte: UInt8) -> Bool {
    AttributeValue.isAlphanumeric(byte) || byte == 0x20 || "!*+-/".utf8.contains(byte)
  }

  private static func quoted(_ bytes: [UInt8]) -> String {
    var output = ""
    for byte in bytes {
      if byte == 0x20 {
        output += "_"
      } else if isPlain(byte) {
        output.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        output += "=" + Hex.encode([byte]).uppercased()
      }
    }
    return output
  }
}
