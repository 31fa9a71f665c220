import AdminCore
import Cryptography
import Testing

private let notBefore = Timestamp(seconds: 1_767_225_600)
private let notAfter = Timestamp(seconds: 1_893_456_000)

@Suite("Certificates")
struct CertificateTests {
  private static let key = RSAKeysTests.key

  private func build(_ purpose: CertificateBuilder.Purpose, name: String = "test.example") throws -> Certificate {
    try CertificateBuilder(commonName: name, purpose: purpose, notBefore: notBefore, notAfter: notAfter)
      .build(for: Self.key.get())
  }

  // MARK: Reading

  @Test("Subject, validity, thumbprint and key are those that openssl shows")
  func fields() throws {
    let certificate = try Certificate(pem: Array(Fixtures.certificatePEM.utf8))
    #expect(certificate.subject == "CN = fixture.example, O = Fixture Tests")
    #expect(certificate.notBefore.iso8601 == "2026-11-20T22:54:31.000Z")
    #expect(certificate.notAfter.iso8601 == "2126-10-27T22:54:31.000Z")
    #expect(Hex.encode(certificate.thumbprint) == "4b1a3eb77ccfaf0dd4cd7b3c0f93600a676c99eb047d1e3566f4faec2076edf2")
    #expect(Hex.encode(SHA1.hash(certificate.der)) == "438cc0cba0db2361fa30c55d62220fc30079cfed")
    #expect(try certificate.publicKey() == Self.key.get().publicKey())
    #expect(certificate.der == Fixtures.certificate)
    #expect(try Certificate(der: certificate.der) == certificate)
    #expect(try certificate.pem() == Fixtures.certificatePEM)
  }

  @Test("Years before 1970 and beyond 2050 are read as they are")
  func farYears() throws {
    let certificate = try CertificateBuilder(
      commonName: "far", purpose: .clientAssertion, notBefore: Timestamp(seconds: -631_152_000),
      notAfter: Timestamp(seconds: 253_402_300_799)
    ).build(for: Self.key.get())
    #expect(certificate.notBefore.iso8601 == "1950-01-01T00:00:00.000Z")
    #expect(certificate.notAfter.iso8601 == "9999-12-31T23:59:59.000Z")
  }

