extension TemplateLexer {
  /// A text literal, with the escapes of Python's string literals.
  mutating func string() throws(TemplateFault) {
    let start = position
    let quote = bytes[start]
    var index = start + 1
    var isPlain = true
    while let byte = byte(at: index), byte != quote {
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        index += 1
        guard let escaped = source.character(at: index), index < end else { break }
        index += escaped.utf8.count
      } else {
        index += 1
      }
    }
    guard byte(at: index) == quote else { throw .syntax("the text that starts here is not closed", at: start) }
    let text = source.text(start + 1..<index)
    emit(.string(isPlain ? text : try Self.unescape(text, at: start)), at: start)
    position = index + 1
  }

  private static func unescape(_ text: String, at offset: Int) throws(TemplateFault) -> String {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\" else {
        result.append(scalar)
        continue
      }
      guard let escape = rest.popFirst() else { throw .syntax("the text ends with a lone backslash", at: offset) }
      switch escape {
      case "\n": break
      case "\\", "'", "\"": result.append(escape)
      case "a": result.append("\u{07}")
      case "b": result.append("\u{08}")
      case "f": result.append("\u{0C}")
      case "n": result.append("\n")
      case "r": result.append("\r")
      case "t": result.append("\t")
      case "v": result.append("\u{0B}")
      case "x": result.append(try code(&rest, digits: 2, at: offset))
      case "u": result.append(try code(&rest, digits: 4, at: offset))
      case "U": result.append(try code(&rest, digits: 8, at: offset))
      case "N": throw TemplateFault(.refused, "characters by name ('\\N') are not supported; use '\\u'", at: offset)
      case "0"..."7": result.append(octal(escape, &rest))
      default: result.append(contentsOf: unknown(escape))
      }
    }
    return String(result)
  }

  private static func code(
    _ rest: inout Substring.UnicodeScalarView, digits count: Int, at offset: Int
  ) throws(TemplateFault) -> Unicode.Scalar {
    let digits = String(rest.prefix(count))
    guard digits.utf8.count == count, digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
    else { throw .syntax("the text holds an escape that names no character", at: offset) }
    rest.removeFirst(count)
    return scalar
  }

  private static func octal(
    _ first: Unicode.Scalar, _ rest: inout Substring.UnicodeScalarView
  ) -> Unicode.Scalar {
    var value = first.value - 0x30
    for _ in 0..<2 {
      guard let next = rest.first, ("0"..."7").contains(next) else { break }
      value = value * 8 + next.value - 0x30
      rest.removeFirst()
    }
    return Unicode.Scalar(value) ?? "\u{FFFD}"
  }

  /// An escape that Python does not know stands for itself. Jinja2 writes a character beyond ASCII as its own escape
  /// before it reads the escapes, so that a backslash before one leaves that escape's letters behind.
  private static func unknown(_ escape: Unicode.Scalar) -> [Unicode.Scalar] {
    guard !escape.isASCII else { return ["\\", escape] }
    let hex = String(escape.value, radix: 16)
    let (mark, width) = escape.value < 0x100 ? ("x", 2) : escape.value < 0x1_0000 ? ("u", 4) : ("U", 8)
    let padded = String(repeating: "0", count: max(0, width - hex.utf8.count)) + hex
    return ["\\"] + Array((mark + padded).unicodeScalars)
  }
}
