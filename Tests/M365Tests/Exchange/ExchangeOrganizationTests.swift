import AdminCore
import M365
import TenantSimulator
import TestSupport
import Testing

@Suite("The organisation in a tenant", .timeLimit(.minutes(2)))
struct ExchangeOrganizationTests {
  private func cycle<Setting: ExchangeSetting>(
    _ link: TenantLink, _ setting: Setting, _ value: Setting.Value
  ) async throws {
    let before = try await link.exchange.value(of: setting)
    #expect(before != value, "\(setting.title)")
    #expect(try await link.exchange.set(setting, to: value).hasChanged, "\(setting.title)")
    #expect(try await link.exchange.shows(setting, value), "\(setting.title)")
    #expect(try await link.exchange.set(setting, to: value) == .none, "\(setting.title)")
    let kept = try #require(setting.value(journalled: setting.journalled(before)))
    _ = try await link.exchange.set(setting, to: kept)
    #expect(try await link.exchange.shows(setting, before), "\(setting.title)")
  }

  @Test("Every setting of the organisation is set, read back and restored")
  func settings() async throws {
    let link = try TenantLink(lags: Lags())
    for flag in ExchangeSwitch.OrganizationFlag.allCases where flag != .customerLockbox {
      let setting = ExchangeSwitch.organization(flag)
      try await cycle(link, setting, try await !link.exchange.value(of: setting))
    }
    for flag in ExchangeSwitch.RemoteDomainFlag.allCases {
      try await cycle(link, ExchangeSwitch.remoteDomain(flag), false)
    }
    try await cycle(link, ExchangeSwitch.unifiedAuditLog, false)
    try await cycle(link, ExchangeSwitch.smtpAuthenticationDisabled, false)
    try await cycle(link, ExchangeSwitch.safeAttachmentsForFiles, true)
    try await cycle(
      link, OrganizationSetting(MailTipSettings.self),
      MailTipSettings(isOn: true, forExternalRecipients: true, largeAudience: 40))
    try await cycle(
      link, OrganizationSetting(ExternalSenderTag.self), ExternalSenderTag(isOn: true, allowed: ["bank.example"]))
    try await cycle(
      link, OrganizationSetting(MessageEncryption.self), MessageEncryption(isOn: true, hasButton: true))
    try await cycle(link, OrganizationSetting(JournalingReports.self), JournalingReports(to: "ndr@vault.example"))
    try await cycle(link, OutboundForwarding.organization, OutboundForwarding(.on))
    let notices = ObjectSetting(OutboundSpamNotices.self, of: "Default")
    var wanted = try await link.exchange.value(of: notices)
    wanted.isOn = true
    wanted.recipients = [TenantLink.address("nora.keane")]
    try await cycle(link, notices, wanted)
    let configuration = try await link.exchange.organizationConfiguration()
    #expect(configuration[.modernAuthentication] == true)
    #expect(!configuration.isDehydrated)
  }

  @Test("Customer Lockbox needs its licence, and a growing archive is not taken back")
  func licenses() async throws {
    let link = try TenantLink()
    let error = try await adminError {
      _ = try await link.exchange.set(ExchangeSwitch.organization(.customerLockbox), to: true)
    }
    #expect(error.code == .licenseLacking)
    #expect(try await link.exchange.enableAutoExpandingArchives().hasChanged)
    #expect(try await link.exchange.enableAutoExpandingArchives() == .none)
    let list = (0..<201).map { "d\($0).example" }
    let tag = OrganizationSetting(ExternalSenderTag.self)
    let long = try await adminError {
      _ = try await link.exchange.set(tag, to: ExternalSenderTag(isOn: true, allowed: list))
    }
    #expect(long.code == .invalidArgument)
  }

  @Test("A tenant without a configuration of its own gets one first")
  func dehydrated() async throws {
    let link = try TenantLink(
      seed: try Seed.standard().setting("exchange", to: ["dehydrated": true, "unifiedAuditLog": false]))
    let error = try await adminError { _ = try await link.exchange.set(ExchangeSwitch.unifiedAuditLog, to: true) }
    #expect(error.exchangeFault == .notCustomized)
    #expect(error.message.contains("Enable-OrganizationCustomization"))
    #expect(try await link.exchange.customizeOrganization().hasChanged)
    #expect(try await link.exchange.customizeOrganization() == .none)
    #expect(try await link.exchange.set(ExchangeSwitch.unifiedAuditLog, to: true).hasChanged)
  }

