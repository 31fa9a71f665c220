import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

/// Holds what the client sends against the official shapes, where the contract files are at hand.
@Suite("Contract", .timeLimit(.minutes(2)))
struct GraphContractTests {
  @Test(
    "Every function of the client speaks as the official description has it",
    .enabled(if: OfficialShapes.isAvailable, "\(OfficialShapes.reasonToSkip)"))
  func everyFunction() async throws {
    let record = RecordedLines()
    let roles = try await TenantGraph().tenant.report("application")?["roles"]?.arrayValue?.compactMap(\.stringValue)
    let world = try TenantGraph(
      roles: (roles ?? []) + ["AppRoleAssignment.ReadWrite.All"], record: record)
    let journey = ClientJourney(world: world, graph: world.graph)
    try await journey.groups()
    try await journey.teams()
    try await journey.places()
    try await journey.applications()
    try await journey.connections()
    try await journey.people()
    try await journey.settings()
    try await journey.reading()
    #expect(try OfficialShapes.complaints(about: .traffic(record.text)).isEmpty)
    let called = Set(record.values.compactMap { $0["method"]?.stringValue })
    #expect(called == ["GET", "POST", "PATCH", "PUT", "DELETE"])
  }
}

/// Calls the functions of the client once each, and undoes what they did.
private struct ClientJourney {
  let world: TenantGraph
  let graph: GraphClient

  func groups() async throws {
    let (nora, owen) = (try await world.userID("nora.keane"), try await world.userID("owen.harbour"))
    let new = NewGroup(displayName: "Contract", mailNickname: "contract", owners: [nora], members: [owen])
    _ = try await graph.objections(toGroupNamed: "Contract", nickname: "contract")
    let group = try await graph.createGroup(new)
    _ = try await graph.creation(of: new, notBefore: world.timekeeper.now())
    _ = try await graph.findGroup(id: group.id)
    var changes = GroupChanges()
    changes.description = "x"
    try await graph.updateGroup(id: group.id, changes)
    try await graph.addMember(try await world.userID("emma.nolan"), toGroup: group.id)
    try await graph.addOwner(owen, toGroup: group.id)
    _ = try await graph.members(ofGroup: group.id)
    _ = try await graph.owners(ofGroup: group.id)
    try await graph.removeOwner(owen, fromGroup: group.id)
    try await graph.removeMember(owen, fromGroup: group.id)
    for value in [false, true, nil] { try await graph.setGuestAccess(ofGroup: group.id, to: value) }
    let premium = DirectoryUser.AssignedLicense(sku: "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46")
    try await graph.assignLicenses(toGroup: group.id, adding: [premium])
    try await graph.assignLicenses(toGroup: group.id, adding: [], removing: [premium.sku])
    _ = try await graph.groupPages(matching: "contract", teamsOnly: true).collect(maximum: 10)
    try await graph.deleteGroup(id: group.id)
    _ = try await graph.deletedGroups(nickname: "contract")
    _ = try await graph.restoreGroup(id: group.id)
    let template = DirectorySettingTemplate.groups
    _ = try await graph.directorySettingTemplates()
    let setting = try await graph.createDirectorySetting(template: template, values: ["AllowToAddGuests": "true"])
    try await graph.updateDirectorySetting(id: setting.id, values: ["AllowToAddGuests": "false"])
    try await graph.deleteDirectorySetting(id: setting.id)
    _ = try await graph.directorySettings()
  }

  func teams() async throws {
    let (nora, owen) = (try await world.userID("nora.keane"), try await world.userID("owen.harbour"))
    let group = try await graph.createGroup(
      NewGroup(displayName: "Contract team", mailNickname: "contract-team", owners: [nora]))
    var settings = TeamSettings()
    settings[.guest, "allowDeleteChannels"] = false
    let team = try await graph.makeTeam(ofGroup: group.id, settings)
    let link = try await graph.createTeam(NewTeam(displayName: "Template team", owner: nora))
    _ = try await graph.waitForOperation(link, deadline: .seconds(60))
    var changes = TeamChanges()
    changes.settings = team.settings
    try await graph.updateTeam(id: team.id, changes)
    for isArchived in [true, false] { _ = try await graph.setArchived(isArchived, team: team.id) }
    _ = try await graph.addMembers(
      [TeamMemberAddition(userID: owen, isOwner: true), TeamMemberAddition(userID: "nobody")], toTeam: team.id)
    let member = try #require(try await graph.members(ofTeam: team.id).first { $0.userID == owen })
    try await graph.setOwner(false, membership: member.id, ofTeam: team.id)
    try await graph.removeMember(membership: member.id, fromTeam: team.id)
    try await channels(of: team.id, owner: nora)
    let app = try #require(try await graph.teamsApps(matching: "Closing Checklist").first)
    let installed = try await graph.installApp(app.id, inTeam: team.id)
    try await graph.removeApp(installation: installed.id, fromTeam: team.id)
    // Uninstalling for a user is not in the contract file, so it is left out here.
    _ = try await graph.installApp(app.id, forUser: UserReference(nora))
  }

