import AdminCore
import Content
import Testing

@Suite("Errors of templates")
struct TemplateErrorTests {
  private struct NoError: Error {}

  private func error(
    _ source: String, _ variables: JSONObject = [:], declared: [String] = [], escaping: Template.Escaping = .none
  ) throws -> TemplateError {
    do throws(TemplateError) {
      let output = try Template(source, escaping: escaping).render(variables, declaredNames: declared)
      Issue.record("\(source) gave \(output)")
    } catch {
      return error
    }
    throw NoError()
  }

  // MARK: Undefined variables

  @Test("An undefined variable is named, with its place and the nearest name")
  func undefined() throws {
    let variables: JSONObject = ["recipient_name": "Ada", "customer": ["email": "a@example.com", "phone": "1"]]
    let first = try error("Dear {{ name }},\n  {{ recipient_nmae }}!", ["name": "x"], declared: ["recipient_name"])
    #expect(first.kind == .undefined && first.code == .undefinedVariable)
    #expect(first.variable == "recipient_nmae" && first.suggestion == "recipient_name")
    #expect(first.line == 2 && first.column == 6)
    #expect(
      first.message == "line 2, column 6: 'recipient_nmae' is not defined; did you mean 'recipient_name'?")

    let member = try error("{{ customer.emial }}", variables)
    #expect(member.variable == "customer.emial" && member.suggestion == "email")
    #expect(member.reason == "there is no 'emial' in 'customer'")

    let deep = try error("{% for c in [customer] %}{{ c.adress.city }}{% endfor %}", variables)
    #expect(deep.variable == "c.adress" && deep.suggestion == nil)

