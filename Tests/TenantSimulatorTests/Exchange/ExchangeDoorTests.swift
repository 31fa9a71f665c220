import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("The door of the admin API")
struct ExchangeDoorTests {
  @Test("A call with everything right is answered in the shape of the service")
  func answer() async throws {
    let tenant = try await CmdletFixture()
    let answer = try await tenant.call("Get-Mailbox", ["Identity": .string(CmdletFixture.nora)])
    #expect(answer.reply.status == 200)
    let row = try #require(answer.rows.first)
    #expect(row["PrimarySmtpAddress"]?.stringValue == CmdletFixture.nora)
    #expect(row["EmailAddresses@odata.type"] == "#Collection(String)")
    #expect(row["RecipientTypeDetails"] == "UserMailbox")
    #expect(row["ForwardingSmtpAddress"] == .null)
    #expect(answer.reply.json["adminapi.warnings@odata.type"] == "#Collection(String)")
    #expect(answer.reply.headers["client-request-id"] == TenantFixture.clientID)
    #expect(answer.reply.headers["Rate-Limit-Limit"] == "30000")
    let selected = try await tenant.call(
      "Get-Mailbox", ["Identity": .string(CmdletFixture.nora)], query: "?$select=ExchangeGuid,DisplayName")
    #expect(selected.rows.first?.objectValue?.keys.sorted() == ["DisplayName", "ExchangeGuid"])
  }

  @Test("Paths that lead nowhere are told apart")
  func paths() async throws {
    let tenant = try await CmdletFixture()
    let body: [UInt8] = Array(#"{"CmdletInput":{"CmdletName":"Get-OrganizationConfig"}}"#.utf8)
    func status(_ path: String, _ method: String = "POST") async throws -> Int {
      try await tenant.send(method, path, body: method == "POST" ? body : []).reply.status
    }
    let id = tenant.tenantID
    #expect(try await status("/adminapi/beta/\(id)/InvokeCommand") == 200)
    #expect(try await status("/adminapi/v1.0/\(id)/InvokeCommand") == 405)
    #expect(try await status("/adminapi/v2.0/\(id)/Mailbox") == 404)
    #expect(try await status("/adminapi/beta/harbourfinch.example/InvokeCommand") == 400)
    #expect(try await status("/adminapi/beta/\(TenantFixture.clientID)/InvokeCommand") == 400)
    #expect(try await status("/adminapi/beta/InvokeCommand") == 404)
    #expect(try await status("/adminapi/beta/\(id)/InvokeCommand", "GET") == 405)
    #expect(try await status("/adminapi/beta/\(id)/InvokeCommand?$top=1") == 400)
    #expect(try await status("/adminapi/beta/\(id)/EXOBanner('AutogenSession')?Version=3.9.2", "GET") == 200)
  }

  @Test("Only a token for Exchange, with permission and role, comes in")
  func tokens() async throws {
    let tenant = try await CmdletFixture()
    func status(_ order: TokenOrder) async throws -> Int {
      let token = try await tenant.fixture.tenant.issueToken(order)
      return try await tenant.call("Get-OrganizationConfig", token: token).reply.status
    }
    #expect(try await status(TokenOrder(.exchange)) == 200)
    #expect(try await status(TokenOrder(.graph)) == 401)
    #expect(try await status(TokenOrder(.exchange, signer: .stranger)) == 401)
    #expect(try await status(TokenOrder(.exchange, claims: ["roles": ["Exchange.ManageAsAppV2"]])) == 403)
    #expect(try await status(TokenOrder(.exchange, claims: ["wids": []])) == 403)
    #expect(try await status(TokenOrder(.exchange, claims: ["wids": ["88d8e3e3-8f55-4a1e-953a-9b9898b8876b"]])) == 403)
    #expect(
      try await status(TokenOrder(.exchange, claims: ["aud": "https://ps.compliance.protection.outlook.com"])) == 401)
    await tenant.fixture.tenant.advanceClock(by: .seconds(7200))
    let old = try await tenant.call("Get-OrganizationConfig")
    #expect(old.reply.status == 401)
    #expect(old.reply.headers["WWW-Authenticate"] != nil)
  }

