import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Seeds")
struct SeedTests {
  private static let small: JSONObject = [
    "tenant": [
      "displayName": "Small", "country": "DE",
      "domains": [["name": "small.example", "default": true], ["name": "small.onmicrosoft.com", "initial": true]],
    ]
  ]

  private static func seed(_ changes: JSONObject) -> Seed { Seed(.object(small.merging(changes))) }

  @Test("The built-in company is as promised: test users, seats, one product sold out, shared mailboxes, teams, mail")
  func standard() async throws {
    let fixture = try await TenantFixture()
    let state = await fixture.tenant.report()
    let users = state["users"]?.arrayValue ?? []
    #expect(users.contains { $0["userPrincipalName"] == "test.user1@harbourfinch.example" })
    #expect(users.contains { $0["userPrincipalName"] == "test.user2@harbourfinch.example" })
    #expect(users.count { $0["managerId"] != .null } >= 10)
    let basic = state["products"]?.arrayValue?.first { $0["skuPartNumber"] == "O365_BUSINESS_ESSENTIALS" }
    #expect(basic?["consumedUnits"] == basic?["prepaidUnits"]?["enabled"])
    #expect(state["mailboxes"]?.arrayValue?.count { $0["kind"] == "shared" } == 2)
    #expect(state["groups"]?.arrayValue?.count { $0["resourceProvisioningOptions"] == ["Team"] } == 2)
    #expect(state["sentMail"] == [])
    #expect(state["effects"] == [])
    #expect(fixture.tenant.domain == "harbourfinch.example")
  }

  @Test("The same seed gives the same ids; another number gives others")
  func determinism() async throws {
    let first = try SimulatedTenant(SimulatedTenant.Options(timekeeper: VirtualTimekeeper()))
    let second = try SimulatedTenant(SimulatedTenant.Options(timekeeper: VirtualTimekeeper()))
    let other = try SimulatedTenant(SimulatedTenant.Options(timekeeper: VirtualTimekeeper(), number: 1))
    #expect(first.credentials.tenantID == second.credentials.tenantID)
    #expect(first.credentials.clientSecret.reveal() == second.credentials.clientSecret.reveal())
    #expect(await first.report("users") == second.report("users"))
    #expect(first.credentials.tenantID != other.credentials.tenantID)
  }

