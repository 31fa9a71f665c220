import AdminCore
import Cryptography
import Testing

@Suite("RSA keys")
struct RSAKeysTests {
  static let key = Result { try RSAPrivateKey(pem: Array(Fixtures.keyPEM.utf8), password: nil) }
  static let generated = Result { try RSAPrivateKey.generate() }
  static let message = Array("what is signed".utf8)

  // MARK: Signatures

  @Test(
    "A signature is valid for its bytes, its key and its scheme only", arguments: [RSASignatureScheme.ps256, .rs256])
  func signatures(scheme: RSASignatureScheme) throws {
    let key = try Self.key.get()
    let publicKey = try key.publicKey()
    let other: RSASignatureScheme = if case .ps256 = scheme { .rs256 } else { .ps256 }
    for message in [[], Self.message, [UInt8](repeating: 7, count: 100_000)] {
      let signature = try key.sign(message, scheme)
      #expect(signature.count == 256)
      #expect(publicKey.isValid(signature, for: message, scheme))
      #expect(!publicKey.isValid(signature, for: message, other))
      #expect(!publicKey.isValid(signature, for: message + [0], scheme))
      #expect(try !Self.generated.get().publicKey().isValid(signature, for: message, scheme))
    }
    let signature = try key.sign(Self.message, scheme)
    for wrong in [[], [0], Array(signature.dropLast()), signature + [0], [UInt8](repeating: 0, count: 256)] {
      #expect(!publicKey.isValid(wrong, for: Self.message, scheme))
    }
    for index in stride(from: 0, to: 256, by: 17) {
      var altered = signature
      altered[index] ^= 4
      #expect(!publicKey.isValid(altered, for: Self.message, scheme))
    }
  }

  @Test("PS256 is salted, RS256 is not")
  func salting() throws {
    let key = try Self.key.get()
    #expect(try key.sign(Self.message, .ps256) != key.sign(Self.message, .ps256))
    #expect(try key.sign(Self.message, .rs256) == key.sign(Self.message, .rs256))
  }

  @Test(
    "The openssl command accepts our signatures, and we accept its own",
    .enabled(if: OpenSSLCommand.isAvailable, Comment(rawValue: OpenSSLCommand.reason)),
    arguments: [RSASignatureScheme.ps256, .rs256])
  func agreesWithCommand(scheme: RSASignatureScheme) throws {
    let key = try Self.key.get()
    let command = try OpenSSLCommand(files: [
      "key.pem": Array(try key.pem().reveal().utf8), "message": Self.message,
      "ours": try key.sign(Self.message, scheme),
    ])
    try command.run(["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"])
    let mode = if case .ps256 = scheme { "rsa_padding_mode:pss" } else { "rsa_padding_mode:pkcs1" }
    let options =
      if case .ps256 = scheme { ["-sigopt", mode, "-sigopt", "rsa_pss_saltlen:32"] } else { ["-sigopt", mode] }
    let verified = try command.run(
      ["dgst", "-sha256"] + options + ["-verify", "public.pem", "-signature", "ours", "message"])
    #expect(verified.output == "Verified OK\n")
    try command.run(["dgst", "-sha256"] + options + ["-sign", "key.pem", "-out", "theirs", "message"])
    #expect(try key.publicKey().isValid(command.file("theirs"), for: Self.message, scheme))
  }

  @Test("A PSS signature with a salt of another length is not PS256", .enabled(if: OpenSSLCommand.isAvailable))
  func saltLength() throws {
    let command = try OpenSSLCommand(files: ["key.pem": Array(Fixtures.keyPEM.utf8), "message": Self.message])
    for length in ["0", "20", "64"] {
      try command.run([
        "dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:\(length)", "-sign",
        "key.pem",
        "-out", "signature", "message",
      ])
      #expect(try !Self.key.get().publicKey().isValid(command.file("signature"), for: Self.message, .ps256))
    }
  }

  // MARK: Public keys

  @Test("A public key is made from modulus and exponent, leading zeros or not")
  func publicKeys() throws {
    let publicKey = try Self.key.get().publicKey()
    #expect(publicKey.bits == 2048)
    #expect(publicKey.exponent == [1, 0, 1])
    #expect(publicKey.modulus.count == 256)
    let copy = RSAPublicKey(modulus: [0, 0] + publicKey.modulus, exponent: [0] + publicKey.exponent)
    #expect(copy == publicKey)
    #expect(copy.isValid(try Self.key.get().sign(Self.message, .rs256), for: Self.message, .rs256))
    #expect(RSAPublicKey(modulus: [], exponent: []).bits == 0)
    #expect(RSAPublicKey(modulus: [1, 0], exponent: [3]).bits == 9)
  }

