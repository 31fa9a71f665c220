import AdminCore
import AdminTools
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Workflows

/// Kills a process at every moment between two writes, one after the other, and lets the next one recover.
enum KillPoints {
  /// A tenant, a store and a clock that outlive the processes working with them.
  struct World {
    let tenant: SimulatedTenant
    let store: StoreFixture
    let clock = VirtualTimekeeper(.automatic)
    private let databases = LockedList<Database>()

    init(lags: Lags = Lags(), seed: Seed? = nil) throws {
      store = try StoreFixture()
      tenant = try SimulatedTenant(SimulatedTenant.Options(seed: seed, lags: lags, timekeeper: clock))
    }

    /// One process: the tools with everything below them.
    func process(_ fate: Fate? = nil) async throws -> AdminHarness {
      let process = try await AdminHarness(tenant, store, clock, fate: fate, busyTimeout: .zero)
      databases.add(process.database)
      return process
    }

    /// Ends all processes. There are thousands of them in a run, and each has files open.
    fileprivate func close() async {
      for database in databases.items { await database.close() }
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
    at moment: Int, _ world: World, _ isOver: Latch<Bool>,
    _ call: @escaping @Sendable (AdminHarness) async throws -> Void,
    check: ([OperationReport]) async throws -> Void
  ) async throws -> Bool {
    let fate = Fate(deathAt: moment)
    defer { fate.bury() }
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
  static func everyMoment(
    _ lags: Lags = Lags(), seed: Seed? = nil, prepare: (World) async throws -> JSONObject,
    _ call: @escaping @Sendable (AdminHarness, JSONObject) async throws -> Void,
    check: (World, [OperationReport], Int) async throws -> Void
  ) async throws -> Int {
    for moment in 1...1000 {
      let world = try World(lags: lags, seed: seed)
      let arguments = try await prepare(world)
      let isOver = Latch<Bool>()
      let died = try await crash(at: moment, world, isOver) { process in
        try await call(process, arguments)
      } check: { reports in
        try await check(world, reports, moment)
      }
      _ = await eventually { isOver.value == true }
      await world.close()
      if !died { return moment }
    }
    throw StillRunning()
  }
}
