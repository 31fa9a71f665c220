import AdminCore

/// Reads tokens into statements, by the grammar of Jinja2's parser.
///
/// Statements are here; expressions are in `TemplateParser+Expressions.swift` and `TemplateParser+Operands.swift`.
struct TemplateParser {
  private let tokens: [TemplateToken]
  private var index = 0
  let limits: TemplateLimits
  var expressionNesting = 0
  private var statementNesting = 0

  init(tokens: [TemplateToken], limits: TemplateLimits) {
    self.tokens = tokens
    self.limits = limits
  }

  mutating func template() throws(TemplateFault) -> [TemplateSyntax] {
    try statements(until: [])
  }

  // MARK: Tokens

  var current: TemplateToken { tokens[index] }

  var next: TemplateToken { tokens[min(index + 1, tokens.count - 1)] }

  @discardableResult
  mutating func advance() -> TemplateToken {
    let token = tokens[index]
    if index + 1 < tokens.count { index += 1 }
    return token
  }

  mutating func skip(_ symbol: TemplateToken.Symbol) -> Bool {
    guard current.isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func skip(name: String) -> Bool {
    guard current.isName(name) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: TemplateToken.Symbol) throws(TemplateFault) {
    guard skip(symbol) else { throw expected("'\(symbol.rawValue)'") }
  }

  mutating func expectName() throws(TemplateFault) -> (name: String, offset: Int) {
    guard case .name(let name) = current.kind else { throw expected("a name") }
    return (name, advance().offset)
  }

  func expected(_ what: String) -> TemplateFault {
    .syntax("expected \(what), found \(current.description)", at: current.offset)
  }

  private mutating func expectStatementEnd() throws(TemplateFault) {
    guard case .statementEnd = current.kind else { throw expected("'%}'") }
    advance()
  }

  // MARK: Bodies

  /// Statements up to a tag whose name is one of `ends`, which becomes the current token.
  private mutating func statements(until ends: [String]) throws(TemplateFault) -> [TemplateSyntax] {
    var body: [TemplateSyntax] = []
    var pieces: [TemplateSyntax.Piece] = []
    func flush() {
      if !pieces.isEmpty { body.append(.output(pieces)) }
      pieces.removeAll()
    }
    while true {
      let token = current
      switch token.kind {
      case .data(let text):
        pieces.append(.text(text))
        advance()
      case .outputBegin:
        advance()
        pieces.append(.expression(try checked(tuple()), offset: token.offset))
        guard case .outputEnd = current.kind else { throw expected("'}}'") }
        advance()
      case .statementBegin:
        flush()
        advance()
        if case .name(let name) = current.kind, ends.contains(name) { return body }
        body.append(try statement(expecting: ends))
        try expectStatementEnd()
      default:
        flush()
        return body
      }
    }
  }

  /// The body of a statement, from the end of its tag to the name of the tag that ends it, which is taken.
  private mutating func body(
    of tag: String, openedAt offset: Int, until ends: [String]
  ) throws(TemplateFault) -> (statements: [TemplateSyntax], end: TemplateToken) {
    _ = skip(.colon)
    try expectStatementEnd()
    guard statementNesting < limits.nesting else {
      throw TemplateFault(.bound, "statements are nested more than \(limits.nesting) deep", at: offset)
    }
    statementNesting += 1
    defer { statementNesting -= 1 }
    let statements = try statements(until: ends)
    guard case .name = current.kind else {
      let names = ends.map { "'{% \($0) %}'" }.joined(separator: " or ")
      throw .syntax("'\(tag)' is not closed; it needs \(names)", at: offset)
    }
    return (statements, advance())
  }

  // MARK: Statements

  private mutating func statement(expecting ends: [String]) throws(TemplateFault) -> TemplateSyntax {
    guard case .name(let tag) = current.kind else { throw expected("the name of a statement") }
    let offset = current.offset
    switch tag {
    case "if": return try conditional()
    case "for": return try loop()
    case "set": return try assignment()
    case "with": return try with()
    case "filter": return try filterBlock()
    default:
      if let fault = TemplateRefusals.statement(tag, at: offset) { throw fault }
      throw unknownStatement(tag, expecting: ends, at: offset)
    }
  }

  private static let known = ["if", "for", "set", "with", "filter", "raw"]

  private func unknownStatement(_ tag: String, expecting ends: [String], at offset: Int) -> TemplateFault {
    let isEnd = tag.hasPrefix("end") || tag == "else" || tag == "elif"
    guard isEnd else { return unknown(tag, among: Self.known, at: offset) }
    guard !ends.isEmpty else { return .syntax("'\(tag)' ends nothing that was opened", at: offset) }
    let names = ends.map { "'\($0)'" }.joined(separator: " or ")
    return .syntax("'\(tag)' does not fit here: the innermost open statement needs \(names)", at: offset)
  }

  private func unknown(_ tag: String, among names: [String], at offset: Int) -> TemplateFault {
    var fault = TemplateFault(.syntax, "there is no statement '\(tag)'", at: offset)
    fault.suggestion = Suggestion.nearest(to: tag, among: names)
    return fault
  }

  private mutating func conditional() throws(TemplateFault) -> TemplateSyntax {
    let opened = advance().offset
    var offset = opened
    var branches: [TemplateSyntax.Branch] = []
    while true {
      let test = try checked(tuple(allowsConditional: false))
      let (statements, end) = try body(of: "if", openedAt: opened, until: ["elif", "else", "endif"])
      branches.append(TemplateSyntax.Branch(test: test, body: statements, offset: offset))
      if end.isName("elif") {
        offset = end.offset
        continue
      }
      guard end.isName("else") else { return .conditional(branches, otherwise: []) }
      let otherwise = try body(of: "if", openedAt: opened, until: ["endif"]).statements
      return .conditional(branches, otherwise: otherwise)
    }
  }

  private mutating func loop() throws(TemplateFault) -> TemplateSyntax {
    let offset = advance().offset
    let target = try target(until: "in")
    guard skip(name: "in") else { throw expected("'in'") }
    let sequence = try checked(tuple(allowsConditional: false, until: "recursive"))
    var test: TemplateExpression?
    if skip(name: "if") { test = try checked(expression()) }
    let isRecursive = skip(name: "recursive")
    let (statements, end) = try body(of: "for", openedAt: offset, until: ["endfor", "else"])
    var otherwise: [TemplateSyntax] = []
    if end.isName("else") { otherwise = try body(of: "for", openedAt: offset, until: ["endfor"]).statements }
    return .loop(
      TemplateSyntax.Loop(
        target: target, sequence: sequence, test: test, body: statements, otherwise: otherwise,
        isRecursive: isRecursive, bodyUse: TemplateLoopUse.firstUse(in: statements), offset: offset))
  }

  private mutating func assignment() throws(TemplateFault) -> TemplateSyntax {
    let offset = advance().offset
    if case .name(let name) = current.kind, next.isSymbol(.dot) {
      throw TemplateRefusals.namespaceAssignment(to: name, at: current.offset)
    }
    let target = try target(until: nil)
    if skip(.assign) { return .assignment(target, try checked(tuple()), offset: offset) }
    var filter: TemplateExpression?
    if current.isSymbol(.pipe) { filter = try checked(filters(on: .capturedText)) }
    let statements = try body(of: "set", openedAt: offset, until: ["endset"]).statements
    return .blockAssignment(target, filter: filter, body: statements, offset: offset)
  }

  private mutating func with() throws(TemplateFault) -> TemplateSyntax {
    let offset = advance().offset
    var bindings: [TemplateSyntax.Binding] = []
    while true {
      if case .statementEnd = current.kind { break }
      if !bindings.isEmpty { try expect(.comma) }
      let start = current.offset
      let target = try target(until: nil)
      try expect(.assign)
      bindings.append(TemplateSyntax.Binding(target: target, value: try checked(expression()), offset: start))
    }
    let statements = try body(of: "with", openedAt: offset, until: ["endwith"]).statements
    return .with(bindings, body: statements, offset: offset)
  }

  private mutating func filterBlock() throws(TemplateFault) -> TemplateSyntax {
    let offset = advance().offset
    let filter = try checked(filters(on: .capturedText, startsWithName: true))
    let statements = try body(of: "filter", openedAt: offset, until: ["endfilter"]).statements
    return .filterBlock(filter, body: statements, offset: offset)
  }

  // MARK: Targets

  private mutating func target(until end: String?) throws(TemplateFault) -> TemplateTarget {
    let offset = current.offset
    let expression = try tuple(onlyPrimaries: true, until: end)
    return try target(from: expression, at: offset)
  }

  private func target(from expression: TemplateExpression, at offset: Int) throws(TemplateFault) -> TemplateTarget {
    switch expression {
    case .name(let name): return .name(name)
    case .tuple(let elements):
      var targets: [TemplateTarget] = []
      for element in elements { targets.append(try target(from: element, at: offset)) }
      return .tuple(targets)
    default: throw .syntax("only names can be assigned to", at: offset)
    }
  }

  /// The expression, unless its tree is deeper than an evaluation may go.
  func checked(_ expression: TemplateExpression) throws(TemplateFault) -> TemplateExpression {
    guard expression.isDeeper(than: limits.expressionDepth) else { return expression }
    let reason = "the expression chains more than \(limits.expressionDepth) operations; split it with '{% set %}'"
    throw TemplateFault(.bound, reason, at: current.offset)
  }
}
