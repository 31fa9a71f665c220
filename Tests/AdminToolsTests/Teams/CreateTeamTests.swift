import AdminCore
import AdminTools
import M365
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("create_teams_group")
struct CreateTeamTests {
  static let guest = "alex.berg@norsund.example"

  static func arguments(_ more: JSONObject = [:]) -> JSONObject {
    let base: JSONObject = [
      "displayName": "Harbour Würdig – Köln", "description": "Everything about Köln.",
      "owners": ["aoife.walsh@harbourfinch.example", "nora.keane@harbourfinch.example"],
      "members": ["daniel.okafor@harbourfinch.example", "priya.raman@harbourfinch.example"],
      "channels": [
        ["displayName": "Plans", "description": "What comes"],
        [
          "displayName": "Money", "membershipType": "private",
          "owners": ["nora.keane@harbourfinch.example"], "members": ["priya.raman@harbourfinch.example"],
        ],
        [
          "displayName": "Partners", "membershipType": "shared", "members": ["emma.nolan@harbourfinch.example"],
        ],
      ],
    ]
    return base.merging(more)
  }

  static func group(_ harness: AdminHarness, _ answer: AdminHarness.Answer) async -> JSONValue? {
    await harness.state("groups").first { $0["id"] == answer["groupId"] }
  }

