import AdminCore
import Content
import ContentFuzzing
import Testing

@Suite("Sanitizing the source of a template")
struct TemplateSanitizerTests {
  /// Sources and what is stored.
  static let kept: [(String, String)] = [
    ("Hello {{ name }}!", "Hello {{ name }}!"),
    ("<p>{{ a }}{{ b|upper }} {# note #}</p>", "<p>{{ a }}{{ b|upper }} {# note #}</p>"),
    ("{% if a < b and c %}<p>x</p>{% endif %}", "{% if a < b and c %}<p>x</p>{% endif %}"),
    ("{{ \"<b>\" ~ x }}", "{{ \"<b>\" ~ x }}"),
    // Around rows and cells
    (
      "<table>{% for r in rows %}<tr><td>{{ r }}</td></tr>{% endfor %}</table>",
      "<table><tbody>{% for r in rows %}<tr><td>{{ r }}</td></tr>{% endfor %}</tbody></table>"
    ),
    (
      "<table><tbody>{% for r in rows %}<tr><td>{{ r }}</td></tr>{% endfor %}</tbody></table>",
      "<table><tbody>{% for r in rows %}<tr><td>{{ r }}</td></tr>{% endfor %}</tbody></table>"
    ),
    (
      "<table>{% for g in gs %}<tbody><tr><td>x</td></tr></tbody>{% endfor %}</table>",
      "<table>{% for g in gs %}<tbody><tr><td>x</td></tr></tbody>{% endfor %}</table>"
    ),
    (
      "<table><tr><th>H</th></tr>\n{% for r in rows %}\n<tr><td>{{ r }}</td></tr>\n{% endfor %}\n</table>",
      "<table><tbody><tr><th>H</th></tr>\n{% for r in rows %}\n<tr><td>{{ r }}</td></tr>\n{% endfor %}\n</tbody></table>"
    ),
    (
      "<table>{% if a %}<tr><td>A</td></tr>{% endif %}<tr><td>B</td></tr></table>",
      "<table><tbody>{% if a %}<tr><td>A</td></tr>{% endif %}<tr><td>B</td></tr></tbody></table>"
    ),
    (
      "<table>{% if a %}{% for r in s %}<tr><td>x{% endfor %}{% else %}<tr><td>y{% endif %}</table>",
      "<table><tbody>{% if a %}{% for r in s %}<tr><td>x</td></tr>{% endfor %}{% else %}<tr><td>y</td></tr>{% endif %}</tbody></table>"
    ),
    (
      "<table>{% for g in gs %}<thead><tr><th>x</thead><tr><td>y{% endfor %}</table>",
      "<table>{% for g in gs %}<thead><tr><th>x</th></tr></thead><tbody><tr><td>y</td></tr></tbody>{% endfor %}</table>"
    ),
    (
      "<table><tr>{% for c in r %}<td>{{ c }}</td>{% endfor %}</tr></table>",
      "<table><tbody><tr>{% for c in r %}<td>{{ c }}</td>{% endfor %}</tr></tbody></table>"
    ),
    (
      "<table>{% for c in r %}<td>{{ c }}</td>{% endfor %}</table>",
      "<table><tbody><tr>{% for c in r %}<td>{{ c }}</td>{% endfor %}</tr></tbody></table>"
    ),
    (
      "<table>{% for c in cs %}<col width=10>{% endfor %}<tr><td>x</table>",
      "<table><colgroup>{% for c in cs %}<col width=\"10\">{% endfor %}</colgroup><tbody><tr><td>x</td></tr></tbody></table>"
    ),
    ("<table>{{ rows|safe }}<tr><td>x</table>", "<table>{{ rows|safe }}<tbody><tr><td>x</td></tr></tbody></table>"),
    (
      "<table>{% set n = 1 %}<tr><td>{{ n }}</table>",
      "<table>{% set n = 1 %}<tbody><tr><td>{{ n }}</td></tr></tbody></table>"
    ),
    // Lists and paragraphs with optional end tags
    (
      "<ul>{% for i in x %}<li>{{ i }}{% endfor %}</ul>", "<ul>{% for i in x %}<li>{{ i }}</li>{% endfor %}</ul>"
    ),
    (
      "<ul>{% for i in x %}<li>{{ i }}{% else %}<li>none{% endfor %}</ul>",
      "<ul>{% for i in x %}<li>{{ i }}</li>{% else %}<li>none</li>{% endfor %}</ul>"
    ),
    ("{% if a %}<p>x{% endif %}<p>y", "{% if a %}<p>x</p>{% endif %}<p>y</p>"),
    (
      "<dl>{% for r in x %}<dt>{{ r.a }}<dd>{{ r.b }}{% endfor %}</dl>",
      "<dl>{% for r in x %}<dt>{{ r.a }}</dt><dd>{{ r.b }}</dd>{% endfor %}</dl>"
    ),
    // Attributes
    ("<a href=\"{{ url }}\">x</a>", "<a href=\"{{ url }}\">x</a>"),
    ("<a href='{{ d|default(\"x\") }}'>x</a>", "<a href=\"{{ d|default(\"x\") }}\">x</a>"),
    ("<a href=\"https://{{ host }}/x?{{ q }}&a=b\">x</a>", "<a href=\"https://{{ host }}/x?{{ q }}&amp;a=b\">x</a>"),
    (
      "<a href=\"https://a.example/{{ path }}#{{ x }}\">x</a>", "<a href=\"https://a.example/{{ path }}#{{ x }}\">x</a>"
    ),
    (
      "<a href=\"mailto:{{ to }}?subject={{ s|urlencode }}\">x</a>",
      "<a href=\"mailto:{{ to }}?subject={{ s|urlencode }}\">x</a>"
    ),
    ("<a href=\"tel:{{ t }}\">x</a>", "<a href=\"tel:{{ t }}\">x</a>"),
    ("<a href=\"{{ base }}/x\">x</a>", "<a href=\"{{ base }}/x\">x</a>"),
    (
      "<a href=\"{% if a %}https://a.example/{% else %}https://b.example/{% endif %}\">x</a>",
      "<a href=\"{% if a %}https://a.example/{% else %}https://b.example/{% endif %}\">x</a>"
    ),
    ("<img src=\"cid:{{ id }}\" alt=\"{{ a }} & b\">", "<img src=\"cid:{{ id }}\" alt=\"{{ a }} &amp; b\">"),
    (
      "<table width=\"{{ w }}%\" bgcolor=\"#{{ c }}\"><tr><td align=\"{{ a }}\">x</table>",
      "<table width=\"{{ w }}%\" bgcolor=\"#{{ c }}\"><tbody><tr><td align=\"{{ a }}\">x</td></tr></tbody></table>"
    ),
    ("<p title=\"{% if a %}x{% else %}y{% endif %}\">z</p>", "<p title=\"{% if a %}x{% else %}y{% endif %}\">z</p>"),
    (
      "<p style=\"width:{{ w }}%;color:#{{ c }};border:1px solid {{ d }};padding:{{ p }}px\">x</p>",
      "<p style=\"width: {{ w }}%; color: #{{ c }}; border: 1px solid {{ d }}; padding: {{ p }}px\">x</p>"
    ),
    (
      "<p style=\"color: {% if a %}red{% else %}blue{% endif %}\">x</p>",
      "<p style=\"color: {% if a %}red{% else %}blue{% endif %}\">x</p>"
    ),
    // Documents
    (
      "<html><head><title>{{ t }}</title></head><body style=\"color:{{ c }}\">{% if x %}a{% endif %}</body></html>{# end #}",
      "<div style=\"color: {{ c }}\">{% if x %}a{% endif %}{# end #}</div>"
    ),
    // What must not become a tag
    ("&#123;&#123; x }}", "&#123;{ x }}"),
    ("{% raw %}{{ x }}{% endraw %}", "{% raw %}&#123;{ x }}{% endraw %}"),
    ("{ {{ x }} {", "{ {{ x }} &#123;"),
    ("a { b } { c", "a { b } { c"),
    ("<p title=\"&#123;% x %}\">y</p>", "<p title=\"&#123;% x %}\">y</p>"),
    ("{% raw %}<b>{% if %}</b>{% endraw %}", "{% raw %}<b>&#123;% if %}</b>{% endraw %}"),
  ]

