/// What Python's `str.isspace`, `str.strip` and the `\s` of its regular expressions take for white space.
enum Whitespace {
  static func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// Where `str.splitlines` ends a line, apart from CR LF.
  static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// The length in bytes of the white space character at `index`, or 0 when there is none.
  static func length(in bytes: [UInt8], at index: Int, before end: Int) -> Int {
    let byte = bytes[index]
    if byte < 0x80 { return (0x09...0x0D).contains(byte) || (0x1C...0x20).contains(byte) ? 1 : 0 }
    if byte == 0xC2, index + 1 < end { return bytes[index + 1] == 0x85 || bytes[index + 1] == 0xA0 ? 2 : 0 }
    guard byte == 0xE1 || byte == 0xE2 || byte == 0xE3, index + 2 < end else { return 0 }
    let code = UInt32(byte & 0x0F) << 12 | UInt32(bytes[index + 1] & 0x3F) << 6 | UInt32(bytes[index + 2] & 0x3F)
    return Unicode.Scalar(code).map(contains) ?? false ? 3 : 0
  }

  /// The end of the white space that starts at `start`.
  static func skip(in bytes: [UInt8], from start: Int, to end: Int) -> Int {
    var index = start
    while index < end {
      let length = length(in: bytes, at: index, before: end)
      guard length > 0 else { break }
      index += length
    }
    return index
  }

  /// The start of the white space that ends at `end`.
  static func trimEnd(of bytes: [UInt8], from start: Int, to end: Int) -> Int {
    var index = end
    while index > start {
      var character = index - 1
      while character > start, bytes[character] & 0xC0 == 0x80 { character -= 1 }
      guard length(in: bytes, at: character, before: index) == index - character else { break }
      index = character
    }
    return index
  }
}
