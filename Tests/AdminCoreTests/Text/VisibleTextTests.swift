import AdminCore
import Testing

@Suite("Visible text")
struct VisibleTextTests {
  @Test(
    "What a reader cannot see is removed",
    arguments: [
      ("nul", "a\u{0}b"), ("escape", "a\u{1B}b"), ("bell", "a\u{7}b"), ("delete", "a\u{7F}b"),
      ("carriage return", "a\rb"),
      ("vertical tab", "a\u{B}b"), ("form feed", "a\u{C}b"), ("next line", "a\u{85}b"), ("CSI", "a\u{9B}b"),
      ("soft hyphen", "a\u{AD}b"), ("combining grapheme joiner", "a\u{34F}b"), ("arabic letter mark", "a\u{61C}b"),
      ("hangul choseong filler", "a\u{115F}b"), ("hangul jungseong filler", "a\u{1160}b"),
      ("khmer inherent vowels", "a\u{17B4}\u{17B5}b"),
      ("mongolian variation selectors", "a\u{180B}\u{180C}\u{180D}\u{180F}b"),
      ("mongolian vowel separator", "a\u{180E}b"), ("zero width space", "a\u{200B}b"),
      ("zero width non-joiner", "a\u{200C}b"),
      ("zero width joiner", "a\u{200D}b"), ("left-to-right mark", "a\u{200E}b"), ("right-to-left mark", "a\u{200F}b"),
      ("line separator", "a\u{2028}b"), ("paragraph separator", "a\u{2029}b"),
      ("embeddings and overrides", "a\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}b"),
      ("word joiner and invisible operators", "a\u{2060}\u{2061}\u{2062}\u{2063}\u{2064}b"),
      ("unassigned", "a\u{2065}b"),
      ("isolates", "a\u{2066}\u{2067}\u{2068}\u{2069}b"), ("deprecated format characters", "a\u{206A}\u{206F}b"),
      ("braille blank", "a\u{2800}b"), ("hangul filler", "a\u{3164}b"),
      ("variation selectors", "a\u{FE00}\u{FE0E}\u{FE0F}b"),
      ("byte order mark", "a\u{FEFF}b"), ("halfwidth hangul filler", "a\u{FFA0}b"),
      ("interlinear annotation", "a\u{FFF9}\u{FFFA}\u{FFFB}b"),
      ("khitan filler", "a\u{16FE4}b"), ("shorthand format", "a\u{1BCA0}b"), ("null notehead", "a\u{1D159}b"),
      ("musical format", "a\u{1D173}\u{1D17A}b"), ("language tag", "a\u{E0001}b"),
      ("tag characters", "a\u{E0068}\u{E0069}\u{E007F}b"),
      ("supplementary variation selectors", "a\u{E0100}\u{E01EF}b"),
    ])
  func removes(name: String, text: String) {
    #expect(Array(VisibleText.clean(text).unicodeScalars) == Array("ab".unicodeScalars))
    #expect(VisibleText.clean(String(text.dropFirst(0))).utf8.count == 2)
  }

  @Test("Noncharacters are removed", arguments: [0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF] as [UInt32])
  func removesNoncharacters(value: UInt32) throws {
    #expect(VisibleText.clean("a\(try #require(Unicode.Scalar(value)))b") == "ab")
  }

  @Test("A text of nothing but such characters becomes empty")
  func removesAll() {
    #expect(VisibleText.clean("\u{200B}\u{202E}\u{E0041}\u{FE0F}").isEmpty)
    #expect(VisibleText.clean("").isEmpty)
  }

  @Test(
    "What a reader can see stays byte by byte",
    arguments: [
      "plain ASCII, 100 %", "line\nfeed and\ttab", "Zoë Müller, Þórr, Łukasz", "e\u{301} composed otherwise",
      "中文 日本語 한국어",
      "עברית العربية", "हिन्दी ไทย", "no-break\u{A0}space\u{2009}thin\u{3000}wide", "€ £ ¥ – — … “quoted” ‘x’ •",
      "😀 👍🏽 🇩🇪", "☎\u{FE0F} ❤\u{FE0F} ✔\u{FE0F}", "1\u{FE0F}\u{20E3}", "√2 ≈ 1.414 → ∞", "\u{FFFD}",
    ])
  func keeps(text: String) {
    #expect(Array(VisibleText.clean(text).utf8) == Array(text.utf8))
  }

