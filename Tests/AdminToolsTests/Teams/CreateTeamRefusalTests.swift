import AdminCore
import AdminTools
import M365
import TenantSimulator
import Testing

/// What create_teams_group refuses before anything is made.
@Suite("create_teams_group refused")
struct CreateTeamRefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let arguments: JSONObject
    let code: String
    let words: [String]
  }

  private static func channel(_ channel: JSONObject) -> JSONObject { ["channels": [.object(channel)]] }

  static let cases = [
    Case(
      testDescription: "people nobody knows",
      arguments: ["members": ["nobody@harbourfinch.example", "noone@harbourfinch.example"]], code: "USER_002",
      words: ["nobody@harbourfinch.example, noone@harbourfinch.example", "guest first"]),
    Case(
      testDescription: "a guest as owner",
      arguments: ["owners": [.string(CreateTeamTests.guest)], "enableGuestAccess": true], code: "VAL_001",
      words: ["guests cannot own"]),
    Case(
      testDescription: "an owner without Teams",
      arguments: ["owners": ["rory.quinn@harbourfinch.example"], "channels": []],
      code: "LIC_003", words: ["no licence for Teams", "update_user"]),
    Case(testDescription: "no owner", arguments: ["owners": []], code: "VAL_001", words: ["owners"]),
    Case(
      testDescription: "a channel with a forbidden character", arguments: channel(["displayName": "A/B"]),
      code: "VAL_001", words: ["/channels/0/displayName", "must not contain /"]),
    Case(
      testDescription: "a second General", arguments: channel(["displayName": "general"]), code: "VAL_001",
      words: ["has a channel General already"]),
    Case(
      testDescription: "two channels of one name",
      arguments: ["channels": [["displayName": "Plans"], ["displayName": "plans"]]], code: "VAL_001",
      words: ["/channels/1/displayName", "one name"]),
    Case(
      testDescription: "people in a standard channel",
      arguments: channel(["displayName": "X", "members": ["emma.nolan@harbourfinch.example"]]), code: "VAL_001",
      words: ["everybody in the team"]),
    Case(
      testDescription: "somebody in a private channel who is not in the team",
      arguments: channel([
        "displayName": "X", "membershipType": "private", "members": ["emma.nolan@harbourfinch.example"],
      ]), code: "VAL_001", words: ["must be in the team", "emma.nolan"]),
    Case(
      testDescription: "a guest in a shared channel",
      arguments: channel([
        "displayName": "X", "membershipType": "shared", "members": [.string(CreateTeamTests.guest)],
      ]), code: "VAL_001", words: ["guest"]),
    Case(
      testDescription: "a name that shows nothing", arguments: ["displayName": "\u{200B}"], code: "VAL_001", words: []),
    Case(
      testDescription: "a kind of channel there is none",
      arguments: channel(["displayName": "X", "membershipType": "secret"]), code: "VAL_001", words: ["membershipType"]),
  ]

  @Test("Nothing is made, and everything that is wrong is named", arguments: cases)
  func refused(_ item: Case) async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("create_teams_group", CreateTeamTests.arguments(item.arguments))
    #expect(answer.code == item.code, "\(answer.json.text)")
    for word in item.words { #expect(answer.json.text.contains(word), "\(answer.json.text)") }
    #expect(await harness.counts() == [:])
  }

  @Test("The tenant's naming policy is asked first, and its words are passed on")
  func namingPolicy() async throws {
    let harness = try await AdminHarness()
    let other = try OtherAdministrator(harness)
    _ = try await other.graph.createDirectorySetting(
      template: DirectorySettingTemplate.groups,
      values: ["CustomBlockedWordsList": "payroll", "PrefixSuffixNamingRequirement": "GRP-[GroupName]"])
    let blocked = try await harness.call("create_teams_group", CreateTeamTests.arguments(["displayName": "Payroll"]))
    #expect(blocked.code == "VAL_001")
    #expect(blocked["message"]?.stringValue?.contains("blocked word") == true, "\(blocked.json.text)")
    let prefix = try await harness.call("create_teams_group", CreateTeamTests.arguments())
    #expect(prefix["message"]?.stringValue?.contains("must begin with 'GRP-'") == true, "\(prefix.json.text)")
    let good = try await harness.call("create_teams_group", CreateTeamTests.arguments(["displayName": "GRP-Köln"]))
    #expect(!good.isError, "\(good.json.text)")
  }

  @Test("Members without a licence for Teams are taken and named")
  func unlicensedMember() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "create_teams_group",
      CreateTeamTests.arguments(["members": ["rory.quinn@harbourfinch.example"], "channels": []]))
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["warnings"]?.text.contains("unable to open the team: rory.quinn@") == true)
  }
}
