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
    private let settings: [Setting: String]
    private let databases = LockedList<Database>()

    init(lags: Lags = Lags(), seed: Seed? = nil, settings: [Setting: String] = [:]) throws {
      self.settings = settings
      store = try StoreFixture()
      tenant = try SimulatedTenant(SimulatedTenant.Options(seed: seed, lags: lags, timekeeper: clock))
    }

    /// One process: the tools with everything below them.
    func process(_ fate: Fate? = nil) async throws -> AdminHarness {
      let process = try await AdminHarness(
        tenant, store, clock, settings: settings, fate: fate, busyTimeout: .zero)
      databases.add(process.database)
      return process
    }

    /// Ends all processes. There are thousands of them in a run, and each has files open.
    func close() async {
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

  /// How long after a death another process takes up what was left.
  static let succession = Duration.seconds(7200)

  /// Runs `call` in a process that dies at the given moment, lets another one recover, and looks at what came of it.
  ///
  /// - Returns: whether the process died; `false` when the call was over before that moment.
  private static func crash(
    _ fate: Fate, _ world: World, _ isOver: Latch<Bool>,
    _ call: @escaping @Sendable (AdminHarness) async throws -> Void,
    check: ([OperationReport]) async throws -> Void
  ) async throws -> Bool {
    defer { fate.bury() }
    Task(executorPreference: pool) {
      if let process = try? await world.process(fate) { try? await call(process) }
      isOver.set(true)
    }
    guard await eventually({ fate.isDead || isOver.value == true }) else { throw StillRunning() }
    guard fate.isDead else { return false }
    try await world.clock.sleep(for: succession)
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
  /// - Parameters:
  ///   - moments: what counts as a moment.
  ///   - last: the last moment to die at, where that is known.
  /// - Returns: how many moments there were.
  @discardableResult
  static func everyMoment(
    _ lags: Lags = Lags(), seed: Seed? = nil, settings: [Setting: String] = [:], at moments: Fate.Moments = .all,
    through last: Int = 1000, prepare: (World) async throws -> JSONObject,
    _ call: @escaping @Sendable (AdminHarness, JSONObject) async throws -> Void,
    check: (World, [OperationReport], Int) async throws -> Void
  ) async throws -> Int {
    for moment in 1...last {
      let world = try World(lags: lags, seed: seed, settings: settings)
      let arguments = try await prepare(world)
      let isOver = Latch<Bool>()
      let died = try await crash(Fate(deathAt: moment, moments), world, isOver) { process in
        try await call(process, arguments)
      } check: { reports in
        try await check(world, reports, moment)
      }
      _ = await eventually { isOver.value == true }
      await world.close()
      if !died { return moment }
    }
    guard last < 1000 else { throw StillRunning() }
    return last
  }
}
