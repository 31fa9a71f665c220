import AdminCore
import AdminTools
import M365
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("configure_mailbox")
struct ConfigureMailboxTests {
  static let daniel = AdminHarness.daniel

  static func arguments(_ settings: JSONObject, of user: String = daniel, _ more: JSONObject = [:]) -> JSONObject {
    let base: JSONObject = ["userEmail": .string(user), "settings": .object(settings)]
    return base.merging(more)
  }

  /// Something of every kind, all of it inside the organisation.
  static let everything: JSONObject = [
    "timeZone": "W. Europe Standard Time", "language": "de-DE", "readReceipts": true,
    "automaticReplies": [
      "status": "scheduled", "externalAudience": "contactsOnly", "internalReplyMessage": "Back on Monday.\nCall Nora.",
      "externalReplyMessage": "<p>I am away.</p>", "scheduledStartDateTime": "2026-02-01T08:00:00+01:00",
      "scheduledEndDateTime": "2026-02-07T17:00:00Z",
    ],
    "forwardingRules": [
      ["forwardTo": ["nora.keane@harbourfinch.example"], "keepCopy": true],
      [
        "name": "Invoices", "redirectTo": ["tomas.brennan@harbourfinch.example"],
        "conditions": ["subjectContains": ["invoice", "Rechnung"], "hasAttachments": true],
      ],
    ],
  ]

  private static let toOutside: JSONObject = ["forwardingRules": [["forwardTo": ["me@private.example"]]]]

  // MARK: What it does

  @Test("Every kind of setting is written, read back and, undone, is what it was", arguments: [Lags.none, Lags()])
  func everything(_ lags: Lags) async throws {
    let harness = try await AdminHarness(lags: lags)
    let start = await harness.mailTenant()
    let person = PretendPerson()
    let answer = try await harness.call("configure_mailbox", Self.arguments(Self.everything), as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["changed"] == true)
    #expect(answer["verified"] == true, "\(answer.json.text)")
    #expect(answer["changes"]?.arrayValue?.count == 6)
    #expect(answer["changes"]?.arrayValue?.allSatisfy { $0["changed"] == true && $0["before"] != $0["after"] } == true)
    #expect(person.questions.isEmpty, "forwarding inside needs nobody's approval")

    let mailbox = try #require(await harness.mailbox(Self.daniel))
    let settings = mailbox["settings"]
    #expect(settings?["timeZone"] == "W. Europe Standard Time")
    #expect(settings?["language"]?["locale"] == "de-DE")
    let replies = settings?["automaticRepliesSetting"]
    #expect(replies?["status"] == "scheduled" && replies?["externalAudience"] == "contactsOnly")
    #expect(replies?["internalReplyMessage"]?.stringValue?.contains("Back on Monday.<br>Call Nora.") == true)
    #expect(replies?["scheduledStartDateTime"]?["dateTime"] == "2026-02-01T07:00:00.0000000")
    #expect(mailbox["configuration"]?["ForwardingSmtpAddress"] == "smtp:nora.keane@harbourfinch.example")
    #expect(mailbox["configuration"]?["DeliverToMailboxAndForward"] == true)
    #expect(mailbox["configuration"]?["readReceiptResponse"] == "AlwaysSend")
    let rule = mailbox["rules"]?[0]
    #expect(rule?["displayName"] == "Invoices" && rule?["sequence"] == 1)
    #expect(rule?["conditions"]?["hasAttachments"] == true)

    try await harness.expectUndone(answer, to: start)
    #expect(try await harness.store().audit.verify().isIntact)
  }

