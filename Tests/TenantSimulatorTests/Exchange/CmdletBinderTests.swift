import AdminCore
import TenantSimulator
import TestSupport
import Testing

@Suite("Binding parameters")
struct CmdletBinderTests {
  private static let table: JSONObject = ["@odata.type": "#Exchange.GenericHashTable"]

  @Test("What is no parameter, or lacks one, is refused in PowerShell's words")
  func names() async throws {
    let tenant = try await CmdletFixture()
    let unknown = try await tenant.mailbox("Set-Mailbox", ["Nonsense": true])
    #expect(unknown.outcome == "400 ParameterBindingException")
    #expect(unknown.message == "A parameter cannot be found that matches parameter name 'Nonsense'.")
    let missing = try await tenant.call("Set-Mailbox", ["AuditEnabled": true])
    #expect(missing.message.contains("missing mandatory parameters: Identity"))
    let twice = try await tenant.mailbox("Set-Mailbox", ["AuditEnabled": true, "auditenabled": true])
    #expect(twice.message.contains("more than once"))
    // Names are compared without case, as in PowerShell.
    #expect(try await tenant.mailbox("set-mailbox", ["auditenabled": false]).reply.status == 200)
    #expect(try await tenant.property("AuditEnabled") == false)
  }

  @Test(
    "A value of another type is refused",
    arguments: [
      ["AuditEnabled": "true"], ["AuditEnabled": 1], ["AuditLogAgeLimit": "P90D"], ["AuditLogAgeLimit": 90],
      ["LitigationHoldDuration": "1 year"], ["ForwardingSmtpAddress": "nobody"], ["DefaultAuditSet": ["Everybody"]],
      ["GrantSendOnBehalfTo": ["Add": ["x"]]], ["GrantSendOnBehalfTo": []], ["Type": "Other"],
      ["GrantSendOnBehalfTo": ["@odata.type": "#Exchange.GenericHashTable", "Plus": ["x"]]], ["RetentionComment": 5],
    ] as [JSONObject])
  func types(_ parameters: JSONObject) async throws {
    let tenant = try await CmdletFixture()
    let answer = try await tenant.mailbox("Set-Mailbox", parameters)
    #expect(answer.outcome == "400 ParameterBindingException", "\(parameters)")
    #expect(await tenant.fixture.count("mailboxChanged") == 0)
  }

  @Test("A table without its tag arrives as something else")
  func tag() async throws {
    let tenant = try await CmdletFixture()
    let answer = try await tenant.mailbox("Set-Mailbox", ["GrantSendOnBehalfTo": ["Add": ["x"]]])
    #expect(answer.message.contains("Newtonsoft.Json.Linq.JObject"))
  }

