/// The bytes of a template, and the places in them.
struct TemplateSource: Sendable {
  let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  /// Where the content ends: one line end at the very end belongs to the file, not to the template, as in Jinja2.
  var contentEnd: Int {
    switch bytes.last {
    case 0x0A: bytes.count >= 2 && bytes[bytes.count - 2] == 0x0D ? bytes.count - 2 : bytes.count - 1
    case 0x0D: bytes.count - 1
    default: bytes.count
    }
  }

  /// Line and column of a byte, both counted from 1. Walks the source, so it is for errors only.
  func place(of offset: Int) -> (line: Int, column: Int) {
    var (line, column) = (1, 1)
    var index = 0
    let end = min(offset, bytes.count)
    while index < end {
      let byte = bytes[index]
      if byte == 0x0A || (byte == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)) {
        line += 1
        column = 1
      } else if byte != 0x0D, byte & 0xC0 != 0x80 {
        column += 1
      }
      index += 1
    }
    return (line, column)
  }

  /// The bytes as text with every line end turned into a line feed.
  func text(_ range: Range<Int>) -> String {
    let slice = bytes[range]
    guard slice.contains(0x0D) else { return String(decoding: slice, as: UTF8.self) }
    var normalized: [UInt8] = []
    normalized.reserveCapacity(slice.count)
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] == 0x0D {
        normalized.append(0x0A)
        if index + 1 < range.upperBound, bytes[index + 1] == 0x0A { index += 1 }
      } else {
        normalized.append(bytes[index])
      }
      index += 1
    }
    return String(decoding: normalized, as: UTF8.self)
  }

  /// The character that starts at `offset`, for messages.
  func character(at offset: Int) -> Unicode.Scalar? {
    guard offset < bytes.count else { return nil }
    return String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
  }
}
