import AdminCore
import AdminTools
import Store
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// Undoing of people and teams, and bulk, killed at every moment between two writes.
@Suite("Undoing and bulk, killed at every point", .serialized)
struct KillUndoTests {
  @Test("update_user: whoever undoes it and dies leaves the next one to finish, and everything is as before")
  func updateUser() async throws {
    let fresh = await DirectorySnapshot(try KillPoints.World().tenant)
    var completed = 0
    let moments = try await KillPoints.everyMoment(.none) { world in
      let made = try await world.process().call(
        "update_user",
        [
          "userEmail": .string(UpdateUserTests.daniel), "department": "Audit", "manager": "",
          "addLicenses": ["BusinessPremium"], "removeLicenses": ["BusinessStandard"],
        ])
      try #require(!made.isError, "\(made.json.text)")
      return ["operationId": made["operationId"] ?? .null]
    } _: { process, arguments in
      _ = try await process.call("undo_operation", arguments)
    } check: { world, reports, moment in
      guard let report = reports.first else { return }
      completed += 1
      #expect(report.state == .completed && report.left.isEmpty, "moment \(moment): \(report.state) \(report.text)")
      let now = await DirectorySnapshot(world.tenant)
      #expect(now == fresh, "moment \(moment): \(fresh.difference(from: now))")
    }
    #expect(moments > 20 && completed > 5, "\(moments) \(completed)")
  }

  @Test("create_teams_group: whoever undoes it and dies leaves the next one to finish; the group is deleted once")
  func createTeam() async throws {
    var completed = 0
    let moments = try await KillPoints.everyMoment(.none) { world in
      let made = try await world.process().call("create_teams_group", CreateTeamTests.arguments())
      try #require(!made.isError, "\(made.json.text)")
      return ["operationId": made["operationId"] ?? .null]
    } _: { process, arguments in
      _ = try await process.call("undo_operation", arguments)
    } check: { world, reports, moment in
      let names = (await world.tenant.report("groups")?.arrayValue ?? []).map { $0["mailNickname"] }
      let isGone = !names.contains("harbour-wurdig-koln")
      let deleted = await world.counts()["groupDeleted"]?.intValue ?? 0
      #expect(deleted == (isGone ? 1 : 0), "moment \(moment): \(deleted)")
      guard let report = reports.first else { return }
      completed += 1
      #expect(report.state == .completed && report.left.isEmpty, "moment \(moment): \(report.state) \(report.text)")
      #expect(isGone, "moment \(moment)")
    }
    #expect(moments > 10 && completed > 3, "\(moments) \(completed)")
  }

  private static let people = [UpdateUserTests.daniel, UpdateUserTests.lukas, AdminHarness.nora]

  @Test("run_bulk: three users are changed, each by one operation, whatever the process dies in")
  func bulk() async throws {
    var completed = 0
    let moments = try await KillPoints.everyMoment(.none) { _ in
      let items = Self.people.map { person -> JSONValue in
        ["userEmail": .string(person), "department": "Audit", "jobTitle": "Auditor"]
      }
      return ["tool": "update_user", "items": .array(items)]
    } _: { process, arguments in
      _ = try await process.call("run_bulk", arguments)
    } check: { world, reports, moment in
      let users = await world.tenant.report("users")?.arrayValue ?? []
      let changed = users.filter { $0["department"] == "Audit" && $0["jobTitle"] == "Auditor" }
      #expect(changed.count <= 3, "moment \(moment)")
      guard let report = reports.first(where: { $0.output["total"] == 3 }) else {
        // It died before the operation was journalled, or after its end was.
        #expect(reports.isEmpty && (changed.isEmpty || changed.count == 3), "moment \(moment): \(reports.map(\.text))")
        return
      }
      completed += 1
      #expect(report.state == .completed, "moment \(moment): \(report.state) \(report.text)")
      let states = (report.output["results"]?.arrayValue ?? []).compactMap { $0["state"]?.stringValue }
      #expect(states == ["completed", "completed", "completed"], "moment \(moment): \(states)")
      #expect(changed.count == 3, "moment \(moment): \(changed.count)")
      let operations = try await world.process().store().journal.list().items.filter { $0.tool == "update_user" }
      #expect(operations.count == 3, "moment \(moment): \(operations.count) operations for three users")
      #expect(operations.allSatisfy { $0.state == .completed }, "moment \(moment): \(operations.map(\.state))")
    }
    #expect(moments > 60 && completed > 20, "\(moments) \(completed)")
  }
}
