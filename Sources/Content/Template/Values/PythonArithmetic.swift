import Glibc

/// Python's arithmetic on two numbers, with integers of 64 bits whose overflow is an error.
enum PythonArithmetic {
  static func compute(
    _ kind: TemplateBinaryOperator, _ left: PythonNumber, _ right: PythonNumber
  ) throws(TemplateFault) -> TemplateValue {
    if case .integer(let left) = left, case .integer(let right) = right {
      return try integers(kind, left, right)
    }
    return .float(try floats(kind, left.double, right.double))
  }

  // MARK: Integers

  private static func integers(
    _ kind: TemplateBinaryOperator, _ left: Int64, _ right: Int64
  ) throws(TemplateFault) -> TemplateValue {
    switch kind {
    case .add: return .integer(try checked(left.addingReportingOverflow(right)))
    case .subtract: return .integer(try checked(left.subtractingReportingOverflow(right)))
    case .multiply: return .integer(try checked(left.multipliedReportingOverflow(by: right)))
    case .divide: return .float(try quotient(left, right))
    case .floorDivide:
      guard right != 0 else { throw divisionByZero }
      let quotient = try checked(left.dividedReportingOverflow(by: right))
      return .integer(left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient)
    case .modulo:
      guard right != 0 else { throw divisionByZero }
      let remainder = right == -1 ? 0 : left % right
      return .integer(remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder)
    case .power: return try power(left, right)
    case .negatedPower:
      switch try power(left, right) {
      case .integer(let value): return .integer(try checked(Int64(0).subtractingReportingOverflow(value)))
      case .float(let value): return .float(-value)
      case let other: return other
      }
    }
  }

  static func checked(_ result: (partialValue: Int64, overflow: Bool)) throws(TemplateFault) -> Int64 {
    guard !result.overflow else { throw .integerOverflow }
    return result.partialValue
  }

  static var divisionByZero: TemplateFault { .value("a number is divided by zero") }

  /// The quotient, rounded once: converting both to floating point first would round twice.
  static func quotient(_ left: Int64, _ right: Int64) throws(TemplateFault) -> Double {
    guard right != 0 else { throw divisionByZero }
    let exact: UInt64 = 1 << 53
    if left.magnitude <= exact, right.magnitude <= exact { return Double(left) / Double(right) }
    guard left != 0 else { return right < 0 ? -0.0 : 0.0 }
    let dividend = UInt128(left.magnitude)
    let shift = dividend.leadingZeroBitCount
    let (quotient, remainder) = (dividend << shift).quotientAndRemainder(dividingBy: UInt128(right.magnitude))
    // The leading 64 bits, with the last one set when anything follows them, round as the whole would.
    let excess = 64 - quotient.leadingZeroBitCount
    let leading = UInt64(truncatingIfNeeded: quotient >> excess)
    let isInexact = remainder != 0 || (quotient & ((1 << excess) - 1)) != 0
    let magnitude = scalbn(Double(isInexact ? leading | 1 : leading), Int32(excess - shift))
    return (left < 0) != (right < 0) ? -magnitude : magnitude
  }

  private static func power(_ base: Int64, _ exponent: Int64) throws(TemplateFault) -> TemplateValue {
    guard exponent >= 0 else { return .float(try power(Double(base), Double(exponent))) }
    var (result, square, rest): (Int64, Int64, Int64) = (1, base, exponent)
    if base == 0 || base == 1 { return .integer(exponent == 0 ? 1 : base) }
    if base == -1 { return .integer(exponent & 1 == 0 ? 1 : -1) }
    while true {
      if rest & 1 == 1 { result = try checked(result.multipliedReportingOverflow(by: square)) }
      rest >>= 1
      guard rest > 0 else { return .integer(result) }
      square = try checked(square.multipliedReportingOverflow(by: square))
    }
  }

  // MARK: Floating point

  private static func floats(
    _ kind: TemplateBinaryOperator, _ left: Double, _ right: Double
  ) throws(TemplateFault) -> Double {
    switch kind {
    case .add: return left + right
    case .subtract: return left - right
    case .multiply: return left * right
    case .divide:
      guard right != 0 else { throw divisionByZero }
      return left / right
    case .floorDivide: return try floorDivision(left, right).quotient
    case .modulo: return try floorDivision(left, right).remainder
    case .power: return try power(left, right)
    case .negatedPower: return -(try power(left, right))
    }
  }

