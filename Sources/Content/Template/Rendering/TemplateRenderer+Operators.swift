extension TemplateRenderer {
  mutating func unary(_ sign: TemplateUnaryOperator, _ value: TemplateValue) throws(TemplateFault) -> TemplateValue {
    guard let number = PythonNumber(value) else {
      if let undefined = value.undefined { throw undefined.fault }
      throw .value("'\(sign.rawValue)' needs a number, not \(value.kind)")
    }
    switch (sign, number) {
    case (.plus, .integer(let value)): return .integer(value)
    case (.plus, .float(let value)): return .float(value)
    case (.minus, .integer(let value)):
      return .integer(try PythonArithmetic.checked(Int64(0).subtractingReportingOverflow(value)))
    case (.minus, .float(let value)): return .float(-value)
    }
  }

  mutating func binary(
    _ kind: TemplateBinaryOperator, _ left: TemplateValue, _ right: TemplateValue
  ) throws(TemplateFault) -> TemplateValue {
    if let left = PythonNumber(left), let right = PythonNumber(right) {
      return try PythonArithmetic.compute(kind, left, right)
    }
    if kind == .modulo, case .text(let format) = left { return .text(try self.format(format, with: right)) }
    if let undefined = left.undefined ?? right.undefined { throw undefined.fault }
    switch (kind, left, right) {
    case (.add, .text(let left), .text(let right)): return .text(try concatenate(left, right))
    case (.add, .list(let left), .list(let right)):
      try chargeList(left.elements.count + right.elements.count)
      return try list(left.elements + right.elements)
    case (.add, .tuple(let left), .tuple(let right)):
      try chargeList(left.elements.count + right.elements.count)
      return try tuple(left.elements + right.elements)
    case (.multiply, _, _):
      if let repeated = try multiply(left, by: right) { return repeated }
      if let repeated = try multiply(right, by: left) { return repeated }
      throw Self.mismatch(kind, left, right)
    default: throw Self.mismatch(kind, left, right)
    }
  }

  private static func mismatch(
    _ kind: TemplateBinaryOperator, _ left: TemplateValue, _ right: TemplateValue
  ) -> TemplateFault {
    let hint =
      switch (kind, left, right) {
      case (.add, .text, _), (.add, _, .text): "; put texts together with '~', or turn the text into a number first"
      default: ""
      }
    return .value("'\(kind.rawValue)' does not work on \(left.kind) and \(right.kind)\(hint)")
  }

  /// A text or list repeated; `nil` when the two are not that.
  private mutating func multiply(_ value: TemplateValue, by count: TemplateValue) throws(TemplateFault)
    -> TemplateValue?
  {
    let times: Int
    switch count {
    case .integer(let count): times = Int(max(0, count))
    case .boolean(let count): times = count ? 1 : 0
    default: return nil
    }
    switch value {
    case .text(let text):
      let (size, overflow) = text.size.multipliedReportingOverflow(by: times)
      try chargeText(overflow ? .max : size)
      return .text(TemplateText(size == 0 ? "" : String(repeating: text.string, count: times), isMarkup: text.isMarkup))
    case .list(let sequence), .tuple(let sequence):
      let (size, overflow) = sequence.elements.count.multipliedReportingOverflow(by: times)
      try chargeList(overflow ? .max / 32 : size)
      var elements: [TemplateValue] = []
      elements.reserveCapacity(size)
      for _ in 0..<(size == 0 ? 0 : times) { elements += sequence.elements }
      if case .list = value { return try list(elements) }
      return try tuple(elements)
    default: return nil
    }
  }
}