  @Test("Makes everything, in order, and says what the tenant shows")
  func happyPath() async throws {
    let harness = try await AdminHarness(lags: Lags())
    let person = PretendPerson()
    let answer = try await harness.call("create_teams_group", Self.arguments(), as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["verified"] == true, "\(answer.json.text)")
    #expect(answer["mailNickname"] == "harbour-wurdig-koln")
    #expect(answer["visibility"] == "Private")
    #expect(answer["owners"] == 2)
    #expect(answer["members"] == 2)
    #expect(answer["notAdded"] == [])
    #expect(answer["existed"] == false)
    #expect(answer["siteUrl"]?.stringValue?.hasPrefix("https://") == true)
    #expect(person.questions.isEmpty, "making a team of colleagues needs no approval")

    let group = try #require(await Self.group(harness, answer))
    let channels = group["team"]?["channels"]?.arrayValue ?? []
    #expect(channels.compactMap { $0["displayName"]?.stringValue } == ["General", "Plans", "Money", "Partners"])
    #expect(channels.compactMap { $0["membershipType"]?.stringValue } == ["standard", "standard", "private", "shared"])
    #expect(channels[2]["members"]?.arrayValue?.count == 2)
    #expect(channels[3]["members"]?.arrayValue?.count == 2, "the team's first owner owns the shared channel")
    #expect(group["owners"]?.arrayValue?.count == 2)
    #expect(group["members"]?.arrayValue?.count == 4)
    #expect(group["settings"]?[0]?.text.contains(#""AllowToAddGuests","value":"false""#) == true, "\(group.text)")
    #expect(group["team"]?["guestSettings"]?["allowCreateUpdateChannels"] == false)
    #expect(
      person.progress.compactMap(\.message).filter { !$0.contains(": ") && !$0.contains("Looking") } == [
        "Create the group Harbour Würdig – Köln", "Wait for the SharePoint site", "Keep guests out",
        "Make a team of the group", "Add owners and members", "Create the standard channel Plans",
        "Create the private channel Money", "Add people to the channel Money", "Create the shared channel Partners",
        "Add people to the channel Partners", "Check the team's settings", "Read the team back", "Done",
      ])
    #expect(try await harness.store().audit.verify().isIntact)
  }

  @Test("Undone, the tenant is as it was, with the group among the deleted ones")
  func undone() async throws {
    let harness = try await AdminHarness(lags: Lags())
    let before = await harness.snapshot()
    let answer = try await harness.call("create_teams_group", Self.arguments())
    let undone = try await harness.undo(answer)
    #expect(undone["undone"]?[0]?.stringValue?.contains("restored for 30 days") == true)
    #expect(await harness.snapshot() == before)
    #expect(await harness.state("deletedGroups").count == 1)
    #expect(await harness.counts()["groupDeleted"] == 1, "one deletion takes everything along")
  }

  @Test("A team to which somebody has added since is not taken away")
  func drift() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("create_teams_group", Self.arguments())
    let other = try OtherAdministrator(harness)
    let team = try #require(answer["teamId"]?.stringValue)
    _ = try await other.graph.createChannel(NewChannel(displayName: "Lunch"), inTeam: team)
    let undone = try await harness.call("undo_operation", ["operationId": try #require(answer["operationId"])])
    #expect(undone.code == "WF_003", "\(undone.json.text)")
    #expect(undone["message"]?.stringValue?.contains("Lunch") == true)
    #expect(await Self.group(harness, answer) != nil)
  }

  // MARK: Once and no more

  @Test("The same idempotency key is the same team")
  func sameKey() async throws {
    let harness = try await AdminHarness()
    let arguments = Self.arguments(["idempotencyKey": "team-koln-1"])
    let first = try await harness.call("create_teams_group", arguments)
    let second = try await harness.call("create_teams_group", arguments)
    #expect(second["teamId"] == first["teamId"])
    #expect(second["operationId"] == first["operationId"])
    #expect(await harness.counts()["groupCreated"] == 1)
  }

  @Test("The same call without a key looks the team through, completes it, and makes nothing twice")
  func sameCall() async throws {
    let harness = try await AdminHarness()
    let first = try await harness.call("create_teams_group", Self.arguments())
    let other = try OtherAdministrator(harness)
    let team = try #require(first["teamId"]?.stringValue)
    let plans = try #require(first["channels"]?[0]?["channelId"]?.stringValue)
    try await other.graph.deleteChannel(id: plans, ofTeam: team)
    try await other.graph.setGuestAccess(ofGroup: team, to: true)
    try await harness.timekeeper.sleep(for: .seconds(31 * 86_400))

    let second = try await harness.call("create_teams_group", Self.arguments())
    #expect(!second.isError, "\(second.json.text)")
    #expect(second["existed"] == true)
    #expect(second["teamId"] == first["teamId"])
    #expect(second["channels"]?[0]?["channelId"] != first["channels"]?[0]?["channelId"], "that one was missing")
    #expect(second["channels"]?[1] == first["channels"]?[1])
    #expect(try await other.graph.guestAccess(ofGroup: team) == false)
    #expect(await harness.counts()["groupCreated"] == 1)
    #expect(await harness.counts()["teamCreated"] == 1)

    let undone = try await harness.call("undo_operation", ["operationId": try #require(second["operationId"])])
    #expect(undone.code == "WF_003", "what existed before stays")
    #expect(await Self.group(harness, first) != nil)
  }

  @Test("Another call for a team of that name is refused, and names the one there is")
  func nameTaken() async throws {
    let harness = try await AdminHarness()
    let first = try await harness.call("create_teams_group", Self.arguments())
    let second = try await harness.call("create_teams_group", Self.arguments(["visibility": "Public"]))
    #expect(second.code == "TEAM_001")
    #expect(second["details"]?["groupId"] == first["groupId"])
    let known = try await harness.call("create_teams_group", Self.arguments(["displayName": "Management"]))
    #expect(known.code == "TEAM_001")
    #expect(await harness.counts()["groupCreated"] == 1)
  }

  @Test("Where only the nickname is taken another one is made: by another group, a deleted one, a mailbox")
  func nicknameTaken() async throws {
    let harness = try await AdminHarness()
    let first = try await harness.call("create_teams_group", Self.arguments(["displayName": "Closings!"]))
    #expect(!first.isError, "\(first.json.text)")
    #expect(first["mailNickname"] == "closings-2", "closings is the address of a shared mailbox")
    let similar = try await harness.call("create_teams_group", Self.arguments(["displayName": "management?"]))
    #expect(similar["mailNickname"] == "management-2", "\(similar.json.text)")
    #expect(similar["warnings"]?.text.contains("Management has it") == true)

    let made = try await harness.call("create_teams_group", Self.arguments())
    try await harness.undo(made)
    let again = try await harness.call("create_teams_group", Self.arguments())
    #expect(again["mailNickname"] == "harbour-wurdig-koln-2", "\(again.json.text)")
    #expect(again["warnings"]?.text.contains("was deleted") == true)
  }

  // MARK: Guests

  @Test("Guests are let in where that is asked for, and whoever lets a guest in is asked first")
  func guests() async throws {
    let harness = try await AdminHarness()
    let closed = try await harness.call("create_teams_group", Self.arguments(["members": [.string(Self.guest)]]))
    #expect(closed.code == "VAL_001")
    #expect(closed["message"]?.stringValue?.contains("enableGuestAccess: true") == true)

    let arguments = Self.arguments(["members": [.string(Self.guest)], "enableGuestAccess": true, "channels": []])
    let person = PretendPerson(.approve)
    let answer = try await harness.call("create_teams_group", arguments, as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(person.questions.first?.contains("guests join the team") == true)
    #expect(answer["guestAccess"] == true)
    #expect(answer["members"] == 1)
    let other = try OtherAdministrator(harness)
    #expect(try await other.graph.guestAccess(ofGroup: try #require(answer["teamId"]?.stringValue)) == true)
  }

  @Test("Where the tenant keeps guests out, that is said beforehand, and who was not added is named")
  func guestsForbidden() async throws {
    let harness = try await AdminHarness()
    let other = try OtherAdministrator(harness)
    _ = try await other.graph.createDirectorySetting(
      template: DirectorySettingTemplate.groups, values: ["AllowToAddGuests": "false"])
    let answer = try await harness.call(
      "create_teams_group",
      Self.arguments([
        "members": [.string(Self.guest), "daniel.okafor@harbourfinch.example"], "enableGuestAccess": true,
        "channels": [],
      ]))
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["warnings"]?.text.contains("lets no guests into groups") == true)
    #expect(answer["notAdded"]?.arrayValue?.count == 1)
    #expect(answer["notAdded"]?[0]?["reason"]?.stringValue?.contains("Guests cannot be added") == true)
    #expect(answer["warnings"]?.text.contains("Left for you: Add owners and members: add alex.berg") == true)
    #expect(answer["members"] == 1)
  }

  // MARK: Many

  @Test("More people than fit into one request all come")
  func many() async throws {
    let seed = try Seed(
      text: """
        {"tenant": {"displayName": "Own", "country": "IE",
          "domains": [{"name": "own.example", "default": true}, {"name": "own.onmicrosoft.com", "initial": true}]},
         "products": [{"partNumber": "SPB", "seats": 300}], "generate": {"users": 230, "licenses": ["SPB"]},
         "users": [
           {"userPrincipalName": "boss@own.example", "displayName": "Boss", "licenses": ["SPB"]},
           {"userPrincipalName": "test.user2@own.example", "displayName": "T", "licenses": ["SPB"]}]}
        """)
    let harness = try await AdminHarness(seed: seed)
    let names = await harness.state("users").compactMap { $0["userPrincipalName"] }.filter { $0 != "boss@own.example" }
    let answer = try await harness.call(
      "create_teams_group",
      ["displayName": "Everybody", "owners": ["boss@own.example"], "members": .array(names)])
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["members"]?.intValue == names.count)
    #expect(answer["owners"] == 1)
  }

  @Test("A dry run names the calls, and makes nothing")
  func dryRun() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("create_teams_group", Self.arguments(["dryRun": true]))
    let calls = (answer["plan"]?["calls"]?.arrayValue ?? []).compactMap { $0["operation"]?.stringValue }
    #expect(calls.first == "POST /groups")
    #expect(calls.contains("PUT /groups/{id}/team"))
    #expect(answer["plan"]?["reversible"] == true)
    #expect(await harness.counts() == [:])
  }
}
