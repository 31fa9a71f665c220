import AdminCore
import Content
import ContentFuzzing
import Testing

@Suite("Hostile HTML")
struct HostileHTMLTests {
  @Test("Nothing hostile comes out, and a second time changes nothing", arguments: HostileVectors.all.indices)
  func vectors(_ index: Int) throws {
    let vector = HostileVectors.all[index]
    let once = try HTMLSanitizer.sanitize(vector.html)
    #expect(OutputChecker.faults(in: once.html) == [], "\(vector.group): \(vector.html) → \(once.html)")
    let twice = try HTMLSanitizer.sanitize(once.html)
    #expect(twice.html == once.html, "\(vector.group): \(vector.html)")
    #expect(twice.removed == [], "\(vector.group): \(once.html)")
  }

  @Test("There are at least 450 vectors, none twice")
  func count() {
    #expect(HostileVectors.all.count >= 450)
    #expect(Set(HostileVectors.all.map(\.html)).count == HostileVectors.all.count)
  }

  @Test("The checker itself sees what it is there to see")
  func checker() {
    let bad = [
      "<script>x</script>", "<p onclick=\"x\">y</p>", "<p title=x>y</p>", "<p>x", "<a href=\"javascript:x\">y</a>",
      "a < b",
      "&copy;", "<P>x</P>", "<p style=\"position: fixed\">x</p>", "<p style=\"color: url(x)\">x</p>", "<b><i>x</b></i>",
      "<img src=\"https://a.example/\">", "\u{202E}",
      "<a href=\"https://a.example/\"><a href=\"https://b.example/\">x</a></a>",
      "<p title=\"x\" title=\"y\">z</p>", "<a href=\"https://a.example\\@b.example/\">x</a>", "<!-- x -->",
      "<p style=\"font-family: 'x\">y</p>",
    ]
    for html in bad { #expect(OutputChecker.faults(in: html) != [], "\(html)") }
    #expect(OutputChecker.faults(in: "<p style=\"color: red\">x &amp; <b>y</b><br></p>") == [])
  }
}