  @Test("Emoji keep the selector that makes them emoji, once")
  func emojiSelectors() {
    #expect(Array(VisibleText.clean("❤\u{FE0F}\u{FE0F}\u{FE0F}x\u{FE0F}").unicodeScalars) == ["❤", "\u{FE0F}", "x"])
    #expect(Array(VisibleText.clean("❤\u{200B}\u{FE0F}").unicodeScalars) == ["❤", "\u{FE0F}"])
    #expect(Array(VisibleText.clean("\u{FE0F}❤").unicodeScalars) == ["❤"])
    #expect(VisibleText.clean("👩\u{200D}💻") == "👩💻")
  }

  @Test("What is removed is removed wherever it stands")
  func everyPlace() {
    for byte in UInt8(0)..<0x80 {
      for position in 0..<20 {
        var bytes = Array("abcdefghijklmnopqrst".utf8)
        bytes[position] = byte
        let text = String(decoding: bytes, as: UTF8.self)
        if (byte < 0x20 && byte != 0x0A && byte != 0x09) || byte == 0x7F { bytes.remove(at: position) }
        #expect(VisibleText.clean(text) == String(decoding: bytes, as: UTF8.self))
      }
    }
  }

  @Test("Cleaning once is enough")
  func idempotent() {
    let text = "a\u{202E}b\u{E0041}❤\u{FE0F}\u{200D}c\n\t\u{0}"
    #expect(VisibleText.clean(VisibleText.clean(text)) == VisibleText.clean(text))
  }

  @Test("Every text in a value is cleaned, names of members too")
  func cleansValues() {
    let value: JSONValue = ["a\u{200B}": ["x\u{202E}", 1, nil, true, ["b": "\u{1B}y"]]]
    #expect(VisibleText.clean(value) == ["a": ["x", 1, nil, true, ["b": "y"]]])
  }

  // MARK: Excerpts

  @Test(
    "An excerpt is one line of bounded length",
    arguments: [
      ("short", 10, "short"), ("exactly ten", 11, "exactly ten"), ("one two three", 8, "one two…"),
      ("a\nb\tc\r\nd", 20, "a b c d"),
      ("\n\na\n", 5, "a"), ("", 5, ""), ("abc", 1, "…"), ("abc", 0, "…"), ("é€😀x", 3, "é€…"), ("a\u{202E}b", 2, "ab"),
    ])
  func excerpts(text: String, limit: Int, excerpt: String) {
    #expect(VisibleText.excerpt(text, limit: limit) == excerpt)
  }

  @Test("One letter with a million marks on it does not make an excerpt long")
  func boundsMarks() {
    let text = "Z" + String(repeating: "\u{301}", count: 1_000_000)
    #expect(text.count == 1)
    #expect(VisibleText.excerpt(text).unicodeScalars.count <= 120)
    #expect(VisibleText.excerpt(String(repeating: "\u{200B}", count: 1_000_000) + "hidden") == "…")
  }

  @Test("What is shown is cleaned and cut, after as many letters in any script", arguments: ["a", "é", "€", "😀"])
  func shown(_ letter: String) {
    #expect(VisibleText.shown("a\u{202E}b") == "ab")
    let whole = String(repeating: letter, count: 2500)
    #expect(VisibleText.shown(whole) == whole)
    #expect(VisibleText.shown(whole + letter) == String(whole.dropLast()) + "…")
    #expect(VisibleText.shown(String(repeating: letter, count: 100_000)).unicodeScalars.count == 2500)
    #expect(VisibleText.shown(["a\u{0}": [.string("\u{0}b")]] as JSONValue) == ["a": ["b"]])
  }
}
