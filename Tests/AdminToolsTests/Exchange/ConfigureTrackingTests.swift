import AdminCore
import AdminTools
import M365
import MCPProtocol
import TenantSimulator
import TestSupport
import Testing

@Suite("configure_tracking")
struct ConfigureTrackingTests {
  private static let daniel = AdminHarness.daniel

  private static func user(_ more: JSONObject) -> JSONObject {
    let base: JSONObject = ["scope": "user", "targetEmail": .string(daniel)]
    return base.merging(more)
  }

  static func organization(_ more: JSONObject) -> JSONObject {
    let base: JSONObject = ["scope": "organization"]
    return base.merging(more)
  }

  private static let whole = organization(["readReceipts": true, "deliveryReceipts": false, "messageTracking": true])

  /// Mailboxes of people, which alone are gone through.
  private static func people(_ harness: AdminHarness) async -> [JSONValue] {
    await harness.state("mailboxes").filter { $0["kind"] == "user" }
  }

  private static func answers(_ harness: AdminHarness) async -> Set<String> {
    Set(await people(harness).compactMap { $0["configuration"]?["readReceiptResponse"]?.stringValue })
  }

  // MARK: One mailbox

  @Test("A mailbox answers read receipts and hides what was read; undone it is as before")
  func oneMailbox() async throws {
    let harness = try await AdminHarness(lags: Lags())
    let start = await harness.mailTenant()
    let person = PretendPerson()
    let answer = try await harness.call(
      "configure_tracking", Self.user(["readReceipts": false, "messageTracking": false]), as: person)
    #expect(answer["changed"] == true && answer["verified"] == true, "\(answer.json.text)")
    #expect(answer["scope"] == "user" && answer["targetEmail"] == .string(Self.daniel))
    #expect(person.questions.isEmpty)
    let configuration = await harness.mailbox(Self.daniel)?["configuration"]
    #expect(configuration?["readReceiptResponse"] == "NeverSend")
    #expect(configuration?["MessageTrackingReadStatusEnabled"] == false)
    #expect(harness.changingCmdlets == ["Set-MailboxMessageConfiguration", "Set-Mailbox"])
    try await harness.expectUndone(answer, to: start)
  }

  @Test("Delivery receipts of a mailbox do not exist: alone refused, with others told")
  func deliveryReceipts() async throws {
    let harness = try await AdminHarness()
    let alone = try await harness.call("configure_tracking", Self.user(["deliveryReceipts": true]))
    #expect(alone.code == "FEAT_002", "\(alone.json.text)")
    #expect(alone["details"]?["unsupported"]?[0]?["instead"]?.stringValue?.contains("deliveryReceipt: true") == true)
    let both = try await harness.call(
      "configure_tracking", Self.user(["deliveryReceipts": true, "readReceipts": true]))
    #expect(both["unsupported"]?[0]?["setting"] == "deliveryReceipts")
    #expect(both["warnings"]?.text.contains("deliveryReceipts was not set") == true)
    #expect(both["changes"]?.arrayValue?.count == 1)
  }

