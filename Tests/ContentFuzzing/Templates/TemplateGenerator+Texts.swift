extension TemplateGenerator {
  mutating func textExpression(_ depth: Int) -> String {
    switch number(0...13) {
    case 0, 1: return "\(part(depth)) ~ \(part(depth))"
    case 2: return "\(part(depth)) ~ \(part(depth)) ~ \(part(depth))"
    case 3: return "(\(expression(.text, depth)) + \(expression(.text, depth)))"
    case 4: return "(\(expression(.text, depth)) * \(pick(["0", "1", "2", "3", "-1"])))"
    case 5: return "(\(expression(.text, depth)))[\(pick(["0", "-1", "1:3", ":2", "::-1", "-3:", "1::2"]))]"
    case 6: return "\(expression(.list, depth))|join\(joinArguments())"
    case 7:
      return
        "(\(expression(anyKind(), depth)))|\(pick(["string", "tojson", "e", "safe", "urlencode", "tojson(2)", "tojson(indent=1)"]))"
    case 8: return formatting(depth)
    case 9:
      return
        "(\(expression(pick([.integer, .float, .text]), depth)))|filesizeformat\(pick(["", "(true)", "(binary=false)"]))"
    case 10: return "\(expression(.texts, depth))|\(pick(["first", "last", "min", "max", "sort|first"]))"
    default: return "\(grouped(depth))|\(textFilter())"
    }
  }

  private mutating func grouped(_ depth: Int) -> String {
    let inner = expression(.text, depth)
    return chance(60) ? "(\(inner))" : inner
  }

  private mutating func part(_ depth: Int) -> String {
    let inner = expression(chance(70) ? .text : anyKind(), depth)
    return chance(60) ? "(\(inner))" : inner
  }

  private mutating func joinArguments() -> String {
    pick(["", "(', ')", "('<br>')", "('<br>'|safe)", "(d='-')", "(1)", "('|', attribute='name')", "('', 0)"])
  }

  private mutating func formatting(_ depth: Int) -> String {
    let specification = pick([
      "%s", "%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%#x", "%X", "%o", "%.2f", "%8.3f", "%e", "%g", "%r",
      "%5s",
      "%-6s|", "%.2s", "%%", "%c", "%i", "%a", "%#o", "%+.1f", "%08.2f", "%.0f", "%G",
    ])
    let value = expression(pick([.integer, .float, .text, anyKind()]), depth)
    let markup = chance(15) ? "|safe" : ""
    switch number(0...4) {
    case 0: return "('[\(specification)]'\(markup) % (\(value)))"
    case 1: return "('\(specification) and %s'\(markup) % (\(value), \(expression(anyKind(), depth))))"
    case 2: return "'\(specification)'\(markup)|format(\(value))"
    case 3:
      return "'%(a)s-%(b)\(specification.dropFirst())'\(markup)|format(a=\(expression(anyKind(), depth)), b=\(value))"
    default: return "('%(k)s' % {'k': \(value)})"
    }
  }

  /// A filter, with its arguments, that takes a text.
  mutating func textFilter() -> String {
    switch number(0...19) {
    case 0...5:
      return pick(["upper", "lower", "title", "capitalize", "trim", "e", "string", "striptags", "safe", "escape"])
    case 6, 7:
      return
        "replace(\(pick(["'a', 'b'", "'<', '&'", "'', '-'", "'o', '<o>'|safe", "'l', 'LL', 1", "'<i>'|safe, ''", "' ', ''", "old='e', new=1"])))"
    case 8, 9:
      return
        "truncate\(pick(["(5)", "(10, true)", "(7, false, '…')", "(9, true, '', 0)", "(length=12, leeway=2)", "", "(3, true, '<>')", "(2)", "(8, end='|'|safe)"]))"
    case 10, 11:
      return
        "wordwrap(\(pick(["5", "10", "20, false", "8, true, '|'", "12, break_on_hyphens=false", "7, wrapstring='<br>'|safe", "1", "3, false, '\\n', false"])))"
    case 12, 13:
      return
        "indent\(pick(["", "(2)", "(1, true)", "(2, false, true)", "('>> ')", "(width='<'|safe, first=true, blank=true)", "(0)", "(first=true)"]))"
    case 14: return "center\(pick(["(10)", "(11)", "(3)", "(width=20)", "(0)"]))"
    case 15: return "default(\(pick(["'d'", "'<d>', true", "boolean=true", "none, true", "default_value='z'"])))"
    case 16: return "trim(\(pick(["'a'", "' H'", "none", "chars='<>'", "'\\n\\t '"])))"
    case 17: return "urlencode"
    case 18: return pick(["wordcount", "length", "first", "last", "reverse", "list", "int", "float", "tojson"])
    default: return pick(["d('x')", "striptags", "title", "reverse", "string|upper", "lower|title"])
    }
  }
}
