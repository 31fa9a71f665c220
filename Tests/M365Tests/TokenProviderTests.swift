import AdminCore
import Cryptography
import Foundation
import M365
import TestSupport
import Testing

@Suite("Tokens of the application", .timeLimit(.minutes(1)))
struct TokenProviderTests {
  private func text(_ token: AccessToken) -> String { token.secret.reveal() }

  @Test("A client secret goes into the form, once for as long as the token lives")
  func clientSecret() async throws {
    let fixture = TokenFixture()
    fixture.transport.on(.post, TokenFixture.path, TokenFixture.grant("one"))
    for _ in 0..<3 { #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "one") }
    #expect(fixture.transport.requests.count == 1)
    let request = try #require(fixture.transport.requests.first)
    #expect(request.url == "https://login.microsoftonline.com\(TokenFixture.path)")
    #expect(request.request.headers["Content-Type"] == "application/x-www-form-urlencoded")
    #expect(
      fixture.lastForm() == [
        "grant_type": "client_credentials", "client_id": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "scope": "https://graph.microsoft.com/.default", "client_secret": "hush-hush-secret",
      ])
    #expect(fixture.transport.surprises.isEmpty)
  }

  @Test("Each audience has a token of its own")
  func audiences() async throws {
    let fixture = TokenFixture()
    fixture.transport.on(.post, TokenFixture.path, TokenFixture.grant("graph"), TokenFixture.grant("exchange"))
    let exchange = TokenAudience(resource: "https://outlook.office365.com")
    #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "graph")
    #expect(try await text(fixture.provider.token(for: exchange)) == "exchange")
    #expect(fixture.lastForm()["scope"] == "https://outlook.office365.com/.default")
    #expect(await fixture.provider.heldToken(for: exchange).map(text) == "exchange")
    #expect(await fixture.provider.heldToken(for: TokenAudience(resource: "https://x")) == nil)
  }

