import AdminCore
import M365
import TestSupport
import Testing

@Suite("Calling cmdlets", .timeLimit(.minutes(1)))
struct ExchangeClientTests {
  private let fixture = ExchangeFixture()

  private func reading() -> ExchangeCall { ExchangeCall(ExchangeFixture.ann, ExchangeParameters<GetMailbox>()) }
  private func setting() -> ExchangeCall {
    ExchangeCall(ExchangeFixture.ann, [.hiddenFromAddressLists: true] as ExchangeParameters<SetMailbox>)
  }
  private func making() -> ExchangeCall {
    ExchangeCall([.objectName: "Tag"] as ExchangeParameters<NewRetentionPolicyTag>, about: .object("Tag"))
  }
  private func listing() -> ExchangePages<ExchangeMailbox> { fixture.exchange.mailboxes() }

  private static func mailbox(_ name: String) -> JSONObject {
    [
      "ExchangeGuid": "11111111-0000-0000-0000-00000000000a", "PrimarySmtpAddress": .string(name),
      "EmailAddresses@odata.type": "#Collection(String)", "EmailAddresses": [.string("SMTP:" + name)],
      "RecipientTypeDetails": "UserMailbox",
    ]
  }

  // MARK: The request

  @Test("A call is a POST with the cmdlet in its body and the headers of the service")
  func request() async throws {
    fixture.transport.on(.post, ExchangeFixture.path, ExchangeFixture.rows())
    let parameters: ExchangeParameters<SetOrganizationConfig> = [.readTracking: true]
    _ = try await fixture.exchange.send(ExchangeCall(parameters))
    let call = try #require(fixture.calls.first)
    #expect(call.url == "https://outlook.office365.com" + ExchangeFixture.path)
    #expect(
      call.json == [
        "CmdletInput": ["CmdletName": "Set-OrganizationConfig", "Parameters": ["ReadTrackingEnabled": true]]
      ])
    let headers = call.request.headers
    #expect(headers["X-AnchorMailbox"] == ExchangeFixture.system)
    #expect(headers["X-ResponseFormat"] == "json")
    #expect(headers["X-CmdletName"] == "Set-OrganizationConfig")
    #expect(headers["Prefer"] == "odata.maxpagesize=1000")
    #expect(headers["Content-Type"] == "application/json; charset=utf-8")
    #expect(headers["Authorization"]?.hasPrefix("Bearer eyJ") == true)
    #expect(headers["client-request-id"].flatMap(GUID.init) != nil)
    #expect(headers["connection-id"].flatMap(GUID.init) != nil)
    #expect(headers["parameter-based-routing"] == nil)
    // The service declares an encoding that its body may not have.
    #expect(!call.request.acceptsCompression)
    #expect(call.request.timeout == .seconds(120))
    #expect(call.request.silenceTimeout == .seconds(120))
    #expect(fixture.log.records.last?.template == "/adminapi/{id}/Set-OrganizationConfig")
    #expect(fixture.log.records.last?.workload == "exchange")
  }

  @Test("What is kept in a mailbox's store is anchored to it, the rest to the organisation")
  func anchors() async throws {
    fixture.transport.always(
      .post, ExchangeFixture.path, ExchangeFixture.rows(["UnifiedAuditLogIngestionEnabled": false]))
    _ = try await fixture.exchange.send(setting())
    _ = try await fixture.exchange.send(reading())
    _ = try await fixture.exchange.set(ExchangeSwitch.unifiedAuditLog, to: true)
    let name = try #require(UserPrincipalName("ann@contoso.com"))
    let id = try #require(GUID("11111111-0000-0000-0000-00000000000a"))
    for reference in [MailboxReference(name), MailboxReference(mailboxID: id)] {
      _ = try await fixture.exchange.send(ExchangeCall(reference, ExchangeParameters<GetFocusedInbox>()))
    }
    #expect(
      fixture.calls.map { $0.request.headers["X-AnchorMailbox"] } == [
        "SMTP:ann@contoso.com", ExchangeFixture.system, ExchangeFixture.system,
        "APP:SystemMailbox{8cc370d3-822a-4ab8-a926-bb94bd0641a9}@\(TokenFixture.tenant)", "UPN:ann@contoso.com",
        "MBX:11111111-0000-0000-0000-00000000000a@\(TokenFixture.tenant)",
      ])
    #expect(fixture.calls[0].request.headers["parameter-based-routing"] == "true")
    #expect(Set(fixture.calls.map { $0.request.headers["connection-id"] }).count == 1)
    #expect(Set(fixture.calls.map { $0.request.headers["client-request-id"] }).count == 6)
  }

  @Test("A tenant that was named by its domain is called by the id in the token")
  func tenantByDomain() async throws {
    let named = ExchangeFixture(tenant: "contoso.com")
    named.transport.on(.post, ExchangeFixture.path, ExchangeFixture.rows())
    _ = try await named.exchange.send(setting())
    #expect(named.calls.first?.path == ExchangeFixture.path)
    let silent = ExchangeFixture(claims: nil, tenant: "contoso.com")
    let error = try await adminError { _ = try await silent.exchange.send(setting()) }
    #expect(error.code == .misconfigured)
    #expect(error.message.contains("AZURE_TENANT_ID"))
    #expect(silent.calls.isEmpty)
  }

  @Test("Only the properties that are needed are asked for")
  func selection() async throws {
    fixture.transport.on(
      .post, ExchangeFixture.path + "?$select=HiddenFromAddressListsEnabled",
      ExchangeFixture.rows(["HiddenFromAddressListsEnabled": true]))
    #expect(
      try await fixture.exchange.value(of: ExchangeSwitch.hiddenFromAddressLists(ExchangeFixture.ann)) == true)
    #expect(fixture.transport.surprises.isEmpty)
  }

  // MARK: Answers

  @Test("Rows come without sidecars, with the warnings of body and header")
  func reply() async throws {
    var body: JSONObject = [
      "@adminapi.warnings": ["first"],
      "value": [
        ["Name": "a", "Name@data.type": "System.String", "Tags@odata.type": "#Collection(String)", "Tags": []]
      ],
    ]
    fixture.transport.on(.post, ExchangeFixture.path, .json(200, .object(body), ["X-Warnings": "second"]))
    let reply = try await fixture.exchange.send(reading())
    #expect(reply.rows == [["Name": "a", "Tags": []]])
    #expect(reply.warnings == ["first", "second"])
    body["value"] = [5]
    fixture.transport.on(.post, ExchangeFixture.path, .json(200, .object(body)))
    #expect(try await adminError { _ = try await fixture.exchange.send(reading()) }.code == .exchangeRefused)
  }

  @Test("An answer that cannot be read leaves open whether a change was made")
  func unreadable() async throws {
    fixture.transport.always(.post, ExchangeFixture.path, .text(200, "<html>"))
    #expect(try await adminError { _ = try await fixture.exchange.send(reading()) }.code == .exchangeRefused)
    #expect(try await adminError { _ = try await fixture.exchange.send(making()) }.code == .outcomeUnknown)
  }

  @Test("A change that changed nothing says so")
  func noChange() async throws {
    fixture.transport.on(
      .post, ExchangeFixture.path,
      ExchangeFixture.rows(
        warnings: ["The command completed successfully but no settings of 'ann' have been modified."]))
    fixture.transport.on(.post, ExchangeFixture.path, ExchangeFixture.rows(warnings: ["Mind the gap."]))
    let setting = MailboxSetting(ReadReceiptResponse.self, of: ExchangeFixture.ann)
    #expect(try await setting.write(ReadReceiptResponse(.never), to: fixture.exchange) == .none)
    let changed = try await setting.write(ReadReceiptResponse(.never), to: fixture.exchange)
    #expect(changed.hasChanged)
    #expect(changed.warnings == ["Mind the gap."])
  }

  @Test(
    "Status 200 with an error in it is a failure",
    arguments: [
      ["error": ["code": "X", "message": "no"]], ["@adminapi.errors": ["Ex1|Microsoft.X.DataValidationException|no"]],
    ] as [JSONValue])
  func errorInSuccess(_ body: JSONValue) async throws {
    fixture.transport.on(.post, ExchangeFixture.path, .json(200, body))
    let error = try await adminError { _ = try await fixture.exchange.send(reading()) }
    #expect(error.details?["serviceMessage"] == "no")
  }

  // MARK: Pages

  @Test("Further pages are had by the same body, and only from Exchange")
  func pages() async throws {
    let next = "https://outlook.office365.com\(ExchangeFixture.path)?$skiptoken=2"
    fixture.transport.on(
      .post, ExchangeFixture.path, ExchangeFixture.rows(Self.mailbox("a@contoso.com"), next: next),
      ExchangeFixture.rows(Self.mailbox("b@contoso.com")))
    let found = try await listing().collect(maximum: 10)
    #expect(found.map(\.address) == ["a@contoso.com", "b@contoso.com"])
    #expect(fixture.calls.map(\.url) == ["https://outlook.office365.com" + ExchangeFixture.path, next])
    #expect(fixture.calls[0].body == fixture.calls[1].body)
    #expect(fixture.calls[0].parameters == ["RecipientTypeDetails": ["UserMailbox"], "ResultSize": "Unlimited"])
    #expect(fixture.calls[1].method == .post)
    #expect(fixture.calls[0].request.timeout == .seconds(300))
  }

  @Test(
    "A link elsewhere is not followed, nor is one that leads back",
    arguments: [
      "https://evil.example\(ExchangeFixture.path)", "https://outlook.office365.com/owa/x",
      "https://outlook.office365.com.evil.example\(ExchangeFixture.path)",
      "http://outlook.office365.com\(ExchangeFixture.path)",
    ])
  func foreignLinks(_ link: String) async throws {
    fixture.transport.on(.post, ExchangeFixture.path, ExchangeFixture.rows(Self.mailbox("a@b.com"), next: link))
    let error = try await adminError { _ = try await listing().collect(maximum: 10) }
    #expect(error.code == .exchangeRefused)
    #expect(error.message.contains("elsewhere"))
    #expect(fixture.calls.count == 1)
  }

  @Test("Circles end, and so do lists that are too long")
  func bounds() async throws {
    let next = "https://outlook.office365.com\(ExchangeFixture.path)?$skiptoken=2"
    fixture.transport.always(.post, ExchangeFixture.path, ExchangeFixture.rows(Self.mailbox("a@b.com"), next: next))
    #expect(try await adminError { _ = try await listing().collect(maximum: 10) }.message.contains("circles"))
    #expect(try await adminError { _ = try await listing().collect(maximum: 0) }.code == .tooLarge)
  }

  // MARK: Redirects

  private static let compliancePath = "https://ps.compliance.protection.outlook.com" + ExchangeFixture.path

  @Test("The compliance endpoint's region is found by its redirect and kept")
  func region() async throws {
    let region = "https://eur01b.ps.compliance.protection.outlook.com" + ExchangeFixture.path
    fixture.transport.on(.post, Self.compliancePath, .status(302, ["Location": region]))
    fixture.transport.always(.post, region, ExchangeFixture.rows(["Name": "P", "Enabled": true]))
    for _ in 0..<2 { #expect(try await fixture.exchange.compliancePolicy(named: "P")?.isEnabled == true) }
    #expect(fixture.calls.map(\.url) == [Self.compliancePath, region, region])
    // The body and the token go along; libcurl would have made a GET of it.
    #expect(fixture.calls.allSatisfy { $0.method == .post && $0.cmdlet == "Get-RetentionCompliancePolicy" })
    #expect(Set(fixture.calls.map { $0.request.headers["Authorization"] }).count == 1)
    #expect(fixture.log.records.last?.workload == "compliance")
    #expect(fixture.transport.requests.first?.body.contains("ps.compliance.protection.outlook.com%2F.default") == true)
  }

  @Test("A server's inner port is left out")
  func innerPort() async throws {
    let region = "https://eur01b.ps.compliance.protection.outlook.com"
    fixture.transport.on(
      .post, Self.compliancePath, .status(302, ["Location": region + ":446" + ExchangeFixture.path]))
    fixture.transport.on(.post, region + ExchangeFixture.path, ExchangeFixture.rows())
    #expect(try await fixture.exchange.compliancePolicy(named: "P") == nil)
  }

  @Test(
    "A redirect out of the cloud is not followed",
    arguments: [
      "https://evil.example/adminapi/x", "https://ps.compliance.protection.outlook.com.evil.example/adminapi/x",
      "http://eur01b.ps.compliance.protection.outlook.com/adminapi/x",
      "https://eur01b.ps.compliance.protection.outlook.com:8443/adminapi/x",
      "https://eur01b.ps.compliance.protection.outlook.com/owa", "", "//evil.example/adminapi",
    ])
  func foreignRedirects(_ location: String) async throws {
    fixture.transport.on(.post, Self.compliancePath, .status(302, ["Location": location]))
    let error = try await adminError { _ = try await fixture.exchange.compliancePolicy(named: "P") }
    #expect(error.code == .exchangeRefused)
    #expect(fixture.calls.count == 1)
  }

  @Test("Redirects that lead in circles end")
  func circle() async throws {
    fixture.transport.always(.post, Self.compliancePath, .status(307, ["Location": ExchangeFixture.path]))
    let error = try await adminError { _ = try await fixture.exchange.compliancePolicy(named: "P") }
    #expect(error.message.contains("circles"))
    #expect(fixture.calls.count == 4)
  }

  // MARK: Routing

  @Test("A call that missed the mailbox's server is anchored to the mailbox, then to its own id")
  func reanchoring() async throws {
    let id = "11111111-0000-0000-0000-00000000000a"
    fixture.transport.on(
      .post, ExchangeFixture.path, ExchangeFixture.misrouted, ExchangeFixture.misrouted,
      ExchangeFixture.rows(["ExchangeGuid": .string(id)]),
      ExchangeFixture.rows(["SmtpClientAuthenticationDisabled": true]))
    let setting = MailboxSetting(SMTPAuthentication.self, of: ExchangeFixture.ann)
    #expect(try await fixture.exchange.value(of: setting) == SMTPAuthentication(.refused))
    #expect(
      fixture.trail == [
        "Get-CASMailbox APP:SystemMailbox", "Get-CASMailbox SMTP:ann@contoso.com", "Get-Mailbox APP:SystemMailbox",
        "Get-CASMailbox MBX:\(id)@\(TokenFixture.tenant)",
      ])
    #expect(fixture.timekeeper.pauses.isEmpty)
  }

  @Test("A mailbox whose server stays away is told as that, after several attempts")
  func misrouted() async throws {
    fixture.transport.always(.post, ExchangeFixture.path, ExchangeFixture.misrouted)
    let id = try #require(GUID("11111111-0000-0000-0000-00000000000a"))
    let call = ExchangeCall(MailboxReference(mailboxID: id), ExchangeParameters<GetFocusedInbox>())
    let error = try await adminError { _ = try await fixture.exchange.send(call) }
    #expect(error.exchangeFault == .misrouted)
    #expect(error.isRetryable)
    #expect(fixture.calls.count == 5)
    #expect(!error.message.contains("PROD.OUTLOOK.COM"))
  }

  // MARK: Repeating

  @Test("Throttling is waited out as long as is asked")
  func throttled() async throws {
    fixture.transport.on(
      .post, ExchangeFixture.path, .status(429, ["Retry-After": "7"]), ExchangeFixture.rows())
    _ = try await fixture.exchange.send(making())
    #expect(fixture.timekeeper.pauses == [.seconds(7)])
    #expect(fixture.calls.count == 2)
  }

  @Test("A server that is too busy is asked again for reading and for absolute values", arguments: [true, false])
  func transient(_ isReading: Bool) async throws {
    let busy = ExchangeFixture.refusal(
      "Microsoft.Exchange.Data.Storage.ServerBusyException", "busy", status: isReading ? 503 : 400)
    fixture.transport.on(.post, ExchangeFixture.path, busy, .status(504), ExchangeFixture.rows())
    _ = try await fixture.exchange.send(isReading ? reading() : setting())
    #expect(fixture.calls.count == 3)
  }

  @Test("What would be made twice is not asked for twice", arguments: [500, 503, 504])
  func ambiguous(_ status: Int) async throws {
    fixture.transport.always(.post, ExchangeFixture.path, .status(status))
    let error = try await adminError { _ = try await fixture.exchange.send(making()) }
    #expect(error.code == .outcomeUnknown)
    #expect(error.message.contains("New-RetentionPolicyTag"))
    #expect(fixture.calls.count == 1)
  }

  @Test("What is certain to be refused is not asked for again")
  func permanent() async throws {
    fixture.transport.always(
      .post, ExchangeFixture.path,
      ExchangeFixture.refusal("Microsoft.Exchange.Data.DataValidationException", "too long", status: 500))
    let error = try await adminError { _ = try await fixture.exchange.send(making()) }
    #expect(error.code == .invalidArgument)
    #expect(fixture.calls.count == 1)
  }

  @Test("What was made a moment ago is waited for")
  func fresh() async throws {
    fixture.transport.on(
      .post, ExchangeFixture.path, ExchangeFixture.notFound("P"), ExchangeFixture.rows(["AutoForwardingMode": "On"]),
      ExchangeFixture.notFound("P"), ExchangeFixture.notFound("P"), ExchangeFixture.rows())
    try await fixture.exchange.addForwardingException(named: "P", for: [ExchangeFixture.ann])
    #expect(
      fixture.calls.map(\.cmdlet) == [
        "Get-HostedOutboundSpamFilterPolicy", "New-HostedOutboundSpamFilterPolicy",
        "New-HostedOutboundSpamFilterRule", "New-HostedOutboundSpamFilterRule", "New-HostedOutboundSpamFilterRule",
      ])
    #expect(fixture.timekeeper.pauses == [.seconds(5), .seconds(5)])
  }

  @Test("A refused token is renewed once, with the claims that are asked for")
  func claims() async throws {
    let challenge = Base64.encode(Array(#"{"access_token":{"nbf":{"essential":true}}}"#.utf8))
    fixture.transport.on(
      .post, ExchangeFixture.path,
      .status(401, ["WWW-Authenticate": "Bearer error=\"insufficient_claims\", claims=\"\(challenge)\""]),
      ExchangeFixture.rows())
    _ = try await fixture.exchange.send(making())
    let tokens = fixture.transport.requests.filter { $0.path.hasSuffix("/token") }
    #expect(tokens.count == 2)
    #expect(tokens[1].body.contains("claims="))
    fixture.transport.always(.post, ExchangeFixture.path, .status(401))
    let error = try await adminError { _ = try await fixture.exchange.send(reading()) }
    #expect(error.code == .authenticationFailed)
  }
}
