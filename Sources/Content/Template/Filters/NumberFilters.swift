import Glibc

/// Filters that make numbers, and texts of numbers.
extension TemplateFilter {
  static let numberFilters: [TemplateFilter] = [
    TemplateFilter("abs") { _, value, _ throws(TemplateFault) in
      switch PythonNumber(value) {
      case .integer(let value)?:
        return .integer(value < 0 ? try PythonArithmetic.checked(Int64(0).subtractingReportingOverflow(value)) : value)
      case .float(let value)?: return .float(value.magnitude)
      case nil:
        if let undefined = value.undefined { throw undefined.fault }
        throw .value("'abs' works on a number, not on \(value.kind)")
      }
    },
    TemplateFilter("int", parameters: ["default", "base"]) { renderer, value, arguments throws(TemplateFault) in
      try integer(value, arguments, &renderer)
    },
    TemplateFilter("float", parameters: ["default"]) { renderer, value, arguments throws(TemplateFault) in
      try float(value, &renderer).map(TemplateValue.float) ?? arguments[0] ?? .float(0)
    },
    TemplateFilter("round", parameters: ["precision", "method"]) { renderer, value, arguments throws(TemplateFault) in
      try round(value, arguments, &renderer)
    },
    TemplateFilter("sum", parameters: ["attribute", "start"]) { renderer, value, arguments throws(TemplateFault) in
      try sum(value, arguments, &renderer)
    },
    TemplateFilter("filesizeformat", parameters: ["binary"]) { renderer, value, arguments throws(TemplateFault) in
      guard let bytes = try float(value, &renderer) else {
        throw .value("'filesizeformat' works on a number of bytes, not on \(value.kind)")
      }
      try renderer.charge(600)
      return .text(try fileSize(bytes, isBinary: renderer.flag(arguments[0])))
    },
  ]

  // MARK: int and float

  /// `float(value)`; `nil` where Python raises an error that `float` answers with its default.
  private static func float(
    _ value: TemplateValue, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> Double? {
    switch value {
    case .undefined(let undefined): throw undefined.fault
    case .text(let text):
      try renderer.chargeCharacters(text)
      return PythonNumber.float(from: text.string)
    default: return PythonNumber(value)?.double
    }
  }

  private static func integer(
    _ value: TemplateValue, _ arguments: TemplateBoundArguments, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    let missing = arguments[0] ?? .integer(0)
    switch PythonNumber(value) {
    case .integer(let value)?: return .integer(value)
    case .float(let value)?: return value.isNaN ? missing : .integer(try PythonConversion.truncated(value))
    case nil: break
    }
    guard let float = try float(value, &renderer) else {
      // What no float can be may still be an integer in another base.
      return try integer(value, base: arguments[1]) ?? missing
    }
    if let integer = try integer(value, base: arguments[1]) { return integer }
    return float.isFinite ? .integer(try PythonConversion.truncated(float)) : missing
  }

  private static func integer(
    _ value: TemplateValue, base: TemplateValue?
  ) throws(TemplateFault) -> TemplateValue? {
    guard case .text(let text) = value, case .integer(let base)? = PythonNumber(base ?? .integer(10)) else {
      return nil
    }
    switch PythonNumber.integer(from: text.string, base: Int(clamping: base)) {
    case .integer(let value): return .integer(value)
    case .tooLarge: throw .integerOverflow
    case .invalid: return nil
    }
  }

  // MARK: round

  private static func round(
    _ value: TemplateValue, _ arguments: TemplateBoundArguments, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    let method: String
    switch arguments[1] {
    case nil: method = "common"
    case .text(let text): method = text.string
    default: method = ""
    }
    guard ["common", "ceil", "floor"].contains(method) else {
      throw .value("'round' knows the methods 'common', 'ceil' and 'floor'")
    }
    let precision = arguments[0] ?? .integer(0)
    if method != "common" { return try roundToward(method == "ceil" ? .up : .down, value, precision, &renderer) }
    guard let number = PythonNumber(value) else {
      if let undefined = value.undefined { throw undefined.fault }
      throw .value("'round' works on a number, not on \(value.kind)")
    }
    if precision.isNone {
      switch number {
      case .integer(let value): return .integer(value)
      case .float(let value): return .integer(try PythonConversion.truncated(value.rounded(.toNearestOrEven)))
      }
    }
    let digits = try renderer.index(precision, default: 0, of: "precision")
    try renderer.charge(digits < 0 ? 4000 : 800)
    switch number {
    case .integer(let value): return .integer(try PythonArithmetic.round(value, digits: digits))
    case .float(let value):
      let rounded = PythonArithmetic.round(value, digits: digits)
      guard rounded.isFinite || !value.isFinite else { throw .value("the rounded number is too large") }
      return .float(rounded)
    }
  }

  /// `ceil(value * 10 ** precision) / 10 ** precision`, step by step as Jinja2 computes it.
  private static func roundToward(
    _ rule: FloatingPointRoundingRule, _ value: TemplateValue, _ precision: TemplateValue,
    _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    try renderer.charge(600)
    let scale = try renderer.binary(.power, .integer(10), precision)
    let scaled = try renderer.binary(.multiply, value, scale)
    let whole: Int64
    switch PythonNumber(scaled) {
    case .integer(let value)?: whole = value
    case .float(let value)?: whole = try PythonConversion.truncated(value.rounded(rule))
    case nil: throw .value("'round' works on a number, not on \(value.kind)")
    }
    return try renderer.binary(.divide, .integer(whole), scale)
  }

  // MARK: sum

  private static func sum(
    _ value: TemplateValue, _ arguments: TemplateBoundArguments, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> TemplateValue {
    var sum = arguments[1] ?? .integer(0)
    if case .text = sum { throw .value("'sum' adds numbers; use 'join' for texts") }
    let attribute = TemplateAttribute(arguments.required(0))
    var cursor = try renderer.cursor(over: value)
    while let element = try renderer.next(&cursor) {
      sum = try renderer.binary(.add, sum, renderer.read(attribute, of: element))
    }
    return sum
  }

  // MARK: filesizeformat

  private static func fileSize(_ bytes: Double, isBinary: Bool) throws(TemplateFault) -> String {
    let base: Double = isBinary ? 1024 : 1000
    if bytes == 1 { return "1 Byte" }
    if bytes < base { return "\(try PythonConversion.truncated(bytes)) Bytes" }
    let prefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"]
    // Written out, since powers of ten beyond these are rounded and a product of them would be rounded twice.
    let units: [Double] = [1e6, 1e9, 1e12, 1e15, 1e18, 1e21, 1e24, 1e27]
    for (index, prefix) in prefixes.enumerated() {
      let unit = isBinary ? scalbn(1, Int32(10 * (index + 2))) : units[index]
      guard bytes < unit || index == prefixes.count - 1 else { continue }
      return scaled(base * bytes / unit, isBinary ? PythonText.uppercased(prefix) + "i" : prefix)
    }
    return ""
  }

  private static func scaled(_ value: Double, _ prefix: String) -> String {
    let number = value.isFinite ? PythonNumber.formatted(value, "f", precision: 1) : PythonNumber.text(value)
    return number + " " + prefix + "B"
  }
}
