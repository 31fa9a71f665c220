import AdminCore
import AdminTools
import M365
import Store
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// What is accepted and does not read back is never told as done.
///
/// By kind: a setting, an object and something done once that still show the old state are `verified: false`, with a
/// pending line for each that says how long it takes; a state that is neither the old nor the new is an error, and so
/// is one without which a later part cannot be made. What cannot be read at all (the rules of Safe Links and of
/// Purview) is made together with a policy that can, and that one is pending.
enum Mismatch {
  /// Ways in which a call may say that it does not know, or that it failed.
  private static let codes: Set<String> = [
    "GRAPH_001", "GRAPH_002", "EXO_001", "VAL_001", "WF_003", "WF_005", "WF_008", "WF_009",
  ]

  /// Expects that an answer claims nothing that the tenant does not show.
  static func expectDoubt(_ answer: AdminHarness.Answer, _ name: String) {
    guard !answer.isError else {
      #expect(codes.contains(answer.code ?? ""), "\(name): \(answer.json.text)")
      return
    }
    #expect(answer["verified"] == false, "\(name) claims to be done: \(answer.json.text)")
    let pending = (answer["pending"]?.arrayValue ?? []).compactMap(\.stringValue)
    #expect(!pending.isEmpty, "\(name) has nothing pending: \(answer.json.text)")
    for line in pending {
      #expect(
        line.contains("it takes") || line.contains("could not be read back"), "\(name) does not say how long: \(line)")
    }
  }

  /// Expects that nothing was made again only because it did not show.
  static func expectOnce(_ network: StaleTransport, _ name: String) {
    let twice = network.madeTwice
    #expect(twice.isEmpty, "\(name) was accepted and made again: \(twice.map { $0.prefix(300) })")
  }

  /// Undoes what is pending, once the tenant shows it, and expects the tenant to be as before.
  static func expectUndoing(
    _ made: AdminHarness.Answer, _ tenant: StaleTenant, to start: TenantSnapshot, _ name: String
  ) async throws {
    let undone = try await tenant.harness.tryUndoing(made)
    #expect(!undone.isError, "\(name), shown at last and undone: \(undone.json.text)")
    let difference = await TenantSnapshot(tenant.harness).unlike(start)
    #expect(difference.isEmpty, "\(name), shown at last and undone: \(difference)")
  }
}

@Suite("Every feature, when the tenant shows something else than was written")
struct FeatureMismatchTests {
  @Test(
    "The old state: accepted, not verified, and undone once it shows", arguments: FeatureCase.all, [true, false])
  func old(_ example: FeatureCase, _ enabled: Bool) async throws {
    if example.isOneWay, !enabled { return }
    let name = "\(example.testDescription), \(enabled ? "enabled" : "disabled")"
    let tenant = try await StaleTenant(seed: try FeatureSeed.withEverything())
    try await Self.bringBefore(example, enabled, tenant)
    let start = await TenantSnapshot(tenant.harness)

    tenant.network.show(.old)
    let answer = try await tenant.harness.call("enable_feature", example.arguments(enabled: enabled))
    let written = tenant.network.written
    tenant.network.show(.truth)
    if written.isEmpty {
      // Modern authentication is on everywhere, and stays on.
      #expect(example.isOneWay && answer["changed"] == false, "\(name) wrote nothing: \(answer.json.text)")
      return
    }
    Mismatch.expectDoubt(answer, name)
    Mismatch.expectOnce(tenant.network, name)
    guard !answer.isError, answer["reversible"] == true else { return }
    #expect(answer["changed"] == true, "\(name): \(answer.json.text)")
    try await Mismatch.expectUndoing(answer, tenant, to: start, name)
  }

  @Test("A third state: an error where a text or a number was to change, and never a success")
  func third() async throws {
    var contradicted: [String] = []
    for example in FeatureCase.all {
      let name = example.testDescription
      let tenant = try await StaleTenant(seed: try FeatureSeed.withEverything())
      try await Self.bringBefore(example, true, tenant)
      tenant.network.show(.third)
      let answer = try await tenant.harness.call("enable_feature", example.arguments(enabled: true))
      if tenant.network.written.isEmpty {
        #expect(example.isOneWay && answer["changed"] == false, "\(name) wrote nothing: \(answer.json.text)")
        continue
      }
      Mismatch.expectDoubt(answer, name)
      guard answer["message"]?.stringValue?.contains("reads back as something else") == true else { continue }
      // WF_008 where what is shown keeps the undoing from seeing what it has to put back.
      #expect(["GRAPH_001", "WF_008"].contains(answer.code ?? ""), "\(name): \(answer.json.text)")
      contradicted.append(name)
    }
    print("read back as something else: \(contradicted.joined(separator: ", "))")
    // Settings of Graph, of the directory and of Exchange that hold texts or numbers.
    #expect(contradicted.count > 4, "\(contradicted)")
  }

