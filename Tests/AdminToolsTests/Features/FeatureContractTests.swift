import AdminCore
import AdminTools
import TenantSimulator
import TestSupport
import Testing

/// What all features and connections send and receive, held against the contract.
@Suite(
  "Features and connections on the wire", .enabled(if: OfficialShapes.isAvailable, "\(OfficialShapes.reasonToSkip)"))
struct FeatureContractTests {
  @Test("Recorded traffic keeps the contract")
  func contract() async throws {
    let record = RecordedLines()
    for example in FeatureCase.all {
      let harness = try await AdminHarness(seed: try FeatureSeed.withEverything(), recorder: record.recorder)
      try await harness.prepare(example)
      for enabled in example.isOneWay ? [true] : [true, false, true] {
        let answer = try await harness.call("enable_feature", example.arguments(enabled: enabled))
        if answer["changed"] == true, answer["reversible"] == true { try await harness.undo(answer) }
        if enabled { _ = try await harness.call("enable_feature", example.arguments(enabled: true)) }
      }
    }
    for example in ConnectionCase.all {
      let harness = try await AdminHarness(
        settings: [.appConsent: "true"], seed: try FeatureSeed.forConnections(), recorder: record.recorder)
      let made = try await harness.call("connect_service", try await example.arguments(harness))
      try await harness.undo(made)
    }
    let harness = try await AdminHarness(recorder: record.recorder)
    _ = try await harness.call("list_features", ["includeState": true])
    _ = try await harness.call("list_service_connections")
    #expect(record.values.count > 1000)
    // The contract has the installing of a user's app and not its removal, which is the same collection's DELETE.
    let complaints = try OfficialShapes.complaints(about: .traffic(record.text)).filter { line in
      line.hasPrefix("VIOLATION")
        && !(line.hasPrefix("VIOLATION DELETE /users/") && line.contains("/teamwork/installedApps/"))
    }
    #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
  }
}
