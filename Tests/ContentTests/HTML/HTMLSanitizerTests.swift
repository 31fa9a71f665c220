import AdminCore
import Content
import ContentFuzzing
import Testing

@Suite("The HTML sanitizer")
struct HTMLSanitizerTests {
  /// HTML and what is made of it.
  static let cases: [(String, String)] = [
    // Ordinary mail stays
    ("<p>Hello <b>you</b></p>", "<p>Hello <b>you</b></p>"),
    ("<h2>Title</h2><ul><li>one</li></ul>", "<h2>Title</h2><ul><li>one</li></ul>"),
    ("plain text", "plain text"),
    ("", ""),
    ("  <p>x</p>  ", "  <p>x</p>  "),
    ("x < y && z", "x &lt; y &amp;&amp; z"),
    ("&copy; &eacute; &nbsp;|&shy;|&zwnj;", "© é &nbsp;|&shy;|&zwnj;"),
    ("&copy &lt &amp", "© &lt; &amp;"),
    ("😀👨‍👩‍👧", "😀👨‍👩‍👧"),
    // Tags are completed
    ("<p>one<p>two", "<p>one</p><p>two</p>"),
    ("<ul><li>1<li>2</ul>", "<ul><li>1</li><li>2</li></ul>"),
    ("<table><tr><td>x<td>y</table>", "<table><tbody><tr><td>x</td><td>y</td></tr></tbody></table>"),
    ("<b><p>x</b>y</p>", "<b></b><p><b>x</b>y</p>"),
    ("<P CLASS=a>x</P>", "<p>x</p>"),
    ("<br/><hr/><wbr>", "<br><hr><wbr>"),
    ("<pre>\n\n x</pre>", "<pre>\n\n x</pre>"),
    ("<pre>\nx</pre>", "<pre>x</pre>"),
    // Documents become their bodies
    (
      "<!DOCTYPE html><html><head><title>T</title><meta charset=utf-8></head><body><p>x</p></body></html>\n",
      "<p>x</p>\n"
    ),
    (
      "<html lang=\"de\"><body bgcolor=\"#FFF\" text=navy style=\"margin:0\"><p>x</body>",
      "<div lang=\"de\" style=\"background-color: #fff; color: navy; margin: 0\"><p>x</p></div>"
    ),
    ("<html lang=de><body lang=fr>x", "<div lang=\"fr\">x</div>"),
    // Elements
    ("a<script>b</script>c", "ac"),
    ("a<style>b</style>c", "ac"),
    ("a<iframe>b</iframe>c", "ac"),
    ("a<svg><circle/></svg>c", "ac"),
    ("a<svg/>c", "ac"),
    ("a<object>b</object>c", "ac"),
    ("a<form>b</form>c", "a<div>b</div>c"),
    ("<section>a</section><footer>b</footer>", "<div>a</div><div>b</div>"),
    ("a<label>b</label>c", "abc"),
    ("a<input>b<meta>c<link>d", "abcd"),
    ("<menu><li>x</menu>", "<ul><li>x</li></ul>"),
    ("<picture><source srcset=x><img src=cid:a></picture>", "<img src=\"cid:a\" alt=\"\">"),
    ("a<!-- b -->c<?d?>e<![CDATA[f]]>g", "aceg"),
    (
      "<font color=red size=5 face=\"Arial, 'Segoe UI'\">x</font>",
      "<span style=\"color: red; font-size: x-large; font-family: Arial, 'Segoe UI'\">x</span>"
    ),
    ("<font color=red style=\"margin:0\">x</font>", "<span style=\"color: red; margin: 0\">x</span>"),
    // Links and images
    ("<a href=\"https://EXAMPLE.com/a?b=1&c=2\">x</a>", "<a href=\"https://example.com/a?b=1&amp;c=2\">x</a>"),
    ("<a href=\" https://example.com:443/a b/ü#f \">x</a>", "<a href=\"https://example.com/a%20b/%C3%BC#f\">x</a>"),
    ("<a href=\"https://müller.example/\">x</a>", "<a href=\"https://xn--mller-kva.example/\">x</a>"),
    ("<a href=\"https://example.com:8443\">x</a>", "<a href=\"https://example.com:8443\">x</a>"),
    ("<a href=\"HTTPS://example.com\" target=_blank>x</a>", "<a href=\"https://example.com\">x</a>"),
    (
      "<a href=\"mailto:a@b.example?subject=Hi%20there&body=x%0D%0Ay\">x</a>",
      "<a href=\"mailto:a@b.example?subject=Hi%20there&amp;body=x%0D%0Ay\">x</a>"
    ),
    ("<a href=\"mailto:?subject=x\">x</a>", "<a href=\"mailto:?subject=x\">x</a>"),
    ("<a href=\"mailto:a@b.example,c%2Bd@e.example\">x</a>", "<a href=\"mailto:a@b.example,c%2Bd@e.example\">x</a>"),
    ("<a href=\"tel:+49 30 123-45\">x</a>", "<a href=\"tel:+4930123-45\">x</a>"),
    ("<a href=\"tel:\">x</a><a href=\"mailto:\">y</a>", "xy"),
    ("<a href=\"http://example.com\"><b>x</b></a>", "<b>x</b>"),
    ("<a>x</a>", "x"),
    (
      "<a href=\"https://a.example/\">1<a href=\"https://b.example/\">2</a></a>",
      "<a href=\"https://a.example/\">1</a><a href=\"https://b.example/\">2</a>"
    ),
    (
      "<img src=\"https://example.com/a.png\" width=100px alt=\"A &amp; B\">",
      "<img src=\"https://example.com/a.png\" width=\"100\" alt=\"A &amp; B\">"
    ),
    ("<img src=cid:logo@mail>", "<img src=\"cid:logo@mail\" alt=\"\">"),
    ("<img src=\"http://example.com/a.png\">x<img alt=y>", "x"),
    ("<img src=\"cid:a b\"><img src=\"cid:\">", ""),
    // Attributes
    ("<td>x", "x"),
    (
      "<table width=\"100%\" cellpadding=0 border=\"0\" role=presentation bgcolor=White><tr><td align=CENTER valign=top colspan=2>x",
      "<table width=\"100%\" cellpadding=\"0\" border=\"0\" role=\"presentation\" bgcolor=\"white\"><tbody><tr><td align=\"center\" valign=\"top\" colspan=\"2\">x</td></tr></tbody></table>"
    ),
    (
      "<p id=a class=b name=c data-d=e dir=RTL lang=de-AT title=\"a\nb\">x</p>",
      "<p dir=\"rtl\" lang=\"de-AT\" title=\"a b\">x</p>"
    ),
    ("<p align=evil width=5 dir=x lang=\"d e\">x</p>", "<p>x</p>"),
    (
      "<ol start=3 type=a reversed><li value=7>x</ol>",
      "<ol start=\"3\" type=\"a\" reversed=\"\"><li value=\"7\">x</li></ol>"
    ),
    ("<ul type=SQUARE><li type=x>y</ul>", "<ul type=\"square\"><li>y</li></ul>"),
    ("<th scope=col>x", "x"),
    ("<p title='\"<&gt;'>x</p>", "<p title=\"&quot;&lt;&gt;\">x</p>"),
    // Styles
    ("<p style=\"COLOR:RED;padding:4px  8px\">x</p>", "<p style=\"color: red; padding: 4px 8px\">x</p>"),
    (
      "<p style=\"color:#FFF;color:rgb(1,2,3);color:rgba(1 2 3/0.5);color:hsl(120deg,50%,50%)\">x</p>",
      "<p style=\"color: #fff; color: rgb(1, 2, 3); color: rgba(1, 2, 3, 0.5); color: hsl(120deg, 50%, 50%)\">x</p>"
    ),
    (
      "<p style=\"font:bold 14px/1.5 'Segoe UI',Arial,sans-serif\">x</p>",
      "<p style=\"font: bold 14px/1.5 'Segoe UI', Arial, sans-serif\">x</p>"
    ),
    (
      "<p style='font-family:\"Helvetica  Neue\",Times New Roman'>x</p>",
      "<p style=\"font-family: 'Helvetica Neue', Times New Roman\">x</p>"
    ),
    (
      "<p style=\"font-weight:600;line-height:1.50;margin:0 auto\">x</p>",
      "<p style=\"font-weight: 600; line-height: 1.5; margin: 0 auto\">x</p>"
    ),
    (
      "<p style=\"border:1px solid #ccc;border-radius:4px\">x</p>",
      "<p style=\"border: 1px solid #ccc; border-radius: 4px\">x</p>"
    ),
    ("<p style=\"color:red!important\">x</p>", "<p style=\"color: red !important\">x</p>"),
    (
      "<p style=\"width:007px;width:.50em;width:-0px\">x</p>", "<p style=\"width: 7px; width: 0.5em; width: 0px\">x</p>"
    ),
    (
      "<p style=\"letter-spacing:-1px;vertical-align:-2px\">x</p>",
      "<p style=\"letter-spacing: -1px; vertical-align: -2px\">x</p>"
    ),
    ("<p style=\"color:re/*x*/d;/*y*/margin:/*z*/0\">x</p>", "<p style=\"margin: 0\">x</p>"),
    (
      "<p style=\"mso-line-height-rule:exactly;-webkit-text-size-adjust:100%\">x</p>",
      "<p style=\"mso-line-height-rule: exactly; -webkit-text-size-adjust: 100%\">x</p>"
    ),
    (
      "<p style=\"display:inherit;text-decoration:underline dotted red\">x</p>",
      "<p style=\"display: inherit; text-decoration: underline dotted red\">x</p>"
    ),
    ("<p style=\"\">x</p><p style>y</p>", "<p>x</p><p>y</p>"),
  ]

