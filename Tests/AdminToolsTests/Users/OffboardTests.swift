import AdminCore
import AdminTools
import M365
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("offboard_user")
struct OffboardTests {
  static let aoife = "aoife.walsh@harbourfinch.example"
  static let daniel = "daniel.okafor@harbourfinch.example"
  static let nora = "nora.keane@harbourfinch.example"

  /// Everything that goes together with a shared mailbox.
  static let shared: JSONObject = [
    "userEmail": .string(aoife), "hideFromAddressLists": true,
    "automaticReply": ["message": "I have left. Write to\nDaniel <daniel>.", "externalMessage": "Gone & away."],
    "convertToSharedMailbox": true, "delegateAccess": [.string(daniel)], "removeFromGroups": true,
    "transferOwnershipTo": .string(daniel), "transferReportsTo": "nora.keane@harbourfinch.example",
    "removeLicenses": true,
  ]

  static let deleted: JSONObject = [
    "userEmail": .string(aoife), "removeFromGroups": true, "transferOwnershipTo": .string(daniel), "deleteUser": true,
  ]

  static func states(_ answer: AdminHarness.Answer) -> [String] {
    (answer["checklist"]?.arrayValue ?? []).compactMap { $0["state"]?.stringValue }
  }

  static func mailbox(_ name: String, _ harness: AdminHarness) async -> JSONValue? {
    let id = await harness.user(name)?["id"]
    return await harness.state("mailboxes").first { $0["ownerId"] == id }
  }

  @Test("Every point is done and checked off, and undoing gives everything back")
  func shared() async throws {
    let harness = try await AdminHarness()
    let before = await harness.snapshot()
    let person = PretendPerson(.approve)
    let answer = try await harness.call("offboard_user", Self.shared, as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(Self.states(answer).allSatisfy { $0 == "done" }, "\(answer.json.text)")
    #expect(Self.states(answer).count == 11, "\(answer.json.text)")
    #expect(answer["complete"] == true)
    #expect(answer["verified"] == true, "\(answer.json.text)")
    let question = person.questions.first ?? ""
    for words in ["ends the access of aoife", "grants access: the mailbox", "removes a licence"] {
      #expect(question.contains(words), "\(question)")
    }

    let user = try #require(await harness.user(Self.aoife))
    #expect(user["accountEnabled"] == false)
    #expect(user["licenses"] == [])
    let mailbox = try #require(await Self.mailbox(Self.aoife, harness))
    #expect(mailbox["kind"] == "shared")
    #expect(
      mailbox["settings"]?["automaticRepliesSetting"]?["internalReplyMessage"]?.stringValue?
        .contains("Write to<br>Daniel &lt;daniel&gt;.") == true, "\(mailbox.text)")
    let other = try OtherAdministrator(harness)
    let daniel = try await other.id(of: Self.daniel)
    let closings = try #require(await harness.state("groups").first { $0["mailNickname"] == "closings-team" })
    #expect(closings["owners"] == [.string(daniel)])
    #expect(closings["members"]?.arrayValue?.contains(try #require(user["id"])) == false)
    let nora = try await other.id(of: "nora.keane@harbourfinch.example")
    #expect(await harness.user(Self.daniel)?["managerId"] == .string(nora))
    #expect(await harness.counts()["sessionsRevoked"] == 1)

    let undone = try await harness.undo(answer)
    #expect(undone["kept"]?.arrayValue?.count == 1, "sessions stay ended")
    let after = await harness.snapshot()
    #expect(after == before, "\(before.difference(from: after))")
  }

