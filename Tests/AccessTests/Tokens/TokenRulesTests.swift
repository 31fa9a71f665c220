import Access
import AdminCore
import TenantSimulator
import TestSupport
import Testing

/// What makes a token good or bad, rule by rule, in the order in which they are looked at.
@Suite("Rules for callers' tokens")
struct TokenRulesTests {
  // MARK: Good tokens

  @Test("An application is who its token says, with its roles")
  func application() async throws {
    let fixture = try TokenFixture()
    let caller = try await fixture.caller(fixture.token(roles: ["PersonaConfig.Admin", "Unknown.Role"]))
    #expect(caller.kind == .application)
    #expect(caller.tenantID?.text == fixture.tenant.credentials.tenantID)
    #expect(caller.applicationID?.text == fixture.tenant.credentials.clientID)
    #expect(caller.actor == "\(fixture.tenant.credentials.tenantID):\(try #require(caller.objectID))")
    #expect(caller.roles == [.administerPersonas, .writePersonas, .readPersonas])
  }

  @Test(
    "A person needs the role and the scope; access_as_user is a scope for reading only",
    arguments: [
      (["PersonaConfig.Write"], "PersonaConfig.Write", [.writePersonas]),
      (["PersonaConfig.Write"], "access_as_user", []), (["PersonaConfig.Read"], "access_as_user", [.readPersonas]),
      (["PersonaConfig.Admin"], "PersonaConfig.Read", [.readPersonas]),
      (["PersonaConfig.Admin"], "access_as_user", [.readPersonas]),
      (["PersonaConfig.Read"], "PersonaConfig.Admin", [.readPersonas]), ([], "PersonaConfig.Write", []),
      (["M365.Send", "M365.Read"], " M365.Send  Other ", [.send]),
    ] as [([String], String, Set<Role>)])
  func delegated(granted: [String], scopes: String, expected: Set<Role>) async throws {
    let fixture = try TokenFixture()
    let token = try await fixture.token(
      TokenOrder(.delegated, claims: ["roles": .strings(granted), "scp": .string(scopes)]))
    let caller = try await fixture.caller(token)
    #expect(caller.kind == .user)
    #expect(caller.roles == expected)
  }

  @Test("A token of version 1.0 is for the App ID URI or the client id, and names its client otherwise")
  func legacyVersion() async throws {
    let fixture = try TokenFixture()
    let (tenant, client) = (fixture.tenant.credentials.tenantID, fixture.tenant.credentials.clientID)
    for audience in ["api://\(client)", client] {
      let token = try await fixture.token(
        roles: ["PersonaConfig.Read"],
        [
          "ver": "1.0", "iss": .string("https://sts.windows.net/\(tenant)/"), "aud": .string(audience), "azp": nil,
          "azpacr": nil, "appid": .string(client), "appidacr": "1",
        ])
      #expect(try await fixture.caller(token).applicationID?.text == client)
    }
  }

  @Test("Types and header members that mean nothing here change nothing")
  func harmlessHeaders() async throws {
    let fixture = try TokenFixture()
    for header in [["typ": "at+jwt"], ["typ": nil], ["x5t": "abc"], ["jku": "https://evil.example/keys"]]
      as [JSONObject]
    {
      #expect(try await fixture.refusal(of: TokenOrder(.app, header: header)) == nil)
    }
  }

  // MARK: Bad tokens

