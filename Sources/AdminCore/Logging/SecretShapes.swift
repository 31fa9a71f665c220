/// Finds what looks like a secret in free text: tokens, keys, signatures.
enum SecretShapes {
  /// Labels after which the rest of the word is a secret.
  private static let labels = ["accountkey=", "sharedaccesskey=", "client_secret=", "password=", "sig=", "bearer "]

  /// The text with each secret replaced by what `replacement` makes of it.
  ///
  /// - Parameter opaque: whether a long random word counts by itself, without a label before it.
  static func replace(in text: String, opaque: Bool, with replacement: (Substring) -> String) -> String {
    guard text.utf8.count >= 8 else { return text }
    var result = ""
    var rest = text[...]
    while let found = first(in: rest, opaque: opaque) {
      result += rest[..<found.lowerBound] + replacement(rest[found])
      rest = rest[found.upperBound...]
    }
    return result.isEmpty && rest.count == text.count ? text : result + rest
  }

  private static func first(in text: Substring, opaque: Bool) -> Range<Substring.Index>? {
    [pem(in: text), labelled(in: text), opaque ? self.opaque(in: text) : nil].compactMap { $0 }
      .min { $0.lowerBound < $1.lowerBound }
  }

  private static func pem(in text: Substring) -> Range<Substring.Index>? {
    guard let begin = text.firstRange(of: "-----BEGIN ") else { return nil }
    let end = text[begin.upperBound...].firstRange(of: "-----END ")
    let close = end.flatMap { text[$0.upperBound...].firstRange(of: "-----") }
    return begin.lowerBound..<(close?.upperBound ?? text.endIndex)
  }

  private static func labelled(in text: Substring) -> Range<Substring.Index>? {
    let lowered = text.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
    var best: Range<Substring.Index>?
    for label in labels {
      guard let offset = position(of: Array(label.utf8), in: lowered) else { continue }
      let start = text.utf8.index(text.startIndex, offsetBy: offset + label.utf8.count)
      let end = text[start...].firstIndex { $0.isWhitespace || $0 == "&" || $0 == ";" || $0 == "\"" } ?? text.endIndex
      if start < end, start < best?.lowerBound ?? text.endIndex { best = start..<end }
    }
    return best
  }

  private static func position(of needle: [UInt8], in haystack: [UInt8]) -> Int? {
    guard haystack.count >= needle.count else { return nil }
    return (0...(haystack.count - needle.count)).first { start in
      haystack[start] == needle[0] && haystack[start..<(start + needle.count)].elementsEqual(needle)
    }
  }

  /// A JSON Web Token, or a run of 40 or more characters of base64 or hexadecimal that mixes letters and digits. GUIDs
  /// and addresses are shorter or hold other characters.
  private static func opaque(in text: Substring) -> Range<Substring.Index>? {
    var start = text.startIndex
    while start < text.endIndex {
      guard isTokenByte(text.utf8[start]) else {
        start = text.utf8.index(after: start)
        continue
      }
      let end = text.utf8[start...].firstIndex { !isTokenByte($0) } ?? text.endIndex
      if isOpaque(text[start..<end]) { return start..<end }
      start = end
    }
    return nil
  }

  private static func isOpaque(_ run: Substring) -> Bool {
    if run.hasPrefix("eyJ"), run.utf8.count >= 20, run.utf8.count(where: { $0 == UInt8(ascii: ".") }) >= 1 {
      return true
    }
    return run.split(separator: ".").contains { part in
      part.utf8.count >= 40 && part.utf8.contains { $0 >= 0x30 && $0 <= 0x39 }
        && part.utf8.contains { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
        && part.utf8.count(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") }) < part.utf8.count / 8
    }
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