  @Test("Rules are made once, changed, and removed")
  func rules() async throws {
    let link = try TenantLink(lags: Lags())
    let disclaimer = Disclaimer(html: "<p>Confidential</p>", exceptions: ["Confidential"])
    let made = try await link.exchange.addDisclaimer(disclaimer, named: "Disclaimer", comments: "made by us")
    #expect(made.isEnabled)
    #expect(made.disclaimer == disclaimer)
    await link.tenant.advanceClock(by: .seconds(5))
    let taken = try await adminError { _ = try await link.exchange.addDisclaimer(disclaimer, named: "disclaimer") }
    #expect(taken.exchangeFault == .nameTaken)
    let other = Disclaimer(html: "<p>New</p>", location: .above)
    #expect(try await link.exchange.setDisclaimer(other, ofRule: "Disclaimer").hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await link.exchange.transportRule(named: "Disclaimer")?.disclaimer == other)
    #expect(try await link.exchange.setDisclaimer(other, ofRule: "Disclaimer") == .none)
    #expect(try await link.exchange.setTransportRule(named: "Disclaimer", isEnabled: false).hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await link.exchange.setTransportRule(named: "Disclaimer", isEnabled: false) == .none)
    #expect(try await link.exchange.transportRules().map(\.isEnabled) == [false])
    #expect(try await link.exchange.removeTransportRule(named: "Disclaimer").hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await link.exchange.removeTransportRule(named: "Disclaimer") == .none)
    let long = try await adminError {
      _ = try await link.exchange.addDisclaimer(
        Disclaimer(html: String(repeating: "x", count: 5001)), named: "Long")
    }
    #expect(long.code == .invalidArgument)
  }

  @Test("Journaling needs an address for what cannot be delivered, and one outside for the journal")
  func journaling() async throws {
    let link = try TenantLink()
    let early = try await adminError { _ = try await link.exchange.addJournalRule(named: "J", to: "j@vault.example") }
    #expect(early.code == .exchangeRefused)
    _ = try await link.exchange.set(
      OrganizationSetting(JournalingReports.self), to: JournalingReports(to: "n@vault.example"))
    let inside = try await adminError {
      _ = try await link.exchange.addJournalRule(named: "J", to: TenantLink.address("closings"))
    }
    #expect(inside.code == .invalidArgument)
    let rule = try await link.exchange.addJournalRule(named: "J", to: "j@vault.example", scope: .external)
    #expect(rule.isEnabled)
    try await link.send(from: "nora.keane", to: ["a@bank.example"], subject: "Journalled")
    try await link.send(from: "nora.keane", to: [TenantLink.address("emma.nolan")], subject: "Kept inside")
    #expect(await link.trace("Journalled") == ["a@bank.example delivered", "j@vault.example delivered"])
    #expect(await link.trace("Kept inside").count == 1)
    #expect(try await link.exchange.disableJournalRule(named: "J").hasChanged)
    #expect(try await link.exchange.disableJournalRule(named: "J") == .none)
    #expect(try await link.exchange.removeJournalRule(named: "J").hasChanged)
    #expect(try await link.exchange.journalRule(named: "J") == nil)
  }

