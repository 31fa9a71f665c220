import AdminCore
import Cryptography
import Testing

@Suite("Sealed boxes")
struct SealedBoxTests {
  private static let key = Secret([UInt8](0..<32))
  private static let context = Array("subject:42".utf8)

  @Test("What was sealed is opened again", arguments: [0, 1, 15, 16, 17, 1000, 100_000])
  func roundTrip(count: Int) throws {
    let plaintext = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    for context in [[], Self.context] {
      let sealed = try SealedBox.seal(plaintext, key: Self.key, context: context)
      #expect(sealed.count == 12 + count + 16)
      #expect(try SealedBox.open(sealed, key: Self.key, context: context) == plaintext)
    }
  }

  @Test("The published vector of AES-256-GCM with additional data is opened")
  func vector() throws {
    // Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation".
    let key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
    let plaintext = hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
    let sealed = hex(
      "cafebabefacedbaddecaf888"
        + "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        + "76fc6ece0f4e1768cddf8853bb2d551b")
    let context = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    #expect(try SealedBox.open(sealed, key: Secret(key), context: context) == plaintext)
  }

  @Test("A box altered at any byte does not open")
  func tampering() throws {
    let sealed = try SealedBox.seal(Array("twelve bytes".utf8), key: Self.key, context: Self.context)
    for index in sealed.indices {
      for bit in [UInt8(1), 0x80] {
        var altered = sealed
        altered[index] ^= bit
        #expect(throws: CryptographyError.notAuthentic) {
          try SealedBox.open(altered, key: Self.key, context: Self.context)
        }
      }
    }
  }

  @Test("A box cut short or made longer does not open")
  func wrongLength() throws {
    let sealed = try SealedBox.seal(Array("text".utf8), key: Self.key, context: Self.context)
    for count in 0..<sealed.count {
      #expect(throws: CryptographyError.notAuthentic) {
        try SealedBox.open(Array(sealed.prefix(count)), key: Self.key, context: Self.context)
      }
    }
    #expect(throws: CryptographyError.notAuthentic) {
      try SealedBox.open(sealed + [0], key: Self.key, context: Self.context)
    }
  }

  @Test("Another key or another context does not open it")
  func wrongKeyOrContext() throws {
    let sealed = try SealedBox.seal([1, 2, 3], key: Self.key, context: Self.context)
    let other = Secret([UInt8](1..<33))
    #expect(throws: CryptographyError.notAuthentic) { try SealedBox.open(sealed, key: other, context: Self.context) }
    for context in [[], Array("subject:43".utf8), Self.context + [0], Array(Self.context.dropLast())] {
      #expect(throws: CryptographyError.notAuthentic) { try SealedBox.open(sealed, key: Self.key, context: context) }
    }
    #expect(try SealedBox.open(sealed, key: Self.key, context: Self.context) == [1, 2, 3])
  }

  @Test("Two boxes with the same content differ")
  func randomNonce() throws {
    let boxes = try (0..<100).map { _ in try SealedBox.seal([1], key: Self.key, context: []) }
    #expect(Set(boxes).count == 100)
    #expect(Set(boxes.map { $0.prefix(12) }).count == 100)
  }

  @Test("A key that has not 256 bits is refused", arguments: [0, 16, 24, 31, 33])
  func wrongKeySize(count: Int) {
    let key = Secret([UInt8](repeating: 1, count: count))
    #expect(throws: CryptographyError.weakKey(bits: count * 8)) { try SealedBox.seal([1], key: key, context: []) }
    #expect(throws: CryptographyError.weakKey(bits: count * 8)) {
      try SealedBox.open([UInt8](repeating: 0, count: 40), key: key, context: [])
    }
  }
}
