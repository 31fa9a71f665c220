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
  /// A tenant, a store and a clock that outlive the processes working with them.
  private struct World {
    let tenant: SimulatedTenant
    let store: StoreFixture
    let clock = VirtualTimekeeper(.automatic)

    init(lags: Lags = Lags()) throws {
      store = try StoreFixture()
      tenant = try SimulatedTenant(SimulatedTenant.Options(lags: lags, timekeeper: clock))
    }

    /// One process: the tools with everything below them.
    func process(_ fate: Fate? = nil) async throws -> AdminHarness {
      try await AdminHarness(tenant, store, clock, fate: fate, busyTimeout: .zero)
    }

    func user(_ name: String) async -> JSONValue? {
      await tenant.report("users")?.arrayValue?.first { $0["displayName"] == .string(name) }
    }

    func counts() async -> JSONObject {
      JSONObject((await tenant.report("counts")?.objectValue ?? [:]).filter { $0.value != 0 })
    }
  }

  /// Where processes run that are to die, so that none of the tests' own threads stands still with them.
  private static let pool = WorkerPool(threads: 6)

  /// Runs `call` in a process that dies at the given moment, lets another one recover, and looks at what came of it.
  ///
  /// - Returns: whether the process died; `false` when the call was over before that moment.
  private static func crash(
    at moment: Int, _ world: World, _ call: @escaping @Sendable (AdminHarness) async throws -> Void,
    check: ([OperationReport]) async throws -> Void
  ) async throws -> Bool {
    let fate = Fate(deathAt: moment)
    defer { fate.bury() }
    let isOver = Latch<Bool>()
    Task(executorPreference: pool) {
      if let process = try? await world.process(fate) { try? await call(process) }
      isOver.set(true)
    }
    guard await eventually({ fate.isDead || isOver.value == true }) else { throw StillRunning() }
    guard fate.isDead else { return false }
    try await world.clock.sleep(for: .seconds(7200))
    do {
      try await check(try await world.process().store().runner.recoverInterrupted())
    } catch let error as AdminError where error.code == .storeBusy {
      // It stands in the middle of a transaction. Where a process is killed the file system takes the lock away and
      // SQLite rolls back, which is a death before that transaction: the moment before this one.
    }
    return true
  }

  private struct StillRunning: Error {}

  /// Dies at one moment after the other until the call outlives them all.
  ///
  /// - Returns: how many moments there were.
  private static func everyMoment(
    _ lags: Lags = Lags(), prepare: (World) async throws -> JSONObject,
    _ call: @escaping @Sendable (AdminHarness, JSONObject) async throws -> Void,
    check: (World, [OperationReport], Int) async throws -> Void
  ) async throws -> Int {
    for moment in 1...1000 {
      let world = try World(lags: lags)
      let arguments = try await prepare(world)
      let died = try await crash(at: moment, world) { process in
        try await call(process, arguments)
      } check: { reports in
        try await check(world, reports, moment)
      }
      if !died { return moment }
    }
    throw StillRunning()
  }

  // MARK: create_user

  @Test("create_user: one user with its licence, or none; the reports say which")
  func createUser() async throws {
    var outcomes: [OperationReport.State: Int] = [:]
    let moments = try await Self.everyMoment { world in
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
    let moments = try await Self.everyMoment { world in
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

  @Test("send_from_template: one mail, or none, and never a second one")
  func send() async throws {
    var completed = 0
    let moments = try await Self.everyMoment { world in
      let template = try await world.process().template(Samples.welcome)
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
    let moments = try await Self.everyMoment(.none) { _ in
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
}
