import AdminCore

/// Reads the part of the `$filter` grammar (OData 4.01 URL Conventions section 5.1.1) that Graph's directory and
/// Exchange resources take.
struct FilterParser {
  /// Deep enough for any filter a client has reason to send.
  private static let maximumDepth = 32

  private let lexemes: [FilterLexer.Lexeme]
  private var index = 0
  private var depth = 0
  private var variables: [String] = []

  static func parse(_ text: String) throws(GraphFailure) -> FilterExpression {
    var parser = FilterParser(lexemes: try FilterLexer.lexemes(of: text))
    let expression = try parser.disjunction()
    guard parser.token == .end else { throw parser.failure() }
    return expression
  }

  private init(lexemes: [FilterLexer.Lexeme]) { self.lexemes = lexemes }

  private var token: FilterLexer.Token { lexemes[index].token }

  private func failure() -> GraphFailure {
    .badRequest("Invalid filter clause: Syntax error at position \(lexemes[index].position).")
  }

  private mutating func advance() { if index < lexemes.count - 1 { index += 1 } }

  private mutating func take(_ expected: FilterLexer.Token) -> Bool {
    guard token == expected else { return false }
    advance()
    return true
  }

  private mutating func require(_ expected: FilterLexer.Token) throws(GraphFailure) {
    guard take(expected) else { throw failure() }
  }

  private mutating func keyword(_ word: String) -> Bool {
    guard case .word(let text) = token, text.lowercased() == word else { return false }
    advance()
    return true
  }

  private mutating func disjunction() throws(GraphFailure) -> FilterExpression {
    guard depth < Self.maximumDepth else { throw .badRequest("Invalid filter clause: it is nested too deeply.") }
    depth += 1
    defer { depth -= 1 }
    var expression = try conjunction()
    while keyword("or") { expression = .or(expression, try conjunction()) }
    return expression
  }

  private mutating func conjunction() throws(GraphFailure) -> FilterExpression {
    var expression = try term()
    while keyword("and") { expression = .and(expression, try term()) }
    return expression
  }

  private mutating func term() throws(GraphFailure) -> FilterExpression {
    if keyword("not") {
      guard depth < Self.maximumDepth else { throw .badRequest("Invalid filter clause: it is nested too deeply.") }
      depth += 1
      defer { depth -= 1 }
      return .not(try term())
    }
    if take(.open) {
      let expression = try disjunction()
      try require(.close)
      return expression
    }
    guard case .word(let word) = token else { throw failure() }
    advance()
    if token == .open { return try call(word) }
    if keyword("in") { return .among(path(word), try list()) }
    return try comparison(word)
  }

  /// `startsWith(path,'text')` or `path/any(x:…)`.
  private mutating func call(_ word: String) throws(GraphFailure) -> FilterExpression {
    if let function = FilterExpression.TextFunction(rawValue: word.lowercased()) {
      advance()
      guard case .word(let name) = token else { throw failure() }
      advance()
      try require(.comma)
      guard case .string(let text) = token else { throw failure() }
      advance()
      try require(.close)
      // The old form `startsWith(a,'b') eq true` says the same.
      if keyword("eq"), !keyword("true") { throw failure() }
      return .text(function, path(name), text)
    }
    guard word.lowercased().hasSuffix("/any") else { throw failure() }
    let collection = path(String(word.dropLast(4)))
    advance()
    if take(.close) { return .any(collection, variable: "", nil) }
    guard case .word(let variable) = token else { throw failure() }
    advance()
    try require(.colon)
    variables.append(variable)
    let inner = try disjunction()
    variables.removeLast()
    try require(.close)
    return .any(collection, variable: variable, inner)
  }

  private mutating func comparison(_ word: String) throws(GraphFailure) -> FilterExpression {
    guard case .word(let name) = token, let comparison = FilterExpression.Comparison(rawValue: name.lowercased())
    else { throw failure() }
    advance()
    let literal = try literal()
    guard word.hasSuffix("/$count") else { return .compare(path(word), comparison, literal) }
    guard case .number(let number) = literal, let count = number.integer else { throw failure() }
    return .count(path(String(word.dropLast(7))), comparison, Int(count))
  }

  private mutating func list() throws(GraphFailure) -> [FilterExpression.Literal] {
    try require(.open)
    var literals = [try literal()]
    while take(.comma) { literals.append(try literal()) }
    try require(.close)
    return literals
  }

  private mutating func literal() throws(GraphFailure) -> FilterExpression.Literal {
    let current = token
    switch current {
    case .string(let text):
      advance()
      return .string(text)
    case .word(let word):
      let literal: FilterExpression.Literal? =
        switch word {
        case "null": .null
        case "true": .bool(true)
        case "false": .bool(false)
        default: Self.bare(word)
        }
      guard let literal else { throw failure() }
      advance()
      return literal
    default: throw failure()
    }
  }

  private static func bare(_ word: String) -> FilterExpression.Literal? {
    if let number = Int(word) { return .number(JSONNumber(number)) }
    return GUID(word) != nil || Timestamp(iso8601: word) != nil ? .bare(word) : nil
  }

  private func path(_ word: String) -> FilterExpression.Path {
    let segments = word.split(separator: "/").map(String.init)
    guard let first = segments.first, variables.contains(first) else {
      return FilterExpression.Path(segments: segments, variable: nil)
    }
    return FilterExpression.Path(segments: Array(segments.dropFirst()), variable: first)
  }
}
