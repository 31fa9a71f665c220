import AdminCore

/// The two transfer encodings of RFC 2045 that make any content seven-bit clean.
enum TransferEncoding {
  private static let lineLength = 76

  /// Text as quoted-printable (section 6.7), with CRLF line ends whatever it had.
  static func quotedPrintable(_ text: String) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.utf8.count * 5 / 4)
    var column = 0
    var bytes = Array(text.utf8)[...]
    func endsLine(_ rest: ArraySlice<UInt8>) -> Bool { rest.isEmpty || rest.first == 0x0A || rest.first == 0x0D }
    while let byte = bytes.popFirst() {
      if byte == 0x0D || byte == 0x0A {
        if byte == 0x0D, bytes.first == 0x0A { bytes.removeFirst() }
        output += [0x0D, 0x0A]
        column = 0
        continue
      }
      // A blank at a line's end would be lost on the way; a dot or “From ” at its start has a meaning on the way.
      let isLiteral =
        byte == 0x20 || byte == 0x09
        ? !endsLine(bytes)
        : byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "=")
          && !(column == 0 && (byte == UInt8(ascii: ".") || isFrom(byte, bytes)))
      let width = isLiteral ? 1 : 3
      if column + width > (endsLine(bytes) ? lineLength : lineLength - 1) {
        output += [UInt8(ascii: "="), 0x0D, 0x0A]
        column = 0
      }
      if isLiteral {
        output.append(byte)
      } else {
        output.append(UInt8(ascii: "="))
        output += Hex.encode([byte]).uppercased().utf8
      }
      column += width
    }
    return output
  }

  private static func isFrom(_ first: UInt8, _ rest: ArraySlice<UInt8>) -> Bool {
    first == UInt8(ascii: "F") && rest.starts(with: Array("rom ".utf8))
  }

  /// Base64 (section 6.8) in lines of 76 digits.
  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array(Base64.encode(bytes).utf8)
    var output: [UInt8] = []
    output.reserveCapacity(digits.count + digits.count / lineLength * 2 + 2)
    var start = 0
    while start < digits.count {
      let end = min(start + lineLength, digits.count)
      output += digits[start..<end]
      output += [0x0D, 0x0A]
      start = end
    }
    return output
  }
}
