import AdminCore
import AdminTools
import M365
import TenantSimulator
import Testing

/// Options that contradict each other, and people who are not taken out.
@Suite("offboard_user refused")
struct OffboardRefusalTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var user = OffboardTests.daniel
    let arguments: JSONObject
    var code = "VAL_001"
    let words: [String]
  }

  static let cases = [
    Case(
      testDescription: "forwarding and a shared mailbox",
      arguments: ["forwardTo": .string(OffboardTests.aoife), "convertToSharedMailbox": true], words: ["choose one"]),
    Case(
      testDescription: "licences without conversion", arguments: ["removeLicenses": true],
      words: ["deleted after 30 days", "convertToSharedMailbox: true"]),
    Case(
      testDescription: "licences and deletion", arguments: ["removeLicenses": true, "deleteUser": true],
      words: ["frees the licences"]),
    Case(
      testDescription: "conversion and deletion", arguments: ["convertToSharedMailbox": true, "deleteUser": true],
      words: ["goes with its user"]),
    Case(
      testDescription: "an automatic reply and deletion",
      arguments: ["automaticReply": ["message": "Gone"], "deleteUser": true], words: ["takes the mailbox along"]),
    Case(
      testDescription: "a delegate and deletion",
      arguments: ["delegateAccess": [.string(OffboardTests.aoife)], "deleteUser": true],
      words: ["takes the mailbox along"]),
    Case(
      testDescription: "an owner without leaving", arguments: ["transferOwnershipTo": .string(OffboardTests.aoife)],
      words: ["removeFromGroups"]),
    Case(
      testDescription: "nothing at all", arguments: ["blockSignIn": false, "revokeSessions": false],
      words: ["nothing would be done"]),
    Case(
      testDescription: "two contradictions at once",
      arguments: ["removeLicenses": true, "transferOwnershipTo": .string(OffboardTests.aoife)],
      words: ["/removeLicenses", "/transferOwnershipTo"]),
    Case(
      testDescription: "a delegate who leaves", arguments: ["delegateAccess": [.string(OffboardTests.daniel)]],
      words: ["somebody else"]),
    Case(
      testDescription: "a delegate who cannot sign in",
      arguments: ["delegateAccess": ["rory.quinn@harbourfinch.example"]],
      words: ["able to sign in"]),
    Case(
      testDescription: "forwarding to itself", arguments: ["forwardTo": .string(OffboardTests.daniel)],
      words: ["another address"]),
    Case(
      testDescription: "forwarding to what is no address", arguments: ["forwardTo": "not an address"],
      code: "MAIL_001", words: ["not an address"]),
    Case(
      testDescription: "a mailbox that is not there", user: "rory.quinn@harbourfinch.example",
      arguments: ["hideFromAddressLists": true], words: ["no mailbox"]),
    Case(
      testDescription: "the last owner of a team", user: OffboardTests.aoife, arguments: ["removeFromGroups": true],
      words: ["last owner of Closings", "transferOwnershipTo"]),
    Case(
      testDescription: "the last owner of a team, deleted", user: OffboardTests.aoife,
      arguments: ["deleteUser": true], words: ["last owner of Closings"]),
    Case(
      testDescription: "the last owner of a team, who may not sign in any more", user: OffboardTests.aoife,
      arguments: [:], words: ["last owner of Closings", "transferOwnershipTo"]),
    Case(
      testDescription: "a guest as the next owner", user: OffboardTests.aoife,
      arguments: ["removeFromGroups": true, "transferOwnershipTo": .string(CreateTeamTests.guest)],
      words: ["guest cannot own"]),
    Case(
      testDescription: "somebody nobody knows", user: "nobody@harbourfinch.example", arguments: [:], code: "USER_002",
      words: ["nobody@"]),
    Case(
      testDescription: "a synchronised user", user: "seamus.daly@harbourfinch.example", arguments: [:],
      code: "PERM_001", words: ["on premises"]),
  ]

  @Test("Nothing is done, and every reason is named", arguments: cases)
  func refused(_ item: Case) async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "offboard_user", (["userEmail": .string(item.user)] as JSONObject).merging(item.arguments))
    #expect(answer.code == item.code, "\(answer.json.text)")
    for word in item.words { #expect(answer.json.text.contains(word), "\(answer.json.text)") }
    #expect(await harness.counts() == [:])
  }

  @Test("An emergency account and the last Global Administrator stay, whatever is asked for")
  func lockout() async throws {
    let harness = try await AdminHarness(settings: [.breakGlassAccounts: OffboardTests.daniel])
    let emergency = try await harness.call(
      "offboard_user", ["userEmail": .string(OffboardTests.daniel), "blockSignIn": false])
    #expect(emergency["details"]?["rule"] == "break_glass", "\(emergency.json.text)")

    let maeve = "maeve.finch@harbourfinch.example"
    let seed = try Seed(
      text: Seed.standardText.replacing(
        #""displayName": "Emergency Access","#, with: #""displayName": "Emergency Access", "enabled": false,"#))
    let alone = try await AdminHarness(seed: seed)
    let last = try await alone.call("offboard_user", ["userEmail": .string(maeve)])
    #expect(last["details"]?["rule"] == "last_global_administrator", "\(last.json.text)")
    #expect(await alone.counts() == [:])
  }

  @Test("Reports whom a directory on premises keeps are left for a person, with the reason")
  func synchronizedReport() async throws {
    let seed = try Seed(
      text: Seed.standardText.replacing(
        #""licenses": ["O365_BUSINESS_PREMIUM"], "manager": "aoife.walsh@harbourfinch.example"},"#,
        with: #""licenses": ["O365_BUSINESS_PREMIUM"], "manager": "aoife.walsh@harbourfinch.example","#
          + #" "synchronized": true},"#))
    let harness = try await AdminHarness(seed: seed)
    let answer = try await harness.call(
      "offboard_user",
      [
        "userEmail": .string(OffboardTests.aoife), "blockSignIn": false,
        "transferReportsTo": "maeve.finch@harbourfinch.example",
      ])
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer.json.text.contains("in the directory on premises, which keeps them"), "\(answer.json.text)")
    #expect(answer["checklist"]?.text.contains("failed") == false, "\(answer.json.text)")
  }

  @Test("A mailbox that needs its licence as a shared one keeps it", arguments: ["hold", "archive"])
  func licenceNeeded(_ reason: String) async throws {
    let harness = try await AdminHarness()
    let emma = try #require(UserPrincipalName(UpdateUserTests.emma))
    let exchange = try await harness.services.tenant.value().exchange
    let mailbox = MailboxReference(emma)
    if reason == "hold" {
      _ = try await exchange.set(MailboxSetting(LitigationHold.self, of: mailbox), to: LitigationHold(isOn: true))
    } else {
      _ = try await exchange.set(ArchiveSetting(of: mailbox), to: true)
    }
    let answer = try await harness.call(
      "offboard_user",
      ["userEmail": .string(emma.text), "convertToSharedMailbox": true, "removeLicenses": true])
    #expect(answer.code == "VAL_001", "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains("keeps needing a licence") == true)
  }
}
