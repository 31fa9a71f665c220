import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

/// The product's client against the simulated tenant: what is set shows, what is restored is what was, and what cannot
/// be is told as that.
@Suite("Mailboxes in a tenant", .timeLimit(.minutes(2)))
struct ExchangeMailboxTests {
  /// Sets a value, reads it back, finds nothing left to do, and restores what was.
  private func cycle<Setting: ExchangeSetting>(
    _ link: TenantLink, _ setting: Setting, _ value: Setting.Value
  ) async throws {
    let before = try await link.exchange.value(of: setting)
    #expect(before != value, "\(setting.title)")
    #expect(try await link.exchange.set(setting, to: value).hasChanged, "\(setting.title)")
    #expect(try await link.exchange.shows(setting, value), "\(setting.title)")
    #expect(try await link.exchange.set(setting, to: value) == .none, "\(setting.title)")
    let kept = try #require(setting.value(journalled: setting.journalled(before)))
    #expect(try await link.exchange.set(setting, to: kept).hasChanged, "\(setting.title)")
    #expect(try await link.exchange.shows(setting, before), "\(setting.title)")
  }

  @Test("Every setting of a mailbox is set, read back and restored")
  func settings() async throws {
    let link = try TenantLink(lags: Lags())
    let nora = try TenantLink.mailbox("nora.keane")
    try await cycle(link, MailboxSetting(MailboxForwarding.self, of: nora), MailboxForwarding(to: "nora@home.example"))
    try await cycle(
      link, MailboxSetting(LitigationHold.self, of: nora), LitigationHold(isOn: true, duration: .days(365)))
    try await cycle(link, MailboxSetting(ReadReceiptResponse.self, of: nora), ReadReceiptResponse(.never))
    try await cycle(link, MailboxSetting(SMTPAuthentication.self, of: nora), SMTPAuthentication(.refused))
    try await cycle(link, MailboxSetting(MailboxRetention.self, of: nora), MailboxRetention(nil))
    var audit = MailboxAudit(isEnabled: true, ageLimit: .seconds(180 * 86_400))
    audit.actions[.owner] = ["HardDelete", "MailboxLogin"]
    try await cycle(link, MailboxSetting(MailboxAudit.self, of: nora), audit)
    try await cycle(
      link, MailboxSetting(AutomaticReplies.self, of: nora),
      AutomaticReplies(.enabled, audience: .known, internalMessage: "Away", externalMessage: "Gone"))
    try await cycle(link, ArchiveSetting(of: nora), true)
    for setting in [
      ExchangeSwitch.hiddenFromAddressLists(nora), .copiesOfMailSentAs(nora), .copiesOfMailSentOnBehalf(nora),
      .auditBypass(nora),
    ] { try await cycle(link, setting, true) }
    for setting in [ExchangeSwitch.readStatusInReports(nora), .focusedInbox(nora)] {
      try await cycle(link, setting, false)
    }
  }

  @Test("What Exchange and Graph both show is the same")
  func shared() async throws {
    let link = try TenantLink()
    let nora = try TenantLink.mailbox("nora.keane")
    _ = try await link.exchange.set(ExchangeSwitch.hiddenFromAddressLists(nora), to: true)
    let shown = await link.tenant.report("users")?.arrayValue?
      .first { $0["userPrincipalName"]?.stringValue == TenantLink.address("nora.keane") }
    #expect(shown?["showInAddressList"] == false)
    let reply: JSONObject = [
      "automaticRepliesSetting": ["status": "alwaysEnabled", "externalAudience": "all", "internalReplyMessage": "Hi"]
    ]
    _ = try await link.connection.graph.updateMailboxSettings(of: UserReference(nora.text), reply)
    let replies = try await link.exchange.value(of: MailboxSetting(AutomaticReplies.self, of: nora))
    #expect(replies.status == .enabled)
    #expect(replies.audience == .all)
    #expect(replies.internalMessage.contains("Hi"))
  }

  @Test("A mailbox is read by its name, its address and its own id")
  func identities() async throws {
    let link = try TenantLink()
    let closings = try #require(MailboxReference(address: TenantLink.address("closings")))
    let mailbox = try await link.exchange.mailbox(closings)
    #expect(mailbox.type == .shared)
    #expect(mailbox.address == TenantLink.address("closings"))
    #expect(try await link.exchange.mailbox(mailbox.reference) == mailbox)
    #expect(try await link.exchange.findMailbox(TenantLink.mailbox("nobody")) == nil)
    let error = try await adminError { _ = try await link.exchange.mailbox(TenantLink.mailbox("nobody")) }
    #expect(error.code == .notFound)
    #expect(try await link.exchange.mailboxSize(of: closings) ?? 0 > 0)
    #expect(try await link.exchange.exchangePrincipal(appID: try #require(GUID(MessageTraceService.appID))) == nil)
  }

