import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

@Suite("Roles, memberships and invitations", .timeLimit(.minutes(1)))
struct GraphRolesTests {
  @Test("The Global Administrators who can sign in are found, and the application's own role")
  func administrators() async throws {
    let world = try TenantGraph()
    let active = try await world.graph.activeGlobalAdministrators()
    #expect(active.map(\.displayName) == ["Maeve Finch", "Emergency Access"])
    let holders = try await world.graph.holders(ofRole: RoleTemplate.exchangeAdministrator.rawValue)
    #expect(holders.map(\.kind) == [.servicePrincipal])
    #expect(try await world.graph.holders(ofRole: "fe930be7-5e62-47db-91af-98c3a49a38b1").isEmpty)
    let assignments = try await world.graph.roleAssignments(ofPrincipal: active[0].id)
    #expect(assignments.map(\.roleTemplateID) == [RoleTemplate.globalAdministrator.rawValue])
    #expect(assignments.map(\.scope) == ["/"])
    #expect(try await world.graph.roleAssignments(ofPrincipal: try await world.userID("nora.keane")).isEmpty)
  }

  @Test("An administrator who is blocked or gone is none who can sign in")
  func blockedAdministrator() async throws {
    let fixture = GraphFixture()
    fixture.transport.on(
      .get, "/v1.0/directoryRoles",
      .json(
        200,
        ["value": [["id": "r", "roleTemplateId": .string(RoleTemplate.globalAdministrator.rawValue.uppercased())]]]))
    let people: [JSONValue] = ["a", "b", "c"].map { ["id": .string($0), "@odata.type": "#microsoft.graph.user"] }
    let application: JSONValue = ["id": "s", "@odata.type": "#microsoft.graph.servicePrincipal"]
    fixture.transport.on(
      .get, "/v1.0/directoryRoles/r/members", .json(200, ["value": .array(people + [application])]))
    func user(_ id: String, _ isEnabled: Bool) -> ScriptedTransport.Reply {
      .json(200, ["id": .string(id), "userPrincipalName": "x@x.com", "accountEnabled": .bool(isEnabled)])
    }
    fixture.transport.on(.get, "/v1.0/users/a", user("a", true))
    fixture.transport.on(.get, "/v1.0/users/b", user("b", false))
    fixture.transport.on(.get, "/v1.0/users/c", GraphFixture.error(404, "Request_ResourceNotFound"))
    #expect(try await fixture.graph.activeGlobalAdministrators().map(\.id) == ["a"])
    #expect(fixture.transport.surprises.isEmpty)
  }

  @Test("Memberships tell groups and roles apart, and what is owned")
  func memberships() async throws {
    let world = try TenantGraph()
    let maeve: UserReference = "maeve.finch@harbourfinch.example"
    let direct = try await world.graph.memberships(of: maeve)
    #expect(direct.map(\.kind) == [.group, .group, .directoryRole])
    #expect(direct[0].group?.hasTeam == true)
    #expect(direct[0].group?.isUnified == true)
    #expect(direct[1].group?.isMailEnabled == true)
    #expect(direct[1].group?.isUnified == false)
    #expect(direct[2].roleTemplateID == RoleTemplate.globalAdministrator.rawValue)
    #expect(try await world.graph.allMemberships(of: maeve).count == 3)
    #expect(try await world.graph.ownedObjects(of: maeve).map(\.displayName) == ["Management"])
    let reports = try await world.graph.directReports(of: "nora.keane@harbourfinch.example")
    #expect(reports.map(\.displayName) == ["Test User One", "Test User Two"])
    let nobody = try await adminError { _ = try await world.graph.memberships(of: "nobody@harbourfinch.example") }
    #expect(nobody.code == .userNotFound)
  }

  @Test("Sessions are revoked; a user kept on premises is refused with the reason")
  func sessions() async throws {
    let world = try TenantGraph()
    try await world.graph.revokeSessions(of: "rory.quinn@harbourfinch.example")
    #expect(await world.count("sessionsRevoked") == 1)
    let seamus: UserReference = "seamus.daly@harbourfinch.example"
    #expect(try await world.graph.user(seamus).isSynchronized)
    var changes = UserChanges()
    changes.jobTitle = "x"
    let refused = try await adminError { try await world.graph.updateUser(seamus, changes) }
    #expect(refused.graphFault == .masteredOnPremises)
    #expect(refused.message.contains("seamus.daly@harbourfinch.example"))
    let maeve = try await adminError {
      var block = UserChanges()
      block.isEnabled = false
      try await world.graph.updateUser("maeve.finch@harbourfinch.example", block)
    }
    #expect(maeve.graphFault == .targetProtected)
  }

  @Test("A guest is invited, and again, and stays one")
  func invitations() async throws {
    let world = try TenantGraph()
    let first = try await world.graph.invite("ann@bank.example", displayName: "Ann")
    #expect(first.status == "PendingAcceptance")
    #expect(first.redeemURL?.hasPrefix("https://") == true)
    #expect(try await world.graph.user(UserReference(first.userID)).isGuest)
    #expect(try await world.graph.invite("ann@bank.example").userID == first.userID)
    let policy = TenantSetting.authorization
    try await world.graph.write(["allowInvitesFrom": "none"], to: policy)
    let refused = try await adminError { _ = try await world.graph.invite("bob@bank.example") }
    #expect(refused.graphFault == .guestsRefused)
    #expect(refused.message.contains("Nobody may be invited"))
  }

  @Test("Licences are taken and given back as they were, plans that were off included")
  func licenses() async throws {
    let world = try TenantGraph()
    let user: UserReference = "test.user1@harbourfinch.example"
    let standard = "f245ecc8-75af-4f8e-b61f-27d8114de5f3"
    let plan = "7547a3fe-08ee-4ccb-b430-5077c5041653"
    try await world.graph.assignLicenses(
      to: user, adding: [DirectoryUser.AssignedLicense(sku: standard, disabledPlans: [plan])])
    let before = try await world.graph.user(user).assignedLicenses
    #expect(before == [DirectoryUser.AssignedLicense(sku: standard, disabledPlans: [plan])])
    try await world.graph.assignLicenses(to: user, adding: [String](), removing: before.map(\.sku))
    #expect(try await world.graph.user(user).assignedLicenses.isEmpty)
    try await world.graph.assignLicenses(to: user, adding: before)
    #expect(try await world.graph.user(user).assignedLicenses == before)
  }

  @Test("A group gives its members licences")
  func groupLicenses() async throws {
    let world = try TenantGraph()
    let id = try await world.groupID("VPN Users")
    let premium = "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46"
    try await world.graph.assignLicenses(toGroup: id, adding: [DirectoryUser.AssignedLicense(sku: premium)])
    #expect(try await world.graph.group(id: id).licenses == [premium])
    let lukas = try await world.graph.user("lukas.meyer@harbourfinch.example")
    let state = try #require(lukas.licenseStates.first { $0.group == id })
    #expect(state.sku == premium)
    try await world.graph.assignLicenses(toGroup: id, adding: [], removing: [premium])
    #expect(try await world.graph.group(id: id).licenses.isEmpty)
  }
}
