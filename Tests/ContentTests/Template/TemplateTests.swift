import AdminCore
import Content
import Testing

@Suite("Templates")
struct TemplateTests {
  // MARK: Names

  @Test("A template names the variables it takes from outside")
  func variables() throws {
    let source = """
      {{ a }}{% set b = c %}{{ b }}{% for d in e if f %}{{ d }}{{ loop.index }}{% else %}{{ g }}{% endfor %}\
      {% with h = i %}{{ h }}{% endwith %}{% if j is defined %}{{ k|default(l) }}{% endif %}{{ m.n.o[p] }}\
      {% set q %}{{ r }}{% endset %}{% filter replace('x', s) %}{{ t }}{% endfilter %}{{ a }}
      """
    #expect(
      try Template(source, escaping: .none).variables == [
        "a", "c", "e", "f", "g", "i", "j", "k", "l", "m", "p", "r", "s", "t",
      ])
    #expect(try Template("{{ x }}{% set x = 1 %}", escaping: .none).variables == ["x"])
    #expect(try Template("text", escaping: .none).variables == [])
  }

  @Test("Declared names are compared with those used")
  func declaration() {
    let declaration = Template.Declaration(used: ["b", "a", "b"], declared: ["c", "b"])
    #expect(declaration.undeclared == ["a"] && declaration.unused == ["c"])
    #expect(Template.Declaration(used: ["a"], declared: ["a", "a"]) == Template.Declaration(used: [], declared: []))
  }

  // MARK: Previews

  @Test(
    "A preview shows what is missing and names it",
    arguments: [
      ("Dear {{ name }}", "Dear [name]", ["name"]), ("{{ a.b.c }}", "[a.b.c]", ["a", "a.b", "a.b.c"]),
      ("{{ given }} {{ x }}{{ x }}", "yes [x][x]", ["x"]), ("{{ x|upper }}", "[x]", ["x"]),
      ("{{ x ~ '!' }}", "[x]!", ["x"]), ("{{ x + 1 }}", "[x]", ["x"]), ("{{ x|d('y') }}", "y", []),
      ("{% if x is defined %}a{% else %}b{% endif %}", "b", []), ("{% if x %}a{% else %}b{% endif %}", "b", ["x"]),
      ("{% for i in x %}{{ i }}{% endfor %}", "[x]", ["x"]), ("{{ x == 1 }}", "False", ["x"]),
      ("{{ x is upper }}", "False", ["x"]), ("{{ x is none }}", "False", []), ("{{ x and 1 }}", "[x]", ["x"]),
      ("{{ given|replace('y', x) }}", "[x]", ["x"]), ("{{ [x] }}", "[Undefined]", []), ("{{ x[0] }}", "[x]", ["x"]),
      ("{% set y = x %}{{ y }}", "[x]", ["x"]), ("{% set a, b = x %}{{ a }}{{ b }}", "[x][x]", ["x"]),
      ("{% set y | upper %}{{ x }}{% endset %}{{ y }}", "[X]", ["x"]),
      ("{% filter replace('a', x) %}a{% endfilter %}", "[x]", ["x"]), ("{{ -x }}", "[x]", ["x"]),
      ("{{ given.nope }}", "[given.nope]", ["given.nope"]), ("{{ list[9] }}", "[list[9]]", ["list[9]"]),
      ("{% for i in list %}{{ i.a }}{% endfor %}", "[i.a][i.a]", ["i.a"]), ("{{ '%s'|format(x) }}", "[x]", ["x"]),
      ("{{ x if given }}", "[x]", ["x"]), ("{{ ('a' if x) ~ 'b' }}", "b", ["x"]),
      ("{% for n in list recursive %}{{ loop(n.c) }}{% endfor %}", "[n.c][n.c]", ["n.c"]),
      ("{{ [] | select('in', x) | list }}", "[]", []), ("{{ 1 in x }}", "False", ["x"]),
    ])
  func previews(_ source: String, _ text: String, _ missing: [String]) throws {
    let preview = try Template(source, escaping: .none).preview(["given": "yes", "list": [1, 2]])
    #expect(preview.text == text, "\(source)")
    #expect(preview.missingVariables == missing, "\(source)")
  }

  @Test("A preview escapes like the mail, and other errors stay errors")
  func previewOfHTML() throws {
    let preview = try Template("<p>{{ a }}{{ user['<b>'] }}</p>", escaping: .html).preview(["a": "<", "user": [:]])
    #expect(preview.text == "<p>&lt;[user.&lt;b&gt;]</p>")
    let unused = try Template("{% set y|first %}{% endset %}x", escaping: .html).preview([:])
    #expect(unused.text == "x" && unused.missingVariables == ["item"])
    let chosen = try Template("{% set y|d(1 if false) %}{% endset %}{{ y is defined }}", escaping: .html)
    #expect(try chosen.preview([:]).text == chosen.render([:]))
    #expect(throws: TemplateError.self) { try Template("{{ 1 // 0 }}", escaping: .none).preview([:]) }
  }

  // MARK: Segments

  @Test("A source is cut into text and tags, which together are the source again")
  func segments() throws {
    let source = "a{{ b }}{%- if c -%}\r\n{# d #}{% raw %}{{ e }}{% endraw %}{% endif %}f\n"
    let segments = try TemplateSegments.split(source)
    #expect(
      segments.map(\.kind) == [
        .text, .output, .statement("if"), .text, .comment, .raw, .statement("endif"), .text,
      ])
    #expect(segments.map { String($0.text) }.joined().utf8.elementsEqual(source.utf8))
    #expect(try TemplateSegments.split("").isEmpty)
    #expect(throws: TemplateError.self) { try TemplateSegments.split("{{ x") }
  }

  // MARK: The cache

  @Test("A source is parsed once for each way of escaping")
  func cache() throws {
    let cache = TemplateCache(maximumCount: 3, maximumBytes: 100)
    let first = try cache.template("{{ a }}", escaping: .html)
    #expect(cache.count == 1)
    #expect(try cache.template("{{ a }}", escaping: .html).render(["a": "<"]) == first.render(["a": "<"]))
    #expect(cache.count == 1)
    #expect(try cache.template("{{ a }}", escaping: .none).render(["a": "<"]) == "<")
    #expect(cache.count == 2)
    // Composed and decomposed letters look alike and are two sources.
    #expect(try cache.template("\u{E9}", escaping: .none).render([:]).unicodeScalars.count == 1)
    #expect(try cache.template("e\u{301}", escaping: .none).render([:]).unicodeScalars.count == 2)
    #expect(cache.count == 3)
  }

  @Test("The cache keeps the templates used last, within its bytes")
  func eviction() throws {
    let cache = TemplateCache(maximumCount: 2, maximumBytes: 20)
    _ = try cache.template("aaaa", escaping: .none)
    _ = try cache.template("bbbb", escaping: .none)
    _ = try cache.template("aaaa", escaping: .none)
    _ = try cache.template("cccc", escaping: .none)
    #expect(cache.count == 2)
    _ = try cache.template(String(repeating: "d", count: 18), escaping: .none)
    #expect(cache.count == 1)
    _ = try cache.template(String(repeating: "e", count: 21), escaping: .none)
    #expect(cache.count == 1)
    #expect(throws: TemplateError.self) { try cache.template("{{", escaping: .none) }
    #expect(cache.count == 1)
    #expect(try TemplateCache(maximumCount: 0).template("x", escaping: .none).render([:]) == "x")
  }

  // MARK: Values given

  @Test("JSON becomes values as Python reads it")
  func values() throws {
    func rendered(_ value: JSONValue) throws -> String {
      try Template("{{ x }}|{{ x is integer }}", escaping: .none).render(["x": value])
    }
    #expect(try rendered(1) == "1|True")
    #expect(try rendered(1.0) == "1.0|False")
    #expect(try rendered(.number(JSONParser.parse("1e2").numberValue)) == "100.0|False")
    #expect(try rendered(.number(JSONParser.parse("-0").numberValue)) == "0|True")
    #expect(try rendered(["a", nil, true, [:]]) == "['a', None, True, {}]|False")
    #expect(throws: TemplateError.self) {
      try rendered(.number(JSONParser.parse("99999999999999999999").numberValue))
    }
  }
}

extension JSONValue {
  /// The number this is known to be.
  fileprivate var numberValue: JSONNumber {
    if case .number(let number) = self { number } else { JSONNumber(0) }
  }
}
