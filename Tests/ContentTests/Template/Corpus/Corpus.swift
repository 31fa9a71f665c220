import AdminCore
import Content
import ContentFuzzing

/// Templates written by hand, with what each gives. `CorpusTests` holds this language to it and `DifferentialTests`
/// Jinja2, so that neither the tables nor this language can be wrong alone.
enum Corpus {
  static let tables = [
    literals, access, arithmetic, logic, textFilters, sequenceFilters, numberFilters, dates, tests, loops, scopes,
    whiteSpace, markup, refusals,
  ]

  /// What all templates of the tables are given.
  static let context: JSONObject = [
    "name": "Ada Lovelace", "first": "Ada", "empty": "", "nothing": nil, "yes": true, "no": false, "count": 3,
    "zero": 0,
    "negative": -7, "price": 19.5, "tiny": 1e-7, "huge": 1e22, "big": 9_007_199_254_740_993,
    "html": #"<b>bold</b> & "quoted" 'single'"#, "umlaut": "Größe", "emoji": "👍🏽 ok", "lines": "one\ntwo\n\nthree",
    "items": ["pear", "Apple", "fig"], "numbers": [3, 1, 2], "none_left": [], "mixed": [1, "a", nil, 2.5, true],
    "nested": [[1, 2], [3], []], "pairs": [["a", 1], ["b", 2]],
    "user": ["name": "Grace", "age": 45, "address": ["city": "Oslo", "zip": "0150"], "tags": ["x", "y"]],
    "people": [
      ["name": "bob", "age": 30, "city": "Paris"], ["name": "Al", "age": 25, "city": "Rome"],
      ["name": "Cy", "age": 30, "city": "paris"],
    ],
    "prices": ["tea": 2.5, "Coffee": 3, "milk": 1],
    "order": ["items": [["sku": "A1", "qty": 2], ["sku": "B2", "qty": 1]], "keys": 7],
    "tree": [
      [
        "name": "root",
        "children": [
          ["name": "left", "children": []],
          ["name": "right", "children": [["name": "leaf", "children": []]]],
        ],
      ]
    ],
    "day": "2026-01-31", "moment": "2026-07-04T16:05:09.123Z", "local": "2025-12-29T23:30:00+02:00",
  ]
}

/// Templates of one topic: `"{{ 1 + 1 }}": "2"`, or `"{{ 1 + }}": .fails("expected")` with words of the error.
struct CorpusTable: Sendable, ExpressibleByDictionaryLiteral {
  enum Outcome: Sendable, ExpressibleByStringLiteral {
    case gives(String)
    case fails(String)

    init(stringLiteral value: String) { self = .gives(value) }
  }

  let rows: [(template: String, outcome: Outcome)]
  private(set) var escaping = Template.Escaping.none

  init(dictionaryLiteral rows: (String, Outcome)...) { self.rows = rows.map { (template: $0, outcome: $1) } }

  var escapingHTML: CorpusTable {
    var table = self
    table.escaping = .html
    return table
  }

  var cases: [DifferentialCase] { rows.map { DifferentialCase($0.template, Corpus.context, escaping: escaping) } }
}
