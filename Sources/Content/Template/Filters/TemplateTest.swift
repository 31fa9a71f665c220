/// A test, as in `is defined`: its names, its parameters, and its answer.
struct TemplateTest: Sendable {
  typealias Application =
    @Sendable (inout TemplateRenderer, TemplateValue, TemplateBoundArguments) throws(TemplateFault) -> Bool

  let names: [String]
  let signature: TemplateSignature
  private let answer: Application

  var name: String { names[0] }

  private init(
    _ names: String..., parameters: [String] = [], _ answer: @escaping Application
  ) {
    self.names = names
    signature = TemplateSignature(parameters, required: parameters.count)
    self.answer = answer
  }

  func apply(
    _ renderer: inout TemplateRenderer, _ value: TemplateValue, _ arguments: TemplateCallArguments
  ) throws(TemplateFault) -> Bool {
    try answer(&renderer, value, arguments.bound(to: signature, of: name))
  }

  private static let table: [String: TemplateTest] = {
    var table: [String: TemplateTest] = [:]
    for test in kindTests + numberTests + comparisonTests {
      for name in test.names { table[name] = test }
    }
    return table
  }()

  static func named(_ name: String) -> TemplateTest? { table[name] }

  static let names: [String] = table.keys.sorted()
}

// MARK: Kinds

extension TemplateTest {
  private static let kindTests: [TemplateTest] = [
    TemplateTest("defined") { _, value, _ throws(TemplateFault) in value.undefined == nil },
    TemplateTest("undefined") { _, value, _ throws(TemplateFault) in value.undefined != nil },
    TemplateTest("none") { _, value, _ throws(TemplateFault) in
      if case .none = value { true } else { false }
    },
    TemplateTest("boolean") { _, value, _ throws(TemplateFault) in
      if case .boolean = value { true } else { false }
    },
    TemplateTest("true") { _, value, _ throws(TemplateFault) in
      if case .boolean(true) = value { true } else { false }
    },
    TemplateTest("false") { _, value, _ throws(TemplateFault) in
      if case .boolean(false) = value { true } else { false }
    },
    TemplateTest("integer") { _, value, _ throws(TemplateFault) in
      if case .integer = value { true } else { false }
    },
    TemplateTest("float") { _, value, _ throws(TemplateFault) in
      if case .float = value { true } else { false }
    },
    TemplateTest("number") { _, value, _ throws(TemplateFault) in PythonNumber(value) != nil },
    TemplateTest("string") { _, value, _ throws(TemplateFault) in
      if case .text = value { true } else { false }
    },
    TemplateTest("escaped") { _, value, _ throws(TemplateFault) in
      if case .text(let text) = value { text.isMarkup } else { false }
    },
    TemplateTest("mapping") { _, value, _ throws(TemplateFault) in
      if case .mapping = value { true } else { false }
    },
    TemplateTest("sequence") { _, value, _ throws(TemplateFault) in
      switch value {
      case .text, .list, .tuple, .mapping: true
      case .undefined(let undefined): undefined.isLenient
      default: false
      }
    },
    TemplateTest("iterable") { _, value, _ throws(TemplateFault) in
      switch value {
      case .text, .list, .tuple, .mapping, .iterator, .loop: return true
      case .undefined(let undefined):
        guard undefined.isLenient else { throw undefined.fault }
        return true
      default: return false
      }
    },
    TemplateTest("lower") { renderer, value, _ throws(TemplateFault) in
      try isAll(value, lowercase: true, &renderer)
    },
    TemplateTest("upper") { renderer, value, _ throws(TemplateFault) in
      try isAll(value, lowercase: false, &renderer)
    },
  ]

  private static func isAll(
    _ value: TemplateValue, lowercase: Bool, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> Bool {
    let text = try renderer.text(value)
    try renderer.chargeCharacters(text)
    return PythonText.isAll(text.string, lowercase: lowercase)
  }
}

// MARK: Numbers

extension TemplateTest {
  private static let numberTests: [TemplateTest] = [
    TemplateTest("odd") { renderer, value, _ throws(TemplateFault) in
      try isRemainder(1, of: value, by: .integer(2), &renderer)
    },
    TemplateTest("even") { renderer, value, _ throws(TemplateFault) in
      try isRemainder(0, of: value, by: .integer(2), &renderer)
    },
    TemplateTest("divisibleby", parameters: ["num"]) { renderer, value, arguments throws(TemplateFault) in
      try isRemainder(0, of: value, by: arguments.required(0), &renderer)
    },
  ]

  /// `value % divisor == remainder`, which for a text means formatting it: that never gives a number.
  private static func isRemainder(
    _ remainder: Int64, of value: TemplateValue, by divisor: TemplateValue, _ renderer: inout TemplateRenderer
  ) throws(TemplateFault) -> Bool {
    if case .text = value {
      do throws(TemplateFault) {
        _ = try renderer.binary(.modulo, value, divisor)
        return false
      } catch {
        guard error.kind == .value else { throw error }
        throw .value("no text is odd, even or divisible; make it a number with the filter 'int'")
      }
    }
    return try renderer.areEqual(renderer.binary(.modulo, value, divisor), .integer(remainder))
  }
}

// MARK: Comparisons

extension TemplateTest {
  private static let comparisonTests: [TemplateTest] = [
    comparison(.equal, "eq", "equalto", "=="),
    comparison(.notEqual, "ne", "!="),
    comparison(.less, "lt", "lessthan", "<"),
    comparison(.lessOrEqual, "le", "<="),
    comparison(.greater, "gt", "greaterthan", ">"),
    comparison(.greaterOrEqual, "ge", ">="),
    TemplateTest("in", parameters: ["seq"]) { renderer, value, arguments throws(TemplateFault) in
      try renderer.contains(arguments.required(0), value)
    },
    TemplateTest("sameas", parameters: ["other"]) { _, value, arguments throws(TemplateFault) in
      TemplateRenderer.areIdentical(value, arguments.required(0))
    },
  ]

  private static func comparison(_ comparator: TemplateComparator, _ names: String...) -> TemplateTest {
    let signature = TemplateSignature(["other"], required: 1)
    return TemplateTest(names: names, signature: signature) { renderer, value, arguments throws(TemplateFault) in
      try renderer.compare(comparator, value, arguments.required(0))
    }
  }

  private init(names: [String], signature: TemplateSignature, _ answer: @escaping Application) {
    self.names = names
    self.signature = signature
    self.answer = answer
  }
}
