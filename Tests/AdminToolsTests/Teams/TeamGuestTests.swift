import AdminCore
import AdminTools
import M365
import TenantSimulator
import TestSupport
import Testing

/// What create_teams_group says beforehand of a tenant that may keep guests out.
@Suite("create_teams_group and guests")
struct TeamGuestTests {
  private static let policy = "/v1.0/policies/authorizationPolicy"
  private static let sharing = "/v1.0/admin/sharepoint/settings"

  private func warnings(_ harness: AdminHarness, guests: Bool = true) async throws -> String {
    let answer = try await harness.call(
      "create_teams_group", CreateTeamTests.arguments(["enableGuestAccess": .bool(guests), "dryRun": true]))
    #expect(!answer.isError, "\(answer.json.text)")
    return answer["warnings"]?.text ?? ""
  }

  @Test("Where everything that can be read lets guests in, what cannot be read is named")
  func open() async throws {
    let harness = try await AdminHarness()
    let warnings = try await warnings(harness)
    #expect(warnings.contains("Teams admin center"), "\(warnings)")
    for words in ["may invite", "SharePoint", "lets no guests"] {
      #expect(!warnings.contains(words), "nothing is wrong with that: \(warnings)")
    }
  }

  @Test("That nobody may invite guests, and that SharePoint shares nothing, is said")
  func closed() async throws {
    let harness = try await AdminHarness()
    let other = try OtherAdministrator(harness)
    try await other.graph.write(["allowInvitesFrom": "none"], to: .authorization)
    try await other.graph.write(["sharingCapability": "disabled"], to: .sharePoint)
    let warnings = try await warnings(harness)
    #expect(warnings.contains("Nobody may invite guests"), "\(warnings)")
    #expect(warnings.contains("SharePoint shares nothing outside"), "\(warnings)")
    #expect(warnings.contains("Teams admin center"), "\(warnings)")
  }

  @Test("A permission that is lacking fails nothing; what could not be read is named")
  func unreadable() async throws {
    let harness = try await AdminHarness(
      faults: FaultPlan([
        FaultRule(.status(403, retryAfter: nil), method: "GET", path: Self.policy),
        FaultRule(.status(403, retryAfter: nil), method: "GET", path: Self.sharing),
      ]))
    let warnings = try await warnings(harness)
    #expect(warnings.contains("who may invite guests, whether SharePoint shares with guests"), "\(warnings)")
    #expect(!warnings.contains("Nobody may invite"), "what is not known is not claimed: \(warnings)")
    let made = try await harness.call("create_teams_group", CreateTeamTests.arguments(["enableGuestAccess": true]))
    #expect(made["guestAccess"] == true, "\(made.json.text)")
  }

  @Test("A team without guests asks for none of it")
  func withoutGuests() async throws {
    let harness = try await AdminHarness()
    #expect(try await !warnings(harness, guests: false).contains("guests"))
    for path in [Self.policy, Self.sharing] {
      #expect(!harness.transport.requests.contains("GET \(path)"), "\(path) is not asked for")
    }
  }
}
