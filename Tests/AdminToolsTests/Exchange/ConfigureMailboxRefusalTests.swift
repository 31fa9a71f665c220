import AdminCore
import AdminTools
import M365
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("configure_mailbox refuses")
struct ConfigureMailboxRefusalTests {
  struct Bad: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let settings: JSONObject
    let path: String
    let rule: String
  }

  private static func rule(_ rule: JSONObject) -> JSONObject { ["forwardingRules": [.object(rule)]] }

  private static let bad: [Bad] = [
    Bad(testDescription: "nothing", settings: [:], path: "/settings", rule: "required"),
    Bad(
      testDescription: "a zone of no place", settings: ["timeZone": "Mars/Olympus"], path: "/settings/timeZone",
      rule: "timeZone"),
    Bad(testDescription: "no locale", settings: ["language": "english!"], path: "/settings/language", rule: "locale"),
    Bad(
      testDescription: "receipts twice", settings: ["readReceipts": true, "readReceiptResponse": "ask"],
      path: "/settings/readReceiptResponse", rule: "exclusive"),
    Bad(
      testDescription: "replies of nothing", settings: ["automaticReplies": [:]], path: "/settings/automaticReplies",
      rule: "required"),
    Bad(
      testDescription: "scheduled without times", settings: ["automaticReplies": ["status": "scheduled"]],
      path: "/settings/automaticReplies", rule: "required"),
    Bad(
      testDescription: "times without a schedule",
      settings: ["automaticReplies": ["status": "disabled", "scheduledStartDateTime": "2026-02-01"]],
      path: "/settings/automaticReplies/status", rule: "required"),
    Bad(
      testDescription: "an end before the start",
      settings: [
        "automaticReplies": [
          "status": "scheduled", "scheduledStartDateTime": "2026-02-02", "scheduledEndDateTime": "2026-02-01",
        ]
      ], path: "/settings/automaticReplies/scheduledEndDateTime", rule: "order"),
    Bad(
      testDescription: "an end in the past",
      settings: [
        "automaticReplies": [
          "status": "scheduled", "scheduledStartDateTime": "2025-02-01", "scheduledEndDateTime": "2025-02-02",
        ]
      ], path: "/settings/automaticReplies/scheduledEndDateTime", rule: "past"),
    Bad(
      testDescription: "a time that is none",
      settings: [
        "automaticReplies": [
          "status": "scheduled", "scheduledStartDateTime": "next Monday", "scheduledEndDateTime": "2026-02-02",
        ]
      ], path: "/settings/automaticReplies/scheduledStartDateTime", rule: "dateTime"),
    Bad(
      testDescription: "forwarding to several", settings: rule(["forwardTo": ["a@b.example", "c@b.example"]]),
      path: "/settings/forwardingRules/0/forwardTo", rule: "count"),
    Bad(
      testDescription: "forwarding to nobody", settings: rule([:]), path: "/settings/forwardingRules/0/forwardTo",
      rule: "count"),
    Bad(
      testDescription: "conditions without a name",
      settings: rule(["forwardTo": ["a@b.example"], "conditions": ["hasAttachments": true]]),
      path: "/settings/forwardingRules/0/name", rule: "required"),
    Bad(
      testDescription: "two forwardings",
      settings: ["forwardingRules": [["forwardTo": ["a@b.example"]], ["forwardTo": ["c@b.example"]]]],
      path: "/settings/forwardingRules/1", rule: "unique"),
    Bad(
      testDescription: "a name twice",
      settings: [
        "forwardingRules": [
          ["name": "A", "forwardTo": ["a@b.example"]], ["name": "A ", "forwardTo": ["c@b.example"]],
        ]
      ], path: "/settings/forwardingRules/1/name", rule: "unique"),
    Bad(
      testDescription: "a blank name", settings: rule(["name": "  ", "forwardTo": ["a@b.example"]]),
      path: "/settings/forwardingRules/0/name", rule: "name"),
    Bad(
      testDescription: "no address", settings: rule(["name": "A", "redirectTo": ["nobody"]]),
      path: "/settings/forwardingRules/0/redirectTo/0", rule: "address"),
    Bad(
      testDescription: "itself", settings: rule(["forwardTo": ["Daniel.Okafor@harbourfinch.example"]]),
      path: "/settings/forwardingRules/0/forwardTo/0", rule: "loop"),
    Bad(
      testDescription: "conditions of a rule without target",
      settings: rule(["name": "A", "conditions": ["hasAttachments": true]]), path: "/settings/forwardingRules/0",
      rule: "required"),
  ]

  @Test("What cannot be set is refused with its place, before anything is written", arguments: bad)
  func refused(_ item: Bad) async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("configure_mailbox", ConfigureMailboxTests.arguments(item.settings))
    #expect(answer.code == "VAL_001", "\(answer.json.text)")
    let text = answer["details"]?.text ?? ""
    #expect(text.contains("\"\(item.path)\"") && text.contains("\"\(item.rule)\""), "\(answer.json.text)")
    #expect(harness.changes.isEmpty)
  }

  @Test("Whoever is nobody, a guest, or without a mailbox cannot be configured")
  func people() async throws {
    let harness = try await AdminHarness()
    let ghost = try await harness.call(
      "configure_mailbox",
      ConfigureMailboxTests.arguments(ConfigureMailboxTests.everything, of: "ghost@\(harness.domain)"))
    #expect(ghost.code == "USER_002")
    #expect(ghost["details"]?["path"] == "/userEmail")
    let guest = try await harness.call(
      "configure_mailbox",
      ConfigureMailboxTests.arguments(ConfigureMailboxTests.everything, of: "alex.berg@norsund.example"))
    #expect(guest.code == "VAL_001")
    #expect(guest["message"]?.stringValue?.contains("guest") == true)
    let rory = try await harness.call(
      "configure_mailbox",
      ConfigureMailboxTests.arguments(ConfigureMailboxTests.everything, of: "rory.quinn@\(harness.domain)"))
    #expect(rory.isError)
    #expect(rory["message"]?.stringValue?.contains("mailbox") == true, "\(rory.json.text)")
    #expect(harness.changes.isEmpty)
  }

  @Test("What Exchange does not take is refused in its words, and what was set before is put back")
  func refusedByExchange() async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    let answer = try await harness.call(
      "configure_mailbox",
      ConfigureMailboxTests.arguments(["timeZone": "W. Europe Standard Time", "language": "tlh-KX"]))
    #expect(answer.code == "VAL_001", "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains("tlh-KX") == true)
    #expect(answer["details"]?["undone"]?.text.contains("timeZone") == true)
    #expect(await harness.mailTenant() == start)
  }

  @Test("A rule that is read-only, one of several of its name, and one that is not there are refused")
  func rules() async throws {
    let harness = try await AdminHarness()
    let graph = try await harness.graph()
    let user = UserReference(ConfigureMailboxTests.daniel)
    let content: JSONObject = ["actions": ["markAsRead": true]]
    for _ in 0..<2 { try await graph.createInboxRule(in: user, named: "Twice", content) }
    let twice = try await harness.call(
      "configure_mailbox",
      ConfigureMailboxTests.arguments(Self.rule(["name": "Twice", "forwardTo": [.string(AdminHarness.nora)]])))
    #expect(twice.isError && twice["message"]?.stringValue?.contains("several rules") == true, "\(twice.json.text)")
    let missing = try await harness.call(
      "configure_mailbox", ConfigureMailboxTests.arguments(Self.rule(["name": "Nothing", "enabled": false])))
    #expect(missing.code == "GRAPH_002", "\(missing.json.text)")
    #expect(await harness.counts()["inboxRuleCreated"] == 2)
  }
}
