import AdminCore
import AdminTools
import M365
import Store
import TenantSimulator
import TestSupport
import Testing
import Workflows

@Suite("Connections that would end by themselves")
struct ConnectionKeeperTests {
  private static let day = Duration.seconds(86_400)

  private static func hook(_ name: String) -> JSONValue { .string("https://hooks.harbourfinch.example/\(name)") }

  private static func watch(_ source: String, _ configuration: JSONObject = [:]) -> JSONObject {
    let address: JSONObject = ["notificationUrl": hook(source)]
    return [
      "sourceService": .string(source), "targetService": "webhook",
      "connectionConfig": .object(address.merging(configuration)),
    ]
  }

  private static func expiry(_ harness: AdminHarness, _ resource: String = "users") async -> String? {
    await harness.state("subscriptions").first { $0["resource"]?.stringValue?.hasPrefix(resource) == true }?[
      "expirationDateTime"]?.stringValue
  }

  private static func keep(_ harness: AdminHarness) async throws {
    try await ConnectionKeeper(harness.services).pass()
  }

  private static func health(_ harness: AdminHarness) async throws -> (status: String, warnings: String) {
    let health = try await harness.resource("m365://health")
    return (health?["status"]?.stringValue ?? "", health?["warnings"]?.text ?? "")
  }

  @Test("A subscription is renewed in the second half of its time, once, by the program and with the approval it had")
  func renewed() async throws {
    let harness = try await AdminHarness()
    let made = try await harness.call("connect_service", Self.watch("users"))
    #expect(made["warnings"]?.text.contains("A server that runs on this store does that") == true, "\(made.json.text)")
    let first = await Self.expiry(harness)
    try await harness.timekeeper.sleep(for: Self.day * 14)
    try await Self.keep(harness)
    #expect(await Self.expiry(harness) == first)

    try await harness.timekeeper.sleep(for: Self.day)
    for _ in 0..<3 { try await Self.keep(harness) }
    let second = await Self.expiry(harness)
    #expect(second != first && second != nil)
    #expect(await harness.counts()["subscriptionRenewed"] == 1)
    #expect(await harness.counts()["subscriptionCreated"] == 1)
    let renewals = try await harness.audit().filter { $0.actorType == "system" && $0.operation == "connect_service" }
    let operation = try #require(made["operationId"]?.stringValue)
    #expect(renewals.first?.detail["approval"] == .string("given with operation \(operation)"))
    #expect(try await Self.health(harness) == ("healthy", "[]"))

    // It goes on for as long as the connection stands, and no longer.
    for _ in 0..<3 {
      try await harness.timekeeper.sleep(for: Self.day * 20)
      try await Self.keep(harness)
    }
    #expect(await harness.counts()["subscriptionRenewed"] == 4)
    let undone = try await harness.call("undo_operation", ["operationId": .string(operation)])
    #expect(!undone.isError, "\(undone.json.text)")
    #expect(await harness.state("subscriptions").isEmpty)
    try await harness.timekeeper.sleep(for: Self.day * 20)
    try await Self.keep(harness)
    #expect(try await Self.health(harness) == ("healthy", "[]"))
  }

  @Test("One that was given a number of days ends after them, and the call says so")
  func meantToEnd() async throws {
    let harness = try await AdminHarness()
    let made = try await harness.call("connect_service", Self.watch("groups", ["days": 7]))
    #expect(made["warnings"]?.text.contains("ends after 7 days: make this call again") == true, "\(made.json.text)")
    try await harness.timekeeper.sleep(for: Self.day * 5)
    try await Self.keep(harness)
    #expect(await harness.counts()["subscriptionRenewed"] == nil)
    try await harness.timekeeper.sleep(for: Self.day * 3)
    try await Self.keep(harness)
    #expect(try await Self.health(harness) == ("healthy", "[]"))
  }