  @Test("A public key that is none validates nothing")
  func brokenPublicKeys() throws {
    let key = try Self.key.get().publicKey()
    let signature = try Self.key.get().sign(Self.message, .rs256)
    let ones = [UInt8](repeating: 0xFF, count: 256)
    for broken in [
      RSAPublicKey(modulus: [], exponent: []), RSAPublicKey(modulus: key.modulus, exponent: []),
      RSAPublicKey(modulus: [], exponent: key.exponent), RSAPublicKey(modulus: key.modulus, exponent: [2]),
      RSAPublicKey(modulus: ones, exponent: key.exponent),
      RSAPublicKey(modulus: [UInt8](repeating: 0xFF, count: 4096), exponent: key.exponent),
      RSAPublicKey(modulus: key.modulus, exponent: key.modulus),
    ] {
      #expect(!broken.isValid(signature, for: Self.message, .rs256))
    }
  }

  @Test("With the exponent 1 every message would be its own signature, so it validates nothing")
  func trivialExponent() throws {
    let modulus = try Self.key.get().publicKey().modulus
    let digestInfo = hex("3031300d060960864801650304020105000420") + SHA256.hash(Self.message)
    let padding = [0x00, 0x01] + [UInt8](repeating: 0xFF, count: 256 - 3 - digestInfo.count) + [0x00]
    let forged = padding + digestInfo
    #expect(!RSAPublicKey(modulus: modulus, exponent: [1]).isValid(forged, for: Self.message, .rs256))
  }

  // MARK: Weak keys

  @Test("A key of 1024 bits signs nothing and validates nothing")
  func weakKeys() throws {
    let pem = Fixtures.pem("PRIVATE KEY", Fixtures.weakKey)
    #expect(throws: CryptographyError.weakKey(bits: 1024)) { try RSAPrivateKey(pem: Array(pem.utf8), password: nil) }
    #expect(throws: CryptographyError.weakKey(bits: 1024)) { try RSAPrivateKey.generate(bits: 1024) }
    #expect(throws: CryptographyError.weakKey(bits: 2047)) { try RSAPrivateKey.generate(bits: 2047) }
  }

  @Test("A valid signature of a key of 1024 bits is not accepted", .enabled(if: OpenSSLCommand.isAvailable))
  func weakSignatures() throws {
    let command = try OpenSSLCommand(files: [
      "key.pem": Array(Fixtures.pem("PRIVATE KEY", Fixtures.weakKey).utf8), "message": Self.message,
    ])
    try command.run(["dgst", "-sha256", "-sign", "key.pem", "-out", "signature", "message"])
    let printed = try command.run(["rsa", "-in", "key.pem", "-noout", "-modulus"]).output
    let modulus = hex(String(printed.split(separator: "=").last ?? ""))
    #expect(modulus.count == 128)
    let key = RSAPublicKey(modulus: modulus, exponent: [1, 0, 1])
    #expect(!key.isValid(try command.file("signature"), for: Self.message, .rs256))
  }

  // MARK: PEM

  @Test("A generated key survives being written and read")
  func pemRoundTrip() throws {
    let key = try Self.generated.get()
    let pem = try key.pem()
    #expect(pem.reveal().hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    let read = try RSAPrivateKey(pem: Array(pem.reveal().utf8), password: nil)
    #expect(try read.publicKey() == key.publicKey())
    #expect(try key.publicKey().bits == 2048)
    #expect(!"\(key)".contains("BEGIN"))
    #expect("\(key)".contains("[secret]"))
  }

  @Test("A larger key is generated with the size asked for")
  func largerKey() throws {
    #expect(try RSAPrivateKey.generate(bits: 3072).publicKey().bits == 3072)
  }

  static let encryptedForms = [
    Fixtures.pem("ENCRYPTED PRIVATE KEY", Fixtures.encryptedKey),
    Fixtures.pem(
      "RSA PRIVATE KEY", Fixtures.oldEncryptedKey,
      header: "Proc-Type: 4,ENCRYPTED\nDEK-Info: \(Fixtures.oldEncryption)\n\n"),
  ]