  @Test("Thousands of mailboxes come page by page")
  func listing() async throws {
    let seed = try Seed.standard().setting(
      "generate", to: ["users": 2300, "licenses": ["SPB"]]
    ).setting(
      "products",
      to: [
        ["partNumber": "SPB", "seats": 5000], ["partNumber": "O365_BUSINESS_PREMIUM", "seats": 50],
        ["partNumber": "O365_BUSINESS_ESSENTIALS", "seats": 2], ["partNumber": "POWER_BI_STANDARD", "seats": 10],
      ])
    let link = try TenantLink(seed: seed)
    var sizes: [Int] = []
    for try await page in link.exchange.mailboxes() { sizes.append(page.count) }
    #expect(sizes.prefix(2) == [1000, 1000])
    #expect(sizes.reduce(0, +) > 2300)
    #expect(try await link.exchange.mailboxes(of: [.shared]).collect(maximum: 10).count == 2)
  }

  @Test("A licence that is lacking is told as that")
  func licenses() async throws {
    let link = try TenantLink()
    let lukas = try TenantLink.mailbox("lukas.meyer")
    let hold = MailboxSetting(LitigationHold.self, of: lukas)
    let error = try await adminError { _ = try await link.exchange.set(hold, to: LitigationHold(isOn: true)) }
    #expect(error.code == .licenseLacking)
    #expect(error.message.contains("lukas.meyer"))
    let nora = try TenantLink.mailbox("nora.keane")
    let early = try await adminError { _ = try await link.exchange.enableAutoExpandingArchive(of: nora) }
    #expect(early.code == .exchangeRefused)
    _ = try await link.exchange.set(ArchiveSetting(of: nora), to: true)
    #expect(try await link.exchange.enableAutoExpandingArchive(of: nora).hasChanged)
    #expect(try await link.exchange.enableAutoExpandingArchive(of: nora) == .none)
    #expect(await link.count("archiveChanged") == 2)
  }

  @Test("Taking the archive away leaves the mailbox")
  func archive() async throws {
    let link = try TenantLink()
    let nora = try TenantLink.mailbox("nora.keane")
    _ = try await link.exchange.set(ArchiveSetting(of: nora), to: true)
    _ = try await link.exchange.set(ArchiveSetting(of: nora), to: false)
    #expect(try await link.exchange.findMailbox(nora) != nil)
    let call = link.transport.sent.last { $0.headers["X-CmdletName"] == "Disable-Mailbox" }
    let body = call.flatMap { try? JSONParser.parse($0.body) }
    #expect(body?["CmdletInput"]?["Parameters"]?["Archive"] == true)
  }

  @Test("A converted mailbox keeps its mail without a licence, once it is of its new kind")
  func conversion() async throws {
    let link = try TenantLink(lags: Lags(exchange: .seconds(20)))
    let james = try TenantLink.mailbox("james.doyle")
    let kind = MailboxSetting(MailboxKind.self, of: james)
    #expect(try await link.exchange.set(kind, to: MailboxKind(.shared)).hasChanged)
    #expect(try await !link.exchange.shows(kind, MailboxKind(.shared), within: .zero))
    #expect(try await link.exchange.shows(kind, MailboxKind(.shared), within: .seconds(60)))
    let user = try await link.connection.graph.user(UserReference(james.text))
    try await link.connection.graph.assignLicenses(to: user.reference, adding: [String](), removing: user.licenses)
    #expect(try await link.exchange.mailbox(james).type == .shared)
    // Whoever takes the licence away first, takes the mailbox with it.
    let aoife = try TenantLink.mailbox("aoife.walsh")
    let hasty = MailboxSetting(MailboxKind.self, of: aoife)
    _ = try await link.exchange.set(hasty, to: MailboxKind(.shared))
    let owner = try await link.connection.graph.user(UserReference(aoife.text))
    try await link.connection.graph.assignLicenses(to: owner.reference, adding: [String](), removing: owner.licenses)
    #expect(try await link.exchange.findMailbox(aoife) == nil)
  }

  // MARK: Rights

