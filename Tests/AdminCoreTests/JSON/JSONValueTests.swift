import AdminCore
import TestSupport
import Testing

@Suite("JSON values")
struct JSONValueTests {
  private static let document: JSONValue = [
    "null": nil, "flag": true, "count": 3, "ratio": 0.5, "name": "x", "list": [1, "two"], "nested": ["deep": [true]],
  ]

  @Test("An accessor gives the value of its kind and nothing else")
  func accessors() {
    let document = Self.document
    #expect(document["null"]?.isNull == true)
    #expect(document["flag"]?.boolValue == true)
    #expect(document["count"]?.intValue == 3)
    #expect(document["count"]?.doubleValue == 3)
    #expect(document["ratio"]?.intValue == nil)
    #expect(document["ratio"]?.doubleValue == 0.5)
    #expect(document["name"]?.stringValue == "x")
    #expect(document["list"]?.arrayValue?.count == 2)
    #expect(document["nested"]?.objectValue?.keys == ["deep"])
    for value in [document["null"], document["name"], document["list"], document["nested"]] {
      #expect(value?.boolValue == nil)
      #expect(value?.intValue == nil)
      #expect(value?.doubleValue == nil)
    }
    #expect(document["flag"]?.stringValue == nil)
    #expect(document["flag"]?.arrayValue == nil)
    #expect(document["flag"]?.objectValue == nil)
    #expect(document["name"]?.isNull == false)
  }

  @Test("Looking for what is not there gives nothing")
  func subscripts() {
    #expect(Self.document["list"]?[1] == "two")
    #expect(Self.document["list"]?[2] == nil)
    #expect(Self.document["list"]?[-1] == nil)
    #expect(Self.document["nothing"] == nil)
    #expect(Self.document["name"]?["x"] == nil)
    #expect(Self.document["name"]?[0] == nil)
    #expect(Self.document["nested"]?["deep"]?[0] == true)
  }

  @Test(
    "A value names its kind as JSON Schema does",
    arguments: [
      (nil, "null"), (true, "boolean"), (1, "integer"), (1.0, "integer"), (1.5, "number"), ("", "string"),
      ([], "array"),
      ([:], "object"),
    ] as [(JSONValue, String)])
  func typeNames(value: JSONValue, name: String) {
    #expect(value.typeName == name)
  }

  @Test("A literal that JSON cannot say becomes null")
  func literals() {
    #expect(JSONValue(floatLiteral: .infinity) == .null)
    #expect(JSONValue.optional(nil) == .null)
    #expect(JSONValue.optional("a") == "a")
    #expect(JSONValue.strings(["a", "b"]) == ["a", "b"])
    #expect("n=\(1)" as JSONValue == "n=1")
  }

  // MARK: Writing

  @Test(
    "Writing escapes what must be escaped and nothing else",
    arguments: [
      ("plain", "plain"), ("\"", #"\""#), ("\\", #"\\"#), ("/", "/"), ("\n\r\t\u{8}\u{C}", #"\n\r\t\b\f"#),
      ("\u{0}\u{1}\u{B}\u{1F}", #"\u0000\u0001\u000b\u001f"#), ("\u{7F}", "\u{7F}"), ("é😀", "é😀"),
      ("a\u{2028}b\u{2029}c", #"a\u2028b\u2029c"#), ("\u{2027}\u{202A}\u{20A8}", "\u{2027}\u{202A}\u{20A8}"),
      ("\u{2028}", #"\u2028"#), ("\"\"\"", #"\"\"\""#), ("tail\n", #"tail\n"#), ("\nhead", #"\nhead"#), ("", ""),
      ("€\u{E28}", "€\u{E28}"),
    ])
  func escapes(text: String, written: String) throws {
    #expect(JSONValue.string(text).text == "\"\(written)\"")
    #expect(try JSONParser.parse("\"\(written)\"") == .string(text))
    var writer = JSONWriter()
    writer.string(utf8: Array(text.utf8))
    #expect(writer.bytes == JSONValue.string(text).serialized)
    #expect(JSONValue.object([text: nil]).text == "{\"\(written)\":null}")
  }

  @Test("No value holds a line feed once it is written")
  func writesOneLine() {
    let value: JSONValue = ["a\nb": ["\r\n\u{85}\u{2028}", ["x": "\n"]]]
    #expect(!value.serialized.contains(0x0A))
    #expect(!value.serialized.contains(0x0D))
  }

  @Test("The writer sets commas by itself, also around spliced fragments")
  func writer() throws {
    var writer = JSONWriter(reserving: 8)
    writer.object { writer in
      writer.key("list")
      writer.array { writer in
        writer.null()
        writer.bool(true)
        writer.bool(false)
        writer.int(-7)
        writer.number(JSONNumber(8))
        writer.fragment("{\"a\":[1]}".utf8)
        writer.string("s")
        writer.array { _ in }
        writer.object { _ in }
        writer.value([1, [:]])
      }
      writer.member("last", 1.5)
    }
    let text = String(decoding: writer.bytes, as: UTF8.self)
    #expect(text == #"{"list":[null,true,false,-7,8,{"a":[1]},"s",[],{},[1,{}]],"last":1.5}"#)
    #expect(try JSONParser.parse(text).text == text)
  }

  @Test("What must be escaped is escaped wherever it stands")
  func everyPlace() throws {
    for scalar in (0..<0x100).compactMap(Unicode.Scalar.init) + ["\u{2028}", "€", "😀"] {
      for position in 0..<20 {
        var scalars = Array("abcdefghijklmnopqrst".unicodeScalars)
        scalars[position] = scalar
        let text = String(String.UnicodeScalarView(scalars))
        let written = JSONValue.string(text).text
        #expect(try JSONParser.parse(written) == .string(text))
        let isEscaped = scalar.value < 0x20 || ["\"", "\\", "\u{2028}"].contains(scalar)
        #expect((written.utf8.count > text.utf8.count + 2) == isEscaped)
      }
    }
  }

  @Test("A long text with something to escape at every place survives")
  func longEscapes() throws {
    var random = SeededRandom(seed: 5)
    let alphabet = Array("ab\"\\\n\u{1}é€😀\u{2028}\u{2029}/".unicodeScalars)
    var text = ""
    for _ in 0..<20_000 { text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a") }
    #expect(try JSONParser.parse(JSONValue.string(text).serialized) == .string(text))
  }
}
