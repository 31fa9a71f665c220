import AdminCore
import Foundation
import TestSupport
import Testing

/// Teams and people, through the executable, over stdio, against the simulated tenant over HTTP; and everything undone.
@Suite("A team comes, a person goes")
struct PeopleJourneyTests {
  private static let aoife = "aoife.walsh@harbourfinch.example"
  private static let daniel = "daniel.okafor@harbourfinch.example"

  private static let team: JSONObject = [
    "displayName": "Closing 2214", "owners": [.string(aoife)], "members": [.string(daniel)],
    "channels": [
      ["displayName": "Documents"],
      ["displayName": "Bank", "membershipType": "private", "members": [.string(daniel)]],
      ["displayName": "Buyer", "membershipType": "shared"],
    ],
  ]

  private static let offboarding: JSONObject = [
    "userEmail": .string(aoife), "hideFromAddressLists": true, "convertToSharedMailbox": true,
    "automaticReply": ["message": "I have left."], "delegateAccess": [.string(daniel)], "removeFromGroups": true,
    "transferOwnershipTo": .string(daniel), "transferReportsTo": "nora.keane@harbourfinch.example",
    "removeLicenses": true,
  ]

  @Test(
    "A team with channels and people, a user changed and offboarded, each taken back, by the official shapes",
    arguments: [false, true])
  func people(_ isFaulted: Bool) async throws {
    let journey = try await Journey(faultSeed: isFaulted ? 11 : nil)
    let client = journey.client
    let team = try await journey.call("create_teams_group", Self.team, meta: ["progressToken": "t"])
    #expect(team["verified"] == true, "\(team.text)")
    #expect(client.notifications("notifications/progress").count >= 8)
    let id = team["teamId"]?.stringValue ?? ""
    let shown = try await client.result("resources/read", ["uri": .string("m365://teams/\(id)")])
    #expect(shown["contents"]?.text.contains("Documents") == true)
    let read = try await journey.call(
      "graph_get", ["path": .string("/groups/\(id)/owners"), "select": ["userPrincipalName"]])
    #expect(read["items"]?[0]?["userPrincipalName"] == .string(Self.aoife), "\(read.text)")

    let titled = try await journey.call(
      "update_user", ["userEmail": .string(Self.daniel), "jobTitle": "Settlement Lead", "department": "Closings"])
    #expect(titled["changed"] == ["department", "jobTitle"], "\(titled.text)")
    // The one thing that nothing takes back.
    let updated = try await journey.call(
      "update_user", ["userEmail": .string(Self.daniel), "resetPassword": true], isKept: true)
    let password = try #require(updated["password"]?.stringValue, "\(updated.text)")
    let left = try await journey.call("offboard_user", Self.offboarding, meta: ["progressToken": "o"])
    #expect(left["complete"] == true, "\(left.text)")
    try await journey.end(secrets: [password])
  }
}
