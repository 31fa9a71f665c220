import AdminCore
import AdminTools
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// Whatever write of a feature a process dies at, the next one goes on, and the tenant ends as if nothing had happened.
@Suite("Every feature, killed around each of its writes", .serialized)
struct FeatureKillTests {
  @Test(
    "Switched, killed before and after each write, and finished by another; undone likewise",
    arguments: FeatureCase.all)
  func killed(_ example: FeatureCase) async throws {
    var change = KilledChange(
      name: example.testDescription, tool: "enable_feature", seed: try FeatureSeed.withEverything(),
      prepare: { harness in
        try await harness.prepare(example)
        return example.arguments(enabled: true)
      })
    if !example.isOneWay {
      change.otherwise = { harness in
        try await harness.prepare(example)
        return example.arguments(enabled: false)
      }
    }
    let deaths = try await change.killed()
    // Modern authentication is on everywhere.
    #expect(deaths > 0 || example.isOneWay, "\(example.testDescription) changes nothing, either way")
  }

  @Test(
    "The other way round, one of each kind: a setting of Graph, of Exchange, objects, and what stays",
    arguments: [
      "guest_invites", "block_direct_send", "conditional_access_policy", "session_timeout", "group_naming",
      "journaling", "retention_policy", "safe_links", "purview_retention_policy", "disclaimer",
    ])
  func takenAway(_ name: String) async throws {
    let example = try #require(FeatureCase.all.first { $0.feature == name && $0.scope == "organization" })
    let change = KilledChange(
      name: "\(example.testDescription), disabled", tool: "enable_feature", seed: try FeatureSeed.withEverything(),
      prepare: { harness in
        let made = try await harness.call("enable_feature", example.arguments(enabled: true))
        try #require(!made.isError, "\(made.json.text)")
        return example.arguments(enabled: false)
      })
    #expect(try await change.killed() > 0)
  }

  private static let changed: [(name: String, from: JSONObject, to: JSONObject)] = [
    ("session_timeout", ["minutes": 30], ["minutes": 240]),
    (
      "journaling",
      ["journalAddress": "journal@archive.example", "undeliverableTo": "journal@\(FeatureCase.domain)"],
      ["journalAddress": "other@archive.example"]
    ),
    ("disclaimer", ["html": "<p>One</p>"], ["html": "<p>Two</p>"]),
    ("group_expiry", ["notify": [.string(FeatureCase.user)], "days": 90], ["notify": [.string(FeatureCase.user)]]),
  ]

  @Test("Given another content than it has, which some services know only as removing and making", arguments: 0..<4)
  func givenOtherwise(_ number: Int) async throws {
    let (name, from, to) = Self.changed[number]
    let change = KilledChange(
      name: "\(name), changed", tool: "enable_feature", seed: try FeatureSeed.withEverything(),
      prepare: { harness in
        let first = FeatureCase(feature: name, scope: "organization", on: from).arguments(enabled: true)
        let made = try await harness.call("enable_feature", first)
        try #require(!made.isError, "\(made.json.text)")
        return FeatureCase(feature: name, scope: "organization", on: to).arguments(enabled: true)
      })
    #expect(try await change.killed() > 0)
  }
}

/// The same for connections.
@Suite("Every connection, killed around each of its writes", .serialized)
struct ConnectionKillTests {
  @Test(
    "Made, killed before and after each write, and finished by another; undone likewise", arguments: ConnectionCase.all)
  func killed(_ example: ConnectionCase) async throws {
    let change = KilledChange(
      name: example.testDescription, tool: "connect_service", seed: try FeatureSeed.forConnections(),
      settings: [.appConsent: "true"], prepare: { harness in try await example.arguments(harness) },
      losesSecret: example.target == "webhook")
    #expect(try await change.killed() > 0)
  }
}
