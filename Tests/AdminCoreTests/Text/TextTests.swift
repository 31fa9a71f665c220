import AdminCore
import Testing

@Suite("Names and normal forms")
struct TextTests {
  // MARK: Suggestions

  private static let names = ["userEmail", "displayName", "department", "license", "to", "cc"]

  @Test(
    "The name somebody probably meant is found",
    arguments: [
      ("userEmial", "userEmail"), ("useremail", "userEmail"), ("USEREMAIL", "userEmail"), ("displyName", "displayName"),
      ("display_name", "displayName"), ("departement", "department"), ("licence", "license"),
      ("dispalyName", "displayName"),
      ("ot", "to"), ("c", "cc"), ("licenses", "license"),
    ])
  func suggests(name: String, expected: String) {
    #expect(Suggestion.nearest(to: name, among: Self.names) == expected)
  }

  @Test("What resembles nothing gets no suggestion", arguments: ["", "password", "xyz", "subject", "é", "a"])
  func suggestsNothing(name: String) {
    #expect(Suggestion.nearest(to: name, among: Self.names) == nil)
  }

  @Test("The nearest one wins, and the first of equals")
  func nearest() {
    #expect(Suggestion.nearest(to: "abcdef", among: ["abcxyz", "abcdeg", "abcdef"]) == "abcdef")
    #expect(Suggestion.nearest(to: "abcd", among: ["abce", "abcf"]) == "abce")
    #expect(Suggestion.nearest(to: "a", among: []) == nil)
  }

  @Test("Names of any length are compared in bounded time")
  func longNames() {
    let long = String(repeating: "a", count: 1_000_000)
    #expect(Suggestion.nearest(to: long, among: [long + "b", "short"]) == long + "b")
  }

  // MARK: NFC

  @Test(
    "Text is brought into Normalization Form C (Unicode Standard Annex 15)",
    arguments: [
      ("e\u{301}", "\u{E9}"), ("\u{E9}", "\u{E9}"), ("A\u{30A}", "\u{C5}"), ("\u{212B}", "\u{C5}"),
      ("\u{1E9B}\u{323}", "\u{1E9B}\u{323}"), ("s\u{323}\u{307}", "\u{1E69}"), ("s\u{307}\u{323}", "\u{1E69}"),
      ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("\u{FB01}", "\u{FB01}"), ("plain", "plain"), ("", ""),
      ("\u{1D15E}", "\u{1D157}\u{1D165}"), ("\u{958}", "\u{915}\u{93C}"),
    ])
  func normalizes(text: String, expected: String) {
    #expect(Array(text.normalizedNFC.unicodeScalars) == Array(expected.unicodeScalars))
    #expect(Array(text.normalizedNFC.normalizedNFC.unicodeScalars) == Array(expected.unicodeScalars))
  }
}
