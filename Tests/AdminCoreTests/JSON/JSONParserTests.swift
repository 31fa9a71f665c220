import AdminCore
import Testing

@Suite("Reading JSON")
struct JSONParserTests {
  @Test(
    "What RFC 8259 allows is read",
    arguments: [
      ("null", nil), ("true", true), ("false", false), ("0", 0), ("-1", -1), ("\"\"", ""), ("[]", []), ("{}", [:]),
      (" \t\r\n[ 1 ,\n2 ] \r\n", [1, 2]),
      (#"{"a" : {"b":[ ]} , "c":null}"#, ["a": ["b": []], "c": nil]),
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
      (#""\u0000\u001f\u00e9\u20AC""#, "\u{0}\u{1F}é€"),
      (#""\uD83D\uDE00""#, "😀"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\uFFFF""#, "\u{FFFF}"),
      ("\"\u{7F}\u{2028}\u{10FFFF}é\"", "\u{7F}\u{2028}\u{10FFFF}é"),
      (#""plain start, then\nan escape, then é and 😀""#, "plain start, then\nan escape, then é and 😀"),
      (#"{"":1}"#, ["": 1]), (#"{"a":1,"A":2}"#, ["a": 1, "A": 2]), ("[[[[[[]]]]]]", [[[[[[]]]]]]),
    ] as [(String, JSONValue)])
  func accepts(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(text) == value)
  }

  @Test(
    "What is no JSON is refused with the reason and the place",
    arguments: [
      ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("nul", .unexpectedEnd, 3), ("nulL", .unexpectedByte, 3),
      ("TRUE", .unexpectedByte, 0), ("undefined", .unexpectedByte, 0), ("NaN", .unexpectedByte, 0),
      ("Infinity", .unexpectedByte, 0), ("-Infinity", .badNumber, 1), ("nullx", .trailingBytes, 4),
      ("1 2", .trailingBytes, 2), ("[] []", .trailingBytes, 3), ("{}}", .trailingBytes, 2),
      ("true,", .trailingBytes, 4),
      ("[", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3), ("[1,]", .unexpectedByte, 3),
      ("[,1]", .unexpectedByte, 1), ("[1 2]", .unexpectedByte, 3), ("[1}", .unexpectedByte, 2),
      ("]", .unexpectedByte, 0),
      ("{", .unexpectedEnd, 1), ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5),
      ("{\"a\":1", .unexpectedEnd, 6), ("{\"a\":1,", .unexpectedEnd, 7), ("{\"a\":1,}", .unexpectedByte, 7),
      ("{a:1}", .unexpectedByte, 1), ("{'a':1}", .unexpectedByte, 1), ("{1:1}", .unexpectedByte, 1),
      ("{\"a\" 1}", .unexpectedByte, 5), ("{\"a\":1 \"b\":2}", .unexpectedByte, 7), ("{,}", .unexpectedByte, 1),
      ("// comment\n1", .unexpectedByte, 0), ("[1/*x*/]", .unexpectedByte, 2), ("'a'", .unexpectedByte, 0),
      ("01", .badNumber, 1), ("-01", .badNumber, 2), ("00", .badNumber, 1), ("-", .badNumber, 1),
      ("1.", .badNumber, 2), ("1.e1", .badNumber, 2), ("1e", .badNumber, 2), ("1e+", .badNumber, 3),
      ("+1", .unexpectedByte, 0), (".5", .unexpectedByte, 0), ("0x10", .trailingBytes, 1), ("1_000", .trailingBytes, 1),
      ("1,0", .trailingBytes, 1), ("--1", .badNumber, 1), ("1e1.5", .trailingBytes, 3), ("-a", .badNumber, 1),
      ("\"", .unexpectedEnd, 1), ("\"abc", .unexpectedEnd, 4), ("\"a\\", .unexpectedEnd, 3),
      ("\"a\\\"", .unexpectedEnd, 4), ("\"a\\nb", .unexpectedEnd, 5), ("\"\\x\"", .badEscape, 1),
      ("\"\\u12\"", .badEscape, 1), ("\"\\u12G4\"", .badEscape, 1), ("\"\\u 123\"", .badEscape, 1),
      ("\"\\u+123\"", .badEscape, 1), ("\"\\u", .badEscape, 1), ("\"\\U0041\"", .badEscape, 1),
      ("\"\\uD800\"", .loneSurrogate, 1), ("\"\\uDC00\"", .loneSurrogate, 1), ("\"\\uD800\\n\"", .loneSurrogate, 1),
      ("\"\\uD800\\uD800\"", .loneSurrogate, 1), ("\"\\uD800\\u0041\"", .loneSurrogate, 1),
      ("\"x\\uDFFF\\uD800\"", .loneSurrogate, 2), ("\"\\uD800x", .loneSurrogate, 1),
      ("\"a\nb\"", .controlCharacter, 2), ("\"\t\"", .controlCharacter, 1), ("\"\u{0}\"", .controlCharacter, 1),
      ("\"\\n\u{1F}\"", .controlCharacter, 3), ("\u{FEFF}1", .unexpectedByte, 0), ("\u{A0}1", .unexpectedByte, 0),
      ("\u{C}1", .unexpectedByte, 0), ("1\u{0}", .trailingBytes, 1),
    ] as [(String, JSONParseError.Reason, Int)])
  func refuses(text: String, reason: JSONParseError.Reason, offset: Int) {
    #expect(throws: JSONParseError(reason: reason, offset: offset)) { try JSONParser.parse(text) }
  }

  @Test(
    "Bytes that are not UTF-8 are refused before anything is read",
    arguments: [
      ([0x22, 0x80, 0x22], 1), ([0x22, 0xC3, 0x22], 1), ([0x22, 0xC0, 0xAF, 0x22], 1), ([0x22, 0xC1, 0xBF, 0x22], 1),
      ([0x22, 0xE0, 0x80, 0xAF, 0x22], 1), ([0x22, 0xF0, 0x80, 0x80, 0xAF, 0x22], 1),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0xF8, 0x22], 1),
      ([0x22, 0xFF, 0x22], 1), ([0x22, 0xE2, 0x82], 1), ([0x5B, 0x31, 0x5D, 0xFE], 3),
      ([0xFF, 0xFE, 0x31, 0x00], 0), ([0x7B, 0x78, 0xC3], 2),
    ] as [([UInt8], Int)])
  func refusesInvalidUTF8(bytes: [UInt8], offset: Int) {
    #expect(throws: JSONParseError(reason: .invalidUTF8, offset: offset)) { try JSONParser.parse(bytes) }
  }

  @Test("An error says what is wrong and where, in words")
  func describesErrors() {
    #expect("\(JSONParseError(reason: .badNumber, offset: 12))" == "malformed number at byte 12")
    #expect("\(JSONParseError(reason: .unexpectedEnd, offset: 0))" == "unexpected end of input at byte 0")
  }

  // MARK: Keys

  @Test(
    "A key twice in one object is refused, in small objects and in long ones",
    arguments: [1, 2, 7, 8, 31, 32, 33, 34, 100])
  func refusesRepeatedKeys(distinct: Int) throws {
    let members = (0..<distinct).map { "\"key\($0)\":\($0)" }
    let unique = "{" + members.joined(separator: ",") + "}"
    #expect(try JSONParser.parse(unique).objectValue?.count == distinct)
    for repeated in [0, distinct / 2, distinct - 1] {
      let start = "{" + members.joined(separator: ",") + ","
      #expect(throws: JSONParseError(reason: .duplicateKey, offset: start.utf8.count)) {
        try JSONParser.parse(start + "\"key\(repeated)\":null}")
      }
    }
  }

