import AdminCore
import TestSupport
import Testing

@Suite("Base64 and hexadecimal")
struct EncodingTests {
  @Test(
    "The vectors of RFC 4648 section 10",
    arguments: [
      ("", "", ""), ("f", "Zg==", "66"), ("fo", "Zm8=", "666f"), ("foo", "Zm9v", "666f6f"),
      ("foob", "Zm9vYg==", "666f6f62"), ("fooba", "Zm9vYmE=", "666f6f6261"), ("foobar", "Zm9vYmFy", "666f6f626172"),
    ])
  func vectors(text: String, base64: String, hex: String) {
    let bytes = Array(text.utf8)
    let unpadded = String(base64.prefix { $0 != "=" })
    #expect(Base64.encode(bytes) == base64)
    #expect(Base64.encode(bytes, .url) == unpadded)
    #expect(Base64.decode(base64) == bytes)
    #expect(Base64.decode(unpadded, .url) == bytes)
    #expect(Hex.encode(bytes) == hex)
    #expect(Hex.decode(hex) == bytes)
    #expect(Hex.decode(hex.uppercased()) == bytes)
  }

  @Test("The two alphabets differ in two digits")
  func alphabets() {
    #expect(Base64.encode([0xFB, 0xEF, 0xFF]) == "++//")
    #expect(Base64.encode([0xFB, 0xEF, 0xFF], .url) == "--__")
    #expect(Base64.decode("++//", .url) == nil)
    #expect(Base64.decode("--__") == nil)
  }

  @Test("Bytes of every length come back as they were")
  func roundTrip() {
    var random = SeededRandom(seed: 3)
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
      #expect(Base64.decode(Base64.encode(bytes, .url), .url) == bytes)
      #expect(Base64.decode(Base64.encode(bytes[...]).dropFirst(0)) == bytes)
      #expect(Hex.decode(Hex.encode(bytes)) == bytes)
    }
  }

  @Test(
    "What encoding would not have made is refused",
    arguments: [
      "Zg", "Zg=", "Zg===", "Zg==Zg==", "Z", "Zm9vY", "=", "==", "====", "=Zg=", "Zg==\n", " Zg==", "Zm 9v", "Zm9v\n",
      "Zh==", "Zk9=", "Zm9=", "Zm9v=", "Z\u{0}9v", "Zm9é", "Zm9v!", "Zm-v", "Zm_v", "Zm9vYg==x", "A===",
    ])
  func refusesBase64(text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test(
    "The alphabet for URLs has no padding",
    arguments: ["Zg==", "Zm8=", "Z", "Zm9vY", "Zh", "Zm9", "Z g", "Zm+v", "Zm/v", "="])
  func refusesBase64URL(text: String) {
    #expect(Base64.decode(text, .url) == nil)
  }

  @Test(
    "What is no hexadecimal is refused", arguments: ["6", "666", "6g", "0x66", " 66", "66 ", "６６", "6é", "+6", "-6"])
  func refusesHex(text: String) {
    #expect(Hex.decode(text) == nil)
  }
}
