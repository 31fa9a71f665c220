import AdminCore
import M365
import TestSupport
import Testing

@Suite("Users and the tenant", .timeLimit(.minutes(1)))
struct GraphUsersTests {
  private let fixture = GraphFixture()

  private func user(_ id: String, _ name: String, _ more: JSONObject = [:]) -> JSONValue {
    .object((["id": .string(id), "userPrincipalName": .string(name)] as JSONObject).merging(more))
  }

  private var newUser: NewUser {
    get throws {
      var user = NewUser(
        name: try #require(UserPrincipalName("ann.o'neil@Contoso.com")), displayName: "Ann O'Neil",
        password: Secret("hunter2!Hunter2"))
      user.givenName = "Ann"
      user.surname = "O'Neil"
      user.usageLocation = "DE"
      return user
    }
  }

  // MARK: The tenant

  @Test("The tenant tells its domains and country")
  func organization() async throws {
    fixture.transport.on(
      .get, "/v1.0/organization?$select=id,displayName,verifiedDomains,countryLetterCode,defaultUsageLocation",
      .json(
        200,
        [
          "value": [
            [
              "id": "t", "displayName": "Contoso", "countryLetterCode": "de", "defaultUsageLocation": nil,
              "verifiedDomains": [
                ["name": "contoso.onmicrosoft.com", "isInitial": true, "isDefault": false],
                ["name": "Contoso.com", "isInitial": false, "isDefault": true],
              ],
            ]
          ]
        ]))
    let tenant = try await fixture.graph.organization()
    #expect(tenant.displayName == "Contoso")
    #expect(tenant.hasVerified("CONTOSO.com"))
    #expect(!tenant.hasVerified("fabrikam.com"))
    #expect(tenant.defaultDomain == "contoso.com")
    #expect(tenant.initialDomain == "contoso.onmicrosoft.com")
    #expect(tenant.usageLocation == "DE")
    fixture.transport.on(.get, "/v1.0/organization", .json(200, ["value": []]))
    #expect(try await adminError { _ = try await fixture.graph.organization() }.code == .graphFailed)
  }

  @Test("Only verified domains that take mail are mail domains")
  func mailDomains() async throws {
    fixture.transport.on(
      .get, "/v1.0/domains",
      .json(
        200,
        [
          "value": [
            ["id": "Contoso.com", "isVerified": true, "supportedServices": ["Email", "Teams"]],
            ["id": "new.com", "isVerified": false, "supportedServices": ["Email"]],
            ["id": "intune.com", "isVerified": true, "supportedServices": []],
          ]
        ]))
    #expect(try await fixture.graph.mailDomains() == ["contoso.com"])
  }

  // MARK: Reading

  @Test("A user is read with all that was asked for")
  func reads() async throws {
    fixture.transport.on(
      .get, "/v1.0/users/ann@contoso.com",
      .json(
        200,
        user(
          "1", "ann@contoso.com",
          [
            "displayName": "Ann", "accountEnabled": false, "proxyAddresses": ["SMTP:ann@contoso.com"],
            "userType": "Guest", "createdDateTime": "2026-01-05T08:00:00Z", "onPremisesSyncEnabled": true,
            "assignedLicenses": [["skuId": "ABC", "disabledPlans": []]],
            "assignedPlans": [["service": "exchange", "capabilityStatus": "Enabled"]],
            "licenseAssignmentStates": [
              ["skuId": "ABC", "state": "Error", "error": "CountViolation", "assignedByGroup": "g"]
            ],
          ])))
    let found = try await fixture.graph.user("ann@contoso.com")
    #expect(found.displayName == "Ann")
    #expect(found.isEnabled == false)
    #expect(found.isGuest)
    #expect(found.isSynchronized)
    #expect(found.hasExchangePlan)
    #expect(found.licenses == ["abc"])
    #expect(found.licenseStates.map(\.sku) == ["abc"])
    #expect(found.licenseStates.map(\.state) == ["Error"])
    #expect(found.licenseStates.map(\.error) == ["CountViolation"])
    #expect(found.licenseStates.map(\.group) == ["g"])
    #expect(found.createdAt == Timestamp(iso8601: "2026-01-05T08:00:00Z"))
    #expect(found.reference == "1")
    #expect(fixture.requests[0].target.contains("$select=id,displayName,givenName"))
  }

