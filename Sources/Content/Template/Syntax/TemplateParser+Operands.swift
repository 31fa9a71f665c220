/// Names and literals, and what may follow them: members, filters, tests.
extension TemplateParser {
  mutating func primary() throws(TemplateFault) -> TemplateExpression {
    let token = current
    switch token.kind {
    case .name(let name):
      advance()
      switch name {
      case "true", "True": return .constant(.boolean(true))
      case "false", "False": return .constant(.boolean(false))
      case "none", "None": return .constant(.none)
      default:
        if let fault = TemplateRefusals.name(name, at: token.offset) { throw fault }
        return .name(TemplateName(name: name, offset: token.offset))
      }
    case .string(var text):
      advance()
      while case .string(let more) = current.kind {
        text += more
        advance()
      }
      return .constant(.text(TemplateText(text)))
    case .integer(let value):
      advance()
      return .constant(.integer(value))
    case .float(let value):
      advance()
      return .constant(.float(value))
    case .symbol(.leftParenthesis):
      advance()
      let value = try tuple(isBracketed: true)
      try expect(.rightParenthesis)
      return value
    case .symbol(.leftBracket): return try list()
    case .symbol(.leftBrace): return try mapping()
    default: throw .syntax("expected an expression, found \(token.description)", at: token.offset)
    }
  }

  private mutating func list() throws(TemplateFault) -> TemplateExpression {
    advance()
    var elements: [TemplateExpression] = []
    while !current.isSymbol(.rightBracket) {
      if !elements.isEmpty { try expect(.comma) }
      if current.isSymbol(.rightBracket) { break }
      elements.append(try expression())
    }
    advance()
    return .list(elements)
  }

  private mutating func mapping() throws(TemplateFault) -> TemplateExpression {
    let offset = advance().offset
    var pairs: [TemplatePair] = []
    while !current.isSymbol(.rightBrace) {
      if !pairs.isEmpty { try expect(.comma) }
      if current.isSymbol(.rightBrace) { break }
      let key = try expression()
      try expect(.colon)
      pairs.append(TemplatePair(key: key, value: try expression()))
    }
    advance()
    return .mapping(pairs, offset: offset)
  }

  // MARK: Members

  mutating func postfix(on value: TemplateExpression) throws(TemplateFault) -> TemplateExpression {
    var value = value
    while true {
      switch current.kind {
      case .symbol(.dot): value = try member(of: value)
      case .symbol(.leftBracket): value = try subscripted(value)
      case .symbol(.leftParenthesis): value = try call(value)
      default: return value
      }
    }
  }

  private mutating func member(of value: TemplateExpression) throws(TemplateFault) -> TemplateExpression {
    advance()
    let token = advance()
    switch token.kind {
    case .name(let name):
      if !current.isSymbol(.leftParenthesis), let fault = TemplateRefusals.attribute(name, at: token.offset) {
        throw fault
      }
      return .attribute(value, name: name, offset: token.offset)
    case .integer(let index): return .item(value, key: .constant(.integer(index)), offset: token.offset)
    default: throw .syntax("expected a name or a number after '.', found \(token.description)", at: token.offset)
    }
  }

  private mutating func subscripted(_ value: TemplateExpression) throws(TemplateFault) -> TemplateExpression {
    let offset = advance().offset
    var keys: [TemplateExpression] = []
    var slice: TemplateSlice?
    while !current.isSymbol(.rightBracket) {
      if !keys.isEmpty || slice != nil { try expect(.comma) }
      let (key, range) = try subscriptKey()
      if let key { keys.append(key) }
      if let range {
        guard slice == nil else { throw .syntax("a slice stands alone in its brackets", at: offset) }
        slice = range
      }
    }
    advance()
    if let slice {
      guard keys.isEmpty else { throw .syntax("a slice stands alone in its brackets", at: offset) }
      return .slice(value, slice, offset: offset)
    }
    return .item(value, key: keys.count == 1 ? keys[0] : .tuple(keys), offset: offset)
  }

  private mutating func subscriptKey() throws(TemplateFault) -> (TemplateExpression?, TemplateSlice?) {
    var slice = TemplateSlice()
    if !current.isSymbol(.colon) {
      let key = try expression()
      guard current.isSymbol(.colon) else { return (key, nil) }
      slice.lower = key
    }
    advance()
    slice.upper = try slicePart()
    if skip(.colon) { slice.step = try slicePart() }
    return (nil, slice)
  }

  private mutating func slicePart() throws(TemplateFault) -> TemplateExpression? {
    switch current.kind {
    case .symbol(.colon), .symbol(.rightBracket), .symbol(.comma): nil
    default: try expression()
    }
  }

