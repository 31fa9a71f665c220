import Access
import AdminCore
import AdminTools
import Cryptography
import Glibc
import M365
import MCPProtocol
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
    let store = Self.store(configuration, timekeeper, pool, shutdown, log)
    services = AdminServices(
      configuration: configuration, store: store.gate, tenant: store.tenant,
      caller: .local(userID: getuid(), userName: Self.userName()),
      limiter: CallRateLimiter(callsPerMinute: configuration.requestsPerMinute, timekeeper: timekeeper),
      redactor: Redactor(), timekeeper: timekeeper, log: log)
    self.configuration = configuration
    self.pool = pool
    self.shutdown = shutdown
    self.log = log
  }

  /// Closes what is open, so that the next start finds a tidy store.
  func close() async {
    guard let store = await services.store.current else { return }
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

  // MARK: The store and the tenant

  /// The two know each other: refused sign-ins are audited in the store, and the store's workflows work in the tenant.
  private static func store(
    _ configuration: Configuration, _ timekeeper: SystemTimekeeper, _ pool: WorkerPool, _ shutdown: ShutdownSignal,
    _ log: Log
  ) -> (gate: Gate<StoreSession>, tenant: Gate<TenantConnection>) {
    let link = StoreLink()
    let transport = CurlTransport(options: CurlTransport.Options(caFile: configuration.caFile))
    let tenant = Gate<TenantConnection> { () async throws(AdminError) in
      try TenantConnection(configuration, transport: transport, timekeeper: timekeeper) { refusal in
        await record(refusal, in: link.store, log)
      }
    }
    let store = Gate<StoreSession> { () async throws(AdminError) in
      let problems = configuration.storeProblems
      guard problems.isEmpty, let configured = configuration.storeKey else { throw .misconfigured(problems) }
      var options = Database.Options()
      // Only `init` makes a store: a path that is mistyped must not become an empty one.
      options.createsFile = false
      let database = try await Database.open(
        at: configuration.databasePath, key: try StoreKey(configured), timekeeper: timekeeper, options: options)
      let workflowServices = WorkflowServices(
        configuration: configuration, templates: TemplateRepository(database), config: ConfigRepository(database),
        timekeeper: timekeeper
      ) { () async throws(AdminError) in try await tenant.value().graph }
      let audit = AuditLog(database)
      let journal = OperationJournal(database, audit: audit)
      let runner = WorkflowRunner(
        journal: journal, audit: audit,
        registry: WorkflowRegistry(AdminCatalogue.workflows, services: workflowServices),
        settings: WorkflowRunner.Settings(owner: owner(), leaseDuration: configuration.leaseDuration),
        timekeeper: timekeeper, executor: pool, log: log, shutdown: shutdown)
      return StoreSession(
        database: database, templates: TemplateRepository(database), audit: audit, journal: journal,
        approvals: ApprovalRepository(database), config: ConfigRepository(database), runner: runner,
        workflowServices: workflowServices, auditAtStart: try await audit.verifyTail())
    }
    link.set(store)
    return (store, tenant)
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

  private static func record(_ refusal: SignInRefusal, in store: Gate<StoreSession>?, _ log: Log) async {
    log.failure("A token request was refused", refusal.remedy)
    let entry = AuditEntry(
      .token, "sign_in", by: .system, on: .object("audience", refusal.audience.resource),
      correlationID: Log.correlationID ?? LocalID.make(at: SystemTimekeeper().now()).text,
      detail: [
        "aadsts": refusal.code.map(JSONValue.int) ?? .null, "error": .optional(refusal.error),
        "traceId": .optional(refusal.traceID),
      ])
    do throws(AdminError) {
      try await store?.value().audit.record(entry, AuditOutcome(.denied, code: refusal.remedy.code))
    } catch {
      log.failure("A refused token request could not be recorded", error)
    }
  }
}
