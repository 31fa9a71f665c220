import AdminCore
import AdminTools
import M365
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// What holds for every connection there is.
@Suite("Every connection")
struct ConnectionTableTests {
  private static let allowed: [Setting: String] = [.appConsent: "true"]

  @Test("Each has a case here")
  func complete() {
    let declared = Set(ConnectionCatalogue.all.map(\.name))
    #expect(declared == Set(ConnectionCase.all.map { "\($0.source) to \($0.target)" }))
    #expect(ConnectionCatalogue.all.count == declared.count)
  }

  @Test(
    "Each says what it does, what it needs and what undoing it does", arguments: ConnectionCatalogue.all.map(\.name))
  func described(_ name: String) throws {
    let connection = try #require(ConnectionCatalogue.all.first { $0.name == name })
    #expect(connection.summary.hasSuffix(".") && connection.summary.count <= 120)
    #expect(!connection.inverse.isEmpty)
    #expect(!connection.permissions.isEmpty)
  }

  @Test("Connect, connect again, list, undo until all is as at the start", arguments: ConnectionCase.all)
  func bothWays(_ example: ConnectionCase) async throws {
    let harness = try await AdminHarness(settings: Self.allowed, seed: try FeatureSeed.forConnections())
    let arguments = try await example.arguments(harness)
    let start = await TenantSnapshot(harness)
    let made = try await harness.call("connect_service", arguments)
    try #require(!made.isError, "\(made.json.text)")
    #expect(made["changed"] == true && made["verified"] == true, "\(made.json.text)")
    #expect(await TenantSnapshot(harness) != start)

    let writes = harness.writes.count
    let again = try await harness.call("connect_service", arguments)
    #expect(again["changed"] == false && harness.writes.count == writes, "\(again.json.text)")
    let list = try await harness.call("list_service_connections")
    let names = (list["existing"]?.arrayValue ?? []).filter {
      $0["connection"] == .string("\(example.source) to \(example.target)")
    }
    #expect(names.count == 1, "\(list.json.text)")

    let undone = try await harness.undo(made)
    let end = await TenantSnapshot(harness)
    if let left = example.leaves {
      #expect(undone["undone"]?.text.contains("archived") == true, "\(left) stays: \(undone.json.text)")
    } else {
      #expect(end == start, "\(end.differences(to: start))")
    }
    let after = try await harness.call("list_service_connections")
    #expect(
      after["existing"]?.arrayValue?.contains { $0["operationId"] == made["operationId"] } == false,
      "\(after.json.text)")
  }

  @Test("A permission that lacks is named, and nothing is made", arguments: ConnectionCase.all)
  func permission(_ example: ConnectionCase) async throws {
    let rich = try await AdminHarness(settings: Self.allowed, seed: try FeatureSeed.forConnections())
    let arguments = try await example.arguments(rich)
    let harness = try await AdminHarness(settings: Self.allowed, seed: try FeatureSeed.withoutPermissions())
    let connection = try #require(ConnectionCatalogue.connection(from: example.source, to: example.target))
    let granted = try #require(
      await harness.tenant.report("application")?["roles"]?.arrayValue?.compactMap(\.stringValue))
    guard !connection.permissions.allSatisfy({ $0.isGranted(by: granted) }) else { return }
    let start = await TenantSnapshot(harness)
    let answer = try await harness.call("connect_service", arguments)
    #expect(answer.code == "PERM_001", "\(answer.json.text)")
    let text = answer.json.text
    let isNamed = connection.permissions.contains { $0.isNamed(in: text) }
    #expect(isNamed, "\(text)")
    let end = await TenantSnapshot(harness)
    #expect(end == start, "\(end.differences(to: start))")
  }

  @Test("With one request in twenty faulted, all connections are made once and undone", arguments: 1...3)
  func bad(_ seed: UInt64) async throws {
    for example in ConnectionCase.all {
      let harness = try await AdminHarness(settings: Self.allowed, seed: try FeatureSeed.forConnections())
      let arguments = try await example.arguments(harness)
      let start = await TenantSnapshot(harness)
      await harness.tenant.setFaults(FaultPlan(random: RandomFaults(rate: 0.05, seed: seed)))
      let made = try await harness.call("connect_service", arguments)
      #expect(!made.isError, "\(example.testDescription): \(made.json.text)")
      try await harness.undo(made)
      let end = await TenantSnapshot(harness)
      #expect(example.leaves != nil || end == start, "\(example.testDescription): \(end.differences(to: start))")
    }
  }

  @Test(
    "A tenant that shows nothing for a while: the connection is made, and verified or pending",
    arguments: ConnectionCase.all)
  func lagging(_ example: ConnectionCase) async throws {
    let harness = try await AdminHarness(settings: Self.allowed, lags: Lags(), seed: try FeatureSeed.forConnections())
    let arguments = try await example.arguments(harness)
    try await harness.timekeeper.sleep(for: .seconds(60))
    let made = try await harness.call("connect_service", arguments)
    #expect(!made.isError, "\(made.json.text)")
    #expect((made["verified"] == true) == (made["pending"] == nil))
  }
}

extension FeatureSeed {
  /// Message trace is not let in yet, there is room for licences by groups, and the application may let others in.
  static func forConnections() throws -> Seed {
    var json = try JSONParser.parse(Seed.standardText).objectValue ?? [:]
    json["exchange"] = ["messageTrace": false]
    var application = json["application"]?.objectValue ?? [:]
    application["roles"] = .strings(permissions)
    json["application"] = .object(application)
    return try Seed(text: JSONValue.object(json).text)
  }

  /// Everything that connections need, and the tests to set them up.
  private static var permissions: [String] {
    let others = [
      "User.Read.All", "Group.ReadWrite.All", "Organization.Read.All", "TeamsAppInstallation.ReadWriteForTeam.All",
    ]
    return Set(ConnectionCatalogue.all.flatMap(\.permissions).map(\.rawValue) + others).sorted()
  }
}
