/// A token of Jinja2's lexical grammar and the byte at which it starts.
struct TemplateToken: Sendable {
  enum Kind: Sendable {
    case data(String)
    case outputBegin, outputEnd, statementBegin, statementEnd
    case name(String)
    case string(String)
    case integer(Int64)
    case float(Double)
    case symbol(Symbol)
    case end
  }

  enum Symbol: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case modulo = "%"
    case power = "**"
    case tilde = "~"
    case leftBracket = "["
    case rightBracket = "]"
    case leftParenthesis = "("
    case rightParenthesis = ")"
    case leftBrace = "{"
    case rightBrace = "}"
    case equal = "=="
    case notEqual = "!="
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
    case assign = "="
    case dot = "."
    case colon = ":"
    case pipe = "|"
    case comma = ","
    case semicolon = ";"
  }

  let kind: Kind
  let offset: Int

  func isSymbol(_ symbol: Symbol) -> Bool {
    if case .symbol(symbol) = kind { true } else { false }
  }

  func isName(_ name: String) -> Bool {
    if case .name(name) = kind { true } else { false }
  }

  /// The token as a message names it.
  var description: String {
    switch kind {
    case .data: "text"
    case .outputBegin: "'{{'"
    case .outputEnd: "'}}'"
    case .statementBegin: "'{%'"
    case .statementEnd: "'%}'"
    case .name(let name): "'\(name)'"
    case .string: "a text literal"
    case .integer, .float: "a number"
    case .symbol(let symbol): "'\(symbol.rawValue)'"
    case .end: "the end of the template"
    }
  }
}
