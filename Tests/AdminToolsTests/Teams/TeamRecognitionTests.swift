import AdminCore
import AdminTools
import Store
import TestSupport
import Testing

/// Whether a call for a team knows that it has made the team itself.
@Suite("create_teams_group called again")
struct TeamRecognitionTests {
  struct NotMade: Error {}

  @Test("The same call knows its own team after many others were made")
  func afterManyTeams() async throws {
    let harness = try await AdminHarness()
    let first = try await harness.call("create_teams_group", CreateTeamTests.arguments())
    #expect(!first.isError, "\(first.json.text)")
    // The ids of operations follow the clock.
    try await harness.timekeeper.sleep(for: .seconds(60))
    for number in 1...60 { try await Self.note(number, harness) }
    let journal = try await harness.store().journal
    let newest = try await journal.operations(named: "create_teams_group", states: [.completed])
    #expect(!newest.contains { $0.output?["groupId"] == first["groupId"] }, "the newest ones alone do not tell")

    let second = try await harness.call("create_teams_group", CreateTeamTests.arguments())
    #expect(!second.isError, "\(second.json.text)")
    #expect(second["existed"] == true)
    #expect(second["teamId"] == first["teamId"])
    #expect(await harness.counts()["groupCreated"] == 1)
  }

  /// An operation that has made another team.
  private static func note(_ number: Int, _ harness: AdminHarness) async throws {
    let journal = try await harness.store().journal
    let input: JSONValue = ["displayName": .string("Other \(number)")]
    let new = NewOperation(
      name: "create_teams_group", tool: "create_teams_group", requestedBy: AuditActor(.local, "local:1000:tester"),
      correlationID: "other-\(number)", input: input, inputHash: journal.hash(ofInput: input))
    let lease = LeaseTerms(owner: "other", duration: .seconds(60))
    guard case .created(_, let fence?) = try await journal.create(new, lease: lease) else { throw NotMade() }
    try await journal.advance(fence, to: .running)
    try await journal.finish(fence, .completed, output: ["groupId": .string("group-\(number)")])
  }
}