  @Test("Tags stay where they are", arguments: kept.indices)
  func keeps(_ index: Int) throws {
    let (source, expected) = Self.kept[index]
    let once = try HTMLSanitizer.sanitize(template: source, splitter: .templateLanguage)
    #expect(once.html == expected)
    #expect(try HTMLSanitizer.sanitize(template: once.html, splitter: .templateLanguage).html == once.html)
  }

  /// Sources that cannot be stored, and what the message must say.
  static let refused: [(String, String)] = [
    ("<td {% if x %}bgcolor=\"red\"{% endif %}>", "not in a quoted attribute value"),
    ("<option {{ s }}>x", "not in a quoted attribute value"),
    ("<p {{ a }}=\"x\">y</p>", "not in a quoted attribute value"),
    ("</td {{ x }}>", "not in a quoted attribute value"),
    ("<a href={{ x }}>y</a>", "quote the value"),
    ("<a href={{ x }} title=\"{{ y }}\">y</a>", "quote the value"),
    ("<{{ t }}>x</{{ t }}>", "name of an HTML element"),
    ("<h{{ n }}>x</h{{ n }}>", "name of an HTML element"),
    ("x <{{ t }}", "name of an HTML element"),
    ("<!-- {{ x }} -->", "inside an HTML comment"),
    ("<!--[if mso]>{% if x %}<![endif]-->", "inside an HTML comment"),
    ("<!DOCTYPE {{ x }}>", "inside a declaration"),
    ("<style>{{ css }}</style>", "inside <style>"),
    ("<script>var x = {{ x }}</script>", "inside <script>"),
    ("<textarea>{{ x }}</textarea>", "inside <textarea>"),
    ("<svg>{{ x }}</svg>", "removed with its content"),
    ("<select>{% for o in x %}<option>{{ o }}{% endfor %}</select>", "removed with its content"),
    ("<p title=\"{{ x }}", "never closed"),
    ("<p title=\"{% if a %}x\">{% endif %}</p>", "inside the same attribute value"),
    ("<title>{% if a %}</title>{% endif %}", "inside the same attribute value"),
    ("<p style=\"color: {% if x %}red; margin: 0{% endif %}\">x</p>", "value of one style property"),
    ("{% if a %}<b>{% endif %}x</b>", "inside the same element"),
    ("{% if a %}<div>{% else %}<p>{% endif %}x</div>", "inside the same element"),
    ("<ul>{% for i in x %}<li>{{ i }}</li></ul>{% endfor %}", "inside the same element"),
    ("<div>{% if a %}</div>{% endif %}", "inside the same element"),
    ("<p>{% if a %}x</p><p>y{% endif %}</p>", "inside the same element"),
    ("{% else %}", "inside the same element"),
    ("{% endif %}", "inside the same element"),
    ("{% raw %}<b>{% endraw %}</b>", "inside the same element"),
    ("<table>{% if a %}text{% endif %}<tr><td>x</table>", "outside its cells"),
    ("<table><tr>{% for c in r %}<b>x</b>{% endfor %}<td>y</table>", "outside its cells"),
    ("<table>&nbsp;<tr><td>{{ x }}</table>", "outside its cells"),
  ]

