import AdminCore
import AdminTools
import M365
import Store
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// The tools for mailboxes, tracking and add-ins, killed at every moment between two writes: the next process goes on, and
/// the tenant ends as wanted or as it was.
@Suite("Mailboxes, tracking and add-ins, killed at every point", .serialized)
struct KillMailTests {
  private typealias World = KillPoints.World

  /// A company of few, for what goes through every mailbox.
  private static func few() throws -> Seed {
    let people = ["maeve.finch", "daniel.okafor", "test.user2"]
    return try Seed.standard().setting(
      "users",
      to: .array(
        people.map { name in
          [
            "userPrincipalName": .string("\(name)@harbourfinch.example"), "displayName": .string(name),
            "licenses": ["SPB"], "roles": name == "maeve.finch" ? ["Global Administrator"] : [],
          ]
        })
    ).setting("deletedUsers", to: []).setting("groups", to: []).setting("mail", to: [])
  }

  private struct Outcome {
    var moments = 0
    /// Left by the dead process and completed by the next one.
    var completed = 0
  }

  /// - Parameters:
  ///   - before: what is done first, by a process that lives; its answer becomes the arguments, as `next` says.
  ///   - isDone: what holds once the operation is complete.
  private static func kill(
    _ tool: String, lags: Lags = .none, seed: Seed? = nil,
    prepare: @escaping (World) async throws -> JSONObject,
    isDone: @escaping (World, Int) async throws -> Void
  ) async throws -> Outcome {
    var outcome = Outcome()
    outcome.moments = try await KillPoints.everyMoment(lags, seed: seed, prepare: prepare) { process, arguments in
      _ = try await process.call(tool, arguments)
    } check: { world, reports, moment in
      guard let report = reports.first else { return }
      #expect(report.state == .completed, "moment \(moment): \(report.error?.message ?? "") \(report.left)")
      try await isDone(world, moment)
      outcome.completed += 1
    }
    return outcome
  }

  private static func undone(_ world: World, _ tool: String, _ arguments: JSONObject) async throws -> JSONObject {
    let made = try await world.process().call(tool, arguments)
    try #require(!made.isError, "\(made.json.text)")
    return ["operationId": made["operationId"] ?? .null]
  }

  // MARK: configure_mailbox

  /// One setting of each way in which they are written: by Graph, by a cmdlet, and as an object.
  private static let mailbox = ConfigureMailboxTests.arguments([
    "timeZone": "W. Europe Standard Time", "readReceipts": true,
    "forwardingRules": [["name": "Invoices", "redirectTo": [.string(AdminHarness.nora)]]],
  ])

  @Test("configure_mailbox: every setting once, and all of them come back")
  func configureMailbox() async throws {
    let fresh = await MailTenant(try World().tenant)
    let outcome = try await Self.kill("configure_mailbox") { _ in
      Self.mailbox
    } isDone: { world, moment in
      let counts = await world.counts()
      #expect(counts["inboxRuleCreated"] == 1, "moment \(moment): \(counts)")
      let daniel = await world.tenant.report("mailboxes")?.arrayValue?.first {
        $0["address"] == .string(AdminHarness.daniel)
      }
      #expect(daniel?["settings"]?["timeZone"] == "W. Europe Standard Time", "moment \(moment)")
      #expect(daniel?["configuration"]?["readReceiptResponse"] == "AlwaysSend", "moment \(moment)")
      guard moment.isMultiple(of: 5) else { return }
      let process = try await world.process()
      let last = try await process.call("list_operations", ["limit": 1])["items"]?[0]?["operationId"]
      let undone = try await process.call("undo_operation", ["operationId": last ?? .null])
      #expect(!undone.isError, "moment \(moment): \(undone.json.text)")
      let now = await MailTenant(world.tenant)
      #expect(now == fresh, "moment \(moment): \(fresh.difference(from: now))")
    }
    #expect(outcome.moments > 40 && outcome.completed > 20, "\(outcome)")
  }

  @Test("configure_mailbox: whoever undoes it and dies leaves the next one to finish")
  func configureMailboxUndone() async throws {
    let fresh = await MailTenant(try World().tenant)
    let outcome = try await Self.kill("undo_operation") { world in
      try await Self.undone(world, "configure_mailbox", Self.mailbox)
    } isDone: { world, moment in
      let now = await MailTenant(world.tenant)
      #expect(now == fresh, "moment \(moment): \(fresh.difference(from: now))")
    }
    #expect(outcome.completed > 8, "\(outcome)")
  }

  @Test("configure_mailbox: a process that dies while it takes back what was refused leaves nothing")
  func configureMailboxRefused() async throws {
    let fresh = await MailTenant(try World().tenant)
    var failed = 0
    let moments = try await KillPoints.everyMoment(.none) { world in
      await world.tenant.setFaults(
        FaultPlan([
          FaultRule(.status(403, retryAfter: nil), method: "POST", path: "/v1.0/users/*/mailFolders/inbox/messageRules")
        ]))
      return Self.mailbox
    } _: { process, arguments in
      _ = try await process.call("configure_mailbox", arguments)
    } check: { world, reports, moment in
      guard let report = reports.first else { return }
      #expect(report.state == .failed, "moment \(moment): \(report.state)")
      let now = await MailTenant(world.tenant)
      #expect(now == fresh, "moment \(moment): \(fresh.difference(from: now))")
      failed += 1
    }
    #expect(moments > 40 && failed > 10)
  }

