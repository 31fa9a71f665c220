package import AdminCore

/// Templates at the limits of what a template may cost: each must end at once, in an error that says which limit it is,
/// or in an output.
package struct BoundCase: Sendable {
  package let name: String
  package let template: String
  package let context: JSONObject
  /// What the error must say; `nil` where the template is heavy and may end either way.
  package let words: String?

  init(_ name: String, _ template: String, _ context: JSONObject = [:], says words: String? = nil) {
    self.name = name
    self.template = template
    self.context = context
    self.words = words
  }

  package static let all: [BoundCase] = refused + heavySources + heavyRenderings + heavyFilters
}

extension BoundCase {
  private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

  private static func nested(_ depth: Int) -> JSONValue {
    (0..<depth).reduce(JSONValue.int(1)) { value, _ in [value] }
  }

  private static let thousand: JSONValue = .array((0..<1000).map { JSONValue.int($0) })
  private static let lists: JSONObject = ["many": thousand, "text": .string(times(1000, "lorem ipsum "))]

  // MARK: Beyond a limit

  /// One for each limit there is, some with several ways to it.
  package static let refused: [BoundCase] = [
    BoundCase("source", times((512 << 10) + 1, "x"), says: "longer than 524288 bytes"),
    BoundCase("tokens", times(34_000, "{{ x }}."), says: "more than 100000 parts"),
    BoundCase("tokens in a tag", "{{ [" + times(600, "1,") + "] }}", says: "more than 1000 parts"),
    BoundCase(
      "statements within statements", times(101, "{% if a %}") + times(101, "{% endif %}"), says: "nested more than 100"
    ),
    BoundCase("brackets", "{{ " + times(101, "(") + "1" + times(101, ")") + " }}", says: "nested more than 100"),
    BoundCase("lists in lists", "{{ " + times(101, "[") + times(101, "]") + " }}", says: "nested more than 100"),
    BoundCase("signs", "{{ " + times(101, "-") + "1 }}", says: "nested more than 100"),
    BoundCase("not", "{{ " + times(101, "not ") + "1 }}", says: "nested more than 100"),
    BoundCase("inline if", "{{ " + times(101, "1 if x else ") + "2 }}", says: "nested more than 100"),
    BoundCase("a chain of sums", "{{ a" + times(200, " + 1") + " }}", says: "chains more than 150"),
    BoundCase("a chain of filters", "{{ a" + times(200, "|upper") + " }}", says: "chains more than 150"),
    BoundCase("a chain of members", "{{ a" + times(200, ".b") + " }}", says: "chains more than 150"),
    BoundCase("a chain of and", "{{ a" + times(200, " and a") + " }}", says: "chains more than 150"),
    BoundCase(
      "a filter block's chain", "{% filter upper" + times(200, "|upper") + " %}{% endfilter %}",
      says: "chains more than 150"),
    BoundCase("values given", "{{ x }}", ["x": nested(151)], says: "nested more than 150 deep"),
    BoundCase(
      "values made", "{% set x = 1 %}" + times(151, "{% set x = [x] %}") + "{{ x }}", says: "nested more than 150 deep"),
    BoundCase("output by text", "{% for a in many %}" + times(1100, "x") + "{% endfor %}", lists, says: "output"),
    BoundCase("output by values", "{% for a in many %}{{ text }}{% endfor %}", lists, says: "output"),
    BoundCase(
      "output of a block", "{% set x %}{% for a in many %}{{ text }}{% endfor %}{% endset %}", lists, says: "output"),
    BoundCase(
      "turns", "{% for a in many %}{% for b in many %}{% endfor %}{% endfor %}", lists, says: "more than 100000 turns"),
    BoundCase(
      "turns of a condition", "{% for a in many %}{% for b in many if b < 0 %}{% endfor %}{% endfor %}", lists,
      says: "more than 100000 turns"),
    BoundCase("a text times a number", "{{ text * 1000 }}", lists, says: "a text would be longer"),
    BoundCase("a constant text", "{{ 'x' * 2000000 }}", says: "a text would be longer"),
    BoundCase("a list times a number", "{{ (many * 1000)|length }}", lists, says: "a list would have more"),
    BoundCase("a text put together", "{% set a = text * 80 %}{{ a ~ a }}", lists, says: "a text would be longer"),
    BoundCase("replacing", "{{ text|replace('', text) }}", lists, says: "a text would be longer"),
    BoundCase("joining", "{{ many|join(text) }}", lists, says: "a text would be longer"),
    BoundCase("centring", "{{ 'x'|center(2000000) }}", says: "a text would be longer"),
    BoundCase("indenting", "{{ 'x'|indent(2000000) }}", says: "a text would be longer"),
    BoundCase("indenting many lines", "{{ text|replace(' ', '\\n')|indent(10000) }}", lists, says: "takes too long"),
    BoundCase("JSON", "{{ many|tojson(1100) }}", lists, says: "a text would be longer"),
    BoundCase("a format's width", "{{ '%2000000d' % 1 }}", says: "characters"),
    BoundCase("a format's precision", "{{ '%.2000000f' % 1 }}", says: "characters"),
    BoundCase("a format's star", "{{ '%*d' % (2000000, 1) }}", says: "characters"),
    BoundCase(
      "sequences upon sequences", "{% set x = many %}" + times(120, "{% set x = x|map('abs') %}") + "{{ x|first }}",
      lists,
      says: "built upon each other"),
    BoundCase(
      "a loop that calls itself for ever", "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}", says: "too deep"),
    BoundCase(
      "work", "{% set long = text * 80 %}{% for a in many %}{{ 'x' in long }}{% endfor %}", lists,
      says: "takes too long"),
    BoundCase(
      "constant work", times(300, "{{ ('ab' * 500000)|reverse|length }}"), says: "too much to compute"),
  ]