  // MARK: Calls and arguments

  private mutating func call(_ callee: TemplateExpression) throws(TemplateFault) -> TemplateExpression {
    let call: (function: TemplateLoopCall.Function, loop: TemplateName, offset: Int)
    switch callee {
    case .name(let name) where name.name == "loop": call = (.again, name, name.offset)
    case .attribute(.name(let loop), let name, let offset):
      guard let function = TemplateLoopCall.Function(attribute: name) else { fallthrough }
      call = (function, loop, offset)
    default: throw TemplateRefusals.call(of: callee, at: current.offset)
    }
    let arguments = try arguments()
    return .loopCall(
      TemplateLoopCall(function: call.function, loop: .name(call.loop), arguments: arguments, offset: call.offset))
  }

  private mutating func arguments() throws(TemplateFault) -> TemplateArguments {
    let offset = advance().offset
    var arguments = TemplateArguments()
    var isFirst = true
    let disorder = TemplateFault.syntax("the arguments are in no valid order: plain, named, '*', '**'", at: offset)
    while !current.isSymbol(.rightParenthesis) {
      if !isFirst {
        try expect(.comma)
        if current.isSymbol(.rightParenthesis) { break }
      }
      isFirst = false
      if skip(.multiply) {
        guard arguments.positionalRest == nil, arguments.keywordRest == nil else { throw disorder }
        arguments.positionalRest = try expression()
      } else if skip(.power) {
        guard arguments.keywordRest == nil else { throw disorder }
        arguments.keywordRest = try expression()
      } else if case .name(let name) = current.kind, next.isSymbol(.assign) {
        guard arguments.keywordRest == nil else { throw disorder }
        let offset = advance().offset
        advance()
        guard !arguments.keywords.contains(where: { $0.name == name }) else {
          throw .syntax("the argument '\(name)' is given twice", at: offset)
        }
        arguments.keywords.append(TemplateArguments.Keyword(name: name, value: try expression()))
      } else {
        guard arguments.isPlain else { throw disorder }
        arguments.positional.append(try expression())
      }
    }
    advance()
    return arguments
  }

  // MARK: Filters and tests

  mutating func filtersAndTests(on value: TemplateExpression) throws(TemplateFault) -> TemplateExpression {
    var value = value
    while true {
      switch current.kind {
      case .symbol(.pipe): value = try filters(on: value)
      case .name("is"): value = try test(of: value)
      case .symbol(.leftParenthesis): throw TemplateRefusals.call(of: value, at: current.offset)
      default: return value
      }
    }
  }

  /// One filter after the other.
  ///
  /// - Parameter startsWithName: whether the first one stands without its bar, as in `{% filter upper %}`.
  mutating func filters(
    on input: TemplateExpression, startsWithName: Bool = false
  ) throws(TemplateFault) -> TemplateExpression {
    var value = input
    var lacksBar = startsWithName
    while lacksBar || skip(.pipe) {
      lacksBar = false
      let (name, offset) = try dottedName()
      guard let filter = TemplateFilter.named(name) else { throw TemplateRefusals.filter(name, at: offset) }
      let arguments = current.isSymbol(.leftParenthesis) ? try arguments() : TemplateArguments()
      value = .filter(TemplateFilterUse(filter: filter, input: value, arguments: arguments, offset: offset))
    }
    return value
  }

  private mutating func dottedName() throws(TemplateFault) -> (name: String, offset: Int) {
    var (name, offset) = try expectName()
    while skip(.dot) { name += "." + (try expectName().name) }
    return (name, offset)
  }

  private mutating func test(of value: TemplateExpression) throws(TemplateFault) -> TemplateExpression {
    let start = advance().offset
    let isNegated = skip(name: "not")
    let (name, offset) = try dottedName()
    guard let test = TemplateTest.named(name) else { throw TemplateRefusals.test(name, at: offset) }
    var arguments = TemplateArguments()
    if current.isSymbol(.leftParenthesis) {
      arguments = try self.arguments()
    } else if startsTestArgument {
      guard !current.isName("is") else {
        throw .syntax("tests with 'is' cannot be chained; use 'and'", at: current.offset)
      }
      arguments.positional = [try postfix(on: primary())]
    }
    let result = TemplateExpression.test(
      TemplateTestUse(test: test, input: value, arguments: arguments, offset: offset))
    return isNegated ? .not(result, offset: start) : result
  }

  /// Whether what follows a test's name is its argument without brackets.
  private var startsTestArgument: Bool {
    switch current.kind {
    case .name("else"), .name("or"), .name("and"): false
    case .name, .string, .integer, .float, .symbol(.leftBracket), .symbol(.leftBrace): true
    default: false
    }
  }
}
