import AdminCore
import M365
import TestSupport
import Testing

/// What was read must be what a later write restores, and what a journal keeps must be read again as the same.
@Suite("Captured states")
struct ExchangeStateTests {
  private func roundTrip<State: ExchangeState>(_ state: State) -> Bool {
    let journalled = state.parameters.json
    // A journal is text.
    let kept = (try? JSONParser.parse(JSONValue.object(journalled).serialized))?.objectValue ?? [:]
    return State(kept) == state
  }

  private func read<State: ExchangeState>(_ type: State.Type, _ row: JSONObject) throws -> State {
    let state = try #require(State(row))
    #expect(roundTrip(state))
    return state
  }

  @Test("Forwarding names both targets, so that none of the other stays")
  func forwarding() throws {
    let off = try read(
      MailboxForwarding.self,
      ["ForwardingAddress": .null, "ForwardingSmtpAddress": "", "DeliverToMailboxAndForward": false])
    #expect(!off.isOn)
    #expect(off == .off)
    #expect(
      off.parameters.json
        == ["ForwardingAddress": .null, "ForwardingSmtpAddress": .null, "DeliverToMailboxAndForward": false])
    let outside = try read(
      MailboxForwarding.self, ["ForwardingSmtpAddress": "smtp:a@b.example", "DeliverToMailboxAndForward": true])
    #expect(outside.address == "a@b.example")
    #expect(outside == MailboxForwarding(to: "a@b.example"))
    let inside = try read(MailboxForwarding.self, ["ForwardingAddress": "Nora", "DeliverToMailboxAndForward": false])
    #expect(inside.recipient == "Nora")
    #expect(!inside.keepsCopy)
  }

  @Test(
    "Holds keep their duration, whichever way it is shown",
    arguments: [
      ("Unlimited", HoldDuration.unlimited), ("365.00:00:00", .days(365)), ("30", .days(30)),
    ])
  func holds(_ text: String, _ duration: HoldDuration) throws {
    let hold = try read(
      LitigationHold.self,
      [
        "LitigationHoldEnabled": true, "LitigationHoldDuration": .string(text),
        "LitigationHoldOwner": "legal@b.example",
        "RetentionComment": "", "RetentionUrl": "https://b.example/hold",
      ])
    #expect(hold.duration == duration)
    #expect(hold.comment == nil)
    #expect(hold.url == "https://b.example/hold")
    #expect(LitigationHold([:]) == nil)
  }

  @Test("Auditing keeps its own actions, and Microsoft's as Microsoft's")
  func audit() throws {
    let usual = try read(
      MailboxAudit.self,
      [
        "AuditEnabled": true, "AuditLogAgeLimit": "90.00:00:00", "DefaultAuditSet": ["Admin", "Delegate", "Owner"],
        "AuditOwner": ["Update"], "AuditAdmin": ["Update"], "AuditDelegate": ["Update"],
      ])
    #expect(usual == MailboxAudit(isEnabled: true))
    let own = try read(
      MailboxAudit.self,
      [
        "AuditEnabled": true, "AuditLogAgeLimit": "180.00:00:00", "DefaultAuditSet": "Admin, Delegate",
        "AuditOwner": ["MailboxLogin", "HardDelete"],
      ])
    #expect(own.actions == [.owner: ["HardDelete", "MailboxLogin"]])
    #expect(own.ageLimit == .seconds(180 * 86_400))
    #expect(own.parameters.json["DefaultAuditSet"] == ["Admin", "Delegate"])
    let none = try read(MailboxAudit.self, ["AuditEnabled": false, "DefaultAuditSet": []])
    #expect(none.actions.count == 3)
  }

  @Test("Types are named as they are shown and as they are written")
  func types() throws {
    for type in MailboxType.allCases {
      #expect(try read(MailboxKind.self, ["RecipientTypeDetails": .string(type.details)]).type == type)
    }
    #expect(MailboxKind(["RecipientTypeDetails": "DiscoveryMailbox"]) == nil)
  }

  @Test("Automatic replies are the same whatever document they are wrapped in")
  func replies() throws {
    let written = AutomaticReplies(
      .enabled, audience: .all, internalMessage: "Away <b>today</b>", externalMessage: "Away")
    let shown = try read(
      AutomaticReplies.self,
      [
        "AutoReplyState": "Enabled", "ExternalAudience": "All",
        "InternalMessage": "<html>\n<body>\nAway <b>today</b>\n</body>\n</html>\n",
        "ExternalMessage": "<html><body>Away</body></html>",
        "StartTime": "2026-01-05T08:00:00.0000000+00:00", "EndTime": "2026-01-06T08:00:00.0000000+00:00",
      ])
    #expect(shown == written)
    #expect(shown.hashValue == written.hashValue)
    #expect(shown.start == Timestamp(iso8601: "2026-01-05T08:00:00Z"))
    var other = shown
    other.status = .scheduled
    #expect(other != shown)
    var later = other
    later.end = later.end.map { $0 + .seconds(60) }
    #expect(later != other)
  }

  @Test("Everything else comes back as it was")
  func others() throws {
    for answer in ReadReceiptResponse.Answer.allCases { #expect(roundTrip(ReadReceiptResponse(answer))) }
    for choice in [SMTPAuthentication.Choice.inherited, .allowed, .refused] {
      #expect(roundTrip(SMTPAuthentication(choice)))
    }
    for mode in AutoForwardingMode.allCases { #expect(roundTrip(OutboundForwarding(mode))) }
    #expect(roundTrip(MailTipSettings(isOn: true, forExternalRecipients: false, largeAudience: 40)))
    #expect(roundTrip(ExternalSenderTag(isOn: true, allowed: ["b.example", "a.example"])))
    #expect(roundTrip(ExternalSenderTag(isOn: false)))
    #expect(roundTrip(MessageEncryption(isOn: true, hasButton: false)))
    #expect(roundTrip(JournalingReports(to: "ndr@b.example")))
    #expect(roundTrip(JournalingReports(to: nil)))
    #expect(JournalingReports(["JournalingReportNdrTo": "<>"])?.address == nil)
    #expect(roundTrip(MailboxRetention("Default MRM Policy")))
    #expect(roundTrip(MailboxRetention(nil)))
    #expect(roundTrip(AddInAssignment(isEnabled: false, users: ["b@b.example", "a@b.example"], defaultState: .always)))
    #expect(roundTrip(AddInAssignment()))
    let notices = try read(
      OutboundSpamNotices.self,
      [
        "NotifyOutboundSpam": true, "NotifyOutboundSpamRecipients": ["b@b.example", "a@b.example"],
        "RecipientLimitExternalPerHour": 400, "ActionWhenThresholdReached": "BlockUser",
      ])
    #expect(notices.recipients == ["a@b.example", "b@b.example"])
    #expect(MailTipSettings([:]) == nil)
    #expect(OutboundForwarding(["AutoForwardingMode": "Sometimes"]) == nil)
    #expect(ReadReceiptResponse(["ReadReceiptResponse": 5]) == nil)
  }

  @Test("Switches keep their value under their own name")
  func switches() {
    for flag in ExchangeSwitch.OrganizationFlag.allCases {
      let setting = ExchangeSwitch.organization(flag)
      #expect(setting.journalled(true) == [flag.property: true])
      #expect(setting.value(journalled: setting.journalled(false)) == false)
      #expect(setting.title.contains(flag.property))
    }
    let hold = MailboxSetting(LitigationHold.self, of: ExchangeFixture.ann)
    #expect(hold.title == "litigation hold of ann@contoso.com")
    #expect(hold.value(journalled: hold.journalled(LitigationHold(isOn: true))) == LitigationHold(isOn: true))
    let archive = ArchiveSetting(of: ExchangeFixture.ann)
    #expect(archive.value(journalled: archive.journalled(true)) == true)
  }

  @Test("Other objects name a mailbox in many ways")
  func names() throws {
    let mailbox = try #require(
      ExchangeMailbox([
        "ExchangeGuid": "11111111-0000-0000-0000-00000000000A", "Guid": "22222222-0000-0000-0000-00000000000a",
        "ExternalDirectoryObjectId": "33333333-0000-0000-0000-00000000000a", "PrimarySmtpAddress": "Ann@contoso.com",
        "EmailAddresses": ["SMTP:Ann@contoso.com", "smtp:a.neil@contoso.com", "X500:/o=x"], "Name": "ann.neil",
        "UserPrincipalName": "ann@contoso.com", "RecipientTypeDetails": "SharedMailbox", "DisplayName": "Ann",
      ]))
    for name in [
      "ANN@CONTOSO.COM", "smtp:a.neil@contoso.com", "ann.neil", "33333333-0000-0000-0000-00000000000A",
      "22222222-0000-0000-0000-00000000000a",
    ] { #expect(mailbox.isMeant(by: name), "\(name)") }
    // Display names are not unique.
    #expect(!mailbox.isMeant(by: "Ann"))
    #expect(mailbox.type == .shared)
    #expect(mailbox.reference.text == "11111111-0000-0000-0000-00000000000a")
    #expect(ExchangeMailbox(["PrimarySmtpAddress": "a@b.c"]) == nil)
    #expect(
      ExchangeMailbox(["ExchangeGuid": "00000000-0000-0000-0000-000000000000", "PrimarySmtpAddress": "a@b.c"]) == nil)
  }
}