  @Test("Done again, everything is so already")
  func again() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("offboard_user", Self.shared)
    let before = await harness.counts()
    let answer = try await harness.call(
      "offboard_user",
      [
        "userEmail": .string(Self.aoife), "hideFromAddressLists": true, "convertToSharedMailbox": true,
        "delegateAccess": [.string(Self.daniel)], "removeFromGroups": true, "removeLicenses": true,
        "revokeSessions": false,
      ])
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(Set(Self.states(answer)) == ["unchanged"], "\(answer.json.text)")
    #expect(await harness.counts() == before)
  }

  @Test("Only blocked and signed out, by default")
  func usual() async throws {
    let harness = try await AdminHarness()
    let before = await harness.snapshot()
    let answer = try await harness.call("offboard_user", ["userEmail": .string(Self.daniel)])
    #expect(Self.states(answer) == ["done", "done"], "\(answer.json.text)")
    #expect(await harness.user(Self.daniel)?["accountEnabled"] == false)
    #expect(await harness.user(Self.daniel)?["licenses"] == ["O365_BUSINESS_PREMIUM"])
    try await harness.undo(answer)
    #expect(await harness.snapshot() == before)
  }

  @Test("Deleted in the end, and restored by undoing")
  func deletion() async throws {
    let harness = try await AdminHarness()
    let before = await harness.snapshot()
    let answer = try await harness.call("offboard_user", Self.deleted)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["complete"] == true, "\(answer.json.text)")
    #expect(await harness.user(Self.aoife) == nil)
    #expect(await harness.counts()["userDeleted"] == 1)
    try await harness.undo(answer)
    #expect(await harness.counts()["userRestored"] == 1)
    let after = await harness.snapshot()
    #expect(after == before, "\(before.difference(from: after))")
  }

  @Test("Forwarding outside is a risk of its own, and is undone")
  func forwarding() async throws {
    let harness = try await AdminHarness()
    let before = await harness.snapshot()
    let person = PretendPerson(.approve)
    let outside: JSONObject = ["userEmail": .string(Self.daniel), "forwardTo": "daniel@elsewhere.example"]
    let answer = try await harness.call("offboard_user", outside, as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(person.questions.first?.contains("forwards mail outside: daniel@elsewhere.example") == true)
    try await harness.undo(answer)
    #expect(await harness.snapshot() == before)

    let inside = PretendPerson(.approve)
    _ = try await harness.call(
      "offboard_user", ["userEmail": .string(Self.daniel), "forwardTo": .string(Self.aoife)], as: inside)
    #expect(inside.questions.first?.contains("forwards mail outside") == false)
  }

  @Test("A distribution list is left by way of Exchange, and entered again")
  func distributionList() async throws {
    let harness = try await AdminHarness()
    let before = await harness.snapshot()
    let answer = try await harness.call("offboard_user", ["userEmail": .string(Self.nora), "removeFromGroups": true])
    #expect(answer["complete"] == true, "\(answer.json.text)")
    let id = try #require(await harness.user(Self.nora)?["id"])
    for group in await harness.state("groups") { #expect(group["members"]?.arrayValue?.contains(id) == false) }
    try await harness.undo(answer)
    let after = await harness.snapshot()
    #expect(after == before, "\(before.difference(from: after))")
  }

  /// Lets everybody in the group VPN Users have a licence by way of it.
  static func giveByGroup(_ harness: AdminHarness) async throws {
    let other = try OtherAdministrator(harness)
    let group = try #require(
      await harness.state("groups").first { $0["mailNickname"] == "vpn-users" }?["id"]?.stringValue)
    let product = try #require(try await other.graph.subscribedSKUs().first { $0.partNumber == "POWER_BI_STANDARD" })
    try await other.graph.assignLicenses(toGroup: group, adding: [DirectoryUser.AssignedLicense(sku: product.id)])
    try await harness.timekeeper.sleep(for: .seconds(60))
    _ = try await other.graph.user(UserReference(nora))
  }

  private static func members(_ nickname: String, _ harness: AdminHarness) async -> [JSONValue] {
    await harness.state("groups").first { $0["mailNickname"] == .string(nickname) }?["members"]?.arrayValue ?? []
  }

  @Test("A group that gives a licence is left by hand, or once the mailbox is a shared one")
  func licenceByGroup() async throws {
    let harness = try await AdminHarness()
    try await Self.giveByGroup(harness)
    let before = await harness.snapshot()
    let id = try #require(await harness.user(Self.nora)?["id"])
    let person = PretendPerson(.approve)
    let kept = try await harness.call(
      "offboard_user", ["userEmail": .string(Self.nora), "removeFromGroups": true], as: person)
    #expect(
      kept["warnings"]?.text.contains("out of VPN Users when the mailbox is not needed") == true, "\(kept.json.text)")
    #expect(person.questions.first?.contains("out of VPN Users") == true)
    #expect(await Self.members("vpn-users", harness).contains(id))
    #expect(await !Self.members("all-staff", harness).contains(id))
    try await harness.undo(kept)

    let shared: JSONObject = [
      "userEmail": .string(Self.nora), "removeFromGroups": true, "convertToSharedMailbox": true,
    ]
    let left = try await harness.call("offboard_user", shared, as: person)
    #expect(left["complete"] == true, "\(left.json.text)")
    #expect(person.questions.last?.contains("removes a licence") == true)
    #expect(await !Self.members("vpn-users", harness).contains(id))
    try await harness.undo(left)
    let after = await harness.snapshot()
    #expect(after == before, "\(before.difference(from: after))")
  }

  @Test("A dynamic group and one that is kept on premises are left to whoever looks after them")
  func otherMasters() async throws {
    let groups = """
      {"displayName": "Finance", "mailNickname": "finance", "kind": "security", "dynamic": true,
       "members": ["lukas.meyer@harbourfinch.example"]},
      {"displayName": "Old File Server", "mailNickname": "old-files", "kind": "security", "synchronized": true,
       "members": ["lukas.meyer@harbourfinch.example"]},
      {"displayName": "VPN Users"
      """
    let text = Seed.standardText.replacing(#"{"displayName": "VPN Users""#, with: groups)
    let harness = try await AdminHarness(seed: try Seed(text: text))
    let answer = try await harness.call(
      "offboard_user", ["userEmail": "lukas.meyer@harbourfinch.example", "removeFromGroups": true])
    #expect(answer["complete"] == true, "\(answer.json.text)")
    #expect(Self.states(answer).count == 3)
    let warnings = answer["warnings"]?.text ?? ""
    #expect(warnings.contains("rule of the dynamic group Finance"), "\(warnings)")
    #expect(warnings.contains("Old File Server in the directory on premises"), "\(warnings)")
  }

  @Test("Administrator roles are named, so that somebody takes them")
  func roles() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "offboard_user",
      [
        "userEmail": "maeve.finch@harbourfinch.example", "removeFromGroups": true,
        "transferOwnershipTo": .string(Self.aoife), "dryRun": true,
      ])
    #expect(answer["plan"]?["warnings"]?.text.contains("Global Administrator") == true, "\(answer.json.text)")
  }

  @Test("A dry run shows every point, and nothing happens; without a person's word neither")
  func dryRun() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("offboard_user", Self.shared.merging(["dryRun": true]))
    #expect(answer["plan"]?["calls"]?.arrayValue?.count == 9, "\(answer.json.text)")
    #expect(answer["plan"]?["reversible"] == false, "sessions cannot be brought back")
    #expect(try await harness.call("offboard_user", Self.shared, as: PretendPerson(.decline)).code == "CONF_001")
    #expect(try await harness.call("offboard_user", Self.shared, as: PretendPerson()).code == "CONF_001")
    #expect(await harness.counts() == [:])
  }
}
