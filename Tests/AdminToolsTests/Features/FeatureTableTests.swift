import AdminCore
import AdminTools
import M365
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// What holds for every feature there is.
@Suite("Every feature")
struct FeatureTableTests {
  @Test("There are more than fifty, each with a case here for each of its scopes")
  func complete() {
    let declared = FeatureCatalogue.all.flatMap { feature in feature.scopes.map { "\(feature.name) for \($0.rawValue)" }
    }
    #expect(Set(declared) == Set(FeatureCase.all.map(\.testDescription)))
    #expect(declared.count == FeatureCase.all.count)
    #expect(FeatureCatalogue.all.count >= 50)
    for name in ["read_tracking", "journaling"] { #expect(FeatureCatalogue.feature(named: name) != nil) }
  }

  @Test(
    "Names are snake_case and unlike; protective ones say that they block", arguments: FeatureCatalogue.all.map(\.name))
  func names(_ name: String) throws {
    #expect(name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) != nil)
    let feature = try #require(FeatureCatalogue.feature(named: name))
    #expect(FeatureCatalogue.all.count { $0.name == name } == 1)
    #expect(feature.summary.hasSuffix(".") && feature.summary.count <= 120, "\(feature.summary.count)")
    #expect(!feature.permissions.isEmpty)
  }

  @Test(
    "Enable, enable again, disable, disable again; each undone, until all is as at the start",
    arguments: FeatureCase.all)
  func bothWays(_ example: FeatureCase) async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.withEverything())
    try await harness.prepare(example)
    let start = await TenantSnapshot(harness)
    var changes: [AdminHarness.Answer] = []
    for enabled in example.isOneWay ? [true, true] : [true, true, false, false, true] {
      let writes = harness.writes.count
      let answer = try await harness.call("enable_feature", example.arguments(enabled: enabled))
      try #require(!answer.isError, "\(enabled): \(answer.json.text)")
      #expect(answer["verified"] == true, "\(answer.json.text)")
      #expect(answer["enabled"] == .bool(enabled))
      #expect((answer["changed"] == true) == (harness.writes.count > writes), "\(harness.writes.dropFirst(writes))")
      if answer["changed"] == true { changes.append(answer) }
      let state = try await harness.state(of: example)
      // These are told of the tenant as a whole or of its default domain; the cases are about one method, policy or domain.
      let isTelling = !["authentication_method", "conditional_access_policy", "dkim"].contains(example.feature)
      if isTelling { #expect(state == (enabled ? "enabled" : "disabled"), "\(answer.json.text)") }
    }
    guard !example.isOneWay else { return try await neverBack(example, changes, harness) }
    // From disabled to enabled and back, whatever it was at the start.
    #expect((2...3).contains(changes.count), "\(changes.map(\.json.text))")
    for change in changes.reversed() {
      if change["reversible"] == false { return try await neverBack(example, [change], harness) }
      try await harness.undo(change)
    }
    let end = await TenantSnapshot(harness)
    #expect(end == start, "\(end.differences(to: start))")
  }

  private func neverBack(
    _ example: FeatureCase, _ changes: [AdminHarness.Answer], _ harness: AdminHarness
  ) async throws {
    for change in changes {
      #expect(change["reversible"] == false)
      let undone = try await harness.tryUndoing(change)
      #expect(undone.isError, "\(undone.json.text)")
    }
    guard example.isOneWay else { return }
    let answer = try await harness.call("enable_feature", example.arguments(enabled: false))
    #expect(answer.code == "FEAT_002", "\(answer.json.text)")
  }

  @Test("A tenant that shows nothing yet: accepted, not verified, with how long it takes", arguments: FeatureCase.all)
  func lagging(_ example: FeatureCase) async throws {
    guard !example.isOneWay else { return }
    let harness = try await AdminHarness(seed: try FeatureSeed.withEverything())
    try await harness.prepare(example)
    let isOn = try await harness.state(of: example) == "enabled"
    await harness.tenant.setLags(FeatureSeed.hours)
    let answer = try await harness.call("enable_feature", example.arguments(enabled: !isOn))
    // Reading back what was made can fail for good where a part needs another to show.
    guard answer["changed"] == true else { return }
    let isPending = answer["pending"]?.arrayValue?.isEmpty == false
    #expect((answer["verified"] == true) != isPending)
    if isPending {
      #expect(answer["propagation"]?.stringValue?.isEmpty == false)
      #expect(answer["pending"]?.text.contains("takes") == true, "\(answer.json.text)")
    }
  }

  @Test("A licence that lacks is told before anything is written", arguments: FeatureCase.all)
  func license(_ example: FeatureCase) async throws {
    let feature = try #require(FeatureCatalogue.feature(named: example.feature))
    let harness = try await AdminHarness(seed: try FeatureSeed.withoutLicenses())
    let writes = harness.writes.count
    let answer = try await harness.call("enable_feature", example.arguments(enabled: true))
    guard let license = feature.license else {
      #expect(answer.code != "LIC_003" || example.scope == "user", "\(answer.json.text)")
      return
    }
    #expect(answer.code == "LIC_003", "\(answer.json.text)")
    #expect(answer["message"]?.stringValue?.contains(license.name) == true)
    #expect(harness.writes.count == writes)
  }

  @Test("A permission that lacks is named, and nothing is written", arguments: FeatureCase.all)
  func permission(_ example: FeatureCase) async throws {
    let feature = try #require(FeatureCatalogue.feature(named: example.feature))
    let harness = try await AdminHarness(seed: try FeatureSeed.withoutPermissions())
    for enabled in [true, false] where !(example.isOneWay && !enabled) {
      let answer = try await harness.call("enable_feature", example.arguments(enabled: enabled))
      #expect(answer.code == "PERM_001", "\(answer.json.text)")
      let message = answer.json.text
      #expect(feature.permissions.contains { $0.isNamed(in: message) }, "\(message)")
      #expect(harness.writes.isEmpty)
    }
    #expect(try await harness.state(of: example) == "unknown")
  }

  @Test("With one request in twenty faulted, all features end as wanted", arguments: 1...3)
  func bad(_ seed: UInt64) async throws {
    let harness = try await AdminHarness(seed: try FeatureSeed.withEverything())
    for example in FeatureCase.all where !example.isOneWay {
      try await harness.prepare(example)
      await harness.tenant.setFaults(FaultPlan(random: RandomFaults(rate: 0.05, seed: seed)))
      for enabled in [true, false] {
        let answer = try await harness.call("enable_feature", example.arguments(enabled: enabled))
        #expect(!answer.isError, "\(example.testDescription) \(enabled): \(answer.json.text)")
      }
      await harness.tenant.setFaults(FaultPlan())
      let check = try await harness.call("enable_feature", example.arguments(enabled: false))
      #expect(check["changed"] == false, "\(example.testDescription): \(check.json.text)")
    }
  }
}
