/// What Python's `str` methods do with characters, where Swift's own differ.
enum PythonText {
  // MARK: Properties of characters

  static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || isASCIIDigit(scalar) }
    return isLetter(scalar) || scalar.properties.numericType != nil
  }

  static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// `\w` of Python's regular expressions.
  static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool { scalar == "_" || isAlphanumeric(scalar) }

  static func isASCIIDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  /// `str.isprintable` of one character: whether `repr` shows it as it is.
  static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20..<0x7F).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      return false
    default: return true
    }
  }

  // MARK: Case

  static func uppercased(_ string: String) -> String {
    if let ascii = mapASCII(string, { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }) { return ascii }
    var result = TextBuilder(reserving: string.utf8.count)
    for scalar in string.unicodeScalars { result.append(scalar.properties.uppercaseMapping) }
    return result.text
  }

  static func lowercased(_ string: String) -> String {
    if let ascii = mapASCII(string, { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }) { return ascii }
    var result = TextBuilder(reserving: string.utf8.count)
    appendLowercased(Array(string.unicodeScalars)[...], to: &result)
    return result.text
  }

  /// The first character as a title begins, the others in lower case.
  static func capitalized(_ string: String) -> String {
    let scalars = Array(string.unicodeScalars)
    guard let first = scalars.first else { return "" }
    var result = TextBuilder(reserving: string.utf8.count)
    result.append(first.properties.titlecaseMapping)
    appendLowercased(scalars[...], from: 1, to: &result)
    return result.text
  }

  /// As Jinja2's `title`, whose words begin at the start, and behind white space, hyphens and opening brackets.
  static func titlecased(_ string: String) -> String {
    let scalars = Array(string.unicodeScalars)
    func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar {
      case "-", "(", "{", "[", "<": true
      default: Whitespace.contains(scalar)
      }
    }
    var result = TextBuilder(reserving: string.utf8.count)
    var index = 0
    while index < scalars.count {
      let start = index
      let isSeparating = isSeparator(scalars[index])
      while index < scalars.count, isSeparator(scalars[index]) == isSeparating { index += 1 }
      result.append(scalars[start].properties.uppercaseMapping)
      appendLowercased(scalars[start + 1..<index], to: &result)
    }
    return result.text
  }

  /// - Parameter start: where the result starts; what is before counts only as context.
  private static func appendLowercased(
    _ scalars: ArraySlice<Unicode.Scalar>, from start: Int? = nil, to result: inout TextBuilder
  ) {
    for index in (start ?? scalars.startIndex)..<scalars.endIndex {
      let scalar = scalars[index]
      switch scalar {
      case "A"..."Z": result.bytes.append(UInt8(scalar.value) | 0x20)
      case "\u{03A3}": result.append(isFinalSigma(scalars, at: index) ? "\u{03C2}" : "\u{03C3}" as Unicode.Scalar)
      case _ where scalar.isASCII: result.bytes.append(UInt8(scalar.value))
      default: result.append(scalar.properties.lowercaseMapping)
      }
    }
  }

  /// The condition `Final_Sigma` of the Unicode Standard, section 3.13.
  private static func isFinalSigma(_ scalars: ArraySlice<Unicode.Scalar>, at index: Int) -> Bool {
    func isCased(_ scalars: some Sequence<Unicode.Scalar>) -> Bool {
      for scalar in scalars where !scalar.properties.isCaseIgnorable { return scalar.properties.isCased }
      return false
    }
    return isCased(scalars[..<index].reversed()) && !isCased(scalars[(index + 1)...])
  }

  /// How many words there are by `\w+` of Python's regular expressions.
  static func wordCount(_ string: String) -> Int {
    var count = 0
    var isInWord = false
    for scalar in string.unicodeScalars {
      let isWord = isWordCharacter(scalar)
      if isWord, !isInWord { count += 1 }
      isInWord = isWord
    }
    return count
  }

  static func reversed(_ string: String) -> String {
    let bytes = Array(string.utf8)
    var result = TextBuilder(reserving: bytes.count)
    var end = bytes.count
    while end > 0 {
      var start = end - 1
      while bytes[start] & 0xC0 == 0x80 { start -= 1 }
      result.bytes.append(contentsOf: bytes[start..<end])
      end = start
    }
    return result.text
  }

  private static func mapASCII(_ string: String, _ transform: (UInt8) -> UInt8) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(string.utf8.count)
    for byte in string.utf8 {
      guard byte < 0x80 else { return nil }
      bytes.append(transform(byte))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether there is a cased character and every one of them is in the given case.
  static func isAll(_ string: String, lowercase: Bool) -> Bool {
    var found = false
    for scalar in string.unicodeScalars {
      if scalar.isASCII {
        switch scalar {
        case "a"..."z" where lowercase, "A"..."Z" where !lowercase: found = true
        case "a"..."z", "A"..."Z": return false
        default: break
        }
        continue
      }
      let properties = scalar.properties
      let (wanted, other) =
        lowercase
        ? (properties.isLowercase, properties.isUppercase) : (properties.isUppercase, properties.isLowercase)
      if other || properties.generalCategory == .titlecaseLetter { return false }
      if wanted { found = true }
    }
    return found
  }

  // MARK: Splitting

  static func lines(_ string: String) -> [String] {
    var lines: [String] = []
    let scalars = string.unicodeScalars
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      guard Whitespace.isLineBreak(scalar) else {
        scalars.formIndex(after: &index)
        continue
      }
      lines.append(String(scalars[start..<index]))
      scalars.formIndex(after: &index)
      if scalar == "\r", index < scalars.endIndex, scalars[index] == "\n" { scalars.formIndex(after: &index) }
      start = index
    }
    if start < scalars.endIndex { lines.append(String(scalars[start...])) }
    return lines
  }

  static func trimmed(_ string: String, where isTrimmed: (Unicode.Scalar) -> Bool = Whitespace.contains) -> String {
    let scalars = string.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isTrimmed($0) }),
      let last = scalars.lastIndex(where: { !isTrimmed($0) })
    else { return "" }
    return String(scalars[first...last])
  }

  /// White space of any kind and length as one space, none at the ends.
  static func collapsingWhitespace(_ string: String) -> String {
    string.unicodeScalars.split(whereSeparator: Whitespace.contains).map { String($0) }.joined(separator: " ")
  }
}
