import AdminCore
import TestSupport
import Testing

@Suite("JSON under random input")
struct JSONFuzzTests {
  @Test("Random bytes never stop the parser", arguments: 0..<8)
  func randomBytes(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let alphabet =
      Array(#"{}[]",:\/ntfrueals0123456789-+.eEuD8 "#.utf8) + [0x00, 0x0A, 0x7F, 0x80, 0xC3, 0xA9, 0xED, 0xFF]
    var read = 0
    for _ in 0..<4000 {
      let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
      if let value = try? JSONParser.parse(bytes) {
        read += 1
        expectRoundTrip(value)
      }
    }
    #expect(read > 0)
  }

  @Test(
    "A document with bytes changed, lost or doubled is read or refused, and what is read survives", arguments: 0..<8)
  func mutatedDocuments(seed: UInt64) {
    var random = SeededRandom(seed: 1000 + seed)
    var refused = 0
    for _ in 0..<400 {
      var bytes = randomValue(depth: 4, using: &random).serialized
      for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(contentsOf: bytes[index...].prefix(8), at: index)
        default: bytes.removeSubrange(index...)
        }
      }
      do throws(JSONParseError) {
        expectRoundTrip(try JSONParser.parse(bytes))
      } catch {
        refused += 1
        #expect((0...bytes.count).contains(error.offset))
      }
    }
    #expect(refused > 100)
  }

  @Test("What was written is read as the same value, and written as the same bytes", arguments: 0..<8)
  func roundTrip(seed: UInt64) {
    var random = SeededRandom(seed: 2000 + seed)
    for _ in 0..<300 { expectRoundTrip(randomValue(depth: 5, using: &random)) }
  }

  @Test("Canonical bytes are JSON of the same value, and are their own canonical form")
  func canonical() throws {
    var random = SeededRandom(seed: 42)
    for _ in 0..<500 {
      let value = randomValue(depth: 4, using: &random)
      let bytes = CanonicalJSON.bytes(value)
      #expect(try JSONParser.parse(bytes) == value)
      #expect(CanonicalJSON.bytes(try JSONParser.parse(bytes)) == bytes)
    }
  }

  private func expectRoundTrip(_ value: JSONValue) {
    let bytes = value.serialized
    let again = try? JSONParser.parse(bytes)
    #expect(again == value)
    #expect(again?.serialized == bytes)
    #expect(again?.hashValue == value.hashValue)
  }

  private func randomValue(depth: Int, using random: inout SeededRandom) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
    case 0: .null
    case 1: .bool(.random(using: &random))
    case 2: .int(Int64(bitPattern: random.next()) >> Int.random(in: 0..<64, using: &random))
    case 3: JSONNumber(Double(bitPattern: random.next())).map(JSONValue.number) ?? 0
    case 4, 5: .string(randomText(using: &random))
    case 6:
      .array((0..<Int.random(in: 0...6, using: &random)).map { _ in randomValue(depth: depth - 1, using: &random) })
    default:
      .object(
        JSONObject(
          (0..<Int.random(in: 0...40, using: &random)).map { _ in
            JSONObject.Member(key: randomText(using: &random), value: randomValue(depth: depth - 3, using: &random))
          }))
    }
  }

  private func randomText(using random: inout SeededRandom) -> String {
    let alphabet = Array("abcdefgh \"\\/\n\u{0}\u{1F}\u{7F}éßλ中€\u{2028}\u{FFFF}😀\u{10FFFF}\u{301}".unicodeScalars)
    var text = ""
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      text.unicodeScalars.append(alphabet.randomElement(using: &random) ?? "a")
    }
    return text
  }
}
