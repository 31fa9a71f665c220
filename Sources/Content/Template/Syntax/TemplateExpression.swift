/// An expression. The parser leaves names without slots; `TemplateCompiler` gives them and folds constants.
indirect enum TemplateExpression: Sendable {
  case constant(TemplateValue)
  case name(TemplateName)
  /// What a block filter is applied to: the text its block produced.
  case capturedText
  case attribute(TemplateExpression, name: String, offset: Int)
  case item(TemplateExpression, key: TemplateExpression, offset: Int)
  case slice(TemplateExpression, TemplateSlice, offset: Int)
  case list([TemplateExpression])
  case tuple([TemplateExpression])
  case mapping([TemplatePair], offset: Int)
  case unary(TemplateUnaryOperator, TemplateExpression, offset: Int)
  case binary(TemplateBinaryOperator, TemplateExpression, TemplateExpression, offset: Int)
  case and(TemplateExpression, TemplateExpression, offset: Int)
  case or(TemplateExpression, TemplateExpression, offset: Int)
  case not(TemplateExpression, offset: Int)
  case comparison(TemplateExpression, [TemplateComparison], offset: Int)
  case concatenation([TemplateExpression], offset: Int)
  case conditional(test: TemplateExpression, then: TemplateExpression, else: TemplateExpression?, offset: Int)
  case filter(TemplateFilterUse)
  case test(TemplateTestUse)
  case loopCall(TemplateLoopCall)
  /// What fails as soon as it is evaluated.
  case failure(String, offset: Int)
}

struct TemplateName: Sendable {
  let name: String
  let offset: Int
  /// The register that holds the value; -1 before compilation.
  var slot = -1
}

struct TemplateSlice: Sendable {
  var lower: TemplateExpression?
  var upper: TemplateExpression?
  var step: TemplateExpression?

  var parts: [TemplateExpression] { [lower, upper, step].compactMap(\.self) }
}

struct TemplatePair: Sendable {
  var key: TemplateExpression
  var value: TemplateExpression
}

struct TemplateComparison: Sendable {
  let comparator: TemplateComparator
  var operand: TemplateExpression
}

enum TemplateUnaryOperator: String, Sendable {
  case plus = "+"
  case minus = "-"
}

enum TemplateBinaryOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case modulo = "%"
  case power = "**"
  /// Jinja2 writes `(-2) ** x` to Python without the brackets when the left side is a constant, and Python then
  /// negates the power. The left operand is the constant without its sign.
  case negatedPower = "-**"
}

enum TemplateComparator: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
  case isNotIn = "not in"
}

/// The arguments of a filter, a test or one of the loop's functions.
struct TemplateArguments: Sendable {
  struct Keyword: Sendable {
    let name: String
    var value: TemplateExpression
  }

  var positional: [TemplateExpression] = []
  var keywords: [Keyword] = []
  /// `*rest` and `**rest`.
  var positionalRest: TemplateExpression?
  var keywordRest: TemplateExpression?

  var isPlain: Bool { keywords.isEmpty && positionalRest == nil && keywordRest == nil }
  var isEmpty: Bool { positional.isEmpty && isPlain }

  var expressions: [TemplateExpression] {
    positional + keywords.map(\.value) + [positionalRest, keywordRest].compactMap(\.self)
  }

  func map<Failure>(
    _ transform: (TemplateExpression) throws(Failure) -> TemplateExpression
  ) throws(Failure) -> TemplateArguments {
    var result = self
    for index in positional.indices { result.positional[index] = try transform(positional[index]) }
    for index in keywords.indices { result.keywords[index].value = try transform(keywords[index].value) }
    if let positionalRest { result.positionalRest = try transform(positionalRest) }
    if let keywordRest { result.keywordRest = try transform(keywordRest) }
    return result
  }
}

struct TemplateFilterUse: Sendable {
  let filter: TemplateFilter
  var input: TemplateExpression
  var arguments: TemplateArguments
  let offset: Int
}

struct TemplateTestUse: Sendable {
  let test: TemplateTest
  var input: TemplateExpression
  var arguments: TemplateArguments
  let offset: Int
}

/// `loop.cycle(…)`, `loop.changed(…)` or `loop(…)`, the only calls there are.
struct TemplateLoopCall: Sendable {
  enum Function: String, Sendable {
    case cycle = "loop.cycle"
    case changed = "loop.changed"
    /// Runs the body of a recursive loop over other elements.
    case again = "loop"

