/// What a tag of the template language mentions: read without its grammar, only for its names and strings.
struct TagExpression {
  /// Variables and the attributes and keys taken of them, in order.
  private(set) var names: [String] = []
  /// The contents of string literals.
  private(set) var strings: [String] = []
  /// For `set`, `for` and `with`: the names it gives a value to.
  private(set) var targets: [String] = []

  private static let keywords: Set<String> = [
    "and", "else", "elif", "endfilter", "endfor", "endif", "endset", "endwith", "false", "filter", "for", "if", "in",
    "is", "loop", "none", "not", "or", "raw", "recursive", "set", "true", "with", "False", "None", "True",
  ]

  private enum Token: Equatable {
    case name(String)
    case string(String)
    case mark(Unicode.Scalar)
  }

  /// - Parameter source: the tag with its delimiters.
  init(_ source: String) {
    let inner = source.dropFirst(2).dropLast(2).drop { $0 == "-" || $0 == "+" }
    let tokens = Self.tokens(of: inner)
    var statement: String?
    var isTarget = false
    for (index, token) in tokens.enumerated() {
      switch token {
      case .string(let text): strings.append(text)
      case .mark(let mark):
        if mark == "=" { isTarget = false }
        if mark == ",", statement == "with" { isTarget = true }
      case .name(let name):
        if index == 0, source.hasPrefix("{%") {
          statement = name
          isTarget = ["set", "for", "with"].contains(name)
        }
        if name == "in" { isTarget = false }
        let before = index > 0 ? tokens[index - 1] : nil
        // Filters and tests are not variables.
        let isFilter =
          before == .mark("|") || before == .name("is")
          || (before == .name("not") && index > 1 && tokens[index - 2] == .name("is"))
        guard !Self.keywords.contains(name), !isFilter else { continue }
        names.append(name)
        if isTarget { targets.append(name) }
      }
    }
  }

  private static func tokens(of text: Substring) -> [Token] {
    var tokens: [Token] = []
    var rest = text.unicodeScalars
    while let scalar = rest.popFirst() {
      if scalar == "\"" || scalar == "'" {
        var string = String.UnicodeScalarView()
        while let next = rest.popFirst(), next != scalar {
          if next == "\\", let escaped = rest.popFirst() { string.append(escaped) } else { string.append(next) }
        }
        tokens.append(.string(String(string)))
      } else if scalar == "_" || scalar.properties.isXIDStart {
        var name = String.UnicodeScalarView()
        name.append(scalar)
        while let next = rest.first, next == "_" || next.properties.isXIDContinue {
          name.append(next)
          rest.removeFirst()
        }
        tokens.append(.name(String(name)))
      } else if scalar == "=", rest.first == "=" {
        rest.removeFirst()
        tokens.append(.mark("≡"))
      } else if scalar.value > 0x20 {
        tokens.append(.mark(scalar))
      }
    }
    return tokens
  }
}
