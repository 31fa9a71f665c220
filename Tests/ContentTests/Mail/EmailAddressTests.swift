import AdminCore
import Content
import Testing

@Suite("Mail addresses")
struct EmailAddressTests {
  private static let label63 = String(repeating: "a", count: 63)

  /// Addresses and how they are written.
  static let valid: [(String, String)] = [
    ("simple@example.com", "simple@example.com"),
    ("Jane.Doe@EXAMPLE.com", "Jane.Doe@example.com"),
    ("user+tag@example.com", "user+tag@example.com"),
    ("user+tag+more@sub.example.co.uk", "user+tag+more@sub.example.co.uk"),
    ("x@y.zz", "x@y.zz"),
    ("1@2.example", "1@2.example"),
    ("a.b.c.d@example.com", "a.b.c.d@example.com"),
    ("first-last@ex-ample.com", "first-last@ex-ample.com"),
    // RFC 3696, section 3, with errata 246: the quoted forms
    ("\"Abc\\@def\"@example.com", "\"Abc@def\"@example.com"),
    ("\"Fred Bloggs\"@example.com", "\"Fred Bloggs\"@example.com"),
    ("\"Joe\\\\Blow\"@example.com", "\"Joe\\\\Blow\"@example.com"),
    ("\"Abc@def\"@example.com", "\"Abc@def\"@example.com"),
    ("customer/department=shipping@example.com", "customer/department=shipping@example.com"),
    ("$A12345@example.com", "$A12345@example.com"),
    ("!def!xyz%abc@example.com", "!def!xyz%abc@example.com"),
    ("_somename@example.com", "_somename@example.com"),
    // RFC 5321 and 5322
    ("!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"),
    ("\"quoted\"@example.com", "quoted@example.com"),
    ("\"a.b\"@example.com", "a.b@example.com"),
    ("\"a..b\"@example.com", "\"a..b\"@example.com"),
    ("\".a\"@example.com", "\".a\"@example.com"),
    ("\" \"@example.com", "\" \"@example.com"),
    ("\"\\a\\b\"@example.com", "ab@example.com"),
    ("\"a\\\"b\"@example.com", "\"a\\\"b\"@example.com"),
    ("\"(x)<y>[z],;:\"@example.com", "\"(x)<y>[z],;:\"@example.com"),
    ("\(String(repeating: "a", count: 64))@example.com", "\(String(repeating: "a", count: 64))@example.com"),
    ("a@\(label63).example", "a@\(label63).example"),
    (
      "a@\(label63).\(label63).\(label63).\(String(repeating: "b", count: 56)).de",
      "a@\(label63).\(label63).\(label63).\(String(repeating: "b", count: 56)).de"
    ),
    ("a@1and1.example", "a@1and1.example"),
    ("a@example.museum", "a@example.museum"),
    // International domains (IDNA 2008, not transitional: ß stays apart from ss)
    ("a@müller.example", "a@xn--mller-kva.example"),
    ("a@MÜLLER.example", "a@xn--mller-kva.example"),
    ("a@straße.example", "a@xn--strae-oqa.example"),
    ("a@faß.de", "a@xn--fa-hia.de"),
    ("a@xn--mller-kva.example", "a@xn--mller-kva.example"),
    ("a@XN--MLLER-KVA.example", "a@xn--mller-kva.example"),
    ("a@παράδειγμα.δοκιμή", "a@xn--hxajbheg2az3al.xn--jxalpdlp"),
    ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"),
    ("a@مثال.إختبار", "a@xn--mgbh0fb.xn--kgbechtv"),
    ("a@ｅｘａｍｐｌｅ.com", "a@example.com"),
    ("a@bücher。example", "a@xn--bcher-kva.example"),
    ("a@mu\u{308}ller.example", "a@xn--mller-kva.example"),
  ]

  @Test("Valid addresses are read and written in one form", arguments: valid.indices)
  func accepts(_ index: Int) throws {
    let (text, expected) = Self.valid[index]
    let address = try EmailAddress(checking: text)
    #expect(address.text == expected)
    #expect(try EmailAddress(checking: address.text) == address)
    #expect(address.normalized == EmailAddress(address.text.uppercased())?.normalized)
  }