  /// Makes the feature the opposite of what is wanted, so that there is something to write.
  private static func bringBefore(_ example: FeatureCase, _ enabled: Bool, _ tenant: StaleTenant) async throws {
    try await tenant.harness.prepare(example)
    guard !example.isOneWay else { return }
    let answer = try await tenant.harness.call("enable_feature", example.arguments(enabled: !enabled))
    try #require(!answer.isError, "\(example.testDescription), before: \(answer.json.text)")
  }
}

@Suite("Every connection, when the tenant does not show what was made")
struct ConnectionMismatchTests {
  @Test("Accepted, not verified, made once, and undone once it shows", arguments: ConnectionCase.all)
  func old(_ example: ConnectionCase) async throws {
    let name = example.testDescription
    let tenant = try await StaleTenant(settings: [.appConsent: "true"], seed: try FeatureSeed.forConnections())
    let arguments = try await example.arguments(tenant.harness)
    let start = await TenantSnapshot(tenant.harness)
    tenant.network.show(.old)
    let answer = try await tenant.harness.call("connect_service", arguments)
    tenant.network.show(.truth)
    #expect(!tenant.network.written.isEmpty, "\(name) wrote nothing: \(answer.json.text)")
    Mismatch.expectDoubt(answer, name)
    Mismatch.expectOnce(tenant.network, name)
    guard !answer.isError, example.leaves == nil else { return }
    try await Mismatch.expectUndoing(answer, tenant, to: start, name)
  }
}

/// The tools that are no switch.
///
/// The template tools are not here: they write and read one row of the server's own store in one transaction, whose
/// answer is the row, so there is no later read that could differ.
@Suite("create_user and record_opt_out, when what was written does not read back")
struct OtherMismatchTests {
  @Test("create_user: a licence that is accepted and never shows is pending, and nothing is taken back")
  func license() async throws {
    let tenant = try await StaleTenant()
    tenant.network.show(.old, forgetting: { $0.url.path.hasSuffix("/assignLicense") })
    let answer = try await tenant.harness.call("create_user", CreateUserTests.arguments(tenant.harness.domain))
    #expect(tenant.network.written.count == 1, "\(tenant.network.written)")
    #expect(!answer.isError && answer["verified"] == false, "\(answer.json.text)")
    #expect(answer["mailbox"] != "ready", "\(answer.json.text)")
    let pending = answer["pending"]?.text ?? ""
    #expect(pending.contains("BusinessStandard") && pending.contains("not shown yet"), "\(answer.json.text)")
    let counts = await tenant.harness.counts()
    #expect(counts["userCreated"] == 1 && counts["userDeleted"] == nil, "\(counts)")
  }

  @Test("create_user: a user who is accepted and never shows is made once, and not told as done")
  func user() async throws {
    let tenant = try await StaleTenant()
    tenant.network.show(.old)
    let answer = try await tenant.harness.call("create_user", CreateUserTests.arguments(tenant.harness.domain))
    #expect(answer.isError || answer["verified"] == false, "\(answer.json.text)")
    #expect(answer.isError || answer["pending"]?.arrayValue?.isEmpty == false, "\(answer.json.text)")
    #expect(answer["mailbox"] != "ready", "\(answer.json.text)")
    let counts = await tenant.harness.counts()
    #expect(counts["userCreated"] == 1, "\(counts)")
    Mismatch.expectOnce(tenant.network, "create_user")
    // Who is kept has the licence; who is not was deleted, which the answer says.
    let user = await tenant.harness.user("ada.lovelace@\(tenant.harness.domain)")
    #expect((user == nil) == (counts["userDeleted"] == 1), "\(counts)")
    #expect(user == nil || user?["licenses"] == ["O365_BUSINESS_PREMIUM"])
    #expect(answer.isError || user != nil, "\(answer.json.text)")
  }

  @Test("record_opt_out: a store that loses the row is an error, and the next call records it")
  func optOut() async throws {
    let harness = try await AdminHarness()
    let optOuts = try await harness.store().workflowServices.optOuts
    let foreign = try harness.fixture.foreignConnection(busyTimeout: .seconds(5))
    try foreign.run(
      script: """
        CREATE TRIGGER opt_outs_lost AFTER INSERT ON opt_outs BEGIN
          DELETE FROM opt_outs WHERE lookup = NEW.lookup AND scope = NEW.scope;
        END
        """)
    let lost = try await harness.call("record_opt_out", ["email": "ada@buyer.example"])
    #expect(lost.code == "INT_001", "\(lost.json.text)")
    #expect(try await optOuts.optOut(of: "ada@buyer.example", .marketing) == nil)

    try foreign.run(script: "DROP TRIGGER opt_outs_lost")
    let again = try await harness.call("record_opt_out", ["email": "ada@buyer.example"])
    #expect(again["recorded"] == true && again["verified"] == true, "\(again.json.text)")
    #expect(try await optOuts.optOut(of: "ada@buyer.example", .marketing) != nil)
  }
}
