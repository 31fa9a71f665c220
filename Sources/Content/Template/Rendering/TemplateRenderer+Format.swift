extension TemplateRenderer {
  /// `format % arguments`, Python's formatting after `printf`. When the format is markup, what is put in is escaped.
  mutating func format(
    _ format: TemplateText, with arguments: TemplateValue
  ) throws(TemplateFault) -> TemplateText {
    try chargeText(format.size)
    try charge(100 + 8 * format.size)
    var formatter = PythonFormatter(format, arguments)
    return TemplateText(try formatter.run(&self), isMarkup: format.isMarkup)
  }
}

/// One run over a format, as CPython's `unicodeobject.c` makes it.
private struct PythonFormatter {
  private struct Specification {
    var isLeft = false
    var showsSign = false
    var leavesBlank = false
    var isAlternate = false
    var fillsZeros = false
    var width: Int?
    var precision: Int?
    var conversion: Unicode.Scalar = "s"
  }

  /// Where the next value comes from.
  private enum Arguments {
    case several([TemplateValue])
    case one(TemplateValue)
  }

  private var rest: Substring.UnicodeScalarView
  private let escapes: Bool
  /// What `%(name)s` looks in, when there are named values or a list.
  private let mapping: TemplateValue?
  private var arguments: Arguments
  private var next = 0
  private var result = TextBuilder()

  init(_ format: TemplateText, _ value: TemplateValue) {
    rest = format.string.unicodeScalars[...]
    escapes = format.isMarkup
    switch value {
    case .tuple(let sequence): (arguments, mapping) = (.several(sequence.elements), nil)
    // What has elements by a key counts as a mapping, and then need not be used up.
    case .mapping, .list, .undefined: (arguments, mapping) = (.one(value), value)
    default: (arguments, mapping) = (.one(value), nil)
    }
  }

  mutating func run(_ renderer: inout TemplateRenderer) throws(TemplateFault) -> String {
    while !rest.isEmpty {
      let text = Substring(rest)
      let percent = text.utf8.firstIndex(of: UInt8(ascii: "%")) ?? text.endIndex
      try renderer.charge(64)
      result.append(text[..<percent])
      rest = rest[percent...].dropFirst()
      guard percent < text.endIndex else { break }
      if rest.first == "%" {
        rest.removeFirst()
        result.append("%")
        continue
      }
      let specification = try self.specification(&renderer)
      result.append(try convert(specification, &renderer))
      guard result.bytes.count <= renderer.limits.valueBytes else {
        throw .bound("a text would be longer than \(renderer.limits.valueBytes) bytes")
      }
    }
    if mapping == nil, hasUnused { throw .value("there are more values than the format asks for") }
    return result.text
  }

  private var hasUnused: Bool {
    switch arguments {
    case .several(let values): next < values.count
    case .one: next == 0
    }
  }

  private mutating func argument() throws(TemplateFault) -> TemplateValue {
    defer { next += 1 }
    switch arguments {
    case .several(let values) where next < values.count: return values[next]
    case .one(let value) where next == 0: return value
    default: throw .value("there are fewer values than the format asks for")
    }
  }

  // MARK: Specifications

  private mutating func specification(_ renderer: inout TemplateRenderer) throws(TemplateFault) -> Specification {
    var specification = Specification()
    if rest.first == "(" { try selectNamed(&renderer) }
    flags: while let flag = rest.first {
      switch flag {
      case "-": specification.isLeft = true
      case "+": specification.showsSign = true
      case " ": specification.leavesBlank = true
      case "#": specification.isAlternate = true
      case "0": specification.fillsZeros = true
      default: break flags
      }
      rest.removeFirst()
    }
    if let width = try number(renderer.limits) {
      if width < 0 { specification.isLeft = true }
      specification.width = abs(width)
    }
    if rest.first == "." {
      rest.removeFirst()
      specification.precision = max(0, try number(renderer.limits) ?? 0)
    }
    if let modifier = rest.first, modifier == "h" || modifier == "l" || modifier == "L" { rest.removeFirst() }
    guard let conversion = rest.popFirst() else { throw .value("the format ends within a placeholder") }
    specification.conversion = conversion
    return specification
  }

