/// HTML's character references, decoded as Python's `html.unescape` decodes them.
enum CharacterReferences {
  private static let names: [String: String] = {
    var names: [String: String] = [:]
    for entry in CharacterReferenceNames.all.description.split(whereSeparator: \.isWhitespace) {
      let parts = entry.split(separator: "=")
      guard parts.count == 2 else { continue }
      var text = String.UnicodeScalarView()
      for code in parts[1].split(separator: "+") {
        if let scalar = UInt32(code, radix: 16).flatMap(Unicode.Scalar.init) { text.append(scalar) }
      }
      names[parts[0] + ";"] = String(text)
    }
    for name in CharacterReferenceNames.withoutSemicolon.description.split(whereSeparator: \.isWhitespace) {
      names[String(name)] = names[name + ";"]
    }
    return names
  }()

  static func decode(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    let scalars = Array(text.unicodeScalars)
    var result = String.UnicodeScalarView()
    var index = 0
    while index < scalars.count {
      if scalars[index] == "&", let (decoded, end) = reference(in: scalars, from: index + 1) {
        result.append(contentsOf: decoded.unicodeScalars)
        index = end
      } else {
        result.append(scalars[index])
        index += 1
      }
    }
    return String(result)
  }

  private static func reference(in scalars: [Unicode.Scalar], from start: Int) -> (text: String, end: Int)? {
    guard start < scalars.count else { return nil }
    return scalars[start] == "#" ? number(in: scalars, from: start + 1) : name(in: scalars, from: start)
  }

  // MARK: Numbers

  private static func number(in scalars: [Unicode.Scalar], from start: Int) -> (text: String, end: Int)? {
    let isHexadecimal = start < scalars.count && (scalars[start] == "x" || scalars[start] == "X")
    let first = isHexadecimal ? start + 1 : start
    var index = first
    var code: UInt32 = 0
    while index < scalars.count, scalars[index].isASCII,
      let digit = Character(scalars[index]).hexDigitValue, isHexadecimal || digit < 10
    {
      // Anything beyond Unicode is the same.
      code = min(code * (isHexadecimal ? 16 : 10) + UInt32(digit), 0x11_0000)
      index += 1
    }
    guard index > first else { return nil }
    if index < scalars.count, scalars[index] == ";" { index += 1 }
    return (character(code), index)
  }

  private static func character(_ code: UInt32) -> String {
    switch code {
    case 0x00: return "\u{FFFD}"
    case 0x0D: return "\r"
    case 0x80...0x9F: return String(Character(windows1252[Int(code - 0x80)]))
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: return ""
    case _ where code <= 0x10_FFFF && code & 0xFFFE == 0xFFFE: return ""
    default: return Unicode.Scalar(code).map { String(Character($0)) } ?? "\u{FFFD}"
    }
  }

  /// What the codes 0x80 through 0x9F mean to browsers.
  private static let windows1252: [Unicode.Scalar] = [
    "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}", "\u{2C6}",
    "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}", "\u{90}", "\u{2018}", "\u{2019}",
    "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}", "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}",
    "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
  ]

  // MARK: Names

  private static func name(in scalars: [Unicode.Scalar], from start: Int) -> (text: String, end: Int)? {
    var end = start
    scan: while end < scalars.count, end - start < 32 {
      switch scalars[end] {
      case "\t", "\n", "\u{0C}", " ", "<", "&", "#", ";": break scan
      default: end += 1
      }
    }
    guard end > start else { return nil }
    if end < scalars.count, scalars[end] == ";" { end += 1 }
    let candidate = scalars[start..<end]
    if let text = names[String(String.UnicodeScalarView(candidate))] { return (text, end) }
    // The longest beginning that is a name counts.
    for length in (2..<max(2, candidate.count)).reversed() {
      if let text = names[String(String.UnicodeScalarView(candidate.prefix(length)))] { return (text, start + length) }
    }
    return nil
  }
}
