import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Roles, memberships and invitations")
struct RoleTests {
  private static let globalAdministrator = "62e90394-69f5-4237-9190-012177145e10"

  @Test("Roles in use are listed with whoever holds them")
  func roles() async throws {
    let fixture = try await TenantFixture()
    let roles = try await fixture.graph("GET", "/directoryRoles")
    #expect(
      roles.values.map { $0["displayName"] } == [
        "Global Administrator", "Exchange Administrator", "Compliance Administrator",
      ])
    let filter = "$filter=roleTemplateId%20eq%20'\(Self.globalAdministrator)'"
    let role = try await fixture.graph("GET", "/directoryRoles?\(filter)").values[0]["id"]?.stringValue ?? ""
    let holders = try await fixture.graph("GET", "/directoryRoles/\(role)/members?$select=displayName")
    #expect(holders.values.map { $0["displayName"] } == ["Maeve Finch", "Emergency Access"])
    let exchange = roles.values[1]["id"]?.stringValue ?? ""
    let application = try await fixture.graph("GET", "/directoryRoles/\(exchange)/members")
    #expect(application.values.map { $0["@odata.type"] } == ["#microsoft.graph.servicePrincipal"])
    #expect(try await fixture.graph("GET", "/directoryRoles/\(SKU.basic)/members").status == 404)
    let definitions = try await fixture.graph(
      "GET", "/roleManagement/directory/roleDefinitions?$filter=displayName%20eq%20'Global%20Reader'")
    #expect(definitions.values.map { $0["isBuiltIn"] } == [true])
    let maeve = try await fixture.userID("maeve.finch")
    let assigned = try await fixture.graph(
      "GET", "/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'\(maeve)'")
    #expect(assigned.values.map { $0["roleDefinitionId"] } == [.string(Self.globalAdministrator)])
  }

  @Test("A role is given and taken, and the last Global Administrator stays")
  func assignment() async throws {
    let fixture = try await TenantFixture.holding([
      "RoleManagement.ReadWrite.Directory", "User.ReadWrite.All", "User.Read.All",
    ])
    let nora = try await fixture.userID("nora.keane")
    let path = "/roleManagement/directory/roleAssignments"
    let body: JSONValue = [
      "roleDefinitionId": .string(Self.globalAdministrator), "principalId": .string(nora), "directoryScopeId": "/",
    ]
    let made = try await fixture.graph("POST", path, json: body)
    #expect(made.status == 201, "\(made.text)")
    #expect(try await fixture.graph("POST", path, json: body).outcome == "400 Request_BadRequest")
    // Whoever holds a role is out of an application's reach from now on.
    let change = try await fixture.graph("PATCH", "/users/\(nora)", json: ["accountEnabled": false])
    #expect(change.outcome == "403 Authorization_RequestDenied")
    #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").status == 204)
    #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").status == 404)
    let all = try await fixture.graph("GET", path)
    let administrators = all.values.filter { $0["roleDefinitionId"] == .string(Self.globalAdministrator) }
    var statuses: [Int] = []
    for one in administrators {
      statuses.append(try await fixture.graph("DELETE", "\(path)/\(one["id"]?.stringValue ?? "")").status)
    }
    #expect(statuses == [204, 400])
    for (name, value) in [("roleDefinitionId", SKU.basic), ("principalId", SKU.basic), ("directoryScopeId", "/x")] {
      var wrong = body.objectValue ?? [:]
      wrong[name] = .string(value)
      #expect((400...404).contains(try await fixture.graph("POST", path, json: .object(wrong)).status))
    }
    #expect(await fixture.count("roleAssigned") == 1)
    let reader = try await TenantFixture.holding(["RoleManagement.Read.Directory"])
    #expect(try await reader.graph("POST", path, json: body).status == 403)
  }

  @Test("Memberships tell groups and roles, and reach through groups where they are asked to")
  func memberships() async throws {
    let fixture = try await TenantFixture()
    let inner = try await fixture.graph("POST", "/groups", json: .newSecurityGroup("inner"))
    let outer = try await fixture.graph("POST", "/groups", json: .newSecurityGroup("outer"))
    let maeve = try await fixture.reference("maeve.finch")
    #expect(try await fixture.graph("POST", "/groups/\(inner.id)/members/$ref", json: maeve).status == 204)
    let reference = JSONValue.reference("/groups/\(inner.id)")
    #expect(try await fixture.graph("POST", "/groups/\(outer.id)/members/$ref", json: reference).status == 204)
    let user = "/users/maeve.finch@harbourfinch.example"
    let direct = try await fixture.graph("GET", "\(user)/memberOf?$select=displayName")
    #expect(
      direct.values.map { $0["displayName"] } == ["Management", "All Staff", "The inner", "Global Administrator"])
    #expect(direct.values.last?["@odata.type"] == "#microsoft.graph.directoryRole")
    let all = try await fixture.graph("GET", "\(user)/transitiveMemberOf?$select=displayName")
    #expect(all.values.contains { $0["displayName"] == "The outer" })
    let owned = try await fixture.graph("GET", "\(user)/ownedObjects")
    #expect(owned.values.map { $0["displayName"] } == ["Management"])
  }

  @Test("A user kept on premises is refused everything but licences and where they are used")
  func synchronized() async throws {
    let fixture = try await TenantFixture()
    let user = "/users/seamus.daly@harbourfinch.example"
    #expect(
      try await fixture.graph("GET", "\(user)?$select=onPremisesSyncEnabled").json["onPremisesSyncEnabled"] == true)
    let reference = try await fixture.reference("owen.harbour")
    for (method, path, body) in [
      ("PATCH", "", ["jobTitle": "x"]), ("PATCH", "", ["usageLocation": "DE", "accountEnabled": false]),
      ("DELETE", "", nil), ("PUT", "/manager/$ref", reference), ("DELETE", "/manager/$ref", nil),
    ] as [(String, String, JSONValue?)] {
      let reply = try await fixture.graph(method, user + path, json: body)
      #expect(reply.outcome == "400 Request_BadRequest")
      #expect(reply.message.contains("on-premises mastered"))
    }
    #expect(try await fixture.graph("PATCH", user, json: ["usageLocation": "DE"]).status == 204)
    #expect(try await fixture.graph("POST", "\(user)/revokeSignInSessions").status == 200)
    let swap = SKU.assignment([SKU.premium], removing: [SKU.standard])
    #expect(try await fixture.graph("POST", "\(user)/assignLicense", json: swap).status == 200)
  }

  // MARK: Invitations

  private static func invitation(_ email: String) -> JSONValue {
    [
      "invitedUserEmailAddress": .string(email), "inviteRedirectUrl": "https://myapplications.microsoft.com",
      "sendInvitationMessage": true, "invitedUserMessageInfo": ["customizedMessageBody": "Welcome"],
    ]
  }

  @Test("A guest is invited once and stays the same one")
  func invitations() async throws {
    let fixture = try await TenantFixture()
    let made = try await fixture.graph("POST", "/invitations", json: Self.invitation("ann@bank.example"))
    #expect(made.status == 201, "\(made.text)")
    #expect(made.json["status"] == "PendingAcceptance")
    let id = made.json["invitedUser"]?["id"]?.stringValue ?? ""
    let guest = try await fixture.graph(
      "GET", "/users/\(id)?$select=userType,mail,userPrincipalName,externalUserState")
    #expect(guest.json["userType"] == "Guest")
    #expect(guest.json["userPrincipalName"] == "ann_bank.example#EXT#@harbourfinch.onmicrosoft.com")
    #expect(guest.json["externalUserState"] == "PendingAcceptance")
    let again = try await fixture.graph("POST", "/invitations", json: Self.invitation("ANN@bank.example"))
    #expect(again.json["invitedUser"]?["id"] == .string(id))
    let known = try await fixture.graph("POST", "/invitations", json: Self.invitation("alex.berg@norsund.example"))
    #expect(known.json["status"] == "Accepted")
    #expect(await fixture.count("invitationSent") == 3)
    #expect(await fixture.count("userCreated") == 1)
  }

  @Test("An invitation that cannot be is refused")
  func invitationRefusals() async throws {
    let fixture = try await TenantFixture()
    for body in [
      Self.invitation("nobody"), Self.invitation("new@harbourfinch.example"),
      Self.invitation("a@b.example").without("inviteRedirectUrl"), Self.invitation("a@b.example").without("x"),
    ].dropLast() {
      #expect(try await fixture.graph("POST", "/invitations", json: body).outcome == "400 BadRequest")
    }
    let closed: JSONValue = ["allowInvitesFrom": "none"]
    #expect(try await fixture.graph("PATCH", "/policies/authorizationPolicy", json: closed).status == 204)
    let refused = try await fixture.graph("POST", "/invitations", json: Self.invitation("a@b.example"))
    #expect(refused.outcome == "403 Forbidden")
    #expect(await fixture.count("invitationSent") == 0)
  }

  // MARK: Licences by way of groups

  @Test("A group gives its members a licence a little later, and takes it with the membership")
  func groupLicenses() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .seconds(5), mailbox: .zero))
    let group = try await fixture.groupID("VPN Users")
    let rory = "/users/rory.quinn@harbourfinch.example"
    let reference = try await fixture.reference("rory.quinn")
    #expect(try await fixture.graph("POST", "/groups/\(group)/members/$ref", json: reference).status == 204)
    let assign = try await fixture.graph(
      "POST", "/groups/\(group)/assignLicense", json: SKU.assignment([SKU.standard]))
    #expect(assign.status == 202)
    #expect(assign.body.isEmpty)
    let select = "?$select=assignedLicenses,licenseAssignmentStates,mail"
    #expect(try await fixture.graph("GET", rory + select).json["assignedLicenses"] == [])
    let queued = try await fixture.graph("GET", "/groups/\(group)?$select=licenseProcessingState,assignedLicenses")
    #expect(queued.json["licenseProcessingState"]?["state"] == "QueuedForProcessing")
    fixture.timekeeper.advance(by: .seconds(5))
    let given = try await fixture.graph("GET", rory + select)
    #expect(given.json["assignedLicenses"]?[0]?["skuId"] == .string(SKU.standard))
    #expect(given.json["licenseAssignmentStates"]?[0]?["assignedByGroup"] == .string(group))
    #expect(given.json["mail"] == "rory.quinn@harbourfinch.example")
    let direct = try await fixture.graph(
      "POST", "\(rory)/assignLicense", json: SKU.assignment([], removing: [SKU.standard]))
    #expect(
      direct.message
        == "User license is inherited from a group membership and it cannot be removed directly from the user.")
    let id = try await fixture.userID("rory.quinn")
    #expect(try await fixture.graph("DELETE", "/groups/\(group)/members/\(id)/$ref").status == 204)
    #expect(try await fixture.graph("GET", rory + select).json["assignedLicenses"] == [])
    let back = try await fixture.graph(
      "POST", "/groups/\(group)/assignLicense", json: SKU.assignment([], removing: [SKU.standard]))
    #expect(back.status == 202)
  }

  @Test("What a group cannot give is told with the reason, and given when it can be")
  func groupLicenseErrors() async throws {
    let fixture = try await TenantFixture()
    let group = try await fixture.groupID("VPN Users")
    let assign = SKU.assignment([SKU.basic])
    #expect(try await fixture.graph("POST", "/groups/\(group)/assignLicense", json: assign).status == 202)
    let lukas = "/users/lukas.meyer@harbourfinch.example"
    let states = try await fixture.graph("GET", "\(lukas)?$select=licenseAssignmentStates")
    let state = states.json["licenseAssignmentStates"]?.arrayValue?.last
    #expect(state?["state"] == "Error")
    #expect(state?["error"] == "CountViolation")
    let shown = try await fixture.graph("GET", "/groups/\(group)?$select=hasMembersWithLicenseErrors")
    #expect(shown.json["hasMembersWithLicenseErrors"] == true)
    // One seat for each of the two members.
    let free = SKU.assignment([], removing: [SKU.basic])
    for name in ["hannah.byrne", "james.doyle"] {
      let path = "/users/\(name)@harbourfinch.example/assignLicense"
      #expect(try await fixture.graph("POST", path, json: free).status == 200)
    }
    let later = try await fixture.graph("GET", "\(lukas)?$select=licenseAssignmentStates")
    let errors = later.json["licenseAssignmentStates"]?.arrayValue?.compactMap { $0["error"]?.stringValue }
    // Two plans for mailboxes of one class go together when they are the same plan.
    #expect(errors?.contains("CountViolation") == false)
  }

  @Test("Licences by way of groups need a plan that not everybody buys")
  func groupLicensePremium() async throws {
    let seed = try Seed.standard().setting(
      "products",
      to: [
        ["partNumber": "O365_BUSINESS_ESSENTIALS", "seats": 2], ["partNumber": "O365_BUSINESS_PREMIUM", "seats": 40],
        ["partNumber": "SPB", "seats": 30, "status": "Suspended"], ["partNumber": "POWER_BI_STANDARD", "seats": 10],
      ])
    let fixture = try await TenantFixture(seed: seed)
    let group = try await fixture.groupID("VPN Users")
    let reply = try await fixture.graph(
      "POST", "/groups/\(group)/assignLicense", json: SKU.assignment([SKU.standard]))
    #expect(reply.outcome == "403 AccessDenied")
    #expect(reply.message.contains("license"))
    let premium = try await TenantFixture()
    let vpn = try await premium.groupID("VPN Users")
    for wrong in [
      SKU.assignment([], removing: [SKU.standard]), SKU.assignment(["06ebc4ee-1bb5-47dd-8120-11324bc54e06"]),
    ] {
      let refused = try await premium.graph("POST", "/groups/\(vpn)/assignLicense", json: wrong)
      #expect(refused.outcome == "400 Request_BadRequest")
    }
  }
}
