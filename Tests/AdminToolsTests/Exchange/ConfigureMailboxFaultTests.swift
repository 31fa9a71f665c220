import AdminCore
import AdminTools
import M365
import MCPProtocol
import TenantSimulator
import TestSupport
import Testing

@Suite("configure_mailbox under faults")
struct ConfigureMailboxFaultTests {
  private static let daniel = AdminHarness.daniel
  private static let settingsPath = "/v1.0/users/*/mailboxSettings"
  private static let rulesPath = "/v1.0/users/*/mailFolders/inbox/messageRules"

  private static var everything: JSONObject { ConfigureMailboxTests.arguments(ConfigureMailboxTests.everything) }

  // MARK: Requests that fail

  @Test(
    "A request to Graph that is lost, before or after its effect, or put off, is made good",
    arguments: [("PATCH", settingsPath), ("POST", rulesPath), ("GET", rulesPath), ("GET", settingsPath)],
    [Fault.dropAfter, .dropBefore, .status(503, retryAfter: nil), .status(429, retryAfter: 3)])
  func lost(_ request: (method: String, path: String), _ fault: Fault) async throws {
    let harness = try await AdminHarness(lags: Lags())
    let start = await harness.mailTenant()
    await harness.tenant.setFaults(
      FaultPlan([FaultRule(fault, method: request.method, path: request.path, times: 1)]))
    let answer = try await harness.call("configure_mailbox", Self.everything)
    #expect(answer["verified"] == true, "\(answer.json.text)")
    #expect(await harness.counts()["inboxRuleCreated"] == 1)
    #expect(await harness.state("earlyRequests").isEmpty)
    try await harness.expectUndone(answer, to: start)
  }

  @Test(
    "A cmdlet that is lost, before or after its effect, or put off, is made good",
    arguments: ["Set-Mailbox", "Set-MailboxMessageConfiguration", "Get-Mailbox"],
    [Fault.dropAfter, .dropBefore, .status(503, retryAfter: nil), .status(429, retryAfter: 3)])
  func lostCmdlet(_ cmdlet: String, _ fault: Fault) async throws {
    let harness = try await AdminHarness(lags: Lags())
    let start = await harness.mailTenant()
    harness.fail(cmdlet, with: fault, times: 1)
    let answer = try await harness.call("configure_mailbox", Self.everything)
    #expect(answer["verified"] == true, "\(answer.json.text)")
    try await harness.expectUndone(answer, to: start)
  }

