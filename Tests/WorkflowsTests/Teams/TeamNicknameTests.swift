import AdminCore
import Testing
import Workflows

@Suite("Nicknames of teams")
struct TeamNicknameTests {
  @Test(
    "What is left of a name is letters, digits and hyphens",
    arguments: zip(
      [
        "Sales", "Harbour & Finch", "  Köln – Größe 7  ", "Ærøskøbing", "O'Brien's Team", "a/b\\c", "---", "Łódź",
        "naïve café", "ＡＢＣ",
      ],
      [
        "sales", "harbour-finch", "koln-grosse-7", "aeroskobing", "o-brien-s-team", "a-b-c", "team-cb3f91d54e", "lodz",
        "naive-cafe", "team-",
      ]))
  func made(name: String, nickname: String) {
    let made = TeamNickname.make(from: name)
    if nickname.hasPrefix("team-") { #expect(made.hasPrefix("team-")) } else { #expect(made == nickname) }
  }

  @Test("A name in another script has a nickname too, always the same one, and another name another one")
  func otherScripts() {
    let tokyo = TeamNickname.make(from: "東京")
    #expect(tokyo == TeamNickname.make(from: "東京"))
    #expect(tokyo != TeamNickname.make(from: "大阪"))
    #expect(tokyo.wholeMatch(of: /team-[0-9a-f]{10}/) != nil)
    #expect(TeamNickname.make(from: "e\u{301}te\u{301}") == TeamNickname.make(from: "été"))
  }

  @Test("No nickname is longer than Graph takes, with a number behind it, nor holds what it does not take")
  func bounded() {
    for name in [String(repeating: "long name ", count: 1000), "\u{202E}\u{0}x", String(repeating: "Ω", count: 300)] {
      let nickname = TeamNickname.numbered(TeamNickname.make(from: name), 9)
      #expect((1...64).contains(nickname.count))
      #expect(nickname.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
      #expect(!nickname.hasPrefix("-"))
    }
  }
}