  @Test("What holds no certificate is refused")
  func refuses() {
    for der in [
      [], [0x30], [0x30, 0x00], Fixtures.key, Array(Fixtures.certificate.dropLast()),
      [UInt8](repeating: 0xFF, count: 100),
    ] {
      #expect(throws: CryptographyError.malformed("not a certificate in DER form")) { try Certificate(der: der) }
    }
    for pem in [
      "", Fixtures.keyPEM, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      "-----BEGIN CERTIFICATE-----",
    ] {
      #expect(throws: CryptographyError.malformed("no certificate in PEM form")) {
        try Certificate(pem: Array(pem.utf8))
      }
    }
  }

  @Test("A certificate for a key of another kind is read, but gives no RSA key")
  func otherKeys() throws {
    let certificate = try Certificate(der: Fixtures.ecCertificate)
    #expect(certificate.subject == "CN = ec.example")
    #expect(throws: CryptographyError.malformed("the key is not an RSA key")) { try certificate.publicKey() }
  }

  @Test("A damaged certificate never does worse than being refused")
  func damagedBytes() {
    var read = 0
    for index in Fixtures.certificate.indices {
      var damaged = Fixtures.certificate
      damaged[index] ^= 0x55
      if let certificate = try? Certificate(der: damaged) {
        read += 1
        _ = try? certificate.publicKey()
      }
    }
    #expect(read > 0 && read < Fixtures.certificate.count)
  }

  // MARK: Making

  @Test("A made certificate says what it was made with")
  func made() throws {
    let certificate = try build(.clientAssertion)
    #expect(certificate.subject == "CN = test.example")
    #expect(certificate.notBefore == notBefore)
    #expect(certificate.notAfter == notAfter)
    #expect(try certificate.publicKey() == Self.key.get().publicKey())
    #expect(try build(.clientAssertion).der != certificate.der)
  }

  @Test("A name with characters beyond ASCII is kept, and shown in ASCII")
  func nameBeyondASCII() throws {
    #expect(try build(.clientAssertion, name: "Zoë").subject == #"CN = Zo\C3\AB"#)
  }

  @Test("A name that X.509 does not allow is refused", arguments: ["", String(repeating: "a", count: 65)])
  func refusesNames(name: String) {
    #expect(throws: CryptographyError.malformed("a common name has 1 to 64 characters")) {
      try build(.clientAssertion, name: name)
    }
  }

  @Test("Names of a server that are none are refused")
  func refusesServerNames() {
    #expect(throws: CryptographyError.self) { try build(.server(names: [])) }
    #expect(throws: CryptographyError.self) { try build(.server(names: ["localhost"])) }
    #expect(throws: CryptographyError.self) { try build(.server(names: ["IP:nowhere"])) }
  }

  @Test("A time beyond what X.509 can say is refused")
  func refusesTimes() {
    #expect(throws: CryptographyError.self) {
      try CertificateBuilder(
        commonName: "x", purpose: .clientAssertion, notBefore: notBefore, notAfter: Timestamp(milliseconds: .max)
      ).build(for: Self.key.get())
    }
  }

  @Test("The openssl command reads a client certificate as one", .enabled(if: OpenSSLCommand.isAvailable))
  func clientByCommand() throws {
    let command = try OpenSSLCommand(files: ["c.pem": Array(try build(.clientAssertion).pem().utf8)])
    let text = try command.run(["x509", "-in", "c.pem", "-noout", "-text"]).output
    for part in [
      "Version: 3", "sha256WithRSAEncryption", "Not Before: Jan  1 00:00:00 2026 GMT", "CA:FALSE", "Digital Signature",
      "X509v3 Subject Key Identifier", "CN = test.example", "(2048 bit)",
    ] {
      #expect(text.contains(part))
    }
    #expect(!text.contains("Key Encipherment"))
    let verified = try command.run([
      "verify", "-x509_strict", "-check_ss_sig", "-attime", "1800000000", "-CAfile", "c.pem", "c.pem",
    ])
    #expect(verified.output == "c.pem: OK\n")
  }

  @Test(
    "A server's certificate is trusted through its authority, for its names and nothing else",
    .enabled(if: OpenSSLCommand.isAvailable, Comment(rawValue: OpenSSLCommand.reason)))
  func serverByCommand() throws {
    let authority = ClientIdentity(
      certificate: try build(.authority, name: "Test authority"), privateKey: try Self.key.get())
    let server = try CertificateBuilder(
      commonName: "localhost", purpose: .server(names: ["DNS:localhost", "IP:127.0.0.1"]), notBefore: notBefore,
      notAfter: notAfter
    ).build(for: RSAKeysTests.generated.get(), issuer: authority)
    let command = try OpenSSLCommand(files: [
      "ca.pem": Array(try authority.certificate.pem().utf8), "server.pem": Array(try server.pem().utf8),
    ])
    func verify(_ options: [String], time: Int = 1_800_000_000) throws -> Bool {
      try command.run(
        ["verify", "-x509_strict", "-attime", "\(time)", "-purpose", "sslserver"] + options + [
          "-CAfile", "ca.pem", "server.pem",
        ]
      ).succeeded
    }
    #expect(try verify(["-verify_hostname", "localhost"]))
    #expect(try verify(["-verify_ip", "127.0.0.1"]))
    #expect(try !verify(["-verify_hostname", "localhost.example"]))
    #expect(try !verify(["-verify_ip", "127.0.0.2"]))
    #expect(try !verify([], time: 1_700_000_000))
    #expect(try !verify([], time: 1_900_000_000))
    let text = try command.run(["x509", "-in", "server.pem", "-noout", "-text"]).output
    for part in [
      "TLS Web Server Authentication", "DNS:localhost, IP Address:127.0.0.1", "Authority Key Identifier",
      "Issuer: CN = Test authority",
    ] {
      #expect(text.contains(part))
    }
    #expect(try !command.run(["verify", "-attime", "1800000000", "-CAfile", "server.pem", "ca.pem"]).succeeded)
  }

  @Test("What a server's or a client's key signs is no certificate", .enabled(if: OpenSSLCommand.isAvailable))
  func onlyAuthoritiesIssue() throws {
    let client = ClientIdentity(
      certificate: try build(.clientAssertion, name: "client"), privateKey: try Self.key.get())
    let issued = try CertificateBuilder(
      commonName: "issued", purpose: .clientAssertion, notBefore: notBefore, notAfter: notAfter
    ).build(for: RSAKeysTests.generated.get(), issuer: client)
    let command = try OpenSSLCommand(files: [
      "client.pem": Array(try client.certificate.pem().utf8), "issued.pem": Array(try issued.pem().utf8),
    ])
    #expect(try !command.run(["verify", "-attime", "1800000000", "-CAfile", "client.pem", "issued.pem"]).succeeded)
  }
}
