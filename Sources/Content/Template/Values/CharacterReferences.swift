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

  /// Of the names that need no semicolon.
  private static let longestBareName = 6

  static func decode(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    let bytes = Array(text.utf8)
    var result = TextBuilder(reserving: bytes.count)
    var index = 0
    while let ampersand = bytes[index...].firstIndex(of: UInt8(ascii: "&")) {
      result.bytes.append(contentsOf: bytes[index..<ampersand])
      if let (decoded, end) = reference(in: bytes, from: ampersand + 1) {
        result.append(decoded)
        index = end
      } else {
        result.bytes.append(UInt8(ascii: "&"))
        index = ampersand + 1
      }
    }
    result.bytes.append(contentsOf: bytes[index...])
    return result.text
  }

  private static func reference(in bytes: [UInt8], from start: Int) -> (text: String, end: Int)? {
    guard start < bytes.count else { return nil }
    return bytes[start] == UInt8(ascii: "#") ? number(in: bytes, from: start + 1) : name(in: bytes, from: start)
  }

  // MARK: Numbers

  private static func number(in bytes: [UInt8], from start: Int) -> (text: String, end: Int)? {
    let isHexadecimal = start < bytes.count && bytes[start] | 0x20 == UInt8(ascii: "x")
    let first = isHexadecimal ? start + 1 : start
    var index = first
    var code: UInt32 = 0
    while index < bytes.count, let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue,
      isHexadecimal || digit < 10
    {
      // Anything beyond Unicode is the same.
      code = min(code * (isHexadecimal ? 16 : 10) + UInt32(digit), 0x11_0000)
      index += 1
    }
    guard index > first else { return nil }
    if index < bytes.count, bytes[index] == UInt8(ascii: ";") { index += 1 }
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

  private static func name(in bytes: [UInt8], from start: Int) -> (text: String, end: Int)? {
    var end = start
    var count = 0
    scan: while end < bytes.count {
      switch bytes[end] {
      case UInt8(ascii: "\t"), UInt8(ascii: "\n"), 0x0C, UInt8(ascii: " "), UInt8(ascii: "<"), UInt8(ascii: "&"),
        UInt8(ascii: "#"), UInt8(ascii: ";"):
        break scan
      default: break
      }
      // Python's expression takes up to 32 characters.
      if bytes[end] & 0xC0 != 0x80 { count += 1 }
      guard count <= 32 else { break }
      end += 1
    }
    guard end > start else { return nil }
    if end < bytes.count, bytes[end] == UInt8(ascii: ";") { end += 1 }
    func text(upTo end: Int) -> String? { names[String(decoding: bytes[start..<end], as: UTF8.self)] }
    if let text = text(upTo: end) { return (text, end) }
    // The longest beginning that is a name counts.
    for length in stride(from: min(end - start - 1, longestBareName), to: 1, by: -1) {
      if let text = text(upTo: start + length) { return (text, start + length) }
    }
    return nil
  }
}