  static let invalid: [(String, EmailAddress.Problem)] = [
    ("", .empty),
    ("plainaddress", .noAt),
    ("two words", .space),
    ("@example.com", .localEmpty),
    ("a@", .domain(.empty)),
    ("a@b@example.com", .severalAts),
    ("Abc\\@def@example.com", .severalAts),
    ("\"Abc\\@def@example.com", .unbalancedQuote),
    (".a@example.com", .localDot),
    ("a.@example.com", .localDot),
    ("a..b@example.com", .localDot),
    (".@example.com", .localDot),
    ("a b@example.com", .space),
    (" a@example.com", .space),
    ("a@example.com ", .space),
    ("a@ example.com", .space),
    ("a @example.com", .space),
    ("a,b@example.com", .localCharacter(",")),
    ("a;b@example.com", .localCharacter(";")),
    ("a:b@example.com", .localCharacter(":")),
    ("a[b]@example.com", .localCharacter("[")),
    ("a\\b@example.com", .localCharacter("\\")),
    ("a>b@example.com", .localCharacter(">")),
    ("Jane <a@example.com>", .displayName),
    ("<a@example.com>", .displayName),
    ("a@example.com>", .displayName),
    ("\"Jane\" <a@example.com>", .unbalancedQuote),
    ("a(comment)@example.com", .comment),
    ("(comment)a@example.com", .comment),
    ("a@(comment)example.com", .comment),
    ("a@example.com(comment)", .comment),
    ("a@[127.0.0.1]", .literal),
    ("a@[IPv6:::1]", .literal),
    ("a@127.0.0.1", .domain(.address)),
    ("a@example.123", .domain(.address)),
    ("a@localhost", .domain(.singleLabel)),
    ("a@example.com.", .domain(.emptyLabel)),
    ("a@.example.com", .domain(.emptyLabel)),
    ("a@example..com", .domain(.emptyLabel)),
    ("a@-example.com", .domain(.hyphen)),
    ("a@example-.com", .domain(.hyphen)),
    ("a@exam_ple.com", .domain(.character)),
    ("a@exam!ple.com", .domain(.character)),
    ("a@example.com,b@example.com", .severalAts),
    ("a@example.com;b", .domain(.character)),
    ("a@example.com:25", .domain(.character)),
    ("a@example.com/x", .domain(.character)),
    ("\"a\"b@example.com", .unbalancedQuote),
    ("a\"b\"@example.com", .unbalancedQuote),
    ("a\"b@example.com", .unbalancedQuote),
    ("\"a\".\"b\"@example.com", .unbalancedQuote),
    ("a.\"b\"@example.com", .unbalancedQuote),
    ("\"\"@example.com", .localEmpty),
    ("\"a@example.com", .unbalancedQuote),
    ("\"a\"", .noAt),
    ("\"a\\\"@example.com", .unbalancedQuote),
    ("\"a\\", .unbalancedQuote),
    ("\"é\"@example.com", .localNotASCII),
    ("\"\\é\"@example.com", .localNotASCII),
    ("é@example.com", .localNotASCII),
    ("用户@example.com", .localNotASCII),
    ("\(String(repeating: "a", count: 65))@example.com", .localTooLong),
    ("\"\(String(repeating: "a ", count: 32))\"@example.com", .localTooLong),
    ("a@\(String(repeating: "a", count: 64)).example", .domain(.labelTooLong)),
    ("a@\(label63).\(label63).\(label63).\(label63)", .domain(.tooLong)),
    ("\(String(repeating: "a", count: 60))@\(label63).\(label63).\(label63).de", .tooLong),
    ("a@" + String(repeating: "x", count: 3_000), .tooLong),
    // Injection and deception
    ("a@example.com\r\nBcc: b@example.com", .control),
    ("a\r\n@example.com", .control),
    ("a@example.com\n", .control),
    ("a\t@example.com", .control),
    ("\"a\tb\"@example.com", .control),
    ("\"a\r\n b\"@example.com", .control),
    ("a\0@example.com", .control),
    ("a@example.com\0", .control),
    ("a@exam\u{202E}ple.com", .control),
    ("\u{FEFF}a@example.com", .control),
    ("a@exa\u{200B}mple.com", .control),
    ("a@exa\u{AD}mple.com", .control),
    ("a@exa\u{FE0F}mple.com", .control),
    ("a@xn--a.example", .domain(.international)),
    ("a@xn--.example", .domain(.hyphen)),
    ("a@ex\u{300}..com", .domain(.emptyLabel)),
    ("a@☃-⌘.example", .domain(.international)),
    // Characters that one setting of the library would silently drop
    ("a@аррӏе_.com", .domain(.character)),
    ("a@ü＿.example", .domain(.character)),
    ("a@ü⑴.example", .domain(.international)),
    ("a@\u{37A}u.example", .domain(.international)),
    ("a@ü b.example", .space),
    ("a@-ü.example", .domain(.international)),
    ("a@\u{1F600}.example", .domain(.international)),
  ]