  @Test("An encrypted key opens with its password and never asks anybody for it", arguments: encryptedForms)
  func encryptedKeys(pem: String) throws {
    let bytes = Array(pem.utf8)
    let key = try RSAPrivateKey(pem: bytes, password: Secret(Fixtures.password))
    #expect(try key.publicKey() == Self.key.get().publicKey())
    for password in [nil, Secret(""), Secret("wrong"), Secret(Fixtures.password + " ")] {
      #expect(throws: CryptographyError.wrongPassword) { try RSAPrivateKey(pem: bytes, password: password) }
    }
  }

  @Test("A password for a key that needs none does no harm")
  func superfluousPassword() throws {
    let key = try RSAPrivateKey(pem: Array(Fixtures.keyPEM.utf8), password: Secret("x"))
    #expect(try key.publicKey() == Self.key.get().publicKey())
  }

  @Test("A key of another kind is refused, and named as such")
  func otherKinds() {
    let pem = Fixtures.pem("PRIVATE KEY", Fixtures.ecKey)
    #expect(throws: CryptographyError.malformed("the key is not an RSA key")) {
      try RSAPrivateKey(pem: Array(pem.utf8), password: nil)
    }
  }

  @Test(
    "What holds no key is refused",
    arguments: [
      "", "no PEM at all", Fixtures.certificatePEM, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\n",
      Fixtures.pem("PRIVATE KEY", Array(Fixtures.key.dropLast(10))), Fixtures.pem("PUBLIC KEY", Fixtures.key),
      String(Fixtures.keyPEM.dropLast(40)), Fixtures.keyPEM.replacing("A", with: "!"),
    ])
  func noKey(pem: String) {
    #expect(throws: CryptographyError.malformed("no private key in PEM form")) {
      try RSAPrivateKey(pem: Array(pem.utf8), password: nil)
    }
  }

  // MARK: Tokens

  @Test("A JSON Web Signature has three parts, and the third signs the first two (RFC 7515)")
  func jsonWebSignature() throws {
    let key = try Self.key.get()
    let token = try JSONWebSignature.sign(
      header: ["alg": "PS256", "typ": "JWT"], claims: ["sub": "é\n", "exp": 1_767_600_000], key: key, .ps256)
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    #expect(parts.count == 3)
    #expect(
      Base64.decode(parts[0], .url).map { String(decoding: $0, as: UTF8.self) } == #"{"alg":"PS256","typ":"JWT"}"#)
    let claims = try JSONParser.parse(try #require(Base64.decode(parts[1], .url)))
    #expect(claims == ["sub": "é\n", "exp": 1_767_600_000])
    let signature = try #require(Base64.decode(parts[2], .url))
    #expect(try key.publicKey().isValid(signature, for: Array("\(parts[0]).\(parts[1])".utf8), .ps256))
    #expect(!token.contains("="))
  }

  // MARK: Errors

  @Test("Every error says something that may be shown")
  func messages() {
    #expect(CryptographyError.malformed("no key").message == "no key")
    #expect(CryptographyError.wrongPassword.message == "the password is wrong or missing")
    #expect(CryptographyError.weakKey(bits: 1024).message == "the key has 1024 bits, which is too short")
    #expect(CryptographyError.notAuthentic.message == "the data was altered, or belongs to another key or purpose")
    #expect(CryptographyError.library("HKDF: x").message == "HKDF: x")
  }

  @Test("A key that is too short signs, and nothing here believes it")
  func weakKey() throws {
    let weak = try RSAPrivateKey.generateWeak()
    let (bytes, key) = (Array("text".utf8), try weak.publicKey())
    #expect(key.bits == 1024)
    for scheme in [RSASignatureScheme.rs256, .ps256] {
      #expect(!key.isValid(try weak.sign(bytes, scheme), for: bytes, scheme))
    }
    #expect(throws: CryptographyError.weakKey(bits: 1024)) { try RSAPrivateKey.generate(bits: 1024) }
    let pem = Array(try weak.pem().reveal().utf8)
    #expect(throws: CryptographyError.weakKey(bits: 1024)) { try RSAPrivateKey(pem: pem, password: nil) }
  }
}
