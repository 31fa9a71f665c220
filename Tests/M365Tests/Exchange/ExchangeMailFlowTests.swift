import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

/// What forwarding, policies and rules do to mail that is really sent, and what message trace says of it.
@Suite("Mail flow in a tenant", .timeLimit(.minutes(2)))
struct ExchangeMailFlowTests {
  private static let nora = TenantLink.address("nora.keane")
  private static let emma = TenantLink.address("emma.nolan")

  private func forward(_ link: TenantLink, to address: String, keepsCopy: Bool = true) async throws {
    let setting = MailboxSetting(MailboxForwarding.self, of: try TenantLink.mailbox("nora.keane"))
    _ = try await link.exchange.set(setting, to: MailboxForwarding(to: address, keepsCopy: keepsCopy))
  }

  private func subjects(_ link: TenantLink, of address: String) async -> [String] {
    let mailbox = await link.tenant.report("mailboxes")?.arrayValue?.first { $0["address"]?.stringValue == address }
    return (mailbox?["messages"]?.arrayValue ?? []).filter { $0["folder"] == "inbox" }
      .compactMap { $0["subject"]?.stringValue }
  }

  @Test("Forwarding inside arrives, with and without a copy")
  func inside() async throws {
    let link = try TenantLink()
    try await forward(link, to: Self.emma)
    try await link.send(from: "lukas.meyer", to: [Self.nora], subject: "First")
    #expect(await link.trace("First") == ["\(Self.nora) delivered", "\(Self.emma) delivered"])
    #expect(await subjects(link, of: Self.emma).contains("First"))
    #expect(await subjects(link, of: Self.nora).contains("First"))
    try await forward(link, to: Self.emma, keepsCopy: false)
    try await link.send(from: "lukas.meyer", to: [Self.nora], subject: "Second")
    #expect(await link.trace("Second") == ["\(Self.nora) expanded", "\(Self.emma) delivered"])
    #expect(await !subjects(link, of: Self.nora).contains("Second"))
  }

  @Test("Forwarding outside is blocked until policy and remote domain both allow it")
  func outside() async throws {
    let link = try TenantLink()
    let target = "nora@home.example"
    try await forward(link, to: target)
    try await link.send(from: "lukas.meyer", to: [Self.nora], subject: "Blocked")
    #expect(await link.trace("Blocked") == ["\(Self.nora) delivered", "\(target) failed"])
    #expect(await subjects(link, of: TenantLink.address("lukas.meyer")) == ["Undeliverable: Blocked"])
    #expect(await link.count("forwardBlocked") == 1)
    _ = try await link.exchange.set(OutboundForwarding.organization, to: OutboundForwarding(.on))
    _ = try await link.exchange.set(ExchangeSwitch.remoteDomain(.autoForward), to: false)
    try await link.send(from: "lukas.meyer", to: [Self.nora], subject: "Half")
    #expect(await link.trace("Half").last == "\(target) failed")
    _ = try await link.exchange.set(ExchangeSwitch.remoteDomain(.autoForward), to: true)
    try await link.send(from: "lukas.meyer", to: [Self.nora], subject: "Open")
    #expect(await link.trace("Open").last == "\(target) delivered")
    // A person may write to outside, whatever the policy says.
    _ = try await link.exchange.set(OutboundForwarding.organization, to: OutboundForwarding(.off))
    try await link.send(from: "nora.keane", to: [target], subject: "By hand")
    #expect(await link.trace("By hand") == ["\(target) delivered"])
  }

  @Test("An exception lets one mailbox forward, and takes it back")
  func exception() async throws {
    let link = try TenantLink(lags: Lags())
    try await forward(link, to: "nora@home.example")
    try await link.exchange.addForwardingException(named: "Nora", for: [try TenantLink.mailbox("nora.keane")])
    #expect(try await link.exchange.forwardingException(named: "Nora")?.mode == .on)
    try await link.send(from: "lukas.meyer", to: [Self.nora], subject: "Allowed")
    #expect(await link.trace("Allowed").last == "nora@home.example delivered")
    #expect(try await link.exchange.removeForwardingException(named: "Nora").hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await link.exchange.removeForwardingException(named: "Nora") == .none)
    try await link.send(from: "lukas.meyer", to: [Self.nora], subject: "No more")
    #expect(await link.trace("No more").last == "nora@home.example failed")
  }