  @Test("A certificate signs a statement that verifies, names its thumbprint and is made anew each time")
  func certificate() async throws {
    let key = try RSAPrivateKey.generate()
    let start = VirtualTimekeeper().now()
    let certificate = try CertificateBuilder(
      commonName: "app", purpose: .clientAssertion, notBefore: start, notAfter: start + .seconds(86_400)
    ).build(for: key)
    let fixture = TokenFixture(.certificate(ClientIdentity(certificate: certificate, privateKey: key)))
    fixture.transport.on(
      .post, TokenFixture.path, TokenFixture.refusal(90033, status: 400), TokenFixture.grant("one"))
    #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "one")
    #expect(fixture.transport.requests.count == 2)

    let form = fixture.lastForm()
    #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    #expect(form["client_secret"] == nil)
    let assertion = try #require(form["client_assertion"])
    let parts = assertion.split(separator: ".").map(String.init)
    let header = try JSONParser.parse(try #require(Base64.decode(parts[0], .url)))
    #expect(header["alg"] == "PS256")
    #expect(header["typ"] == "JWT")
    #expect(header["x5t#S256"] == .string(Base64.encode(SHA256.hash(certificate.der), .url)))
    let claims = try JSONParser.parse(try #require(Base64.decode(parts[1], .url)))
    #expect(claims["aud"] == .string("https://login.microsoftonline.com\(TokenFixture.path)"))
    #expect(claims["iss"] == "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
    #expect(claims["sub"] == claims["iss"])
    #expect(claims["nbf"] == claims["iat"])
    #expect(try #require(claims["exp"]?.intValue) - (try #require(claims["iat"]?.intValue)) == 600)
    #expect(claims["jti"]?.stringValue.flatMap { GUID($0) } != nil)
    let signature = try #require(Base64.decode(parts[2], .url))
    #expect(try certificate.publicKey().isValid(signature, for: Array((parts[0] + "." + parts[1]).utf8), .ps256))
    #expect(fixture.transport.requests[0].body != fixture.transport.requests[1].body)
  }

  @Test("A federated token is read from its file each time")
  func federated() async throws {
    let directory = try TemporaryDirectory()
    let file = directory.file("token")
    try Data("first\n".utf8).write(to: URL(fileURLWithPath: file))
    let fixture = TokenFixture(.federatedToken(file: file))
    fixture.transport.always(.post, TokenFixture.path, TokenFixture.grant("x", lifetime: 600))
    _ = try await fixture.provider.token(for: TokenFixture.graph)
    #expect(fixture.lastForm()["client_assertion"] == "first")
    try Data("second".utf8).write(to: URL(fileURLWithPath: file))
    fixture.timekeeper.advance(by: .seconds(600))
    _ = try await fixture.provider.token(for: TokenFixture.graph)
    #expect(fixture.lastForm()["client_assertion"] == "second")

    for content in ["", "two words", "line\nline"] {
      try Data(content.utf8).write(to: URL(fileURLWithPath: file))
      fixture.timekeeper.advance(by: .seconds(600))
      let error = try await adminError { _ = try await fixture.provider.token(for: TokenFixture.graph) }
      #expect(error.code == .misconfigured)
      #expect(error.message.contains("AZURE_FEDERATED_TOKEN_FILE"))
    }
    let missing = TokenFixture(.federatedToken(file: directory.file("none")))
    let error = try await adminError { _ = try await missing.provider.token(for: TokenFixture.graph) }
    #expect(error.message.contains("No such file"))
    #expect(missing.transport.requests.isEmpty)
  }

  @Test("A managed identity asks the metadata service, or the endpoint of its environment")
  func managedIdentity() async throws {
    let machine = TokenFixture(.managedIdentity(try ManagedIdentity { _ in nil }), client: nil)
    machine.transport.on(
      .get, "/metadata/identity/oauth2/token", .status(410),
      .json(200, ["access_token": "imds", "expires_in": "3599", "token_type": "Bearer", "expires_on": "1"]))
    #expect(try await text(machine.provider.token(for: TokenFixture.graph)) == "imds")
    let request = try #require(machine.transport.requests.first)
    #expect(
      request.url == "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
        + "&resource=https%3A%2F%2Fgraph.microsoft.com")
    #expect(request.request.headers["Metadata"] == "true")

    let environment = ["IDENTITY_ENDPOINT": "http://127.0.0.1:41741/msi/token", "IDENTITY_HEADER": "door-key"]
    let hosted = TokenFixture(.managedIdentity(try ManagedIdentity { environment[$0] }))
    let end = hosted.timekeeper.now().seconds + 7200
    hosted.transport.on(
      .get, "/msi/token", .json(200, ["access_token": "msi", "expires_on": .string("\(end)"), "token_type": "bearer"]))
    let token = try await hosted.provider.token(for: TokenFixture.graph)
    #expect(text(token) == "msi")
    #expect(token.expiresAt.seconds == end)
    let asked = try #require(hosted.transport.requests.first)
    #expect(asked.request.headers["X-IDENTITY-HEADER"] == "door-key")
    #expect(asked.url.hasSuffix("&client_id=aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"))

    #expect(throws: AdminError.self) {
      try ManagedIdentity { ["IDENTITY_ENDPOINT": "http://10.0.0.1/x", "IDENTITY_HEADER": "k"][$0] }
    }
    let none = TokenFixture(.managedIdentity(try ManagedIdentity { _ in nil }), client: nil)
    none.transport.on(.get, "/metadata/identity/oauth2/token", .json(400, ["error": "invalid_request"]))
    let error = try await adminError { _ = try await none.provider.token(for: TokenFixture.graph) }
    #expect(error.code == .authenticationFailed)
    #expect(error.message.contains("no managed identity"))
  }

