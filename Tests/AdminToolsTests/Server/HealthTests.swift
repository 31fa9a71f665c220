import AdminCore
import AdminTools
import Cryptography
import Foundation
import TenantSimulator
import TestSupport
import Testing

@Suite("Health")
struct HealthTests {
  @Test("A tenant that answers and a store that is intact are healthy, with the specification's fields")
  func healthy() async throws {
    let harness = try await AdminHarness()
    let health = try #require(try await harness.resource("m365://health"))
    #expect(health["status"] == "healthy", "\(health.text)")
    #expect(health["authenticated"] == true)
    #expect(health["graphApiConnected"] == true)
    #expect(health["lastCheck"]?.stringValue?.hasSuffix("Z") == true)
    #expect(health["tenant"]?["domain"] == "harbourfinch.example")
    #expect(health["audit"]?["status"] == "intact")
    #expect(health["database"]?["status"] == "ok")
    #expect(health["pendingOperations"] == [])
  }

  @Test("The tenant is asked at most once a minute")
  func probedRarely() async throws {
    let harness = try await AdminHarness()
    for _ in 0..<5 { _ = try await harness.resource("m365://health") }
    let probes = harness.transport.requests.count { $0.contains("/organization") }
    #expect(probes == 1)
    try await harness.timekeeper.sleep(for: .seconds(61))
    _ = try await harness.resource("m365://health")
    #expect(harness.transport.requests.count { $0.contains("/organization") } == 2)
  }

  @Test("A tenant that cannot be signed in to is unhealthy, one whose Graph fails is degraded")
  func unhealthy() async throws {
    let refused = try await AdminHarness(
      faults: FaultPlan([FaultRule(.aadsts(7_000_222), path: "/*/oauth2/v2.0/token")]))
    let first = try #require(try await refused.resource("m365://health"))
    #expect(first["status"] == "unhealthy")
    #expect(first["authenticated"] == false)
    #expect(first["warnings"]?.text.contains("expired") == true)

    let failing = try await AdminHarness(
      faults: FaultPlan([FaultRule(.status(500, retryAfter: nil), path: "/v1.0/organization")]))
    let second = try #require(try await failing.resource("m365://health"))
    #expect(second["status"] == "degraded")
    #expect(second["authenticated"] == true)
    #expect(second["graphApiConnected"] == false)
  }

  @Test("Permissions that offered tools lack are named, and the server is healthy without them")
  func permissionsLacking() async throws {
    let seed = try Seed.standard().setting("application", to: ["roles": ["Organization.Read.All", "User.Read.All"]])
    let harness = try await AdminHarness(settings: [.toolsets: "core"], seed: seed)
    let health = try #require(try await harness.resource("m365://health"))
    #expect(health["status"] == "healthy", "\(health.text)")
    let warning = health["warnings"]?.arrayValue?.first?.stringValue ?? ""
    #expect(warning.contains("lack permissions") && warning.contains("check_permissions"), "\(health.text)")
    #expect(!warning.contains("User.Read.All"))
    let full = try await AdminHarness(settings: [.toolsets: "all"])
    #expect(try await full.resource("m365://health")?["warnings"] == [])
  }

  @Test("A missing optional permission does not make it unhealthy")
  func permissionMissing() async throws {
    let harness = try await AdminHarness(
      faults: FaultPlan([FaultRule(.status(403, retryAfter: nil), path: "/v1.0/organization")]))
    let health = try #require(try await harness.resource("m365://health"))
    #expect(health["status"] != "unhealthy")
    #expect(health["graphApiConnected"] == true)
  }

  @Test("What is missing in the settings is named, all of it at once, and health still answers")
  func misconfigured() async throws {
    let harness = try await AdminHarness(settings: [.tenantID: "", .clientSecret: "", .toolsets: "core,nonsense"])
    let health = try #require(try await harness.resource("m365://health"))
    #expect(health["status"] == "unhealthy")
    let warnings = health["warnings"]?.text ?? ""
    #expect(warnings.contains("AZURE_TENANT_ID"))
    #expect(warnings.contains("nonsense"))
    let answer = try await harness.call("find_users")
    #expect(answer.code == "CFG_001")
    #expect(answer["message"]?.stringValue?.contains("AZURE_TENANT_ID") == true)
    #expect(answer["message"]?.stringValue?.contains("AZURE_CLIENT_SECRET") == true)
  }

  @Test("A certificate that is about to expire is announced")
  func certificate() async throws {
    let directory = try TemporaryDirectory()
    let clock = VirtualTimekeeper(.automatic)
    let tenant = try SimulatedTenant(SimulatedTenant.Options(lags: Lags.none, timekeeper: clock))
    let path = directory.file("client.pem")
    try tenant.credentials.certificateFile().write(toFile: path, atomically: true, encoding: .utf8)
    chmod(path, 0o600)
    let dated = try await AdminHarness(
      tenant, try StoreFixture(), clock, settings: [.clientSecret: "", .certificatePath: path])
    let left = tenant.credentials.identity.certificate.notAfter - clock.now()
    try await clock.sleep(for: left - .seconds(10 * 86_400))
    let health = try #require(try await dated.resource("m365://health"))
    #expect(health["warnings"]?.text.contains("certificate expires") == true)
  }
}
