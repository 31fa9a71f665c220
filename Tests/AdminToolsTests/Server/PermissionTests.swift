import Access
import AdminCore
import AdminTools
import M365
import Store
import TenantSimulator
import TestSupport
import Testing

@Suite("Permissions, roles and limits")
struct PermissionTests {
  private static func seed(roles: [String]) throws -> Seed {
    try Seed(
      text: """
        {"tenant": {"displayName": "Own", "country": "IE",
          "domains": [{"name": "own.example", "default": true}, {"name": "own.onmicrosoft.com", "initial": true}]},
         "application": {"displayName": "Admin", "roles": [\(roles.map { "\"\($0)\"" }.joined(separator: ","))]},
         "products": [{"partNumber": "SPB", "seats": 3}],
         "users": [{"userPrincipalName": "test.user2@own.example", "displayName": "T", "licenses": ["SPB"]}]}
        """)
  }

  @Test("What is granted, missing and in excess is told by permission and tool")
  func compared() async throws {
    let harness = try await AdminHarness(
      seed: try Self.seed(roles: ["User.ReadWrite.All", "Organization.Read.All", "Reports.Read.All"]))
    let answer = try await harness.call("check_permissions")
    #expect(answer["granted"]?.arrayValue?.contains("User.ReadWrite.All") == true)
    let missing = answer["missing"]?.arrayValue ?? []
    #expect(missing.contains { $0["permission"] == "Mail.Send" && $0["tools"] == ["send_from_template"] })
    #expect(!missing.contains { $0["permission"] == "User.Read.All" }, "a wider grant covers it")
    #expect(answer["excess"] == ["Reports.Read.All"])
    #expect(answer["remedy"]?.stringValue?.contains("admin consent") == true)
  }

  @Test("A wide permission is in excess only when every narrow one it stands for is granted")
  func tooWide() {
    let tools = AdminCatalogue.tools.filter { $0.name == "find_users" }
    let standsIn = PermissionReport(tools: tools, roles: ["Directory.ReadWrite.All"])
    #expect(standsIn.missing.isEmpty)
    #expect(standsIn.excess.isEmpty)
    let narrow = ["User.Read.All", "LicenseAssignment.Read.All", "Directory.ReadWrite.All"]
    #expect(PermissionReport(tools: tools, roles: narrow).excess == ["Directory.ReadWrite.All"])
  }

  @Test("A call without its permission names the permission, and changes nothing")
  func lacking() async throws {
    let harness = try await AdminHarness(
      seed: try Self.seed(roles: ["User.Read.All", "Organization.Read.All", "LicenseAssignment.Read.All"]))
    let answer = try await harness.call(
      "create_user",
      ["email": "ada@own.example", "displayName": "Ada", "license": "BusinessPremium"])
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    #expect(answer.json.text.contains("User.ReadWrite.All"))
    #expect(await harness.counts() == [:])
  }

  @Test("A caller without the role is refused, and the refusal is in the audit trail")
  func role() async throws {
    let harness = try await AdminHarness(roles: [.read])
    let answer = try await harness.call("create_email_template", Samples.welcome)
    #expect(answer.code == "PERM_001")
    #expect(answer["details"]?["role"] == "Templates.Write")
    let rows = try await harness.audit()
    #expect(rows.last?.status == .denied)
    #expect(rows.last?.operation == "create_email_template")
    #expect(try await harness.call("list_email_templates")["count"] == 0)
  }

  @Test("A read-only server offers no changing tool")
  func readOnly() async throws {
    let harness = try await AdminHarness(settings: [.readOnly: "true"])
    let names = AdminCatalogue.offeredTools(harness.services.configuration).map { $0.name }
    #expect(names.contains("find_users"))
    #expect(!names.contains("create_user"))
    await #expect(throws: AdminHarness.Missing.self) { try await harness.call("create_user") }
  }

  @Test("More calls in a minute than allowed are refused with the time to wait, and a minute later admitted")
  func rateLimit() async throws {
    let harness = try await AdminHarness(settings: [.rateLimitEnabled: "true", .maxRequestsPerMinute: "5"])
    for _ in 1...5 { #expect(try await !harness.call("list_email_templates").isError) }
    let refused = try await harness.call("list_email_templates")
    #expect(refused.code == "RATE_001")
    #expect(refused["retryable"] == true)
    let wait = try #require(refused["retryAfterMs"]?.intValue)
    #expect((1...60_000).contains(wait))
    #expect(try await harness.audit().last?.status == .denied)
    try await harness.timekeeper.sleep(for: .milliseconds(wait))
    #expect(try await !harness.call("list_email_templates").isError)
  }

  @Test("A store belongs to one tenant: another one's changes are refused")
  func otherTenant() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("create_user", CreateUserTests.arguments(harness.domain))
    try await harness.store().config.set("tenant_id", to: "00000000-0000-4000-8000-000000000000")
    let answer = try await harness.call(
      "create_user", CreateUserTests.arguments(harness.domain, ["email": "grace@harbourfinch.example"]))
    #expect(answer.code == "CFG_001")
    #expect(answer["message"]?.stringValue?.contains("DATABASE_PATH") == true)
    #expect(await harness.user("grace@harbourfinch.example") == nil)
  }
}