  @Test("Lists are replaced, changed and emptied")
  func lists() async throws {
    let tenant = try await CmdletFixture()
    func set(_ value: JSONValue) async throws -> [String] {
      #expect(try await tenant.call("Set-ExternalInOutlook", ["AllowList": value]).reply.status == 200)
      let row = try await tenant.call("Get-ExternalInOutlook").rows.first
      return (row?["AllowList"]?.arrayValue ?? []).compactMap(\.stringValue)
    }
    #expect(try await set(["a.example", "b.example"]) == ["a.example", "b.example"])
    #expect(
      try await set(.object(Self.table.merging(["Add": ["c.example"], "Remove": ["A.example"]]))) == [
        "b.example", "c.example",
      ])
    #expect(try await set(.object(Self.table.merging(["add": "d.example"]))).count == 3)
    #expect(try await set(.object(Self.table)) == [])
    #expect(try await set("e.example") == ["e.example"])
  }

  @Test("Spans, sizes and moments have one form each")
  func forms() async throws {
    let tenant = try await CmdletFixture()
    _ = try await tenant.mailbox("Set-Mailbox", ["AuditLogAgeLimit": "180.00:00:00"])
    #expect(try await tenant.property("AuditLogAgeLimit") == "180.00:00:00")
    for (given, shown) in [("365", "365.00:00:00"), ("unlimited", "Unlimited"), ("30.00:00:00", "30.00:00:00")] {
      _ = try await tenant.mailbox("Set-Mailbox", ["LitigationHoldDuration": .string(given)])
      #expect(try await tenant.property("LitigationHoldDuration") == .string(shown))
    }
    for wrong in ["05/01/2026", "2026-01-05", "2026-01-05 08:00:00", "2026-01-05T08:00:00+02:00"] {
      let answer = try await tenant.mailbox("Set-MailboxAutoReplyConfiguration", ["StartTime": .string(wrong)])
      #expect(answer.outcome == "400 ParameterBindingException", "\(wrong)")
    }
    let scheduled: JSONObject = [
      "AutoReplyState": "Scheduled", "StartTime": "2026-01-05T08:00:00", "EndTime": "2026-01-06T08:00:00.0000000Z",
    ]
    #expect(try await tenant.mailbox("Set-MailboxAutoReplyConfiguration", scheduled).reply.status == 200)
    let row = try await tenant.mailbox("Get-MailboxAutoReplyConfiguration").rows.first
    #expect(row?["StartTime"] == "2026-01-05T08:00:00.0000000+00:00")
    #expect(row?["AutoReplyState"] == "Scheduled")
  }

  @Test("A question that nobody answers leaves everything as it was")
  func confirmation() async throws {
    let tenant = try await CmdletFixture()
    _ = try await tenant.call("Enable-Mailbox", ["Identity": .string(CmdletFixture.nora), "Archive": true])
    for confirm in [nil, true] as [JSONValue?] {
      var parameters: JSONObject = ["Identity": .string(CmdletFixture.nora), "Archive": true]
      parameters["Confirm"] = confirm
      let answer = try await tenant.call("Disable-Mailbox", .object(parameters))
      #expect(answer.reply.json["@adminapi.confirmationmessage"]?.stringValue?.contains("Are you sure") == true)
      #expect(try await tenant.property("ArchiveStatus") == "Active")
    }
  }

  @Test("A change that changes nothing says so")
  func unchanged() async throws {
    let tenant = try await CmdletFixture()
    let first = try await tenant.mailbox("Set-Mailbox", ["AuditEnabled": false])
    #expect(first.warnings.isEmpty)
    let second = try await tenant.mailbox("Set-Mailbox", ["AuditEnabled": false])
    #expect(
      second.warnings == [
        "The command completed successfully but no settings of '\(CmdletFixture.nora)' have been modified."
      ])
    #expect(await tenant.fixture.count("mailboxChanged") == 1)
  }

  @Test("Reading lags behind writing, and what is made is not found at once")
  func replication() async throws {
    let tenant = try await CmdletFixture(lags: Lags(exchange: .seconds(3)))
    _ = try await tenant.call("Set-OrganizationConfig", ["ReadTrackingEnabled": true])
    func isOn() async throws -> JSONValue? {
      try await tenant.call("Get-OrganizationConfig").rows.first?["ReadTrackingEnabled"]
    }
    #expect(try await isOn() == false)
    await tenant.fixture.tenant.advanceClock(by: .seconds(2))
    _ = try await tenant.call("Set-OrganizationConfig", ["SendFromAliasEnabled": true])
    await tenant.fixture.tenant.advanceClock(by: .seconds(1))
    #expect(try await isOn() == true)
    #expect(try await tenant.call("Get-OrganizationConfig").rows.first?["SendFromAliasEnabled"] == false)
    let policy: JSONValue = ["Name": "P", "AutoForwardingMode": "On"]
    #expect(try await tenant.call("New-HostedOutboundSpamFilterPolicy", policy).reply.status == 200)
    #expect(
      try await tenant.call("New-HostedOutboundSpamFilterPolicy", policy).outcome
        == "400 ADObjectAlreadyExistsException")
    let rule: JSONValue = [
      "Name": "P", "HostedOutboundSpamFilterPolicy": "P", "From": [.string(CmdletFixture.nora)],
    ]
    #expect(
      try await tenant.call("New-HostedOutboundSpamFilterRule", rule).outcome == "400 ManagementObjectNotFoundException"
    )
    await tenant.fixture.tenant.advanceClock(by: .seconds(3))
    #expect(try await tenant.call("New-HostedOutboundSpamFilterRule", rule).reply.status == 200)
  }
}
