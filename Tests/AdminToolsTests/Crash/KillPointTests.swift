import AdminCore
import AdminTools
import M365
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// A process is killed at every moment between two writes, and the next one goes on: each side effect happens once, or
/// is taken back, or is left for a person with the reason.
@Suite("Killed at every point", .serialized)
struct KillPointTests {
  // MARK: create_user

  @Test("create_user: one user with its licence, or none; the reports say which")
  func createUser() async throws {
    var outcomes: [OperationReport.State: Int] = [:]
    let moments = try await KillPoints.everyMoment { world in
      CreateUserTests.arguments(world.tenant.domain)
    } _: { process, arguments in
      _ = try await process.call("create_user", arguments)
    } check: { world, reports, moment in
      let counts = await world.counts()
      let made = counts["userCreated"]?.intValue ?? 0
      #expect(made <= 1, "moment \(moment)")
      #expect(counts["userDeleted"] == nil, "moment \(moment)")
      let user = await world.user("Ada Lovelace")
      #expect((user != nil) == (made == 1), "moment \(moment)")
      guard let report = reports.first else {
        // It died before the operation was journalled, or after its end was.
        #expect(made == 0 || user?["licenses"] == ["O365_BUSINESS_PREMIUM"], "moment \(moment)")
        return
      }
      outcomes[report.state, default: 0] += 1
      switch report.state {
      case .completed:
        #expect(user?["licenses"] == ["O365_BUSINESS_PREMIUM"], "moment \(moment)")
        #expect(report.left.first?.action.contains("reset the first password") == true, "moment \(moment)")
      case .abandoned: #expect(made == 0, "moment \(moment)")
      default: Issue.record("moment \(moment): \(report.state) \(report.error?.message ?? "")")
      }
    }
    // Without these the loop would have proved nothing.
    #expect(moments > 40)
    #expect(outcomes[.completed] ?? 0 > 10)
    #expect(outcomes[.abandoned] ?? 0 > 2)
  }

  @Test("create_user: a process that dies while it takes the user back leaves no user")
  func createUserUndone() async throws {
    var undone = 0
    let moments = try await KillPoints.everyMoment { world in
      await world.tenant.setFaults(
        FaultPlan([FaultRule(.status(403, retryAfter: nil), method: "POST", path: "/v1.0/users/*/assignLicense")]))
      return CreateUserTests.arguments(world.tenant.domain)
    } _: { process, arguments in
      _ = try await process.call("create_user", arguments)
    } check: { world, reports, moment in
      #expect(await world.counts()["userCreated"]?.intValue ?? 0 <= 1, "moment \(moment)")
      #expect(await world.user("Ada Lovelace") == nil, "moment \(moment)")
      if reports.first?.state == .failed { undone += 1 }
    }
    #expect(moments > 40)
    #expect(undone > 5)
  }

  // MARK: send_from_template

  enum Draft: String, CaseIterable {
    /// One body goes as JSON; two go as MIME.
    case json, mime

    var template: JSONObject { self == .json ? Samples.welcome : Samples.wiring }
  }

  @Test("send_from_template: one mail, or none, and never a second one", arguments: Draft.allCases)
  func send(_ draft: Draft) async throws {
    var completed = 0
    let moments = try await KillPoints.everyMoment { world in
      let template = try await world.process().template(draft.template)
      return SendTests.arguments(template, to: ["nora.keane@harbourfinch.example"])
    } _: { process, arguments in
      _ = try await process.call("send_from_template", arguments)
    } check: { world, reports, moment in
      let counts = await world.counts()
      #expect(counts["mailSent"]?.intValue ?? 0 <= 1, "moment \(moment)")
      #expect(counts["draftCreated"]?.intValue ?? 0 <= 1, "moment \(moment)")
      guard let report = reports.first else { return }
      completed += 1
      #expect(report.state == .completed, "moment \(moment): \(report.error?.message ?? "")")
      #expect(counts["mailSent"] == 1, "moment \(moment)")
    }
    #expect(moments > 40)
    #expect(completed > 15)
  }

  // MARK: Templates

  @Test("create_email_template: stored once, whatever the process dies in")
  func template() async throws {
    let moments = try await KillPoints.everyMoment(.none) { _ in
      Samples.welcome
    } _: { process, arguments in
      _ = try await process.call("create_email_template", arguments)
    } check: { world, reports, moment in
      let store = try await world.process().store()
      let count = try await store.templates.list().count
      #expect(count <= 1, "moment \(moment)")
      if let report = reports.first { #expect(report.state == .completed && count == 1, "moment \(moment)") }
      #expect(try await store.audit.verify().isIntact, "moment \(moment)")
    }
    #expect(moments > 8)
  }

  // MARK: run_bulk and undo_operation

  @Test("run_bulk: each user once, whatever the process dies in; the next one goes on with the items that are left")
  func bulk() async throws {
    var completed = 0
    let moments = try await KillPoints.everyMoment(.none) { world in
      let items = ["ada", "grace"].map { name -> JSONValue in
        [
          "email": .string("\(name)@\(world.tenant.domain)"), "displayName": .string(name),
          "license": "BusinessStandard", "password": "Correct-Horse-9-Battery",
        ]
      }
      return ["tool": "create_user", "items": .array(items)]
    } _: { process, arguments in
      _ = try await process.call("run_bulk", arguments)
    } check: { world, reports, moment in
      let counts = await world.counts()
      #expect(counts["userCreated"]?.intValue ?? 0 <= 2, "moment \(moment)")
      #expect(counts["userDeleted"] == nil, "moment \(moment)")
      guard let report = reports.first(where: { $0.output["total"] == 2 }) else { return }
      #expect(report.state == .completed, "moment \(moment): \(report.error?.message ?? "")")
      let states = (report.output["results"]?.arrayValue ?? []).compactMap { $0["state"]?.stringValue }
      // A password that went with the process keeps an item from being made, and that is said.
      #expect(states.count { $0 == "completed" } == counts["userCreated"]?.intValue ?? 0, "moment \(moment): \(states)")
      completed += 1
    }
    #expect(moments > 60)
    #expect(completed > 20)
  }

  @Test("undo_operation: the user is gone once, whatever the process dies in")
  func undo() async throws {
    var completed = 0
    let moments = try await KillPoints.everyMoment(.none) { world in
      let made = try await world.process().call("create_user", CreateUserTests.arguments(world.tenant.domain))
      return ["operationId": made["operationId"] ?? .null]
    } _: { process, arguments in
      _ = try await process.call("undo_operation", arguments)
    } check: { world, reports, moment in
      let isGone = await world.user("Ada Lovelace") == nil
      #expect(await world.counts()["userDeleted"]?.intValue ?? 0 == (isGone ? 1 : 0), "moment \(moment)")
      guard let report = reports.first else { return }
      #expect(report.state == .completed && isGone, "moment \(moment)")
      completed += 1
    }
    #expect(moments > 10)
    #expect(completed > 3)
  }
}
