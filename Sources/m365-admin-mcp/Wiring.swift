import Access
import AdminCore
import AdminTools
import Cryptography
import Glibc
import M365
import MCPProtocol
import Personas
import Store
import Workflows

/// The only place that builds the parts of the program and joins them.
struct Wiring: Sendable {
  let configuration: Configuration
  let services: AdminServices
  let pool: WorkerPool
  let shutdown: ShutdownSignal
  let log: Log

  init(configuration: Configuration, log: Log) {
    let timekeeper = SystemTimekeeper()
    let pool = WorkerPool(threads: 8, stackSize: 4 << 20)
    let shutdown = ShutdownSignal()
    let transport = CurlTransport(options: CurlTransport.Options(caFile: configuration.caFile))
    var parts = Backends.Parts(
      configuration: configuration, transport: transport, timekeeper: timekeeper,
      runner: WorkflowRunner.Settings(owner: Self.owner(), leaseDuration: configuration.leaseDuration), log: log,
      shutdown: shutdown)
    parts.executor = pool
    let backends = Backends(parts) { () async throws(AdminError) in
      try await Self.openDatabase(configuration, timekeeper)
    }
    services = AdminServices(
      configuration: configuration, store: backends.store, tenant: backends.tenant,
      callers: Self.callers(configuration, transport, timekeeper),
      limiter: CallRateLimiter(callsPerMinute: configuration.requestsPerMinute, timekeeper: timekeeper),
      redactor: Redactor(), timekeeper: timekeeper, log: log)
    self.configuration = configuration
    self.pool = pool
    self.shutdown = shutdown
    self.log = log
  }

  /// Closes what is open, so that the next start finds a tidy store.
  func close() async {
    guard let store = services.store.current else { return }
    _ = try? await store.audit.checkpoint()
    await store.database.close()
  }

  /// The parts of a server. Settings that cannot be read do not keep it from answering; they are said by what needs them.
  static func serving(_ arguments: Arguments) -> Wiring {
    do throws(SettingsSource.Refusal) {
      let configuration = try SettingsSource().load(envFile: arguments.envFile)
      return Wiring(configuration: configuration, log: log(configuration))
    } catch {
      let configuration = Configuration(refused: error.message)
      let log = log(configuration)
      log.error("The settings were refused", ["reason": .string(error.message)])
      return Wiring(configuration: configuration, log: log)
    }
  }

  static func log(_ configuration: Configuration) -> Log {
    let file = LogFile(configuration.logFile)
    let log = Log(
      level: configuration.logLevel, redactor: Redactor(), now: { SystemTimekeeper().now() }, write: file.write)
    if file.isFallback(for: configuration.logFile) {
      log.warning("LOG_FILE cannot be opened; standard error is used")
    }
    for problem in configuration.problems {
      log.warning(
        "A setting is not usable", ["setting": .string(problem.setting.rawValue), "reason": .string(problem.message)])
    }
    return log
  }

  // MARK: What only this process knows

  /// The keys that sign callers' tokens come from where the application itself signs in.
  private static func callers(
    _ configuration: Configuration, _ transport: CurlTransport, _ timekeeper: SystemTimekeeper
  ) -> CallerAuthenticator {
    let document = SigningKeyDocument(configuration, transport: transport)
    return CallerAuthenticator(
      configuration,
      local: .local(userID: getuid(), userName: userName(), roles: configuration.callers.localRoles),
      keys: { () async throws(AdminError) in try await document.fetch() }, timekeeper: timekeeper)
  }

  private static func openDatabase(
    _ configuration: Configuration, _ timekeeper: SystemTimekeeper
  ) async throws(AdminError) -> Database {
    let problems = configuration.storeProblems
    guard problems.isEmpty, let key = configuration.storeKey else { throw .misconfigured(problems) }
    var options = Database.Options()
    // Only `init` makes a store: a path that is mistyped must not become an empty one.
    options.createsFile = false
    return try await Database.open(
      at: configuration.databasePath, key: try StoreKey(key), timekeeper: timekeeper, options: options)
  }

  /// Names this process in leases: host, process and the time it started.
  private static func owner() -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "\(host)/\(getpid())/\(SystemTimekeeper().now().milliseconds)"
  }

  private static func userName() -> String {
    getpwuid(getuid()).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } ?? "unknown"
  }
}
