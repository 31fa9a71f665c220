import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

@Suite("Teams", .timeLimit(.minutes(1)))
struct GraphTeamsTests {
  private let fixture = GraphFixture()

  private func group(_ world: TenantGraph, _ name: String = "projects") async throws -> DirectoryGroup {
    let nora = try await world.userID("nora.keane")
    return try await world.graph.createGroup(NewGroup(displayName: name, mailNickname: name, owners: [nora]))
  }

  @Test("A group becomes a team when Teams knows of it; the wait is told and has an end")
  func teamify() async throws {
    let world = try TenantGraph(lags: Lags(team: .seconds(40)))
    let group = try await group(world)
    let early = try await adminError { _ = try await world.graph.makeTeam(ofGroup: group.id) }
    #expect(early.graphFault == .notReady)
    #expect(early.isRetryable)
    let short = try await world.graph.makeTeam(ofGroup: group.id, deadline: .seconds(5))
    #expect(short == nil)
    let heard = LockedList<Duration>()
    var settings = TeamSettings()
    settings[.fun, "allowGiphy"] = false
    let team = try await world.graph.makeTeam(ofGroup: group.id, settings, deadline: .seconds(180)) { heard.add($0) }
    #expect(team?.id == group.id)
    #expect(team?.settings[.fun, "allowGiphy"] == false)
    #expect(heard.items.count > 2)
    #expect(heard.items == heard.items.sorted())
    #expect(try await world.graph.makeTeam(ofGroup: group.id).id == group.id, "what is a team stays one")
    #expect(await world.count("teamCreated") == 1)
  }

  @Test("A lost answer to making a team is no reason for a second one")
  func lostTeamify() async throws {
    let plan = FaultPlan([FaultRule(.dropAfter, method: "PUT", path: "/v1.0/groups/*/team", times: 1)])
    let world = try TenantGraph(faults: plan)
    #expect(try await world.graph.makeTeam(ofGroup: try await group(world).id).displayName == "projects")
    #expect(await world.count("teamCreated") == 1)
  }

  @Test("Servers that fail on a group that has become a team are seen through")
  func failingTeamify() async throws {
    fixture.transport.always(.put, "/v1.0/groups/g/team", GraphFixture.error(502, "UnknownError"))
    fixture.transport.on(.get, "/v1.0/teams/g", .json(200, ["id": "g", "displayName": "x"]))
    #expect(try await fixture.graph.makeTeam(ofGroup: "g").id == "g")
    fixture.transport.on(.get, "/v1.0/teams/g", GraphFixture.error(404, "NotFound"))
    #expect(try await adminError { _ = try await fixture.graph.makeTeam(ofGroup: "g") }.graphFault == .unavailable)
  }

  @Test("A team from the template is waited for by its operation")
  func create() async throws {
    let world = try TenantGraph(lags: Lags(team: .seconds(50)))
    var team = NewTeam(displayName: "New Team", owner: try await world.userID("nora.keane"))
    team.description = "x"
    let link = try await world.graph.createTeam(team)
    #expect(try await world.graph.operation(link).state == .running)
    #expect(try await world.graph.findTeam(id: link.teamID) == nil)
    #expect(try await world.graph.waitForOperation(link, deadline: .seconds(10)) == false)
    #expect(try await world.graph.waitForOperation(link, deadline: .seconds(300)))
    let made = try await world.graph.team(id: link.teamID)
    #expect(made.displayName == "New Team")
    #expect(made.visibility == "private")
    #expect(made.summary == Team.Summary(owners: 1, members: 0, guests: 0))
  }

  @Test("An operation that fails is an error that quotes the reason")
  func failedOperation() async throws {
    let plan = FaultPlan([FaultRule(.failOperation, path: "/v1.0/teams", times: 1)])
    let world = try TenantGraph(faults: plan)
    let link = try await world.graph.createTeam(NewTeam(displayName: "x", owner: try await world.userID("nora.keane")))
    let error = try await adminError { _ = try await world.graph.waitForOperation(link, deadline: .seconds(60)) }
    #expect(error.code == .graphFailed)
    #expect(error.message.contains("The operation failed."))
    #expect(!error.isRetryable)
  }

