import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Channels")
struct ChannelTests {
  private static let unknownMembers: HeaderFields = ["Prefer": "include-unknown-enum-members"]

  private static func owner(_ id: String) -> JSONValue {
    [
      "@odata.type": "#microsoft.graph.aadUserConversationMember", "roles": ["owner"],
      "user@odata.bind": .string("https://graph.microsoft.com/v1.0/users('\(id)')"),
    ]
  }

  @Test("A standard channel is made, changed and deleted, and its name rests for thirty days")
  func standard() async throws {
    let fixture = try await TenantFixture()
    let channels = "/teams/\(try await fixture.groupID("Closings"))/channels"
    let body: JSONValue = ["displayName": "Deeds", "description": "Paper", "membershipType": "standard"]
    let made = try await fixture.graph("POST", channels, json: body)
    #expect(made.status == 201, "\(made.text)")
    #expect(made.json["membershipType"] == "standard")
    let clash = try await fixture.graph("POST", channels, json: ["displayName": "DEEDS"])
    #expect(clash.outcome == "400 BadRequest")
    #expect(clash.message == "Channel name already existed, please use other name.")
    #expect(clash.json["error"]?["innerError"]?["code"] == "NameAlreadyExists")
    let path = "\(channels)/\(made.id)"
    #expect(try await fixture.graph("PATCH", path, json: ["displayName": "Deeds 2", "description": nil]).status == 204)
    let found = try await fixture.graph("GET", "\(channels)?$filter=displayName%20eq%20'deeds%202'")
    #expect(found.values.map { $0["id"] } == [.string(made.id)])
    #expect(try await fixture.graph("DELETE", path).status == 204)
    #expect(try await fixture.graph("GET", path).outcome == "404 NotFound")
    #expect(try await fixture.graph("POST", channels, json: ["displayName": "Deeds 2"]).status == 400)
    #expect(try await fixture.graph("POST", channels, json: ["displayName": "Deeds"]).status == 201)
    fixture.timekeeper.advance(by: .seconds(31 * 86_400))
    let token = try await fixture.tenant.issueToken(TokenOrder(.graph))
    let later = try await fixture.graph("POST", channels, json: ["displayName": "Deeds 2"], token: token)
    #expect(later.status == 201)
  }

  @Test(
    "A name that Teams would not take is refused",
    arguments: [
      "", String(repeating: "x", count: 51), "a/b", "a#b", "100%", "it's", "a\"b", "_a", ".a", "a.", "a|b",
    ])
  func names(_ name: String) async throws {
    let fixture = try await TenantFixture()
    let channels = "/teams/\(try await fixture.groupID("Closings"))/channels"
    let reply = try await fixture.graph("POST", channels, json: ["displayName": .string(name)])
    #expect(reply.outcome == "400 BadRequest")
    #expect(await fixture.count("channelCreated") == 0)
  }

