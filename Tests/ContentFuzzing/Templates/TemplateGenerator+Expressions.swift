extension TemplateGenerator {
  mutating func anyKind() -> Kind { pick(Kind.allCases) }

  /// An expression that should be of `kind`, with up to `depth` levels of operations.
  mutating func expression(_ kind: Kind, _ depth: Int) -> String {
    if number(1...100) == 1 { return atom(anyKind()) }
    if number(1...150) == 1 {
      return pick(["missing", "user.missing", "none_left|first", "('x' if off)", "missing|default(1)"])
    }
    guard depth > 0, chance(75) else { return atom(kind) }
    if chance(5) {
      return
        "((\(expression(kind, depth - 1))) if (\(expression(.truth, depth - 1))) else (\(expression(kind, depth - 1))))"
    }
    switch kind {
    case .integer: return integer(depth - 1)
    case .float: return float(depth - 1)
    case .text: return textExpression(depth - 1)
    case .truth: return truth(depth - 1)
    case .list: return list(depth - 1)
    case .numbers: return numbers(depth - 1)
    case .texts: return texts(depth - 1)
    case .people: return people(depth - 1)
    case .mapping: return mapping(depth - 1)
    }
  }

  mutating func variable() -> String {
    if !localNames.isEmpty, chance(50) { return pick(localNames) }
    return pick([
      "name", "title", "count", "price", "big", "flag", "nothing", "items", "numbers", "user", "people", "user.name",
      "x",
      "item", "empty", "mixed",
    ])
  }

  mutating func atom(_ kind: Kind) -> String {
    if chance(12) { return variable() }
    switch kind {
    case .integer:
      return pick([
        "0", "1", "2", "3", "7", "10", "-1", "-4", "255", "0x1F", "1_000", "count", "big", "negative", "user.age",
      ])
    case .float:
      return pick([
        "0.5", "2.0", "-1.25", "3.14159", "1e3", "2.5e-3", "1e16", "price", "half", "-0.0", "0.1", "floats[0]",
      ])
    case .text:
      return pick([
        "'a'", "''", "'Hello World'", "\"it's\"", "'<i>'", "'a\\nb'", "'%s'", "'é'", "'x-y z'", "' pad '", "'12'",
        "'3.5'",
        "name", "title", "long", "empty", "user.name", "user['city']", "'<b>'|safe", "('&'|e)", "items[0]", "'\\t\\'q'",
      ])
    case .truth: return pick(["true", "false", "True", "flag", "off", "none", "flag", "off"])
    case .list:
      return pick(["items", "numbers", "mixed", "nested", "[]", "[1, 'b', none]", "(1, 2)", "floats", "[[1], [2]]"])
    case .numbers: return pick(["numbers", "[3, 1, 2]", "(5, 4)", "[1.5, 2]", "[true, 0]", "nested[0]", "[7]"])
    case .texts:
      return pick(["items", "['b', 'A', 'c']", "('x', 'y')", "user.tags|d([])", "['<', '&']", "[name, title]"])
    case .people: return pick(["people", "people", "[user]", "[{'name': 'n', 'age': 1, 'city': 'c'}]"])
    case .mapping:
      return pick([
        "user", "{}", "{'b': 1, 'a': 2}", "{'k': name, 'l': [1]}", "{1: 'x', 2: none}", "user.address|d({})",
        "people[0]|d(user)",
      ])
    }
  }

  // MARK: Numbers

  private mutating func integer(_ depth: Int) -> String {
    switch number(0...12) {
    case 0...3: return "\(grouped(.integer, depth)) \(pick(["+", "-", "*", "//", "%"])) \(grouped(.integer, depth))"
    case 4: return "\(expression(.list, depth))|\(pick(["length", "count"]))"
    case 5: return "\(grouped(.text, depth))|\(pick(["length", "wordcount"]))"
    case 6:
      return
        "(\(expression(pick([.float, .integer, .text]), depth)))|int\(pick(["", "(5)", "(0, 16)", "(default=-1)"]))"
    case 7: return "\(expression(.numbers, depth))|\(pick(["sum", "min", "max", "first", "last", "sum(start=10)"]))"
    case 8: return "(\(expression(.integer, depth)))|abs"
    case 9: return "\(grouped(.integer, depth)) ** \(pick(["0", "1", "2", "3", "-1", "count"]))"
    case 10: return "-\(grouped(.integer, depth))"
    case 11: return loopDepth > 0 ? pick(["loop.index", "loop.index0", "loop.length", "loop.revindex"]) : "count"
    default: return "(\(expression(.numbers, depth)))[\(pick(["0", "-1", "1", "count"]))]|d(4)"
    }
  }

  private mutating func float(_ depth: Int) -> String {
    switch number(0...8) {
    case 0, 1: return "\(grouped(.float, depth)) \(pick(["+", "-", "*", "/", "//", "%"])) \(grouped(.integer, depth))"
    case 2: return "\(grouped(.integer, depth)) / \(grouped(.integer, depth))"
    case 3:
      return "(\(expression(pick([.integer, .text, .float]), depth)))|float\(pick(["", "(1.5)", "(default='x')"]))"
    case 4, 5:
      let method = pick(["", "", ", 'ceil'", ", 'floor'", ", 'common'"])
      return "(\(expression(.float, depth)))|round(\(pick(["0", "1", "2", "3", "-1"]))\(method))"
    case 6: return "(\(expression(pick([.float, .integer]), depth)))|round"
    case 7: return "\(pick(["floats", "[0.5, 0.25]"]))|\(pick(["sum", "max", "min"]))"
    default: return "\(grouped(.float, depth)) ** \(pick(["2", "-1", "0.5", "3"]))"
    }
  }

  private mutating func grouped(_ kind: Kind, _ depth: Int) -> String {
    let inner = expression(kind, depth)
    return chance(70) ? "(\(inner))" : inner
  }

  // MARK: Truth

  private mutating func truth(_ depth: Int) -> String {
    switch number(0...13) {
    case 0: return "\(grouped(.integer, depth)) \(comparator()) \(grouped(pick([.integer, .float]), depth))"
    case 1: return "\(grouped(.text, depth)) \(comparator()) \(grouped(.text, depth))"
    case 2:
      return
        "\(grouped(.integer, depth)) \(comparator()) \(grouped(.integer, depth)) \(comparator()) \(grouped(.integer, depth))"
    case 3:
      return "\(grouped(.text, depth)) \(pick(["in", "not in"])) \(grouped(pick([.texts, .text, .mapping]), depth))"
    case 4: return "\(grouped(.integer, depth)) \(pick(["in", "not in"])) \(grouped(.numbers, depth))"
    case 5: return "not \(expression(.truth, depth))"
    case 6, 7: return "\(expression(.truth, depth)) \(pick(["and", "or"])) \(expression(.truth, depth))"
    case 8: return "\(variable()) is \(pick(["defined", "undefined", "not defined"]))"
    case 9:
      return "\(grouped(.integer, depth)) is \(pick(["odd", "even", "divisibleby 3", "divisibleby(2)", "not even"]))"
    case 10: return "\(grouped(anyKind(), depth)) is \(kindTest())"
    case 11: return "\(grouped(.list, depth)) \(pick(["==", "!=", "<"])) \(grouped(.list, depth))"
    case 12: return "\(grouped(.text, depth)) is \(pick(["upper", "lower", "eq 'a'", "in items", "ne('b')", "string"]))"
    default: return "\(grouped(anyKind(), depth)) \(pick(["==", "!="])) \(grouped(anyKind(), depth))"
    }
  }

  private mutating func comparator() -> String { pick(["==", "!=", "<", "<=", ">", ">="]) }

  private mutating func kindTest() -> String {
    pick([
      "none", "not none", "boolean", "true", "false", "integer", "float", "number", "string", "sequence", "mapping",
      "iterable", "sameas none", "sameas(true)", "eq(1)", "gt 2", "escaped", "lt(3)",
    ])
  }

  // MARK: Sequences

  private mutating func list(_ depth: Int) -> String {
    switch number(0...11) {
    case 0: return "\(expression(.list, depth))|list"
    case 1: return "(\(expression(.list, depth)) + \(expression(.list, depth)))"
    case 2: return "(\(expression(.list, depth)))[\(slice())]"
    case 3: return "\(expression(.list, depth))|reverse|list"
    case 4: return "\(expression(.list, depth))|\(batching())|list"
    case 5: return "[\(expression(anyKind(), depth)), \(expression(anyKind(), depth))]"
    case 6:
      return
        "\(expression(.mapping, depth))|\(pick(["items|list", "dictsort", "list", "dictsort(true)", "dictsort(by='value')", "dictsort(reverse=true)"]))"
    case 7: return "\(expression(.people, depth))|map(attribute='\(attribute())')|list"
    case 8: return "\(expression(.text, depth))|list"
    case 9: return "(\(expression(.list, depth)) * \(pick(["0", "1", "2", "count"])))"
    case 10:
      return
        "people|groupby('\(attribute())')|\(pick(["list", "map(attribute='grouper')|list", "map('first')|list", "map(attribute='list')|map('length')|list"]))"
    default: return chance(50) ? numbers(depth) : texts(depth)
    }
  }

  private mutating func slice() -> String {
    let bounds = ["", "0", "1", "2", "-1", "-2", "10", "count"]
    return pick(bounds) + ":" + pick(bounds) + pick(["", "", ":2", ":-1", ":1", ":"])
  }

  private mutating func batching() -> String {
    pick(["batch(2)", "batch(2, 'z')", "batch(3, 0)", "slice(2)", "slice(3, 'f')", "slice(1)", "batch(linecount=2)"])
  }

  private mutating func numbers(_ depth: Int) -> String {
    switch number(0...7) {
    case 0: return "\(expression(.numbers, depth))|\(pick(["sort", "sort(reverse=true)", "sort(true)"]))"
    case 1: return "\(expression(.numbers, depth))|unique|list"
    case 2, 3:
      return
        "\(expression(.numbers, depth))|\(pick(["select", "reject"]))(\(pick(["'odd'", "'even'", "'gt', 2", "'divisibleby', 3", "'>=', 2", "", "'in', [1, 2]"])))|list"
    case 4:
      return
        "\(expression(.numbers, depth))|map(\(pick(["'abs'", "'string'", "'float'", "'int'", "'round', 1", "'default', 0"])))|list"
    case 5: return "\(expression(.people, depth))|map(attribute='age')|list"
    case 6: return "[\(expression(.integer, depth)), \(expression(.integer, depth))]"
    default: return "(\(expression(.numbers, depth)))[\(slice())]"
    }
  }

  private mutating func texts(_ depth: Int) -> String {
    switch number(0...7) {
    case 0:
      return
        "\(expression(.texts, depth))|\(pick(["sort", "sort(case_sensitive=true)", "sort(true)", "sort(reverse=true, case_sensitive=true)"]))"
    case 1:
      return
        "\(expression(.texts, depth))|\(pick(["unique|list", "unique(true)|list", "unique(case_sensitive=false)|list"]))"
    case 2:
      return
        "\(expression(.texts, depth))|map('\(pick(["upper", "lower", "title", "capitalize", "length", "trim", "e", "first", "string"]))')|list"
    case 3:
      return
        "\(expression(.texts, depth))|\(pick(["select", "reject"]))(\(pick(["'string'", "'upper'", "'lower'", "'defined'", "'in', items", "'ne', 'A'", "'in'"])))|list"
    case 4: return "\(expression(.people, depth))|map(attribute='\(pick(["name", "city"]))')|list"
    case 5: return "[\(expression(.text, depth)), \(expression(.text, depth))]"
    case 6:
      return
        "\(expression(.texts, depth))|map(\(pick(["'replace', 'a', 'b'", "'truncate', 3, true, '', 0", "'center', 7", "'default', 'x'"])))|list"
    default: return "\(expression(.texts, depth))|reverse|list"
    }
  }

  private mutating func people(_ depth: Int) -> String {
    switch number(0...5) {
    case 0:
      return
        "people|sort(attribute='\(pick(["name", "age", "city", "age,name", "city,name"]))'\(pick(["", ", reverse=true", ", case_sensitive=true"])))"
    case 1:
      return
        "people|selectattr('\(attribute())', \(pick(["'eq', 30", "'defined'", "'gt', 26", "'string'", "'in', ['Paris', 'A']"])))|list"
    case 2: return "people|rejectattr('\(attribute())'\(pick(["", ", 'eq', 30", ", 'undefined'"])))|list"
    case 3: return "people|unique(attribute='\(attribute())')|list"
    case 4: return "[people|\(pick(["min", "max"]))(attribute='\(attribute())')]"
    default: return "(people|batch(2)|first|d([]))"
    }
  }

  private mutating func attribute() -> String {
    chance(8) ? pick(["nope", "address.zip"]) : pick(["name", "age", "city"])
  }

  private mutating func mapping(_ depth: Int) -> String {
    switch number(0...4) {
    case 0:
      return
        "{'a': \(expression(anyKind(), depth)), \(pick(["name", "'b'", "'<'", "title", "''"])): \(expression(anyKind(), depth))}"
    case 1: return "people|\(pick(["first", "last"]))|d({})"
    case 2:
      return
        "{\(pick(["0", "1.0", "true", "none", "'z'", "name", "(1, 2)", "-1", "1"])): 1, 1: 2, 'z': \(expression(anyKind(), depth))}"
    case 3: return "user.address|d(user)"
    default: return "people[\(pick(["0", "-1", "1"]))]|default(user)"
    }
  }
}