  private mutating func selectNamed(_ renderer: inout TemplateRenderer) throws(TemplateFault) {
    guard let mapping else { throw .value("a format with '%(name)s' needs named values") }
    rest.removeFirst()
    var name = String.UnicodeScalarView()
    var depth = 1
    while let scalar = rest.popFirst() {
      if scalar == "(" { depth += 1 }
      if scalar == ")" { depth -= 1 }
      if depth == 0 { break }
      name.append(scalar)
    }
    guard depth == 0 else { throw .value("the format has a '%(' without its ')'") }
    switch mapping {
    case .mapping(let members):
      guard let value = members[String(name)] else { throw .value("the format asks for '\(name)', which is not given") }
      arguments = .one(value)
      next = 0
    case .undefined(let undefined): throw undefined.fault
    default: throw .value("a format with '%(name)s' needs named values, not \(mapping.kind)")
    }
  }

  /// A width or precision: digits, or a star for the next value.
  private mutating func number(_ limits: TemplateLimits) throws(TemplateFault) -> Int? {
    if rest.first == "*" {
      rest.removeFirst()
      let value = try argument()
      // A format that is markup wraps its values, and a wrapped number is no number here.
      guard !escapes, case .integer(let number)? = PythonNumber(value), !value.isFloat else {
        throw .value("'*' in a format needs a whole number")
      }
      guard number.magnitude <= limits.valueBytes else { throw Self.tooWide(limits) }
      return Int(number)
    }
    var digits: Int?
    while let scalar = rest.first, PythonText.isASCIIDigit(scalar) {
      rest.removeFirst()
      let number = (digits ?? 0) * 10 + Int(scalar.value - 0x30)
      guard number <= limits.valueBytes else { throw Self.tooWide(limits) }
      digits = number
    }
    return digits
  }

  private static func tooWide(_ limits: TemplateLimits) -> TemplateFault {
    .bound("a format asks for more than \(limits.valueBytes) characters")
  }

  // MARK: Conversions

