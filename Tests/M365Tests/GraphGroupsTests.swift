import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

@Suite("Groups", .timeLimit(.minutes(1)))
struct GraphGroupsTests {
  private let fixture = GraphFixture()

  @Test("A group is made, found, changed, deleted and brought back")
  func life() async throws {
    let world = try TenantGraph(lags: Lags())
    let (nora, owen) = (try await world.userID("nora.keane"), try await world.userID("owen.harbour"))
    var group = NewGroup(displayName: "Projects", mailNickname: "projects", owners: [nora], members: [owen])
    group.description = "All projects"
    #expect(try await world.graph.objections(toGroupNamed: "Projects", nickname: "projects").isEmpty)
    #expect(try await world.graph.creation(of: group, notBefore: world.timekeeper.now()) == .absent)
    let start = world.timekeeper.now()
    let made = try await world.graph.createGroup(group)
    #expect(made.isUnified)
    #expect(made.mailNickname == "projects")
    #expect(made.visibility == "Private")
    #expect(try await world.graph.creation(of: group, notBefore: start) == .ours(made))
    var changes = GroupChanges()
    changes.displayName = "Projects 2"
    changes.description = ""
    changes.visibility = "Public"
    try await world.graph.updateGroup(id: made.id, changes, isFresh: true)
    let changed = try await world.graph.group(id: made.id)
    #expect(changed.displayName == "Projects 2")
    #expect(changed.description == nil)
    if case .foreign = try await world.graph.creation(of: group, notBefore: start) {
    } else {
      Issue.record("somebody renamed it")
    }
    let taken = try await world.graph.objections(toGroupNamed: "x", nickname: "PROJECTS")
    #expect(taken.map(\.code) == ["ObjectConflict"])
    #expect(taken.map(\.target) == ["mailNickname"])
    let clash = try await adminError { _ = try await world.graph.createGroup(group) }
    #expect(clash.code == .teamNameTaken)

    try await world.graph.deleteGroup(id: made.id)
    try await world.graph.deleteGroup(id: made.id)
    #expect(try await world.graph.findGroup(id: made.id) == nil)
    #expect(try await adminError { _ = try await world.graph.group(id: made.id) }.code == .notFound)
    #expect(try await world.graph.deletedGroups(nickname: "projects").map(\.id) == [made.id])
    #expect(try await world.graph.groups(nickname: "projects").isEmpty)
    #expect(try await world.graph.restoreGroup(id: made.id).displayName == "Projects 2")
    #expect(await world.count("groupCreated") == 1)
    #expect(await world.count("groupDeleted") == 1)
  }

  @Test("With a group come as many people as fit, owners in both lists")
  func firstPeople() {
    let ids = (0..<30).map { "u\($0)" }
    let few = NewGroup(displayName: "x", mailNickname: "x", owners: ["a", "b"], members: ["b", "c"]).first
    #expect(few.owners == ["a", "b"])
    #expect(few.members == ["a", "b", "c"])
    let many = NewGroup(displayName: "x", mailNickname: "x", owners: ["a"], members: ids).first
    #expect(many.members.count + many.owners.count == NewGroup.maximumPeople)
    let owners = NewGroup(displayName: "x", mailNickname: "x", owners: ids, members: []).first
    #expect(owners.owners.count == 10)
    #expect(owners.members == owners.owners)
  }

  @Test("Members and owners are added once, removed once, and read with their kind")
  func people() async throws {
    let world = try TenantGraph()
    let id = try await world.groupID("Closings")
    let nora = try await world.userID("nora.keane")
    for _ in 0..<2 {
      try await world.graph.addMember(nora, toGroup: id)
      try await world.graph.addOwner(nora, toGroup: id)
    }
    let owners = try await world.graph.owners(ofGroup: id)
    #expect(owners.map(\.displayName) == ["Aoife Walsh", "Nora Keane"])
    #expect(owners.allSatisfy { $0.kind == .user && !$0.isGuest })
    #expect(try await world.graph.members(ofGroup: id).count == 5)
    for _ in 0..<2 {
      try await world.graph.removeMember(nora, fromGroup: id)
      try await world.graph.removeOwner(nora, fromGroup: id)
    }
    let last = try await adminError {
      try await world.graph.removeOwner(try await world.userID("aoife.walsh"), fromGroup: id)
    }
    #expect(last.graphFault == .lastOwner)
    #expect(last.code == .invalidArgument)
    #expect(await world.count("groupMemberAdded") == 1)
    #expect(await world.count("groupOwnerRemoved") == 1)
    let nobody = try await adminError { try await world.graph.addMember("nobody", toGroup: id) }
    #expect(nobody.code == .notFound)
  }

  @Test("Groups are listed by name, teams alone where they are asked for, page by page")
  func lists() async throws {
    let world = try TenantGraph()
    let first = try await world.graph.groupPage(size: 2)
    #expect(first.total == 4)
    #expect(first.items.map(\.displayName) == ["All Staff", "Closings"])
    let link = try #require(first.next)
    let second = try await world.graph.groupPage(size: 2, continuing: link)
    #expect(second.items.map(\.displayName) == ["Management", "VPN Users"])
    #expect(second.next == nil)
    let teams = try await world.graph.groupPages(teamsOnly: true).collect(maximum: 10)
    #expect(teams.map(\.displayName) == ["Closings", "Management"])
    #expect(teams.allSatisfy { $0.hasTeam })
    let found = try await world.graph.groupPages(matching: "clos", teamsOnly: true).collect(maximum: 10)
    #expect(found.map(\.mail) == ["closings-team@harbourfinch.example"])
    #expect(try await world.graph.groupPages(matching: "vpn", teamsOnly: true).collect(maximum: 10).isEmpty)
  }

