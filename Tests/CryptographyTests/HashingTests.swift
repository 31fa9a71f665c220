import AdminCore
import Cryptography
import Testing

/// Bytes of a published vector, written in hexadecimal.
func hex(_ text: String) -> [UInt8] { Hex.decode(text.filter { !$0.isWhitespace }) ?? [] }

@Suite("Hashes and keyed hashes")
struct HashingTests {
  @Test(
    "SHA-256 gives what FIPS 180-4 gives",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
  func sha256(text: String, digest: String) {
    #expect(Hex.encode(SHA256.hash(Array(text.utf8))) == digest)
    #expect(Hex.encode(SHA256.hash(text.utf8)) == digest)
    #expect(SHA256.hash(text.utf8).count == SHA256.byteCount)
  }

  @Test("SHA-1 gives what FIPS 180-4 gives")
  func sha1() {
    #expect(Hex.encode(SHA1.hash("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(Hex.encode(SHA1.hash([UInt8]())) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
  }

  @Test(
    "HMAC-SHA256 gives what RFC 4231 gives",
    arguments: [
      (
        [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        Array(1...25), [UInt8](repeating: 0xCD, count: 50),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
      ),
      (
        [UInt8](repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
      (
        [UInt8](repeating: 0xAA, count: 131),
        Array(
          ("This is a test using a larger than block-size key and a larger than block-size data. "
            + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
      ),
      ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ] as [([UInt8], [UInt8], String)])
  func hmac(key: [UInt8], message: [UInt8], tag: String) {
    #expect(Hex.encode(HMACSHA256.authenticate(message, key: Secret(key))) == tag)
    #expect(HMACSHA256.isValid(hex(tag), for: message, key: Secret(key)))
  }

  @Test("HMAC-SHA256 truncated to 128 bits is the vector of RFC 4231 section 4.6")
  func truncatedHMAC() {
    let tag = HMACSHA256.authenticate("Test With Truncation".utf8, key: Secret([UInt8](repeating: 0x0C, count: 20)))
    #expect(Hex.encode(tag.prefix(16)) == "a3b6167473100ee06e0c796c2955552b")
  }

  @Test("A tag that differs anywhere, or is cut short, does not authenticate")
  func refusesTags() {
    let key = Secret(Array("key".utf8))
    let tag = HMACSHA256.authenticate("message".utf8, key: key)
    for index in tag.indices {
      var wrong = tag
      wrong[index] ^= 1
      #expect(!HMACSHA256.isValid(wrong, for: "message".utf8, key: key))
    }
    #expect(!HMACSHA256.isValid(Array(tag.dropLast()), for: "message".utf8, key: key))
    #expect(!HMACSHA256.isValid([], for: "message".utf8, key: key))
    #expect(!HMACSHA256.isValid(tag, for: "messages".utf8, key: key))
    #expect(!HMACSHA256.isValid(tag, for: "message".utf8, key: Secret(Array("kez".utf8))))
  }

  @Test("Random bytes come in the number asked for and do not repeat")
  func randomBytes() {
    #expect(SecureRandom.bytes(0).isEmpty)
    #expect(Set((0..<100).map { _ in SecureRandom.bytes(32) }).count == 100)
    #expect(SecureRandom.bytes(1000).count == 1000)
    var random = SecureRandom()
    #expect(Set((0..<100).map { _ in random.next() }).count == 100)
    #expect((0..<100).allSatisfy { _ in (1...6).contains(Int.random(in: 1...6, using: &random)) })
  }
}
