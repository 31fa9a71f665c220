import AdminCore
import Cryptography
import Testing

private let thumbprint = "4b1a3eb77ccfaf0dd4cd7b3c0f93600a676c99eb047d1e3566f4faec2076edf2"

private func identity(_ text: String, password: String? = nil) throws(CryptographyError) -> ClientIdentity {
  try ClientIdentity(file: Array(text.utf8), password: password.map(Secret.init))
}

private func identity(_ bytes: [UInt8], password: String? = nil) throws(CryptographyError) -> ClientIdentity {
  try ClientIdentity(file: bytes, password: password.map(Secret.init))
}

/// Whether this is the certificate of the fixtures with a key that signs for it.
private func expectFixture(_ identity: ClientIdentity) throws {
  #expect(Hex.encode(identity.certificate.thumbprint) == thumbprint)
  let signature = try identity.privateKey.sign([1, 2, 3], .ps256)
  #expect(try identity.certificate.publicKey().isValid(signature, for: [1, 2, 3], .ps256))
}

@Suite("Certificate files")
struct ClientIdentityTests {
  // MARK: PEM

  @Test("A PEM file holds certificate and key in any order, with anything around them")
  func pemOrders() throws {
    let (key, certificate) = (Fixtures.keyPEM, Fixtures.certificatePEM)
    for text in [
      key + certificate, certificate + key,
      "Bag Attributes\n  friendlyName: x\n\n" + key + "\nsubject=CN = x\n" + certificate,
      certificate.replacing("\n", with: "\r\n") + key.replacing("\n", with: "\r\n"), key + certificate + certificate,
    ] {
      try expectFixture(try identity(text))
    }
  }

  @Test("Of a chain the certificate is the one that the key belongs to")
  func chains() throws {
    let authority = ClientIdentity(
      certificate: try CertificateBuilder(
        commonName: "Authority", purpose: .authority, notBefore: Timestamp(seconds: 0),
        notAfter: Timestamp(seconds: 4_000_000_000)
      ).build(for: RSAKeysTests.generated.get()),
      privateKey: try RSAKeysTests.generated.get())
    let (key, own) = (Fixtures.keyPEM, Fixtures.certificatePEM)
    let (other, curve) = (try authority.certificate.pem(), Fixtures.pem("CERTIFICATE", Fixtures.ecCertificate))
    for text in [other + own + key, own + other + key, key + curve + other + own, curve + key + own] {
      try expectFixture(try identity(text))
    }
  }

