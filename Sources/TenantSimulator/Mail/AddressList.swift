/// Addresses of RFC 5322 section 3.4, without groups and comments, which nothing here has a use for.
enum AddressList {
  /// Whether `text` is one address: ASCII, a dotted local part or a quoted one, and a domain of at least two labels.
  static func isAddress(_ text: String) -> Bool {
    guard let at = text.lastIndex(of: "@"), text.utf8.count <= 254 else { return false }
    let (local, domain) = (text[..<at], text[text.index(after: at)...])
    return isLocalPart(local) && isDomain(domain)
  }

  private static func isLocalPart(_ text: Substring) -> Bool {
    guard (1...64).contains(text.utf8.count) else { return false }
    if text.count > 2, text.hasPrefix("\""), text.hasSuffix("\"") {
      return text.dropFirst().dropLast().utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.utf8.allSatisfy(isAtomByte)
    }
  }

  private static func isAtomByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }
  }

  private static func isDomain(_ text: Substring) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): true
            default: false
            }
          }
      }
  }

  /// The mailboxes of a header field such as `To`.
  static func parse(_ text: String) throws(MIMEFault) -> [MailAddress] {
    var addresses: [MailAddress] = []
    for part in try split(text) {
      let entry = part.trimmingSpaces
      guard entry.hasSuffix(">"), let open = entry.lastIndex(of: "<") else {
        addresses.append(MailAddress(address: try checked(entry), name: ""))
        continue
      }
      let address = entry[entry.index(after: open)...].dropLast()
      let name = try EncodedWord.decode(unquoted(entry[..<open].trimmingSpaces))
      addresses.append(MailAddress(address: try checked(String(address)), name: name))
    }
    return addresses
  }

  private static func checked(_ text: String) throws(MIMEFault) -> String {
    guard isAddress(text) else { throw MIMEFault("'\(text)' is not an address.") }
    return text
  }

  /// Splits at the commas that are neither quoted nor inside angle brackets.
  private static func split(_ text: String) throws(MIMEFault) -> [String] {
    var parts = [""]
    var isQuoted = false
    var isEscaped = false
    var isInside = false
    for character in text {
      if isEscaped {
        isEscaped = false
      } else if isQuoted, character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if !isQuoted, character == "<" || character == ">" {
        isInside = character == "<"
      } else if !isQuoted, !isInside, character == "," {
        parts.append("")
        continue
      }
      parts[parts.count - 1].append(character)
    }
    guard !isQuoted else { throw MIMEFault("A quoted name in an address list does not end.") }
    return parts
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
    var output = ""
    var isEscaped = false
    for character in text.dropFirst().dropLast() {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else {
        output.append(character)
        isEscaped = false
      }
    }
    return output
  }
}