  // MARK: Heavy to parse

  private static let size = 500_000

  /// As long as a template may be, or of nearly as many tokens.
  private static func filled(_ text: (Int) -> String) -> String {
    var result = ""
    var (number, tokens) = (0, 0)
    while result.utf8.count < size, tokens < 98_000 {
      let piece = text(number)
      result += piece
      tokens += piece.matches(of: /\w+|\{[%{#]|[%}#]\}|\W/).count
      number += 1
    }
    return result
  }

  private static let heavySources: [BoundCase] = [
    BoundCase("text", times(size, "x")),
    BoundCase("braces", times(size / 2, "{ ")),
    BoundCase("outputs", filled { _ in "{{x}}" }, ["x": 1]),
    BoundCase("constants", filled { _ in "{{1+1}}" }),
    BoundCase("constant texts", filled { _ in "{{'a'|upper~'b'}}" }),
    BoundCase("names", filled { "{{a\($0)|d}}" }),
    BoundCase("missing names", filled { "{{a\($0)}}" }),
    BoundCase("members", filled { "{{a.b\($0)|d}}" }, ["a": [:]]),
    BoundCase("sets", filled { "{%set a\($0)=1%}" }),
    BoundCase("sets in branches", filled { "{%if x%}{%set a\($0)=1%}{%endif%}" }, ["x": true]),
    BoundCase(
      "sets in both branches", filled { "{%if x%}{%set a\($0)=1%}{%else%}{%set b\($0)=1%}{%endif%}" }, ["x": true]),
    BoundCase("tests of definition", filled { "{%if a\($0) is defined%}{{a\($0)}}{%endif%}" }),
    BoundCase(
      "one if with many branches", "{%if x%}" + filled { "{%elif y\($0)|d%}{%set a\($0)=1%}" } + "{%endif%}",
      ["x": true]),
    BoundCase("many loops", filled { "{%for a\($0) in x%}{{loop.index}}{%endfor%}" }, ["x": [1]]),
    BoundCase("withs", filled { "{%with a\($0)=1%}{{a\($0)}}{%endwith%}" }),
    BoundCase("blocks", filled { "{%set a\($0)%}x{%endset%}" }),
    BoundCase("filter blocks", filled { _ in "{%filter upper%}x{%endfilter%}" }),
    BoundCase("comments", filled { _ in "{#x#}" }),
    BoundCase("raw blocks", filled { _ in "{%raw%}{{{%endraw%}" }),
    BoundCase(
      "loops within loops", times(99, "{%for a in x%}") + times(440_000, "y") + times(99, "{%endfor%}"), ["x": [1]]),
    BoundCase(
      "loops within loops around names",
      times(99, "{%for a in x%}") + filled { "{{a\($0 % 100)|d}}" }
        + times(99, "{%endfor%}"), ["x": [1]]),
    BoundCase(
      "branches within branches around sets",
      times(99, "{%if x%}") + filled { "{%set a\($0)=1%}" }
        + times(99, "{%endif%}"), ["x": true]),
    BoundCase("a long text literal", "{{ '" + times(size, "x") + "' }}"),
    BoundCase("a literal of escapes", "{{ '" + times(size / 4, "\\x41") + "' }}"),
    BoundCase("a tag that is not closed", "{{ " + times(size, " ")),
    BoundCase("tags that are not closed", filled { _ in "{# " }),
    BoundCase("raw blocks that are not closed", "{% raw %}" + filled { _ in "{% " }),
    BoundCase("white space to be trimmed", times(10_000, "{{- 1 -}}" + times(40, " "))),
    BoundCase("line ends", times(size / 2, "\r\n") + "{{ nope }}"),
    BoundCase("formats", filled { _ in "{{'%d'|format(1)}}" }),
  ]

  // MARK: Heavy to render

  private static let people: JSONValue = .array(
    (0..<1000).map {
      ["name": .string("Name \($0 * 7919 % 1000)"), "age": .int($0 % 50), "city": .string("C\($0 % 10)")]
    })

  /// The expression over and over, until the budget is spent.
  private static func repeated(_ expression: String) -> BoundCase {
    BoundCase(
      "over and over: \(expression)",
      "{% for a in many %}" + times(400, "{% if \(expression) %}{% endif %}") + "{% endfor %}",
      [
        "many": thousand, "x": "lorem", "number": 12.5, "people": people, "day": "2026-01-31T10:00:00Z",
        "tags": "<a>b&c;</a>",
        "long": .string(times(1000, "lorem ipsum\n")),
      ])
  }

  private static func inLoops(_ body: String) -> BoundCase {
    BoundCase(
      "in loops: \(body)", "{% for a in many %}{% for b in many %}\(body){% endfor %}{% endfor %}",
      ["many": thousand, "x": "lorem"])
  }

  private static let heavyRenderings: [BoundCase] =
    [
      "a", "a + 1", "a - a * 2", "a // 3", "a % 3", "a / 3", "2 ** (a % 20)", "2.5 ** a", "number * 2", "x ~ a",
      "x ~ x ~ x", "x + x", "x * 3", "-a", "not a", "a < 5", "a < 5 < 7", "a == x", "x == x", "x < 'm'",
      "a in [1, 2, 3]",
      "x in long", "a in many", "a and x", "a if x else 1", "[a, a]", "(a, a)", "{'a': a}", "{'a': a}.a", "x[1]",
      "x[1:3]", "x[::-1]", "many[a]", "many[1:5]", "many[::-1]", "people[0].name", "people[0]['name']", "loop.index",
      "loop.last", "loop.length", "loop.cycle(1, 2)", "loop.changed(a)", "loop.nextitem|d", "missing|d", "x.y|d",
      "a is odd", "a is divisibleby 3", "x is string", "x is upper", "missing is defined", "x is in long", "a|string",
      "number|string", "a|float", "x|int", "x|float", "'0x1f'|int(0, 16)", "number|int", "number|round",
      "number|round(2)",
      "number|round(-1)", "number|round(2, 'floor')", "a|abs", "a|filesizeformat", "a|money('USD')",
      "number|money('EUR')",
      "'1234567.891'|money('JPY')", "day|date", "day|date('%c %G-W%V-%u %j %U %W', '+05:30')", "'%s'|format(a)",
      "'%05.2f'|format(number)", "'%g %e %.30f' % (number, number, number)", "'%(a)s' % {'a': a}", "'%r' % x",
      "'%x' % a",
      "x|upper", "x|lower", "x|title", "x|capitalize", "x|trim", "x|e", "x|safe", "tags|striptags", "x|length",
      "x|wordcount", "x|urlencode", "{'a': a}|urlencode", "x|replace('o', 'a')", "x|reverse", "x|first", "x|last",
      "x|list",
      "x|center(20)", "x|indent", "x|truncate(3, true, '', 0)", "long|truncate(100)", "x|wordwrap(3)", "x|tojson",
      "a|tojson", "{'b': a, 'a': x}|tojson(2)", "x|join(', ')", "many|join(', ')", "many|join('<br>'|safe)",
      "people|join(', ', 'name')", "many|list", "many|length", "many|first", "many|last", "many|sum", "many|min",
      "many|max",
      "people|sum('age')", "people|max(attribute='age')", "many|sort", "many|sort(reverse=true)",
      "people|sort(attribute='name')",
      "people|sort(attribute='city,age')", "many|unique|list", "people|unique(attribute='city')|list",
      "people|groupby('city')", "people[0]|dictsort", "people[0]|items|list", "many|batch(3)|list",
      "many|slice(7)|list",
      "many|map('string')|list", "people|map(attribute='name')|list", "many|select('odd')|list",
      "many|reject('gt', 5)|list",
      "people|selectattr('age', 'gt', 10)|list", "people|rejectattr('age')|list", "many|select|list",
      "many|map('abs')|map('float')|map('round')|list", "people|string", "many|string", "people|tojson",
      "many|reverse|list",
      "many == many|list", "many < many|list", "many + many", "many * 2", "people == people|list", "long|upper",
      "long|wordwrap(20)", "long|indent", "long|title", "long|striptags", "long|e", "long|tojson",
      "long|replace('o', '00')",
      "long ~ long", "long == long ~ ''", "long is lower", "long[5]", "long[5:500]", "long|wordcount",
      "long|list|length",
    ].map(repeated)
    + [
      "", "y", "{{ b }}", "{{ x }}", "{{ b / 3 }}", "{% set c = b %}", "{% set c %}y{% endset %}",
      "{% with c = b %}{% endwith %}", "{% filter upper %}y{% endfilter %}", "{% if b %}{% else %}{% endif %}",
      "{% for c in [1] %}{% endfor %}", "{% for c in [1] %}{{ loop.index }}{% endfor %}", "{% set c, d = [b, b] %}",
    ].map(inLoops)
    + [
      BoundCase(
        "a tree",
        "{% for a in [1, 2, 3] recursive %}{% if loop.depth < 9 %}{{ loop([1, 2, 3]) }}{% endif %}{% endfor %}"),
      BoundCase(
        "a tree with many names",
        (0..<1000).map { "{% set a\($0) = 1 %}" }.joined()
          + "{% for a in [1, 2, 3] recursive %}{% if loop.depth < 9 %}{{ loop([1, 2, 3]) }}{% endif %}{% endfor %}"),
      BoundCase(
        "missing names in a loop", "{% for a in many %}" + (0..<2000).map { "{{a\($0)|d}}" }.joined() + "{% endfor %}",
        lists),
    ]

  // MARK: Heavy texts

  /// Each filter of texts, over and over, on a text as long as a text may be, until the budget is spent.
  private static let heavyFilters: [BoundCase] = {
    let filters = [
      "upper", "lower", "title", "capitalize", "trim", "trim('xy')", "striptags", "e", "wordcount", "wordwrap(20)",
      "wordwrap(20, false)", "wordwrap(1000000)", "urlencode", "replace('a', 'b')", "replace('aaaaaaab', 'c')",
      "length",
      "list", "reverse", "first", "last", "center(1048576)", "indent", "indent(1, true, true)", "truncate(1000)",
      "truncate(1000, true)", "string", "int", "float", "tojson", "format", "unique|list", "sort", "join('')",
      "batch(3)|list", "slice(3)|list", "map('upper')|list", "select('upper')|list", "[1:]", "[::2]", "*1", "~''",
      "== long",
      "in long", "is upper", "is lower", "% ()", "[0]", "[-1]", "|e|striptags", "dictsort", "money('USD')", "date",
    ]
    let texts = [
      "a", "Z ", "ß", "Σ", "ΑΣ'", "&amp;", "&notit", "&", "<", "<b>", "<!-", "-", "a-", "\n", " ", "7", "é", "😀",
      "\u{301}", "%%",
    ]
    return filters.flatMap { filter in
      texts.map { text in
        let operation =
          filter.first.map { $0.isLetter && !filter.hasPrefix("is ") && !filter.hasPrefix("in ") } ?? false
        let expression = operation ? "(long|\(filter))" : "(long \(filter))"
        return BoundCase(
          "\(filter) of \(text.debugDescription)", "{% for a in many %}{% if \(expression) %}{% endif %}{% endfor %}",
          ["many": thousand, "long": .string(times((1 << 20) / text.utf8.count, text))])
      }
    }
  }()
}