  @Test("A key and a certificate that do not belong together are refused")
  func mismatch() throws {
    let foreign = try RSAKeysTests.generated.get().pem().reveal()
    for text in [
      foreign + Fixtures.certificatePEM, Fixtures.keyPEM + Fixtures.pem("CERTIFICATE", Fixtures.ecCertificate),
    ] {
      #expect(throws: CryptographyError.malformed("the private key does not belong to the certificate")) {
        try identity(text)
      }
    }
  }

  @Test("What is missing from a PEM file is named")
  func missing() {
    #expect(throws: CryptographyError.malformed("no private key in PEM form")) { try identity(Fixtures.certificatePEM) }
    #expect(throws: CryptographyError.malformed("no certificate in PEM form")) { try identity(Fixtures.keyPEM) }
    #expect(throws: CryptographyError.malformed("no private key in PEM form")) {
      try identity(Fixtures.certificatePEM + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    }
  }

  @Test("A key on an elliptic curve is refused as what it is")
  func ellipticCurve() {
    let text = Fixtures.pem("PRIVATE KEY", Fixtures.ecKey) + Fixtures.pem("CERTIFICATE", Fixtures.ecCertificate)
    #expect(throws: CryptographyError.malformed("the key is not an RSA key")) { try identity(text) }
    #expect(throws: CryptographyError.malformed("the key is not an RSA key")) {
      try identity(Fixtures.pfxEC, password: Fixtures.password)
    }
  }

  @Test("An encrypted key beside its certificate needs its password", arguments: RSAKeysTests.encryptedForms)
  func encryptedPEM(key: String) throws {
    for text in [key + Fixtures.certificatePEM, Fixtures.certificatePEM + key] {
      try expectFixture(try identity(text, password: Fixtures.password))
      #expect(throws: CryptographyError.wrongPassword) { try identity(text, password: "wrong") }
      #expect(throws: CryptographyError.wrongPassword) { try identity(text) }
    }
  }

  // MARK: PFX

  @Test(
    "PFX files of every age open with their password",
    arguments: zip(["AES-256", "3DES", "RC2-40"], [Fixtures.pfxAES, Fixtures.pfxTripleDES, Fixtures.pfxRC2]))
  func pfx(algorithm: String, file: [UInt8]) throws {
    try expectFixture(try identity(file, password: Fixtures.password))
    for password in [nil, "", "wrong", Fixtures.password + "x", "\u{0}", String(repeating: "p", count: 10_000)] {
      #expect(throws: CryptographyError.wrongPassword) { try identity(file, password: password) }
    }
  }

  @Test("An empty password and none are the same")
  func emptyPassword() throws {
    try expectFixture(try identity(Fixtures.pfxEmptyPassword))
    try expectFixture(try identity(Fixtures.pfxEmptyPassword, password: ""))
    #expect(throws: CryptographyError.wrongPassword) { try identity(Fixtures.pfxEmptyPassword, password: "x") }
  }

  @Test("A PFX file that lacks the key, the certificate or strength is refused as what it is")
  func incompletePFX() {
    #expect(throws: CryptographyError.malformed("the PFX file holds no private key")) {
      try identity(Fixtures.pfxWithoutKey, password: Fixtures.password)
    }
    #expect(throws: CryptographyError.malformed("the PFX file holds no certificate for its key")) {
      try identity(Fixtures.pfxWithoutCertificate, password: Fixtures.password)
    }
    #expect(throws: CryptographyError.weakKey(bits: 1024)) {
      try identity(Fixtures.pfxWeak, password: Fixtures.password)
    }
  }

  @Test("Garbage is neither PEM nor PFX")
  func garbage() {
    for file in [
      [], [0x30], [0x30, 0x82, 0xFF, 0xFF], Array("hello".utf8), Fixtures.certificate, Fixtures.key,
      [UInt8](repeating: 0, count: 1000), Array(Fixtures.pfxAES.dropLast(100)),
    ] {
      #expect(throws: CryptographyError.malformed("neither PEM nor PFX")) {
        try identity(file, password: Fixtures.password)
      }
    }
  }

  @Test("A damaged PFX file never does worse than being refused")
  func damagedPFX() throws {
    var refused = 0
    for index in stride(from: 0, to: Fixtures.pfxTripleDES.count, by: 7) {
      var damaged = Fixtures.pfxTripleDES
      damaged[index] ^= 0xA5
      do throws(CryptographyError) {
        // A byte that nothing depends on may be any other.
        #expect(Hex.encode(try identity(damaged, password: Fixtures.password).certificate.thumbprint) == thumbprint)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 300)
  }

  @Test("The legacy algorithms stay in the reader's own library context")
  func legacyStaysInside() throws {
    _ = try identity(Fixtures.pfxRC2, password: Fixtures.password)
    // Encrypted with RC2, which nothing but the PFX reader may use; the default context does not know it.
    #expect(throws: CryptographyError.self) {
      try RSAPrivateKey(
        pem: Array(Fixtures.pem("ENCRYPTED PRIVATE KEY", Fixtures.legacyEncryptedKey).utf8),
        password: Secret(Fixtures.password))
    }
  }

  @Test(
    "A PFX file made now by the openssl command opens",
    .enabled(if: OpenSSLCommand.isAvailable, Comment(rawValue: OpenSSLCommand.reason)))
  func freshPFX() throws {
    let command = try OpenSSLCommand(files: [
      "key.pem": Array(Fixtures.keyPEM.utf8), "cert.pem": Array(Fixtures.certificatePEM.utf8),
      "chain.pem": Array(Fixtures.pem("CERTIFICATE", Fixtures.ecCertificate).utf8),
    ])
    let export = ["pkcs12", "-export", "-inkey", "key.pem", "-in", "cert.pem", "-out", "out.pfx"]
    for (options, password) in [
      (["-passout", "pass:pässwörd€"], "pässwörd€"), (["-passout", "pass:x", "-certfile", "chain.pem"], "x"),
      (["-passout", "pass:x", "-name", "friendly", "-CSP", "Microsoft"], "x"),
      (["-passout", "pass:x", "-keypbe", "NONE", "-certpbe", "NONE"], "x"),
    ] {
      try #require(try command.run(export + options).succeeded)
      try expectFixture(try identity(try command.file("out.pfx"), password: password))
    }
    try #require(try command.run(export + ["-passout", "pass:x", "-nomac"]).succeeded)
    let unprotected = try command.file("out.pfx")
    #expect(throws: CryptographyError.malformed("the PFX file is not protected against changes (it has no MAC)")) {
      try identity(unprotected, password: "x")
    }
  }

  @Test("Reading many files leaves nothing behind that breaks the next")
  func manyReads() throws {
    for round in 0..<30 {
      let password = round.isMultiple(of: 3) ? "wrong" : Fixtures.password
      let result = Result { try identity(Fixtures.pfxRC2, password: password) }
      #expect((try? result.get()) == nil || !round.isMultiple(of: 3))
      _ = try? identity([0x30, UInt8(round)])
    }
    try expectFixture(try identity(Fixtures.pfxAES, password: Fixtures.password))
  }
}