  @Test("Fifty callers share one request")
  func singleFlight() async throws {
    let fixture = TokenFixture()
    let gate = ScriptGate()
    let grant = HTTPResponse(
      status: 200, body: Array(#"{"access_token":"one","expires_in":3600,"token_type":"Bearer"}"#.utf8))
    fixture.transport.on(.post, TokenFixture.path, .held(gate, grant))
    let provider = fixture.provider
    let tasks = (0..<50).map { _ in Task { try await provider.token(for: TokenFixture.graph).secret.reveal() } }
    #expect(await eventually { gate.waiterCount == 1 })
    tasks[7].cancel()
    await #expect(throws: AdminError.self) { try await tasks[7].value }
    gate.open()
    for (number, task) in tasks.enumerated() where number != 7 { #expect(try await task.value == "one") }
    #expect(fixture.transport.requests.count == 1)
  }

  @Test("The one who began may leave; the others still get the token")
  func leaderLeaves() async throws {
    let flights = SingleFlight<String, Int>()
    let gate = ScriptGate()
    let leader = Task {
      try await flights.value(for: "k") {
        _ = await gate.pass()
        return .success(42)
      }
    }
    #expect(await eventually { gate.waiterCount == 1 })
    let follower = Task { try await flights.value(for: "k") { .success(0) } }
    let other = try await flights.value(for: "other") { .success(1) }
    #expect(other == 1)
    leader.cancel()
    let error = try await adminError { _ = try await leader.value }
    #expect(error.code == .cancelled)
    gate.open()
    #expect([0, 42].contains(try await follower.value))
    #expect(try await flights.value(for: "k") { .success(2) } == 2)
  }

  @Test("A task that is cancelled before it asks gets no token and asks for none")
  func cancelledEarly() async throws {
    let fixture = TokenFixture()
    fixture.transport.always(.post, TokenFixture.path, TokenFixture.grant("x"))
    let provider = fixture.provider
    let task = Task {
      _ = await eventually { Task.isCancelled }
      return try await provider.token(for: TokenFixture.graph)
    }
    task.cancel()
    let error = try await adminError { _ = try await task.value }
    #expect(error.code == .cancelled)
    #expect(fixture.transport.requests.isEmpty)
  }

  @Test("A token is renewed five minutes before its end, a short one at half its life")
  func earlyRenewal() async throws {
    for (lifetime, renewal) in [(3600, 3300), (400, 200)] {
      let fixture = TokenFixture()
      fixture.transport.on(
        .post, TokenFixture.path, TokenFixture.grant("one", lifetime: lifetime), TokenFixture.grant("two"))
      #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "one")
      fixture.timekeeper.advance(by: .seconds(renewal - 1))
      #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "one")
      fixture.timekeeper.advance(by: .seconds(1))
      #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "two")
    }
  }

  @Test("While the sign-in service is down the old token is used until shortly before its end")
  func outlivesOutage() async throws {
    let fixture = TokenFixture()
    fixture.transport.on(.post, TokenFixture.path, TokenFixture.grant("one", lifetime: 3600))
    fixture.transport.always(.post, TokenFixture.path, .status(503))
    _ = try await fixture.provider.token(for: TokenFixture.graph)
    fixture.timekeeper.advance(by: .seconds(3310))
    #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "one")
    fixture.timekeeper.advance(by: .seconds(300))
    let error = try await adminError { _ = try await fixture.provider.token(for: TokenFixture.graph) }
    #expect(error.code == .authenticationFailed)
    #expect(error.isRetryable)
  }

  @Test("A refused sign-in is not papered over with the old token")
  func refusalWins() async throws {
    let fixture = TokenFixture()
    fixture.transport.on(
      .post, TokenFixture.path, TokenFixture.grant("one", lifetime: 3600), TokenFixture.refusal(7_000_112))
    _ = try await fixture.provider.token(for: TokenFixture.graph)
    fixture.timekeeper.advance(by: .seconds(3310))
    let error = try await adminError { _ = try await fixture.provider.token(for: TokenFixture.graph) }
    #expect(error.message.contains("disabled"))
  }

  @Test("A refused token is replaced once for all who hold it, and a claims challenge is passed on")
  func replacement() async throws {
    let fixture = TokenFixture()
    fixture.transport.on(
      .post, TokenFixture.path, TokenFixture.grant("one"), TokenFixture.grant("two"), TokenFixture.grant("three"))
    let first = try await fixture.provider.token(for: TokenFixture.graph)
    let second = try await fixture.provider.token(for: TokenFixture.graph, replacing: first, claims: nil)
    let shared = try await fixture.provider.token(for: TokenFixture.graph, replacing: first, claims: nil)
    #expect(text(second) == "two")
    #expect(text(shared) == "two")
    let claims = #"{"access_token":{"nbf":{"essential":true,"value":"1"}}}"#
    let third = try await fixture.provider.token(for: TokenFixture.graph, replacing: second, claims: claims)
    #expect(text(third) == "three")
    #expect(fixture.lastForm()["claims"] == claims)
    #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "three")
  }

  @Test("A token that lacks a permission is let go, but not every second")
  func discarding() async throws {
    let fixture = TokenFixture()
    fixture.transport.on(.post, TokenFixture.path, TokenFixture.grant("one"), TokenFixture.grant("two"))
    let first = try await fixture.provider.token(for: TokenFixture.graph)
    await fixture.provider.discard(first)
    #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "one")
    fixture.timekeeper.advance(by: .seconds(61))
    await fixture.provider.discard(first)
    #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "two")
    fixture.timekeeper.advance(by: .seconds(61))
    await fixture.provider.discard(first)
    #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "two")
  }

  @Test("Transient refusals are asked again, permanent ones are not")
  func transient() async throws {
    for code in [90033, 90055, 90006, 50000] {
      let fixture = TokenFixture()
      fixture.transport.on(
        .post, TokenFixture.path, TokenFixture.refusal(code, status: 400), .status(429, ["Retry-After": "3"]),
        .status(500), TokenFixture.grant("one"))
      #expect(try await text(fixture.provider.token(for: TokenFixture.graph)) == "one")
      #expect(await fixture.refusals.all.isEmpty)
    }
    let wrong = TokenFixture()
    wrong.transport.on(.post, TokenFixture.path, TokenFixture.refusal(7_000_215))
    _ = try await adminError { _ = try await wrong.provider.token(for: TokenFixture.graph) }
    #expect(wrong.transport.requests.count == 1)
    #expect(await wrong.refusals.all.count == 1)
  }

  @Test("Within a budget there is one attempt and no long wait")
  func budget() async throws {
    let fixture = TokenFixture()
    fixture.transport.always(.post, TokenFixture.path, .status(503))
    _ = try await adminError { _ = try await fixture.provider.token(for: TokenFixture.graph, within: .seconds(5)) }
    #expect(fixture.transport.requests.count == 1)
    #expect(fixture.transport.requests.first?.request.timeout == .seconds(5))
  }

  @Test("A token of another tenant is refused")
  func otherTenant() async throws {
    let fixture = TokenFixture()
    fixture.transport.on(
      .post, TokenFixture.path,
      TokenFixture.grant(TokenFixture.jwt(["tid": "99999999-2222-3333-4444-555555555555"])),
      TokenFixture.grant(TokenFixture.jwt(["tid": .string(TokenFixture.tenant)])))
    let error = try await adminError { _ = try await fixture.provider.token(for: TokenFixture.graph) }
    #expect(error.code == .wrongIssuer)
    #expect(error.message.contains("99999999"))
    #expect(await fixture.provider.heldToken(for: TokenFixture.graph) == nil)
    _ = try await fixture.provider.token(for: TokenFixture.graph)
  }

  @Test(
    "An answer that holds no token that could be sent is refused",
    arguments: [
      "", "{}", "[]", "nonsense", #"{"access_token":"","expires_in":3600}"#,
      #"{"access_token":"a\r\nX: y","expires_in":60}"#,
      #"{"access_token":"a"}"#, #"{"access_token":"a","expires_in":0}"#, #"{"access_token":"a","expires_in":-5}"#,
      #"{"access_token":"a","expires_in":99999999}"#, #"{"access_token":"a","expires_in":60,"token_type":"pop"}"#,
      #"{"access_token":5,"expires_in":60}"#,
    ])
  func badGrant(body: String) async throws {
    let fixture = TokenFixture()
    fixture.transport.on(.post, TokenFixture.path, .text(200, body))
    let error = try await adminError { _ = try await fixture.provider.token(for: TokenFixture.graph) }
    #expect(error.code == .authenticationFailed)
    #expect(error.message.contains("M365_LOGIN_ENDPOINT"))
  }

  @Test("Without a client id only a managed identity can sign in; a tenant that is no path is refused")
  func missingParts() async throws {
    let fixture = TokenFixture(client: nil)
    let error = try await adminError { _ = try await fixture.provider.token(for: TokenFixture.graph) }
    #expect(error.code == .misconfigured)
    #expect(error.message.contains("AZURE_CLIENT_ID"))
  }
}