  @Test("A user who is not there is an error, or nothing, as asked")
  func missing() async throws {
    fixture.transport.always(.get, "/v1.0/users/*", GraphFixture.error(404, "Request_ResourceNotFound"))
    let error = try await adminError { _ = try await fixture.graph.user("ann@contoso.com") }
    #expect(error.code == .userNotFound)
    #expect(try await fixture.graph.findUser("ann@contoso.com") == nil)
    fixture.transport.always(.get, "/v1.0/users", .json(200, ["value": [["id": 5]]]))
    let unreadable = try await adminError { _ = try await fixture.graph.userPage() }
    #expect(unreadable.code == .graphFailed)
  }

  @Test("A mail address finds its one user, nobody, or a question")
  func byAddress() async throws {
    fixture.transport.always(.get, "/v1.0/users/*", GraphFixture.error(404, "Request_ResourceNotFound"))
    fixture.transport.on(
      .get, "/v1.0/users", .json(200, ["value": [user("1", "a@x.com")]]), .json(200, ["value": []]),
      .json(200, ["value": [user("1", "a@x.com"), user("2", "b\u{202E}@x.com")]]))
    #expect(try await fixture.graph.user(address: "info'@x.com").id == "1")
    let query = try #require(fixture.requests.last)
    #expect(
      query.target.contains(
        "$filter=mail%20eq%20%27info%27%27@x.com%27%20or%20proxyAddresses/any(p:p%20eq%20%27smtp:info%27%27@x.com%27)"))
    #expect(query.target.contains("$count=true"))
    #expect(query.request.headers["ConsistencyLevel"] == "eventual")
    #expect(try await adminError { _ = try await fixture.graph.user(address: "x@x.com") }.code == .userNotFound)
    let several = try await adminError { _ = try await fixture.graph.user(address: "x@x.com") }
    #expect(several.code == .needsClarification)
    #expect(several.details == ["a@x.com", "b@x.com"])
  }

  @Test("A list searches by words, counts, and keeps one order")
  func lists() async throws {
    fixture.transport.always(.get, "/v1.0/users", .json(200, ["value": [user("1", "a@x.com")], "@odata.count": 1]))
    let page = try await fixture.graph.userPage(matching: #"an"n"#, size: 5000)
    #expect(page.total == 1)
    let target = try #require(fixture.requests.last?.target)
    #expect(target.contains("$search=%22displayName:an%5C%22n%22%20OR%20%22userPrincipalName:an"))
    #expect(target.contains("$orderby=displayName&$top=999&$count=true"))
    var users: [DirectoryUser] = []
    for try await page in fixture.graph.userPages() { users += page.items }
    #expect(users.map(\.id) == ["1"])
    #expect(fixture.requests.last?.target.contains("$search") == false)
  }

  @Test("Deleted twins are those of exactly this name")
  func twins() async throws {
    fixture.transport.on(
      .get, "/v1.0/directory/deletedItems/microsoft.graph.user",
      .json(
        200,
        [
          "value": [
            user("aaaa-bb", "aaaabbann@contoso.com"), user("cccc-dd", "ccccddjoann@contoso.com"),
            user("eeee", "ANN@contoso.com"),
          ]
        ]))
    let name = try #require(UserPrincipalName("Ann@contoso.com"))
    #expect(try await fixture.graph.deletedTwins(of: name).map(\.id) == ["aaaa-bb", "eeee"])
    #expect(fixture.requests[0].target.contains("endsWith(userPrincipalName,%27Ann@contoso.com%27)"))
  }

  // MARK: Changing

  @Test("A new user is made with what is known, the password where it belongs and nowhere else")
  func creates() async throws {
    fixture.transport.on(.post, "/v1.0/users", .json(201, user("1", "ann.o'neil@contoso.com")))
    #expect(try await fixture.graph.createUser(newUser).id == "1")
    #expect(
      fixture.requests[0].json == [
        "accountEnabled": true, "displayName": "Ann O'Neil", "givenName": "Ann", "surname": "O'Neil",
        "mailNickname": "ann.o'neil", "userPrincipalName": "ann.o'neil@contoso.com", "usageLocation": "DE",
        "passwordProfile": ["password": "hunter2!Hunter2", "forceChangePasswordNextSignIn": true],
      ])
    #expect(!"\(try newUser)".contains("hunter2"))
  }

  @Test("A refused password is neither echoed nor logged")
  func refusedPassword() async throws {
    fixture.transport.on(
      .post, "/v1.0/users",
      GraphFixture.error(400, "Request_BadRequest", "Invalid value hunter2!Hunter2 for password"))
    let error = try await adminError { _ = try await fixture.graph.createUser(newUser) }
    #expect(!JSONValue.object(error.json).text.contains("hunter2"))
    #expect(error.cause?.contains("hunter2") != true)
  }

  @Test("A made user whose answer is unreadable is an unknown outcome")
  func unreadable() async throws {
    fixture.transport.on(.post, "/v1.0/users", .json(201, ["x": 1]))
    #expect(try await adminError { _ = try await fixture.graph.createUser(newUser) }.code == .outcomeUnknown)
  }

  @Test("After an unclear end it is told whether the user is ours")
  func probes() async throws {
    let start = try #require(Timestamp(iso8601: "2026-01-05T08:00:00Z"))
    func reply(_ created: String, _ name: String) -> ScriptedTransport.Reply {
      .json(
        200,
        user(
          "1", "ann.o'neil@contoso.com",
          [
            "displayName": .string(name), "mailNickname": "ann.o'neil", "createdDateTime": .string(created),
          ]))
    }
    fixture.transport.on(
      .get, "/v1.0/users/*", GraphFixture.error(404, "Request_ResourceNotFound"),
      reply("2026-01-05T07:59:00Z", "Ann O'Neil"), reply("2026-01-05T07:50:00Z", "Ann O'Neil"),
      reply("2026-01-05T08:00:01Z", "Somebody"))
    #expect(try await fixture.graph.creation(of: newUser, notBefore: start) == .absent)
    if case .ours(let user) = try await fixture.graph.creation(of: newUser, notBefore: start) {
      #expect(user.id == "1")
    } else {
      Issue.record("not ours")
    }
    for _ in 0..<2 {
      guard case .foreign = try await fixture.graph.creation(of: newUser, notBefore: start) else {
        Issue.record("not foreign")
        continue
      }
    }
  }

  @Test("Changes are absolute; an empty text clears")
  func updates() async throws {
    fixture.transport.always(.patch, "/v1.0/users/*", .status(204))
    var changes = UserChanges()
    #expect(changes.isEmpty)
    changes.displayName = "New"
    changes.department = ""
    changes.isEnabled = false
    changes.password = Secret("new-password-1")
    changes.usageLocation = "US"
    changes.givenName = "a"
    changes.surname = "b"
    changes.jobTitle = "c"
    try await fixture.graph.updateUser("1", changes, isFresh: true)
    #expect(
      fixture.requests[0].json == [
        "displayName": "New", "givenName": "a", "surname": "b", "department": nil, "jobTitle": "c",
        "usageLocation": "US", "accountEnabled": false,
        "passwordProfile": ["password": "new-password-1", "forceChangePasswordNextSignIn": true],
      ])
  }

  @Test("Deleting what is gone is done; restoring gives the user back")
  func deletes() async throws {
    fixture.transport.on(
      .delete, "/v1.0/users/*", .status(204), GraphFixture.error(404, "Request_ResourceNotFound"),
      GraphFixture.error(403, "Authorization_RequestDenied"))
    try await fixture.graph.deleteUser("1")
    try await fixture.graph.deleteUser("1")
    #expect(try await adminError { try await fixture.graph.deleteUser("1") }.code == .permissionDenied)
    fixture.transport.on(.post, "/v1.0/directory/deletedItems/1/restore", .json(200, user("1", "a@x.com")))
    #expect(try await fixture.graph.restoreUser(id: "1").userPrincipalName == "a@x.com")
    #expect(fixture.requests.last?.request.body.isEmpty == true)
  }

  @Test("A manager is read, set by reference and removed")
  func manager() async throws {
    fixture.transport.on(
      .get, "/v1.0/users/1/manager", GraphFixture.error(404, "Request_ResourceNotFound"),
      .json(200, user("2", "boss@x.com")), GraphFixture.error(403, "Authorization_RequestDenied"))
    #expect(try await fixture.graph.manager(of: "1") == nil)
    #expect(try await fixture.graph.manager(of: "1")?.id == "2")
    #expect(try await adminError { _ = try await fixture.graph.manager(of: "1") }.code == .permissionDenied)
    fixture.transport.on(.put, "/v1.0/users/1/manager/$ref", .status(204))
    try await fixture.graph.setManager(of: "1", to: "boss'@x.com")
    #expect(
      fixture.requests.last?.json == ["@odata.id": "https://graph.microsoft.com/v1.0/users/boss%27@x.com"])
    fixture.transport.on(.delete, "/v1.0/users/1/manager/$ref", .status(204))
    try await fixture.graph.removeManager(of: "1")
    #expect(fixture.transport.unusedReplies == 0)
  }

  @Test("The teams of a user have ids and names")
  func teams() async throws {
    fixture.transport.on(
      .get, "/v1.0/users/1/joinedTeams", .json(200, ["value": [["id": "t", "displayName": "Team"], ["x": 1]]]))
    let teams = try await fixture.graph.joinedTeams(of: "1")
    #expect(teams.map(\.id) == ["t"])
    #expect(teams.map(\.name) == ["Team"])
  }

  @Test("The application as the tenant has it, and what it was granted")
  func servicePrincipals() async throws {
    let id = try #require(GUID("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"))
    let path = "/v1.0/servicePrincipals(appId='aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee')"
    fixture.transport.on(
      .get, path, .json(200, ["id": "sp", "appId": .string(id.text), "displayName": "Us", "accountEnabled": false]),
      GraphFixture.error(404, "Request_ResourceNotFound"), GraphFixture.error(403, "Authorization_RequestDenied"))
    let found = try #require(try await fixture.graph.servicePrincipal(appID: id))
    #expect(found.id == "sp")
    #expect(!found.isEnabled)
    #expect(try await fixture.graph.servicePrincipal(appID: id) == nil)
    #expect(
      try await adminError { _ = try await fixture.graph.servicePrincipal(appID: id) }.code == .permissionDenied)
    fixture.transport.on(
      .get, "/v1.0/servicePrincipals/sp/appRoleAssignments",
      .json(
        200,
        [
          "value": [
            ["id": "1", "appRoleId": "ROLE", "resourceId": "g", "resourceDisplayName": "Microsoft Graph"]
          ]
        ]))
    let granted = try await fixture.graph.appRoleAssignments(ofServicePrincipal: "sp")
    #expect(granted.map(\.roleID) == ["role"])
    #expect(granted.map(\.resourceName) == ["Microsoft Graph"])
    #expect(try await fixture.graph.grantedRoles() == nil)
    #expect(try await GraphFixture(roles: ["Mail.Send"]).graph.grantedRoles() == ["Mail.Send"])
  }
}
