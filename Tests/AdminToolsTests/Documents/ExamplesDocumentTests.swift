import AdminCore
import Foundation
import MCPProtocol
import TenantSimulator
import TestSupport
import Testing

/// Runs what `docs/examples.md` shows, and holds the answers against those it shows.
@Suite("docs/examples.md")
struct ExamplesDocumentTests {
  @Test("Every call of it is answered as it says")
  func examples() async throws {
    let harness = try await AdminHarness(settings: [.toolsets: "all"])
    try await ExamplesDocument().run(harness) { example, answer, _ in
      #expect(
        ExamplesDocument.holds(example.answer, answer.json),
        "line \(example.line): \(example.tool) answered \(answer.json.text)")
    }
  }

  @Test("With one of twenty tenant calls faulted every example ends as it says all the same")
  func underFaults() async throws {
    var times: [String: [Duration]] = [:]
    var (made, served) = (0, 0)
    for seed in 1...10 as ClosedRange<UInt64> {
      let faults = FaultPlan(random: RandomFaults(rate: 0.05, seed: seed))
      let harness = try await AdminHarness(settings: [.toolsets: "all"], faults: faults)
      try await ExamplesDocument().run(harness) { example, answer, time in
        #expect(
          ExamplesDocument.holds(example.answer, answer.json),
          "seed \(seed), line \(example.line): \(example.tool) answered \(answer.json.text)")
        times[example.tool, default: []].append(time)
      }
      made += harness.transport.calls.made
      served += harness.transport.calls.served
    }
    print("5 % of tenant calls faulted: \(served) of \(made) calls served after retry")
    for (tool, times) in times.sorted(by: { $0.key < $1.key }) {
      let longest = times.max() ?? .zero
      print("  \(tool): \(times.count) calls, the longest took \(longest) of the tenant's time")
    }
  }
}