  @Test("Tags that cannot stay where they are are refused with the place", arguments: refused.indices)
  func refuses(_ index: Int) {
    let (source, words) = Self.refused[index]
    do {
      let stored = try HTMLSanitizer.sanitize(template: source, splitter: .templateLanguage)
      Issue.record("\(source) was stored as \(stored.html)")
    } catch {
      #expect(error.code == .templateSyntax)
      #expect(error.message.contains(words), "\(source): \(error.message)")
      #expect(error.details?[0]?["rule"] == "templateTagPlace")
    }
  }

  @Test("A problem names the tag and its line, each once, and not too many")
  func problems() {
    func error(_ source: String) -> AdminError? {
      do {
        _ = try HTMLSanitizer.sanitize(template: source, splitter: .templateLanguage)
        return nil
      } catch {
        return error
      }
    }
    #expect(error("<p>a</p>\n\n<td {{ x }}>")?.message.contains("{{ x }} on line 3") == true)
    let many = String(repeating: "<p {{ x }}>", count: 100)
    #expect(error(many)?.details?.arrayValue?.count == 20)
    #expect(error("{{ x ")?.code == .templateSyntax)
    #expect(error(String(repeating: "<div>", count: 300) + "{{ x }}")?.code == .templateBound)
  }

  /// What is taken out of a template without refusing it.
  static let reduced: [(String, String, [Removal.Reason])] = [
    ("<a href=\"javascript:{{ x }}\">y</a>", "y", [.scheme, .linkWithoutAddress]),
    ("<a href=\"java{{ x }}:alert(1)\">y</a>", "y", [.scheme, .linkWithoutAddress]),
    ("<a href=\"{{ scheme }}:alert(1)\">y</a>", "y", [.scheme, .linkWithoutAddress]),
    ("<a href=\"{{ a }}javascript:x\">y</a>", "y", [.scheme, .linkWithoutAddress]),
    (
      "<a href=\"{% if a %}javascript:x{% else %}https://a.example/{% endif %}\">y</a>", "y",
      [.scheme, .linkWithoutAddress]
    ),
    ("<a href=\"http{{ s }}://a.example/\">y</a>", "y", [.scheme, .linkWithoutAddress]),
    ("<a href=\"https:{{ x }}\">y</a>", "y", [.address, .linkWithoutAddress]),
    ("<a href=\"https://{{ user }}@a.example/\">y</a>", "y", [.address, .linkWithoutAddress]),
    ("<a href=\"https://a.example/{{ x }}data:y\">z</a>", "z", [.address, .linkWithoutAddress]),
    ("<p onclick=\"{{ x }}\">y</p>", "<p>y</p>", [.eventHandler]),
    ("<button title=\"{{ x }}\">y</button>", "y", [.elementOnly]),
    ("<p style=\"{{ p }}: red\">x</p>", "<p>x</p>", [.tagInStyle]),
    ("<p style=\"{% if x %}color:red{% endif %}\">x</p>", "<p>x</p>", [.tagInStyle]),
    ("<p style=\"position: {{ p }}\">x</p>", "<p>x</p>", [.property]),
    ("<p style=\"width: calc({{ p }})\">x</p>", "<p>x</p>", [.propertyValue]),
    ("<p style=\"background: url({{ p }})\">x</p>", "<p>x</p>", [.propertyValue]),
    ("<p style=\"font-family: '{{ p }}'\">x</p>", "<p>x</p>", [.propertyValue]),
    (
      "<table width=\"{{ w }};\"><tr><td>x</table>", "<table><tbody><tr><td>x</td></tr></tbody></table>",
      [.attributeValue]
    ),
    ("<title>{{ t }}</title>x", "x", [.elementWithContent]),
  ]

  @Test("Tags may fill a place, not decide what it is", arguments: reduced.indices)
  func reduces(_ index: Int) throws {
    let (source, expected, reasons) = Self.reduced[index]
    let result = try HTMLSanitizer.sanitize(template: source, splitter: .templateLanguage)
    #expect(result.html == expected)
    #expect(result.removed.map(\.reason) == reasons)
  }
}
