/// Checks a property's value against its grammar and writes it again from what was understood.
struct StyleValue {
  private static let maximumFamilies = 12
  private static let units: Set<String> = ["%", "px", "pt", "em", "rem", "ex", "ch", "cm", "mm", "in", "pc"]

  private var tokens: ArraySlice<StyleToken>

  /// - Returns: the value to write, or `nil` for one that is refused.
  static func canonical(_ tokens: ArraySlice<StyleToken>, of property: StyleProperty) -> String? {
    var tokens = trimmed(tokens)
    var suffix = ""
    if tokens.last == .important {
      suffix = " !important"
      tokens = trimmed(tokens.dropLast())
    }
    guard !tokens.isEmpty else { return nil }
    var value = StyleValue(tokens: tokens)
    let written: String?
    if tokens.contains(where: { if case .tag = $0 { true } else { false } }) {
      written = value.deferred()
    } else {
      switch property.grammar {
      case .components(let kinds, let keywords, let most):
        written = value.components(kinds, keywords.union(StyleProperty.everywhere), most: most)
      case .families: written = value.families()
      case .font: written = value.font()
      }
    }
    return written.map { $0 + suffix }
  }

  private static func trimmed(_ tokens: ArraySlice<StyleToken>) -> ArraySlice<StyleToken> {
    var tokens = tokens
    while tokens.first == .whiteSpace { tokens.removeFirst() }
    while tokens.last == .whiteSpace { tokens.removeLast() }
    return tokens
  }

  // MARK: - Components

  private mutating func components(
    _ kinds: StyleProperty.Component, _ keywords: Set<String>, most: Int
  ) -> String? {
    var written: [String] = []
    while !tokens.isEmpty {
      guard written.count < most, let component = component(kinds, keywords) else { return nil }
      written.append(component)
      guard tokens.isEmpty || tokens.first == .whiteSpace else { return nil }
      skipWhiteSpace()
    }
    return written.joined(separator: " ")
  }

  private mutating func skipWhiteSpace() { while tokens.first == .whiteSpace { tokens.removeFirst() } }

  private mutating func component(_ kinds: StyleProperty.Component, _ keywords: Set<String>) -> String? {
    guard let token = tokens.popFirst() else { return nil }
    switch token {
    case .identifier(let name):
      let name = name.lowercased()
      return keywords.contains(name) || (kinds.contains(.color) && StyleColor.names.contains(name)) ? name : nil
    case .hash(let digits):
      return kinds.contains(.color) && StyleColor.isHash(digits) ? "#" + digits : nil
    case .function(let name):
      guard kinds.contains(.color), let end = tokens.firstIndex(of: .closeParenthesis) else { return nil }
      let arguments = tokens[..<end]
      tokens = tokens[(end + 1)...]
      return StyleColor.function(name, arguments)
    case .number(let number, let unit): return measure(number, unit, kinds)
    default: return nil
    }
  }

  private func measure(_ number: StyleNumber, _ unit: String, _ kinds: StyleProperty.Component) -> String? {
    if number.isNegative, !kinds.contains(.negativeLength) { return nil }
    if unit.isEmpty {
      return kinds.contains(.number) || (kinds.contains(.length) && number.isZero) ? number.text : nil
    }
    return kinds.contains(.length) && Self.units.contains(unit) ? number.text + unit : nil
  }

  // MARK: - Fonts

  private mutating func families() -> String? {
    var written: [String] = []
    while true {
      skipWhiteSpace()
      guard written.count < Self.maximumFamilies, let family = family() else { return nil }
      written.append(family)
      skipWhiteSpace()
      guard let token = tokens.popFirst() else { return written.joined(separator: ", ") }
      guard token == .comma else { return nil }
    }
  }

  /// One family: a string, or words. Written as words where that means the same, else in single quotes.
  private mutating func family() -> String? {
    if case .string(let name)? = tokens.first {
      tokens.removeFirst()
      let words = name.split(separator: " ")
      guard (1...64).contains(name.utf8.count), !words.isEmpty, name.utf8.allSatisfy(Self.isFamilyByte) else {
        return nil
      }
      return "'\(words.joined(separator: " "))'"
    }
    var words: [String] = []
    while case .identifier(let word)? = tokens.first {
      tokens.removeFirst()
      words.append(word)
      skipWhiteSpace()
    }
    return words.isEmpty || words.count > 6 ? nil : words.joined(separator: " ")
  }

  private static func isFamilyByte(_ byte: UInt8) -> Bool {
    AttributeValue.isAlphanumeric(byte) || byte == 0x20 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }

  private mutating func font() -> String? {
    let leading = StyleProperty.fontWeights.union(StyleProperty.fontStyles)
    var written: [String] = []
    while case .identifier(let name)? = tokens.first, leading.contains(name.lowercased()), written.count < 4 {
      tokens.removeFirst()
      written.append(name.lowercased())
      skipWhiteSpace()
    }
    if case .number(let weight, unit: "")? = tokens.first, !weight.isNegative, !weight.isZero, written.count < 4 {
      tokens.removeFirst()
      written.append(weight.text)
      skipWhiteSpace()
    }
    guard var size = component(.length, StyleProperty.fontSizes) else { return nil }
    skipWhiteSpace()
    if tokens.first == .slash {
      tokens.removeFirst()
      skipWhiteSpace()
      guard let height = component([.length, .number], ["normal"]) else { return nil }
      size += "/" + height
      skipWhiteSpace()
    }
    guard let families = families() else { return nil }
    return (written + [size, families]).joined(separator: " ")
  }

  // MARK: - Values with template tags

  /// A value that is complete only when rendered, and checked then. Until then nothing may stand between the tags that could
  /// be more than a word or a measure.
  private mutating func deferred() -> String? {
    var written = ""
    while let token = tokens.popFirst() {
      switch token {
      case .tag(let index): written += InlineTag.mark(index)
      case .identifier(let name): written += name
      case .hash(let digits): written += "#" + digits
      case .number(let number, let unit): written += number.text + unit
      case .whiteSpace: written += " "
      case .comma: written += ","
      case .percent: written += "%"
      default: return nil
      }
    }
    return written
  }
}
