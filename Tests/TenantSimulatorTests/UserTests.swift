import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Users")
struct UserTests {
  @Test("A user is created, read by id and by name, changed, and read again")
  func lifeOfAUser() async throws {
    let fixture = try await TenantFixture()
    let created = try await fixture.graph(
      "POST", "/users", json: .newUser("mary.new", changing: ["department": "Operations", "givenName": "Mary"]))
    #expect(created.status == 201)
    #expect(created.json["userPrincipalName"] == "mary.new@harbourfinch.example")
    #expect(created.json["department"] == nil)
    let id = created.id
    let read = try await fixture.graph(
      "GET", "/users/MARY.NEW%40harbourfinch.example?$select=id,department,usageLocation")
    #expect(read.json["id"] == .string(id))
    #expect(read.json["department"] == "Operations")
    #expect(read.json["usageLocation"] == "IE")
    #expect(read.json["displayName"] == nil)
    let changed = try await fixture.graph(
      "PATCH", "/users/\(id)", json: ["jobTitle": "Clerk", "department": .null, "accountEnabled": false])
    #expect(changed.status == 204)
    #expect(changed.body.isEmpty)
    let again = try await fixture.graph("GET", "/users('\(id)')?$select=jobTitle,department,accountEnabled")
    #expect(again.json["jobTitle"] == "Clerk")
    #expect(again.json["department"] == .null)
    #expect(again.json["accountEnabled"] == false)
    #expect(await fixture.count("userCreated") == 1)
    #expect(await fixture.count("userUpdated") == 1)
  }

