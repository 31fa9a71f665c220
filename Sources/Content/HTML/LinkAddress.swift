/// The addresses a mail may link to or show images from.
///
/// A value is taken apart and written again. Whatever a browser would strip, decode or guess (white space within,
/// backslashes, a missing scheme) is refused, so there is only one way to read what is left.
enum LinkAddress {
  enum Use {
    case link
    case image
  }

  enum Outcome: Equatable {
    case accepted(String)
    case refused(Removal.Reason)
  }

  static let maximumLength = 4_096

  static func check(_ value: String, for use: Use) -> Outcome {
    let value = trimmed(value)
    guard value.utf8.count <= maximumLength else { return .refused(.address) }
    let parts = InlineTag.parts(of: String(value))
    guard case .literal(let first)? = parts.first else {
      // A tag decides how the address begins: accepted when nothing behind it can make it a scheme's end.
      return parts.isEmpty || !continuesAddress(parts) ? .refused(.scheme) : .accepted(String(value))
    }
    let scheme = Substring(first).prefix(upToByte: UInt8(ascii: ":")).lowercased()
    guard scheme.utf8.count < first.utf8.count else { return .refused(.scheme) }
    let rest = String(decoding: value.utf8.dropFirst(scheme.utf8.count + 1), as: UTF8.self)
    let written: String?
    switch (scheme, use) {
    case ("https", _): written = secureWeb(rest)
    case ("mailto", .link): written = mailto(rest)
    case ("tel", .link): written = telephone(rest)
    case ("cid", .image): written = contentID(rest)
    default: return .refused(.scheme)
    }
    guard let written, !beginsAnotherScheme(parts.dropFirst()) else { return .refused(.address) }
    return .accepted("\(scheme):\(written)")
  }

  private static func trimmed(_ value: String) -> Substring {
    let scalars = value.unicodeScalars
    guard let first = scalars.firstIndex(where: { $0.value > 0x20 }),
      let last = scalars.lastIndex(where: { $0.value > 0x20 })
    else { return "" }
    return value[first...last]
  }

  // MARK: - Template tags in addresses

  private static func continuesAddress(_ parts: [InlineTag.Part]) -> Bool {
    let literals = parts.compactMap { part in
      if case .literal(let literal) = part { literal } else { nil }
    }
    return literals.allSatisfy { literal in
      literal.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\\" } && !endsScheme(literal)
    } && !beginsAnotherScheme(parts[...])
  }

  /// Whether a colon comes before anything that says the scheme is over.
  private static func endsScheme(_ literal: String) -> Bool {
    let stop = literal.unicodeScalars.first { $0 == ":" || $0 == "/" || $0 == "?" || $0 == "#" }
    guard stop == ":" else { return false }
    // A branch of a condition may spell a whole address.
    return !["https://", "mailto:", "tel:", "cid:"].contains { literal.lowercased().hasPrefix($0) }
  }

  /// Whether a stretch behind a tag would be a forbidden scheme if the tag came out empty.
  private static func beginsAnotherScheme(_ parts: ArraySlice<InlineTag.Part>) -> Bool {
    parts.contains { part in
      guard case .literal(let literal) = part, let colon = literal.unicodeScalars.firstIndex(of: ":") else {
        return false
      }
      let name = literal[..<colon].lowercased().unicodeScalars.filter { $0.value > 0x20 }
      return ["javascript", "vbscript", "data", "file", "blob"].contains(String(String.UnicodeScalarView(name)))
    }
  }

  // MARK: - https

  private static func secureWeb(_ rest: String) -> String? {
    guard rest.hasPrefix("//") else { return nil }
    let afterSlashes = rest.dropFirst(2)
    let end =
      afterSlashes.unicodeScalars.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? afterSlashes.endIndex
    guard let authority = authority(String(afterSlashes[..<end])),
      let tail = percentEncoded(String(afterSlashes[end...]), allowing: isAddressByte)
    else { return nil }
    return "//\(authority)\(tail)"
  }