  @Test("The first channel is there from the start and stays")
  func primary() async throws {
    let fixture = try await TenantFixture()
    let team = "/teams/\(try await fixture.groupID("Closings"))"
    let primary = try await fixture.graph("GET", "\(team)/primaryChannel")
    #expect(primary.json["displayName"] == "General")
    #expect(try await fixture.graph("GET", "\(team)/channels/\(primary.id)").json["id"] == primary.json["id"])
    #expect(try await fixture.graph("DELETE", "\(team)/channels/\(primary.id)").status == 400)
    #expect(
      try await fixture.graph("PATCH", "\(team)/channels/\(primary.id)", json: ["displayName": "x"]).status == 400)
    let members = try await fixture.graph("GET", "\(team)/channels/\(primary.id)/members")
    #expect(members.values.count == 4)
  }

  @Test("A private channel begins with one owner, who is in the team")
  func privateChannel() async throws {
    let fixture = try await TenantFixture()
    let team = "/teams/\(try await fixture.groupID("Closings"))"
    let (aoife, nora) = (try await fixture.userID("aoife.walsh"), try await fixture.userID("nora.keane"))
    func body(_ members: JSONValue) -> JSONValue {
      ["displayName": "Fees", "membershipType": "private", "members": members]
    }
    for members in [[], [Self.owner(aoife), Self.owner(nora)], [Self.owner(nora)]] as [JSONValue] {
      #expect(try await fixture.graph("POST", "\(team)/channels", json: body(members)).outcome == "400 BadRequest")
    }
    let made = try await fixture.graph("POST", "\(team)/channels", json: body([Self.owner(aoife)]))
    #expect(made.status == 201, "\(made.text)")
    let members = "\(team)/channels/\(made.id)/members"
    #expect(try await fixture.graph("GET", members).values.map { $0["roles"] } == [["owner"]])
    #expect(try await fixture.graph("POST", members, json: Self.owner(nora)).status == 400, "not in the team")
    let daniel = Self.owner(try await fixture.userID("daniel.okafor"))
    for _ in 0..<2 { #expect(try await fixture.graph("POST", members, json: daniel).status == 201) }
    #expect(try await fixture.graph("GET", members).values.count == 2)
    #expect(await fixture.count("channelMemberAdded") == 1)
    let standard: JSONValue = ["displayName": "All", "members": [Self.owner(aoife)]]
    #expect(try await fixture.graph("POST", "\(team)/channels", json: standard).status == 400)
    let primary = try await fixture.graph("GET", "\(team)/primaryChannel")
    let wrong = try await fixture.graph("POST", "\(team)/channels/\(primary.id)/members", json: daniel)
    #expect(wrong.outcome == "400 BadRequest")
  }

  @Test("A shared channel is made after the answer, and is known by its kind to whoever asks for new names")
  func sharedChannel() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .zero, site: .seconds(3), team: .seconds(10)))
    let team = "/teams/\(try await fixture.groupID("Closings"))"
    let body: JSONValue = [
      "displayName": "With the bank", "membershipType": "shared",
      "members": [Self.owner(try await fixture.userID("nora.keane"))],
    ]
    let reply = try await fixture.graph("POST", "\(team)/channels", json: body)
    #expect(reply.status == 202)
    let operation = try #require(reply.headers["Location"])
    let channel = try #require(reply.headers["Content-Location"])
    #expect(try await fixture.graph("GET", operation).json["status"] == "inProgress")
    #expect(try await fixture.graph("GET", channel).outcome == "404 NotFound")
    #expect(try await fixture.graph("GET", "\(team)/allChannels").values.count == 1)
    fixture.timekeeper.advance(by: .seconds(10))
    #expect(try await fixture.graph("GET", operation).json["status"] == "succeeded")
    #expect(try await fixture.graph("GET", channel).json["membershipType"] == "unknownFutureValue")
    let told = try await fixture.graph("GET", channel, headers: Self.unknownMembers)
    #expect(told.json["membershipType"] == "shared")
    #expect(try await fixture.graph("GET", "\(channel)/filesFolder").status == 404)
    fixture.timekeeper.advance(by: .seconds(3))
    #expect(try await fixture.graph("GET", "\(channel)/filesFolder").json["name"] == "With the bank")
    let guest = Self.owner(try await fixture.guestID())
    #expect(try await fixture.graph("POST", "\(channel)/members", json: guest).status == 400)
  }

  @Test("The folder of a channel comes with the site, and channels can be made a moment after their team")
  func lags() async throws {
    let fixture = try await TenantFixture(lags: Lags(directory: .seconds(2), site: .seconds(60), team: .seconds(5)))
    let nora = try await fixture.userID("nora.keane")
    fixture.timekeeper.advance(by: .seconds(5))
    let group = try await fixture.graph("POST", "/groups", json: .newGroup("projects", owners: [nora]))
    fixture.timekeeper.advance(by: .seconds(5))
    #expect(try await fixture.graph("PUT", "/groups/\(group.id)/team", json: [:]).status == 201)
    let channels = "/teams/\(group.id)/channels"
    #expect(try await fixture.graph("POST", channels, json: ["displayName": "A"]).outcome == "404 NotFound")
    fixture.timekeeper.advance(by: .seconds(2))
    let made = try await fixture.graph("POST", channels, json: ["displayName": "A"])
    #expect(made.status == 201)
    let early = try await fixture.graph("GET", "\(channels)/\(made.id)/filesFolder")
    #expect(early.message == "Folder location for this channel is not ready yet, please try again later.")
    #expect(try await fixture.graph("GET", "/groups/\(group.id)/sites/root").outcome == "404 itemNotFound")
    #expect(try await fixture.graph("GET", "/groups/\(group.id)/drive").outcome == "404 itemNotFound")
    fixture.timekeeper.advance(by: .seconds(60))
    let folder = try await fixture.graph("GET", "\(channels)/\(made.id)/filesFolder")
    #expect(folder.json["folder"]?["childCount"] == 0)
    let drive = try await fixture.graph("GET", "/groups/\(group.id)/drive")
    #expect(folder.json["parentReference"]?["driveId"] == drive.json["id"])
    #expect(try await fixture.graph("GET", "/drives/\(drive.id)/items/\(folder.id)").json["name"] == "A")
  }

  // MARK: Tabs and apps

  private static func tab(_ name: String, _ app: String, _ configuration: JSONObject) -> JSONValue {
    [
      "displayName": .string(name),
      "teamsApp@odata.bind": .string("https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/\(app)"),
      "configuration": .object(configuration),
    ]
  }

  private static let website = "com.microsoft.teamspace.tab.web"

  @Test("A tab is made, listed with its app, changed and deleted")
  func tabs() async throws {
    let fixture = try await TenantFixture()
    let team = "/teams/\(try await fixture.groupID("Closings"))"
    let tabs = "\(team)/channels/\(try await fixture.graph("GET", "\(team)/primaryChannel").id)/tabs"
    let page: JSONObject = ["entityId": nil, "contentUrl": "https://a.example", "websiteUrl": "https://a.example"]
    let made = try await fixture.graph("POST", tabs, json: Self.tab("Site", Self.website, page))
    #expect(made.status == 201, "\(made.text)")
    let listed = try await fixture.graph("GET", "\(tabs)?$expand=teamsApp")
    #expect(listed.values.map { $0["teamsApp"]?["id"] } == [.string(Self.website)])
    #expect(try await fixture.graph("GET", tabs).values[0]["teamsApp"] == nil)
    let change: JSONValue = ["displayName": "Page", "configuration": ["contentUrl": "https://b.example"]]
    let changed = try await fixture.graph("PATCH", "\(tabs)/\(made.id)", json: change)
    #expect(changed.json["configuration"]?["contentUrl"] == "https://b.example")
    #expect(changed.json["configuration"]?["websiteUrl"] == "https://a.example")
    #expect(try await fixture.graph("DELETE", "\(tabs)/\(made.id)").status == 204)
    #expect(try await fixture.graph("DELETE", "\(tabs)/\(made.id)").outcome == "404 NotFound")
  }

  @Test(
    "A tab that cannot be is refused",
    arguments: [
      (tab("", website, ["contentUrl": "https://a.example"]), "400 BadRequest"),
      (tab("a", website, ["contentUrl": "http://a.example"]), "400 BadRequest"),
      (tab("a", website, [:]), "400 BadRequest"), (["displayName": "a"], "400 BadRequest"),
      (tab("a", website, ["page": "x"]), "400 BadRequest"),
      (tab("a", "com.microsoft.teamspace.tab.planner", ["contentUrl": "https://a.example"]), "400 BadRequest"),
      (
        tab("a", "com.microsoft.teamspace.tab.files.sharepoint", ["contentUrl": "https://a.example"]),
        "400 BadRequest"
      ),
      (tab("a", "2a527703-1f6f-4559-a332-d8a7d288cd88", ["contentUrl": "https://a.example"]), "404 NotFound"),
    ] as [(JSONValue, String)])
  func tabRefusals(_ body: JSONValue, _ outcome: String) async throws {
    let fixture = try await TenantFixture()
    let team = "/teams/\(try await fixture.groupID("Closings"))"
    let tabs = "\(team)/channels/\(try await fixture.graph("GET", "\(team)/primaryChannel").id)/tabs"
    #expect(try await fixture.graph("POST", tabs, json: body).outcome == outcome)
    #expect(await fixture.count("tabCreated") == 0)
  }

  @Test("Two tabs of a channel have two names")
  func tabNames() async throws {
    let fixture = try await TenantFixture()
    let team = "/teams/\(try await fixture.groupID("Closings"))"
    let tabs = "\(team)/channels/\(try await fixture.graph("GET", "\(team)/primaryChannel").id)/tabs"
    let tab = Self.tab("Site", Self.website, ["contentUrl": "https://a.example"])
    #expect(try await fixture.graph("POST", tabs, json: tab).status == 201)
    #expect(try await fixture.graph("POST", tabs, json: tab).outcome == "400 BadRequest")
  }

  @Test("An app of the catalogue is installed once, in a team and for a person")
  func apps() async throws {
    let fixture = try await TenantFixture()
    let filter = "$filter=distributionMethod%20eq%20'organization'"
    let catalog = try await fixture.graph("GET", "/appCatalogs/teamsApps?\(filter)&$expand=appDefinitions")
    #expect(catalog.values.map { $0["displayName"] } == ["Closing Checklist"])
    #expect(catalog.values[0]["appDefinitions"]?[0]?["publishingState"] == "published")
    let id = catalog.values[0]["id"]?.stringValue ?? ""
    let body: JSONValue = [
      "teamsApp@odata.bind": .string("https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/\(id)")
    ]
    let team = "/teams/\(try await fixture.groupID("Closings"))/installedApps"
    let person = "/users/nora.keane@harbourfinch.example/teamwork/installedApps"
    for path in [team, person] {
      let before = try await fixture.graph("GET", path).values.count
      let made = try await fixture.graph("POST", path, json: body)
      #expect(made.status == 201, "\(made.text)")
      #expect(made.headers["Location"]?.hasSuffix(made.id) == true)
      #expect(try await fixture.graph("POST", path, json: body).outcome == "409 Conflict")
      let installed = try await fixture.graph(
        "GET", "\(path)?$expand=teamsApp,teamsAppDefinition&$filter=teamsApp/id%20eq%20'\(id)'")
      #expect(installed.values.map { $0["teamsAppDefinition"]?["version"] } == ["1.2.0"])
      #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").status == 204)
      #expect(try await fixture.graph("DELETE", "\(path)/\(made.id)").outcome == "404 NotFound")
      #expect(try await fixture.graph("GET", path).values.count == before)
    }
    let unknown: JSONValue = ["teamsApp@odata.bind": "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/x"]
    #expect(try await fixture.graph("POST", team, json: unknown).outcome == "404 NotFound")
    #expect(try await fixture.graph("POST", team, json: [:]).outcome == "400 BadRequest")
    let unlicensed = "/users/rory.quinn@harbourfinch.example/teamwork/installedApps"
    #expect(try await fixture.graph("POST", unlicensed, json: body).outcome == "403 Forbidden")
    #expect(await fixture.count("appInstalled") == 2)
    #expect(await fixture.count("appRemoved") == 2)
  }
}
