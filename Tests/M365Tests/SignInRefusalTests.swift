import AdminCore
import Cryptography
import M365
import TestSupport
import Testing

@Suite("Refused sign-ins", .timeLimit(.minutes(1)))
struct SignInRefusalTests {
  private func refusal(
    _ reply: ScriptedTransport.Reply, _ credential: TokenCredential = .clientSecret(Secret("hush-hush-secret"))
  ) async throws -> (error: AdminError, refusal: SignInRefusal) {
    let fixture = TokenFixture(credential)
    fixture.transport.always(.post, TokenFixture.path, reply)
    let error = try await adminError { _ = try await fixture.provider.token(for: TokenFixture.graph) }
    return (error, try #require(await fixture.refusals.all.first))
  }

  @Test(
    "Every documented number has its code and says what to do",
    arguments: [
      (7_000_215, .authenticationFailed, "secret's value"), (7_000_222, .authenticationFailed, "has expired"),
      (7_000_216, .misconfigured, "AZURE_CERTIFICATE_PATH"), (7_000_218, .misconfigured, "AZURE_CLIENT_SECRET"),
      (700_027, .authenticationFailed, "not uploaded"), (700_024, .tokenExpired, "clock"),
      (700_023, .misconfigured, "M365_LOGIN_ENDPOINT"), (50012, .authenticationFailed, "malformed"),
      (50027, .authenticationFailed, "malformed"), (700_030, .authenticationFailed, "subject or issuer"),
      (700_016, .misconfigured, "AZURE_CLIENT_ID"), (7_000_229, .permissionDenied, "admin consent"),
      (7_000_112, .authenticationFailed, "disabled"), (90002, .misconfigured, "AZURE_TENANT_ID"),
      (900_023, .misconfigured, "AZURE_TENANT_ID"), (50059, .misconfigured, "GUID"),
      (70011, .misconfigured, "scope"), (1_002_012, .misconfigured, "scope"),
      (500_011, .misconfigured, "subscription"), (65001, .permissionDenied, "consent"),
      (501_051, .permissionDenied, "Assignment required"), (50105, .permissionDenied, "Assignment required"),
      (53003, .authenticationFailed, "Conditional Access"), (530_032, .authenticationFailed, "Conditional Access"),
      (70021, .misconfigured, "federated credential"), (700_211, .misconfigured, "issuer"),
      (700_212, .misconfigured, "audience"), (700_213, .misconfigured, "subject"),
      (900_144, .internalFault, "report"), (90014, .internalFault, "report"),
      (900_382, .misconfigured, "AZURE_CLOUD"), (90038, .misconfigured, "AZURE_CLOUD"),
      (900_439, .misconfigured, "AZURE_CLOUD"), (50194, .misconfigured, "GUID"),
      (50049, .misconfigured, "AZURE_CLOUD"), (50196, .misconfigured, "repeated"),
      (90033, .authenticationFailed, "temporarily"), (90055, .authenticationFailed, "temporarily"),
      (90006, .authenticationFailed, "temporarily"), (50000, .authenticationFailed, "temporarily"),
      (50057, .authenticationFailed, "account"), (123_456, .authenticationFailed, "AADSTS123456"),
    ] as [(Int, ErrorCode, String)])
  func table(number: Int, code: ErrorCode, text: String) async throws {
    let (error, refusal) = try await refusal(TokenFixture.refusal(number))
    #expect(error.code == code)
    #expect(error.message.contains(text), "\(error.message)")
    #expect(error.message.contains("AADSTS\(number)"))
    #expect(error.isRetryable == [90033, 90055, 90006, 50000].contains(number))
    #expect(refusal.code == number)
    #expect(refusal.traceID == "t1")
    #expect(refusal.correlationID == "c1")
    #expect(refusal.status == 401)
    #expect(refusal.audience == TokenFixture.graph)
    #expect(refusal.description == "AADSTS\(number): nope")
    #expect(error.details?["aadsts"] == .int(number))
  }

  @Test("A number that stands only in the text is found")
  func numberInText() async throws {
    let (error, refusal) = try await refusal(
      .json(400, ["error": "invalid_client", "error_description": "AADSTS7000222: expired"]))
    #expect(refusal.code == 7_000_222)
    #expect(error.message.contains("has expired"))
  }

  @Test("What an error text repeats of the secret is hidden, and its length and characters are bounded")
  func discretion() async throws {
    let text =
      "secret hush-hush-secret \u{202E}eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl\u{0}\u{1B}[31m "
      + String(repeating: "z", count: 100_000)
    let (error, refusal) = try await refusal(TokenFixture.refusal(7_000_215, text: text))
    for shown in [refusal.description, error.message, error.details?.text ?? "", "\(error)"] {
      #expect(!shown.contains("hush-hush-secret"))
      #expect(!shown.contains("eyJhbGci"))
      #expect(!shown.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
      #expect(shown.count < 2000)
    }
  }

  @Test("An expired certificate is named with its day")
  func expiredCertificate() async throws {
    let now = VirtualTimekeeper().now()
    let key = try RSAPrivateKey.generate()
    let certificate = try CertificateBuilder(
      commonName: "app", purpose: .clientAssertion, notBefore: now - .seconds(86_400 * 400),
      notAfter: now - .seconds(86_400)
    ).build(for: key)
    let credential = TokenCredential.certificate(ClientIdentity(certificate: certificate, privateKey: key))
    #expect(credential.certificateExpiresAt == certificate.notAfter)
    let (error, _) = try await refusal(TokenFixture.refusal(700_027), credential)
    #expect(error.message.contains("expired on \(certificate.notAfter.isoDate)"))
    #expect(TokenCredential.clientSecret(Secret("x")).certificateExpiresAt == nil)
  }

  @Test("A service that fails, throttles or answers nonsense is told apart from a refusal of the credential")
  func otherFailures() async throws {
    #expect(try await refusal(.text(500, "<html>")).error.isRetryable)
    let throttled = try await refusal(.status(429, ["Retry-After": "7"])).error
    #expect(throttled.code == .rateLimited)
    #expect(throttled.retryAfter == .seconds(7))
    let nonsense = try await refusal(.text(400, "\u{0}\u{0}\u{0}")).error
    #expect(nonsense.code == .authenticationFailed)
    #expect(!nonsense.isRetryable)
  }

  @Test("A sign-in service that cannot be reached is named as such")
  func unreachable() async throws {
    let fixture = TokenFixture()
    fixture.transport.always(.post, TokenFixture.path, .failure(HTTPFailure(.unreachable, .notSent)))
    let error = try await adminError { _ = try await fixture.provider.token(for: TokenFixture.graph) }
    #expect(error.code == .authenticationFailed)
    #expect(error.isRetryable)
    #expect(error.message.contains("sign-in service"))
    #expect(error.message.contains("M365_LOGIN_ENDPOINT"))
    #expect(fixture.transport.requests.count == 5)
  }
}
