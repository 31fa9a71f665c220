extension TemplateRenderer {
  /// What evaluating one node is charged with.
  private static let nodeCost = 6

  mutating func evaluate(_ expression: TemplateExpression) throws(TemplateFault) -> TemplateValue {
    try charge(Self.nodeCost)
    evaluationDepth += 1
    defer { evaluationDepth -= 1 }
    switch expression {
    case .constant(let value): return value
    case .name(let name): return slots[name.slot] ?? undefined(name)
    case .capturedText: return capturedText
    case .attribute(let base, let name, let offset): return try evaluateAttribute(base, name, expression, offset)
    case .item(let base, let key, let offset): return try evaluateItem(base, key, expression, offset)
    case .slice(let base, let slice, let offset): return try evaluateSlice(base, slice, offset)
    case .list(let elements):
      try chargeList(elements.count)
      return try list(evaluateAll(elements))
    case .tuple(let elements):
      try chargeList(elements.count)
      return try tuple(evaluateAll(elements))
    case .mapping(let pairs, let offset): return try evaluateMapping(pairs, offset)
    case .unary(let sign, let operand, let offset): return try evaluateUnary(sign, operand, offset)
    case .binary(let kind, let left, let right, let offset): return try evaluateBinary(kind, left, right, offset)
    case .and(let left, let right, let offset): return try evaluateLogical(left, right, decidedBy: false, offset)
    case .or(let left, let right, let offset): return try evaluateLogical(left, right, decidedBy: true, offset)
    case .not(let operand, let offset):
      let value = try evaluate(operand)
      position = offset
      return .boolean(try !isTrue(value))
    case .comparison(let first, let rest, let offset): return try evaluateComparison(first, rest, offset)
    case .concatenation(let parts, let offset): return try evaluateConcatenation(parts, offset)
    case .conditional(let test, let then, let otherwise, let offset):
      return try evaluateConditional(test, then, otherwise, offset)
    case .filter(let use): return try evaluateFilter(use)
    case .test(let use): return try evaluateTest(use)
    case .loopCall(let call): return try evaluateLoopCall(call)
    case .failure(let reason, let offset): throw TemplateFault(.value, reason, at: offset)
    }
  }

  private func undefined(_ name: TemplateName) -> TemplateValue {
    .undefined(TemplateUndefined(path: name.name, offset: name.offset))
  }

  private mutating func evaluateAll(_ expressions: [TemplateExpression]) throws(TemplateFault) -> [TemplateValue] {
    var values: [TemplateValue] = []
    values.reserveCapacity(expressions.count)
    for expression in expressions { values.append(try evaluate(expression)) }
    return values
  }

  // MARK: Lenient rendering

  /// The result of an operation. In a preview, one that fails for want of a value is noted as missing, and `standIn` says
  /// what stands for its result.
  mutating func tolerating<Result>(
    _ operation: (inout TemplateRenderer) throws(TemplateFault) -> Result, _ standIn: (TemplateUndefined) -> Result
  ) throws(TemplateFault) -> Result {
    guard mode == .lenient else { return try operation(&self) }
    do throws(TemplateFault) {
      return try operation(&self)
    } catch {
      guard error.kind == .undefined, let path = error.variable else { throw error }
      let undefined = TemplateUndefined(path: path, offset: error.offset ?? position)
      noteMissing(undefined)
      return standIn(undefined)
    }
  }

  // MARK: Members

  private mutating func evaluateAttribute(
    _ base: TemplateExpression, _ name: String, _ expression: TemplateExpression, _ offset: Int
  ) throws(TemplateFault) -> TemplateValue {
    let value = try evaluate(base)
    if case .mapping(let mapping) = value, let member = mapping[name] { return member }
    position = offset
    return try tolerating { renderer throws(TemplateFault) in
      try renderer.attribute(name, of: value) { expression.path ?? name }
    } _: { missing in
      .undefined(TemplateUndefined(path: "\(missing.path).\(name)", offset: offset, candidates: []))
    }
  }

  private mutating func evaluateItem(
    _ base: TemplateExpression, _ key: TemplateExpression, _ expression: TemplateExpression, _ offset: Int
  ) throws(TemplateFault) -> TemplateValue {
    let value = try evaluate(base)
    let key = try evaluate(key)
    position = offset
    return try tolerating { renderer throws(TemplateFault) in
      try renderer.item(key, of: value) { expression.path ?? "that member" }
    } _: {
      .undefined($0)
    }
  }

  private mutating func evaluateSlice(
    _ base: TemplateExpression, _ slice: TemplateSlice, _ offset: Int
  ) throws(TemplateFault) -> TemplateValue {
    let value = try evaluate(base)
    var bounds: [TemplateValue] = []
    for part in [slice.lower, slice.upper, slice.step] {
      if let part { bounds.append(try evaluate(part)) } else { bounds.append(.none) }
    }
    position = offset
    return try tolerating { renderer throws(TemplateFault) in
      try renderer.slice(value, lower: bounds[0], upper: bounds[1], step: bounds[2])
    } _: {
      .undefined($0)
    }
  }

  private mutating func evaluateMapping(
    _ pairs: [TemplatePair], _ offset: Int
  ) throws(TemplateFault) -> TemplateValue {
    try chargeList(2 * pairs.count)
    var entries: [TemplateMapping.Entry] = []
    var index: [TemplateKey: Int] = [:]
    for pair in pairs {
      let key = try evaluate(pair.key)
      let value = try evaluate(pair.value)
      position = offset
      set(value, for: key, at: try TemplateKey(key), in: &entries, &index)
    }
    return try mapping(entries, index: index)
  }

  /// A key that is there already keeps its place and its form.
  func set(
    _ value: TemplateValue, for key: TemplateValue, at hash: TemplateKey, in entries: inout [TemplateMapping.Entry],
    _ index: inout [TemplateKey: Int]
  ) {
    if let place = index[hash] {
      entries[place] = TemplateMapping.Entry(key: entries[place].key, value: value)
    } else {
      index[hash] = entries.count
      entries.append(TemplateMapping.Entry(key: key, value: value))
    }
  }

  // MARK: Operators

  private mutating func evaluateUnary(
    _ sign: TemplateUnaryOperator, _ operand: TemplateExpression, _ offset: Int
  ) throws(TemplateFault) -> TemplateValue {
    let value = try evaluate(operand)
    position = offset
    return try tolerating { renderer throws(TemplateFault) in
      try renderer.unary(sign, value)
    } _: {
      .undefined($0)
    }
  }

  private mutating func evaluateBinary(
    _ kind: TemplateBinaryOperator, _ left: TemplateExpression, _ right: TemplateExpression, _ offset: Int
  ) throws(TemplateFault) -> TemplateValue {
    let left = try evaluate(left)
    let right = try evaluate(right)
    position = offset
    return try tolerating { renderer throws(TemplateFault) in
      try renderer.binary(kind, left, right)
    } _: {
      .undefined($0)
    }
  }

  private mutating func evaluateLogical(
    _ left: TemplateExpression, _ right: TemplateExpression, decidedBy decisive: Bool, _ offset: Int
  ) throws(TemplateFault) -> TemplateValue {
    let value = try evaluate(left)
    position = offset
    return try isTrue(value) == decisive ? value : evaluate(right)
  }

  private mutating func evaluateComparison(
    _ first: TemplateExpression, _ rest: [TemplateComparison], _ offset: Int
  ) throws(TemplateFault) -> TemplateValue {
    var left = try evaluate(first)
    for comparison in rest {
      let right = try evaluate(comparison.operand)
      position = offset
      let holds = try tolerating { renderer throws(TemplateFault) in
        try renderer.compare(comparison.comparator, left, right)
      } _: { _ in
        false
      }
      guard holds else { return .boolean(false) }
      left = right
    }
    return .boolean(true)
  }

  /// `left ~ right`: texts put together. As soon as one of them is markup, and escaping is on, all others are escaped.
  private mutating func evaluateConcatenation(
    _ parts: [TemplateExpression], _ offset: Int
  ) throws(TemplateFault) -> TemplateValue {
    var texts: [TemplateText] = []
    texts.reserveCapacity(parts.count)
    for part in parts {
      let value = try evaluate(part)
      position = offset
      let text = try tolerating { renderer throws(TemplateFault) in
        try renderer.text(value)
      } _: {
        TemplateText("[\($0.path)]")
      }
      texts.append(text)
    }
    let isMarkup = escapes && texts.contains(where: \.isMarkup)
    return .text(try join(texts, separator: TemplateText("", isMarkup: isMarkup)))
  }

  private mutating func evaluateConditional(
    _ test: TemplateExpression, _ then: TemplateExpression, _ otherwise: TemplateExpression?, _ offset: Int
  ) throws(TemplateFault) -> TemplateValue {
    let value = try evaluate(test)
    position = offset
    if try isTrue(value) { return try evaluate(then) }
    if let otherwise { return try evaluate(otherwise) }
    let reason = "the inline 'if' came out false and has no 'else'"
    return .undefined(
      TemplateUndefined(path: "inline if", reason: reason, offset: offset, candidates: [], isLenient: true))
  }

  // MARK: Filters and tests

  private mutating func evaluateFilter(_ use: TemplateFilterUse) throws(TemplateFault) -> TemplateValue {
    let input = try evaluate(use.input)
    let arguments = try evaluate(use.arguments)
    position = use.offset
    return try tolerating { renderer throws(TemplateFault) in
      try renderer.apply(use.filter, to: input, arguments)
    } _: {
      .undefined($0)
    }
  }

  private mutating func evaluateTest(_ use: TemplateTestUse) throws(TemplateFault) -> TemplateValue {
    let input = try evaluate(use.input)
    let arguments = try evaluate(use.arguments)
    position = use.offset
    try charge(60)
    let holds = try tolerating { renderer throws(TemplateFault) in
      try use.test.apply(&renderer, input, arguments)
    } _: { _ in
      false
    }
    return .boolean(holds)
  }

  private mutating func evaluateLoopCall(_ call: TemplateLoopCall) throws(TemplateFault) -> TemplateValue {
    let loop = try evaluate(call.loop)
    let arguments = try evaluate(call.arguments)
    position = call.offset
    switch loop {
    case .loop(let number):
      return try tolerating { renderer throws(TemplateFault) in
        try renderer.call(call.function, ofLoop: number, arguments)
      } _: {
        .undefined($0)
      }
    case .undefined(let undefined): throw undefined.fault
    default: throw TemplateFault(.refused, "'\(call.function.rawValue)(…)' is not allowed outside a loop")
    }
  }

  mutating func evaluate(_ arguments: TemplateArguments) throws(TemplateFault) -> TemplateCallArguments {
    guard !arguments.isEmpty else { return .none }
    var result = TemplateCallArguments(positional: try evaluateAll(arguments.positional))
    if let rest = arguments.positionalRest {
      let value = try evaluate(rest)
      result.positional += try elements(of: value)
    }
    for keyword in arguments.keywords {
      result.keywords.append(TemplateCallArguments.Keyword(name: keyword.name, value: try evaluate(keyword.value)))
    }
    if let rest = arguments.keywordRest { try result.add(keywords: evaluate(rest)) }
    return result
  }
}

extension TemplateExpression {
  /// The dotted path of a member of a variable, as messages name it.
  var path: String? {
    switch self {
    case .name(let name): name.name
    case .attribute(let base, let name, _): base.path.map { $0 + "." + name }
    case .item(let base, .constant(.text(let key)), _): base.path.map { $0 + "." + key.string }
    case .item(let base, .constant(.integer(let index)), _): base.path.map { "\($0)[\(index)]" }
    case .item(let base, _, _): base.path.map { $0 + "[…]" }
    default: nil
    }
  }
}