  @Test("HTML is rebuilt in one form", arguments: cases.indices)
  func rebuilt(_ index: Int) throws {
    let (html, expected) = Self.cases[index]
    let result = try HTMLSanitizer.sanitize(html)
    #expect(result.html == expected)
    #expect(OutputChecker.faults(in: result.html) == [])
    #expect(try HTMLSanitizer.sanitize(result.html).html == expected)
  }

  /// HTML and what is reported: element, attribute, property, reason.
  static let removals: [(String, [Removal.Reason])] = [
    ("<p>fine</p>", []),
    ("<!DOCTYPE html><html><head></head><body>fine</body></html>", []),
    ("<script>x</script>", [.elementWithContent]),
    ("<label>x</label>", [.elementOnly]),
    ("<section>x</section>", []),
    ("<p onclick=x>y</p>", [.eventHandler]),
    ("<p class=x>y</p>", [.attribute]),
    ("<p align=x>y</p>", [.attributeValue]),
    ("<a href=javascript:x>y</a>", [.scheme, .linkWithoutAddress]),
    ("<a href=https://a@b.example/>y</a>", [.address, .linkWithoutAddress]),
    ("<img src=data:x>", [.scheme, .imageWithoutSource]),
    ("<p style=\"position:fixed\">x</p>", [.property]),
    ("<p style=\"color:url(x)\">x</p>", [.propertyValue]),
    ("<p style=\"!\">x</p>", [.malformedStyle]),
    ("<!-- x -->", [.comment]),
    ("<!--[if mso]>x<![endif]-->", [.conditionalComment]),
    ("<![if !mso]>x<![endif]>", [.conditionalComment]),
    ("<?xml?>", [.declaration]),
    ("<p", [.unfinishedTag]),
    ("a\u{202E}b", [.invisibleCharacters]),
    ("<a href=https://a.example/><table><td><a href=https://b.example/>x</a></table></a>", [.nestedLink]),
    ("<body bgcolor=url(x)>y", [.attributeValue]),
  ]

