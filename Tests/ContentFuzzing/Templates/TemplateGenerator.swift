package import AdminCore
import Content
import TestRandom

/// Makes templates at random, most of them valid and most of those without errors, over the whole grammar.
///
/// Expressions are made by the kind of value they should have, with a wrong kind put in now and then; statements set
/// and read a few names again and again, so that the rules of scope matter.
package struct TemplateGenerator {
  enum Kind: CaseIterable { case integer, float, text, truth, list, numbers, texts, people, mapping }

  var random: SeededRandom
  /// Names that were set or bound by a statement around the place.
  var localNames: [String] = []
  var loopDepth = 0

  package init(seed: UInt64) { random = SeededRandom(seed: seed) }

  package mutating func next() -> DifferentialCase {
    localNames = []
    loopDepth = 0
    var template = ""
    for _ in 0..<number(1...3) { template += statement(depth: 2) }
    if chance(10) { template += pick(["\n", "\r\n", "\n\n", "\r"]) }
    let context = Self.contexts[number(0...Self.contexts.count - 1)]
    return DifferentialCase(template, context, escaping: chance(50) ? .html : .none)
  }

  // MARK: Choices

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }

  // MARK: Statements

  mutating func statement(depth: Int) -> String {
    switch depth > 0 ? number(0...17) : number(0...6) {
    case 0, 1: text()
    case 2...6: output()
    case 7, 8: conditional(depth: depth)
    case 9, 10, 11: loop(depth: depth)
    case 12, 13: assignment(depth: depth)
    case 14: blockAssignment(depth: depth)
    case 15: with(depth: depth)
    case 16: filterBlock(depth: depth)
    default: rawOrComment()
    }
  }

  private mutating func body(depth: Int) -> String {
    let outer = localNames
    defer { localNames = outer }
    var body = ""
    for _ in 0..<number(1...2) { body += statement(depth: depth - 1) }
    return body
  }

  mutating func text() -> String {
    pick([
      "Dear ", "<b>", " & ", "\n", "  \n  ", "\t", "x", "</td>\r\n", "\u{A0}", "é", "{ ", "}", "%", "#", "{ { ", " - ",
      ".",
    ])
  }

  private mutating func output() -> String {
    let sign = openSign()
    return "{{\(sign) \(expression(anyKind(), 2)) \(chance(8) ? "-" : "")}}"
  }

  private mutating func openSign() -> String { chance(85) ? "" : pick(["-", "-", "+"]) }

  private mutating func tag(_ inside: String) -> String {
    let close = chance(85) ? "" : pick(["-", "-", "+"])
    return "{%\(openSign()) \(inside) \(close)%}"
  }

  private mutating func conditional(depth: Int) -> String {
    var result = tag("if \(condition())") + body(depth: depth)
    if chance(30) { result += tag("elif \(condition())") + body(depth: depth) }
    if chance(50) { result += tag("else") + body(depth: depth) }
    return result + tag("endif")
  }

  private mutating func condition() -> String {
    chance(80) ? expression(.truth, 2) : expression(anyKind(), 2)
  }

  private mutating func loop(depth: Int) -> String {
    let outer = localNames
    let (target, sequence) = loopHead()
    let names = target.split(whereSeparator: { ", ()".contains($0) }).map(String.init)
    var head = "for \(target) in \(sequence)"
    localNames += names
    if chance(20) { head += " if \(expression(.truth, 2))" }
    loopDepth += 1
    var result = tag(head) + body(depth: depth)
    if chance(60) { result += loopOutput() }
    loopDepth -= 1
    localNames = outer
    if chance(25) { result += tag("else") + body(depth: depth) }
    return result + tag("endfor")
  }

  private mutating func loopHead() -> (String, String) {
    switch number(0...9) {
    case 0: (pick(["k, v", "x, y", "(k, v)"]), expression(.mapping, 1) + pick(["|items", "|dictsort"]))
    case 1: ("x, y", pick(["pairs", "[(1, 2), (3, 4)]", "[[1, 'a'], ['b', none]]", "pairs|reverse"]))
    case 2: (pick(["person", "x"]), "people")
    case 3: ("group", "people|groupby('\(pick(["city", "age", "name"]))')")
    case 4: (pick(["key, list", "group"]), "people|groupby('city')")
    case 5:
      (pick(["row", "x"]), expression(.list, 1) + pick(["|batch(2)", "|slice(2)", "|batch(3, 'z')", "|slice(3, 0)"]))
    case 6: (pick(["c", "x", "name"]), expression(.text, 1))
    case 7: (pick(["item", "y"]), expression(.mapping, 1))
    default: (pick(["item", "x", "name", "n"]), expression(pick([.list, .numbers, .texts]), 2))
    }
  }

  private mutating func loopOutput() -> String {
    let name = pick([
      "index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem",
      "cycle('a', 'b')", "cycle(1, 2, 3)", "changed(\(variable()))", "changed(loop.index // 2)",
      "previtem|default('-')", "nextitem|default('-')", "previtem is defined", "nextitem is defined",
    ])
    return "{{ loop.\(name) }}\(chance(50) ? "," : "")"
  }

  private mutating func assignment(depth: Int) -> String {
    if chance(15) {
      localNames += ["x", "y"]
      return tag(
        "set \(pick(["x, y", "(x, y)"])) = \(pick(["1, 2", "(3, 'b')", "[name, count]", "pairs[0]", "pairs|first"]))")
    }
    let name = settableName()
    let result = tag("set \(name) = \(expression(anyKind(), 2))")
    localNames.append(name)
    return result
  }

  private mutating func settableName() -> String { pick(["x", "y", "a", "b", "name", "count", "item"]) }

  private mutating func blockAssignment(depth: Int) -> String {
    let name = settableName()
    let filter = chance(30) ? "|" + textFilter() : ""
    let result = tag("set \(name)\(filter)") + body(depth: depth) + tag("endset")
    localNames.append(name)
    return result
  }

  private mutating func with(depth: Int) -> String {
    let outer = localNames
    let names = chance(50) ? [settableName()] : [settableName(), settableName()]
    var bindings: [String] = []
    for name in names { bindings.append("\(name) = \(expression(anyKind(), 2))") }
    localNames += names
    let body = body(depth: depth)
    localNames = outer
    return tag("with " + bindings.joined(separator: ", ")) + body + tag("endwith")
  }

  private mutating func filterBlock(depth: Int) -> String {
    let filters = chance(80) ? textFilter() : textFilter() + "|" + textFilter()
    return tag("filter " + filters) + body(depth: depth) + tag("endfilter")
  }

  private mutating func rawOrComment() -> String {
    switch number(0...3) {
    case 0: "{#\(openSign()) a comment {{ x }} {% if %} \(chance(15) ? "-" : "")#}"
    case 1: tag("raw").replacing("+%}", with: "%}") + " {{ x }} {% if %} " + tag("endraw")
    default: text()
    }
  }

  // MARK: Data

  package static let contexts: [JSONObject] = [
    [
      "name": "Ada <Lovelace>", "title": "countess of LOVELACE", "count": 3, "price": 19.99, "big": 12_345_678,
      "negative": -7, "half": 0.5, "flag": true, "off": false, "nothing": nil, "empty": "", "none_left": [],
      "items": ["pear", "Apple", "fig", "apple", "10 & <2>"], "numbers": [3, 1, 2, 2, -4],
      "mixed": [1, "a", nil, 2.5, true],
      "floats": [0.5, 2.25, -1.0], "nested": [[1, 2], [3], []], "pairs": [["a", 1], ["b", 2]],
      "user": ["name": "Grace", "age": 45, "city": "Oslo", "tags": ["x", "y"], "address": ["zip": "0150"]],
      "people": [
        ["name": "bob", "age": 30, "city": "Paris"], ["name": "Al", "age": 25, "city": "rome"],
        ["name": "Cy", "age": 30, "city": "PARIS"],
      ],
      "long": "The quick brown fox -- a well-known animal -- jumps over the lazy dog.\nAnd again,\tonce more.",
    ],
    [
      "name": "Zoë O'Neil", "title": "", "count": 0, "price": 1200.0, "big": -1, "negative": -1, "half": -2.5,
      "flag": false, "off": true, "nothing": nil, "empty": "", "none_left": [], "items": [], "numbers": [],
      "mixed": [], "floats": [1e16, 1e-5], "nested": [], "pairs": [["k", "v"]],
      "user": ["name": "", "age": 0, "city": "", "tags": [], "address": [:]], "people": [], "long": "\"quoted\"",
    ],
    [
      "name": "STRASSE ß ΣΑΣ", "title": "a b-c (d) [e] ǆ", "count": 100, "price": 0.1, "big": 1_000_000, "negative": -3,
      "half": 1.5, "flag": true, "off": false, "nothing": nil, "empty": "", "none_left": [],
      "items": ["ä", "z", "Ä", "\u{1F600}", "&amp; &lt;"], "numbers": [10, 9, 8, 7, 6, 5], "mixed": ["b", "a", "C"],
      "floats": [2.675, 1.005], "nested": [[1, [2, [3]]]], "pairs": [[1, 2], [3, 4]],
      "user": ["name": "Linus\u{2028}T", "age": 50, "city": "Helsinki"],
      "people": [["name": "x", "age": 1, "city": "A"], ["name": "y", "age": 2, "city": "B"]],
      "long": "<p>One &amp; <b>two</b></p>   three-four five_six seven--eight",
    ],
  ]
}