  @Test("Two mailboxes that forward to each other do not do so for ever")
  func circle() async throws {
    let link = try TenantLink()
    try await forward(link, to: Self.emma)
    let back = MailboxSetting(MailboxForwarding.self, of: try TenantLink.mailbox("emma.nolan"))
    _ = try await link.exchange.set(back, to: MailboxForwarding(to: Self.nora))
    try await link.send(from: "lukas.meyer", to: [Self.nora], subject: "Round")
    #expect(await link.trace("Round").count == 2)
  }

  @Test("A mail flow rule sends mail on, and a group is expanded")
  func rulesAndGroups() async throws {
    let link = try TenantLink()
    let rule = try await link.exchange.addRedirection(named: "Leaver", of: [Self.nora], to: [Self.emma])
    #expect(rule.redirectsTo == [Self.emma])
    try await link.send(from: "lukas.meyer", to: [Self.nora], subject: "Redirected")
    #expect(await link.trace("Redirected") == ["\(Self.emma) delivered"])
    _ = try await link.exchange.removeTransportRule(named: "Leaver")
    let group = TenantLink.address("all-staff")
    try await link.send(from: "lukas.meyer", to: [group], subject: "To all")
    let rows = await link.trace("To all")
    #expect(rows.first == "\(group) expanded")
    #expect(rows.count == 5)
  }

  // MARK: Trace

  @Test("Both ways of tracing tell the same of mail that was sent")
  func trace() async throws {
    let link = try TenantLink()
    try await link.send(
      from: "lukas.meyer", to: [Self.nora, "a@bank.example", TenantLink.address("nobody")], subject: "Traced")
    let now = link.timekeeper.now() + .seconds(10)
    var query = MessageTraceQuery(from: now - .seconds(3600), to: now)
    query.sender = TenantLink.address("lukas.meyer")
    let byGraph = try await link.connection.graph.messageTrace(query)
    let byCmdlet = try await link.exchange.messageTrace(query)
    #expect(byGraph == byCmdlet)
    #expect(byGraph.rows.map(\.status) == ["delivered", "failed", "delivered"])
    #expect(Set(byGraph.rows.map(\.id)).count == 1)
    query.recipient = "a@bank.example"
    query.setMessageID(byGraph.rows[0].messageID)
    #expect(try await link.connection.graph.messageTrace(query).rows.map(\.recipient) == ["a@bank.example"])
    let failed = try #require(byGraph.rows.first { $0.status == "failed" })
    for events in [
      try await link.connection.graph.messageTraceEvents(of: failed),
      try await link.exchange.messageTraceEvents(of: failed),
    ] {
      #expect(events.map(\.event) == ["Receive", "Fail"])
      #expect(events.last?.description?.contains("5.1.10") == true)
    }
    // The mail of the seed is days old.
    let all = MessageTraceQuery(from: now - .seconds(80 * 86_400), to: now)
    var found: [MessageTraceRow] = []
    for window in try all.windows(now: now) { found += try await link.connection.graph.messageTrace(window).rows }
    #expect(found.count == 3 + 4)
  }