    init?(attribute name: String) { self.init(rawValue: "loop." + name) }
  }

  let function: Function
  var loop: TemplateExpression
  var arguments: TemplateArguments
  let offset: Int
}

extension TemplateExpression {
  /// The expressions directly within this one, in the order of their text.
  var children: [TemplateExpression] {
    switch self {
    case .constant, .name, .capturedText, .failure: []
    case .attribute(let base, _, _), .unary(_, let base, _), .not(let base, _): [base]
    case .item(let left, let right, _), .binary(_, let left, let right, _), .and(let left, let right, _),
      .or(let left, let right, _):
      [left, right]
    case .slice(let base, let slice, _): [base] + slice.parts
    case .list(let elements), .tuple(let elements), .concatenation(let elements, _): elements
    case .mapping(let pairs, _): pairs.flatMap { [$0.key, $0.value] }
    case .comparison(let first, let rest, _): [first] + rest.map(\.operand)
    case .conditional(let test, let then, let otherwise, _): [then, test] + [otherwise].compactMap(\.self)
    case .filter(let use): [use.input] + use.arguments.expressions
    case .test(let use): [use.input] + use.arguments.expressions
    case .loopCall(let call): [call.loop] + call.arguments.expressions
    }
  }

  /// The expression with each of its direct children replaced.
  func mapChildren<Failure>(
    _ transform: (TemplateExpression) throws(Failure) -> TemplateExpression
  ) throws(Failure) -> TemplateExpression {
    func all(_ expressions: [TemplateExpression]) throws(Failure) -> [TemplateExpression] {
      var result = expressions
      for index in result.indices { result[index] = try transform(result[index]) }
      return result
    }
    switch self {
    case .constant, .name, .capturedText, .failure: return self
    case .attribute(let base, let name, let offset):
      return .attribute(try transform(base), name: name, offset: offset)
    case .item(let base, let key, let offset):
      return .item(try transform(base), key: try transform(key), offset: offset)
    case .slice(let base, var slice, let offset):
      let base = try transform(base)
      if let lower = slice.lower { slice.lower = try transform(lower) }
      if let upper = slice.upper { slice.upper = try transform(upper) }
      if let step = slice.step { slice.step = try transform(step) }
      return .slice(base, slice, offset: offset)
    case .list(let elements): return .list(try all(elements))
    case .tuple(let elements): return .tuple(try all(elements))
    case .mapping(var pairs, let offset):
      for index in pairs.indices {
        pairs[index].key = try transform(pairs[index].key)
        pairs[index].value = try transform(pairs[index].value)
      }
      return .mapping(pairs, offset: offset)
    case .unary(let sign, let operand, let offset): return .unary(sign, try transform(operand), offset: offset)
    case .binary(let kind, let left, let right, let offset):
      return .binary(kind, try transform(left), try transform(right), offset: offset)
    case .and(let left, let right, let offset): return .and(try transform(left), try transform(right), offset: offset)
    case .or(let left, let right, let offset): return .or(try transform(left), try transform(right), offset: offset)
    case .not(let operand, let offset): return .not(try transform(operand), offset: offset)
    case .comparison(let first, var rest, let offset):
      let first = try transform(first)
      for index in rest.indices { rest[index].operand = try transform(rest[index].operand) }
      return .comparison(first, rest, offset: offset)
    case .concatenation(let parts, let offset): return .concatenation(try all(parts), offset: offset)
    case .conditional(let test, let then, let otherwise, let offset):
      let test = try transform(test)
      let then = try transform(then)
      var replaced: TemplateExpression?
      if let otherwise { replaced = try transform(otherwise) }
      return .conditional(test: test, then: then, else: replaced, offset: offset)
    case .filter(var use):
      use.input = try transform(use.input)
      use.arguments = try use.arguments.map(transform)
      return .filter(use)
    case .test(var use):
      use.input = try transform(use.input)
      use.arguments = try use.arguments.map(transform)
      return .test(use)
    case .loopCall(var call):
      call.loop = try transform(call.loop)
      call.arguments = try call.arguments.map(transform)
      return .loopCall(call)
    }
  }

  /// Whether the tree has more than `limit` levels. Never looks deeper than that.
  func isDeeper(than limit: Int) -> Bool {
    if case .constant = self { return false }
    let children = children
    return !children.isEmpty && (limit <= 1 || children.contains { $0.isDeeper(than: limit - 1) })
  }
}