  @Test("DKIM waits for the DNS records, which it names")
  func dkim() async throws {
    let link = try TenantLink()
    #expect(try await link.exchange.dkimSigning(of: TenantLink.domain) == nil)
    let made = try await link.exchange.createDKIMKeys(for: TenantLink.domain)
    #expect(made.status == "CnameMissing")
    #expect(!made.isEnabled)
    #expect(
      made.records.map(\.name) == [
        "selector1._domainkey.\(TenantLink.domain)", "selector2._domainkey.\(TenantLink.domain)",
      ])
    let early = try await adminError { _ = try await link.exchange.setDKIM(of: TenantLink.domain, to: true) }
    #expect(early.exchangeFault == .dnsRecordMissing)
    try await link.tenant.publish(
      .object(JSONObject(made.records.map { JSONObject.Member(key: $0.name, value: .string($0.target)) })))
    #expect(try await link.exchange.setDKIM(of: TenantLink.domain, to: true).hasChanged)
    #expect(try await link.exchange.setDKIM(of: TenantLink.domain, to: true) == .none)
    let signing = try await link.exchange.dkimSigning(of: TenantLink.domain)
    #expect(signing?.status == "Valid")
    #expect(signing?.isEnabled == true)
    try await link.exchange.rotateDKIMKeys(of: TenantLink.domain)
    let twice = try await adminError { try await link.exchange.rotateDKIMKeys(of: TenantLink.domain) }
    #expect(twice.code == .exchangeRefused)
    #expect(try await link.exchange.setDKIM(of: TenantLink.domain, to: false).hasChanged)
    #expect(try await adminError { _ = try await link.exchange.createDKIMKeys(for: "x.example") }.code == .notFound)
  }

  @Test("Retention is made of tags and policies, and taken apart in the other order")
  func retention() async throws {
    let link = try TenantLink(lags: Lags())
    let exchange = link.exchange
    let tag = try await exchange.addRetentionTag(
      named: "Two years", .delete, after: .seconds(730 * 86_400), comment: "x")
    #expect(tag.age == .seconds(730 * 86_400))
    let policy = try await exchange.addRetentionPolicy(named: "Own", with: ["Two years", "Deleted Items"])
    #expect(policy.tags == ["Deleted Items", "Two years"])
    let nora = try TenantLink.mailbox("nora.keane")
    let setting = MailboxSetting(MailboxRetention.self, of: nora)
    let before = try await exchange.value(of: setting)
    _ = try await exchange.set(setting, to: MailboxRetention("Own"))
    try await exchange.applyRetention(to: nora)
    let used = try await adminError { _ = try await exchange.removeRetentionPolicy(named: "Own") }
    #expect(used.code == .exchangeRefused)
    #expect(try await exchange.shows(setting, MailboxRetention("Own")))
    _ = try await exchange.set(setting, to: before)
    #expect(try await exchange.removeRetentionPolicy(named: "Own").hasChanged)
    #expect(try await exchange.removeRetentionTag(named: "Two years").hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await exchange.removeRetentionTag(named: "Two years") == .none)
    #expect(try await exchange.retentionPolicy(named: "Default MRM Policy")?.isDefault == true)
    let missing = try await adminError {
      _ = try await exchange.set(setting, to: MailboxRetention("No such policy"))
    }
    #expect(missing.code == .notFound)
  }

  @Test("Purview's retention lies at another endpoint, for another token")
  func compliance() async throws {
    let link = try TenantLink(lags: Lags())
    let policy = try await link.exchange.addCompliancePolicy(
      named: "Keep", ComplianceRetention(.keepAndDelete, .days(2555)))
    #expect(policy.isEnabled)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await link.exchange.compliancePolicy(named: "Keep")?.distribution == "Success")
    let hosts = link.transport.sent.filter { $0.headers["X-CmdletName"]?.contains("Compliance") == true }
      .map { $0.url.origin.host }
    #expect(hosts[0] == "ps.compliance.protection.outlook.com")
    #expect(hosts.dropFirst().allSatisfy { $0 == "eur01b.ps.compliance.protection.outlook.com" })
    #expect(try await link.exchange.removeCompliancePolicy(named: "Keep").hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await link.exchange.removeCompliancePolicy(named: "Keep") == .none)
    let state = await link.tenant.report("exchange")
    #expect(state?["complianceRules"] == [])
  }

  @Test("Connectors and Safe Links are made and removed")
  func others() async throws {
    let link = try TenantLink(lags: Lags())
    var outbound = OutboundConnector(
      name: "Scanner", isOwnServer: true, smartHosts: ["relay.own.example"], recipientDomains: ["own.example"],
      tls: .domainValidation, tlsDomain: "relay.own.example")
    #expect(try await link.exchange.addConnector(outbound) == outbound)
    outbound.name = "Broken"
    outbound.tlsDomain = nil
    #expect(try await adminError { _ = try await link.exchange.addConnector(outbound) }.code == .invalidArgument)
    let inbound = InboundConnector(
      name: "Partner", isOwnServer: false, senderDomains: ["bank.example"], addresses: ["203.0.113.9"])
    #expect(try await link.exchange.addConnector(inbound) == inbound)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await link.exchange.removeOutboundConnector(named: "Scanner").hasChanged)
    #expect(try await link.exchange.removeInboundConnector(named: "Partner").hasChanged)
    let links = try await link.exchange.addSafeLinks(named: "Safe", for: [TenantLink.domain])
    #expect(links.coversMail && links.coversTeams && links.coversOffice)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await link.exchange.removeSafeLinks(named: "Safe").hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await link.exchange.removeSafeLinks(named: "Safe") == .none)
    // Without Defender nobody has these cmdlets.
    let small = try TenantLink(
      seed: try Seed.standard().setting("products", to: [["partNumber": "O365_BUSINESS_PREMIUM", "seats": 50]])
        .setting(
          "users",
          to: [
            [
              "userPrincipalName": "ada@harbourfinch.example", "displayName": "Ada",
              "licenses": ["O365_BUSINESS_PREMIUM"],
            ]
          ]
        ).setting("groups", to: []).setting("mail", to: []).setting("deletedUsers", to: []))
    let error = try await adminError { _ = try await small.exchange.safeLinksPolicy(named: "Safe") }
    #expect(error.exchangeFault == .cmdletNotGranted)
    #expect(error.message.contains("licence"))
  }

  // MARK: Add-ins

  private static func manifest(_ version: String) -> [UInt8] {
    Array(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="MailApp">
        <Id>6f1d7c1e-5d0a-4c55-9d3e-2b9a6d5b7a11</Id><Version>\(version)</Version>
        <ProviderName>Own &amp; Co</ProviderName><DisplayName DefaultValue="Checklist"/>
        <Permissions>ReadItem</Permissions>
      </OfficeApp>
      """.utf8)
  }

  @Test("An add-in is deployed, assigned, brought to a new version and removed")
  func addIn() async throws {
    let link = try TenantLink(lags: Lags())
    let id = try #require(GUID("6f1d7c1e-5d0a-4c55-9d3e-2b9a6d5b7a11"))
    let everybody = AddInAssignment()
    let exchange = link.exchange
    #expect(
      try await exchange.deployAddIn(manifest: Self.manifest("1.0.0.0"), id: id, version: "1.0.0.0", everybody)
        .hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(
      try await exchange.deployAddIn(manifest: Self.manifest("1.0.0.0"), id: id, version: "1.0.0.0", everybody) == .none
    )
    let found = try #require(try await exchange.addIn(id))
    #expect(found.displayName == "Checklist")
    #expect(found.assignment == everybody)
    let setting = AddInSetting(of: id)
    let some = AddInAssignment(isEnabled: true, users: [TenantLink.address("nora.keane")], defaultState: .always)
    #expect(try await exchange.set(setting, to: some).hasChanged)
    #expect(try await exchange.shows(setting, some))
    let kept = try #require(setting.value(journalled: setting.journalled(everybody)))
    _ = try await exchange.set(setting, to: kept)
    #expect(try await exchange.shows(setting, everybody))
    let older = try await adminError {
      _ = try await exchange.deployAddIn(manifest: Self.manifest("0.9.0.0"), id: id, version: "0.9.0.0", everybody)
    }
    #expect(older.code == .exchangeRefused)
    #expect(
      try await exchange.deployAddIn(manifest: Self.manifest("1.1.0.0"), id: id, version: "1.1.0.0", everybody)
        .hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await exchange.addIns().map(\.version) == ["1.1.0.0"])
    let group = try await adminError {
      _ = try await exchange.set(setting, to: AddInAssignment(users: [TenantLink.address("all-staff")]))
    }
    #expect(group.code == .notFound)
    #expect(try await exchange.removeAddIn(id).hasChanged)
    await link.tenant.advanceClock(by: .seconds(5))
    #expect(try await exchange.removeAddIn(id) == .none)
    #expect(await link.count("addInDeployed") == 2)
  }

  @Test("A manifest that is none, and a permission that is lacking, are told")
  func addInRefusals() async throws {
    let link = try TenantLink()
    let id = try #require(GUID("6f1d7c1e-5d0a-4c55-9d3e-2b9a6d5b7a11"))
    let broken = try await adminError {
      _ = try await link.exchange.deployAddIn(manifest: Array("<x/>".utf8), id: id, version: "1.0", AddInAssignment())
    }
    #expect(broken.code == .invalidArgument)
    let bare = try TenantLink(
      seed: try Seed.standard().setting("application", to: ["roles": ["Exchange.ManageAsApp"]]))
    let error = try await adminError { _ = try await bare.exchange.addIn(id) }
    #expect(error.code == .permissionDenied)
  }
}
