import AdminCore
import AdminTools
import M365
import TenantSimulator
import TestSupport

/// Somebody else who administers the same tenant at the same time, and whom the program under test does not see.
struct OtherAdministrator {
  let graph: GraphClient
  let exchange: ExchangeClient

  init(_ harness: AdminHarness) throws {
    let connection = try TenantConnection(
      harness.services.configuration, transport: InProcessTransport(harness.tenant), timekeeper: harness.timekeeper,
      random: RandomSource(SeededRandom(seed: 2)), environment: { _ in nil }
    ) { _ in }
    graph = connection.graph
    exchange = connection.exchange
  }

  func id(of name: String) async throws -> String { try await graph.user(UserReference(name)).id }
}
