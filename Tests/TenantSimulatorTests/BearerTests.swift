import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Access to Graph")
struct BearerTests {
  @Test(
    "A request without a token that is believed is refused",
    arguments: [
      (nil, "Access token is empty."), ("", "Access token is empty."), ("Basic abc", "Access token is empty."),
      ("Bearer", "Access token is empty."), ("Bearer abc", "CompactToken parsing failed with error code: 80049217"),
    ] as [(String?, String)])
  func noToken(_ header: String?, _ message: String) async throws {
    let fixture = try await TenantFixture()
    var headers = HeaderFields()
    headers["Authorization"] = header
    let reply = try await fixture.send("GET", "/v1.0/organization", headers: headers)
    #expect(reply.outcome == "401 InvalidAuthenticationToken")
    #expect(reply.message == message)
    #expect(reply.headers["WWW-Authenticate"]?.hasPrefix("Bearer realm=\"\"") == true)
  }

  @Test(
    "A token that was tampered with, borrowed or misused is refused",
    arguments: [
      (TokenOrder(.graph, signer: .stranger), "Invalid signature."),
      (TokenOrder(.graph, signer: .none), "Invalid signature."),
      (TokenOrder(.graph, signer: .hmac), "Invalid signature."),
      (TokenOrder(.graph, header: ["alg": "HS256"]), "Invalid signature."),
      (TokenOrder(.graph, header: ["kid": "other"]), "Invalid signature."),
      (TokenOrder(.graph, claims: ["aud": "https://graph.windows.net"]), "Invalid audience."),
      (TokenOrder(.graph, claims: ["aud": .null]), "Invalid audience."), (TokenOrder(.exchange), "Invalid audience."),
      (TokenOrder(.app), "Invalid issuer."), (TokenOrder(.delegated), "Invalid issuer."),
      (TokenOrder(.id), "Invalid issuer."), (TokenOrder(.graph, claims: ["tid": "x"]), "Invalid issuer."),
      (TokenOrder(.graph, claims: ["exp": 1_700_000_000]), "the token is expired."),
      (TokenOrder(.graph, claims: ["nbf": 1_900_000_000]), "not yet valid."),
      (TokenOrder(.graph, claims: ["exp": "soon"]), "a required claim is missing."),
      (TokenOrder(.graph, claimsText: "[]"), "CompactToken parsing failed"),
      (TokenOrder(.graph, claimsText: #"{"aud":"a","aud":"b"}"#), "CompactToken parsing failed"),
    ])
  func badToken(_ order: TokenOrder, _ message: String) async throws {
    let fixture = try await TenantFixture()
    let token = try await fixture.tenant.issueToken(order)
    let reply = try await fixture.graph("GET", "/organization", token: token)
    #expect(reply.outcome == "401 InvalidAuthenticationToken")
    #expect(reply.message.contains(message), "\(reply.message)")
  }

  @Test("A token serves until it expires, and not longer")
  func expiry() async throws {
    let fixture = try await TenantFixture()
    #expect(try await fixture.graph("GET", "/organization").status == 200)
    fixture.timekeeper.advance(by: .seconds(5_400))
    let reply = try await fixture.graph("GET", "/organization")
    #expect(reply.message == "Lifetime validation failed, the token is expired.")
  }

  @Test(
    "Each operation asks for its permission, in the words of its service",
    arguments: [
      ("GET", "/organization", "403 Authorization_RequestDenied"),
      ("GET", "/domains", "403 Authorization_RequestDenied"),
      ("GET", "/subscribedSkus", "403 Authorization_RequestDenied"),
      ("GET", "/users", "403 Authorization_RequestDenied"),
      ("POST", "/users", "403 Authorization_RequestDenied"), ("GET", "/groups", "403 Authorization_RequestDenied"),
      ("GET", "/servicePrincipals", "403 Authorization_RequestDenied"),
      ("DELETE", "/directory/deletedItems/x", "403 Authorization_RequestDenied"),
      ("POST", "/users/x/assignLicense", "403 Authorization_RequestDenied"),
      ("GET", "/users/x/mailboxSettings", "403 ErrorAccessDenied"),
      ("GET", "/users/x/messages", "403 ErrorAccessDenied"),
      ("POST", "/users/x/sendMail", "403 ErrorAccessDenied"),
      ("POST", "/users/x/messages/y/send", "403 ErrorAccessDenied"),
    ])
  func permissions(_ method: String, _ path: String, _ outcome: String) async throws {
    let fixture = try await TenantFixture.holding(["Reports.Read.All"])
    #expect(try await fixture.graph(method, path).outcome == outcome)
  }

  @Test("An application without any role gets a token, and nothing with it")
  func noRoles() async throws {
    let fixture = try await TenantFixture.holding([])
    #expect(try await fixture.graph("GET", "/organization").outcome == "403 Authorization_RequestDenied")
  }

  @Test(
    "A path that leads nowhere is refused as such",
    arguments: [
      ("GET", "/v1.0/userz", "400 BadRequest", "Resource not found for the segment 'userz'."),
      ("GET", "/v1.0/users/x/licences", "400 BadRequest", "Resource not found for the segment 'licences'."),
      ("GET", "/v1.0/", "400 BadRequest", "The path names no resource."),
      ("GET", "/beta/users", "400 BadRequest", "Invalid version: beta"),
      ("GET", "/", "400 BadRequest", "Invalid version: "),
      (
        "GET", "/v1.0/servicePrincipals(name='x')", "400 BadRequest",
        "Resource not found for the segment 'servicePrincipals'."
      ),
      ("GET", "/v1.0/users(abc)", "400 BadRequest", "Resource not found for the segment 'users(abc)'."),
      ("GET", "/adminapi/beta/x/InvokeCommand", "400 BadRequest", "The tenant 'x' is not a valid tenant."),
      ("GET", "/v1.0/users/%zz", "400 BadRequest", "The path holds a malformed escape sequence."),
      ("PUT", "/v1.0/users", "405 Request_BadRequest", "Specified HTTP method is not allowed for the request target."),
    ])
  func unknownPath(_ method: String, _ path: String, _ outcome: String, _ message: String) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.send(method, path, headers: ["Authorization": "Bearer \(fixture.token)"])
    #expect(reply.outcome == outcome)
    #expect(reply.message == message)
  }

  @Test("A body needs its type, and must be JSON")
  func bodies() async throws {
    let fixture = try await TenantFixture()
    let typeless = try await fixture.graph("POST", "/users", text: "{}", type: "text/plain")
    #expect(typeless.outcome == "415 UnsupportedMediaType")
    let broken = try await fixture.graph("POST", "/users", text: "{", type: "application/json")
    #expect(broken.outcome == "400 BadRequest")
    #expect(try await fixture.graph("POST", "/users").message == "Empty Payload. JSON content expected.")
    let etag: JSONValue = ["@odata.type": "#microsoft.graph.group", "jobTitle": "x"]
    let mistyped = try await fixture.graph("PATCH", "/users/nora.keane@harbourfinch.example", json: etag)
    #expect(mistyped.outcome == "400 Request_BadRequest")
    let bound: JSONValue = ["@odata.bind": "x"]
    #expect(
      try await fixture.graph("PATCH", "/users/nora.keane@harbourfinch.example", json: bound).message
        == "Invalid property '@odata.bind'.")
    let typed: JSONValue = ["@odata.type": "#microsoft.graph.user", "jobTitle": "x"]
    #expect(try await fixture.graph("PATCH", "/users/nora.keane@harbourfinch.example", json: typed).status == 204)
  }
}
