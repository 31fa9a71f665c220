import AdminCore
import Cryptography
import Testing

@Suite("Deriving keys")
struct KeyDerivationTests {
  @Test(
    "HKDF-SHA256 gives what RFC 5869 gives",
    arguments: [
      // Test case 3 of appendix A; its others have purposes that are no text.
      (
        [UInt8](repeating: 0x0B, count: 22), [], "", 42,
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
      ),
      // Computed with another implementation over the key and salt of test case 2.
      (
        Array(0..<80), Array(0x60..<0xB0), "subject-seal", 82,
        "0f387742925b907318171fc7deaef9b8395316f41ecbb14f33e1f713d1f54654c230bbea0c5fb5a3a239623364c5fcf0"
          + "118d1587c8b1c58be0efa134f828a7edfba5dde7fc744847e908d7005014db574754"
      ),
      (
        [UInt8](repeating: 0x0B, count: 32), Array(0..<13), "cursor", 32,
        "e55383be3009d44e0682aa64d2aec583f53918b26a22bc84a4fffdd3ab423888"
      ),
      (
        [UInt8](repeating: 0x0B, count: 32), [], "confirm", 32,
        "55d15b69d806f29a6e7c3d35dfa3e38d24d87cfd35c8d41ad199e8f68c7ebd36"
      ),
    ] as [([UInt8], [UInt8], String, Int, String)])
  func hkdf(key: [UInt8], salt: [UInt8], purpose: String, byteCount: Int, derived: String) throws {
    let result = try HKDF.deriveKey(from: Secret(key), purpose: purpose, salt: salt, byteCount: byteCount)
    #expect(Hex.encode(result.reveal()) == derived)
  }

  @Test("HKDF-SHA256 is what RFC 5869 section 2 says it is")
  func hkdfByDefinition() throws {
    let salt = Array("salt".utf8)
    let key = Secret(Array("input key".utf8))
    let extracted = Secret(HMACSHA256.authenticate(key.reveal(), key: Secret(salt)))
    let first = HMACSHA256.authenticate(Array("purpose".utf8) + [1], key: extracted)
    let second = HMACSHA256.authenticate(first + Array("purpose".utf8) + [2], key: extracted)
    #expect(try HKDF.deriveKey(from: key, purpose: "purpose", salt: salt, byteCount: 64).reveal() == first + second)
  }

  @Test("Keys of different purposes, salts and sources differ")
  func hkdfSeparates() throws {
    let key = Secret([UInt8](repeating: 7, count: 32))
    let keys = [
      try HKDF.deriveKey(from: key, purpose: "a"), try HKDF.deriveKey(from: key, purpose: "b"),
      try HKDF.deriveKey(from: key, purpose: "a", salt: [1]),
      try HKDF.deriveKey(from: Secret([UInt8](repeating: 8, count: 32)), purpose: "a"),
    ]
    #expect(Set(keys.map { $0.reveal() }).count == 4)
    #expect(keys.allSatisfy { $0.reveal().count == 32 })
  }

  @Test("More bytes than HKDF can give are refused")
  func hkdfBound() throws {
    let key = Secret([UInt8](repeating: 7, count: 32))
    #expect(try HKDF.deriveKey(from: key, purpose: "a", byteCount: 255 * 32).reveal().count == 8160)
    #expect(throws: CryptographyError.self) { try HKDF.deriveKey(from: key, purpose: "a", byteCount: 255 * 32 + 1) }
  }

  @Test(
    "PBKDF2-HMAC-SHA512 gives the published results",
    arguments: [
      (
        "password", Array("salt".utf8), 1,
        "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252"
          + "c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce"
      ),
      (
        "password", Array("salt".utf8), 2,
        "e1d9c16aa681708a45f5c7c4e215ceb66e011a2e9f0040713f18aefdb866d53c"
          + "f76cab2868a39b9f7840edce4fef5a82be67335c77a6068e04112754f27ccf4e"
      ),
      (
        "password", Array("salt".utf8), 4096,
        "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5"
          + "143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5"
      ),
      (
        "passwordPASSWORDpassword", Array("saltSALTsaltSALTsaltSALTsaltSALTsalt".utf8), 4096,
        "8c0511f4c6e597c6ac6315d8f0362e225f3c501495ba23b868c005174dc4ee71"
          + "115b59f9e60cd9532fa33e0f75aefe30225c583a186cd82bd4daea9724a3d3b8"
      ),
      ("pässwörd€", Array(0..<16), 1000, "fa4ea8956afd67ca875f51f3bb0926468f87052c7a8b6b48e3824c4a9b0a612d"),
    ] as [(String, [UInt8], Int, String)])
  func pbkdf2(passphrase: String, salt: [UInt8], iterations: Int, derived: String) throws {
    let key = try PBKDF2.stretch(
      Secret(passphrase), salt: salt, iterations: iterations, byteCount: derived.utf8.count / 2)
    #expect(Hex.encode(key.reveal()) == derived)
  }

  @Test("An empty passphrase and an empty salt are stretched too; no iterations are refused")
  func pbkdf2Edges() throws {
    #expect(try PBKDF2.stretch(Secret(""), salt: [], iterations: 1).reveal().count == 32)
    #expect(throws: CryptographyError.self) { try PBKDF2.stretch(Secret("x"), salt: [1], iterations: 0) }
  }
}
