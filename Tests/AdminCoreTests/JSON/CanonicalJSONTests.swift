import AdminCore
import Testing

@Suite("Canonical JSON")
struct CanonicalJSONTests {
  private func canonical(_ text: String) throws -> String {
    String(decoding: CanonicalJSON.bytes(try JSONParser.parse(text)), as: UTF8.self)
  }

  @Test(
    "Doubles are written as RFC 8785 appendix B lists them",
    arguments: [
      (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
      (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
      (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
      (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
      (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
      (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
      (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
      (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
      (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
      (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
  func publishedNumbers(bits: UInt64, text: String) throws {
    let number = try #require(JSONNumber(Double(bitPattern: bits)))
    #expect(String(decoding: CanonicalJSON.bytes(.number(number)), as: UTF8.self) == text)
    #expect(Double(text) == Double(bitPattern: bits))
  }

  @Test("The samples of RFC 8785 section 3.2 come out byte by byte")
  func publishedSamples() throws {
    let sample = #"""
      {
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
      }
      """#
    let expected =
      #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
      + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    #expect(try canonical(sample) == expected)
  }

  @Test("Keys are sorted by their UTF-16 code units")
  func publishedSorting() throws {
    let sample = #"""
      {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
       "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}
      """#
    let expected =
      "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\","
      + "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
      + "\"😀\":\"Emoji: Grinning Face\",\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\"}"
    // Compared as scalars: as characters the text would be equal in other compositions too.
    #expect(Array(try canonical(sample).unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test("Every pair of keys is in the order of its UTF-16 code units")
  func sorting() throws {
    let keys = [
      "", "a", "aa", "ab", "b", "\u{7F}", "\u{80}", "é", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}",
      "\u{10000}", "\u{10FFFF}", "x\u{E000}", "x\u{10000}", "x\u{D7FF}", "\u{10000}a", "\u{E000}z",
    ]
    for left in keys {
      for right in keys where left != right {
        let expected = left.utf16.lexicographicallyPrecedes(right.utf16) ? [left, right] : [right, left]
        let bytes = CanonicalJSON.bytes([left: 0, right: 0])
        #expect(try JSONParser.parse(bytes).objectValue?.keys == expected)
      }
    }
  }

  @Test(
    "The same value has one form",
    arguments: [
      (#"{ "b" : 2, "a" : 1 }"#, #"{"a":1,"b":2}"#), ("[1.0, 1e0, 1]", "[1,1,1]"), ("-0", "0"), ("-0.0", "0"),
      ("1e-7", "1e-7"), ("0.000001", "0.000001"), ("123456.789e3", "123456789"), ("1e21", "1e+21"),
      ("1e20", "100000000000000000000"),
      ("-1.5e-10", "-1.5e-10"), (#""\u2028\u007f\/""#, "\"\u{2028}\u{7F}/\""), (#""\u001B\t""#, #""\u001b\t""#),
      (#"{"a":{"z":[{"y":1,"x":2}],"b":[]}}"#, #"{"a":{"b":[],"z":[{"x":2,"y":1}]}}"#), ("{}", "{}"), ("[]", "[]"),
    ])
  func forms(text: String, expected: String) throws {
    #expect(try canonical(text) == expected)
  }

  @Test(
    "Numbers that differ never share a form, not even those that no double can hold",
    arguments: [
      ("9007199254740992", "9007199254740993"), ("9223372036854775807", "9223372036854775806"),
      ("1e400", "2e400"), ("1e400", "null"), ("1e400", "-1e400"),
    ])
  func distinctForms(left: String, right: String) throws {
    #expect(try canonical(left) != canonical(right))
  }

  @Test("Integers are written in full up to 64 bits")
  func integers() throws {
    #expect(try canonical("9007199254740993") == "9007199254740993")
    #expect(try canonical("9007199254740993.0") == "9007199254740993")
    #expect(try canonical("-9223372036854775808") == "-9223372036854775808")
  }
}