  // MARK: configure_tracking

  private static let tracking: JSONObject = [
    "scope": "organization", "readReceipts": true, "deliveryReceipts": false, "messageTracking": true,
  ]

  @Test("configure_tracking: every mailbox and setting, and all of them come back")
  func configureTracking() async throws {
    let seed = try Self.few()
    let fresh = await MailTenant(try World(seed: seed).tenant)
    let outcome = try await Self.kill("configure_tracking", seed: seed) { _ in
      Self.tracking
    } isDone: { world, moment in
      let answers = (await world.tenant.report("mailboxes")?.arrayValue ?? []).map {
        $0["configuration"]?["readReceiptResponse"]
      }
      #expect(answers == ["AlwaysSend", "AlwaysSend", "AlwaysSend"], "moment \(moment)")
      let counts = await world.counts()
      #expect(counts["remoteDomainChanged"] == 1 && counts["organizationChanged"] == 1, "moment \(moment): \(counts)")
      guard moment.isMultiple(of: 5) else { return }
      let process = try await world.process()
      let last = try await process.call("list_operations", ["limit": 1])["items"]?[0]?["operationId"]
      let undone = try await process.call("undo_operation", ["operationId": last ?? .null])
      #expect(!undone.isError, "moment \(moment): \(undone.json.text)")
      let now = await MailTenant(world.tenant)
      #expect(now == fresh, "moment \(moment): \(fresh.difference(from: now))")
    }
    #expect(outcome.moments > 50 && outcome.completed > 25, "\(outcome)")
  }

  @Test("configure_tracking: whoever undoes it and dies leaves the next one to finish")
  func configureTrackingUndone() async throws {
    let seed = try Self.few()
    let fresh = await MailTenant(try World(seed: seed).tenant)
    let outcome = try await Self.kill("undo_operation", seed: seed) { world in
      try await Self.undone(world, "configure_tracking", Self.tracking)
    } isDone: { world, moment in
      let now = await MailTenant(world.tenant)
      #expect(now == fresh, "moment \(moment): \(fresh.difference(from: now))")
    }
    #expect(outcome.completed > 10, "\(outcome)")
  }

  // MARK: deploy_outlook_addin

  private static func apps(_ world: World) async -> [JSONValue] {
    await world.tenant.report("exchange")?["apps"]?.arrayValue ?? []
  }

  @Test("deploy_outlook_addin: deployed once", arguments: [Lags.none, Lags()])
  func deploy(_ lags: Lags) async throws {
    let outcome = try await Self.kill("deploy_outlook_addin", lags: lags) { _ in
      DeployAddInTests.arguments()
    } isDone: { world, moment in
      #expect(await Self.apps(world).count == 1, "moment \(moment)")
      #expect(await world.counts()["addInDeployed"] == 1, "moment \(moment)")
    }
    #expect(outcome.moments > 20 && outcome.completed > 8, "\(outcome)")
  }

  @Test("deploy_outlook_addin: whoever undoes it and dies leaves the next one to finish")
  func deployUndone() async throws {
    let outcome = try await Self.kill("undo_operation") { world in
      try await Self.undone(world, "deploy_outlook_addin", DeployAddInTests.arguments())
    } isDone: { world, moment in
      #expect(await Self.apps(world).isEmpty, "moment \(moment)")
      #expect(await world.counts()["addInRemoved"] == 1, "moment \(moment)")
    }
    #expect(outcome.completed > 3, "\(outcome)")
  }

  @Test("deploy_outlook_addin: an assignment that changes, and a removal, each once")
  func later() async throws {
    for (more, effect): (JSONObject, String) in [
      (["enabled": false], "addInChanged"), (["remove": true], "addInRemoved"),
    ] {
      let outcome = try await Self.kill("deploy_outlook_addin") { world in
        _ = try await world.process().call("deploy_outlook_addin", DeployAddInTests.arguments())
        return DeployAddInTests.arguments(more)
      } isDone: { world, moment in
        #expect(await world.counts()[effect] == 1, "moment \(moment)")
      }
      #expect(outcome.completed > 8, "\(effect) \(outcome)")
    }
  }

  @Test("deploy_outlook_addin: a removal that is undone, by whoever is left to")
  func removalUndone() async throws {
    let outcome = try await Self.kill("undo_operation") { world in
      _ = try await world.process().call("deploy_outlook_addin", DeployAddInTests.arguments())
      return try await Self.undone(world, "deploy_outlook_addin", DeployAddInTests.arguments(["remove": true]))
    } isDone: { world, moment in
      #expect(await Self.apps(world).count == 1, "moment \(moment)")
      #expect(await world.counts()["addInDeployed"] == 2, "moment \(moment)")
    }
    #expect(outcome.completed > 3, "\(outcome)")
  }

  // MARK: record_opt_out

  @Test("record_opt_out: recorded, by this process or the next")
  func optOut() async throws {
    let outcome = try await Self.kill("record_opt_out") { _ in
      ["email": "ada@buyer.example"]
    } isDone: { world, moment in
      let optOuts = try await world.process().store().workflowServices.optOuts
      #expect(try await optOuts.optOut(of: "ada@buyer.example", .marketing) != nil, "moment \(moment)")
    }
    #expect(outcome.moments > 8, "\(outcome)")
  }
}
