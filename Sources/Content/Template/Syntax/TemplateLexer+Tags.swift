extension TemplateLexer {
  /// Reads the tokens of a tag up to its closing mark, which counts only outside brackets.
  ///
  /// - Returns: where the closing mark ends; `position` is where text goes on.
  mutating func inside(_ tag: Tag, from start: Int, at open: Int) throws(TemplateFault) -> Int {
    var brackets: [TemplateToken.Symbol] = []
    let firstToken = tokens.count
    position = start
    while position < end {
      if brackets.isEmpty, let (close, next) = closing(tag, from: position) {
        emit(tag == .output ? .outputEnd : .statementEnd, at: position)
        position = next
        return close
      }
      let space = Whitespace.skip(in: bytes, from: position, to: end)
      guard space == position else {
        position = space
        continue
      }
      guard tokens.count - firstToken < limits.tagTokens else {
        throw TemplateFault(
          .bound, "the expression has more than \(limits.tagTokens) parts; split it with '{% set %}'", at: open)
      }
      try token(&brackets)
    }
    unclosedTag = open
    return bytes.count
  }

  private mutating func token(_ brackets: inout [TemplateToken.Symbol]) throws(TemplateFault) {
    switch bytes[position] {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...0xFF:
      try name()
    case UInt8(ascii: "'"), UInt8(ascii: "\""): try string()
    default: try symbol(&brackets)
    }
  }

  private var unexpectedCharacter: TemplateFault {
    let character = source.character(at: position).map { String(Character($0)) } ?? ""
    return .syntax("unexpected character '\(character)'", at: position)
  }

  // MARK: Symbols

  private mutating func symbol(_ brackets: inout [TemplateToken.Symbol]) throws(TemplateFault) {
    guard let symbol = symbolHere else { throw unexpectedCharacter }
    switch symbol {
    case .leftBrace: brackets.append(.rightBrace)
    case .leftBracket: brackets.append(.rightBracket)
    case .leftParenthesis: brackets.append(.rightParenthesis)
    case .rightBrace, .rightBracket, .rightParenthesis:
      guard let expected = brackets.popLast() else {
        throw .syntax("unexpected '\(symbol.rawValue)'", at: position)
      }
      guard expected == symbol else {
        throw .syntax("unexpected '\(symbol.rawValue)', expected '\(expected.rawValue)'", at: position)
      }
    default: break
    }
    emit(.symbol(symbol), at: position)
    position += symbol.rawValue.utf8.count
  }

  private var symbolHere: TemplateToken.Symbol? {
    let next = byte(at: position + 1)
    return switch bytes[position] {
    case UInt8(ascii: "+"): .add
    case UInt8(ascii: "-"): .subtract
    case UInt8(ascii: "/"): next == UInt8(ascii: "/") ? .floorDivide : .divide
    case UInt8(ascii: "*"): next == UInt8(ascii: "*") ? .power : .multiply
    case UInt8(ascii: "%"): .modulo
    case UInt8(ascii: "~"): .tilde
    case UInt8(ascii: "["): .leftBracket
    case UInt8(ascii: "]"): .rightBracket
    case UInt8(ascii: "("): .leftParenthesis
    case UInt8(ascii: ")"): .rightParenthesis
    case UInt8(ascii: "{"): .leftBrace
    case UInt8(ascii: "}"): .rightBrace
    case UInt8(ascii: "="): next == UInt8(ascii: "=") ? .equal : .assign
    case UInt8(ascii: "!"): next == UInt8(ascii: "=") ? .notEqual : nil
    case UInt8(ascii: ">"): next == UInt8(ascii: "=") ? .greaterOrEqual : .greater
    case UInt8(ascii: "<"): next == UInt8(ascii: "=") ? .lessOrEqual : .less
    case UInt8(ascii: "."): .dot
    case UInt8(ascii: ":"): .colon
    case UInt8(ascii: "|"): .pipe
    case UInt8(ascii: ","): .comma
    case UInt8(ascii: ";"): .semicolon
    default: nil
    }
  }

  // MARK: Names

  private mutating func name() throws(TemplateFault) {
    let start = position
    var isASCII = true
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        position += 1
        continue
      case 0x80...0xFF:
        guard let scalar = source.character(at: position), isWordCharacter(scalar) else { break }
        isASCII = false
        position += scalar.utf8.count
        continue
      default: break
      }
      break
    }
    guard position > start else { throw unexpectedCharacter }
    let name = String(decoding: bytes[start..<position], as: UTF8.self)
    if !isASCII {
      let scalars = name.unicodeScalars
      let isIdentifier =
        scalars.first.map { $0 == "_" || $0.properties.isXIDStart } ?? false
        && scalars.dropFirst().allSatisfy(\.properties.isXIDContinue)
      guard isIdentifier else {
        throw .syntax("'\(name)' is no name: it holds a character that names may not", at: start)
      }
    }
    emit(.name(name), at: start)
  }

  private func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isXIDContinue || PythonText.isAlphanumeric(scalar)
  }

  // MARK: Numbers

  private mutating func number() throws(TemplateFault) {
    let start = position
    if !follows("."), let floatEnd = endOfFloat(from: start) {
      let digits = bytes[start..<floatEnd].filter { $0 != UInt8(ascii: "_") }
      emit(.float(Double(String(decoding: digits, as: UTF8.self)) ?? .infinity), at: start)
      position = floatEnd
      return
    }
    let (integerEnd, radix) = endOfInteger(from: start)
    let digits = bytes[(radix == 10 ? start : start + 2)..<integerEnd].filter { $0 != UInt8(ascii: "_") }
    guard let value = Int64(String(decoding: digits, as: UTF8.self), radix: radix) else {
      var fault = TemplateFault(.value, "the number does not fit a 64-bit integer", at: start)
      fault.isIntegerOverflow = true
      throw fault
    }
    emit(.integer(value), at: start)
    position = integerEnd
  }

  private func follows(_ character: Unicode.Scalar) -> Bool {
    position > 0 && UInt32(bytes[position - 1]) == character.value
  }

  /// The end of digits with single underscores between them; `start` itself when there are none.
  private func endOfDigits(from start: Int, where isDigit: (UInt8) -> Bool = Self.isDecimalDigit) -> Int {
    var index = start
    while let byte = byte(at: index) {
      if isDigit(byte) {
        index += 1
      } else if byte == UInt8(ascii: "_"), index > start, let next = self.byte(at: index + 1), isDigit(next) {
        index += 1
      } else {
        break
      }
    }
    return index
  }

  private static func isDecimalDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private func endOfFloat(from start: Int) -> Int? {
    let whole = endOfDigits(from: start)
    var index = whole
    if byte(at: index) == UInt8(ascii: ".") {
      let fraction = endOfDigits(from: index + 1)
      if fraction > index + 1 { index = fraction }
    }
    if let mark = byte(at: index), mark | 0x20 == UInt8(ascii: "e") {
      var digits = index + 1
      if let sign = byte(at: digits), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { digits += 1 }
      let exponent = endOfDigits(from: digits)
      if exponent > digits { index = exponent }
    }
    return index > whole ? index : nil
  }

  private func endOfInteger(from start: Int) -> (end: Int, radix: Int) {
    guard bytes[start] == UInt8(ascii: "0") else { return (endOfDigits(from: start), 10) }
    if let mark = byte(at: start + 1) {
      let (radix, isDigit): (Int, (UInt8) -> Bool) =
        switch mark | 0x20 {
        case UInt8(ascii: "b"): (2, { $0 == 0x30 || $0 == 0x31 })
        case UInt8(ascii: "o"): (8, { (0x30...0x37).contains($0) })
        case UInt8(ascii: "x"): (16, { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) })
        default: (10, { _ in false })
        }
      // An underscore may stand between the mark and the first digit.
      let digits = byte(at: start + 2) == UInt8(ascii: "_") ? start + 3 : start + 2
      let last = radix == 10 ? digits : endOfDigits(from: digits, where: isDigit)
      if last > digits { return (last, radix) }
    }
    // A zero may be followed by zeros only: `012` is two numbers, which no expression allows.
    return (endOfDigits(from: start, where: { $0 == 0x30 }), 10)
  }
}