  @Test(
    "A claim that breaks a rule is refused with the code of that rule",
    arguments: [
      BadClaim(["tid": nil], .wrongIssuer), BadClaim(["tid": "contoso.com"], .wrongIssuer),
      BadClaim(["tid": 5], .wrongIssuer),
      BadClaim(["tid": "11111111-2222-3333-4444-555555555555"], .wrongIssuer), BadClaim(["ver": "3.0"], .wrongIssuer),
      BadClaim(["ver": nil], .wrongIssuer), BadClaim(["ver": 2], .wrongIssuer),
      BadClaim(["iss": "https://evil.example/v2.0"], .wrongIssuer),
      BadClaim(["iss": "https://login.microsoftonline.com/{tenantid}/v2.0"], .wrongIssuer),
      BadClaim(["iss": "https://login.microsoftonline.com/common/v2.0"], .wrongIssuer),
      BadClaim(["iss": nil], .wrongIssuer),
      BadClaim(["aud": "11111111-2222-3333-4444-555555555555"], .wrongAudience), BadClaim(["aud": nil], .wrongAudience),
      BadClaim(["aud": "https://graph.microsoft.com"], .wrongAudience), BadClaim(["aud": ["a", "b"]], .wrongAudience),
      BadClaim(["exp": nil], .malformedToken), BadClaim(["exp": "1900000000"], .malformedToken),
      BadClaim(["exp": 1_900_000_000.5], .malformedToken),
      BadClaim(["nbf": "x"], .malformedToken), BadClaim(["iat": -1], .malformedToken),
      BadClaim(["exp": 1_767_600_000], .tokenExpired, 301),
      BadClaim(["roles": "PersonaConfig.Admin"], .malformedToken), BadClaim(["roles": ["a", 1]], .malformedToken),
      BadClaim(["roles": ["a": "PersonaConfig.Admin"]], .malformedToken), BadClaim(["idtyp": nil], .notAnAccessToken),
      BadClaim(["idtyp": "user"], .notAnAccessToken), BadClaim(["idtyp": ["app"]], .notAnAccessToken),
      BadClaim(["scp": ""], nil),
      BadClaim(["scp": ["PersonaConfig.Read"]], .malformedToken), BadClaim(["cnf": ["jkt": "x"]], .notAnAccessToken),
      BadClaim(["azp": nil], .clientNotAllowed), BadClaim(["azpacr": "0"], .clientNotAllowed),
      BadClaim(["azpacr": nil], .clientNotAllowed),
      BadClaim(["azpacr": 1], nil), BadClaim(["oid": nil], .malformedToken), BadClaim(["oid": "ada"], .malformedToken),
    ])
  func badClaims(claim: BadClaim) async throws {
    let fixture = try TokenFixture()
    let token = try await fixture.token(TokenOrder(.app, claims: claim.claims))
    fixture.timekeeper.advance(by: .seconds(claim.later))
    #expect(await fixture.refusal(of: token) == claim.code, "\(claim.claims)")
  }

  struct BadClaim: Sendable {
    let claims: JSONObject
    let code: ErrorCode?
    let later: Int

    init(_ claims: JSONObject, _ code: ErrorCode?, _ later: Int = 0) {
      self.claims = claims
      self.code = code
      self.later = later
    }
  }