  private func channels(of team: String, owner: String) async throws {
    for channel in [
      NewChannel(displayName: "A", description: "x"), NewChannel(displayName: "B", kind: .private(owner: owner)),
      NewChannel(displayName: "C", kind: .shared(owner: owner)),
    ] { _ = try await graph.createChannel(channel, inTeam: team) }
    let open = try #require(try await graph.channel(named: "A", ofTeam: team))
    let closed = try #require(try await graph.channel(named: "B", ofTeam: team))
    _ = try await graph.primaryChannel(ofTeam: team)
    try await graph.updateChannel(id: open.id, ofTeam: team, description: "y")
    try await graph.addMember(owner, isOwner: true, toChannel: closed.id, team: team)
    _ = try await graph.members(ofChannel: closed.id, team: team)
    _ = try await graph.filesFolder(ofChannel: open.id, team: team)
    let tab = try await graph.createTab(.website("Site", url: "https://a.example"), inChannel: open.id, team: team)
    _ = try await graph.tabs(ofChannel: open.id, team: team)
    try await graph.deleteTab(id: tab.id, ofChannel: open.id, team: team)
    try await graph.deleteChannel(id: open.id, ofTeam: team)
  }

  func places() async throws {
    let group = try await world.groupID("Closings")
    let site = try #require(try await graph.site(ofGroup: group))
    _ = try await graph.site(id: site.id)
    _ = try await graph.drive(ofGroup: group)
    let list = try await graph.createList(
      NewSiteList(displayName: "Deeds", columns: [.init("Buyer", .text), .init("State", .choice(["open"]))]),
      onSite: site.id)
    _ = try await graph.lists(ofSite: site.id)
    _ = try await graph.list(list.id, ofSite: site.id)
    try await graph.deleteList(list.id, ofSite: site.id)
    let application = try guid("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
    let access = try await graph.grantSite(site.id, toApplication: application, named: "Archive", role: "read")
    _ = try await graph.permissions(ofSite: site.id)
    try await graph.removePermission(access.id, fromSite: site.id)
    let drive = try #require(try await graph.drive(ofUser: "nora.keane@harbourfinch.example"))
    let folder = try await graph.createFolder("Offers", in: "root", ofDrive: drive.id)
    _ = try await graph.item(folder.id, ofDrive: drive.id)
    let shared = try await graph.share(
      item: folder.id, ofDrive: drive.id, with: ["ann@bank.example"], role: "read", sendsInvitation: true)
    _ = try await graph.permissions(ofItem: folder.id, drive: drive.id)
    try await graph.removePermission(try #require(shared.first).id, fromItem: folder.id, drive: drive.id)
    let plan = try await graph.createPlan("Deeds", inGroup: group)
    let bucket = try await graph.createBucket("To do", inPlan: plan.id)
    _ = try await graph.plans(ofGroup: group)
    try await graph.deleteBucket(id: bucket.id, ofPlan: plan.id)
    try await graph.deletePlan(id: plan.id)
  }

  func applications() async throws {
    let trace = try guid("8bd644d1-64a1-4d4b-ae52-2e0cbf64e373")
    let made = try await graph.createServicePrincipal(appID: trace)
    _ = try await graph.servicePrincipal(id: made.id)
    let resource = try #require(
      try await graph.servicePrincipal(
        appID: try guid("00000003-0000-0000-c000-000000000000"), withRoles: true))
    for scopes in [["User.Read"], ["User.Read", "Mail.Read"], []] {
      try await graph.setPermissionGrant(ofClient: made.id, atResource: resource.id, scopes: scopes)
    }
    let role = try #require(resource.appRoles.first)
    let assignment = try await graph.grantAppRole(role.id, ofResource: resource.id, toServicePrincipal: made.id)
    _ = try await graph.appRoleAssignments(ofServicePrincipal: made.id)
    try await graph.revokeAppRole(assignment: assignment.id, ofResource: resource.id)
    try await graph.deleteServicePrincipal(id: made.id)
    let template = try #require(try await graph.applicationTemplates(named: "DocuSign").first)
    try await graph.instantiate(template: template.id, named: "Our DocuSign")
    let own = try #require(try await graph.servicePrincipals(named: "Our DocuSign").first)
    try await graph.deleteServicePrincipal(id: own.id)
  }

  func connections() async throws {
    let now = world.timekeeper.now()
    var new = NewSubscription(
      .users, resource: "users", notificationURL: "https://hooks.example/x", expiresAt: now + .seconds(7200))
    new.clientState = Secret("x")
    let subscription = try await graph.createSubscription(new)
    _ = try await graph.subscriptions()
    _ = try await graph.subscription(id: subscription.id)
    _ = try await graph.renewSubscription(id: subscription.id, until: now + .seconds(9000))
    try await graph.reauthorizeSubscription(id: subscription.id)
    try await graph.deleteSubscription(id: subscription.id)
    _ = try await graph.createExternalConnection(id: "deeds", name: "Deeds", description: "x")
    var title = ExternalProperty("title", "string")
    title.labels = ["title"]
    let operation = try await graph.registerSchema([title], ofExternalConnection: "deeds")
    _ = try await graph.waitForSchema(operation: operation, ofExternalConnection: "deeds", deadline: .seconds(60))
    _ = try await graph.externalConnections()
    try await graph.deleteExternalConnection(id: "deeds")
  }

  func people() async throws {
    let nora: UserReference = "nora.keane@harbourfinch.example"
    _ = try await graph.activeGlobalAdministrators()
    _ = try await graph.roleAssignments(ofPrincipal: try await world.userID("maeve.finch"))
    _ = try await graph.memberships(of: nora)
    _ = try await graph.allMemberships(of: nora)
    _ = try await graph.ownedObjects(of: nora)
    _ = try await graph.directReports(of: nora)
    try await graph.revokeSessions(of: nora)
    _ = try await graph.invite("ann@bank.example", displayName: "Ann")
  }

  func settings() async throws {
    for wish in GraphSettingsTests.wishes {
      let change = try await graph.change(wish.setting, to: wish.value)
      try await graph.write(change.before, to: wish.setting)
    }
    let policy = try await graph.createConditionalAccessPolicy([
      "displayName": "MFA", "state": "enabledForReportingButNotEnforced",
      "conditions": [
        "clientAppTypes": ["all"], "applications": ["includeApplications": ["All"]],
        "users": ["includeUsers": ["All"]],
      ], "grantControls": ["operator": "OR", "builtInControls": ["mfa"]],
    ])
    try await graph.updateConditionalAccessPolicy(id: policy.id, ["state": "disabled"])
    _ = try await graph.conditionalAccessPolicies()
    try await graph.deleteConditionalAccessPolicy(id: policy.id)
    let timeout = try await graph.createTimeoutPolicy("Idle", minutes: 60)
    _ = try await graph.timeoutPolicies()
    try await graph.deleteTimeoutPolicy(id: timeout.id)
    let lifecycle = try await graph.setGroupLifecycle(days: 180, types: "Selected", emails: nil)
    let group = try await world.groupID("Closings")
    for isSelected in [true, false] {
      try await graph.setSelected(isSelected, group: group, inLifecyclePolicy: lifecycle.id)
    }
    _ = try await graph.setGroupLifecycle(days: 365, types: "All", emails: "it@x.example")
    try await graph.deleteGroupLifecyclePolicy(id: lifecycle.id)
  }

  func reading() async throws {
    _ = try await graph.serviceHealth()
    _ = try await graph.serviceIssues()
    _ = try await graph.serviceMessagePage()
    _ = try await graph.directoryAuditPage(DirectoryAuditFilter(since: world.timekeeper.now() - .seconds(600)))
    for (path, select) in [
      ("/users/nora.keane@harbourfinch.example/manager", "displayName"), ("/users", "displayName"),
      ("/teams/\(try await world.groupID("Closings"))/channels", "displayName"),
      ("/admin/reportSettings", "displayConcealedNames"),
    ] { _ = try await graph.answer(GraphQuestion(path, select: [select])) }
  }
}