    #expect(try error("{{ cutomer }}", variables).suggestion == "customer")
    #expect(try error("{% set total = 1 %}{{ totla }}").suggestion == "total")
    #expect(try error("{{ xyz }}", variables).suggestion == nil)
    #expect(try error("{{ customer.xyz }}", variables).suggestion == nil)
  }

  /// The place of the variable itself, wherever in the expression it is used.
  @Test(
    "The place is that of the name",
    arguments: [
      ("{{ x }}", 1, 4), ("{{ 1 + x }}", 1, 8), ("{{ 'é😀' ~ x }}", 1, 11), ("{% if x %}{% endif %}", 1, 7),
      ("a\nb\r\nc\rd {{ x }}", 4, 6), ("{% for a in x %}{% endfor %}", 1, 13), ("{{ x|upper }}", 1, 4),
      ("{{ 'a'|replace('a', x) }}", 1, 21), ("{{ [1, x] is eq [1, 2] }}", 1, 8), ("{{ [1][x] }}", 1, 8),
      ("{% set a = x + 1 %}", 1, 12),
      ("{% with a = x %}{{ a }}{% endwith %}", 1, 13), ("{{ 1 < x }}", 1, 8), ("{{ x and 1 }}", 1, 4),
      ("{{ -x }}", 1, 5), ("{{ x[0] }}", 1, 4), ("{{ 'a'[x] }}", 1, 8), ("{{ not x }}", 1, 8),
      ("{% filter replace('a', x) %}a{% endfilter %}", 1, 24), ("{{ '%s'|format(x) }}", 1, 16),
      ("{{ {'a': x}.a }}", 1, 10), ("{{ 1 if x }}", 1, 9), ("\n\n   {{- x -}}", 3, 8),
      ("{% set b %}{{ x }}{% endset %}", 1, 15), ("{% if a is defined %}{% elif x %}{% endif %}", 1, 30),
    ])
  func places(_ source: String, _ line: Int, _ column: Int) throws {
    let found = try error(source)
    #expect(found.kind == .undefined && found.variable == "x", "\(source): \(found)")
    #expect(found.line == line && found.column == column, "\(source): \(found)")
  }

  @Test("A value that is missing somewhere else than in a variable says where")
  func missingElsewhere() throws {
    let lists: JSONObject = ["items": ["a", "b"], "text": "ab", "none_left": []]
    for (source, words) in [
      ("{{ items[5] }}", "a list of 2 has no such element"), ("{{ text[5] }}", "the text has no such character"),
      ("{{ items.x }}", "a list has no member 'x'"), ("{{ text.upper }}", "use the filter 'upper'"),
      ("{{ none_left|first }}", "there is no first item: the sequence is empty"),
      ("{{ none_left|last }}", "there is no last item"), ("{{ none_left|max }}", "the sequence is empty"),
      ("{{ {1: 2}[3] }}", "there is no such key"), ("{{ 1[0] }}", "has no elements by a whole number"),
      ("{% for i in items %}{{ loop.previtem }}{% endfor %}", "there is no previous item"),
      ("{% for i in items %}{{ loop.idnex }}{% endfor %}", "'loop' has no 'idnex'; did you mean 'index'?"),
      ("{% for i in items %}{{ loop.cycle }}{% endfor %}", "must be followed by its arguments"),
      ("{{ items|map(upper)|list }}", "put the name of the filter in quotes"),
    ] {
      let found = try error(source, lists)
      #expect(found.kind == .undefined, "\(source)")
      #expect(found.message.contains(words), "\(source): \(found)")
    }
  }

  // MARK: Syntax

  @Test(
    "A syntax error says what was expected and where",
    arguments: [
      ("a\n{{ 1 + }}", 2, 8, "expected an expression, found '}}'"),
      ("{{ 1 2 }}", 1, 6, "expected '}}', found a number"),
      ("{% if x %}a", 1, 4, "'if' is not closed; it needs '{% elif %}' or '{% else %}' or '{% endif %}'"),
      ("{% if x %}{% endfor %}", 1, 14, "'endfor' does not fit here: the innermost open statement needs"),
      ("{% endif %}", 1, 4, "'endif' ends nothing that was opened"),
      ("{% fro x in y %}", 1, 4, "there is no statement 'fro'; did you mean 'for'?"),
      ("{{ x|uper }}", 1, 6, "there is no filter 'uper'; did you mean 'upper'?"),
      ("{{ x is strng }}", 1, 9, "there is no test 'strng'; did you mean 'string'?"),
      ("{{ x is odd is even }}", 1, 13, "cannot be chained"),
      ("{{ 'abc }}", 1, 4, "the text that starts here is not closed"),
      ("{{ x ", 1, 6, "expected '}}', found the end of the template"),
      ("{# x", 1, 1, "the comment that starts here is not closed"),
      ("{% raw %}x", 1, 1, "the raw block that starts here is not closed"),
      ("{{ (1] }}", 1, 6, "unexpected ']', expected ')'"), ("{{ 1) }}", 1, 5, "unexpected ')'"),
      ("{{ $ }}", 1, 4, "unexpected character '$'"), ("{{ '\\x4' }}", 1, 4, "an escape that names no character"),
      ("{% set 1 = 2 %}", 1, 8, "only names can be assigned to"),
      ("{% for loop in x %}{% endfor %}", 1, 8, "'loop' cannot be set within a loop"),
      ("{{ x[1:2, 3:4] }}", 1, 5, "a slice stands alone"), ("{{ x|d(a=1, 2) }}", 1, 7, "no valid order"),
      ("{{ x|d(a=1, a=2) }}", 1, 13, "the argument 'a' is given twice"), ("{{ x. }}", 1, 7, "a name or a number"),
      ("{% %}", 1, 4, "expected the name of a statement"), ("{% for x of y %}", 1, 10, "expected 'in'"),
    ])
  func syntax(_ source: String, _ line: Int, _ column: Int, _ words: String) throws {
    let found = try error(source)
    #expect(found.kind == .syntax && found.code == .templateSyntax, "\(source): \(found)")
    #expect(found.message.contains(words), "\(source): \(found)")
    #expect(found.line == line && found.column == column, "\(source): \(found)")
  }

  // MARK: Refusals

  @Test(
    "What this language has not is refused by its name",
    arguments: [
      ("{% include 'x' %}", "include"), ("{% import 'x' as y %}", "import"), ("{% from 'x' import y %}", "from"),
      ("{% extends 'x' %}", "extends"), ("{% block x %}{% endblock %}", "block"), ("{% macro x() %}", "macro"),
      ("{% call x() %}", "call"), ("{% autoescape true %}", "autoescape"), ("{% do x %}", "do"),
      ("{% print x %}", "print"),
      ("{% break %}", "break"), ("{% continue %}", "continue"), ("{% trans %}", "trans"), ("{% debug %}", "debug"),
      ("{{ self.x }}", "self"), ("{{ super }}", "super"), ("{{ caller }}", "caller"), ("{{ varargs }}", "varargs"),
      ("{{ kwargs }}", "kwargs"), ("{{ x.__class__ }}", "__class__"), ("{{ x.__init__.__globals__ }}", "__init__"),
      ("{{ x() }}", "x(…)"), ("{{ x.y() }}", ".y(…)"), ("{{ x['y']() }}", "calls are not allowed"),
      ("{{ range(3) }}", "range(…)"), ("{{ lipsum() }}", "lipsum(…)"), ("{{ dict(a=1) }}", "dict(…)"),
      ("{{ namespace() }}", "namespace(…)"), ("{{ cycler(1) }}", "cycler(…)"), ("{{ joiner() }}", "joiner(…)"),
      ("{{ 'a'() }}", "calls are not allowed"), ("{{ x|upper()() }}", "calls are not allowed"),
      ("{{ (x|upper)() }}", "upper"), ("{% set ns.x = 1 %}", "ns"), ("{{ x|attr('y') }}", "attr"),
      ("{{ x|random }}", "random"), ("{{ x|pprint }}", "pprint"), ("{{ x|urlize }}", "urlize"),
      ("{{ x|xmlattr }}", "xmlattr"), ("{{ x|forceescape }}", "forceescape"), ("{{ x is callable }}", "callable"),
      ("{{ 'x' is filter }}", "filter"), ("{{ 'x' is test }}", "test"), ("{{ '\\N{DASH}' }}", "\\N"),
      ("{% set loop = 1 %}{{ loop(2) }}", "loop(…)"), ("{% set loop = {} %}{{ loop.cycle(1) }}", "loop.cycle(…)"),
    ])
  func refused(_ source: String, _ name: String) throws {
    let found = try error(source, ["x": "a"])
    #expect(found.kind == .refused && found.code == .templateSyntax, "\(source): \(found)")
    #expect(found.reason.contains(name), "\(source): \(found)")
  }

  @Test(
    "A refusal says what to write instead",
    arguments: [
      ("{{ x.upper() }}", "use the filter 'upper'"), ("{{ x.strip() }}", "use the filter 'trim'"),
      ("{{ x.get('a') }}", "use the filter 'default'"), ("{{ x.strftime('%d') }}", "use the filter 'date'"),
      ("{{ x.items() }}", "use the filter 'items'"), ("{{ len(x) }}", "use the filter 'length'"),
      ("{{ str(x) }}", "use the filter 'string'"), ("{{ upper(x) }}", "use the filter 'upper'"),
      ("{{ x.startswith('a') }}", "values have no methods; use a filter"), ("{% print x %}", "write '{{ … }}' instead"),
      ("{{ x|forceescape }}", "use 'escape'"),
    ])
  func remedies(_ source: String, _ words: String) throws {
    #expect(try error(source, ["x": "a"]).message.contains(words))
  }

  // MARK: Values

  @Test(
    "A value that does not fit says what it is and what was wanted",
    arguments: [
      ("{{ 'a' + 1 }}", "'+' does not work on a text and a whole number; put texts together with '~'"),
      ("{{ 1 // 0 }}", "divided by zero"), ("{{ 1 < 'a' }}", "have no order"), ("{{ 1 in 2 }}", "nothing can be in"),
      ("{{ {[]: 1} }}", "a list cannot be a key"), ("{{ 5|length }}", "a whole number has no length"),
      ("{% for x in 5 %}{% endfor %}", "a whole number has no elements to go through"),
      ("{% for a, b in [(1, 2, 3)] %}{% endfor %}", "there are more values than 2 names"),
      ("{% for a, b in [(1,)] %}{% endfor %}", "1 value cannot be shared among 2 names"),
      ("{{ 9223372036854775807 + 1 }}", "does not fit a 64-bit integer"), ("{{ 1e400|int }}", "infinite"),
      ("{{ 99999999999999999999 }}", "does not fit a 64-bit integer"),
      ("{{ 2 ** 63 }}", "does not fit a 64-bit integer"),
      ("{{ 'x'|map('upper') }}", "put '|list' or '|join' behind the filter"),
      ("{{ 'a'|upper(1) }}", "'upper' takes 0 arguments at most, not 1"),
      ("{{ 'a'|trim(x=1) }}", "'trim' has no argument 'x'"), ("{{ 'a'|replace('b') }}", "needs the argument 'new'"),
      ("{{ '%d'|format('x') }}", "needs a whole number, not a text"), ("{{ '%s'|format }}", "fewer values"),
      ("{{ [1]|map('nope')|list }}", "there is no filter 'nope'"), ("{{ 1|date }}", "works on a date"),
      ("{{ 'a' is odd }}", "no text is odd, even or divisible"), ("{{ 1|money('X') }}", "is no currency"),
      ("{{ 'a'|money('EUR') }}", "works on an amount"),
      ("{% for a in [1] %}{{ loop(1) }}{% endfor %}", "only a recursive loop can be called"),
    ])
  func values(_ source: String, _ words: String) throws {
    let found = try error(source)
    #expect(found.kind == .value && found.code == .templateSyntax, "\(source): \(found)")
    #expect(found.message.contains(words), "\(source): \(found)")
  }

  @Test("An error carries its parts for programs too")
  func adminError() throws {
    let found = try error("\n{{ nmae }}", ["name": 1])
    let shown = AdminError(found, in: "bodyHtml")
    #expect(shown.code == .undefinedVariable)
    #expect(shown.message == "bodyHtml, line 2, column 4: 'nmae' is not defined; did you mean 'name'?")
    #expect(
      shown.details == [
        "kind": "undefined", "line": 2, "column": 4, "part": "bodyHtml", "variable": "nmae", "suggestion": "name",
      ])
    #expect(AdminError(found).message.hasPrefix("Template line 2"))
    #expect(found.description == found.message)
  }
}
