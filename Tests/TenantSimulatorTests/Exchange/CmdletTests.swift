import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Cmdlets")
struct CmdletTests {
  private static let nora = CmdletFixture.nora
  private static let lukas = TenantFixture.address("lukas.meyer")
  private static let closings = TenantFixture.address("closings")

  // MARK: Mailboxes

  @Test("A mailbox is found by every name it has, and listed by kind")
  func identities() async throws {
    let tenant = try await CmdletFixture()
    let row = try #require(try await tenant.call("Get-Mailbox", ["Identity": .string(Self.nora)]).rows.first)
    for name in ["ExchangeGuid", "Guid", "ExternalDirectoryObjectId", "Alias", "UserPrincipalName", "Name"] {
      let identity = row[name]?.stringValue ?? ""
      #expect(try await tenant.call("Get-Mailbox", ["Identity": .string(identity)]).rows.count == 1, "\(name)")
    }
    // Exchange's own ids are not the directory's.
    #expect(Set(["ExchangeGuid", "Guid", "ExternalDirectoryObjectId"].map { row[$0] }).count == 3)
    let shared = try await tenant.call("Get-Mailbox", ["RecipientTypeDetails": ["SharedMailbox"]])
    #expect(shared.rows.count == 2)
    #expect(try await tenant.call("Get-Mailbox", ["Anr": "keane"]).rows.count == 1)
    #expect(
      try await tenant.call("Get-Mailbox", ["Identity": "rory.quinn@harbourfinch.example"]).outcome
        == "400 ManagementObjectNotFoundException")
    let missing = try await tenant.call("Get-Mailbox", ["Identity": "nobody"])
    #expect(missing.message.contains("'nobody' couldn't be found"))
  }

  @Test("Forwarding goes to an address as it stands, and to a recipient by its name")
  func forwarding() async throws {
    let tenant = try await CmdletFixture()
    _ = try await tenant.mailbox(
      "Set-Mailbox", ["ForwardingSmtpAddress": "n@home.example", "DeliverToMailboxAndForward": true])
    #expect(try await tenant.property("ForwardingSmtpAddress") == "smtp:n@home.example")
    let id = try await tenant.property("ExternalDirectoryObjectId", of: Self.lukas)
    _ = try await tenant.mailbox("Set-Mailbox", ["ForwardingAddress": .string(Self.lukas)])
    #expect(try await tenant.property("ForwardingAddress") == id)
    // Both are set, and stay so until somebody clears them.
    #expect(try await tenant.property("ForwardingSmtpAddress") == "smtp:n@home.example")
    _ = try await tenant.mailbox("Set-Mailbox", ["ForwardingAddress": .null, "ForwardingSmtpAddress": .null])
    #expect(try await tenant.property("ForwardingAddress") == .null)
    #expect(
      try await tenant.mailbox("Set-Mailbox", ["ForwardingAddress": "n@home.example"]).outcome
        == "400 ManagementObjectNotFoundException")
  }

  @Test("Holds and archives need their licences")
  func licenses() async throws {
    let tenant = try await CmdletFixture()
    let hold = try await tenant.mailbox("Set-Mailbox", ["LitigationHoldEnabled": true], of: Self.lukas)
    #expect(hold.message.contains("license doesn't permit"))
    #expect(try await tenant.mailbox("Set-Mailbox", ["LitigationHoldEnabled": true]).reply.status == 200)
    #expect(
      try await tenant.call("Enable-Mailbox", ["Identity": .string(Self.closings), "Archive": true]).message.contains(
        "license"))
    let archive: JSONValue = ["Identity": .string(Self.lukas), "Archive": true]
    #expect(try await tenant.call("Enable-Mailbox", archive).rows.first?["ArchiveStatus"] == "Active")
    #expect(try await tenant.call("Enable-Mailbox", archive).message.contains("already has an archive"))
    let growing: JSONValue = ["Identity": .string(Self.lukas), "AutoExpandingArchive": true]
    #expect(try await tenant.call("Enable-Mailbox", growing).message.contains("license"))
    #expect(try await tenant.call("Enable-Mailbox", ["Identity": .string(Self.lukas)]).reply.status == 400)
    let bare: JSONValue = ["Identity": .string(Self.nora), "Archive": true, "Confirm": false]
    #expect(try await tenant.call("Disable-Mailbox", bare).message.contains("doesn't have an archive"))
  }

  @Test("Without its switch the cmdlet for archives takes the mailbox away")
  func trap() async throws {
    let tenant = try await CmdletFixture()
    _ = try await tenant.call("Disable-Mailbox", ["Identity": .string(Self.lukas), "Confirm": false])
    #expect(try await tenant.call("Get-Mailbox", ["Identity": .string(Self.lukas)]).reply.status == 400)
  }

  @Test("Microsoft's set of audited actions is left and comes back")
  func auditSets() async throws {
    let tenant = try await CmdletFixture()
    _ = try await tenant.mailbox("Set-Mailbox", ["AuditOwner": ["MailboxLogin"]])
    #expect(try await tenant.property("DefaultAuditSet") == ["Admin", "Delegate"])
    #expect(try await tenant.property("AuditOwner") == ["MailboxLogin"])
    _ = try await tenant.mailbox("Set-Mailbox", ["DefaultAuditSet": ["Admin", "Delegate", "Owner"]])
    #expect(try await tenant.property("AuditOwner")?.arrayValue?.contains("HardDelete") == true)
  }

  @Test("A conversion takes its time, and shows at Graph too")
  func conversion() async throws {
    let tenant = try await CmdletFixture(lags: Lags(directory: .zero, mailbox: .zero, exchange: .seconds(10)))
    _ = try await tenant.mailbox("Set-Mailbox", ["Type": "Room"], of: Self.lukas)
    #expect(try await tenant.property("RecipientTypeDetails", of: Self.lukas) == "UserMailbox")
    await tenant.fixture.tenant.advanceClock(by: .seconds(11))
    #expect(try await tenant.property("RecipientTypeDetails", of: Self.lukas) == "RoomMailbox")
    #expect(try await tenant.fixture.graph("GET", "/users/\(Self.lukas)/mailboxSettings").json["userPurpose"] == "room")
    #expect(await tenant.fixture.count("mailboxConverted") == 1)
    let again = try await tenant.mailbox("Set-Mailbox", ["Type": "Room"], of: Self.lukas)
    #expect(again.warnings.count == 1)
  }

  @Test("A user who is kept on premises is changed there")
  func synchronized() async throws {
    let seed = try Seed(
      text: """
        {"tenant": {"displayName": "Hybrid", "country": "DE",
          "domains": [{"name": "own.example", "default": true}, {"name": "own.onmicrosoft.com", "initial": true}]},
         "products": [{"partNumber": "SPB", "seats": 3}],
         "users": [{"userPrincipalName": "ada@own.example", "displayName": "Ada", "licenses": ["SPB"], "synchronized": true}]}
        """)
    let tenant = try await CmdletFixture(seed: seed)
    let hidden = try await tenant.mailbox("Set-Mailbox", ["HiddenFromAddressListsEnabled": true], of: "ada@own.example")
    #expect(hidden.message.contains("synchronized from your on-premises organization"))
    #expect(try await tenant.mailbox("Set-Mailbox", ["AuditEnabled": false], of: "ada@own.example").reply.status == 200)
  }

  @Test("Repeats of rights are warnings, and strangers cannot be given any")
  func rights() async throws {
    let tenant = try await CmdletFixture()
    let access: JSONObject = [
      "Identity": .string(Self.closings), "User": .string(Self.nora), "AccessRights": ["FullAccess"], "Confirm": false,
    ]
    #expect(try await tenant.call("Add-MailboxPermission", .object(access)).warnings.isEmpty)
    #expect(
      try await tenant.call("Add-MailboxPermission", .object(access)).warnings.first?.contains("already present")
        == true)
    #expect(try await tenant.call("Remove-MailboxPermission", .object(access)).warnings.isEmpty)
    #expect(
      try await tenant.call("Remove-MailboxPermission", .object(access)).warnings.first?.contains("isn't present")
        == true)
    let sendAs: JSONObject = [
      "Identity": .string(Self.closings), "Trustee": .string(Self.nora), "AccessRights": ["SendAs"], "Confirm": false,
    ]
    #expect(try await tenant.call("Add-RecipientPermission", .object(sendAs)).reply.status == 200)
    #expect(try await tenant.call("Add-RecipientPermission", .object(sendAs)).warnings.count == 1)
    // Exchange's right is the one Graph looks at.
    var message = MessageTests.message().objectValue ?? [:]
    message["from"] = ["emailAddress": ["address": .string(Self.closings)]]
    let send = try await tenant.fixture.graph(
      "POST", "/users/\(Self.nora)/sendMail", json: ["message": .object(message)])
    #expect(send.status == 202)
    #expect(try await tenant.call("Remove-RecipientPermission", .object(sendAs)).reply.status == 200)
    let refused = try await tenant.fixture.graph(
      "POST", "/users/\(Self.nora)/sendMail", json: ["message": .object(message)])
    #expect(refused.outcome == "403 ErrorSendAsDenied")
    #expect(try await tenant.call("Remove-RecipientPermission", .object(sendAs)).warnings.count == 1)
    #expect(
      try await tenant.call("Add-MailboxPermission", .object(access.merging(["User": "nobody"]))).message.contains(
        "wasn't found"))
  }

  @Test("A distribution group is changed by a manager, or by whoever may pass that over")
  func groups() async throws {
    let tenant = try await CmdletFixture()
    let parameters: JSONObject = ["Identity": "All Staff", "Member": .string(Self.lukas), "Confirm": false]
    #expect(
      try await tenant.call("Add-DistributionGroupMember", .object(parameters)).message.contains("manager of the group")
    )
    let bypassing = JSONValue.object(parameters.merging(["BypassSecurityGroupManagerCheck": true]))
    #expect(try await tenant.call("Add-DistributionGroupMember", bypassing).reply.status == 200)
    #expect(
      try await tenant.call("Add-DistributionGroupMember", bypassing).outcome == "400 MemberAlreadyExistsException")
    #expect(try await tenant.call("Get-DistributionGroupMember", ["Identity": "all-staff"]).rows.count == 5)
    #expect(try await tenant.call("Remove-DistributionGroupMember", bypassing).reply.status == 200)
    #expect(try await tenant.call("Remove-DistributionGroupMember", bypassing).outcome == "400 MemberNotFoundException")
    #expect(try await tenant.call("Get-DistributionGroupMember", ["Identity": "Management"]).reply.status == 400)
  }

  // MARK: The organisation

  @Test("Values with rules of their own are checked")
  func organization() async throws {
    let tenant = try await CmdletFixture()
    #expect(
      try await tenant.call("Set-OrganizationConfig", ["CustomerLockboxEnabled": true]).message.contains("license"))
    #expect(
      try await tenant.call("Set-OrganizationConfig", ["MailTipsLargeAudienceThreshold": 5000]).outcome
        == "400 ParameterBindingException")
    #expect(try await tenant.call("Set-OrganizationConfig", ["AutoExpandingArchive": true]).reply.status == 200)
    #expect(try await tenant.call("Get-OrganizationConfig").rows.first?["AutoExpandingArchiveEnabled"] == true)
    #expect(
      try await tenant.call("Enable-OrganizationCustomization", ["Confirm": false]).message.contains("not required"))
    #expect(
      try await tenant.call("Set-RemoteDomain", ["Identity": "Other", "AutoForwardEnabled": true]).reply.status == 400)
    #expect(try await tenant.call("Get-RemoteDomain").rows.count == 1)
    #expect(try await tenant.call("Remove-HostedOutboundSpamFilterPolicy", ["Identity": "Default"]).reply.status == 400)
    let rule: JSONValue = ["Name": "R", "HostedOutboundSpamFilterPolicy": "Default", "From": [.string(Self.nora)]]
    #expect(try await tenant.call("New-HostedOutboundSpamFilterRule", rule).message.contains("default policy"))
    let empty: JSONValue = ["Name": "R", "FromScope": "InOrganization"]
    #expect(try await tenant.call("New-TransportRule", empty).message.contains("at least one action"))
    #expect(
      try await tenant.call("New-TransportRule", ["Name": "R", "ApplyHtmlDisclaimerText": "x"]).message.contains(
        "FallbackAction"))
  }

  @Test("The order in which things are taken apart matters")
  func dependencies() async throws {
    let tenant = try await CmdletFixture()
    _ = try await tenant.call("New-HostedOutboundSpamFilterPolicy", ["Name": "P"])
    let rule: JSONValue = ["Name": "R", "HostedOutboundSpamFilterPolicy": "P", "From": [.string(Self.nora)]]
    _ = try await tenant.call("New-HostedOutboundSpamFilterRule", rule)
    #expect(try await tenant.call("New-HostedOutboundSpamFilterRule", rule).message.contains("already associated"))
    #expect(
      try await tenant.call("Remove-HostedOutboundSpamFilterPolicy", ["Identity": "P"]).message.contains(
        "rule is associated"))
    _ = try await tenant.call("New-SafeLinksPolicy", ["Name": "S"])
    let links: JSONValue = ["Name": "S", "SafeLinksPolicy": "S", "RecipientDomainIs": ["harbourfinch.example"]]
    #expect(try await tenant.call("New-SafeLinksRule", links).reply.status == 200)
    #expect(
      try await tenant.call("Remove-SafeLinksPolicy", ["Identity": "S", "Confirm": false]).message.contains(
        "associated"))
    let foreign: JSONValue = ["Name": "T", "SafeLinksPolicy": "S", "RecipientDomainIs": ["other.example"]]
    #expect(try await tenant.call("New-SafeLinksRule", foreign).reply.status == 400)
    let archive: JSONValue = ["Name": "T", "Type": "Inbox", "RetentionAction": "MoveToArchive"]
    #expect(try await tenant.call("New-RetentionPolicyTag", archive).message.contains("MoveToArchive"))
    #expect(
      try await tenant.call("New-RetentionPolicy", ["Name": "X", "RetentionPolicyTagLinks": ["No such tag"]]).reply
        .status == 400)
    #expect(
      try await tenant.call("New-OutboundConnector", ["Name": "C", "SmartHosts": ["h.example"]]).message.contains(
        "smart hosts"))
    #expect(
      try await tenant.call(
        "New-InboundConnector", ["Name": "C", "SenderDomains": ["d.example"], "RestrictDomainsToIPAddresses": true]
      ).reply.status == 400)
    #expect(
      try await tenant.call(
        "New-InboundConnector", ["Name": "C", "SenderDomains": ["d.example"], "RestrictDomainsToCertificate": true]
      )
      .message.contains("TlsSenderCertificateName"))
  }

  @Test("DNS records are published at the control endpoint")
  func dns() async throws {
    let tenant = try await CmdletFixture()
    let made = try await tenant.call(
      "New-DkimSigningConfig",
      ["DomainName": "harbourfinch.example", "Enabled": false, "KeySize": 2048, "Confirm": false])
    let target = try #require(made.rows.first?["Selector1CNAME"]?.stringValue)
    #expect(target == "selector1-harbourfinch-example._domainkey.harbourfinch.onmicrosoft.com")
    let enabling: JSONValue = ["Identity": "harbourfinch.example", "Enabled": true, "Confirm": false]
    #expect(try await tenant.call("Set-DkimSigningConfig", enabling).message.contains("CNAME record does not exist"))
    for number in [1, 2] {
      let record = target.replacing("selector1", with: "selector\(number)")
      let reply = await tenant.fixture.control(
        "POST", "/dns",
        json: .object(
          JSONObject([
            JSONObject.Member(key: "selector\(number)._domainkey.HARBOURFINCH.example", value: .string(record))
          ])))
      #expect(reply.status == 200)
    }
    #expect(try await tenant.call("Set-DkimSigningConfig", enabling).reply.status == 200)
    #expect(try await tenant.call("Get-DkimSigningConfig").rows.map { $0["Status"] } == ["Valid", "Valid"])
    let gone = await tenant.fixture.control("POST", "/dns", json: ["selector1._domainkey.harbourfinch.example": nil])
    #expect(gone.json.objectValue?.count == 1)
    #expect(
      try await tenant.call("Get-DkimSigningConfig", ["Identity": "harbourfinch.example"]).rows.first?["Status"]
        == "CnameMissing")
    #expect(await tenant.fixture.control("POST", "/dns", json: ["a": 5]).status == 400)
    #expect(await tenant.fixture.control("POST", "/dns", json: []).status == 400)
    #expect(await tenant.fixture.control("GET", "/dns").status == 200)
  }

  @Test("An application of Exchange's own is named by the right id")
  func principals() async throws {
    let tenant = try await CmdletFixture()
    let clientID = tenant.fixture.tenant.credentials.clientID
    let principal = try await tenant.fixture.graph("GET", "/servicePrincipals(appId='\(clientID)')")
    let wrong: JSONValue = ["AppId": .string(clientID), "ObjectId": .string(TenantFixture.clientID)]
    #expect(try await tenant.call("New-ServicePrincipal", wrong).reply.status == 400)
    let right: JSONValue = ["AppId": .string(clientID), "ObjectId": .string(principal.id), "DisplayName": "Us"]
    #expect(try await tenant.call("New-ServicePrincipal", right).rows.first?["DisplayName"] == "Us")
    #expect(try await tenant.call("New-ServicePrincipal", right).outcome == "400 ADObjectAlreadyExistsException")
    #expect(try await tenant.call("Get-ServicePrincipal", ["Identity": .string(clientID)]).rows.count == 1)
  }

  // MARK: Reports

  @Test("The report shows what cmdlets have made, and a reset takes it away")
  func report() async throws {
    let tenant = try await CmdletFixture()
    _ = try await tenant.call("Set-OrganizationConfig", ["ReadTrackingEnabled": true])
    _ = try await tenant.mailbox("Set-MailboxMessageConfiguration", ["ReadReceiptResponse": "NeverSend"])
    let exchange = await tenant.fixture.tenant.report("exchange")
    #expect(exchange?["organization"]?["ReadTrackingEnabled"] == true)
    let mailbox = await tenant.fixture.tenant.report("mailboxes")?.arrayValue?.first {
      $0["address"]?.stringValue == Self.nora
    }
    #expect(mailbox?["configuration"]?["readReceiptResponse"] == "NeverSend")
    #expect(await tenant.fixture.count("organizationChanged") == 1)
    try await tenant.fixture.tenant.reset()
    #expect(await tenant.fixture.tenant.report("exchange")?["organization"]?["ReadTrackingEnabled"] == false)
  }
}