  @Test(
    "An accepted request without a place to ask for the result is an unknown outcome",
    arguments: [
      [:], ["Location": "/teams('x')/operations('y')"], ["Location": "/teams/a/operations/b"],
      ["Location": "/teams('')/operations('')"],
    ] as [HTTPHeaders])
  func operationLinks(_ headers: HTTPHeaders) async throws {
    fixture.transport.on(.post, "/v1.0/teams", .status(202, headers))
    let error = try await adminError {
      _ = try await fixture.graph.createTeam(NewTeam(displayName: "x", owner: "o"))
    }
    #expect(error.code == .outcomeUnknown)
  }

  @Test("Settings of a team are read and written back as they were")
  func settings() async throws {
    let world = try TenantGraph()
    let id = try await world.groupID("Closings")
    let before = try await world.graph.team(id: id)
    var changes = TeamChanges()
    changes.displayName = "Closings 2"
    changes.description = "x"
    changes.visibility = "Public"
    changes.settings[.member, "allowDeleteChannels"] = false
    try await world.graph.updateTeam(id: id, changes)
    let changed = try await world.graph.team(id: id)
    #expect(changed.settings[.member, "allowDeleteChannels"] == false)
    #expect(changed.visibility == "public")
    var back = TeamChanges()
    (back.displayName, back.description) = (before.displayName, before.description)
    (back.visibility, back.settings) = (before.visibility, before.settings)
    try await world.graph.updateTeam(id: id, back)
    #expect(try await world.graph.team(id: id) == before)
    #expect(!before.settings.isEmpty)
    for isArchived in [true, false] {
      let link = try await world.graph.setArchived(isArchived, team: id)
      #expect(try await world.graph.waitForOperation(link, deadline: .seconds(10)))
      #expect(try await world.graph.team(id: id).isArchived == isArchived)
    }
    #expect(try await adminError { _ = try await world.graph.team(id: "nothing") }.code == .notFound)
  }

  // MARK: Members

  @Test("People are added in lots, each with a result; roles change; who leaves is gone")
  func members() async throws {
    let world = try TenantGraph()
    let id = try await world.groupID("Closings")
    let (nora, owen) = (try await world.userID("nora.keane"), try await world.userID("owen.harbour"))
    let results = try await world.graph.addMembers(
      [
        TeamMemberAddition(userID: nora, isOwner: true), TeamMemberAddition(userID: "nobody"),
        TeamMemberAddition(userID: owen),
      ], toTeam: id)
    #expect(results.map(\.userID) == [nora, "nobody", owen])
    #expect(results.map { $0.failure?.code } == [nil, "NotFound", nil])
    let members = try await world.graph.members(ofTeam: id)
    let owner = try #require(members.first { $0.userID == nora })
    #expect(owner.isOwner)
    #expect(owner.email == "nora.keane@harbourfinch.example")
    try await world.graph.setOwner(false, membership: owner.id, ofTeam: id)
    #expect(try await world.graph.members(ofTeam: id).first { $0.userID == nora }?.isOwner == false)
    for _ in 0..<2 { try await world.graph.removeMember(membership: owner.id, fromTeam: id) }
    #expect(try await !world.graph.members(ofTeam: id).contains { $0.userID == nora })
    let last = try #require(try await world.graph.members(ofTeam: id).first(where: \.isOwner))
    let refused = try await adminError { try await world.graph.removeMember(membership: last.id, fromTeam: id) }
    #expect(refused.graphFault == .lastOwner)
  }

