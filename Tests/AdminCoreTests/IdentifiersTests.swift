import AdminCore
import Foundation
import TestSupport
import Testing

@Suite("Identifiers")
struct IdentifiersTests {
  // MARK: UUIDs

  @Test("A version 7 UUID holds the time, its version and its variant (RFC 9562)")
  func uuidLayout() throws {
    var random = SeededRandom(seed: 1)
    // The example of RFC 9562 appendix A.6: 2022-02-22T19:22:22Z.
    let time = Timestamp(milliseconds: 0x017F_22E2_79B0)
    for _ in 0..<500 {
      let text = UUIDv7.make(at: time, using: &random)
      #expect(text.hasPrefix("017f22e2-79b0-7"))
      let characters = Array(text)
      #expect(characters.count == 36)
      #expect("89ab".contains(characters[19]))
      #expect(GUID(text)?.text == text)
    }
  }

  @Test("Ids of different times sort by time, and ids of one time differ")
  func uuidOrder() {
    var random = SeededRandom(seed: 2)
    let times = [0, 1, 1_767_600_000_000, 1_767_600_000_001, 0xFFFF_FFFF_FFFF] as [Int64]
    let ids = times.map { UUIDv7.make(at: Timestamp(milliseconds: $0), using: &random) }
    #expect(ids == ids.sorted())
    let many = (0..<10_000).map { _ in LocalID.make(at: Timestamp(milliseconds: 5), using: &random) }
    #expect(Set(many).count == many.count)
    #expect(LocalID.make(at: Timestamp(milliseconds: 5)) != LocalID.make(at: Timestamp(milliseconds: 5)))
  }

  @Test("A time before 1970 counts as 1970")
  func uuidBeforeEpoch() {
    var random = SeededRandom(seed: 3)
    #expect(UUIDv7.make(at: Timestamp(milliseconds: -1), using: &random).hasPrefix("00000000-0000-7"))
  }

  @Test(
    "A GUID is 8-4-4-4-12 hexadecimal digits, kept in lower case",
    arguments: [
      "3b555118-da6a-4418-894f-7df1e2096870", "3B555118-DA6A-4418-894F-7DF1E2096870",
      "00000000-0000-0000-0000-000000000000", "FFFFFFFF-ffff-FFFF-ffff-FFFFFFFFFFFF",
    ])
  func acceptsGUIDs(text: String) throws {
    #expect(GUID(text)?.text == text.lowercased())
    #expect(LocalID(text)?.text == text.lowercased())
    #expect(GUID(text) == GUID(text.lowercased()))
    #expect(try "\(#require(GUID(text)))" == text.lowercased())
    #expect(try "\(#require(LocalID(text)))" == text.lowercased())
  }

  @Test(
    "Anything else is no GUID",
    arguments: [
      "", "x", "3b555118da6a4418894f7df1e2096870", "{3b555118-da6a-4418-894f-7df1e2096870}",
      "3b555118-da6a-4418-894f-7df1e209687", "3b555118-da6a-4418-894f-7df1e20968700",
      "3b555118-da6a-4418-894f-7df1e209687g", " 3b555118-da6a-4418-894f-7df1e2096870",
      "3b555118-da6a-4418-894f-7df1e2096870\n", "3b555118-da6a-4418-894f7-df1e2096870",
      "3b555118--da6a-4418-894f-7df1e209687", "3b555118-da6a-4418-894f-7df1e2096870-",
      "3b555118-da6a-4418-894f-' or 1=1 --", "3b555118\u{2010}da6a\u{2010}4418\u{2010}894f\u{2010}7df1e2096870",
      "3b555118-da6a-4418-894f-7df1e209687\u{FF10}", "3b555118-da6a-4418-894f-7df1e2096\u{301}",
    ])
  func refusesGUIDs(text: String) {
    #expect(GUID(text) == nil)
    #expect(LocalID(text) == nil)
  }

  @Test("A decoded id is checked like any other")
  func decodesIDs() throws {
    let id = try #require(LocalID("3B555118-da6a-4418-894f-7df1e2096870"))
    #expect(try JSONEncoder().encode([id]) == Data(#"["3b555118-da6a-4418-894f-7df1e2096870"]"#.utf8))
    let decoded = try JSONDecoder().decode(
      [LocalID].self, from: Data(#"["3B555118-DA6A-4418-894F-7DF1E2096870"]"#.utf8))
    #expect(decoded == [id])
    for text in [#"["../../etc/passwd"]"#, "[1]", "[{}]"] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode([LocalID].self, from: Data(text.utf8)) }
    }
  }

  // MARK: Sign-in names

  @Test(
    "A user principal name follows the directory's rules",
    arguments: [
      "a@b.c", "john.smith@contoso.com", "o'neil_x-y!#^~9@sub.contoso-group.com", "A@CONTOSO.COM",
      String(repeating: "a", count: 64) + "@" + String(repeating: "b", count: 44) + ".com", "a..b@contoso.com",
      "x@contoso.onmicrosoft.com", "-a-@1.2",
    ])
  func acceptsPrincipalNames(text: String) throws {
    let name = try #require(UserPrincipalName(text))
    let parts = text.split(separator: "@")
    #expect(name.localPart == String(parts[0]))
    #expect(name.domain == parts[1].lowercased())
    #expect(name.text == "\(parts[0])@\(parts[1].lowercased())")
    #expect("\(name)" == name.text)
  }

  @Test("Two spellings of one sign-in name are one, and each is kept as it was written")
  func comparesPrincipalNames() throws {
    let (upper, lower) = (
      try #require(UserPrincipalName("Ada@Contoso.com")), try #require(UserPrincipalName("ada@contoso.com"))
    )
    #expect(upper == lower)
    #expect(Set([upper, lower, try #require(UserPrincipalName("bob@contoso.com"))]).count == 2)
    #expect(upper.text == "Ada@contoso.com")
  }

  @Test(
    "Anything else is no user principal name",
    arguments: [
      "", "@", "a", "a@", "@b.c", "a@b", "a@@b.c", "a@b@c.d", ".a@b.c", "a.@b.c", "a b@c.d", "a+b@c.d", "a&b@c.d",
      "a\"b@c.d", "a\\b@c.d", "a,b@c.d", "a/b@c.d", "é@c.d", "a@é.d", "a@b..c", "a@.b.c", "a@b.c.", "a@-b.c", "a@b-.c",
      "a@b_c.d", "a@b.c\n", "\na@b.c", "a\u{0}@b.c", "a@[127.0.0.1]", "a%b@c.d", "a@b.c?x", "a'b\u{2019}@c.d", "ａ@b.c",
      String(repeating: "a", count: 65) + "@b.c", "a@" + String(repeating: "b", count: 64) + ".com",
      String(repeating: "a", count: 64) + "@" + String(repeating: "b", count: 45) + ".com",
    ])
  func refusesPrincipalNames(text: String) {
    #expect(UserPrincipalName(text) == nil)
  }
}