  /// As CPython's `float_divmod`, whose corrections keep the signs right.
  private static func floorDivision(
    _ left: Double, _ right: Double
  ) throws(TemplateFault) -> (quotient: Double, remainder: Double) {
    guard right != 0 else { throw divisionByZero }
    var remainder = fmod(left, right)
    var division = (left - remainder) / right
    if remainder != 0 {
      if (right < 0) != (remainder < 0) {
        remainder += right
        division -= 1
      }
    } else {
      remainder = Double(signOf: right, magnitudeOf: 0)
    }
    guard division != 0 else { return (Double(signOf: left / right, magnitudeOf: 0), remainder) }
    var quotient = division.rounded(.down)
    if division - quotient > 0.5 { quotient += 1 }
    return (quotient, remainder)
  }

  private static func power(_ base: Double, _ exponent: Double) throws(TemplateFault) -> Double {
    if base == 0, exponent < 0 { throw .value("zero cannot be raised to a negative power") }
    if base < 0, base.isFinite, exponent.isFinite, exponent != exponent.rounded() {
      throw .value("a negative number raised to a fraction is no real number")
    }
    let result = pow(base, exponent)
    if result.isInfinite, base.isFinite, exponent.isFinite { throw .value("the power is too large a number") }
    return result
  }

  // MARK: Rounding

  /// `round(value, digits)` of a float, correctly rounded from its exact value, ties to even.
  static func round(_ value: Double, digits: Int64) -> Double {
    guard value.isFinite, value != 0, digits <= 323 else { return value }
    guard digits >= -309 else { return 0 * value }
    if digits >= 0 {
      return Double(PythonNumber.formatted(value, "f", precision: Int(digits))) ?? value
    }
    // No float of magnitude 1 or more has more than 52 fractional digits, so this is the exact value.
    let exact = PythonNumber.formatted(value.magnitude, "f", precision: 52).split(separator: ".")
    let places = Int(-digits)
    let whole = Array(exact[0].utf8)
    guard whole.count >= places else { return 0 * value }
    let kept = whole.prefix(whole.count - places)
    let dropped = whole.suffix(places) + Array(exact[1].utf8)
    let isUp: Bool
    switch dropped.first.map({ Int($0) - 0x30 }) ?? 0 {
    case 6...: isUp = true
    case 5 where dropped.dropFirst().contains { $0 != UInt8(ascii: "0") }: isUp = true
    case 5: isUp = (kept.last ?? UInt8(ascii: "0")) & 1 == 1
    default: isUp = false
    }
    var digits = Array(kept)
    if isUp { increment(&digits) }
    let text = String(decoding: digits, as: UTF8.self) + String(repeating: "0", count: places)
    let magnitude = Double(text) ?? 0
    return value < 0 ? -magnitude : magnitude
  }

  /// Adds one to a decimal number.
  static func increment(_ digits: inout [UInt8]) {
    for index in digits.indices.reversed() {
      guard digits[index] == UInt8(ascii: "9") else {
        digits[index] += 1
        return
      }
      digits[index] = UInt8(ascii: "0")
    }
    digits.insert(UInt8(ascii: "1"), at: 0)
  }

  /// `round(value, digits)` of an integer, which stays one; ties go to the even neighbour.
  static func round(_ value: Int64, digits: Int64) throws(TemplateFault) -> Int64 {
    guard digits < 0 else { return value }
    guard digits >= -19 else { return 0 }
    var unit: Int128 = 1
    for _ in 0..<(-digits) { unit *= 10 }
    let wide = Int128(value)
    let (quotient, remainder) = wide.quotientAndRemainder(dividingBy: unit)
    let twice = remainder.magnitude * 2
    var rounded = quotient
    if twice > UInt128(unit) || (twice == UInt128(unit) && quotient % 2 != 0) { rounded += wide < 0 ? -1 : 1 }
    guard let result = Int64(exactly: rounded * unit) else { throw .integerOverflow }
    return result
  }
}