  private static func authority(_ text: String) -> String? {
    guard !InlineTag.isContained(in: text) else {
      for case .literal(let literal) in InlineTag.parts(of: text) {
        guard literal.utf8.allSatisfy({ AttributeValue.isAlphanumeric($0) || "-.:".utf8.contains($0) }) else {
          return nil
        }
      }
      return text
    }
    let host = Substring(text).prefix(upToByte: UInt8(ascii: ":"))
    guard let domain = DomainName(String(host)), !domain.looksLikeIPAddress else { return nil }
    guard host.utf8.count < text.utf8.count else { return domain.ascii }
    let digits = text.utf8.dropFirst(host.utf8.count + 1)
    guard digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = UInt16(Substring(digits)), port > 0 else {
      return nil
    }
    return port == 443 ? domain.ascii : "\(domain.ascii):\(port)"
  }

  /// What may stand unescaped in a path, query or fragment (RFC 3986 without the quotes HTML would have to escape).
  private static func isAddressByte(_ byte: UInt8) -> Bool {
    AttributeValue.isAlphanumeric(byte) || "-._~:/?#[]@!$&'()*+,;=%".utf8.contains(byte)
  }

  /// The text with every other character escaped. Characters that a browser drops or turns are refused instead.
  private static func percentEncoded(_ text: String, allowing allows: (UInt8) -> Bool) -> String? {
    var output = ""
    for part in InlineTag.parts(of: text) {
      switch part {
      case .tag(let index): output += InlineTag.mark(index)
      case .literal(let literal):
        for byte in literal.utf8 {
          guard byte >= 0x20, byte != 0x7F, byte != UInt8(ascii: "\\") else { return nil }
          if allows(byte) {
            output.unicodeScalars.append(Unicode.Scalar(byte))
          } else {
            output += "%" + hexadecimal(byte)
          }
        }
      }
    }
    return output
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }

  // MARK: - mailto, tel, cid

  /// RFC 6068: recipients, and of the header fields only those that cannot attach or forge.
  private static func mailto(_ rest: String) -> String? {
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let recipients = parts[0]
    guard let written = percentEncoded(recipients, allowing: { isAddressByte($0) && $0 != UInt8(ascii: "/") }),
      recipients.isEmpty || areAddresses(recipients), !recipients.isEmpty || parts.count == 2
    else { return nil }
    guard parts.count == 2 else { return written }
    for field in parts[1].split(separator: "&", omittingEmptySubsequences: false) {
      let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, ["subject", "body", "cc", "bcc"].contains(pair[0].lowercased()) else { return nil }
      let value = pair[1].lowercased()
      guard pair[0].lowercased() == "body" || !(value.contains("%0a") || value.contains("%0d")) else { return nil }
    }
    return percentEncoded(parts[1], allowing: isAddressByte).map { "\(written)?\($0)" }
  }

  private static func areAddresses(_ recipients: String) -> Bool {
    recipients.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { recipient in
      if InlineTag.isContained(in: String(recipient)) {
        return recipient.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
      }
      return percentDecoded(String(recipient)).flatMap(EmailAddress.init(_:)) != nil
    }
  }

  private static func percentDecoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// RFC 3966, with the blanks people write in numbers left out.
  private static func telephone(_ rest: String) -> String? {
    var number = ""
    for part in InlineTag.parts(of: rest) {
      switch part {
      case .tag(let index): number += InlineTag.mark(index)
      case .literal(let literal):
        for byte in literal.utf8 where byte != 0x20 {
          guard AttributeValue.isAlphanumeric(byte) || "+-.()*#;=".utf8.contains(byte) else { return nil }
          number.unicodeScalars.append(Unicode.Scalar(byte))
        }
      }
    }
    return number.isEmpty || number.utf8.count > 128 ? nil : number
  }

  /// RFC 2392: the Content-ID of an attached image.
  private static func contentID(_ rest: String) -> String? {
    guard !rest.isEmpty, rest.utf8.count <= 256 else { return nil }
    for case .literal(let literal) in InlineTag.parts(of: rest) {
      guard literal.utf8.allSatisfy({ AttributeValue.isAlphanumeric($0) || "!#$*+-./=?^_`|~@".utf8.contains($0) })
      else {
        return nil
      }
    }
    return rest
  }
}

extension Substring {
  /// What comes before the first such ASCII byte. Told from bytes, since a combining mark behind a colon would make another
  /// character of it.
  fileprivate func prefix(upToByte byte: UInt8) -> Substring {
    self[..<(utf8.firstIndex(of: byte) ?? endIndex)]
  }
}