  @Test("Two spellings of one key are one key")
  func comparesDecodedKeys() {
    let texts = [#"{"a":1,"\u0061":2}"#, #"{"é":1,"\u00e9":2}"#, "{\"\u{E9}\":1,\"e\u{301}\":2}"]
    for text in texts {
      #expect(performing: { try JSONParser.parse(text) }, throws: { ($0 as? JSONParseError)?.reason == .duplicateKey })
    }
  }

  @Test("Keys that only look alike to a hash are different keys")
  func tellsCollidingKeysApart() throws {
    let text = #"{"abcd-1-wxyz":1,"abcd-2-wxyz":2,"abcd-3-wxyz":3,"é":4,"è":5}"#
    #expect(try JSONParser.parse(text).objectValue?.count == 5)
  }

  @Test("The same key may stand in objects beside and inside one another")
  func forgetsKeysOfOtherObjects() throws {
    let text = #"{"a":{"a":{"b":1},"b":2},"b":[{"a":1},{"a":2,"b":{}}],"c":{"a":1}}"#
    #expect(try JSONParser.parse(text).text == text)
  }

  // MARK: Bounds

  @Test("Nesting is read up to the bound and refused beyond it", arguments: ["[", "{\"a\":"])
  func boundsDepth(opening: String) throws {
    func nested(_ depth: Int) -> String {
      String(repeating: opening, count: depth - 1) + "[]"
        + String(repeating: opening == "[" ? "]" : "}", count: depth - 1)
    }
    _ = try JSONParser.parse(nested(128))
    let offset = 128 * opening.utf8.count
    #expect(throws: JSONParseError(reason: .tooDeep, offset: offset)) { try JSONParser.parse(nested(129)) }
    _ = try JSONParser.parse(nested(3), maximumDepth: 3)
    #expect(throws: JSONParseError(reason: .tooDeep, offset: 3 * opening.utf8.count)) {
      try JSONParser.parse(nested(4), maximumDepth: 3)
    }
    #expect(throws: JSONParseError(reason: .tooDeep, offset: 0)) { try JSONParser.parse("[]", maximumDepth: 0) }
    #expect(try JSONParser.parse("1", maximumDepth: 0) == 1)
  }

  @Test("A hundred thousand opening brackets are refused and not followed")
  func survivesManyBrackets() {
    for bracket in ["[", "{\"a\":", "[{\"a\":"] {
      let text = String(repeating: bracket, count: 100_000)
      #expect(performing: { try JSONParser.parse(text) }, throws: { ($0 as? JSONParseError)?.reason == .tooDeep })
    }
  }

  @Test("The deepest document fits a stack of 256 KiB")
  func fitsSmallStack() throws {
    let text = String(repeating: "{\"a\":[", count: 64) + String(repeating: "]}", count: 64)
    let written = DetachedThread.runAndWait(stackSize: 256 << 10) { (try? JSONParser.parse(text))?.text }
    #expect(written == text)
  }

  @Test("Depth counts open containers, not those that were closed")
  func countsOpenContainers() throws {
    let text = "[" + Array(repeating: "[{}]", count: 500).joined(separator: ",") + "]"
    #expect(try JSONParser.parse(text, maximumDepth: 3).arrayValue?.count == 500)
  }
}
