/// A token of CSS (CSS Syntax Level 3, section 4), as far as the value of a `style` attribute can hold one that is allowed.
enum StyleToken: Equatable {
  case identifier(String)
  case function(String)
  /// The digits behind `#`; none when a template tag gives them.
  case hash(String)
  /// A number with its unit: empty, `%`, or letters in lower case.
  case number(StyleNumber, unit: String)
  case string(String)
  case whiteSpace
  case comma
  case colon
  case semicolon
  case slash
  case closeParenthesis
  case important
  /// `%` on its own, as behind a template tag.
  case percent
  /// A template tag.
  case tag(Int)
  /// Anything else: escapes, brackets, broken strings. A declaration that holds one is refused.
  case unsupported
}

/// A decimal number within the bounds that a mail's layout needs, kept as digits so that writing it loses nothing.
struct StyleNumber: Equatable {
  let isNegative: Bool
  let whole: String
  let fraction: String

  /// - Returns: `nil` for a number with more than five digits before or four behind the point.
  init?(isNegative: Bool, whole: some Sequence<UInt8>, fraction: some Sequence<UInt8>) {
    let wholeDigits = whole.drop { $0 == UInt8(ascii: "0") }
    var fractionDigits = Array(fraction)
    while fractionDigits.last == UInt8(ascii: "0") { fractionDigits.removeLast() }
    guard wholeDigits.count(where: { _ in true }) <= 5, fractionDigits.count <= 4 else { return nil }
    let text = String(decoding: Array(wholeDigits), as: UTF8.self)
    self.whole = text.isEmpty ? "0" : text
    self.fraction = String(decoding: fractionDigits, as: UTF8.self)
    self.isNegative = isNegative && !(text.isEmpty && fractionDigits.isEmpty)
  }

  var isZero: Bool { whole == "0" && fraction.isEmpty }
  var isWhole: Bool { fraction.isEmpty }

  var text: String { (isNegative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction) }
}

/// Cuts the value of a `style` attribute into tokens. Comments vanish; there are no escapes: what holds one is refused.
struct StyleTokenizer {
  private let bytes: [UInt8]
  private var position = 0

  static func tokens(of style: String) -> [StyleToken] {
    var tokenizer = StyleTokenizer(bytes: Array(style.utf8))
    var tokens: [StyleToken] = []
    while let token = tokenizer.next() { tokens.append(token) }
    return tokens
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func peek(_ offset: Int = 0) -> UInt8? {
    position + offset < bytes.count ? bytes[position + offset] : nil
  }

  private mutating func next() -> StyleToken? {
    skipComments()
    guard let byte = peek() else { return nil }
    switch byte {
    case 0x09, 0x0A, 0x0C, 0x0D, 0x20: return whiteSpace()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return string(quote: byte)
    case UInt8(ascii: "#"): return hash()
    case UInt8(ascii: ","): return single(.comma)
    case UInt8(ascii: ":"): return single(.colon)
    case UInt8(ascii: ";"): return single(.semicolon)
    case UInt8(ascii: "/"): return single(.slash)
    case UInt8(ascii: ")"): return single(.closeParenthesis)
    case UInt8(ascii: "%"): return single(.percent)
    case UInt8(ascii: "!"): return important()
    case 0xEF where isTagMark: return tag()
    case _ where startsNumber: return number()
    case _ where startsName(at: 0): return name()
    default: return single(.unsupported)
    }
  }

  private mutating func single(_ token: StyleToken) -> StyleToken {
    position += 1
    return token
  }

  private mutating func skipComments() {
    while peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
      position += 2
      while position < bytes.count, !(peek() == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) { position += 1 }
      position = min(position + 2, bytes.count)
    }
  }

  private mutating func whiteSpace() -> StyleToken {
    while let byte = peek(), byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) { position += 1 }
    return .whiteSpace
  }

  private mutating func string(quote: UInt8) -> StyleToken {
    position += 1
    let start = position
    while let byte = peek() {
      if byte == quote {
        let content = bytes[start..<position]
        position += 1
        return .string(String(decoding: content, as: UTF8.self))
      }
      if byte == 0x0A || byte == UInt8(ascii: "\\") { break }
      position += 1
    }
    position = bytes.count
    return .unsupported
  }

  private mutating func hash() -> StyleToken {
    position += 1
    return .hash(takeName().lowercased())
  }

  private mutating func important() -> StyleToken {
    position += 1
    while let byte = peek(), byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) { position += 1 }
    return takeName().lowercased() == "important" ? .important : .unsupported
  }

  // MARK: - Names and numbers

  private static func isNameByte(_ byte: UInt8) -> Bool {
    AttributeValue.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }

  private func startsName(at offset: Int) -> Bool {
    guard let byte = peek(offset) else { return false }
    if byte == UInt8(ascii: "-") { return offset < 2 && startsName(at: offset + 1) }
    return Self.isNameByte(byte) && !(byte >= 0x30 && byte <= 0x39)
  }

  private mutating func takeName() -> String {
    let start = position
    while let byte = peek(), Self.isNameByte(byte) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func name() -> StyleToken {
    let name = takeName()
    guard peek() == UInt8(ascii: "(") else { return .identifier(name) }
    position += 1
    return .function(name.lowercased())
  }

  private func isDigit(_ offset: Int) -> Bool { peek(offset).map { $0 >= 0x30 && $0 <= 0x39 } ?? false }

  private var startsNumber: Bool {
    let sign = peek() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+") ? 1 : 0
    return isDigit(sign) || (peek(sign) == UInt8(ascii: ".") && isDigit(sign + 1))
  }

  private mutating func number() -> StyleToken {
    let isNegative = peek() == UInt8(ascii: "-")
    if isNegative || peek() == UInt8(ascii: "+") { position += 1 }
    let whole = takeDigits()
    var fraction: ArraySlice<UInt8> = []
    if peek() == UInt8(ascii: "."), isDigit(1) {
      position += 1
      fraction = takeDigits()
    }
    var unit = ""
    if peek() == UInt8(ascii: "%") {
      position += 1
      unit = "%"
    } else if startsName(at: 0) {
      unit = takeName().lowercased()
    }
    guard let number = StyleNumber(isNegative: isNegative, whole: whole, fraction: fraction) else {
      return .unsupported
    }
    return .number(number, unit: unit)
  }

  private mutating func takeDigits() -> ArraySlice<UInt8> {
    let start = position
    while isDigit(0) { position += 1 }
    return bytes[start..<position]
  }

  // MARK: - Template tags

  /// U+FFF9 in UTF-8.
  private var isTagMark: Bool { peek(1) == 0xBF && peek(2) == 0xB9 }

  private mutating func tag() -> StyleToken {
    position += 3
    let digits = takeDigits()
    position = min(position + 3, bytes.count)
    return Int(String(decoding: digits, as: UTF8.self)).map(StyleToken.tag) ?? .unsupported
  }
}