  @Test("Rounds and pages find every row once")
  func manyRows() async throws {
    let link = try TenantLink()
    for number in 0..<12 {
      try await link.send(from: "lukas.meyer", to: [Self.nora, Self.emma], subject: "No \(number)")
    }
    let now = link.timekeeper.now() + .seconds(120)
    let query = MessageTraceQuery(from: now - .seconds(3600), to: now)
    #expect(try await link.exchange.messageTrace(query, limit: 4).rows.count == 4)
    #expect(try await link.exchange.messageTrace(query, limit: 4).isTruncated)
    #expect(try await link.connection.graph.messageTrace(query, limit: 5).rows.count == 5)
    #expect(
      try await link.exchange.messageTrace(query, limit: 24) == link.connection.graph.messageTrace(query, limit: 24))
  }

  @Test("A fresh mail shows a little later, and what has become of it later still")
  func lag() async throws {
    let link = try TenantLink(lags: Lags(delivery: .zero, trace: .seconds(60)))
    let message = OutgoingMessage(subject: "Fresh", body: .text("x"), to: [MailAddress(Self.nora)])
    try await link.connection.graph.sendMail(from: UserReference(Self.emma), message)
    let sent = link.timekeeper.now()
    func statuses() async throws -> [String] {
      var query = MessageTraceQuery(from: sent - .seconds(60), to: sent + .seconds(1))
      query.sender = Self.emma
      return try await link.connection.graph.messageTrace(query).rows.map(\.status)
    }
    #expect(try await statuses() == [])
    await link.tenant.advanceClock(by: .seconds(61))
    #expect(try await statuses() == ["gettingStatus"])
    await link.tenant.advanceClock(by: .seconds(60))
    #expect(try await statuses() == ["delivered"])
  }

  @Test("A tenant without the service is found out, and traces by cmdlet")
  func withoutService() async throws {
    let link = try TenantLink(seed: try Seed.standard().setting("exchange", to: ["messageTrace": false]))
    let now = link.timekeeper.now()
    let query = MessageTraceQuery(from: now - .seconds(9 * 86_400), to: now)
    let error = try await adminError { _ = try await link.connection.graph.messageTrace(query) }
    #expect(error.graphFault == .traceServiceMissing)
    #expect(try await link.exchange.messageTrace(query).rows.count == 4)
  }

  // MARK: The contract

  @Test(
    "What is sent to cmdlets is what the contract knows",
    .enabled(if: OfficialShapes.isAvailable, "\(OfficialShapes.reasonToSkip)"))
  func contract() async throws {
    let link = try TenantLink()
    let nora = try TenantLink.mailbox("nora.keane")
    let exchange = link.exchange
    for setting in [ExchangeSwitch.hiddenFromAddressLists(nora), .focusedInbox(nora), .auditBypass(nora)] {
      _ = try await exchange.set(setting, to: try await !exchange.value(of: setting))
    }
    _ = try await exchange.set(
      MailboxSetting(MailboxForwarding.self, of: nora), to: MailboxForwarding(to: "a@b.example"))
    _ = try await exchange.set(MailboxSetting(LitigationHold.self, of: nora), to: LitigationHold(isOn: true))
    _ = try await exchange.set(MailboxSetting(MailboxAudit.self, of: nora), to: MailboxAudit(isEnabled: false))
    _ = try await exchange.set(ArchiveSetting(of: nora), to: true)
    _ = try await exchange.set(ArchiveSetting(of: nora), to: false)
    let closings = try TenantLink.mailbox("closings")
    _ = try await exchange.grantFullAccess(nora, to: closings)
    _ = try await exchange.grantSendAs(nora, of: closings)
    _ = try await exchange.revokeSendAs(nora, of: closings)
    _ = try await exchange.setSendOnBehalf(try await exchange.mailbox(nora), of: closings, to: true)
    _ = try await exchange.set(ExchangeSwitch.unifiedAuditLog, to: false)
    _ = try await exchange.addCompliancePolicy(named: "Keep", ComplianceRetention(.keep, .unlimited))
    _ = try await exchange.addDisclaimer(Disclaimer(html: "x"), named: "D")
    _ = try await exchange.removeTransportRule(named: "D")
    _ = try await exchange.grantedCmdlets()
    try await link.send(from: "lukas.meyer", to: [Self.nora])
    let now = link.timekeeper.now() + .seconds(10)
    let query = MessageTraceQuery(from: now - .seconds(3600), to: now)
    for row in try await link.connection.graph.messageTrace(query).rows {
      _ = try await link.connection.graph.messageTraceEvents(of: row)
    }
    _ = try await exchange.messageTrace(query)
    #expect(try OfficialShapes.complaints(about: .traffic(link.record)).isEmpty)
  }
}