  @Test("Times count to the second, with five minutes for clocks that differ")
  func time() async throws {
    let fixture = try TokenFixture()
    let now = fixture.timekeeper.now().seconds
    func refusal(_ claims: JSONObject) async throws -> ErrorCode? {
      try await fixture.refusal(of: TokenOrder(.app, claims: claims))
    }
    #expect(try await refusal(["exp": .int(now - 299)]) == nil)
    #expect(try await refusal(["exp": .int(now - 301)]) == .tokenExpired)
    #expect(try await refusal(["nbf": .int(now + 299)]) == nil)
    #expect(try await refusal(["nbf": .int(now + 301)]) == .tokenExpired)
    #expect(try await refusal(["iat": .int(now + 301), "exp": .int(now + 4000)]) == .tokenExpired)
    #expect(try await refusal(["exp": .int(now + 30 * 3600)]) == nil)
    #expect(try await refusal(["exp": .int(now + 30 * 3600 + 1)]) == .malformedToken)
    #expect(try await refusal(["iat": nil, "exp": .int(now + 30 * 3600 + 1)]) == .malformedToken)
    #expect(try await refusal(["nbf": nil, "iat": nil]) == nil)
    // A clock that is ten minutes off takes nobody for valid who is not.
    #expect(
      try await refusal(["nbf": .int(now + 600), "iat": .int(now + 600), "exp": .int(now + 4200)]) == .tokenExpired)
  }

  @Test("The issuer is that of the token's own version and tenant, and of no other")
  func issuers() async throws {
    let fixture = try TokenFixture()
    let tenant = fixture.tenant.credentials.tenantID
    let (legacy, current) = ("https://sts.windows.net/\(tenant)/", "https://login.microsoftonline.com/\(tenant)/v2.0")
    for (version, issuer) in [("2.0", legacy), ("1.0", current), ("3.0", current), ("2.0", current + "/")] {
      let order = TokenOrder(.app, claims: ["ver": .string(version), "iss": .string(issuer)])
      #expect(try await fixture.refusal(of: order) == .wrongIssuer, "\(version) \(issuer)")
    }
    #expect(try await fixture.refusal(of: TokenOrder(.app, claims: ["ver": "2.0", "iss": .string(current)])) == nil)
  }

  @Test(
    "A text that no JSON writer writes is refused",
    arguments: [
      #"{"exp":1e400}"#, #"{"exp":99999999999999999999}"#, #"{"aud":"a","aud":"b"}"#, "[]", "7", "", "{", "{}x",
    ])
  func oddTexts(text: String) async throws {
    let fixture = try TokenFixture()
    var order = TokenOrder(.app)
    order.claimsText = text
    // Where the text is JSON at all, it lacks what comes first in the order.
    let code = try #require(try await fixture.refusal(of: order))
    #expect([.malformedToken, .wrongIssuer].contains(code))
  }

  @Test(
    "A header that asks for anything but RS256 with a known key is refused",
    arguments: [
      (["alg": "none"], .malformedToken), (["alg": "NoNe"], .malformedToken), (["alg": "HS256"], .malformedToken),
      (["alg": "RS384"], .malformedToken), (["alg": "PS256"], .malformedToken), (["alg": nil], .malformedToken),
      (["alg": ["RS256"]], .malformedToken), (["typ": "JWE"], .malformedToken), (["typ": "jwt"], .malformedToken),
      (["typ": 1], .malformedToken), (["crit": ["b64"]], .malformedToken), (["nonce": "abc"], .malformedToken),
      (["kid": nil], .badSignature), (["kid": "../../etc/passwd"], .badSignature),
      (["kid": "x' OR '1'='1"], .badSignature), (["kid": 5], .badSignature), (["kid": ""], .badSignature),
    ] as [(JSONObject, ErrorCode)])
  func badHeaders(header: JSONObject, code: ErrorCode) async throws {
    let fixture = try TokenFixture()
    #expect(try await fixture.refusal(of: TokenOrder(.app, header: header)) == code)
  }

  @Test("What is not three parts of Base64 is no token")
  func forms() async throws {
    let fixture = try TokenFixture()
    let good = try await fixture.token()
    let parts = good.split(separator: ".").map(String.init)
    var nested = TokenOrder(.app)
    nested.form = .nested
    let wrong = [
      "", "x", "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).", "..", good + ".x", good + "=", good + "\n",
      " " + good, "\(parts[0])=.\(parts[1]).\(parts[2])", good.replacing(".", with: ".."),
      String(repeating: "a", count: 1 << 20), good + String(repeating: "A", count: 16_384),
      try await fixture.token(nested),
    ]
    for token in wrong { #expect(await fixture.refusal(of: token) == .malformedToken, "\(token.prefix(80))") }
    // The texts of a token may be of any length below the bound.
    #expect(
      try await fixture.refusal(of: TokenOrder(.app, claims: ["filler": .string(String(repeating: "x", count: 9000))]))
        == nil)
  }

  @Test("A signature is by the tenant's key, or it is none")
  func signatures() async throws {
    let fixture = try TokenFixture()
    #expect(try await fixture.refusal(of: TokenOrder(.app, signer: .stranger)) == .badSignature)
    #expect(try await fixture.refusal(of: TokenOrder(.app, signer: .none)) == .malformedToken)
    #expect(try await fixture.refusal(of: TokenOrder(.app, signer: .none, header: ["alg": "RS256"])) == .malformedToken)
    #expect(try await fixture.refusal(of: TokenOrder(.app, signer: .hmac)) == .malformedToken)
    #expect(try await fixture.refusal(of: TokenOrder(.app, signer: .hmac, header: ["alg": "RS256"])) == .badSignature)
    // Its own key, brought along in every way there is.
    let embedded: JSONObject = [
      "jwk": ["kty": "RSA", "n": "AQAB", "e": "AQAB"], "jku": "https://evil.example", "x5c": ["MIIB"],
      "x5u": "https://e.v",
    ]
    #expect(try await fixture.refusal(of: TokenOrder(.app, signer: .stranger, header: embedded)) == .badSignature)
    // One bit of the claims, after it was signed.
    let good = try await fixture.token()
    let parts = good.split(separator: ".").map(String.init)
    var claims = try #require(Base64.decode(parts[1], .url))
    claims[claims.count / 2] ^= 1
    let changed = "\(parts[0]).\(Base64.encode(claims, .url)).\(parts[2])"
    #expect([.badSignature, .malformedToken].contains(await fixture.refusal(of: changed)))
  }

  @Test("A key of 1024 bits is no key, although the authority lists it")
  func weakKey() async throws {
    let fixture = try TokenFixture()
    await fixture.tenant.setFaults(FaultPlan([FaultRule(.weakKeys, path: "/*/discovery/v2.0/keys")]))
    #expect(try await fixture.refusal(of: TokenOrder(.app, signer: .weak)) == .badSignature)
    #expect(try await fixture.refusal(of: TokenOrder(.app)) == nil)
  }

  @Test("An ID token and tokens for other services open nothing")
  func otherKinds() async throws {
    let fixture = try TokenFixture()
    #expect(try await fixture.refusal(of: TokenOrder(.id)) == .notAnAccessToken)
    #expect(
      try await fixture.refusal(of: TokenOrder(.id, claims: ["roles": ["PersonaConfig.Admin"]])) == .notAnAccessToken)
    #expect(try await fixture.refusal(of: TokenOrder(.graph)) == .wrongAudience)
    #expect(try await fixture.refusal(of: TokenOrder(.graph, header: ["nonce": "x"])) == .malformedToken)
    #expect(try await fixture.refusal(of: TokenOrder(.exchange)) == .wrongAudience)
    #expect(try await fixture.refusal(of: TokenOrder(.federated)) == .badSignature)
  }

  @Test("Only clients that are named may bring tokens, where any are named")
  func allowedClients() async throws {
    let other = "11111111-2222-3333-4444-555555555555"
    let fixture = try TokenFixture([.allowedClients: other])
    #expect(try await fixture.refusal(of: TokenOrder(.app)) == .clientNotAllowed)
    #expect(try await fixture.refusal(of: TokenOrder(.delegated)) == .clientNotAllowed)
    #expect(try await fixture.refusal(of: TokenOrder(.app, claims: ["azp": .string(other)])) == nil)
    #expect(try await fixture.refusal(of: TokenOrder(.delegated, claims: ["azp": nil])) == .clientNotAllowed)
  }

  @Test("The same object id in two tenants is two callers")
  func sameObjectInTwoTenants() async throws {
    let other = "11111111-2222-3333-4444-555555555555"
    let fixture = try TokenFixture()
    let own = fixture.tenant.credentials.tenantID
    let both = try TokenFixture([.callerTenants: "\(own),\(other)"])
    let foreign: JSONObject = [
      "tid": .string(other), "iss": .string("https://login.microsoftonline.com/\(other)/v2.0"),
    ]
    #expect(await fixture.refusal(of: try await fixture.token(roles: ["PersonaConfig.Read"], foreign)) == .wrongIssuer)
    // The tenant's key names its issuer, so it cannot sign for another tenant that is accepted too.
    #expect(await both.refusal(of: try await both.token(roles: ["PersonaConfig.Read"], foreign)) == .wrongIssuer)
    let caller = try await both.caller(both.token())
    let stranger = Caller(
      .application, tenantID: try #require(GUID(other)), objectID: try #require(caller.objectID), applicationID: nil,
      roles: [])
    #expect(stranger.actor != caller.actor)
  }

  @Test("A bad signature is told before whatever else is wrong")
  func order() async throws {
    let fixture = try TokenFixture()
    let wrong: JSONObject = ["aud": "x", "exp": 1, "idtyp": nil]
    #expect(try await fixture.refusal(of: TokenOrder(.app, signer: .stranger, claims: wrong)) == .badSignature)
    #expect(try await fixture.refusal(of: TokenOrder(.app, claims: wrong)) == .wrongAudience)
    #expect(try await fixture.refusal(of: TokenOrder(.app, claims: ["exp": 1, "idtyp": nil])) == .tokenExpired)
  }
}
