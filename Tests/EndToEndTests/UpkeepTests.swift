import AdminCore
import Foundation
import TestSupport
import Testing

/// What a server does besides answering.
@Suite("A server that runs keeps what would end", .timeLimit(.minutes(2)))
struct UpkeepTests {
  @Test("A server that starts renews a subscription that ends soon, and a read-only one leaves it alone")
  func subscription() async throws {
    let installation = try await Installation(simulator: ["--lag", "none"])
    let simulator = installation.simulator
    let first = try installation.serve()
    first.client.answerRequests { method, _ in
      method == "elicitation/create" ? ["action": "accept", "content": ["approve": true]] : nil
    }
    _ = try await first.client.initialize(capabilities: ["elicitation": [:]])
    let made = try await first.client.call(
      "connect_service",
      [
        "sourceService": "users", "targetService": "webhook",
        "connectionConfig": ["notificationUrl": "https://hooks.harbourfinch.example/m365"],
      ])
    #expect(!made.isError, "\(made.json.text)")
    await first.client.close()
    #expect(await first.end() == .status(0))

    let subscription = try #require(try await simulator.state("subscriptions")[0]?["id"]?.stringValue)
    let soon = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970) * 1000) + .seconds(3 * 3600)
    try await simulator.setExpiry(of: subscription, to: soon)
    @Sendable func renewals() async throws -> Int {
      try await simulator.state("counts")["subscriptionRenewed"]?.intValue ?? 0
    }
    #expect(try await renewals() == 1)

    let reading = try installation.serve(settings: ["M365_READ_ONLY": "true"])
    _ = try await reading.client.initialize()
    _ = try await reading.client.call("list_service_connections", [:])
    await reading.client.close()
    #expect(await reading.end() == .status(0))
    #expect(try await renewals() == 1)

    let second = try installation.serve()
    _ = try await second.client.initialize()
    #expect(await eventually { (try? await renewals()) == 2 })
    let kept = try await simulator.state("subscriptions")[0]?["expirationDateTime"]?.stringValue
    #expect(kept ?? "" > (soon + .seconds(20 * 86_400)).iso8601)
    await second.client.close()
    #expect(await second.end() == .status(0))
    #expect(try await installation.command(["audit", "verify"]).status == 0)
  }
}