  @Test("The naming policy's objections are told one by one")
  func naming() async throws {
    let world = try TenantGraph()
    _ = try await world.graph.createDirectorySetting(
      template: DirectorySettingTemplate.groups,
      values: ["PrefixSuffixNamingRequirement": "GRP_[GroupName]", "CustomBlockedWordsList": "payroll"])
    let objections = try await world.graph.objections(toGroupNamed: "Payroll", nickname: "GRP_x")
    #expect(objections.map(\.code) == ["ContainsBlockedWord", "MissingPrefixSuffix"])
    #expect(objections.map(\.target) == ["displayName", "displayName"])
    let group = NewGroup(displayName: "Payroll", mailNickname: "x", owners: [])
    let refused = try await adminError { _ = try await world.graph.createGroup(group) }
    #expect(refused.graphFault == .nameRefused)
    #expect(refused.message.contains("GRP_"))
  }

  @Test("Whether guests may join is written, read back and put back exactly")
  func guestAccess() async throws {
    let world = try TenantGraph()
    let id = try await world.groupID("Closings")
    #expect(try await world.graph.guestAccess(ofGroup: id) == nil)
    for value in [false, true, true, false, nil, nil] {
      try await world.graph.setGuestAccess(ofGroup: id, to: value)
      #expect(try await world.graph.guestAccess(ofGroup: id) == value)
    }
    #expect(await world.count("groupSettingCreated") == 1)
    #expect(await world.count("groupSettingChanged") == 3)
    #expect(await world.count("groupSettingDeleted") == 1)
  }

  @Test("A guest setting whose answer was lost is looked for before it is made again")
  func lostGuestAccess() async throws {
    let faults = FaultPlan([FaultRule(.dropAfter, method: "POST", path: "/v1.0/groups/*/settings", times: 1)])
    let world = try TenantGraph(faults: faults)
    let id = try await world.groupID("Closings")
    try await world.graph.setGuestAccess(ofGroup: id, to: false)
    #expect(try await world.graph.guestAccess(ofGroup: id) == false)
    #expect(await world.count("groupSettingCreated") == 1)
  }

  @Test("The tenant's settings are made from a template, changed as a whole and taken away")
  func directorySettings() async throws {
    let world = try TenantGraph()
    let template = try #require(
      try await world.graph.directorySettingTemplates().first { $0.id == DirectorySettingTemplate.groups })
    #expect(template.defaults["AllowToAddGuests"] == "true")
    #expect(try await world.graph.directorySetting(template: template.id) == nil)
    var values = template.defaults
    values["AllowToAddGuests"] = "false"
    let made = try await world.graph.createDirectorySetting(template: template.id, values: values)
    #expect(made.flag("AllowToAddGuests") == false)
    #expect(made.values == values)
    values["UsageGuidelinesUrl"] = "https://a.example"
    try await world.graph.updateDirectorySetting(id: made.id, values: values)
    #expect(try await world.graph.directorySetting(template: template.id)?.values == values)
    for _ in 0..<2 { try await world.graph.deleteDirectorySetting(id: made.id) }
    #expect(try await world.graph.directorySettings().isEmpty)
  }

  @Test("A group kept on premises is refused with the reason")
  func synchronized() async throws {
    fixture.transport.always(
      .patch, "/v1.0/groups/g",
      GraphFixture.error(
        400, "Request_BadRequest",
        "Unable to update the specified properties for on-premises mastered Directory Sync objects."))
    let error = try await adminError { try await fixture.graph.updateGroup(id: "g", GroupChanges()) }
    #expect(error.code == .permissionDenied)
    #expect(error.graphFault == .masteredOnPremises)
    #expect(error.message.contains("on premises"))
  }

  @Test("Odd answers about groups are errors, never guesses")
  func oddAnswers() async throws {
    fixture.transport.on(.post, "/v1.0/groups", .json(201, ["displayName": "x"]))
    let group = NewGroup(displayName: "x", mailNickname: "x", owners: [])
    #expect(try await adminError { _ = try await fixture.graph.createGroup(group) }.code == .outcomeUnknown)
    fixture.transport.on(.get, "/v1.0/groups/g/settings", .json(200, ["value": [["id": "s"]]]))
    #expect(try await adminError { _ = try await fixture.graph.guestAccess(ofGroup: "g") }.code == .graphFailed)
    fixture.transport.on(
      .get, "/v1.0/groups/g/members",
      .json(200, ["value": [["id": "a", "@odata.type": "#microsoft.graph.toaster"], ["id": "b"]]]))
    #expect(try await fixture.graph.members(ofGroup: "g").map(\.kind) == [.other, .other])
    #expect(fixture.transport.surprises.isEmpty)
  }
}