  @Test("More people than a request takes go in several, and a missing result is no success")
  func lots() async throws {
    let reply = ScriptedTransport.Reply.computed { request in
      let values = (try? JSONParser.parse(request.body))?["values"]?.arrayValue ?? []
      // The first of each lot gets no result.
      let rows: [JSONValue] = values.dropFirst().map { value in
        let id = value["user@odata.bind"]?.stringValue?.split(separator: "/").last.map(String.init)
        return ["userId": .optional(id), "error": .null]
      }
      return HTTPResponse(status: 207, body: JSONValue.object(["value": .array(rows)]).serialized)
    }
    fixture.transport.always(.post, "/v1.0/teams/t/members/add", reply)
    let additions = (0..<450).map { TeamMemberAddition(userID: "u\($0)") }
    let results = try await fixture.graph.addMembers(additions, toTeam: "t")
    #expect(fixture.requests.count == 3)
    #expect(results.map(\.userID) == additions.map(\.userID))
    #expect(results.indices.filter { results[$0].failure != nil } == [0, 200, 400])
    fixture.transport.on(.post, "/v1.0/teams/x/members/add", .json(200, ["x": 1]))
    #expect(
      try await adminError { _ = try await fixture.graph.addMembers(additions, toTeam: "x") }.code == .graphFailed)
    #expect(try await fixture.graph.addMembers([], toTeam: "t").isEmpty)
  }

  @Test("Guests who may not join are told from everything else")
  func guests() async throws {
    let world = try TenantGraph()
    let id = try await world.groupID("Closings")
    let guest = try #require(
      try await world.graph.userPages(matching: "alex").collect(maximum: 10).first { $0.isGuest })
    try await world.graph.setGuestAccess(ofGroup: id, to: false)
    let added = try await world.graph.addMembers([TeamMemberAddition(userID: guest.id)], toTeam: id)
    #expect(added[0].failure?.code == "GuestAccessDisabled")
    let error = try await adminError { try await world.graph.addMember(guest.id, toGroup: id) }
    #expect(error.graphFault == .guestsRefused)
    #expect(error.message.contains("guest access is off"))
  }

  // MARK: Channels

  @Test("Channels of every kind are made, found by name and deleted")
  func channels() async throws {
    let world = try TenantGraph(lags: Lags())
    let id = try await world.groupID("Closings")
    let aoife = try await world.userID("aoife.walsh")
    func make(_ channel: NewChannel) async throws -> ChannelCreation {
      try await world.graph.createChannel(channel, inTeam: id, isFresh: true)
    }
    guard case .made(let standard) = try await make(NewChannel(displayName: "Deeds", description: "Paper")),
      case .made(let closed) = try await make(NewChannel(displayName: "Fees", kind: .private(owner: aoife))),
      case .underWay(let link) = try await make(NewChannel(displayName: "Bank", kind: .shared(owner: aoife)))
    else {
      Issue.record("channels were made otherwise")
      return
    }
    #expect(standard.membership == .standard)
    #expect(closed.membership == .private)
    #expect(link.channelID?.hasPrefix("19:") == true)
    #expect(try await world.graph.waitForOperation(link, deadline: .seconds(60), every: [.seconds(1)]))
    let all = try await world.graph.channels(ofTeam: id)
    #expect(all.map(\.membership) == [.standard, .standard, .private, .shared])
    #expect(try await world.graph.channel(named: "BANK", ofTeam: id)?.id == link.channelID)
    #expect(try await world.graph.channel(named: "none", ofTeam: id) == nil)
    #expect(try await world.graph.primaryChannel(ofTeam: id).displayName == "General")
    let clash = try await adminError { _ = try await make(NewChannel(displayName: "deeds")) }
    #expect(clash.graphFault == .nameTaken)
    #expect(clash.code == .invalidArgument)

    try await world.graph.updateChannel(id: standard.id, ofTeam: id, displayName: "Deeds 2", description: "")
    #expect(try await world.graph.channel(named: "Deeds 2", ofTeam: id)?.description == nil)
    let daniel = try await world.userID("daniel.okafor")
    for _ in 0..<2 { try await world.graph.addMember(daniel, toChannel: closed.id, team: id) }
    #expect(try await world.graph.members(ofChannel: closed.id, team: id).map(\.isOwner) == [true, false])
    for _ in 0..<2 { try await world.graph.deleteChannel(id: standard.id, ofTeam: id) }
    #expect(try await world.graph.channel(named: "Deeds 2", ofTeam: id) == nil)
    #expect(await world.count("channelCreated") == 3)
    #expect(await world.count("channelDeleted") == 1)
  }

  @Test("A name for a channel is judged as Teams judges it")
  func channelNames() async throws {
    for name in ["Deeds", "Ä ö", "a.b", "x-y (z)", String(repeating: "x", count: 50)] {
      #expect(NewChannel.objection(to: name) == nil)
    }
    for name in ["", "a/b", "_a", ".a", "a.", "a'b", "a#b", String(repeating: "x", count: 51)] {
      #expect(NewChannel.objection(to: name) != nil)
    }
  }

  @Test("The folder of a channel is nothing until it is there")
  func filesFolder() async throws {
    let world = try TenantGraph(lags: Lags(directory: .zero, site: .seconds(60), team: .zero))
    let group = try await group(world)
    _ = try await world.graph.makeTeam(ofGroup: group.id)
    let channel = try await world.graph.primaryChannel(ofTeam: group.id)
    #expect(try await world.graph.filesFolder(ofChannel: channel.id, team: group.id) == nil)
    #expect(try await world.graph.site(ofGroup: group.id) == nil)
    #expect(try await world.graph.drive(ofGroup: group.id) == nil)
    #expect(try await world.graph.waitForSite(ofGroup: group.id, deadline: .seconds(10)) == nil)
    let site = try #require(try await world.graph.waitForSite(ofGroup: group.id, deadline: .seconds(120)))
    #expect(site.webURL == "https://harbourfinch.sharepoint.com/sites/projects")
    let folder = try #require(try await world.graph.filesFolder(ofChannel: channel.id, team: group.id))
    #expect(folder.isFolder)
    #expect(folder.driveID == (try await world.graph.drive(ofGroup: group.id)?.id))
  }

  // MARK: Tabs and apps

  @Test("Tabs and apps are made once, listed and taken away")
  func tabsAndApps() async throws {
    let world = try TenantGraph(
      roles: [
        "User.Read.All", "Group.ReadWrite.All", "AppCatalog.Read.All", "TeamsAppInstallation.ReadWriteForUser.All",
      ])
    let id = try await world.groupID("Closings")
    let channel = try await world.graph.primaryChannel(ofTeam: id).id
    let tab = try await world.graph.createTab(
      .website("Site", url: "https://a.example/x"), inChannel: channel, team: id)
    let plan = try await world.graph.createTab(
      .planner("Plan", plan: "p1", tenantDomain: "a.example"), inChannel: channel, team: id)
    let tabs = try await world.graph.tabs(ofChannel: channel, team: id)
    #expect(tabs.map(\.appID) == [TeamsApp.website, TeamsApp.planner])
    #expect(tabs.map(\.entityID) == [nil, "p1"])
    #expect(tabs[0].contentURL == "https://a.example/x")
    for tab in [tab, plan, tab] { try await world.graph.deleteTab(id: tab.id, ofChannel: channel, team: id) }
    #expect(try await world.graph.tabs(ofChannel: channel, team: id).isEmpty)

    let app = try #require(try await world.graph.teamsApps(matching: "Closing Checklist").first)
    #expect(app.distribution == "organization")
    #expect(try await world.graph.teamsApps(matching: "no such").isEmpty)
    let user: UserReference = "nora.keane@harbourfinch.example"
    for _ in 0..<2 {
      #expect(try await world.graph.installApp(app.id, inTeam: id).displayName == "Closing Checklist")
      #expect(try await world.graph.installApp(app.id, forUser: user).appID == app.id)
    }
    #expect(await world.count("appInstalled") == 2)
    let inTeam = try #require(try await world.graph.apps(ofTeam: id).first { $0.appID == app.id })
    let forUser = try #require(try await world.graph.apps(ofUser: user).first)
    for _ in 0..<2 {
      try await world.graph.removeApp(installation: inTeam.id, fromTeam: id)
      try await world.graph.removeApp(installation: forUser.id, fromUser: user)
    }
    #expect(await world.count("appRemoved") == 2)
  }

  @Test("An app that was accepted and is not listed is an unknown outcome")
  func unlistedApp() async throws {
    fixture.transport.always(.get, "/v1.0/teams/t/installedApps", .json(200, ["value": []]))
    fixture.transport.on(
      .post, "/v1.0/teams/t/installedApps", .status(201), GraphFixture.error(409, "Conflict", "App already installed"))
    for _ in 0..<2 {
      let error = try await adminError { _ = try await fixture.graph.installApp("a", inTeam: "t") }
      #expect(error.code == .outcomeUnknown)
    }
  }
}