  @Test("Who asked last decides whether it is to last, whoever has made it")
  func askedLast() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("connect_service", Self.watch("users", ["days": 20]))
    try await harness.timekeeper.sleep(for: Self.day * 12)
    try await Self.keep(harness)
    #expect(await harness.counts()["subscriptionRenewed"] == nil)
    // This call renews it once itself, and from then on it is to last.
    let lasting = try await harness.call("connect_service", Self.watch("users"))
    #expect(lasting["warnings"]?.text.contains("A server that runs on this store does that") == true)
    #expect(await harness.counts()["subscriptionRenewed"] == 1)
    try await harness.timekeeper.sleep(for: Self.day * 16)
    try await Self.keep(harness)
    #expect(await harness.counts()["subscriptionRenewed"] == 2)
    _ = try await harness.call("connect_service", Self.watch("users", ["days": 29]))
    try await harness.timekeeper.sleep(for: Self.day * 16)
    try await Self.keep(harness)
    #expect(await harness.counts()["subscriptionRenewed"] == 2)
    #expect(await harness.counts()["subscriptionCreated"] == 1)
  }

  @Test("While the tenant does not answer nothing is said to end, and it is made up for")
  func unanswered() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("connect_service", Self.watch("users"))
    try await harness.timekeeper.sleep(for: Self.day * 16)
    await harness.tenant.setFaults(
      FaultPlan([FaultRule(.status(503, retryAfter: nil), method: "GET", path: "/v1.0/subscriptions")]))
    try await Self.keep(harness)
    #expect(try await Self.health(harness) == ("healthy", "[]"))
    await harness.tenant.setFaults(
      FaultPlan([FaultRule(.status(403, retryAfter: nil), method: "GET", path: "/v1.0/subscriptions")]))
    try await Self.keep(harness)
    let (status, warnings) = try await Self.health(harness)
    #expect(status == "degraded" && warnings.contains("could not be looked at"), "\(warnings)")
    await harness.tenant.setFaults(FaultPlan())
    try await Self.keep(harness)
    #expect(await harness.counts()["subscriptionRenewed"] == 1)
    #expect(try await Self.health(harness) == ("healthy", "[]"))
  }

  @Test("The one of two that cannot be renewed is told, does not hold up the other, and is made up for")
  func refused() async throws {
    let harness = try await AdminHarness()
    for source in ["users", "groups"] { _ = try await harness.call("connect_service", Self.watch(source)) }
    let (users, groups) = (await Self.expiry(harness), await Self.expiry(harness, "groups"))
    try await harness.timekeeper.sleep(for: Self.day * 16)
    await harness.tenant.setFaults(
      FaultPlan([FaultRule(.status(403, retryAfter: nil), method: "PATCH", path: "/v1.0/subscriptions/*", times: 1)]))
    try await Self.keep(harness)
    let renewed = [await Self.expiry(harness) != users, await Self.expiry(harness, "groups") != groups]
    #expect(renewed.count { $0 } == 1)
    let (status, warnings) = try await Self.health(harness)
    #expect(status == "degraded" && warnings.contains("was not renewed, and ends unless"), "\(warnings)")
    try await Self.keep(harness)
    #expect(await Self.expiry(harness) != users)
    #expect(await Self.expiry(harness, "groups") != groups)
    #expect(try await Self.health(harness) == ("healthy", "[]"))
  }

  @Test("One that somebody has removed stays removed, and is told until it is undone or made again")
  func gone() async throws {
    let harness = try await AdminHarness()
    let made = try await harness.call("connect_service", Self.watch("users"))
    let subscription = try #require(await harness.state("subscriptions").first?["id"]?.stringValue)
    try await OtherAdministrator(harness).graph.deleteSubscription(id: subscription)
    try await Self.keep(harness)
    let (status, warnings) = try await Self.health(harness)
    #expect(status == "degraded" && warnings.contains("is gone from the tenant"), "\(warnings)")
    #expect(warnings.contains(made["operationId"]?.stringValue ?? "-"))
    #expect(await harness.counts()["subscriptionCreated"] == 1)

    _ = try await harness.call("connect_service", Self.watch("users"))
    try await Self.keep(harness)
    #expect(try await Self.health(harness) == ("healthy", "[]"))
    let again = try #require(await harness.state("subscriptions").first?["id"]?.stringValue)
    try await OtherAdministrator(harness).graph.deleteSubscription(id: again)
    let operations = try await harness.call("list_operations")["items"]?.arrayValue ?? []
    for operation in operations where operation["tool"] == "connect_service" {
      let undone = try await harness.call("undo_operation", ["operationId": operation["operationId"] ?? .null])
      #expect(!undone.isError, "\(undone.json.text)")
    }
    try await Self.keep(harness)
    #expect(try await Self.health(harness) == ("healthy", "[]"))
  }

  @Test("A store of another tenant keeps nothing in this one")
  func otherTenant() async throws {
    let harness = try await AdminHarness()
    _ = try await harness.call("connect_service", Self.watch("users"))
    try await harness.store().config.set("tenant_id", to: "00000000-1111-2222-3333-444444444444")
    try await harness.timekeeper.sleep(for: Self.day * 16)
    let error = await #expect(throws: AdminError.self) { try await Self.keep(harness) }
    #expect(error?.code == .misconfigured)
    #expect(await harness.counts()["subscriptionRenewed"] == nil)
  }

  @Test("Without such connections the tenant is not asked")
  func idle() async throws {
    let harness = try await AdminHarness()
    try await Self.keep(harness)
    #expect(harness.transport.requests.isEmpty)
  }

  @Test("A process that dies while it renews leaves the renewal to the next")
  func crash() async throws {
    let moments = try await KillPoints.everyMoment(.none) { world in
      _ = try await world.process().call("connect_service", Self.watch("users"))
      try await world.clock.sleep(for: Self.day * 16)
      return [:]
    } _: { process, _ in
      try await Self.keep(process)
    } check: { world, reports, moment in
      for report in reports { #expect(report.state == .completed, "moment \(moment): \(report.state)") }
      let next = try await world.process()
      try await Self.keep(next)
      #expect(await world.counts()["subscriptionCreated"] == 1, "moment \(moment)")
      #expect(await world.counts()["subscriptionRenewed"]?.intValue ?? 0 >= 1, "moment \(moment)")
      #expect(try await Self.health(next) == ("healthy", "[]"), "moment \(moment)")
    }
    #expect(moments > 8)
  }
}
