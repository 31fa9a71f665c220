import AdminCore
import AdminTools
import M365
import TenantSimulator
import TestSupport
import Testing
import Workflows

/// One change for which a process is killed just before and just after each of its writes.
///
/// An undisturbed process makes the change first, and takes it back: what it leaves is what every process that recovers
/// has to leave. Between two of these moments a process only reads and journals; one change of each kind is killed there
/// too, by `FeatureCrashTests`.
struct KilledChange: Sendable {
  let name: String
  let tool: String
  let seed: Seed
  var settings: [Setting: String] = [:]
  /// Brings a new tenant to where the change begins.
  let prepare: @Sendable (AdminHarness) async throws -> JSONObject
  /// What is tried where the first arguments change nothing.
  var otherwise: (@Sendable (AdminHarness) async throws -> JSONObject)?
  /// It needs a secret that is lost with its process: before the write nobody can go on, and nothing is made.
  var losesSecret = false
}

extension KilledChange {
  /// What an undisturbed process has done.
  private struct Course {
    let start: TenantSnapshot
    let end: TenantSnapshot
    let writes: [String]
    let isVerified: Bool
    let arguments: @Sendable (AdminHarness) async throws -> JSONObject
    /// After the change was undone, and what that wrote; `nil` where nothing undoes it.
    let undone: (end: TenantSnapshot, writes: [String])?
  }

  /// Kills the change, and its undoing, around each write.
  ///
  /// - Returns: how often a process was killed; 0 where the tenant is as wanted from the start.
  func killed() async throws -> Int {
    guard let course = try await undisturbed() else { return 0 }
    try #require(!course.writes.isEmpty, "\(name) changed something without a write")
    try await forward(course)
    if let undone = course.undone { try await back(course, to: undone.end, by: undone.writes) }
    return 2 * (course.writes.count + (course.undone?.writes.count ?? 0))
  }

  private func undisturbed() async throws -> Course? {
    for arguments in [prepare, otherwise].compactMap({ $0 }) {
      let world = try KillPoints.World(lags: .none, seed: seed, settings: settings)
      let course = try await course(in: world, arguments)
      await world.close()
      if let course { return course }
    }
    return nil
  }

  private func course(
    in world: KillPoints.World, _ arguments: @escaping @Sendable (AdminHarness) async throws -> JSONObject
  ) async throws -> Course? {
    let process = try await world.process()
    let wanted = try await arguments(process)
    let start = await TenantSnapshot(world.tenant)
    var before = process.writes.count
    let made = try await process.call(tool, wanted)
    try #require(!made.isError, "\(name) undisturbed: \(made.json.text)")
    guard made["changed"] == true else { return nil }
    let writes = Array(process.writes.dropFirst(before))
    try await world.clock.sleep(for: KillPoints.succession)
    let end = await TenantSnapshot(world.tenant)
    var undone: (TenantSnapshot, [String])?
    if made["reversible"] != false {
      before = process.writes.count
      let answer = try await process.undo(made)
      try #require(!answer.isError, "\(name) undisturbed and undone: \(answer.json.text)")
      let back = Array(process.writes.dropFirst(before))
      try await world.clock.sleep(for: KillPoints.succession)
      undone = (await TenantSnapshot(world.tenant), back)
    }
    return Course(
      start: start, end: end, writes: writes, isVerified: made["verified"] == true, arguments: arguments,
      undone: undone)
  }

  // MARK: Killed

  private func forward(_ course: Course) async throws {
    let (name, tool) = (name, tool)
    var deaths = 0
    try await KillPoints.everyMoment(
      .none, seed: seed, settings: settings, at: .writes, through: 2 * course.writes.count
    ) { world in
      try await course.arguments(try await world.process())
    } _: { process, arguments in
      _ = try await process.call(tool, arguments)
    } check: { world, reports, moment in
      deaths += 1
      let place = Self.place(moment, of: course.writes, in: name)
      let now = await TenantSnapshot(world.tenant)
      guard let report = reports.first else {
        Issue.record("\(place): nobody found anything to go on with")
        return
      }
      if losesSecret, report.state != .completed {
        #expect([.failed, .abandoned].contains(report.state), "\(place): \(report.state), \(report.text)")
        let difference = now.unlike(course.start)
        #expect(difference.isEmpty, "\(place): not as at the start: \(difference)")
        return
      }
      #expect(report.state == .completed, "\(place): \(report.state), \(report.text)")
      #expect(report.pending.isEmpty == course.isVerified, "\(place): pending \(report.pending)")
      let difference = now.unlike(course.end)
      #expect(difference.isEmpty, "\(place): not as undisturbed: \(difference)")
    }
    #expect(deaths == 2 * course.writes.count, "\(name) died \(deaths) times at \(course.writes)")
  }

  private func back(_ course: Course, to end: TenantSnapshot, by writes: [String]) async throws {
    guard !writes.isEmpty else { return }
    let (name, tool) = (name, tool)
    var deaths = 0
    try await KillPoints.everyMoment(
      .none, seed: seed, settings: settings, at: .writes, through: 2 * writes.count
    ) { world in
      let process = try await world.process()
      let made = try await process.call(tool, try await course.arguments(process))
      try #require(!made.isError, "\(name) before its undoing: \(made.json.text)")
      return ["operationId": made["operationId"] ?? .null]
    } _: { process, arguments in
      _ = try await process.call("undo_operation", arguments)
    } check: { world, reports, moment in
      deaths += 1
      let place = Self.place(moment, of: writes, in: "\(name), undone")
      guard let report = reports.first else {
        Issue.record("\(place): nobody found anything to go on with")
        return
      }
      #expect(report.state == .completed && report.left.isEmpty, "\(place): \(report.state), \(report.text)")
      let difference = await TenantSnapshot(world.tenant).unlike(end)
      #expect(difference.isEmpty, "\(place): not as undone undisturbed: \(difference)")
    }
    #expect(deaths == 2 * writes.count, "\(name), undone, died \(deaths) times at \(writes)")
  }

  private static func place(_ moment: Int, of writes: [String], in name: String) -> String {
    let number = (moment + 1) / 2
    return "\(name), killed \(moment.isMultiple(of: 2) ? "after" : "before") write \(number) of \(writes.count), "
      + writes[number - 1]
  }
}

extension OperationReport {
  /// Why it did not complete, for messages.
  var text: String { "\(error?.message ?? "no error"), left \(left), undone \(undone)" }
}
