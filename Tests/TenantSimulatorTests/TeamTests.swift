import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Teams")
struct TeamTests {
  private static func member(_ id: String, _ roles: JSONValue = []) -> JSONValue {
    [
      "@odata.type": "#microsoft.graph.aadUserConversationMember", "roles": roles,
      "user@odata.bind": .string("https://graph.microsoft.com/v1.0/users('\(id)')"),
    ]
  }

  private static func team(_ owner: String, changing changes: JSONObject = [:]) -> JSONValue {
    let team: JSONObject = [
      "template@odata.bind": "https://graph.microsoft.com/v1.0/teamsTemplates('standard')", "displayName": "New Team",
      "description": "Made by a test", "visibility": "private", "members": [member(owner, ["owner"])],
    ]
    return .object(team.merging(changes))
  }

  @Test("A group becomes a team once Teams knows of it, with the settings asked for")
  func teamify() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .zero, team: .seconds(30)))
    let nora = try await fixture.userID("nora.keane")
    let made = try await fixture.graph("POST", "/groups", json: .newGroup("projects", owners: [nora], members: [nora]))
    let path = "/groups/\(made.id)/team"
    let settings: JSONValue = ["funSettings": ["giphyContentRating": "Strict"], "guestSettings": [:]]
    let early = try await fixture.graph("PUT", path, json: settings)
    #expect(early.outcome == "404 NotFound")
    #expect(early.message.contains("GetGroupFromId"))
    #expect(try await fixture.graph("GET", path).outcome == "404 NotFound")
    fixture.timekeeper.advance(by: .seconds(30))
    let team = try await fixture.graph("PUT", path, json: settings)
    #expect(team.status == 201, "\(team.text)")
    #expect(team.json["funSettings"]?["giphyContentRating"] == "strict")
    #expect(team.json["funSettings"]?["allowGiphy"] == true)
    #expect(team.json["summary"]?["ownersCount"] == 1)
    #expect(try await fixture.graph("PUT", path, json: settings).outcome == "409 Conflict")
    let group = try await fixture.graph("GET", "/groups/\(made.id)?$select=resourceProvisioningOptions")
    #expect(group.json["resourceProvisioningOptions"] == ["Team"])
    let joined = try await fixture.graph("GET", "/users/\(nora)/joinedTeams")
    #expect(joined.values.map { $0["displayName"] } == ["The projects"])
    #expect(joined.values[0]["memberSettings"] == .null)
    #expect(await fixture.count("teamCreated") == 1)
  }

  @Test("A group that cannot be a team is refused")
  func teamifyRefusals() async throws {
    let fixture = try await TenantFixture()
    let security = try await fixture.groupID("VPN Users")
    #expect(try await fixture.graph("PUT", "/groups/\(security)/team", json: [:]).outcome == "400 BadRequest")
    let none = try await fixture.graph("POST", "/groups", json: .newGroup("nobodys"))
    #expect(try await fixture.graph("PUT", "/groups/\(none.id)/team", json: [:]).outcome == "400 BadRequest")
    let rory = try await fixture.userID("rory.quinn")
    let unlicensed = try await fixture.graph("POST", "/groups", json: .newGroup("rorys", owners: [rory]))
    #expect(try await fixture.graph("PUT", "/groups/\(unlicensed.id)/team", json: [:]).outcome == "403 Forbidden")
    let nora = try await fixture.userID("nora.keane")
    let good = try await fixture.graph("POST", "/groups", json: .newGroup("noras", owners: [nora]))
    for wrong in [["displayName": "x"], ["funSettings": ["allowFun": true]], ["funSettings": 5]] as [JSONValue] {
      #expect(try await fixture.graph("PUT", "/groups/\(good.id)/team", json: wrong).outcome == "400 BadRequest")
    }
    #expect(try await fixture.graph("PUT", "/groups/\(SKU.basic)/team", json: [:]).outcome == "404 NotFound")
  }

  @Test("A team from the template is made after the answer, which says where to ask")
  func create() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .zero, team: .seconds(20)))
    let nora = try await fixture.userID("nora.keane")
    let reply = try await fixture.graph("POST", "/teams", json: Self.team(nora))
    #expect(reply.status == 202)
    #expect(reply.body.isEmpty)
    let operation = try #require(reply.headers["Location"])
    let team = try #require(reply.headers["Content-Location"])
    #expect(operation.hasPrefix(team + "/operations('"))
    #expect(try await fixture.graph("GET", operation).json["status"] == "inProgress")
    #expect(try await fixture.graph("GET", team).outcome == "404 NotFound")
    fixture.timekeeper.advance(by: .seconds(20))
    let done = try await fixture.graph("GET", operation)
    #expect(done.json["status"] == "succeeded")
    #expect(done.json["error"] == .null)
    let read = try await fixture.graph("GET", team)
    #expect(read.json["displayName"] == "New Team")
    #expect(read.json["visibility"] == "private")
    #expect(try await fixture.graph("GET", "\(team)/channels").values.map { $0["displayName"] } == ["General"])
    #expect(try await fixture.graph("GET", "\(team)/operations('x')").outcome == "404 NotFound")
  }

  @Test("Work that was accepted can fail, and nothing has come of it then")
  func failedOperation() async throws {
    let fixture = try await TenantFixture()
    let plan: JSONValue = [["match": ["path": "/v1.0/teams"], "action": "fail_operation", "times": 1]]
    #expect(await fixture.control("POST", "/faults", json: plan).status == 200)
    let nora = try await fixture.userID("nora.keane")
    let reply = try await fixture.graph("POST", "/teams", json: Self.team(nora))
    #expect(reply.status == 202)
    let operation = try await fixture.graph("GET", reply.headers["Location"] ?? "")
    #expect(operation.json["status"] == "failed")
    #expect(operation.json["error"]?["code"] == "InternalServerError")
    #expect(try await fixture.graph("GET", reply.headers["Content-Location"] ?? "").status == 404)
    #expect(await fixture.count("teamCreated") == 0)
  }

  @Test("A team is also made of a group that is named, and then of nothing else")
  func createFromGroup() async throws {
    let fixture = try await TenantFixture()
    let nora = try await fixture.userID("nora.keane")
    let group = try await fixture.graph("POST", "/groups", json: .newGroup("projects", owners: [nora]))
    let bind: JSONValue = .string("https://graph.microsoft.com/v1.0/groups('\(group.id)')")
    let mixed: JSONValue = ["group@odata.bind": bind, "displayName": "x"]
    #expect(try await fixture.graph("POST", "/teams", json: mixed).outcome == "400 BadRequest")
    #expect(try await fixture.graph("POST", "/teams", json: ["group@odata.bind": bind]).status == 202)
    #expect(try await fixture.graph("GET", "/teams/\(group.id)").status == 200)
  }

  @Test(
    "A team that cannot be made is refused at once",
    arguments: [
      ["template@odata.bind": "https://graph.microsoft.com/v1.0/teamsTemplates('retail')"], ["displayName": ""],
      ["description": ""], ["members": []], ["visibility": "secret"], ["owner": "x"],
      ["members": [["user@odata.bind": "https://graph.microsoft.com/v1.0/users('x')", "roles": ["owner"]]]],
    ] as [JSONObject])
  func createRefusals(_ changes: JSONObject) async throws {
    let fixture = try await TenantFixture()
    let nora = try await fixture.userID("nora.keane")
    let reply = try await fixture.graph("POST", "/teams", json: Self.team(nora, changing: changes))
    #expect(reply.outcome == "400 BadRequest", "\(reply.text)")
    #expect(await fixture.count("groupCreated") == 0)
  }

  @Test("Of one owner and no others a team is made")
  func createOwners() async throws {
    let fixture = try await TenantFixture()
    let (nora, owen) = (try await fixture.userID("nora.keane"), try await fixture.userID("owen.harbour"))
    for members in [
      [Self.member(nora)], [Self.member(nora, ["owner"]), Self.member(owen, ["owner"])],
      [Self.member(try await fixture.guestID(), ["owner"])],
    ] as [[JSONValue]] {
      let body = Self.team(nora, changing: ["members": .array(members)])
      #expect(try await fixture.graph("POST", "/teams", json: body).outcome == "400 BadRequest")
    }
    let rory = try await fixture.userID("rory.quinn")
    #expect(try await fixture.graph("POST", "/teams", json: Self.team(rory)).outcome == "403 Forbidden")
  }

  @Test("A team is changed, archived and opened again")
  func changes() async throws {
    let fixture = try await TenantFixture()
    let id = try await fixture.groupID("Closings")
    let changes: JSONValue = [
      "displayName": "Closings 2", "visibility": "public", "memberSettings": ["allowAddRemoveApps": false],
    ]
    #expect(try await fixture.graph("PATCH", "/teams/\(id)", json: changes).status == 204)
    let team = try await fixture.graph("GET", "/teams/\(id)")
    #expect(team.json["displayName"] == "Closings 2")
    #expect(team.json["visibility"] == "public")
    #expect(team.json["memberSettings"]?["allowAddRemoveApps"] == false)
    #expect(team.json["memberSettings"]?["allowDeleteChannels"] == true)
    #expect(try await fixture.graph("PATCH", "/teams/\(id)", json: ["displayName": ""]).status == 400)
    let body: JSONValue = ["shouldSetSpoSiteReadOnlyForMembers": true]
    let archive = try await fixture.graph("POST", "/teams/\(id)/archive", json: body)
    #expect(archive.status == 202)
    #expect(try await fixture.graph("GET", archive.headers["Location"] ?? "").json["status"] == "succeeded")
    #expect(try await fixture.graph("GET", "/teams/\(id)?$select=isArchived").json["isArchived"] == true)
    let channel = try await fixture.graph("POST", "/teams/\(id)/channels", json: ["displayName": "Late"])
    #expect(channel.outcome == "403 Forbidden")
    #expect(try await fixture.graph("POST", "/teams/\(id)/unarchive").status == 202)
    #expect(try await fixture.graph("GET", "/teams/\(id)").json["isArchived"] == false)
    #expect(try await fixture.graph("POST", "/teams/\(id)/archive", json: ["x": 1]).status == 400)
    #expect(try await fixture.graph("POST", "/teams/\(id)/unarchive", json: ["x": 1]).status == 400)
  }

  // MARK: Members

  @Test("People are added together, each with a result of its own")
  func addSeveral() async throws {
    let fixture = try await TenantFixture()
    let id = try await fixture.groupID("Closings")
    let (nora, james) = (try await fixture.userID("nora.keane"), try await fixture.userID("james.doyle"))
    let all = try await fixture.graph(
      "POST", "/teams/\(id)/members/add", json: ["values": [Self.member(nora, ["owner"]), Self.member(james)]])
    #expect(all.status == 200, "\(all.text)")
    #expect(all.values.map { $0["error"] } == [.null, .null])
    let some = try await fixture.graph(
      "POST", "/teams/\(id)/members/add",
      json: [
        "values": [Self.member(SKU.basic), Self.member(james), Self.member(try await fixture.guestID(), ["owner"])]
      ])
    #expect(some.status == 207)
    #expect(some.values.map { $0["error"]?["code"]?.stringValue } == ["NotFound", nil, "BadRequest"])
    #expect(some.values[0]["userId"] == .string(SKU.basic))
    let members = try await fixture.graph("GET", "/teams/\(id)/members")
    let owners = members.values.filter { $0["roles"] == ["owner"] }.map { $0["displayName"] }
    #expect(owners == ["Aoife Walsh", "Nora Keane"])
    #expect(members.values.count == 5)
    #expect(await fixture.count("groupMemberAdded") == 1)
    #expect(await fixture.count("groupOwnerAdded") == 1)
    let joined = try await fixture.graph("GET", "/users/\(nora)/joinedTeams")
    #expect(joined.values.map { $0["displayName"] } == ["Closings"])
  }

  @Test("A list of people that is malformed is refused as a whole")
  func malformedMembers() async throws {
    let fixture = try await TenantFixture()
    let id = try await fixture.groupID("Closings")
    let nora = try await fixture.userID("nora.keane")
    for values in [
      [], ["x"], [["roles": []]], [Self.member(nora).without("@odata.type")],
      [Self.member(nora), Self.member(nora).without("user@odata.bind")],
    ] as [[JSONValue]] {
      let reply = try await fixture.graph("POST", "/teams/\(id)/members/add", json: ["values": .array(values)])
      #expect(reply.outcome == "400 BadRequest", "\(values)")
    }
    let many = Array(repeating: Self.member(nora), count: 201)
    let reply = try await fixture.graph("POST", "/teams/\(id)/members/add", json: ["values": .array(many)])
    #expect(reply.outcome == "400 BadRequest")
    #expect(await fixture.count("groupMemberAdded") == 0)
    #expect(try await fixture.graph("POST", "/teams/\(SKU.basic)/members/add", json: ["values": []]).status == 404)
  }

  @Test("One is added, made an owner, made a member again and removed; the last owner stays")
  func oneMember() async throws {
    let fixture = try await TenantFixture()
    let id = try await fixture.groupID("Closings")
    let nora = try await fixture.userID("nora.keane")
    let added = try await fixture.graph("POST", "/teams/\(id)/members", json: Self.member(nora))
    #expect(added.status == 201)
    #expect(added.json["email"] == "nora.keane@harbourfinch.example")
    let path = "/teams/\(id)/members/\(added.id)"
    let owner: JSONValue = ["@odata.type": "#microsoft.graph.aadUserConversationMember", "roles": ["owner"]]
    #expect(try await fixture.graph("PATCH", path, json: owner).json["roles"] == ["owner"])
    let member: JSONValue = ["@odata.type": "#microsoft.graph.aadUserConversationMember", "roles": []]
    #expect(try await fixture.graph("PATCH", path, json: member).json["roles"] == [])
    #expect(try await fixture.graph("PATCH", path, json: ["roles": []]).outcome == "400 BadRequest")
    #expect(try await fixture.graph("DELETE", path).status == 204)
    #expect(try await fixture.graph("DELETE", path).outcome == "404 NotFound")
    let members = try await fixture.graph("GET", "/teams/\(id)/members")
    let last = members.values.first { $0["roles"] == ["owner"] }?["id"]?.stringValue ?? ""
    let refused = try await fixture.graph("DELETE", "/teams/\(id)/members/\(last)")
    #expect(refused.message == "The last owner of the team cannot be removed.")
    #expect(try await fixture.graph("PATCH", "/teams/\(id)/members/\(last)", json: member).status == 400)
    let aoife = try await fixture.userID("aoife.walsh")
    let daniel = try await fixture.userID("daniel.okafor")
    let several = try await fixture.graph(
      "POST", "/teams/\(id)/members/remove", json: ["values": [Self.member(aoife), Self.member(daniel)]])
    #expect(several.status == 207)
    #expect(several.values.map { $0["error"]?["code"]?.stringValue } == ["LastOwnerCannotBeRemoved", nil])
  }

  @Test("Somebody who joins the group is in the team only after a while")
  func synchronization() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .zero, membership: .seconds(600)))
    let id = try await fixture.groupID("Closings")
    let nora = try await fixture.userID("nora.keane")
    let reference = try await fixture.reference("nora.keane")
    #expect(try await fixture.graph("POST", "/groups/\(id)/members/$ref", json: reference).status == 204)
    func names() async throws -> [String?] {
      try await fixture.graph("GET", "/teams/\(id)/members").values.map { $0["displayName"]?.stringValue }
    }
    #expect(try await !names().contains("Nora Keane"))
    #expect(try await fixture.graph("GET", "/users/\(nora)/joinedTeams").values.isEmpty)
    fixture.timekeeper.advance(by: .seconds(600))
    #expect(try await names().contains("Nora Keane"))
    // Adding somebody by way of the team brings the wait to an end.
    let owen = try await fixture.reference("owen.harbour")
    #expect(try await fixture.graph("POST", "/groups/\(id)/owners/$ref", json: owen).status == 204)
    let member = Self.member(try await fixture.userID("owen.harbour"))
    #expect(try await fixture.graph("POST", "/teams/\(id)/members", json: member).status == 201)
    #expect(try await names().contains("Owen Harbour"))
  }

  @Test("A guest joins a team as long as guests may")
  func guests() async throws {
    let fixture = try await TenantFixture()
    let id = try await fixture.groupID("Closings")
    let guest = Self.member(try await fixture.guestID())
    let setting: JSONValue = [
      "templateId": "08d542b9-071f-4e16-94b0-74abb372e3d9", "values": [["name": "AllowToAddGuests", "value": "false"]],
    ]
    let made = try await fixture.graph("POST", "/groups/\(id)/settings", json: setting)
    let refused = try await fixture.graph("POST", "/teams/\(id)/members", json: guest)
    #expect(refused.outcome == "403 Forbidden")
    #expect(refused.json["error"]?["innerError"]?["code"] == "GuestAccessDisabled")
    #expect(try await fixture.graph("DELETE", "/groups/\(id)/settings/\(made.id)").status == 204)
    #expect(try await fixture.graph("POST", "/teams/\(id)/members", json: guest).json["roles"] == ["guest"])
    #expect(try await fixture.graph("GET", "/teams/\(id)").json["summary"]?["guestsCount"] == 1)
  }

  @Test("Teams names the permissions that are missing")
  func permissions() async throws {
    let fixture = try await TenantFixture.holding(["User.Read.All"])
    let reply = try await fixture.graph("GET", "/teams/x/members")
    #expect(reply.outcome == "403 Forbidden")
    #expect(
      reply.message
        == "Missing role permissions on the request. API requires one of 'TeamMember.Read.All, "
        + "TeamMember.ReadWrite.All'. Roles on the request 'User.Read.All'.")
    let lesser = try await TenantFixture.holding([
      "TeamMember.ReadWriteNonOwnerRole.All", "User.Read.All", "Group.Read.All",
    ])
    let id = try await lesser.groupID("Closings")
    let nora = try await lesser.userID("nora.keane")
    #expect(
      try await lesser.graph("POST", "/teams/\(id)/members", json: Self.member(nora, ["owner"])).outcome
        == "403 Forbidden")
    #expect(try await lesser.graph("POST", "/teams/\(id)/members", json: Self.member(nora)).status == 201)
  }

  @Test("With its group a team goes, and comes back as it was")
  func deletion() async throws {
    let fixture = try await TenantFixture()
    let id = try await fixture.groupID("Closings")
    #expect(try await fixture.graph("POST", "/teams/\(id)/channels", json: ["displayName": "Deeds"]).status == 201)
    #expect(try await fixture.graph("DELETE", "/groups/\(id)").status == 204)
    #expect(try await fixture.graph("GET", "/teams/\(id)").outcome == "404 NotFound")
    #expect(try await fixture.graph("POST", "/directory/deletedItems/\(id)/restore").status == 200)
    let channels = try await fixture.graph("GET", "/teams/\(id)/channels")
    #expect(channels.values.map { $0["displayName"] } == ["General", "Deeds"])
  }
}
