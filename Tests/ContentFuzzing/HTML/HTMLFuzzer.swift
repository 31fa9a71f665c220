import TestRandom

/// Makes hostile HTML from a seed: pieces of the vectors, tags and attributes at random, cut, doubled and shuffled.
package struct HTMLFuzzer {
  private var random: SeededRandom

  package static func document(seed: UInt64) -> String {
    var fuzzer = HTMLFuzzer(random: SeededRandom(seed: seed))
    return fuzzer.document()
  }

  static func template(seed: UInt64) -> String {
    var fuzzer = HTMLFuzzer(random: SeededRandom(seed: seed))
    return fuzzer.template()
  }

  static func tidyTemplate(seed: UInt64) -> String {
    var fuzzer = HTMLFuzzer(random: SeededRandom(seed: seed))
    return fuzzer.tidyTemplate()
  }

  private mutating func document() -> String {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return mutated(vector())
    case 1: return mutated((0..<Int.random(in: 2...4, using: &random)).map { _ in vector() }.joined())
    case 2: return grown()
    default: return mutated(grown())
    }
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  private mutating func vector() -> String { pick(HostileVectors.all).html }

  private static let names = [
    "a", "b", "i", "u", "s", "em", "p", "div", "span", "h1", "h2", "br", "hr", "img", "ul", "ol", "li", "dl", "dt",
    "dd",
    "table", "tbody", "thead", "tr", "td", "th", "caption", "col", "colgroup", "pre", "blockquote", "center", "font",
    "svg", "math", "mtext", "style", "script", "title", "textarea", "select", "option", "template", "form", "button",
    "nobr", "noscript", "iframe", "xmp", "plaintext", "object", "body", "html", "head", "image", "input", "x", "o:p",
  ]

  private static let attributes = [
    "style=\"color:red;background:url(x)\"", "onclick=alert(1)", "href=\"https://a.example/?a=b&c\"", "title='<b>\"'",
    "href=javascript:alert(1)", "src=cid:a", "src='https://a.example/x.png'", "width=100%", "align=center", "id=x",
    "title=\"</p>\"", "bgcolor=#fff", "colspan=2", "lang=de", "dir=rtl", "style='font-family:\"A B\",c'", "x", "/",
    "=\"\"",
  ]

  private static let texts = [
    "x", " ", "\n", "&amp;", "&lt;b&gt;", "<", ">", "\"", "'", "&", "é", "\u{202E}", "\0", "😀", "-->", "]]>", "<!--",
    "{{ x }}",
    "<![CDATA[", "&#x6a;", "\u{A0}", "\u{200D}", "=", "/",
  ]

  /// A random walk over tags, closed and not.
  private mutating func grown() -> String {
    var html = ""
    var open: [String] = []
    for _ in 0..<Int.random(in: 1...40, using: &random) {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<4:
        let name = pick(Self.names)
        html += "<\(name)"
        for _ in 0..<Int.random(in: 0...2, using: &random) { html += " " + pick(Self.attributes) }
        html += ">"
        open.append(name)
      case 4..<7: if let name = open.popLast() { html += "</\(name)>" }
      case 7: html += "</\(pick(Self.names))>"
      default: html += pick(Self.texts)
      }
    }
    return html
  }

  private mutating func mutated(_ html: String) -> String {
    TextMutation.mutated(html, inserting: Self.texts, most: 6, using: &random)
  }

  // MARK: - Templates

  private static let tags = [
    "{{ x }}", "{{ x|upper }}", "{# note #}", "{% set y = 1 %}", "{% raw %}{{ z }}<b>{% endraw %}", "{%- else -%}",
  ]

  private static let blocks = [
    ("{% if a %}", "{% endif %}"), ("{% for r in rows %}", "{% endfor %}"), ("{%- if b -%}", "{%- endif %}"),
    ("{% with y = x %}", "{% endwith %}"), ("{% set z %}", "{% endset %}"),
  ]

  /// HTML with template tags in places at random.
  private mutating func template() -> String {
    var scalars = Array((Bool.random(using: &random) ? vector() : grown()).unicodeScalars)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let at = place(in: scalars)
      if Bool.random(using: &random) {
        scalars.insert(contentsOf: pick(Self.tags).unicodeScalars, at: at)
      } else {
        let (open, close) = pick(Self.blocks)
        scalars.insert(contentsOf: close.unicodeScalars, at: max(at, place(in: scalars)))
        scalars.insert(contentsOf: open.unicodeScalars, at: at)
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// Mostly between tags, where a template has its own.
  private mutating func place(in scalars: [Unicode.Scalar]) -> Int {
    let edges = scalars.indices.filter { scalars[$0] == "<" } + [0, scalars.count]
    return Int.random(in: 0..<5, using: &random) > 0 ? pick(edges) : Int.random(in: 0...scalars.count, using: &random)
  }

  /// A template that a careful author could have written: blocks around whole rows, items and paragraphs.
  private mutating func tidyTemplate(depth: Int = 0) -> String {
    var html = ""
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let inner = depth < 3 ? tidyTemplate(depth: depth + 1) : "x {{ x }}"
      switch Int.random(in: 0..<9, using: &random) {
      case 0: html += "<div>\(inner)</div>"
      case 1: html += "<table><tr><th>H</th></tr>{% for r in rows %}<tr><td>\(inner)</td></tr>{% endfor %}</table>"
      case 2: html += "<ul>{% for r in rows %}<li>\(inner)</li>{% else %}<li>-{% endfor %}</ul>"
      case 3: html += "{% if a %}<div>\(inner)</div>{% elif b %}<p>{{ x }}{% else %}<hr>{% endif %}"
      case 4: html += "<table>{% for r in rows %}<tr>{% for c in r %}<td>\(inner){% endfor %}{% endfor %}</table>"
      case 5: html += "<ol>{% if a %}<li>\(inner){% endif %}<li>{{ x }}</ol>"
      case 6:
        html +=
          "<table>{% if a %}<thead><tr><th>{{ x }}</thead>{% endif %}{% for r in rows %}<td>\(inner)</td>{% endfor %}</table>"
      case 7: html += "<p>{{ x }} {% if a %}<b>y</b>{% endif %}"
      default: html += "<dl>{% for r in rows %}<dt>{{ x }}<dd>y{% endfor %}</dl>"
      }
    }
    return html
  }
}
