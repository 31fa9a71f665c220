import AdminCore
import Content
import Testing

@Suite("Plain text of HTML")
struct PlainTextTests {
  static let cases: [(String, String)] = [
    ("", ""),
    ("<p></p>", ""),
    ("x", "x\n"),
    ("<p>one</p><p>two</p>", "one\n\ntwo\n"),
    ("<div>one</div><div>two</div>", "one\ntwo\n"),
    ("  a\n b\t<b> c</b>d  ", "a b cd\n"),
    ("a<br>b<br><br>c", "a\nb\n\nc\n"),
    ("<p>a<br></p><p>b</p>", "a\n\nb\n"),
    ("a<br><br><br><br><br>b", "a\n\n\nb\n"),
    ("&lt;b&gt; &amp; &euro; &nbsp;x", "<b> & €  x\n"),
    ("a&shy;b&zwnj;c&#8203;d", "abcd\n"),
    // Headings
    ("<h1>Title</h1><p>x</p>", "Title\n=====\n\nx\n"),
    ("<h2>Sub <i>title</i></h2>x", "Sub title\n---------\n\nx\n"),
    ("<h3>Small</h3>x", "Small\n\nx\n"),
    ("<h1></h1>x", "x\n"),
    // Links
    ("<a href=\"https://a.example/x?y=1&amp;z=2\">Read on</a>.", "Read on (https://a.example/x?y=1&z=2).\n"),
    ("<a href=\"https://a.example/\">https://a.example</a>", "https://a.example\n"),
    ("<a href=\"https://a.example/\">www.a.example</a>", "www.a.example\n"),
    ("<a href=\"mailto:a@b.example?subject=x\">a@b.example</a>", "a@b.example\n"),
    ("<a href=\"mailto:a@b.example\">Write</a>", "Write (a@b.example)\n"),
    ("<a href=\"mailto:?subject=x\">Share</a>", "Share (?subject=x)\n"),
    ("<a href=\"tel:+4930123\">+49 30 123</a>", "+49 30 123\n"),
    ("<a href=\"https://a.example/\"><img src=\"cid:a\" alt=\"Logo\"></a>", "Logo (https://a.example/)\n"),
    ("<a href=\"https://a.example/\"><img src=\"cid:a\"></a>", "https://a.example/\n"),
    ("<a href=\"https://a.example/\"><div>x</div>y</a>", "x\ny (https://a.example/)\n"),
    ("see <a href=\"javascript:x\">this</a>", "see this\n"),
    // Lists
    ("<ul><li>one<li>two</ul>", "- one\n- two\n"),
    ("<p>x</p><ol><li>one<li>two</ol><p>y</p>", "x\n\n1. one\n2. two\n\ny\n"),
    ("<ol start=9><li>a<li>b<li value=20>c<li>d</ol>", "9. a\n10. b\n20. c\n21. d\n"),
    ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b\n"),
    ("<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>", "- a\n  - b\n    1. c\n- d\n"),
    ("<ul><li><p>a</p><p>b</p><li>c</ul>", "- a\n\n  b\n\n- c\n"),
    ("<ul><li>a<br>b</ul>", "- a\n  b\n"),
    ("<ul><li></ul>x", "-\n\nx\n"),
    ("<li>a<li>b", "- a\n- b\n"),
    ("<dl><dt>a<dd>b<dd>c<dt>d</dl>", "a\n    b\n    c\nd\n"),
    // Tables
    (
      "<table><tr><th>Item<th>Price<tr><td>Tea<td> 2 <b>EUR</b></table>",
      "Item | Price\nTea | 2 EUR\n"
    ),
    ("<table><caption>C</caption><tr><td>a<td>b</table>", "C\na | b\n"),
    ("<table><tr><td>a<td><td>c</table>", "a | | c\n"),
    ("<table><tr><td><td>b</table>", "| b\n"),
    ("<table><tr><td><p>a</p><td><div>b</div></table>", "a | b\n"),
    ("<table><tr><td>a<br>b<td>c</table>", "a b | c\n"),
    ("<table><tr><td><h1>T</h1><p>x</p></table><table><tr><td>y</table>", "T\n=\n\nx\n\ny\n"),
    ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "a | b\n\nc\n"),
    ("<table><tr><td>&nbsp;<tr><td>x</table>", "x\n"),
    ("<table><thead><tr><th>a</thead><tfoot><tr><td>c</tfoot><tbody><tr><td>b</table>", "a\nc\nb\n"),
    // Quotations, rules, preformatted text
    ("<blockquote>a<p>b</p></blockquote>c", "> a\n>\n> b\n\nc\n"),
    ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b\n"),
    ("a<hr>b", "a\n\n----------------------------------------\n\nb\n"),
    ("<pre>a\n  b\n\n\n\nc</pre>d", "a\n  b\n\n\n\nc\n\nd\n"),
    ("<q>x</q>", "“x”\n"),
    ("<img src=\"cid:a\" alt=\"A picture\"> text", "A picture text\n"),
    // What nobody sees
    ("<div style=\"display:none\">pre</div>x", "x\n"),
    ("<span style=\"mso-hide:all\">pre</span>x", "x\n"),
    ("<div style=\"font-size:0;color:red\">pre</div>x", "x\n"),
    ("<div style=\"max-height:0px\">pre</div>x", "x\n"),
    ("<div style=\"font-size:0.9em\">shown</div>", "shown\n"),
    ("<script>x</script><style>y</style>z", "z\n"),
  ]

  @Test("HTML reads well as text", arguments: cases.indices)
  func derived(_ index: Int) throws {
    let (html, expected) = Self.cases[index]
    let text = try PlainText.derive(fromHTML: html)
    #expect(text == expected)
  }

  @Test("Text beyond a mebibyte is refused")
  func bound() {
    let html = String(repeating: "<blockquote>", count: 250) + String(repeating: "x<br>", count: 50_000)
    #expect {
      try PlainText.derive(fromHTML: html)
    } throws: { ($0 as? AdminError)?.code == .templateBound }
  }

  @Test("A row of very many cells stays linear")
  func wideRow() throws {
    let text = try PlainText.derive(fromHTML: "<table><tr>" + String(repeating: "<td>x", count: 80_000) + "</table>")
    #expect(text.hasPrefix("x | x | x"))
    #expect(text.utf8.count == 80_000 * 4 - 2)
  }
}