  private mutating func convert(
    _ specification: Specification, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> String {
    let value = try argument()
    try renderer.charge(600 + (specification.width ?? 0) + (specification.precision ?? 0))
    switch specification.conversion {
    case "s", "r", "a":
      let text = try text(value, specification.conversion, &renderer)
      return padded(text, specification, isNumber: false)
    case "d", "i", "u", "x", "X", "o":
      return padded(try integer(value, specification), specification, isNumber: true)
    case "e", "E", "f", "F", "g", "G":
      try renderer.charge(1500)
      return padded(try float(value, specification), specification, isNumber: true)
    case "c": return padded(try character(value), specification, isNumber: false)
    default: throw .value("a format has no '%\(specification.conversion)'")
    }
  }

  private func text(
    _ value: TemplateValue, _ conversion: Unicode.Scalar, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> String {
    if conversion == "s" { return escapes ? try renderer.escaped(value).string : try renderer.string(value) }
    var text = try renderer.representation(value)
    if escapes { text = HTMLEscaping.escaped(text) }
    guard conversion == "a" else { return text }
    // `ascii` escapes what is beyond ASCII in the finished representation.
    let escaped = TemplateRenderer.literal(text, isASCII: true).dropFirst().dropLast()
    return text.utf8.allSatisfy { $0 < 0x80 } ? text : unquoted(String(escaped))
  }

  /// A literal's inside with the escapes undone that it has for ASCII characters.
  private func unquoted(_ literal: String) -> String {
    var result = String.UnicodeScalarView()
    var rest = literal.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "\\", let next = rest.first, next == "\\" || next == "'" || next == "\"" {
        result.append(next)
        rest.removeFirst()
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private func integer(
    _ value: TemplateValue, _ specification: Specification
  ) throws(TemplateFault) -> String {
    let isDecimal = ["d", "i", "u"].contains(specification.conversion)
    let number: Int64
    switch (PythonNumber(value), value) {
    case (.integer(let value), _) where isDecimal || !escapes: number = value
    case (.float(let value), _) where isDecimal: number = try PythonConversion.truncated(value)
    case (_, .text(let text)) where isDecimal && escapes: number = try PythonConversion.integer(text.string, base: 10)
    case (_, .undefined(let undefined)): throw undefined.fault
    default: throw .value("'%\(specification.conversion)' in a format needs a whole number, not \(value.kind)")
    }
    let radix = isDecimal ? 10 : specification.conversion == "o" ? 8 : 16
    var digits = String(number.magnitude, radix: radix, uppercase: specification.conversion == "X")
    if let precision = specification.precision {
      digits = String(repeating: "0", count: max(0, precision - digits.utf8.count)) + digits
    }
    let prefix = !isDecimal && specification.isAlternate ? "0\(specification.conversion)" : ""
    return (number < 0 ? "-" : "") + prefix + digits
  }

  private func float(
    _ value: TemplateValue, _ specification: Specification
  ) throws(TemplateFault) -> String {
    let number: Double
    switch (PythonNumber(value), value) {
    case (let value?, _): number = value.double
    case (_, .text(let text)) where escapes:
      guard let value = PythonNumber.float(from: text.string) else { throw .value("'\(text.string)' is no number") }
      number = value
    case (_, .undefined(let undefined)): throw undefined.fault
    default: throw .value("'%\(specification.conversion)' in a format needs a number, not \(value.kind)")
    }
    guard number.isFinite else {
      let text = number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
      return specification.conversion.properties.isUppercase ? PythonText.uppercased(text) : text
    }
    return PythonNumber.formatted(
      number, Character(specification.conversion), precision: specification.precision ?? 6,
      isAlternate: specification.isAlternate)
  }

  private func character(_ value: TemplateValue) throws(TemplateFault) -> String {
    if !escapes {
      switch value {
      case .text(let text) where text.count == 1: return text.string
      case .integer(let code):
        if let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) { return String(Character(scalar)) }
      case .boolean(let bit): return bit ? "\u{1}" : "\u{0}"
      default: break
      }
    }
    throw .value("'%c' in a format needs one character or its number")
  }

  // MARK: Padding

  /// As CPython's `unicode_format_arg_output`.
  private func padded(_ text: String, _ specification: Specification, isNumber: Bool) -> String {
    let isPlain = specification.width == nil && !specification.showsSign && !specification.leavesBlank
    if isPlain, isNumber || specification.precision == nil { return text }
    var scalars = Array(text.unicodeScalars)[...]
    if !isNumber, specification.conversion != "c", let precision = specification.precision {
      scalars = scalars.prefix(precision)
    }
    var sign = ""
    if isNumber {
      if let first = scalars.first, first == "-" || first == "+" {
        sign = String(Character(scalars.removeFirst()))
      } else if specification.showsSign {
        sign = "+"
      } else if specification.leavesBlank {
        sign = " "
      }
    }
    let isPrefixed = specification.isAlternate && ["x", "X", "o"].contains(specification.conversion)
    let prefix = isPrefixed ? String(String.UnicodeScalarView(scalars.prefix(2))) : ""
    if isPrefixed { scalars = scalars.dropFirst(2) }
    let body = String(String.UnicodeScalarView(scalars))
    let missing = max(0, (specification.width ?? 0) - scalars.count - sign.utf8.count - prefix.utf8.count)
    if specification.isLeft { return sign + prefix + body + String(repeating: " ", count: missing) }
    if isNumber, specification.fillsZeros { return sign + prefix + String(repeating: "0", count: missing) + body }
    return String(repeating: " ", count: missing) + sign + prefix + body
  }
}

extension TemplateValue {
  fileprivate var isFloat: Bool {
    if case .float = self { true } else { false }
  }
}
