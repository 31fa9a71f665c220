import AdminCore
import Content
import ContentFuzzing
import Testing

/// How long each of these takes is measured by `content-bench bounds`, not here.
@Suite("Bounds of templates")
struct TemplateBoundTests {
  @Test("What is too much ends in an error that names the limit", arguments: BoundCase.refused.indices)
  func refused(_ index: Int) throws {
    let item = BoundCase.refused[index]
    let words = try #require(item.words)
    do throws(TemplateError) {
      let output = try Template(item.template, escaping: .none).render(item.context)
      Issue.record("\(item.name) gave \(output.utf8.count) bytes")
    } catch {
      #expect(error.kind == .bound && error.code == .templateBound, "\(item.name): \(error)")
      #expect(error.message.contains(words), "\(item.name): \(error)")
    }
  }

  private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

  @Test("What is at a limit still renders")
  func allowed() throws {
    let thousand: JSONValue = .array((0..<1000).map { JSONValue.int($0) })
    let hundred: JSONValue = .array((0..<100).map { JSONValue.int($0) })
    let sources: [(String, JSONObject)] = [
      (Self.times(512 << 10, "x"), [:]),
      (Self.times(100, "{% if a %}") + "x" + Self.times(100, "{% endif %}"), ["a": true]),
      ("{{ " + Self.times(99, "(") + "1" + Self.times(99, ")") + " }}", [:]),
      ("{{ a" + Self.times(148, " + 1") + " }}", ["a": 1]),
      ("{{ [" + Self.times(490, "1,") + "]|length }}", [:]),
      (
        "{% for a in x %}{% for b in y %}{% endfor %}{% endfor %}",
        ["x": thousand, "y": .array(Array(repeating: 1, count: 99))]
      ),
      ("{{ 'x' * 1048576 }}", [:]), ("{{ ([0] * 65536)|length }}", [:]),
      ("{% for a in x recursive %}{% if loop.depth < 50 %}{{ loop([1]) }}{% endif %}{% endfor %}", ["x": hundred]),
      ("{{ x|tojson|length }}", ["x": (0..<149).reduce(JSONValue.int(1)) { value, _ in [value] }]),
    ]
    for (source, variables) in sources {
      #expect(throws: Never.self, "\(source.prefix(40))") {
        try Template(source, escaping: .none).render(variables)
      }
    }
  }

  @Test("Each limit is a value that can be set")
  func limits() throws {
    func kind(_ source: String, _ change: (inout TemplateLimits) -> Void) -> TemplateError.Kind? {
      var limits = TemplateLimits.standard
      change(&limits)
      do throws(TemplateError) {
        _ = try Template(source, escaping: .none, limits: limits).render(["x": [1, 2, 3], "t": "abcdef"])
        return nil
      } catch {
        return error.kind
      }
    }
    #expect(kind("{{ t }}") { $0.sourceBytes = 6 } == .bound)
    #expect(kind("{{ [1, 2, 3] }}") { $0.tagTokens = 5 } == .bound)
    #expect(kind("{{ ((1)) }}") { $0.nesting = 2 } == .bound)
    #expect(kind("{{ t|upper|lower }}") { $0.expressionDepth = 2 } == .bound)
    #expect(kind("{{ [[1]] }}") { $0.valueDepth = 1 } == .bound)
    #expect(kind("{{ t }}") { $0.outputBytes = 5 } == .bound)
    #expect(kind("{{ '&&' }}{{ t }}") { $0.outputBytes = 7 } == .bound)
    #expect(kind("{% for a in x %}{% endfor %}") { $0.loopTurns = 2 } == .bound)
    #expect(kind("{{ (t ~ t)|length }}") { $0.valueBytes = 8 } == .bound)
    #expect(kind("{{ t|upper }}") { $0.work = 10 } == .bound)
    #expect(kind("{% for a in [1] recursive %}{{ loop([]) }}{% endfor %}") { $0.evaluationDepth = 1 } == .bound)
    #expect(kind("{{ t }}") { $0.outputBytes = 6 } == nil)
  }

  /// Whatever the grammar allows to be nested must fit the stack of a thread that serves requests.
  @Test("The deepest templates fit a thread's stack")
  func stack() throws {
    let deepExpression = Self.times(99, "(") + "a" + Self.times(99, "|d)")
    let tree = (0..<99).reduce(JSONValue.array([])) { value, _ in [["c": value]] }
    let sources = [
      Self.times(100, "{% if 1 %}") + "{{ " + deepExpression + " }}" + Self.times(100, "{% endif %}"),
      Self.times(100, "{% for a in [1] %}") + "{{ " + deepExpression + " }}" + Self.times(100, "{% endfor %}"),
      Self.times(100, "{% filter upper %}") + "x" + Self.times(100, "{% endfilter %}"),
      Self.times(100, "{% set b %}") + "x" + Self.times(100, "{% endset %}"),
      "{% for n in tree recursive %}" + Self.times(9, "{% if 1 %}") + "{{ loop(n.c)|d|d|d }}"
        + Self.times(9, "{% endif %}")
        + "{% endfor %}",
      "{% set x = tree %}" + Self.times(99, "{% set x = x|map('first') %}") + "{{ x|first|d }}",
      "{{ tree|tojson }}{{ tree }}{{ tree == tree|list }}",
      "{{ " + Self.times(100, "not ") + "a }}", "{{ a" + Self.times(149, "|d") + " }}",
    ]
    let outcome = DetachedThread.runAndWait(stackSize: 4 << 20) { () -> [String] in
      sources.map { source in
        do throws(TemplateError) {
          return try Template(source, escaping: .html).render(["a": 1, "tree": tree])
        } catch {
          return error.message
        }
      }
    }
    #expect(outcome?.count == sources.count)
  }
}
