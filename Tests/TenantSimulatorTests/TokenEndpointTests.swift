import AdminCore
import Cryptography
import TenantSimulator
import TestSupport
import Testing

@Suite("Token endpoint")
struct TokenEndpointTests {
  private static let graphScope = "https://graph.microsoft.com/.default"

  private static func request(
    _ fixture: TenantFixture, tenant: String? = nil, changing changes: [String: String?] = [:],
    type: String = "application/x-www-form-urlencoded", method: String = "POST"
  ) async throws -> TenantFixture.Reply {
    let credentials = fixture.tenant.credentials
    var form: [String: String] = [
      "grant_type": "client_credentials", "client_id": credentials.clientID, "scope": graphScope,
      "client_secret": credentials.clientSecret.reveal(),
    ]
    for (name, value) in changes { form[name] = value }
    let body = form.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.escaped($0.value))" }.joined(separator: "&")
    return try await fixture.send(
      method, "https://login.microsoftonline.com/\(tenant ?? credentials.tenantID)/oauth2/v2.0/token",
      body: Array(body.utf8), headers: ["Content-Type": type])
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      "%" + Hex.encode([byte])
    }.joined()
  }

  private static func claims(_ token: String) -> JSONValue {
    let part = token.split(separator: ".").dropFirst().first ?? ""
    return (try? JSONParser.parse(Base64.decode(part, .url) ?? [])) ?? .null
  }

  private static func code(_ reply: TenantFixture.Reply) -> String {
    let code = reply.json["error_codes"]?[0]?.intValue.map(String.init) ?? "-"
    return "\(reply.status) \(reply.json["error"]?.stringValue ?? "-") \(code)"
  }

  /// An assertion as graph.md §11 wants it, with what a test changes.
  private static func assertion(
    _ fixture: TenantFixture, header: JSONObject = [:], claims: JSONObject = [:], key: RSAPrivateKey? = nil,
    scheme: RSASignatureScheme = .ps256
  ) throws -> String {
    let credentials = fixture.tenant.credentials
    let now = fixture.timekeeper.now().seconds
    let url = "https://login.microsoftonline.com/\(credentials.tenantID)/oauth2/v2.0/token"
    var allClaims: JSONObject = [
      "aud": .string(url), "iss": .string(credentials.clientID), "sub": .string(credentials.clientID),
      "jti": .string("id-\(claims.hashValue)-\(header.hashValue)"), "iat": .int(now), "nbf": .int(now),
      "exp": .int(now + 600),
    ]
    for member in claims { allClaims[member.key] = member.value.isNull ? Optional.none : member.value }
    var allHeader: JSONObject = [
      "alg": scheme == .ps256 ? "PS256" : "RS256", "typ": "JWT",
      "x5t#S256": .string(Base64.encode(credentials.identity.certificate.thumbprint, .url)),
    ]
    for member in header { allHeader[member.key] = member.value.isNull ? Optional.none : member.value }
    return try JSONWebSignature.sign(
      header: allHeader, claims: allClaims, key: key ?? credentials.identity.privateKey, scheme)
  }

  private static func signIn(
    _ fixture: TenantFixture, _ assertion: String, changing changes: [String: String?] = [:]
  ) async throws -> TenantFixture.Reply {
    let own: [String: String?] = [
      "client_secret": nil, "client_assertion": assertion,
      "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    ]
    return try await request(fixture, changing: own.merging(changes) { $1 })
  }

  @Test("A secret gives a token that Graph believes, with the roles consented to")
  func secret() async throws {
    let fixture = try await TenantFixture()
    let reply = try await Self.request(fixture)
    #expect(reply.status == 200)
    #expect(reply.json["token_type"] == "Bearer")
    let lifetime = reply.json["expires_in"]?.intValue ?? 0
    #expect((3_600..<5_400).contains(lifetime))
    let token = reply.json["access_token"]?.stringValue ?? ""
    let claims = Self.claims(token)
    let tenantID = fixture.tenant.credentials.tenantID
    #expect(claims["iss"] == .string("https://sts.windows.net/\(tenantID)/"))
    #expect(claims["aud"] == "https://graph.microsoft.com")
    #expect(claims["tid"] == .string(tenantID))
    #expect(claims["idtyp"] == "app")
    #expect(claims["appidacr"] == "1")
    #expect(claims["roles"]?.arrayValue?.contains("User.ReadWrite.All") == true)
    #expect(claims["roles"]?.arrayValue?.contains("Exchange.ManageAsApp") == false)
    #expect(try await fixture.graph("GET", "/organization", token: token).status == 200)
  }

  @Test("Exchange gets a token of its own, which Graph refuses")
  func exchange() async throws {
    let fixture = try await TenantFixture()
    let reply = try await Self.request(fixture, changing: ["scope": "https://outlook.office365.com/.default"])
    let token = reply.json["access_token"]?.stringValue ?? ""
    let roles = Self.claims(token)["roles"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(Set(roles) == ["Exchange.ManageAsApp", "MailboxSettings.ReadWrite"])
    #expect(Self.claims(token)["wids"]?.arrayValue?.count == 2)
    let refused = try await fixture.graph("GET", "/organization", token: token)
    #expect(refused.outcome == "401 InvalidAuthenticationToken")
    #expect(refused.message == "Access token validation failure. Invalid audience.")
  }

  @Test("The tenant may be named by a verified domain, the resource by its id")
  func otherNames() async throws {
    let fixture = try await TenantFixture()
    #expect(try await Self.request(fixture, tenant: "harbourfinch.example").status == 200)
    let reply = try await Self.request(
      fixture, changing: ["scope": "00000003-0000-0000-c000-000000000000/.default"])
    #expect(
      try await fixture.graph("GET", "/organization", token: reply.json["access_token"]?.stringValue).status == 200)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    var tenant: String?
    var changes: [String: String?] = [:]
    var type = "application/x-www-form-urlencoded"
    var method = "POST"
    let outcome: String
    var testDescription: String { name }
  }

  static let refusals: [Refusal] = [
    Refusal(name: "wrong secret", changes: ["client_secret": "x"], outcome: "401 invalid_client 7000215"),
    Refusal(name: "no proof", changes: ["client_secret": nil], outcome: "401 invalid_client 7000216"),
    Refusal(
      name: "unknown application", changes: ["client_id": "11111111-2222-4333-8444-555555555555"],
      outcome: "400 unauthorized_client 700016"),
    Refusal(name: "no client id", changes: ["client_id": nil], outcome: "400 invalid_request 900144"),
    Refusal(name: "no scope", changes: ["scope": nil], outcome: "400 invalid_request 900144"),
    Refusal(name: "no grant", changes: ["grant_type": nil], outcome: "400 invalid_request 900144"),
    Refusal(
      name: "another grant", changes: ["grant_type": "password"], outcome: "400 unsupported_grant_type 70003"),
    Refusal(name: "JSON instead of a form", type: "application/json", outcome: "400 invalid_request 900144"),
    Refusal(name: "GET", method: "GET", outcome: "400 invalid_request 900144"),
    Refusal(
      name: "scope of one permission", changes: ["scope": "https://graph.microsoft.com/Mail.Send"],
      outcome: "400 invalid_scope 1002012"),
    Refusal(
      name: "two scopes",
      changes: ["scope": "https://graph.microsoft.com/.default https://outlook.office365.com/.default"],
      outcome: "400 invalid_scope 70011"),
    Refusal(
      name: "unknown resource", changes: ["scope": "https://graph.example/.default"],
      outcome: "400 invalid_resource 500011"),
    Refusal(name: "common", tenant: "common", outcome: "400 invalid_request 50059"),
    Refusal(
      name: "another tenant", tenant: "11111111-2222-4333-8444-555555555555", outcome: "400 invalid_request 90002"),
    Refusal(
      name: "a domain not verified", tenant: "closings.harbourfinch.example", outcome: "400 invalid_request 90002"),
    Refusal(name: "no tenant at all", tenant: "nothing", outcome: "400 invalid_request 900023"),
    Refusal(
      name: "assertion without its type", changes: ["client_secret": nil, "client_assertion": "a.b.c"],
      outcome: "400 invalid_request 900144"),
    Refusal(
      name: "assertion that is no token",
      changes: [
        "client_secret": nil, "client_assertion": "abc",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      ], outcome: "400 invalid_request 50027"),
    Refusal(name: "claims that are no JSON", changes: ["claims": "{"], outcome: "400 invalid_request 90014"),
  ]

  @Test("A request that is wrong gets the number and the words of Entra ID", arguments: refusals)
  func refuses(_ refusal: Refusal) async throws {
    let fixture = try await TenantFixture()
    let reply = try await Self.request(
      fixture, tenant: refusal.tenant, changing: refusal.changes, type: refusal.type, method: refusal.method)
    #expect(Self.code(reply) == refusal.outcome)
    let description = reply.json["error_description"]?.stringValue ?? ""
    #expect(description.hasPrefix("AADSTS\(refusal.outcome.split(separator: " ").last ?? ""): "))
    #expect(description.contains("Trace ID: \(reply.json["trace_id"]?.stringValue ?? "?")"))
    #expect(reply.json["timestamp"] == "2026-01-05 08:00:00Z")
  }

  @Test("A certificate assertion signs in, with PS256 and with the older RS256")
  func certificate() async throws {
    let fixture = try await TenantFixture()
    let reply = try await Self.signIn(fixture, try Self.assertion(fixture))
    #expect(reply.status == 200, "\(reply.text)")
    #expect(Self.claims(reply.json["access_token"]?.stringValue ?? "")["appidacr"] == "2")
    let thumbprint = Base64.encode(SHA1.hash(fixture.tenant.credentials.identity.certificate.der), .url)
    let old = try Self.assertion(
      fixture, header: ["x5t#S256": .null, "x5t": .string(thumbprint)], scheme: .rs256)
    #expect(try await Self.signIn(fixture, old).status == 200)
  }

  struct BadAssertion: Sendable, CustomTestStringConvertible {
    let name: String
    var header: JSONObject = [:]
    var claims: JSONObject = [:]
    let outcome: String
    var testDescription: String { name }
  }

  /// Moments are given as seconds from now.
  static let badAssertions: [BadAssertion] = [
    BadAssertion(
      name: "unknown certificate", header: ["x5t#S256": "AAAA"], outcome: "401 invalid_client 700027"),
    BadAssertion(name: "no certificate named", header: ["x5t#S256": .null], outcome: "400 invalid_request 50027"),
    BadAssertion(name: "another type", header: ["typ": "at+jwt"], outcome: "400 invalid_request 50027"),
    BadAssertion(name: "no signature", header: ["alg": "none"], outcome: "401 invalid_client 700027"),
    BadAssertion(name: "lying about the algorithm", header: ["alg": "RS256"], outcome: "401 invalid_client 700027"),
    BadAssertion(
      name: "for somebody else", claims: ["aud": "https://login.microsoftonline.com/common/oauth2/v2.0/token"],
      outcome: "401 invalid_client 700023"),
    BadAssertion(name: "of another subject", claims: ["sub": "x"], outcome: "400 invalid_request 50027"),
    BadAssertion(name: "without an id", claims: ["jti": .null], outcome: "400 invalid_request 50027"),
    BadAssertion(name: "expired", claims: ["exp": -301], outcome: "401 invalid_client 700024"),
    BadAssertion(name: "valid too long", claims: ["exp": 1_000], outcome: "401 invalid_client 700024"),
    BadAssertion(name: "not valid yet", claims: ["nbf": 301], outcome: "401 invalid_client 700024"),
    BadAssertion(name: "without an end", claims: ["exp": .null], outcome: "401 invalid_client 700024"),
  ]

  @Test("An assertion that proves nothing is refused by its number", arguments: badAssertions)
  func refusesAssertion(_ bad: BadAssertion) async throws {
    let fixture = try await TenantFixture()
    let now = Int(fixture.timekeeper.now().seconds)
    let claims = JSONObject(
      bad.claims.members.map { member in
        JSONObject.Member(key: member.key, value: member.value.intValue.map { .int(now + $0) } ?? member.value)
      })
    let reply = try await Self.signIn(fixture, try Self.assertion(fixture, header: bad.header, claims: claims))
    #expect(Self.code(reply) == bad.outcome)
  }

  @Test("A clock that is a little off is borne with")
  func skew() async throws {
    let fixture = try await TenantFixture()
    let now = fixture.timekeeper.now().seconds
    let late = try Self.assertion(fixture, claims: ["nbf": .int(now - 890), "exp": .int(now - 290)])
    #expect(try await Self.signIn(fixture, late).status == 200)
    let early = try Self.assertion(fixture, claims: ["nbf": .int(now + 290), "exp": .int(now + 890)])
    #expect(try await Self.signIn(fixture, early).status == 200)
  }

  @Test("An assertion of another key is refused, one that served before too")
  func keyAndReplay() async throws {
    let fixture = try await TenantFixture()
    let foreign = try Self.assertion(fixture, key: try RSAPrivateKey.generate())
    #expect(Self.code(try await Self.signIn(fixture, foreign)) == "401 invalid_client 700027")
    let good = try Self.assertion(fixture)
    #expect(try await Self.signIn(fixture, good).status == 200)
    #expect(Self.code(try await Self.signIn(fixture, good)) == "400 invalid_request 50027")
  }

  @Test("A certificate that ran out is refused, and the reason says so")
  func expiredCertificate() async throws {
    let fixture = try await TenantFixture()
    await fixture.tenant.advanceClock(by: .seconds(731 * 86_400))
    let now =
      await fixture.tenant.report("tenant")?["now"]?.stringValue.flatMap { Timestamp(iso8601: $0) }?.seconds ?? 0
    let assertion = try Self.assertion(
      fixture, claims: ["iat": .int(now), "nbf": .int(now), "exp": .int(now + 600)])
    let reply = try await Self.signIn(fixture, assertion)
    #expect(Self.code(reply) == "401 invalid_client 700027")
    #expect(reply.json["error_description"]?.stringValue?.contains("The key used is expired") == true)
  }

  @Test("A token of a trusted issuer signs in; a mismatch is named")
  func federation() async throws {
    let fixture = try await TenantFixture()
    let good = try await fixture.tenant.issueToken(TokenOrder(.federated))
    #expect(try await Self.signIn(fixture, good).status == 200)
    #expect(try await Self.signIn(fixture, good).status == 200, "such a token may serve again")
    for (claims, outcome) in [
      (["iss": "https://other.example"], "401 invalid_client 700211"),
      (["aud": "api://Other"], "401 invalid_client 700212"),
      (["sub": "repo:other/repo"], "401 invalid_client 700213"), (["exp": 1_000], "401 invalid_client 700024"),
    ] as [(JSONObject, String)] {
      let token = try await fixture.tenant.issueToken(TokenOrder(.federated, claims: claims))
      #expect(Self.code(try await Self.signIn(fixture, token)) == outcome)
    }
    let forged = try await fixture.tenant.issueToken(TokenOrder(.federated, signer: .stranger))
    #expect(Self.code(try await Self.signIn(fixture, forged)) == "401 invalid_client 50012")
  }

  @Test(
    "The state of the application decides too",
    arguments: [
      (["enabled": false], "400 unauthorized_client 7000112"),
      (["servicePrincipal": false], "401 invalid_client 7000229"),
      (["secrets": [["value": "old", "expires": "2025-12-31"]]], "401 invalid_client 7000222"),
    ] as [(JSONValue, String)])
  func application(_ application: JSONValue, _ outcome: String) async throws {
    let fixture = try await TenantFixture(seed: try Seed.standard().setting("application", to: application))
    #expect(Self.code(try await Self.request(fixture)) == outcome)
  }

  @Test("Without a trusted issuer no federated token signs in")
  func noFederation() async throws {
    let fixture = try await TenantFixture.holding(["User.Read.All"])
    let token = try await fixture.tenant.issueToken(
      TokenOrder(.federated, claims: ["iss": "https://token.ci.example"]))
    #expect(Self.code(try await Self.signIn(fixture, token)) == "401 invalid_client 70021")
  }

  @Test("The keys verify the tokens, and the configuration leads to the keys")
  func discovery() async throws {
    let fixture = try await TenantFixture()
    let tenantID = fixture.tenant.credentials.tenantID
    let configuration = try await fixture.send(
      "GET", "https://login.microsoftonline.com/\(tenantID)/v2.0/.well-known/openid-configuration")
    #expect(configuration.json["issuer"] == .string("https://login.microsoftonline.com/\(tenantID)/v2.0"))
    let keys = try await fixture.send("GET", configuration.json["jwks_uri"]?.stringValue ?? "")
    let key = keys.json["keys"]?[0]
    #expect(key?["use"] == "sig")
    let publicKey = RSAPublicKey(
      modulus: Base64.decode(key?["n"]?.stringValue ?? "", .url) ?? [],
      exponent: Base64.decode(key?["e"]?.stringValue ?? "", .url) ?? [])
    let parts = fixture.token.split(separator: ".")
    let isValid = publicKey.isValid(
      Base64.decode(parts[2], .url) ?? [], for: Array("\(parts[0]).\(parts[1])".utf8), .rs256)
    #expect(isValid)
    #expect(
      try await fixture.send("GET", "https://login.microsoftonline.com/x.example/v2.0/.well-known/openid-configuration")
        .status == 400)
    #expect(try await fixture.send("GET", "https://login.microsoftonline.com/a/b/keys").status == 404)
  }

  @Test("A managed identity gets a token by either of its two addresses")
  func managedIdentity() async throws {
    let fixture = try await TenantFixture()
    let machine = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource="
    let resource = "https%3A%2F%2Fgraph.microsoft.com%2F"
    let request = SimulatedRequest("GET", machine + resource, headers: ["Metadata": "true"])
    let response = try await fixture.tenant.handle(request)
    let token = try JSONParser.parse(response.body)["access_token"]?.stringValue
    #expect(try await fixture.graph("GET", "/organization", token: token).status == 200)
    let service = "https://127.0.0.1/msi/token?api-version=2019-08-01&resource=" + resource
    let secret = fixture.tenant.credentials.identityHeader.reveal()
    #expect(try await fixture.send("GET", service, headers: ["X-IDENTITY-HEADER": secret]).status == 200)
    #expect(try await fixture.send("GET", service, headers: ["X-IDENTITY-HEADER": "x"]).status == 401)
    for (path, status) in [
      ("/metadata/identity/oauth2/token?api-version=2018-02-01&resource=" + resource, 400),
      ("/metadata/identity/oauth2/token?api-version=1&resource=" + resource, 400),
      ("/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x", 400),
    ] {
      let isFirst = path.contains("2018") && !path.hasSuffix("=x")
      let headers: HeaderFields = isFirst ? [:] : ["Metadata": "true"]
      #expect(try await fixture.send("GET", path, headers: headers).status == status)
    }
  }
}