  @Test("A seed of one's own sets every part")
  func everything() async throws {
    let id = "11111111-2222-4333-8444-555555555555"
    let text = """
      {
        "tenant": {"id": "\(id)", "displayName": "Own", "country": "DE", "city": "Ulm", "defaultUsageLocation": "AT",
                   "domains": [{"name": "own.example", "default": true}]},
        "application": {"clientId": "99999999-2222-4333-8444-555555555555", "displayName": "Admin",
                        "secrets": [{"value": "one", "expires": "2030-01-01"}, {"value": "two"}],
                        "roles": ["User.Read.All", "MailboxSettings.Read", "Exchange.ManageAsApp"]},
        "products": [{"partNumber": "SPB", "seats": 1, "warning": 2, "suspended": 3, "status": "Warning"}],
        "users": [
          {"userPrincipalName": "a@own.example", "displayName": "A", "licenses": ["SPB"], "usageLocation": "AT",
           "employeeId": "7", "mailboxReady": false, "createdDaysAgo": 2},
          {"userPrincipalName": "s@own.example", "displayName": "S", "mailbox": "shared", "sendAs": ["a@own.example"],
           "automaticReply": "Gone"}
        ],
        "groups": [{"displayName": "G", "mailNickname": "g", "kind": "security", "owners": ["a@own.example"]}],
        "generate": {"users": 3}, "lags": {"mailbox": 30}
      }
      """
    let clock = VirtualTimekeeper()
    let tenant = try SimulatedTenant(
      SimulatedTenant.Options(seed: try Seed(text: text), timekeeper: clock))
    #expect(tenant.credentials.tenantID == id)
    #expect(tenant.credentials.clientSecret.reveal() == "two")
    let state = await tenant.report()
    #expect(
      state["users"]?.arrayValue?.map { $0["displayName"] } == ["A", "S", "User 00001", "User 00002", "User 00003"])
    #expect(state["users"]?[0]?["employeeId"] == "7")
    #expect(state["users"]?[0]?["usageLocation"] == "AT")
    #expect(state["users"]?[2]?["usageLocation"] == "DE")
    #expect(state["users"]?[0]?["createdDateTime"] == "2026-01-03T08:00:00Z")
    #expect(state["products"]?[0]?["prepaidUnits"]?["warning"] == 2)
    #expect(state["application"]?["roles"] == ["User.Read.All", "MailboxSettings.Read", "Exchange.ManageAsApp"])
    #expect(state["mailboxes"]?.arrayValue?.map { $0["isReady"] } == [false, true])
    #expect(state["mailboxes"]?[1]?["settings"]?["automaticRepliesSetting"]?["status"] == "alwaysEnabled")
    #expect(state["groups"]?[0]?["owners"] == state["groups"]?[0]?["members"])
    #expect(state["lags"]?["mailbox"] == 30)
    clock.advance(by: .seconds(30))
    #expect(await tenant.report("mailboxes")?[0]?["isReady"] == true)
  }

  @Test("A thousand users are made in a blink and listed page by page")
  func generated() async throws {
    let many: JSONValue = ["users": 1000, "licenses": ["POWER_BI_STANDARD"]]
    let fixture = try await TenantFixture(seed: try Seed.standard().setting("generate", to: many))
    let first = try await fixture.graph("GET", "/users?$top=999&$select=id")
    #expect(first.values.count == 999)
    let rest = try await fixture.send(
      "GET", first.json["@odata.nextLink"]?.stringValue ?? "", headers: ["Authorization": "Bearer \(fixture.token)"])
    #expect(rest.values.count == 22)
    #expect(rest.json["@odata.nextLink"] == nil)
  }

  @Test(
    "A seed that is wrong is refused with the place",
    arguments: [
      (["tenants": [:]], "tenants is unknown; did you mean 'tenant'?"), (["tenant": 5], "tenant must be an object"),
      (["tenant": ["country": "DE"]], "tenant.domains must hold a verified domain"),
      (
        ["tenant": ["country": "DE", "domains": [["name": "a.example", "default": "yes"]]]],
        "tenant.domains[0].default must be true or false"
      ),
      (
        ["tenant": ["country": "DE", "domains": [["name": "a.example", "default": true]]]],
        "tenant.displayName is missing"
      ),
      (
        [
          "tenant": [
            "id": "x", "displayName": "A", "country": "DE", "domains": [["name": "a.example", "default": true]],
          ]
        ], "tenant.id must be a GUID"
      ),
      (["application": ["clientId": "x"]], "application.clientId must be a GUID"),
      (["application": ["roles": ["Nothing.Read"]]], "application.roles[0] names a role"),
      (["application": ["secrets": [["value": ""]]]], "application.secrets[0].value must be a text"),
      (
        ["application": ["secrets": [["value": "x", "expires": "soon"]]]],
        "application.secrets[0].expires must be a moment"
      ),
      (["products": [["partNumber": "X"]]], "products[0].partNumber is unknown"),
      (["products": [["partNumber": "SPB", "seats": -1]]], "products[0].seats must be a number"),
      (["users": 5], "users must be a list"), (["users": [5]], "users[0] must be an object"),
      (["users": [["displayName": "A"]]], "users[0].userPrincipalName is missing"),
      (
        ["users": [["userPrincipalName": "a@other.example", "displayName": "A"]]], "users[0].userPrincipalName must be"
      ),
      (
        ["users": [["userPrincipalName": "a@small.example", "displayName": "A", "licenses": ["SPB"]]]],
        "users[0].licenses[0] names a product"
      ),
      (
        ["users": [["userPrincipalName": "a@small.example", "displayName": "A", "manager": "b@small.example"]]],
        "users[0].manager names nobody"
      ),
      (
        ["users": [["userPrincipalName": "a@small.example", "displayName": "A", "mailbox": "room"]]],
        "users[0].mailbox can only be"
      ),
      (
        ["users": [["userPrincipalName": "a@small.example", "displayName": "A", "automaticReply": "x"]]],
        "users[0].automaticReply needs a mailbox"
      ),
      (
        [
          "users": [
            ["userPrincipalName": "a@small.example", "displayName": "A"],
            ["userPrincipalName": "A@small.example", "displayName": "B"],
          ]
        ], "users[1].userPrincipalName stands twice"
      ),
      (
        ["users": [["userPrincipalName": "a@small.example", "displayName": "A", "roles": ["King"]]]],
        "users[0].roles[0] is unknown"
      ),
      (
        ["users": [["userPrincipalName": "a@small.example", "displayName": "A", "invitation": "Accepted"]]],
        "users[0].invitation can be"
      ),
      (
        ["serviceIssues": [["id": "x", "title": "x", "service": "Pigeon post"]]],
        "serviceIssues[0].service is unknown"
      ),
      (["serviceMessages": [["id": "x"]]], "serviceMessages[0].title is missing"),
      (["groups": [["displayName": "G", "mailNickname": "g", "kind": "x"]]], "groups[0].kind must be"),
      (["groups": [["displayName": "G", "mailNickname": "g", "members": ["x"]]]], "groups[0].members[0] names nobody"),
      (["groups": [["displayName": "G", "mailNickname": "g", "members": [5]]]], "groups[0].members[0] must be a text"),
      (["mail": [["from": "x", "subject": "s"]]], "mail[0].from names nobody"),
      (
        [
          "users": [["userPrincipalName": "a@small.example", "displayName": "A"]],
          "mail": [["from": "a@small.example", "subject": "s"]],
        ], "mail[0].from has no mailbox"
      ),
      (
        [
          "users": [["userPrincipalName": "a@small.example", "displayName": "A", "mailbox": "shared"]],
          "mail": [["from": "a@small.example", "subject": "s"]],
        ], "mail[0] cannot be sent"
      ),
      (["generate": ["users": "many"]], "generate.users must be a number"), (["lags": 5], "lags must be an object"),
    ] as [(JSONObject, String)])
  func refusals(_ changes: JSONObject, _ message: String) throws {
    let error = #expect(throws: SeedError.self) {
      try SimulatedTenant(SimulatedTenant.Options(seed: Self.seed(changes), timekeeper: VirtualTimekeeper()))
    }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test("A seed that is no JSON says where it stops being some")
  func noJSON() {
    let error = #expect(throws: SeedError.self) { try Seed(text: "{") }
    #expect(error?.description == "The seed is not valid JSON: unexpected end of input at byte 1")
  }

  @Test("The clouds have issuers of their own")
  func clouds() async throws {
    for (cloud, issuer) in [
      (.usgov, "https://sts.windows.net/"), (.usgovdod, "https://sts.windows.net/"),
      (.china, "https://sts.chinacloudapi.cn/"),
    ] as [(Configuration.Cloud, String)] {
      let tenant = try SimulatedTenant(
        SimulatedTenant.Options(cloud: cloud, timekeeper: VirtualTimekeeper()))
      let token = try await tenant.issueToken(TokenOrder(.graph))
      let claims = try JSONParser.parse(Base64.decode(token.split(separator: ".")[1], .url) ?? [])
      #expect(claims["iss"] == .string("\(issuer)\(tenant.credentials.tenantID)/"))
      let response = try await tenant.handle(
        SimulatedRequest("GET", "/v1.0/organization", headers: ["Authorization": "Bearer \(token)"]))
      #expect(response.status == 200)
    }
  }
}