  @Test(
    "What a role does not hold is answered with zero bytes, as what does not exist is",
    arguments: [
      ("29232cdf-9323-42fd-ade2-1d097af3e4de", ["Get-Mailbox", "Set-OrganizationConfig", "Set-DkimSigningConfig"], []),
      (
        "31392ffb-586c-42d1-9346-e59415a2cc4e", ["Get-Mailbox", "Set-Mailbox"],
        ["Set-OrganizationConfig", "Get-TransportConfig"]
      ),
      ("194ae4cb-b126-40b2-bd5b-6091b380977d", ["Get-Mailbox", "Set-HostedOutboundSpamFilterPolicy"], ["Set-Mailbox"]),
      ("5d6b6bb7-de71-4623-b4af-96380a352509", ["Get-DkimSigningConfig"], ["Get-Mailbox"]),
      ("f2ef992c-3afb-46b9-b7cf-a126ee74c451", ["Get-Mailbox", "Get-OrganizationConfig"], ["Set-Mailbox"]),
      ("729827e3-9c14-49f7-bb1b-9608f156bbb8", ["Get-Mailbox"], ["Get-OrganizationConfig", "Set-Mailbox"]),
    ] as [(String, [String], [String])])
  func roles(_ role: String, _ held: [String], _ lacking: [String]) async throws {
    let tenant = try await CmdletFixture()
    let token = try await tenant.fixture.tenant.issueToken(TokenOrder(.exchange, claims: ["wids": [.string(role)]]))
    for cmdlet in held { #expect(try await tenant.call(cmdlet, token: token).reply.status != 403, "\(cmdlet)") }
    for cmdlet in lacking + ["Get-Nonsense", "Remove-Mailbox"] {
      let reply = try await tenant.call(cmdlet, token: token).reply
      #expect(reply.status == 403, "\(cmdlet)")
      #expect(reply.headers["Content-Encoding"] == "gzip")
      #expect(!reply.body.isEmpty && reply.body.allSatisfy { $0 == 0 })
    }
  }

  @Test("A cmdlet without its licence is one that does not exist")
  func licences() async throws {
    let seed = try Seed(
      text: """
        {"tenant": {"displayName": "Small", "country": "DE", "domains": [{"name": "own.example", "default": true}]},
         "products": [{"partNumber": "O365_BUSINESS_PREMIUM", "seats": 3}]}
        """)
    let tenant = try await CmdletFixture(seed: seed)
    #expect(try await tenant.call("Get-AtpPolicyForO365").reply.status == 403)
    #expect(try await CmdletFixture().call("Get-AtpPolicyForO365").reply.status == 200)
  }

  @Test(
    "Bodies that are none are refused",
    arguments: [
      "", "{}", "[]", "nonsense", #"{"CmdletInput":{}}"#, #"{"CmdletInput":{"CmdletName":"Get-Mailbox"},"x":1}"#,
      #"{"CmdletInput":{"CmdletName":"Get-Mailbox","Parameters":[]}}"#,
      #"{"CmdletInput":{"CmdletName":"Get-Mailbox","Extra":1}}"#,
    ])
  func bodies(_ text: String) async throws {
    let tenant = try await CmdletFixture()
    let reply = try await tenant.send(
      "POST", tenant.path, body: Array(text.utf8), headers: ["Content-Type": "application/json"]
    ).reply
    #expect(reply.status == 400)
  }

  @Test("A body must be said to be JSON")
  func contentType() async throws {
    let tenant = try await CmdletFixture()
    let reply = try await tenant.call("Get-OrganizationConfig", headers: ["Content-Type": "text/plain"]).reply
    #expect(reply.status == 415)
  }

  @Test("The caller's cmdlets are listed for whoever asks for all of them")
  func moduleFile() async throws {
    let tenant = try await CmdletFixture()
    let path = "/adminapi/v1.0/\(tenant.tenantID)/EXOModuleFile?Version=3.9.2"
    let answer = try await tenant.send("GET", path, headers: ["CommandName": "*"])
    let names = answer.rows.first?["exportedCmdlets"]?.stringValue?.split(separator: ",") ?? []
    #expect(names.contains("Set-Mailbox"))
    #expect(!names.contains("New-RetentionCompliancePolicy"))
    #expect(try await tenant.send("GET", path).reply.status == 400)
    #expect(try await tenant.send("POST", path, headers: ["CommandName": "*"]).reply.status == 405)
  }

  // MARK: Anchors

  @Test(
    "The anchor must lead to a mailbox of the tenant",
    arguments: [
      "", "nonsense", "UPN:nobody@harbourfinch.example", "SMTP:nobody@harbourfinch.example", "MBX:x@y",
      "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@other.example",
      "APP:SystemMailbox{x}@harbourfinch.onmicrosoft.com",
      "OID:1",
    ])
  func anchors(_ anchor: String) async throws {
    #expect(try await CmdletFixture().call("Get-OrganizationConfig", anchor: anchor).reply.status == 400)
  }

  @Test("What a mailbox's store keeps is done only where that mailbox is")
  func routing() async throws {
    let tenant = try await CmdletFixture()
    let identity: JSONValue = ["Identity": .string(CmdletFixture.nora)]
    for cmdlet in [
      "Get-MailboxMessageConfiguration", "Get-FocusedInbox", "Get-MailboxAutoReplyConfiguration",
      "Get-MailboxStatistics",
    ] {
      #expect(try await tenant.call(cmdlet, identity).outcome == "400 CmdletProxyNotAvailableException", "\(cmdlet)")
      #expect(try await tenant.mailbox(cmdlet).reply.status == 200, "\(cmdlet)")
    }
    let other = try await tenant.call(
      "Set-Mailbox", ["Identity": .string(CmdletFixture.nora), "AuditEnabled": false],
      anchor: "UPN:\(TenantFixture.address("emma.nolan"))")
    #expect(other.outcome == "400 CmdletProxyNotAvailableException")
    let id = try await tenant.property("ExchangeGuid")?.stringValue ?? ""
    for anchor in ["SMTP:\(CmdletFixture.nora)", "MBX:\(id)@\(tenant.tenantID)"] {
      #expect(try await tenant.call("Get-FocusedInbox", identity, anchor: anchor).reply.status == 200)
    }
    let audit: JSONValue = ["UnifiedAuditLogIngestionEnabled": false]
    #expect(try await tenant.call("Set-AdminAuditLogConfig", audit).outcome == "400 CmdletProxyNotAvailableException")
    let arbitration = "APP:SystemMailbox{8cc370d3-822a-4ab8-a926-bb94bd0641a9}@harbourfinch.onmicrosoft.com"
    #expect(try await tenant.call("Set-AdminAuditLogConfig", audit, anchor: arbitration).reply.status == 200)
    #expect(
      try await tenant.call("Get-FocusedInbox", ["Identity": "nobody"]).outcome
        == "400 ManagementObjectNotFoundException")
  }