  @Test("What is so already is not written, and needs nobody")
  func nothingToDo() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("configure_mailbox", Self.arguments(Self.everything))
    let counts = await harness.counts()
    let person = PretendPerson()
    let again = try await harness.call("configure_mailbox", Self.arguments(Self.everything), as: person)
    #expect(again["changed"] == false && again["verified"] == true, "\(again.json.text)")
    #expect(await harness.counts() == counts)
    #expect(person.questions.isEmpty)
    let undone = try await harness.undoing(again)
    #expect(await harness.counts() == counts, "\(undone.json.text)")
  }

  @Test("A mailbox that forwards outside already is not asked about again")
  func nothingToApprove() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("configure_mailbox", Self.arguments(Self.toOutside))
    let person = PretendPerson()
    let again = try await harness.call("configure_mailbox", Self.arguments(Self.toOutside), as: person)
    #expect(again["changed"] == false, "\(again.json.text)")
  }

  @Test("A dry run lists the exact calls, old and new values and permissions, and changes nothing")
  func dryRun() async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    let answer = try await harness.call(
      "configure_mailbox", Self.arguments(Self.everything, ["dryRun": true]), as: PretendPerson())
    let plan = try #require(answer["plan"], "\(answer.json.text)")
    #expect(
      plan["calls"]?.arrayValue?.map { $0["operation"]?.stringValue ?? "" } == [
        "PATCH /users/{id}/mailboxSettings", "PATCH /users/{id}/mailboxSettings", "PATCH /users/{id}/mailboxSettings",
        "Set-MailboxMessageConfiguration", "Set-Mailbox", "POST or PATCH /users/{id}/mailFolders/inbox/messageRules",
      ])
    #expect(
      plan["permissions"] == [
        "MailboxSettings.ReadWrite", "User.Read.All", "Organization.Read.All", "Exchange.ManageAsApp",
      ])
    #expect(plan["reversible"] == true && plan["risks"] == [])
    let facts = plan["facts"]?.text ?? ""
    for words in ["GMT Standard Time → W. Europe Standard Time", "en-IE → de-DE", "ask each time → always sent"] {
      #expect(facts.contains(words), "\(facts)")
    }
    #expect(harness.changes.isEmpty)
    #expect(await harness.mailTenant() == start)
  }

  @Test("Part of the automatic replies leaves the rest as it is, and puts back only what it has changed")
  func partOfReplies() async throws {
    let harness = try await AdminHarness()
    let priya = "priya.raman@harbourfinch.example"
    let start = await harness.mailTenant()
    let answer = try await harness.call(
      "configure_mailbox", Self.arguments(["automaticReplies": ["externalAudience": "none"]], of: priya))
    #expect(answer["changed"] == true, "\(answer.json.text)")
    let replies = await harness.mailbox(priya)?["settings"]?["automaticRepliesSetting"]
    #expect(replies?["status"] == "alwaysEnabled" && replies?["externalAudience"] == "none")
    #expect(replies?["internalReplyMessage"]?.stringValue?.contains("away until Monday") == true)
    try await harness.expectUndone(answer, to: start)
  }

  @Test("A time zone by the name that Windows does not know, and a text with the same words, are no change")
  func sameByAnotherName() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("configure_mailbox", Self.arguments(["timeZone": "Europe/Dublin"]))
    #expect(answer["changed"] == false, "\(answer.json.text)")
    let priya = try await harness.call(
      "configure_mailbox",
      Self.arguments(
        [
          "automaticReplies": [
            "internalReplyMessage":
              "I am away until Monday. For closings please write to closings@harbourfinch.example."
          ]
        ], of: "priya.raman@harbourfinch.example"))
    #expect(priya["changed"] == false, "\(priya.json.text)")
  }

  // MARK: Forwarding

  @Test("Forwarding one target wins over a recipient that was there, and undoing brings that back")
  func recipientBefore() async throws {
    let harness = try await AdminHarness()
    var old = MailboxForwarding(to: nil)
    old.recipient = "owen.harbour@harbourfinch.example"
    let mailbox = try #require(MailboxReference(address: Self.daniel))
    _ = try await MailboxSetting(MailboxForwarding.self, of: mailbox).write(old, to: try await harness.exchange())
    let start = await harness.mailTenant()
    let answer = try await harness.call(
      "configure_mailbox", Self.arguments(["forwardingRules": [["forwardTo": [.string(AdminHarness.nora)]]]]))
    #expect(answer["verified"] == true, "\(answer.json.text)")
    #expect(await harness.mailbox(Self.daniel)?["configuration"]?["ForwardingAddress"] == .null)
    try await harness.expectUndone(answer, to: start)
  }

  @Test("Forwarding that is switched off, and a rule that is, send nothing on")
  func switchedOff() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("configure_mailbox", Self.arguments(Self.everything))
    let between = await harness.mailTenant()
    let off: JSONObject = ["forwardingRules": [["enabled": false], ["name": "Invoices", "enabled": false]]]
    let answer = try await harness.call("configure_mailbox", Self.arguments(off))
    #expect(answer["verified"] == true, "\(answer.json.text)")
    let mailbox = await harness.mailbox(Self.daniel)
    #expect(mailbox?["configuration"]?["ForwardingSmtpAddress"] == .null)
    #expect(mailbox?["rules"]?[0]?["isEnabled"] == false)
    #expect(mailbox?["rules"]?[0]?["actions"]?["redirectTo"]?.arrayValue?.count == 1, "what it does stays")
    try await harness.expectUndone(answer, to: between)
  }

  @Test("A rule that is there gets other actions in its place, with a warning, and undoing gives it the old ones")
  func ruleChanged() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("configure_mailbox", Self.arguments(Self.everything))
    let between = await harness.mailTenant()
    let rule: JSONObject = [
      "forwardingRules": [["name": " Invoices ", "forwardTo": [.string(AdminHarness.nora)], "keepCopy": false]]
    ]
    let answer = try await harness.call("configure_mailbox", Self.arguments(rule))
    #expect(answer["verified"] == true, "\(answer.json.text)")
    #expect(answer["warnings"]?.text.contains("is there already and gets other actions") == true)
    #expect(answer["warnings"]?.text.contains("goes to Deleted Items") == true)
    let rules = await harness.mailbox(Self.daniel)?["rules"]?.arrayValue
    #expect(rules?.count == 1)
    #expect(rules?[0]["actions"]?["redirectTo"] == nil)
    try await harness.expectUndone(answer, to: between)
  }

  @Test("Forwarding outside is approved by a person who is told where to, and that the policy forbids it")
  func outside() async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    let rules: JSONObject = [
      "forwardingRules": [
        ["forwardTo": ["me@private.example"], "keepCopy": false],
        ["name": "Copy", "redirectTo": ["a@b.example", .string(AdminHarness.nora)]],
      ]
    ]
    let refusing = PretendPerson(.decline)
    #expect(try await harness.call("configure_mailbox", Self.arguments(rules), as: refusing).code == "CONF_001")
    let question = try #require(refusing.questions.first)
    for words in [
      "forwards mail outside: me@private.example, a@b.example", "outbound spam policy (Automatic)", "5.7.520",
      "no copy is kept", Self.daniel, "external_forwarding",
    ] { #expect(question.contains(words), "\(question)") }
    #expect(await harness.mailTenant() == start)

    let answer = try await harness.call("configure_mailbox", Self.arguments(rules))
    #expect(answer["verified"] == true, "\(answer.json.text)")
    #expect(answer["warnings"]?.text.contains("will bounce") == true)
    try await harness.expectUndone(answer, to: start)
  }

  @Test("Where policy and remote domain allow it nothing is said to bounce; each alone is a gate")
  func gates() async throws {
    let harness = try await AdminHarness()
    let exchange = try await harness.exchange()
    _ = try await exchange.set(OutboundForwarding.organization, to: OutboundForwarding(.on))
    func warnings() async throws -> String {
      let person = PretendPerson(.decline)
      _ = try await harness.call("configure_mailbox", Self.arguments(Self.toOutside), as: person)
      return person.questions.first ?? ""
    }
    #expect(try await !warnings().contains("5.7.520"))
    _ = try await exchange.set(ExchangeSwitch.remoteDomain(.autoForward), to: false)
    #expect(try await warnings().contains("remote domain Default"))
  }

  @Test("Where the policy cannot be read the person is told that it was not checked")
  func gateUnknown() async throws {
    let harness = try await AdminHarness()
    harness.fail("Get-HostedOutboundSpamFilterPolicy", with: .status(403, retryAfter: nil))
    let person = PretendPerson(.approve)
    let answer = try await harness.call("configure_mailbox", Self.arguments(Self.toOutside), as: person)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(person.questions.first?.contains("could not be checked") == true)
  }

  @Test("Switching on a rule that sends outside is as risky as making it")
  func switchedOnOutside() async throws {
    let harness = try await AdminHarness()
    let made: JSONObject = [
      "forwardingRules": [["name": "Out", "forwardTo": ["me@private.example"], "enabled": false]]
    ]
    let quiet = PretendPerson()
    let first = try await harness.call("configure_mailbox", Self.arguments(made), as: quiet)
    #expect(!first.isError, "a rule that is off sends nothing: \(first.json.text)")
    let person = PretendPerson(.decline)
    let on: JSONObject = ["forwardingRules": [["name": "Out", "enabled": true]]]
    #expect(try await harness.call("configure_mailbox", Self.arguments(on), as: person).code == "CONF_001")
    #expect(person.questions.first?.contains("me@private.example") == true)
  }

  @Test("Without a client that asks, the plan waits for a terminal, and is for these addresses only")
  func terminal() async throws {
    let harness = try await AdminHarness(settings: [.tokenApproval: "true"])
    let nobody = PretendPerson()
    let first = try await harness.call("configure_mailbox", Self.arguments(Self.toOutside), as: nobody)
    #expect(first.code == "CONF_001")
    let token = try #require(first["details"]?["confirmationToken"], "\(first.json.text)")
    let other: JSONObject = ["forwardingRules": [["forwardTo": ["other@private.example"]]]]
    let swapped = try await harness.call(
      "configure_mailbox", Self.arguments(other, ["confirm": token]), as: nobody)
    #expect(swapped.code == "CONF_001")
    #expect(harness.changes.isEmpty)
    let done = try await harness.call(
      "configure_mailbox", Self.arguments(Self.toOutside, ["confirm": token]), as: nobody)
    #expect(done["changed"] == true, "\(done.json.text)")
  }

  // MARK: What there is not

  @Test("Delivery receipts are no setting of a mailbox: alone they are refused, with others they are said to be undone")
  func deliveryReceipts() async throws {
    let harness = try await AdminHarness()
    let alone = try await harness.call("configure_mailbox", Self.arguments(["deliveryReceipts": true]))
    #expect(alone.code == "FEAT_002")
    #expect(alone["message"]?.stringValue?.contains("send_from_template") == true)
    #expect(harness.changes.isEmpty)
    let both = try await harness.call(
      "configure_mailbox", Self.arguments(["deliveryReceipts": true, "readReceiptResponse": "never"]))
    #expect(both["changed"] == true, "\(both.json.text)")
    #expect(both["unsupported"]?[0]?["setting"] == "deliveryReceipts")
    #expect(both["warnings"]?.text.contains("classic Outlook") == true)
  }
}
