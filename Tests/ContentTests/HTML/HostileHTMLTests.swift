import AdminCore
import Content
import Foundation
import TestSupport
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

  @Test("There are at least 250 vectors, none twice")
  func count() {
    #expect(HostileVectors.all.count >= 250)
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

  static var fuzzCases: Int { ProcessInfo.processInfo.environment["M365_FUZZ_CASES"].flatMap(Int.init) ?? 1_000 }
  static var fuzzSeed: UInt64 { ProcessInfo.processInfo.environment["M365_FUZZ_SEED"].flatMap(UInt64.init) ?? 1 }

  @Test("Random HTML comes out clean and settled")
  func fuzz() throws {
    for seed in 0..<UInt64(Self.fuzzCases) {
      var fuzzer = HTMLFuzzer(seed: Self.fuzzSeed << 32 + seed)
      let html = fuzzer.document()
      do {
        let once = try HTMLSanitizer.sanitize(html)
        let faults = OutputChecker.faults(in: once.html)
        #expect(faults == [], "seed \(seed): \(html.debugDescription) → \(once.html)")
        let twice = try HTMLSanitizer.sanitize(once.html)
        #expect(twice.html == once.html, "seed \(seed): \(html.debugDescription)")
        #expect(twice.removed == [], "seed \(seed): \(once.html)")
        guard faults.isEmpty, twice.html == once.html, twice.removed.isEmpty else { return }
      } catch {
        #expect(error.code == .templateBound, "seed \(seed): \(html.debugDescription)")
      }
    }
  }

  @Test("Plain text of random HTML has no trailing blanks and no more than two empty lines")
  func plainTextFuzz() throws {
    for seed in 0..<UInt64(min(Self.fuzzCases, 20_000)) {
      var fuzzer = HTMLFuzzer(seed: Self.fuzzSeed << 40 + seed)
      let html = fuzzer.document()
      guard let text = try? PlainText.derive(fromHTML: html) else { continue }
      let isTidy = text.split(separator: "\n", omittingEmptySubsequences: false).allSatisfy { !$0.hasSuffix(" ") }
      #expect(isTidy, "seed \(seed): \(html.debugDescription) → \(text.debugDescription)")
      if !html.lowercased().contains("<pre"), !html.lowercased().contains("<listing") {
        #expect(!text.contains("\n\n\n\n"), "seed \(seed): \(html.debugDescription)")
      }
    }
  }
}
