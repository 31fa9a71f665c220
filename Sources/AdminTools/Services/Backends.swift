package import AdminCore
package import M365
import Personas
package import Store
import Synchronization
package import Workflows

/// The store and the tenant of one server, each opened when it is first needed.
///
/// The two know each other: refused sign-ins are audited in the store, and the store's workflows work in the tenant.
package struct Backends: Sendable {
  /// What they are made of.
  package struct Parts: Sendable {
    package var configuration: Configuration
    package var transport: any HTTPTransport
    package var timekeeper: any Timekeeper
    package var runner: WorkflowRunner.Settings
    /// Paces the renewal of leases; differs from `timekeeper` in tests only.
    package var leaseTimekeeper: (any Timekeeper)?
    package var random = RandomSource()
    /// What Azure puts into the environment of its machines.
    package var environment: @Sendable (String) -> String?
    /// Where the steps of workflows run.
    package var executor: (any TaskExecutor)?
    package var log: Log
    package var shutdown: ShutdownSignal

    package init(
      configuration: Configuration, transport: any HTTPTransport, timekeeper: any Timekeeper,
      runner: WorkflowRunner.Settings, log: Log, shutdown: ShutdownSignal,
      environment: @escaping @Sendable (String) -> String? = { ProcessEnvironment.value($0) }
    ) {
      self.configuration = configuration
      self.transport = transport
      self.timekeeper = timekeeper
      self.runner = runner
      self.log = log
      self.shutdown = shutdown
      self.environment = environment
    }
  }

  package let store: Gate<StoreSession>
  package let tenant: Gate<TenantConnection>

  /// - Parameter openDatabase: called when the store is first needed.
  package init(
    _ parts: Parts, openDatabase: @escaping @Sendable () async throws(AdminError) -> Database
  ) {
    let link = StoreLink()
    let tenant = Gate<TenantConnection> { () async throws(AdminError) in
      try TenantConnection(
        parts.configuration, transport: parts.transport, timekeeper: parts.timekeeper, random: parts.random,
        environment: parts.environment
      ) { refusal in await SignInAudit(link, parts).record(refusal) }
    }
    let store = Gate<StoreSession> { () async throws(AdminError) in
      try await StoreSession(try await openDatabase(), parts, tenant)
    }
    link.set(store)
    (self.store, self.tenant) = (store, tenant)
  }
}

extension StoreSession {
  fileprivate convenience init(
    _ database: Database, _ parts: Backends.Parts, _ tenant: Gate<TenantConnection>
  ) async throws(AdminError) {
    let services = WorkflowServices(
      configuration: parts.configuration, templates: TemplateRepository(database), config: ConfigRepository(database),
      optOuts: OptOutRepository(database), personas: PersonaRepository(database), timekeeper: parts.timekeeper,
      registry: WorkflowRegistry(AdminCatalogue.workflows)
    ) { () async throws(AdminError) in
      try await tenant.value().graph
    } exchange: { () async throws(AdminError) in
      try await tenant.value().exchange
    }
    let audit = AuditLog(database)
    let journal = OperationJournal(database, audit: audit)
    let runner = WorkflowRunner(
      journal: journal, audit: audit, services: services, settings: parts.runner, timekeeper: parts.timekeeper,
      leaseTimekeeper: parts.leaseTimekeeper,
      executor: parts.executor, log: parts.log, shutdown: parts.shutdown)
    self.init(
      database: database, templates: services.templates, audit: audit, journal: journal,
      approvals: ApprovalRepository(database), config: services.config,
      personas: PersonaService(services.personas, audit: audit, isReadOnly: parts.configuration.isReadOnly),
      runner: runner, workflowServices: services,
      auditAtStart: try await audit.verifyTail())
  }
}

/// Leads from the tenant to the store, which is made after it and holds on to the tenant. So the way back is weak: both
/// end with whoever has them, and the store's files are closed.
private final class StoreLink: Sendable {
  private struct Link {
    weak var gate: Gate<StoreSession>?
  }

  private let link = Mutex(Link())

  var store: Gate<StoreSession>? { link.withLock(\.gate) }

  func set(_ store: Gate<StoreSession>) { link.withLock { $0.gate = store } }
}

/// Writes each refused token request into the audit trail.
private struct SignInAudit {
  private let link: StoreLink
  private let parts: Backends.Parts

  init(_ link: StoreLink, _ parts: Backends.Parts) {
    self.link = link
    self.parts = parts
  }

  func record(_ refusal: SignInRefusal) async {
    parts.log.failure("A token request was refused", refusal.remedy)
    let entry = AuditEntry(
      .token, "sign_in", by: .system, on: .object("audience", refusal.audience.resource),
      correlationID: Log.correlationID ?? LocalID.make(at: parts.timekeeper.now()).text,
      detail: [
        "aadsts": refusal.code.map(JSONValue.int) ?? .null, "error": .optional(refusal.error),
        "traceId": .optional(refusal.traceID),
      ])
    do throws(AdminError) {
      try await link.store?.value().audit.record(entry, AuditOutcome(.denied, code: refusal.remedy.code))
    } catch {
      parts.log.failure("A refused token request could not be recorded", error)
    }
  }
}
