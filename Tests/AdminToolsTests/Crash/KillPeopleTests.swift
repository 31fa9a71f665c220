import AdminCore
import AdminTools
import Store
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// The tools for people and teams, killed at every moment between two writes.
@Suite("People and teams, killed at every point", .serialized)
struct KillPeopleTests {
  // MARK: update_user

  @Test("update_user: all of it or nothing, whatever the process dies in")
  func updateUser() async throws {
    var completed = 0
    let moments = try await KillPoints.everyMoment(.none) { _ in
      [
        "userEmail": .string(UpdateUserTests.daniel), "department": "Audit", "manager": "",
        "addLicenses": ["BusinessPremium"], "removeLicenses": ["BusinessStandard"],
      ]
    } _: { process, arguments in
      _ = try await process.call("update_user", arguments)
    } check: { world, reports, moment in
      let user = try #require(await world.user("Daniel Okafor"))
      #expect(await world.counts()["licensesAssigned"]?.intValue ?? 0 <= 1, "moment \(moment)")
      guard let report = reports.first else { return }
      completed += 1
      #expect(report.state == .completed, "moment \(moment): \(report.error?.message ?? "")")
      #expect(
        report.output["changed"] == ["department", "manager"] || report.output["changed"]?.arrayValue?.count == 4)
      #expect(user["department"] == "Audit" && user["managerId"] == .null, "moment \(moment)")
      #expect(user["licenses"] == ["SPB"], "moment \(moment)")
    }
    #expect(moments > 40)
    #expect(completed > 20)
  }

  @Test("update_user: the old values survive the process, so that undoing works whoever finished it")
  func undoAfterCrash() async throws {
    var undone = 0
    _ = try await KillPoints.everyMoment(.none) { _ in
      ["userEmail": .string(UpdateUserTests.daniel), "department": "Audit", "manager": ""]
    } _: { process, arguments in
      _ = try await process.call("update_user", arguments)
    } check: { world, reports, moment in
      guard let report = reports.first, report.state == .completed else { return }
      let answer = try await world.process().call(
        "undo_operation", ["operationId": .string(report.operationID.text)])
      #expect(!answer.isError, "moment \(moment): \(answer.json.text)")
      let user = try #require(await world.user("Daniel Okafor"))
      #expect(user["department"] == "Operations" && user["managerId"] != .null, "moment \(moment)")
      undone += 1
    }
    #expect(undone > 10)
  }

  @Test("update_user: a password is never reset twice, and one that was lost is to be reset once more")
  func password() async throws {
    var lost = 0
    let moments = try await KillPoints.everyMoment(.none) { _ in
      ["userEmail": .string(UpdateUserTests.daniel), "resetPassword": true]
    } _: { process, arguments in
      _ = try await process.call("update_user", arguments)
    } check: { world, reports, moment in
      let resets = await world.counts()["userUpdated"]?.intValue ?? 0
      #expect(resets <= 1, "moment \(moment)")
      guard let report = reports.first else { return }
      switch report.state {
      case .completed:
        #expect(resets == 1, "moment \(moment)")
        #expect(report.left.first?.action.contains("once more") == true, "moment \(moment)")
        lost += 1
      case .abandoned, .failed: #expect(resets == 0, "moment \(moment)")
      default: Issue.record("moment \(moment): \(report.state)")
      }
    }
    #expect(moments > 20)
    #expect(lost > 2)
  }

  // MARK: create_teams_group

  @Test("create_teams_group: one group, one team and each channel once, whatever the process dies in")
  func createTeam() async throws {
    var completed = 0
    let moments = try await KillPoints.everyMoment { _ in
      CreateTeamTests.arguments()
    } _: { process, arguments in
      _ = try await process.call("create_teams_group", arguments)
    } check: { world, reports, moment in
      let counts = await world.counts()
      #expect(counts["groupCreated"]?.intValue ?? 0 <= 1, "moment \(moment)")
      #expect(counts["teamCreated"]?.intValue ?? 0 <= 1, "moment \(moment)")
      #expect(counts["channelCreated"]?.intValue ?? 0 <= 3, "moment \(moment)")
      #expect(counts["groupDeleted"] == nil, "moment \(moment)")
      guard let report = reports.first else { return }
      completed += 1
      #expect(report.state == .completed, "moment \(moment): \(report.error?.message ?? "")")
      #expect(counts["channelCreated"] == 3, "moment \(moment)")
      #expect(report.output["members"] == 2, "moment \(moment)")
    }
    #expect(moments > 60)
    #expect(completed > 40)
  }

  @Test("create_teams_group: a process that dies while it takes the team back leaves no group")
  func createTeamUndone() async throws {
    var undone = 0
    let moments = try await KillPoints.everyMoment(.none) { world in
      await world.tenant.setFaults(
        FaultPlan([FaultRule(.status(403, retryAfter: nil), method: "POST", path: "/v1.0/teams/*/channels")]))
      return CreateTeamTests.arguments()
    } _: { process, arguments in
      _ = try await process.call("create_teams_group", arguments)
    } check: { world, reports, moment in
      let names = (await world.tenant.report("groups")?.arrayValue ?? []).map { $0["mailNickname"] }
      if reports.isEmpty { return }
      #expect(!names.contains("harbour-wurdig-koln"), "moment \(moment)")
      #expect(await world.counts()["groupDeleted"]?.intValue ?? 0 <= 1, "moment \(moment)")
      if reports.first?.state == .failed { undone += 1 }
    }
    #expect(moments > 30)
    #expect(undone > 10)
  }

  // MARK: offboard_user

  @Test("offboard_user: every point once, whatever the process dies in; and everything comes back")
  func offboard() async throws {
    var completed = 0
    let moments = try await KillPoints.everyMoment(.none) { _ in
      OffboardTests.shared
    } _: { process, arguments in
      _ = try await process.call("offboard_user", arguments)
    } check: { world, reports, moment in
      guard let report = reports.first else { return }
      completed += 1
      #expect(report.state == .completed, "moment \(moment): \(report.error?.message ?? "")")
      let states = (report.output["checklist"]?.arrayValue ?? []).compactMap { $0["state"]?.stringValue }
      #expect(states.allSatisfy { $0 == "done" }, "moment \(moment): \(report.output["checklist"]?.text ?? "")")
      guard moment.isMultiple(of: 7) else { return }
      let fresh = await DirectorySnapshot(try KillPoints.World().tenant)
      let undone = try await world.process().call(
        "undo_operation", ["operationId": .string(report.operationID.text)])
      #expect(!undone.isError, "moment \(moment): \(undone.json.text)")
      let now = await DirectorySnapshot(world.tenant)
      #expect(now == fresh, "moment \(moment): \(fresh.difference(from: now))")
    }
    #expect(moments > 100)
    #expect(completed > 60)
  }

  @Test("offboard_user: whoever undoes it and dies leaves the next one to finish, and nothing is lost")
  func offboardUndone() async throws {
    var completed = 0
    let moments = try await KillPoints.everyMoment(.none) { world in
      let made = try await world.process().call("offboard_user", OffboardTests.deleted)
      return ["operationId": made["operationId"] ?? .null]
    } _: { process, arguments in
      _ = try await process.call("undo_operation", arguments)
    } check: { world, reports, moment in
      guard let report = reports.first else { return }
      completed += 1
      let (fresh, now) = (await DirectorySnapshot(try KillPoints.World().tenant), await DirectorySnapshot(world.tenant))
      #expect(report.state == .completed && report.left.isEmpty, "moment \(moment): \(report.left)")
      #expect(now == fresh, "moment \(moment): \(fresh.difference(from: now))")
    }
    #expect(moments > 20)
    #expect(completed > 5)
  }
}