  @Test("What was removed is reported", arguments: removals.indices)
  func reported(_ index: Int) throws {
    let (html, expected) = Self.removals[index]
    #expect(try HTMLSanitizer.sanitize(html).removed.map(\.reason) == expected)
  }

  @Test("The same removal is counted, the list bounded, names shown safely")
  func removalLog() throws {
    let same = try HTMLSanitizer.sanitize("<p onclick=a>x</p><p onclick=b>y</p>")
    #expect(same.removed.count == 1)
    #expect(same.removed.first?.count == 2)
    #expect(
      same.removed.first?.json == [
        "element": "p", "attribute": "onclick", "reason": "event handlers are not allowed", "count": 2,
      ])
    let style = try HTMLSanitizer.sanitize("<p style=\"position:fixed\">x</p>")
    #expect(style.removed.first?.json["property"] == "position")
    let many = try HTMLSanitizer.sanitize((0..<500).map { "<x\($0)>y" }.joined())
    #expect(many.removed.count == 100)
    let long = try HTMLSanitizer.sanitize("<y\u{202E}\(String(repeating: "z", count: 300))>x")
    #expect(long.removed.allSatisfy { $0.element.count <= 40 && !$0.element.unicodeScalars.contains("\u{202E}") })
  }

  // MARK: - Bounds

  private func bound(_ html: String) -> AdminError? {
    do {
      _ = try HTMLSanitizer.sanitize(html)
      return nil
    } catch {
      return error
    }
  }

  static let tooMuch: [(String, String)] = [
    ("size", String(repeating: "x", count: (512 << 10) + 1)),
    ("nesting", String(repeating: "<div>", count: 257)),
    ("nesting of dropped elements", String(repeating: "<svg>", count: 257)),
    ("nesting in table cells", String(repeating: "<table><tr><td>", count: 90)),
    ("formatting left open", (0..<300).map { "<div><b title=\($0)></div>" }.joined() + "x"),
    ("end tags that close nothing", String(repeating: "<span><div></span></div>", count: 300)),
    ("end tags stopped by a table", String(repeating: "<b><table><tr><td></b></td></tr></table>", count: 300)),
    ("four equal elements", String(repeating: "<b><b><b><b><div></b></b></b></b></div>", count: 300)),
    ("attributes", "<p " + (0..<101).map { "a\($0)" }.joined(separator: " ") + ">"),
    ("attributes of an end tag", "</p " + (0..<101).map { "a\($0)" }.joined(separator: " ") + ">"),
    ("attributes without blanks", "<p " + (0..<101).map { "a\($0)=\"\"" }.joined() + ">"),
  ]

  @Test("Too much is refused and says so", arguments: tooMuch.indices)
  func bounds(_ index: Int) {
    let (name, html) = Self.tooMuch[index]
    let error = bound(html)
    #expect(error?.code == .templateBound, "\(name)")
    #expect(error?.message.isEmpty == false)
  }

  static let heavyButFine: [String] = [
    String(repeating: "x", count: 512 << 10),
    String(repeating: "<div>", count: 256),
    String(repeating: "<p>x", count: 100_000),
    String(repeating: "<li>x", count: 50_000),
    String(repeating: "<p><font size=1>x", count: 20_000),
    "<table>" + String(repeating: "<tr><td>x<td><font color=red>y", count: 10_000),
    String(repeating: "<b>x</b>", count: 60_000),
    String(repeating: "<br>", count: 100_000),
    String(repeating: "<a href=https://a.example/>x", count: 15_000),
    String(repeating: "&amp;", count: 100_000),
    "<p " + (0..<100).map { "a\($0)" }.joined(separator: " ") + ">x</p>",
    String(repeating: "</b>", count: 100_000),
    String(repeating: "<dd><dt>x", count: 20_000),
    "<p title=\"" + String(repeating: "&lt;", count: 100_000) + "\">x</p>",
    String(repeating: "<!-- x -->", count: 40_000),
    String(repeating: "<h1><h2>x", count: 20_000),
    String(repeating: "<a href=https://a.example/><b><i><u><div>", count: 40)
      + String(repeating: "</a>x", count: 1_000),
  ]

  @Test(
    "Much HTML without closing tags is parsed as HTML says", .timeLimit(.minutes(5)),
    arguments: heavyButFine.indices)
  func heavy(_ index: Int) throws {
    let html = Self.heavyButFine[index]
    let once = try HTMLSanitizer.sanitize(html)
    #expect(OutputChecker.faults(in: once.html) == [], "\(html.prefix(40))")
  }

  /// Input that makes a parser clone the same elements again and again.
  @Test("Elements cloned without end run into the parser's budget")
  func clones() {
    let open = (0..<250).map { "<b title=\($0)>" }.joined()
    let html = "<p>" + open + String(repeating: "<p>x", count: 120_000)
    #expect(bound(html)?.code == .templateBound)
  }
}