  @Test("An answer without $select holds the default properties and no more")
  func defaultProjection() async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("GET", "/users/nora.keane@harbourfinch.example")
    let names = reply.json.objectValue?.keys ?? []
    #expect(
      Set(names) == [
        "@odata.context", "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone",
        "officeLocation", "preferredLanguage", "surname", "userPrincipalName", "id",
      ])
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let name: String
    let body: JSONValue
    let outcome: String
    let message: String
    var testDescription: String { name }
  }

  static let refusals: [Refusal] = [
    Refusal(
      name: "no password", body: JSONValue.newUser("a.b").without("passwordProfile"), outcome: "400 Request_BadRequest",
      message: "A value is required for property 'passwordProfile' of resource 'User'."),
    Refusal(
      name: "profile without password", body: .newUser("a.b", changing: ["passwordProfile": [:]]),
      outcome: "400 Request_BadRequest", message: "A value is required for property 'password' of resource 'User'."),
    Refusal(
      name: "no display name", body: JSONValue.newUser("a.b").without("displayName"),
      outcome: "400 Request_BadRequest",
      message: "A value is required for property 'displayName' of resource 'User'."),
    Refusal(
      name: "unknown property", body: .newUser("a.b", changing: ["departement": "IT"]),
      outcome: "400 Request_BadRequest", message: "Invalid property 'departement'."),
    Refusal(
      name: "read-only property", body: .newUser("a.b", changing: ["assignedLicenses": []]),
      outcome: "400 Request_BadRequest", message: "Property 'assignedLicenses' is read-only and cannot be set."),
    Refusal(
      name: "wrong type", body: .newUser("a.b", changing: ["accountEnabled": "yes"]),
      outcome: "400 Request_BadRequest",
      message: "Invalid value specified for property 'accountEnabled' of resource 'User'."),
    Refusal(
      name: "too long", body: .newUser("a.b", changing: ["department": .string(String(repeating: "x", count: 65))]),
      outcome: "400 Request_BadRequest",
      message: "Invalid value specified for property 'department' of resource 'User'."),
    Refusal(
      name: "empty text", body: .newUser("a.b", changing: ["jobTitle": ""]), outcome: "400 Request_BadRequest",
      message: "Invalid value specified for property 'jobTitle' of resource 'User'."),
    Refusal(
      name: "null name", body: .newUser("a.b", changing: ["displayName": .null]), outcome: "400 Request_BadRequest",
      message: "A value is required for property 'displayName' of resource 'User'."),
    Refusal(
      name: "country that is none", body: .newUser("a.b", changing: ["usageLocation": "XX"]),
      outcome: "400 Request_BadRequest",
      message: "Invalid value specified for property 'usageLocation' of resource 'User'."),
    Refusal(
      name: "nickname with a space", body: .newUser("a.b", changing: ["mailNickname": "a b"]),
      outcome: "400 Request_BadRequest",
      message: "Invalid value specified for property 'mailNickname' of resource 'User'."),
    Refusal(
      name: "accent in the sign-in name",
      body: .newUser("a.b", changing: ["userPrincipalName": "zoë@harbourfinch.example"]),
      outcome: "400 Request_BadRequest",
      message: "Invalid value specified for property 'userPrincipalName' of resource 'User'."),
    Refusal(
      name: "dot at the end", body: .newUser("a.b", changing: ["userPrincipalName": "zoe.@harbourfinch.example"]),
      outcome: "400 Request_BadRequest",
      message: "Invalid value specified for property 'userPrincipalName' of resource 'User'."),
    Refusal(
      name: "domain of somebody else", body: .newUser("a.b", changing: ["userPrincipalName": "a.b@contoso.com"]),
      outcome: "400 Request_BadRequest",
      message: "The domain portion of the userPrincipalName property is invalid. You must use one of the verified "
        + "domain names in your organization."),
    Refusal(
      name: "domain not verified",
      body: .newUser("a.b", changing: ["userPrincipalName": "a.b@closings.harbourfinch.example"]),
      outcome: "400 Request_BadRequest",
      message: "The domain portion of the userPrincipalName property is invalid. You must use one of the verified "
        + "domain names in your organization."),
    Refusal(
      name: "name taken", body: .newUser("nora.keane"), outcome: "400 Request_BadRequest",
      message: "Another object with the same value for property userPrincipalName already exists."),
    Refusal(
      name: "address held by a group", body: .newUser("all-staff"), outcome: "400 Request_BadRequest",
      message: "Another object with the same value for property proxyAddresses already exists."),
    Refusal(
      name: "password too short", body: .newUser("a.b", changing: ["passwordProfile": ["password": "Ab1!xyz"]]),
      outcome: "400 Request_BadRequest",
      message: "The specified password does not comply with password complexity requirements. Please provide a "
        + "different password."),
    Refusal(
      name: "password of two classes",
      body: .newUser("a.b", changing: ["passwordProfile": ["password": "lettersand1234"]]),
      outcome: "400 Request_BadRequest",
      message: "The specified password does not comply with password complexity requirements. Please provide a "
        + "different password."),
    Refusal(
      name: "password with the alias",
      body: .newUser("mary.new", changing: ["passwordProfile": ["password": "Mary.New-2931"]]),
      outcome: "400 Request_BadRequest",
      message: "The specified password does not comply with password complexity requirements. Please provide a "
        + "different password."),
    Refusal(
      name: "banned password", body: .newUser("a.b", changing: ["passwordProfile": ["password": "P@ssw0rd1!"]]),
      outcome: "400 Request_BadRequest",
      message: "The specified password is too weak: it contains a word, phrase or pattern that is banned. Choose a "
        + "password that's difficult for people to guess."),
    Refusal(
      name: "password from the company's name",
      body: .newUser("a.b", changing: ["passwordProfile": ["password": "Settlement1!"]]),
      outcome: "400 Request_BadRequest",
      message: "The specified password is too weak: it contains a word, phrase or pattern that is banned. Choose a "
        + "password that's difficult for people to guess."),
    Refusal(
      name: "not an object", body: ["a"], outcome: "400 BadRequest",
      message: "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid "
        + "JSON format."),
  ]

  @Test("A user the directory would not take is refused, and nothing is made", arguments: refusals)
  func refusesCreation(_ refusal: Refusal) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("POST", "/users", json: refusal.body)
    #expect(reply.outcome == refusal.outcome)
    #expect(reply.message == refusal.message)
    #expect(await fixture.count("userCreated") == 0)
    #expect(!reply.text.contains("Mary.New-2931"))
  }

  @Test("A conflict names the property in its details")
  func conflictDetails() async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("POST", "/users", json: .newUser("nora.keane"))
    let detail = reply.json["error"]?["details"]?[0]
    #expect(detail?["code"] == "ObjectConflict")
    #expect(detail?["target"] == "userPrincipalName")
  }

  @Test("An error carries the ids and the date, in body and headers")
  func errorEnvelope() async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("GET", "/users/nobody@harbourfinch.example")
    #expect(reply.outcome == "404 Request_ResourceNotFound")
    #expect(
      reply.message
        == "Resource 'nobody@harbourfinch.example' does not exist or one of its queried reference-property objects "
        + "are not present.")
    let inner = reply.json["error"]?["innerError"]
    #expect(inner?["date"] == "2026-01-05T08:00:00")
    #expect(inner?["client-request-id"] == .string(TenantFixture.clientID))
    #expect(inner?["request-id"]?.stringValue == reply.headers["request-id"])
    #expect(reply.headers["client-request-id"] == TenantFixture.clientID)
    #expect(reply.headers["Date"] == "Mon, 05 Jan 2026 08:00:00 GMT")
  }

  @Test(
    "A change the directory would not take is refused",
    arguments: [
      ("PATCH", "/users/nora.keane@harbourfinch.example", ["id": "x"], "400 Request_BadRequest"),
      ("PATCH", "/users/nora.keane@harbourfinch.example", ["displayName": .null], "400 Request_BadRequest"),
      (
        "PATCH", "/users/nora.keane@harbourfinch.example",
        ["userPrincipalName": "owen.harbour@harbourfinch.example"], "400 Request_BadRequest"
      ),
      ("PATCH", "/users/nora.keane@harbourfinch.example", ["mail": "x@y.example"], "400 Request_BadRequest"),
      (
        "PATCH", "/users/maeve.finch@harbourfinch.example", ["accountEnabled": false],
        "403 Authorization_RequestDenied"
      ),
      ("PATCH", "/users/nobody@harbourfinch.example", ["jobTitle": "x"], "404 Request_ResourceNotFound"),
      ("DELETE", "/users/maeve.finch@harbourfinch.example", .null, "403 Authorization_RequestDenied"),
      ("DELETE", "/users/nobody@harbourfinch.example", .null, "404 Request_ResourceNotFound"),
    ] as [(String, String, JSONValue, String)])
  func refusesChange(_ method: String, _ path: String, _ body: JSONValue, _ outcome: String) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph(method, path, json: body.isNull ? nil : body)
    #expect(reply.outcome == outcome)
    #expect(await fixture.count("userUpdated") == 0)
    #expect(await fixture.count("userDeleted") == 0)
  }

  @Test("Resetting a password asks for a permission of its own")
  func passwordPermission() async throws {
    let fixture = try await TenantFixture.holding(["User.ReadWrite.All"])
    let body: JSONValue = ["passwordProfile": ["password": "Zebra-Kite-42!"]]
    let path = "/users/test.user1@harbourfinch.example"
    #expect(try await fixture.graph("PATCH", path, json: body).outcome == "403 Authorization_RequestDenied")
    let other = try await TenantFixture.holding(["User-PasswordProfile.ReadWrite.All"])
    #expect(try await other.graph("PATCH", path, json: body).status == 204)
    #expect(
      try await other.graph("PATCH", path, json: ["jobTitle": "x"]).outcome == "403 Authorization_RequestDenied")
    #expect(
      try await other.graph("PATCH", path, json: ["accountEnabled": false]).outcome
        == "403 Authorization_RequestDenied")
  }

  @Test("A user mastered elsewhere cannot be changed here")
  func synchronizedUser() async throws {
    let seed = Seed(
      [
        "tenant": [
          "displayName": "Small", "country": "IE", "domains": [["name": "harbourfinch.example", "default": true]],
        ],
        "users": [
          ["userPrincipalName": "s@harbourfinch.example", "displayName": "S", "synchronized": true]
        ],
      ])
    let fixture = try await TenantFixture(seed: seed)
    let reply = try await fixture.graph("PATCH", "/users/s@harbourfinch.example", json: ["jobTitle": "x"])
    #expect(reply.outcome == "400 Request_BadRequest")
    #expect(reply.message.contains("on-premises mastered"))
    let read = try await fixture.graph("GET", "/users/s@harbourfinch.example?$select=onPremisesSyncEnabled")
    #expect(read.json["onPremisesSyncEnabled"] == true)
  }

  @Test("A user without a mailbox may have an address set, and be a guest")
  func addressAndKind() async throws {
    let fixture = try await TenantFixture()
    let changes: JSONObject = ["mail": "mary@elsewhere.example", "userType": "guest"]
    _ = try await fixture.graph("POST", "/users", json: .newUser("mary.new", changing: changes))
    let read = try await fixture.graph("GET", "/users/mary.new@harbourfinch.example?$select=mail,userType")
    #expect(read.json["mail"] == "mary@elsewhere.example")
    #expect(read.json["userType"] == "Guest")
  }

  @Test("A rename moves the user to its new name")
  func rename() async throws {
    let fixture = try await TenantFixture()
    let path = "/users/test.user1@harbourfinch.example"
    let body: JSONValue = ["userPrincipalName": "renamed@harbourfinch.example"]
    #expect(try await fixture.graph("PATCH", path, json: body).status == 204)
    #expect(try await fixture.graph("GET", path).status == 404)
    let read = try await fixture.graph("GET", "/users/renamed@harbourfinch.example?$select=proxyAddresses")
    #expect(
      read.json["proxyAddresses"]?.arrayValue?.prefix(2)
        == ["SMTP:test.user1@harbourfinch.example", "smtp:renamed@harbourfinch.example"])
    let mail: JSONValue = [
      "message": MessageTests.message(changing: [
        "toRecipients": [MessageTests.recipient("renamed@harbourfinch.example")]
      ])
    ]
    #expect(try await fixture.graph("POST", "\(MessageTests.sender)/sendMail", json: mail).status == 202)
    let inbox = try await fixture.graph("GET", "/users/renamed@harbourfinch.example/mailFolders/inbox/messages")
    #expect(inbox.values.count == 1)
  }

  @Test("The manager is read, set, expanded and taken away")
  func manager() async throws {
    let fixture = try await TenantFixture()
    let user = "/users/test.user1@harbourfinch.example"
    #expect(try await fixture.graph("GET", "\(user)/manager").json["displayName"] == "Nora Keane")
    let owen = try await fixture.userID("owen.harbour")
    let reference: JSONValue = ["@odata.id": .string("https://graph.microsoft.com/v1.0/users/\(owen)")]
    #expect(try await fixture.graph("PUT", "\(user)/manager/$ref", json: reference).status == 204)
    let expanded = try await fixture.graph("GET", "\(user)?$select=id&$expand=manager($select=id,displayName)")
    #expect(expanded.json["manager"]?["displayName"] == "Owen Harbour")
    #expect(expanded.json["manager"]?["mail"] == nil)
    let reports = try await fixture.graph("GET", "/users/\(owen)/directReports?$select=displayName")
    #expect(reports.values.contains { $0["displayName"] == "Test User One" })
    #expect(try await fixture.graph("DELETE", "\(user)/manager/$ref").status == 204)
    #expect(try await fixture.graph("GET", "\(user)/manager").outcome == "404 Request_ResourceNotFound")
    #expect(try await fixture.graph("DELETE", "\(user)/manager/$ref").outcome == "404 Request_ResourceNotFound")
  }

  @Test(
    "A reference that names nobody, or another service, is refused",
    arguments: [
      (["@odata.id": "https://graph.microsoft.com/v1.0/users/nobody@harbourfinch.example"], 404),
      (["@odata.id": "https://elsewhere.example/v1.0/users/nora.keane@harbourfinch.example"], 400),
      (["@odata.id": "https://graph.microsoft.com/v1.0/groups/x"], 400),
      (["@odata.id": "https://graph.microsoft.com/v1.0/users/test.user1@harbourfinch.example"], 400),
      (["id": "x"], 400),
    ] as [(JSONValue, Int)])
  func badReference(_ body: JSONValue, _ status: Int) async throws {
    let fixture = try await TenantFixture()
    let reply = try await fixture.graph("PUT", "/users/test.user1@harbourfinch.example/manager/$ref", json: body)
    #expect(reply.status == status)
  }

  @Test("Groups, teams and sessions of a user")
  func relations() async throws {
    let fixture = try await TenantFixture()
    let groups = try await fixture.graph("GET", "/users/owen.harbour@harbourfinch.example/memberOf")
    #expect(groups.values.map { $0["displayName"] } == ["Management", "All Staff"])
    #expect(groups.values[0]["@odata.type"] == "#microsoft.graph.group")
    let teams = try await fixture.graph("GET", "/users/owen.harbour@harbourfinch.example/joinedTeams")
    #expect(teams.values.map { $0["displayName"] } == ["Management"])
    let revoked = try await fixture.graph("POST", "/users/owen.harbour@harbourfinch.example/revokeSignInSessions")
    #expect(revoked.status == 200)
    #expect(revoked.json["value"] == true)
    #expect(await fixture.count("sessionsRevoked") == 1)
  }
}