  @Test("What is so already is not written")
  func nothingToDo() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("configure_tracking", Self.user(["messageTracking": true]))
    #expect(answer["changed"] == false && answer["verified"] == true, "\(answer.json.text)")
    let whole = try await harness.call(
      "configure_tracking", Self.organization(["deliveryReceipts": true, "messageTracking": false]), as: PretendPerson()
    )
    #expect(whole["changed"] == false, "\(whole.json.text)")
    #expect(harness.changes.isEmpty)
  }

  // MARK: The organisation

  @Test("The organisation's settings need approval, and every mailbox of today is set and put back")
  func organization() async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    let refusing = PretendPerson(.decline)
    #expect(try await harness.call("configure_tracking", Self.whole, as: refusing).code == "CONF_001")
    let question = try #require(refusing.questions.first)
    for words in [
      "whole organization", "mailboxes made later are not covered", "message trace is always on", "on → off",
      "off → on",
    ] {
      #expect(question.contains(words), "\(question)")
    }
    #expect(await harness.mailTenant() == start)

    let answer = try await harness.call("configure_tracking", Self.whole)
    #expect(answer["changed"] == true && answer["verified"] == true, "\(answer.json.text)")
    #expect(await Self.answers(harness) == ["AlwaysSend"])
    let exchange = await harness.exchangeState()
    #expect(exchange["organization"]?["ReadTrackingEnabled"] == true)
    #expect(exchange["remoteDomains"]?[0]?["DeliveryReportEnabled"] == false)
    #expect(exchange["remoteDomains"]?[0]?["NDREnabled"] == true, "bounces are left alone")
    let receipts = answer["changes"]?.arrayValue?.first { $0["setting"] == "readReceipts" }
    let count = await Self.people(harness).count
    #expect(receipts?["mailboxes"] == .int(count) && receipts?["changedMailboxes"] == .int(count))
    #expect(receipts?["failedMailboxes"] == nil)
    #expect(
      await harness.mailbox("info@harbourfinch.example")?["configuration"]?["readReceiptResponse"]
        == "DoNotAutomaticallySend")
    try await harness.expectUndone(answer, to: start)
  }

  @Test("Only the mailboxes that answer otherwise are written, and only those are put back")
  func someOfThem() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("configure_tracking", Self.user(["readReceipts": true]))
    let start = await harness.mailTenant()
    let before = harness.count(of: "Set-MailboxMessageConfiguration")
    let answer = try await harness.call("configure_tracking", Self.organization(["readReceipts": true]))
    let count = await Self.people(harness).count
    #expect(answer["changes"]?[0]?["changedMailboxes"] == .int(count - 1), "\(answer.json.text)")
    #expect(harness.count(of: "Set-MailboxMessageConfiguration") - before == count - 1)
    let again = try await harness.call(
      "configure_tracking", Self.organization(["readReceipts": true]), as: PretendPerson())
    #expect(again["changed"] == false, "\(again.json.text)")
    try await harness.expectUndone(answer, to: start)
  }

  @Test("A dry run tells how many mailboxes would change, with the cmdlets and permissions")
  func dryRun() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("configure_tracking", Self.whole.merging(["dryRun": true]))
    let plan = answer["plan"]
    #expect(
      plan?["calls"]?.arrayValue?.map { $0["operation"]?.stringValue ?? "" } == [
        "Set-RemoteDomain", "Set-OrganizationConfig", "Set-MailboxMessageConfiguration",
      ], "\(answer.json.text)")
    #expect(plan?["permissions"] == ["User.Read.All", "Organization.Read.All", "Exchange.ManageAsApp"])
    let count = await Self.people(harness).count
    #expect(plan?["facts"]?.text.contains("\(count) of \(count) mailboxes") == true, "\(plan?.text ?? "")")
    #expect(harness.changes.isEmpty)
  }

  @Test("Many mailboxes are gone through in parts, with progress")
  func many() async throws {
    let seed = try Seed.standard()
      .setting(
        "products",
        to: [
          ["partNumber": "O365_BUSINESS_ESSENTIALS", "seats": 200],
          ["partNumber": "O365_BUSINESS_PREMIUM", "seats": 40], ["partNumber": "SPB", "seats": 30],
          ["partNumber": "POWER_BI_STANDARD", "seats": 10],
        ]
      )
      .setting("generate", to: ["users": 60, "licenses": ["O365_BUSINESS_ESSENTIALS"]])
    let harness = try await AdminHarness(seed: seed)
    let start = await harness.mailTenant()
    let person = PretendPerson(.approve)
    let answer = try await harness.call(
      "configure_tracking", Self.organization(["readReceipts": false]), as: person)
    #expect(answer["verified"] == true, "\(answer.json.text)")
    #expect(await Self.answers(harness) == ["NeverSend"])
    #expect(person.progress.contains { $0.message?.contains("mailboxes 51 to 75") == true })
    try await harness.expectUndone(answer, to: start)
  }

  // MARK: What is refused

  @Test("Scope and target must fit, and something must be wished for")
  func refused() async throws {
    let harness = try await AdminHarness()
    for (arguments, path): (JSONObject, String) in [
      (["scope": "user", "readReceipts": true], "/targetEmail"),
      (Self.organization(["readReceipts": true, "targetEmail": .string(Self.daniel)]), "/targetEmail"),
      (Self.organization([:]), "name one of"), (["scope": "tenant", "readReceipts": true], "/scope"),
    ] {
      let answer = try await harness.call("configure_tracking", arguments)
      #expect(answer.code == "VAL_001")
      #expect(answer.json.text.contains(path), "\(answer.json.text)")
    }
    let ghost = Self.user(["readReceipts": true, "targetEmail": "ghost@harbourfinch.example"])
    #expect(try await harness.call("configure_tracking", ghost).code == "USER_002")
    #expect(harness.changes.isEmpty)
  }

  // MARK: Faults

  @Test("A mailbox that goes away in between is reported, and the others are set")
  func mailboxGone() async throws {
    let harness = try await AdminHarness()
    let gone = "hannah.byrne@harbourfinch.example"
    let other = try OtherAdministrator(harness)
    let isGone = Latch<Bool>()
    harness.before("Set-MailboxMessageConfiguration") {
      guard isGone.value != true else { return }
      isGone.set(true)
      try? await other.graph.deleteUser(UserReference(gone))
    }
    let answer = try await harness.call("configure_tracking", Self.organization(["readReceipts": true]))
    #expect(!answer.isError, "\(answer.json.text)")
    let change = answer["changes"]?[0]
    #expect(change?["failedMailboxes"] == 1, "\(answer.json.text)")
    #expect(change?["failures"]?[0]?["mailbox"] == .string(gone))
    #expect(answer["warnings"]?.text.contains("1 mailboxes could not be set: \(gone)") == true)
  }

  @Test(
    "A cmdlet that is lost, before or after its effect, or put off, is made good",
    arguments: ["Set-RemoteDomain", "Set-OrganizationConfig", "Set-MailboxMessageConfiguration", "Get-Mailbox"],
    [Fault.dropAfter, .dropBefore, .status(503, retryAfter: nil), .status(429, retryAfter: 3)])
  func lost(_ cmdlet: String, _ fault: Fault) async throws {
    let harness = try await AdminHarness(lags: Lags())
    let start = await harness.mailTenant()
    harness.fail(cmdlet, with: fault, times: 1)
    let answer = try await harness.call("configure_tracking", Self.whole)
    #expect(answer["verified"] == true, "\(answer.json.text)")
    #expect(answer["changes"]?.arrayValue?.allSatisfy { $0["changed"] == true } == true)
    try await harness.expectUndone(answer, to: start)
  }

  @Test("A permission that lacks in the middle takes all of it back")
  func permission() async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    // Four are let through, the fifth is refused, and putting back is let through again.
    let (accepted, refused) = (Countdown(4), Countdown(1))
    let tenant = harness.tenant
    harness.before("Set-MailboxMessageConfiguration") {
      let isRefused = !accepted.take() && refused.take()
      await tenant.setFaults(
        isRefused
          ? FaultPlan([FaultRule(.status(403, retryAfter: nil), method: "POST", path: "/adminapi/**", times: 1)])
          : FaultPlan())
    }
    let answer = try await harness.call("configure_tracking", Self.whole)
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    let end = await harness.mailTenant()
    #expect(end == start, "\(start.difference(from: end))")
  }

  @Test("A tenant that shows nothing yet: accepted, not verified")
  func pending() async throws {
    let harness = try await AdminHarness(lags: Lags(exchange: .seconds(36_000)))
    let answer = try await harness.call("configure_tracking", Self.whole)
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["verified"] == false)
    #expect(answer["pending"]?.arrayValue?.count == 3, "\(answer.json.text)")
  }

  @Test("A setting of the organisation that reads back as another one is taken back")
  func contradiction() async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    let answer: AdminHarness.Answer
    do {
      let other = try OtherAdministrator(harness)
      let hasWritten = Latch<Bool>()
      harness.before("Set-MailboxMessageConfiguration") { hasWritten.set(true) }
      let mailbox = try #require(MailboxReference(address: Self.daniel))
      harness.before("Get-MailboxMessageConfiguration") {
        guard hasWritten.value == true else { return }
        _ = try? await MailboxSetting(ReadReceiptResponse.self, of: mailbox)
          .write(ReadReceiptResponse(.always), to: other.exchange)
      }
      answer = try await harness.call("configure_tracking", Self.user(["readReceipts": false]))
    }
    #expect(answer.isError, "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains("reads back as something else") == true)
    #expect(await harness.mailTenant() == start)
  }

  @Test("What somebody has changed since is not undone", arguments: [true, false])
  func drift(_ isOrganization: Bool) async throws {
    let harness = try await AdminHarness()
    let wish: JSONObject = ["readReceipts": true]
    let answer = try await harness.call(
      "configure_tracking", isOrganization ? Self.organization(wish) : Self.user(wish))
    let mailbox = try #require(MailboxReference(address: Self.daniel))
    _ = try await MailboxSetting(ReadReceiptResponse.self, of: mailbox)
      .write(ReadReceiptResponse(.never), to: try await harness.exchange())
    let undone = try await harness.undoing(answer)
    #expect(undone.code == "WF_003", "\(undone.json.text)")
    #expect(undone["message"]?.stringValue?.contains("changed since") == true)
    #expect(await harness.mailbox(Self.daniel)?["configuration"]?["readReceiptResponse"] == "NeverSend")
  }

  @Test("With one request in twenty faulted all ends as wanted, and as it was", arguments: 1...4)
  func bad(_ seed: UInt64) async throws {
    let harness = try await AdminHarness(
      lags: Lags(), faults: FaultPlan(random: RandomFaults(rate: 0.05, seed: seed)))
    let start = await harness.mailTenant()
    let answer = try await harness.call("configure_tracking", Self.whole)
    #expect(answer["changed"] == true, "\(answer.json.text)")
    #expect(await Self.answers(harness) == ["AlwaysSend"])
    try await harness.expectUndone(answer, to: start)
  }
}
