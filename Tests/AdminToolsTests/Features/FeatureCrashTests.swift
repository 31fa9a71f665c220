import AdminCore
import AdminTools
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// A process is killed at every moment of a change, one of each kind; the next process goes on, and the tenant ends as
/// wanted or as it was.
@Suite("Features and connections killed at every point", .serialized)
struct FeatureCrashTests {
  private typealias World = KillPoints.World

  /// Kills `tool` at every moment.
  ///
  /// - Parameters:
  ///   - before: made first, as `enable_feature` with these arguments.
  ///   - isDone: whether the tenant is as wanted.
  /// - Returns: how many moments there were, and at how many of them another process completed the work.
  private static func kill(
    _ tool: String, seed: Seed? = nil, arguments: @escaping @Sendable (AdminHarness) async throws -> JSONObject,
    isDone: @escaping @Sendable (AdminHarness) async throws -> Bool
  ) async throws -> (moments: Int, completed: Int) {
    var completed = 0
    let moments = try await KillPoints.everyMoment(.none, seed: seed) { world in
      try await arguments(try await world.process())
    } _: { process, arguments in
      _ = try await process.call(tool, arguments)
    } check: { world, reports, moment in
      let harness = try await world.process()
      let done = try await isDone(harness)
      guard let report = reports.first else { return }
      #expect(report.state == .completed, "moment \(moment): \(report.error?.message ?? "")")
      #expect(done, "moment \(moment)")
      completed += 1
    }
    return (moments, completed)
  }

  private static func feature(_ name: String, _ configuration: JSONObject = [:], enabled: Bool = true) -> JSONObject {
    [
      "featureName": .string(name), "scope": "organization", "enabled": .bool(enabled),
      "configuration": .object(configuration),
    ]
  }

  @Test("A setting of Graph")
  func graphSetting() async throws {
    let (moments, completed) = try await Self.kill("enable_feature") { _ in
      Self.feature("guest_invites", enabled: false)
    } isDone: { harness in
      let setting = await harness.tenant.report("settings")?["policies/authorizationPolicy"]
      return setting?["allowInvitesFrom"] == "none"
    }
    #expect(moments > 20)
    #expect(completed > 8)
  }

  @Test("A setting of Exchange, and its undoing")
  func exchangeSetting() async throws {
    @Sendable func isTagged(_ harness: AdminHarness) async -> Bool {
      await harness.tenant.report("exchange")?["externalTag"]?["Enabled"] == true
    }
    let (moments, completed) = try await Self.kill("enable_feature") { _ in
      Self.feature("external_sender_tag")
    } isDone: {
      await isTagged($0)
    }
    #expect(moments > 20)
    #expect(completed > 8)
    let undoing = try await Self.kill("undo_operation") { harness in
      let made = try await harness.call("enable_feature", Self.feature("external_sender_tag"))
      return ["operationId": made["operationId"] ?? .null]
    } isDone: {
      await !isTagged($0)
    }
    #expect(undoing.completed > 3)
  }

  @Test("An object with a name of its own")
  func object() async throws {
    let (moments, completed) = try await Self.kill("enable_feature") { _ in
      Self.feature("conditional_access_policy", ["policy": "block_legacy_authentication"])
    } isDone: { harness in
      let policies = await harness.tenant.report("policies")?["conditionalAccess"]?.arrayValue ?? []
      #expect(policies.count <= 1)
      return policies.count == 1
    }
    #expect(moments > 20)
    #expect(completed > 8)
  }

  @Test("Parts that rest on each other: tag and policy of retention, and a rule with its policy")
  func chain() async throws {
    let retention = try await Self.kill("enable_feature") { _ in
      Self.feature("retention_policy", ["days": 365])
    } isDone: { harness in
      let exchange = await harness.tenant.report("exchange")
      return exchange?["retentionPolicies"]?.text.contains("Mail retention") == true
        && exchange?["retentionTags"]?.text.contains("365.00:00:00") == true
    }
    #expect(retention.completed > 12)
    let links = try await Self.kill("enable_feature") { _ in
      Self.feature("safe_links")
    } isDone: { harness in
      let exchange = await harness.tenant.report("exchange")
      return exchange?["safeLinksPolicies"]?.arrayValue?.count == 1
        && exchange?["safeLinksRules"]?.arrayValue?.count == 1
    }
    #expect(links.completed > 12)
  }

  @Test("Something that is done once: a tenant that gets an Exchange configuration of its own")
  func action() async throws {
    let (moments, completed) = try await Self.kill("enable_feature", seed: try FeatureSeed.dehydrated()) { _ in
      Self.feature("unified_audit_log")
    } isDone: { harness in
      let exchange = await harness.tenant.report("exchange")
      return exchange?["isDehydrated"] == false && exchange?["unifiedAuditLog"] == true
    }
    #expect(moments > 25)
    #expect(completed > 10)
  }

  @Test("A connection of several objects")
  func connection() async throws {
    let (moments, completed) = try await Self.kill("connect_service") { harness in
      [
        "sourceService": "teams", "targetService": "planner",
        "connectionConfig": [
          "teamId": try await harness.groupID("Closings"), "title": "Closings", "buckets": ["To do"],
        ],
      ]
    } isDone: { harness in
      let plans = await harness.state("plans")
      #expect(plans.count <= 1)
      return plans.count == 1 && plans[0]["buckets"] == ["To do"]
    }
    #expect(moments > 40)
    #expect(completed > 20)
  }

  @Test("A subscription with a secret: made once, or not at all where the secret was lost before")
  func secret() async throws {
    var made = 0
    let moments = try await KillPoints.everyMoment(.none) { _ in
      [
        "sourceService": "users", "targetService": "webhook",
        "connectionConfig": ["notificationUrl": "https://hooks.harbourfinch.example/m365"],
      ]
    } _: { process, arguments in
      _ = try await process.call("connect_service", arguments)
    } check: { world, reports, moment in
      let count = await world.tenant.report("subscriptions")?.arrayValue?.count ?? 0
      #expect(count <= 1, "moment \(moment)")
      guard let report = reports.first else { return }
      #expect([.completed, .failed, .abandoned].contains(report.state), "moment \(moment): \(report.state)")
      #expect((report.state == .completed) == (count == 1), "moment \(moment): \(report.state)")
      if count == 1 { made += 1 }
    }
    #expect(moments > 20)
    #expect(made > 3)
  }
}
