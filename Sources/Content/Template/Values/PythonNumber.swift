import Glibc

/// Python's numbers, where a truth value counts as 0 or 1: what it prints, reads and compares.
enum PythonNumber: Sendable {
  case integer(Int64)
  case float(Double)

  init?(_ value: TemplateValue) {
    switch value {
    case .boolean(let value): self = .integer(value ? 1 : 0)
    case .integer(let value): self = .integer(value)
    case .float(let value): self = .float(value)
    default: return nil
    }
  }

  var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    }
  }

  // MARK: Comparison

  /// Exact, where converting both to floating point would lose digits. Never true for NaN.
  static func areEqual(_ left: PythonNumber, _ right: PythonNumber) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left == right
    case (.float(let left), .float(let right)): left == right
    case (.integer(let integer), .float(let float)), (.float(let float), .integer(let integer)):
      Int64(exactly: float) == integer
    }
  }

  static func isLess(_ left: PythonNumber, _ right: PythonNumber) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left < right
    case (.float(let left), .float(let right)): left < right
    case (.integer(let integer), .float(let float)): isLess(integer, float)
    case (.float(let float), .integer(let integer)): isLess(float, integer)
    }
  }

  private static func isLess(_ integer: Int64, _ float: Double) -> Bool {
    // 2^63 and beyond, and everything below -2^63, are not between two 64-bit integers.
    if float >= 0x1p63 { return true }
    if float < -0x1p63 || float.isNaN { return false }
    let whole = float.rounded(.down)
    let wholeInteger = Int64(whole)
    return integer < wholeInteger || (integer == wholeInteger && whole < float)
  }

  private static func isLess(_ float: Double, _ integer: Int64) -> Bool {
    if float < -0x1p63 { return true }
    if float >= 0x1p63 || float.isNaN { return false }
    return Int64(float.rounded(.down)) < integer
  }

  // MARK: Printing

  /// `repr` of a float: the fewest digits that read back as the same number.
  static func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
    if (1e-4..<1e16).contains(value.magnitude) {
      // Between these Python writes no exponent; where Swift writes none either, both write the same.
      let description = value.description
      if !description.utf8.contains(UInt8(ascii: "e")) { return description }
    }
    let sign = value < 0 ? "-" : ""
    let (digits, point) = shortestDigits(of: value.magnitude)
    let count = digits.utf8.count
    if point > 16 || point <= -4 {
      let mantissa = count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
      let exponent = point - 1
      let magnitude = String(exponent.magnitude)
      return sign + mantissa + (exponent < 0 ? "e-" : "e+") + (magnitude.utf8.count < 2 ? "0" : "") + magnitude
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if count <= point { return sign + digits + String(repeating: "0", count: point - count) + ".0" }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  /// The shortest digits, and where the decimal point is, counted from their left.
  static func shortestDigits(of value: Double) -> (digits: String, point: Int) {
    let parts = value.description.split(separator: "e")
    let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let (whole, fraction) = (mantissa[0], mantissa.count == 2 ? mantissa[1] : "")
    let all = String(whole + fraction)
    let significant = all.drop { $0 == "0" }
    let leading = all.utf8.count - significant.utf8.count
    var digits = String(significant)
    while digits.utf8.count > 1, digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
    return (digits, whole.utf8.count - leading + exponent)
  }

  /// C's `printf` of one number, correctly rounded from the exact value.
  ///
  /// - Parameter conversion: `e`, `f` or `g`, or one of these in upper case.
  static func formatted(_ value: Double, _ conversion: Character, precision: Int, isAlternate: Bool = false) -> String {
    let format = "%" + (isAlternate ? "#" : "") + ".*" + String(conversion)
    return withVaList([Int32(clamping: precision), value]) { arguments in
      // The longest whole part has 309 digits.
      String(unsafeUninitializedCapacity: precision + 330) { buffer in
        buffer.withMemoryRebound(to: CChar.self) { Int(vsnprintf($0.baseAddress, $0.count, format, arguments)) }
      }
    }
  }

  // MARK: Reading

  enum Reading {
    case integer(Int64)
    /// An integer beyond 64 bits, which Python has.
    case tooLarge
    case invalid
  }

  /// `int(text, base)`.
  static func integer(from string: String, base: Int) -> Reading {
    guard base == 0 || (2...36).contains(base) else { return .invalid }
    var digits = normalized(string)[...]
    let sign = digits.first
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { digits.removeFirst() }
    var radix = base == 0 ? 10 : base
    if digits.count > 2, digits.first == UInt8(ascii: "0"),
      let marked = radixByMark[digits[digits.startIndex + 1] | 0x20], base == 0 || base == marked
    {
      radix = marked
      digits.removeFirst(2)
      if digits.first == UInt8(ascii: "_") { digits.removeFirst() }
    } else if base == 0, digits.first == UInt8(ascii: "0") {
      guard digits.allSatisfy({ $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "_") }) else { return .invalid }
    }
    func isDigit(_ byte: UInt8) -> Bool { value(of: byte).map { $0 < radix } ?? false }
    guard let plain = withoutUnderscores(digits, isDigit: isDigit), plain.allSatisfy(isDigit) else { return .invalid }
    let text = (sign == UInt8(ascii: "-") ? "-" : "") + String(decoding: plain, as: UTF8.self)
    return Int64(text, radix: radix).map(Reading.integer) ?? .tooLarge
  }

  private static let radixByMark: [UInt8: Int] = [
    UInt8(ascii: "b"): 2, UInt8(ascii: "o"): 8, UInt8(ascii: "x"): 16,
  ]

  private static func value(of byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }

  /// `float(text)`, or `nil` where Python raises `ValueError`.
  static func float(from string: String) -> Double? {
    guard let plain = withoutUnderscores(normalized(string)[...], isDigit: { (0x30...0x39).contains($0) }) else {
      return nil
    }
    var rest = plain[...]
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let isNegative = plain.first == UInt8(ascii: "-")
    switch String(decoding: rest.map { $0 | 0x20 }, as: UTF8.self) {
    case "inf", "infinity": return isNegative ? -.infinity : .infinity
    case "nan": return .nan
    default: break
    }
    guard isDecimal(rest) else { return nil }
    return Double(String(decoding: plain, as: UTF8.self))
  }

  private static func isDecimal(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    func takeDigits() -> Int {
      let digits = rest.prefix { (0x30...0x39).contains($0) }.count
      rest.removeFirst(digits)
      return digits
    }
    var digits = takeDigits()
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      digits += takeDigits()
    }
    guard digits > 0 else { return false }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// Without white space around it, and with decimal digits of any script as ASCII.
  private static func normalized(_ string: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in PythonText.trimmed(string).unicodeScalars {
      if scalar.isASCII {
        bytes.append(UInt8(scalar.value))
      } else if scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue {
        bytes.append(UInt8(ascii: "0") + UInt8(digit))
      } else {
        bytes.append(UInt8(ascii: "?"))
      }
    }
    return bytes
  }

  /// `nil` when an underscore is not between two digits.
  private static func withoutUnderscores(_ text: ArraySlice<UInt8>, isDigit: (UInt8) -> Bool) -> [UInt8]? {
    guard !text.isEmpty else { return nil }
    var plain: [UInt8] = []
    for index in text.indices {
      guard text[index] == UInt8(ascii: "_") else {
        plain.append(text[index])
        continue
      }
      guard index > text.startIndex, index + 1 < text.endIndex, isDigit(text[index - 1]), isDigit(text[index + 1])
      else { return nil }
    }
    return plain
  }
}