  // MARK: Compliance

  @Test("Security & Compliance sends to its region, and knows only its own cmdlets")
  func compliance() async throws {
    let tenant = try await CmdletFixture()
    let audience: JSONObject = ["aud": "https://ps.compliance.protection.outlook.com"]
    let token = try await tenant.fixture.tenant.issueToken(TokenOrder(.exchange, claims: audience))
    let start = "https://ps.compliance.protection.outlook.com" + tenant.path
    let moved = try await tenant.send("POST", start, body: Array("{}".utf8), token: token).reply
    #expect(moved.status == 302)
    let region = try #require(moved.headers["Location"])
    #expect(region == "https://eur01b.ps.compliance.protection.outlook.com" + tenant.path)
    func call(_ cmdlet: String) async throws -> CmdletFixture.Answer {
      let body: JSONValue = ["CmdletInput": ["CmdletName": .string(cmdlet)]]
      return try await tenant.send("POST", region, body: body.serialized, token: token)
    }
    #expect(try await call("Get-RetentionCompliancePolicy").reply.status == 200)
    #expect(try await call("Get-Mailbox").reply.status == 403)
    #expect(try await call("Get-AdminAuditLogConfig").rows.first?["UnifiedAuditLogIngestionEnabled"] == false)
    // The other service's token opens nothing here.
    #expect(try await tenant.send("POST", region, body: Array("{}".utf8)).reply.status == 401)
    #expect(try await tenant.call("New-RetentionCompliancePolicy", ["Name": "x"]).reply.status == 403)
  }

  // MARK: Faults

  @Test("Faults speak the service's own words")
  func faults() async throws {
    let tenant = try await CmdletFixture()
    func outcome(_ fault: Fault) async throws -> CmdletFixture.Answer {
      await tenant.fixture.tenant.setFaults(FaultPlan([FaultRule(fault, path: "/adminapi/**", times: 1)]))
      return try await tenant.call("Get-OrganizationConfig")
    }
    let throttled = try await outcome(.status(429, retryAfter: 3))
    #expect(throttled.reply.status == 429)
    #expect(throttled.reply.headers["Retry-After"] == "3")
    #expect(try await outcome(.status(503, retryAfter: nil)).outcome == "503 ServerBusyException")
    #expect(try await outcome(.status(500, retryAfter: nil)).reply.status == 500)
    #expect(try await outcome(.status(403, retryAfter: nil)).reply.body.allSatisfy { $0 == 0 })
    let challenged = try await outcome(.claimsChallenge).reply
    #expect(challenged.status == 401)
    #expect(challenged.headers["WWW-Authenticate"]?.contains("insufficient_claims") == true)
    #expect(try await tenant.call("Get-OrganizationConfig").reply.status == 401)
    await #expect(throws: ConnectionLost()) { try await outcome(.dropAfter) }
  }

  // MARK: Pages

  @Test("Pages are had by the same body at another address")
  func pages() async throws {
    let tenant = try await CmdletFixture()
    let preference: HeaderFields = ["Prefer": "odata.maxpagesize=5"]
    let parameters: JSONValue = ["ResultSize": "Unlimited"]
    let first = try await tenant.call("Get-Mailbox", parameters, headers: preference)
    #expect(first.rows.count == 5)
    let link = try #require(first.reply.json["@odata.nextLink"]?.stringValue)
    let body: JSONValue = ["CmdletInput": ["CmdletName": "Get-Mailbox", "Parameters": parameters]]
    let second = try await tenant.send("POST", link, body: body.serialized, headers: preference)
    #expect(second.rows.count == 5)
    #expect(second.rows.first != first.rows.first)
    let other: JSONValue = ["CmdletInput": ["CmdletName": "Get-Mailbox", "Parameters": [:]]]
    #expect(try await tenant.send("POST", link, body: other.serialized, headers: preference).reply.status == 400)
    #expect(try await tenant.send("GET", link, headers: preference).reply.status == 405)
    let limited = try await tenant.call("Get-Mailbox", ["ResultSize": "2"])
    #expect(limited.rows.count == 2)
    #expect(limited.warnings.first?.contains("more results") == true)
  }
}
