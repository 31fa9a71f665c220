import AdminCore
import AdminTools
import M365
import MCPProtocol
import TenantSimulator
import TestSupport
import Testing

@Suite("m365://tracking-settings")
struct TrackingSettingsTests {
  private static let uri = "m365://tracking-settings"

  @Test("What the organisation has set, and that no setting asks for receipts always")
  func shown() async throws {
    let harness = try await AdminHarness()
    let body = try #require(try await harness.resource(Self.uri))
    #expect(body["readTracking"] == false)
    #expect(body["remoteDomain"]?["deliveryReports"] == true && body["remoteDomain"]?["nonDeliveryReports"] == true)
    #expect(body["outboundForwarding"] == "Automatic")
    #expect(body["mailboxAuditing"] == true && body["unifiedAuditLog"] == true)
    #expect(body["reportsConcealNames"] == true)
    #expect(body["sending"]?["defaultSender"] == "test.user2@harbourfinch.example")
    #expect(body["messageTrace"] == "available")
    #expect(body["unknown"] == [])
    #expect(body["notes"]?.text.contains("no setting asks for them always") == true)
    #expect(harness.changingCmdlets.isEmpty)
  }

  @Test("It shows what configure_tracking has set")
  func changed() async throws {
    let harness = try await AdminHarness()
    let answer = try await harness.call(
      "configure_tracking",
      ConfigureTrackingTests.organization(["deliveryReceipts": false, "messageTracking": true]))
    #expect(!answer.isError, "\(answer.json.text)")
    let body = try await harness.resource(Self.uri)
    #expect(body?["readTracking"] == true && body?["remoteDomain"]?["deliveryReports"] == false)
  }

  @Test("What may not be read is unknown with the reason, and fails nothing")
  func unknown() async throws {
    let seed = try Seed.standard().setting("application", to: ["roles": ["User.Read.All"]])
      .setting("exchange", to: ["messageTrace": false])
    let harness = try await AdminHarness(seed: seed)
    let body = try #require(try await harness.resource(Self.uri))
    #expect(body["unknown"]?.arrayValue?.count == 5, "\(body.text)")
    #expect(body["unknown"]?[0]?["reason"]?.stringValue?.contains("Exchange.ManageAsApp") == true)
    #expect(body["readTracking"] == nil || body["readTracking"] == .null)
    #expect(body["messageTrace"] != "available")
  }

  @Test("A tenant that has not let the trace service in is told so")
  func noTrace() async throws {
    let harness = try await AdminHarness(seed: try Seed.standard().setting("exchange", to: ["messageTrace": false]))
    let body = try await harness.resource(Self.uri)
    #expect(body?["messageTrace"]?.stringValue?.contains(MessageTraceService.appID) == true)
  }

  @Test("It is listed and described without a backend")
  func listed() async throws {
    let harness = try await AdminHarness()
    let entries = try AdminCatalogue.catalogue(harness.services)
    #expect(entries.reader(of: Self.uri) != nil)
    #expect(Resources.shapes[Self.uri]?["properties"]?["readTracking"] != nil)
    #expect(harness.transport.requests.isEmpty)
  }
}