  @Test(
    "What is refused for good takes what was set before it back",
    arguments: ["Set-Mailbox", "Set-MailboxMessageConfiguration"])
  func refused(_ cmdlet: String) async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    harness.fail(cmdlet, with: .status(403, retryAfter: nil))
    let answer = try await harness.call("configure_mailbox", Self.everything)
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    #expect(answer["details"]?["undone"]?.arrayValue?.isEmpty == false)
    let end = await harness.mailTenant()
    #expect(end == start, "\(start.difference(from: end))")
  }

  @Test("A rule that Exchange does not take leaves nothing of the others")
  func ruleRefused() async throws {
    let harness = try await AdminHarness(
      faults: FaultPlan([FaultRule(.status(403, retryAfter: nil), method: "POST", path: Self.rulesPath)]))
    let start = await harness.mailTenant()
    let answer = try await harness.call("configure_mailbox", Self.everything)
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    let end = await harness.mailTenant()
    #expect(end == start, "\(start.difference(from: end))")
  }

  @Test("A permission that lacks is named before anything is written")
  func permission() async throws {
    let seed = try Seed.standard().setting(
      "application", to: ["roles": ["User.Read.All", "Organization.Read.All", "Exchange.ManageAsApp"]])
    let harness = try await AdminHarness(seed: seed)
    let answer = try await harness.call("configure_mailbox", Self.everything)
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    #expect(answer.json.text.contains("MailboxSettings.Read"))
    #expect(harness.changes.isEmpty)
  }

  // MARK: Reading back

  @Test("A tenant that shows nothing yet: accepted, not verified, with what to expect")
  func pending() async throws {
    let harness = try await AdminHarness(lags: Lags(exchange: .seconds(36_000)))
    let answer = try await harness.call(
      "configure_mailbox", ConfigureMailboxTests.arguments(["readReceipts": false]))
    #expect(!answer.isError, "\(answer.json.text)")
    #expect(answer["changed"] == true && answer["verified"] == false)
    #expect(answer["pending"]?[0]?.stringValue?.contains("up to 15 minutes") == true, "\(answer.json.text)")
  }

  @Test("A value of Graph that reads back as a third one is taken back")
  func contradiction() async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    let other = try OtherAdministrator(harness)
    let hasWritten = Latch<Bool>()
    harness.transport.onRequest("PATCH /v1.0/users/*/mailboxSettings") { hasWritten.set(true) }
    harness.transport.onRequest("GET /v1.0/users/*/mailboxSettings") {
      guard hasWritten.value == true else { return }
      _ = try? await other.graph.updateMailboxSettings(
        of: UserReference(Self.daniel), ["timeZone": "Tokyo Standard Time"])
    }
    let answer = try await harness.call(
      "configure_mailbox", ConfigureMailboxTests.arguments(["timeZone": "W. Europe Standard Time"]))
    #expect(answer.isError)
    #expect(answer["message"]?.stringValue?.contains("reads back as something else") == true, "\(answer.json.text)")
    #expect(answer["details"]?["undone"]?.text.contains("put back") == true)
    #expect(await harness.mailTenant() == start)
  }

  @Test("A value of Exchange that reads back as a third one is taken back")
  func contradictionOfExchange() async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    let other = try OtherAdministrator(harness)
    let mailbox = try #require(MailboxReference(address: Self.daniel))
    let hasWritten = Latch<Bool>()
    harness.before("Set-MailboxMessageConfiguration") { hasWritten.set(true) }
    harness.before("Get-MailboxMessageConfiguration") {
      guard hasWritten.value == true else { return }
      _ = try? await MailboxSetting(ReadReceiptResponse.self, of: mailbox)
        .write(ReadReceiptResponse(.never), to: other.exchange)
    }
    let answer = try await harness.call(
      "configure_mailbox", ConfigureMailboxTests.arguments(["readReceipts": true]))
    #expect(answer.isError, "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains("reads back as something else") == true, "\(answer.json.text)")
    #expect(await harness.mailTenant() == start)
  }

  // MARK: Undoing

  @Test("What somebody has changed since is not undone, and is named")
  func drift() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call("configure_mailbox", Self.everything)
    let graph = try await harness.graph()
    _ = try await graph.updateMailboxSettings(of: UserReference(Self.daniel), ["timeZone": "Tokyo Standard Time"])
    let undone = try await harness.undoing(answer)
    #expect(undone.code == "WF_003", "\(undone.json.text)")
    #expect(undone["message"]?.stringValue?.contains("timeZone") == true)
  }

  @Test("A rule that its owner has removed since is not made again")
  func ruleGone() async throws {
    let harness = try await AdminHarness()
    let rule: JSONObject = ["forwardingRules": [["name": "Copy", "forwardTo": [.string(AdminHarness.nora)]]]]
    _ = try await harness.call("configure_mailbox", ConfigureMailboxTests.arguments(rule))
    let changed: JSONObject = ["forwardingRules": [["name": "Copy", "enabled": false]]]
    let answer = try await harness.call("configure_mailbox", ConfigureMailboxTests.arguments(changed))
    let graph = try await harness.graph()
    let user = UserReference(Self.daniel)
    for found in try await graph.inboxRules(of: user) { try await graph.deleteInboxRule(found.id, in: user) }
    let undone = try await harness.undoing(answer)
    #expect(undone.code == "WF_003", "\(undone.json.text)")
    #expect(await harness.mailbox(Self.daniel)?["rules"] == [])
  }

  @Test("An undo that the tenant refuses says what is left to do, and may be tried again")
  func undoRefused() async throws {
    let harness = try await AdminHarness()
    let start = await harness.mailTenant()
    let answer = try await harness.call("configure_mailbox", Self.everything)
    await harness.tenant.setFaults(
      FaultPlan([FaultRule(.status(403, retryAfter: nil), method: "PATCH", path: Self.settingsPath)]))
    let undone = try await harness.undoing(answer)
    #expect(undone.code == "WF_008", "\(undone.json.text)")
    #expect(undone["message"]?.stringValue?.contains("put timeZone") == true, "\(undone.json.text)")
    await harness.tenant.setFaults(FaultPlan())
    try await harness.expectUndone(answer, to: start)
  }

  // MARK: Luck

  @Test("With one request in twenty faulted the mailbox ends as wanted, and as it was", arguments: 1...4)
  func bad(_ seed: UInt64) async throws {
    let harness = try await AdminHarness(
      lags: Lags(), faults: FaultPlan(random: RandomFaults(rate: 0.05, seed: seed)))
    let start = await harness.mailTenant()
    let answer = try await harness.call("configure_mailbox", Self.everything)
    #expect(answer["changed"] == true, "\(answer.json.text)")
    #expect(await harness.counts()["inboxRuleCreated"] == 1)
    try await harness.expectUndone(answer, to: start)
  }
}
