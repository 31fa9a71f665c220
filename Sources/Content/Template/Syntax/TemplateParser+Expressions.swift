/// The operators, loosest first. The order and the associations are Jinja2's, which differ from Python's in places:
/// a sign binds tighter than `**`, which goes from left to right.
extension TemplateParser {
  /// Guards a rule that can contain itself.
  private mutating func nested<Result>(
    _ rule: (inout TemplateParser) throws(TemplateFault) -> Result
  ) throws(TemplateFault) -> Result {
    guard expressionNesting < limits.nesting else {
      throw TemplateFault(.bound, "the expression is nested more than \(limits.nesting) deep", at: current.offset)
    }
    expressionNesting += 1
    defer { expressionNesting -= 1 }
    return try rule(&self)
  }

  /// Expressions with commas between them make a tuple; one alone is itself.
  ///
  /// - Parameters:
  ///   - onlyPrimaries: names and literals only, as in a target.
  ///   - end: a name that ends the tuple, besides the end of the tag and a closing parenthesis.
  ///   - isBracketed: whether nothing at all is a tuple too.
  mutating func tuple(
    onlyPrimaries: Bool = false, allowsConditional: Bool = true, until end: String? = nil, isBracketed: Bool = false
  ) throws(TemplateFault) -> TemplateExpression {
    var elements: [TemplateExpression] = []
    var isTuple = false
    while true {
      if !elements.isEmpty { try expect(.comma) }
      if isEndOfTuple(end) { break }
      elements.append(try onlyPrimaries ? primary() : expression(allowsConditional: allowsConditional))
      guard current.isSymbol(.comma) else { break }
      isTuple = true
    }
    if !isTuple {
      if let only = elements.first { return only }
      guard isBracketed else { throw expected("an expression") }
    }
    return .tuple(elements)
  }

  private func isEndOfTuple(_ name: String?) -> Bool {
    switch current.kind {
    case .outputEnd, .statementEnd, .symbol(.rightParenthesis): true
    default: name.map { current.isName($0) } ?? false
    }
  }

  mutating func expression(allowsConditional: Bool = true) throws(TemplateFault) -> TemplateExpression {
    try nested { parser throws(TemplateFault) in
      try allowsConditional ? parser.conditional() : parser.disjunction()
    }
  }

  private mutating func conditional() throws(TemplateFault) -> TemplateExpression {
    var value = try disjunction()
    while current.isName("if") {
      let offset = advance().offset
      let test = try disjunction()
      var otherwise: TemplateExpression?
      if skip(name: "else") { otherwise = try expression() }
      value = .conditional(test: test, then: value, else: otherwise, offset: offset)
    }
    return value
  }

  private mutating func disjunction() throws(TemplateFault) -> TemplateExpression {
    var left = try conjunction()
    while current.isName("or") {
      let offset = advance().offset
      left = .or(left, try conjunction(), offset: offset)
    }
    return left
  }

  private mutating func conjunction() throws(TemplateFault) -> TemplateExpression {
    var left = try negation()
    while current.isName("and") {
      let offset = advance().offset
      left = .and(left, try negation(), offset: offset)
    }
    return left
  }

  private mutating func negation() throws(TemplateFault) -> TemplateExpression {
    guard current.isName("not") else { return try comparison() }
    let offset = advance().offset
    let operand = try nested { parser throws(TemplateFault) in try parser.negation() }
    return .not(operand, offset: offset)
  }

  private mutating func comparison() throws(TemplateFault) -> TemplateExpression {
    let first = try sum()
    var rest: [TemplateComparison] = []
    let offset = current.offset
    while let comparator = takeComparator() {
      rest.append(TemplateComparison(comparator: comparator, operand: try sum()))
    }
    return rest.isEmpty ? first : .comparison(first, rest, offset: offset)
  }

  private mutating func takeComparator() -> TemplateComparator? {
    switch current.kind {
    case .symbol(let symbol):
      guard let comparator = TemplateComparator(rawValue: symbol.rawValue) else { return nil }
      advance()
      return comparator
    case .name("in"):
      advance()
      return .isIn
    case .name("not") where next.isName("in"):
      advance()
      advance()
      return .isNotIn
    default: return nil
    }
  }

  private mutating func sum() throws(TemplateFault) -> TemplateExpression {
    var left = try concatenation()
    while let (kind, offset) = takeOperator([.add, .subtract]) {
      left = .binary(kind, left, try concatenation(), offset: offset)
    }
    return left
  }

  private mutating func concatenation() throws(TemplateFault) -> TemplateExpression {
    let first = try product()
    guard current.isSymbol(.tilde) else { return first }
    let offset = current.offset
    var parts = [first]
    while skip(.tilde) { parts.append(try product()) }
    return .concatenation(parts, offset: offset)
  }

  private mutating func product() throws(TemplateFault) -> TemplateExpression {
    var left = try power()
    while let (kind, offset) = takeOperator([.multiply, .divide, .floorDivide, .modulo]) {
      left = .binary(kind, left, try power(), offset: offset)
    }
    return left
  }

  private mutating func power() throws(TemplateFault) -> TemplateExpression {
    var left = try unary()
    while let (kind, offset) = takeOperator([.power]) {
      left = .binary(kind, left, try unary(), offset: offset)
    }
    return left
  }

  private mutating func takeOperator(
    _ kinds: [TemplateBinaryOperator]
  ) -> (kind: TemplateBinaryOperator, offset: Int)? {
    guard case .symbol(let symbol) = current.kind, let kind = TemplateBinaryOperator(rawValue: symbol.rawValue),
      kinds.contains(kind)
    else { return nil }
    return (kind, advance().offset)
  }

  private mutating func unary(takesFilters: Bool = true) throws(TemplateFault) -> TemplateExpression {
    var value: TemplateExpression
    if case .symbol(let symbol) = current.kind, let sign = TemplateUnaryOperator(rawValue: symbol.rawValue) {
      let offset = advance().offset
      let operand = try nested { parser throws(TemplateFault) in try parser.unary(takesFilters: false) }
      value = .unary(sign, operand, offset: offset)
    } else {
      value = try primary()
    }
    value = try postfix(on: value)
    return takesFilters ? try filtersAndTests(on: value) : value
  }
}