  @Test("Rights are given once, read back and taken away")
  func rights() async throws {
    let link = try TenantLink(lags: Lags())
    let (closings, nora) = (try TenantLink.mailbox("closings"), try TenantLink.mailbox("nora.keane"))
    let exchange = link.exchange
    #expect(try await exchange.grantFullAccess(nora, to: closings).hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await exchange.grantFullAccess(nora, to: closings) == .none)
    #expect(try await exchange.mailboxGrants(on: closings).map(\.holder) == [nora.text])
    #expect(try await exchange.revokeFullAccess(nora, to: closings).hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await exchange.revokeFullAccess(nora, to: closings) == .none)

    let before = try await exchange.sendAsGrants(on: closings).map(\.holder)
    #expect(before.count == 2)
    #expect(try await exchange.grantSendAs(nora, of: closings).hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await exchange.grantSendAs(nora, of: closings) == .none)
    #expect(try await exchange.sendAsGrants(on: closings).count == 3)
    #expect(try await exchange.revokeSendAs(nora, of: closings).hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await exchange.sendAsGrants(on: closings).map(\.holder) == before)

    let delegate = try await exchange.mailbox(nora)
    #expect(try await exchange.setSendOnBehalf(delegate, of: closings, to: true).hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await exchange.setSendOnBehalf(delegate, of: closings, to: true) == .none)
    #expect(try await exchange.sendOnBehalfHolders(of: closings).count == 1)
    #expect(try await exchange.setSendOnBehalf(delegate, of: closings, to: false).hasChanged)
    #expect(await link.count("mailboxRightGranted") == 2)
    #expect(await link.count("mailboxRightRevoked") == 2)
  }

  @Test("A reply that is lost does not make a right given twice")
  func lostReply() async throws {
    let link = try TenantLink()
    let (closings, nora) = (try TenantLink.mailbox("closings"), try TenantLink.mailbox("nora.keane"))
    // The look before, then the change.
    await link.tenant.setFaults(FaultPlan([FaultRule(.dropAfter, path: "/adminapi/**", skip: 1, times: 1)]))
    #expect(try await link.exchange.grantFullAccess(nora, to: closings).hasChanged)
    #expect(await link.count("mailboxRightGranted") == 1)
    #expect(link.calls("Add-MailboxPermission") == 1)
    await link.tenant.setFaults(FaultPlan([FaultRule(.dropBefore, path: "/adminapi/**", skip: 1, times: 1)]))
    let error = try await adminError { _ = try await link.exchange.revokeFullAccess(nora, to: closings) }
    #expect(error.code == .outcomeUnknown)
    #expect(await link.count("mailboxRightRevoked") == 0)
  }

  @Test("Distribution groups get and lose their members, others are none")
  func groups() async throws {
    let link = try TenantLink()
    let group = TenantLink.address("all-staff")
    let sofia = try await link.connection.graph.user(UserReference(TenantLink.address("sofia.rossi")))
    let id = try #require(GUID(sofia.id))
    let before = try await link.exchange.members(ofDistributionGroup: group)
    #expect(try await link.exchange.addMember(id, toDistributionGroup: group).hasChanged)
    #expect(try await link.exchange.addMember(id, toDistributionGroup: group) == .none)
    #expect(try await link.exchange.members(ofDistributionGroup: group).count == before.count + 1)
    #expect(try await link.exchange.removeMember(id, fromDistributionGroup: group).hasChanged)
    #expect(try await link.exchange.removeMember(id, fromDistributionGroup: group) == .none)
    #expect(try await link.exchange.members(ofDistributionGroup: group) == before)
    let error = try await adminError {
      _ = try await link.exchange.members(ofDistributionGroup: TenantLink.address("management"))
    }
    #expect(error.code == .notFound)
  }

  // MARK: Who may

  @Test("Without permission, role or licence the message says what is lacking")
  func refused() async throws {
    let standard = try Seed.standard()
    let link = try TenantLink(seed: standard.setting("application", to: ["roles": ["User.Read.All"]]))
    let noPermission = try await adminError { _ = try await link.exchange.organizationConfiguration() }
    #expect(noPermission.message.contains("lacks Exchange.ManageAsApp"))
    #expect(try await link.connection.grantedRoles() == ["User.Read.All"])
    let roleless = try TenantLink(seed: standard.setting("application", to: ["directoryRoles": []]))
    let noRole = try await adminError { _ = try await roleless.exchange.organizationConfiguration() }
    #expect(noRole.message.contains("Exchange Administrator"))
    #expect(noRole.code == .permissionDenied)
    let reader = try TenantLink(seed: standard.setting("application", to: ["directoryRoles": ["Global Reader"]]))
    _ = try await reader.exchange.organizationConfiguration()
    let nora = try TenantLink.mailbox("nora.keane")
    let blank = try await adminError {
      _ = try await reader.exchange.set(ExchangeSwitch.hiddenFromAddressLists(nora), to: true)
    }
    #expect(blank.exchangeFault == .cmdletNotGranted)
    #expect(blank.message.contains("Set-Mailbox"))
    let granted = try await reader.exchange.grantedCmdlets()
    #expect(granted.contains("Get-Mailbox"))
    #expect(!granted.contains("Set-Mailbox"))
    let all = try await TenantLink().exchange.grantedCmdlets()
    #expect(Set(ExchangeCatalogue.cmdlets.filter { $0.endpoint == .exchange }.map { $0.name }).isSubset(of: all))
    #expect(try await TenantLink().connection.grantedRoles()?.contains("Exchange.ManageAsApp") == true)
  }
}
