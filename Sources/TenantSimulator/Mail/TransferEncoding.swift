import AdminCore

/// The content transfer encodings of RFC 2045 section 6.
enum TransferEncoding {
  /// - Parameter lines: the lines of a body, without their ends.
  static func decode(_ lines: [ArraySlice<UInt8>], _ name: String) throws(MIMEFault) -> [UInt8] {
    switch name.lowercased() {
    case "7bit":
      guard lines.allSatisfy({ $0.allSatisfy { $0 < 0x80 && $0 != 0 } }) else {
        throw MIMEFault("A part declared 7bit holds bytes beyond ASCII.")
      }
      return joined(lines)
    case "8bit": return joined(lines)
    case "base64": return try base64(lines)
    case "quoted-printable": return try quotedPrintable(lines)
    default: throw MIMEFault("The Content-Transfer-Encoding '\(name)' is not supported.")
    }
  }

  private static func joined(_ lines: [ArraySlice<UInt8>]) -> [UInt8] { Array(lines.joined(separator: [0x0D, 0x0A])) }

  private static func base64(_ lines: [ArraySlice<UInt8>]) throws(MIMEFault) -> [UInt8] {
    guard lines.allSatisfy({ $0.count <= 76 }) else { throw MIMEFault("A base64 line is longer than 76 characters.") }
    guard let bytes = Base64.decode(String(decoding: lines.joined(), as: UTF8.self)) else {
      throw MIMEFault("A part declared base64 is not valid base64.")
    }
    return bytes
  }

  private static func quotedPrintable(_ lines: [ArraySlice<UInt8>]) throws(MIMEFault) -> [UInt8] {
    var output: [UInt8] = []
    for (number, line) in lines.enumerated() {
      guard line.count <= 76 else { throw MIMEFault("A quoted-printable line is longer than 76 characters.") }
      let isSoft = line.last == UInt8(ascii: "=")
      var rest = isSoft ? line.dropLast() : line
      while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "=") {
          guard rest.count >= 2, let decoded = Hex.decode(String(decoding: rest.prefix(2), as: UTF8.self)) else {
            throw MIMEFault("A quoted-printable part holds a malformed escape.")
          }
          output += decoded
          rest = rest.dropFirst(2)
        } else if byte == 0x09 || (0x20...0x7E).contains(byte) {
          output.append(byte)
        } else {
          throw MIMEFault("A quoted-printable part holds a byte that must be escaped.")
        }
      }
      if !isSoft, number < lines.count - 1 { output += [0x0D, 0x0A] }
    }
    return output
  }

  /// The text that `bytes` are in a charset.
  static func text(_ bytes: [UInt8], charset: String) throws(MIMEFault) -> String {
    switch charset.lowercased() {
    case "utf-8", "us-ascii":
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw MIMEFault("A text part is not valid \(charset).")
      }
      return text
    case "iso-8859-1": return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    default: throw MIMEFault("The charset '\(charset)' is not supported.")
    }
  }
}
