import AdminCore
import Content

/// A splitter for tests: knows the three kinds of tag, strings inside them, and raw blocks; checks no grammar.
extension TemplateSplitter {
  static let simple = TemplateSplitter { (source: String) throws(AdminError) -> [TemplatePiece] in
    var splitting = SimpleSplitting(bytes: Array(source.utf8))
    return try splitting.run()
  }
}

private struct SimpleSplitting {
  let bytes: [UInt8]
  var position = 0
  var pieces: [TemplatePiece] = []

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() throws(AdminError) -> [TemplatePiece] {
    var textStart = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "{"), position + 1 < bytes.count, let end = close(of: bytes[position + 1])
      else {
        position += 1
        continue
      }
      add(.text, textStart..<position)
      let start = position
      guard skip(to: end) else { throw AdminError(.templateSyntax, "A tag is never closed.") }
      switch bytes[start + 1] {
      case UInt8(ascii: "%"):
        let name = name(in: start..<position)
        if name == "raw", skipRaw() {
          add(.raw, start..<position)
        } else {
          add(.statement(name), start..<position)
        }
      case UInt8(ascii: "#"): add(.comment, start..<position)
      default: add(.output, start..<position)
      }
      textStart = position
    }
    add(.text, textStart..<position)
    return pieces
  }

  private mutating func add(_ kind: TemplatePiece.Kind, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    pieces.append(TemplatePiece(kind, String(decoding: bytes[range], as: UTF8.self)))
  }

  private func close(of open: UInt8) -> [UInt8]? {
    switch open {
    case UInt8(ascii: "{"): Array("}}".utf8)
    case UInt8(ascii: "%"): Array("%}".utf8)
    case UInt8(ascii: "#"): Array("#}".utf8)
    default: nil
    }
  }

  private mutating func skip(to end: [UInt8]) -> Bool {
    position += 2
    var quote: UInt8?
    while position < bytes.count {
      let byte = bytes[position]
      if let open = quote {
        if byte == open { quote = nil }
      } else if end[0] != UInt8(ascii: "#"), byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if bytes[position...].starts(with: end) {
        position += 2
        return true
      }
      position += 1
    }
    return false
  }

  private func name(in range: Range<Int>) -> String {
    let inner = bytes[range].dropFirst(2).drop { $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    return String(decoding: inner.prefix { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }, as: UTF8.self)
  }

  private mutating func skipRaw() -> Bool {
    let start = position
    while position < bytes.count {
      let tag = position
      if bytes[position...].starts(with: Array("{%".utf8)), name(in: position..<bytes.count) == "endraw" {
        guard skip(to: Array("%}".utf8)) else { return false }
        let inner = bytes[tag..<position].dropFirst(2).dropLast(2).filter { $0 != 0x20 && $0 != UInt8(ascii: "-") }
        if inner == Array("endraw".utf8) { return true }
      }
      position = tag + 1
    }
    position = start
    return false
  }
}