  @Test("What is no address is refused, with the reason", arguments: invalid.indices)
  func refuses(_ index: Int) {
    let (text, problem) = Self.invalid[index]
    #expect(throws: problem, "\(text)") { try EmailAddress(checking: text) }
    #expect(EmailAddress(text) == nil)
    #expect(!problem.description.isEmpty)
  }

  @Test("The error says what is wrong and shows nothing that could deceive")
  func errors() {
    do {
      _ = try EmailAddress.parse("a\u{202E}b@example.com\r\nBcc: x")
      Issue.record("accepted")
    } catch {
      #expect(error.code == .invalidAddress)
      #expect(error.message.contains("control or invisible"))
      #expect(!error.message.unicodeScalars.contains("\u{202E}") && !error.message.contains("\n"))
    }
    #expect(throws: AdminError.self) { try EmailAddress.parse("") }
    #expect((try? EmailAddress.parse("a@example.com"))?.description == "a@example.com")
  }

  @Test("Every problem reads as the end of a sentence")
  func descriptions() {
    let all: [EmailAddress.Problem] = [
      .empty, .noAt, .severalAts, .space, .displayName, .control, .localEmpty, .localTooLong, .localDot,
      .localCharacter(","), .localNotASCII, .unbalancedQuote, .comment, .literal, .tooLong, .domain(.hyphen),
    ]
    #expect(Set(all.map(\.description)).count == all.count)
  }

  // MARK: - Lists

  @Test("A list holds each address once, in the order given")
  func lists() throws {
    let list = try AddressList.parse([
      "b@example.com", "A@example.com", "a@EXAMPLE.com", "\"a\"@example.com", "c@example.com",
    ])
    #expect(list.addresses.map(\.text) == ["b@example.com", "A@example.com", "c@example.com"])
    #expect(try AddressList.parse([]).addresses.isEmpty)
  }

  @Test("A list names every address that is none")
  func badList() {
    do {
      _ = try AddressList.parse(["a@example.com", "b", "c@"], path: "/to")
      Issue.record("accepted")
    } catch {
      #expect(error.code == .invalidAddress)
      #expect(error.details?[0]?["path"] == "/to/1")
      #expect(error.details?[1]?["path"] == "/to/2")
      #expect(error.details?.arrayValue?.count == 2)
    }
  }

  @Test("More than 500 recipients are refused; the same one 600 times is one")
  func limit() throws {
    #expect(try AddressList.parse((0..<500).map { "a\($0)@example.com" }).addresses.count == 500)
    #expect(throws: AdminError.self) { try AddressList.parse((0..<501).map { "a\($0)@example.com" }) }
    #expect(try AddressList.parse(Array(repeating: "a@example.com", count: 600)).addresses.count == 1)
  }

  // MARK: - Domains

  @Test(
    "Names that programs read as IPv4 addresses are known as such",
    arguments: [
      ("127.0.0.1", true), ("1", true), ("0x7f.1", true), ("a.0xff", true), ("2130706433", true), ("a.1", true),
      ("example.com", false), ("1.example", false), ("0xg.example", false), ("a.0xfg", false),
    ])
  func addresses(_ name: String, _ expected: Bool) throws {
    #expect(try DomainName(checking: name).looksLikeIPAddress == expected)
  }

  @Test("A domain is bounded before it is looked up")
  func domainBound() {
    #expect(throws: DomainName.Problem.tooLong) { try DomainName(checking: String(repeating: "ü", count: 2_000)) }
    #expect(throws: DomainName.Problem.character) { try DomainName(checking: "ü\0.example") }
    #expect(throws: DomainName.Problem.labelTooLong) {
      try DomainName(checking: String(repeating: "ü", count: 100) + ".de")
    }
    #expect(DomainName("a.example")?.description == "a.example")
  }
}
