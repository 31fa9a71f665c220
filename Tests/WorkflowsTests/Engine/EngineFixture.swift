import AdminCore
import Foundation
import Store
import TestSupport
import Workflows

/// A store, and as many processes on it as a test wants. Leases run out when the test moves the clock.
///
/// Each process renews its leases by a clock of its own, which stands still unless the test moves it: a process that has
/// died renews nothing, however far the wall clock goes.
struct EngineFixture: Sendable {
  let store: StoreFixture
  /// The wall clock of everybody, moved by the test alone.
  let clock = VirtualTimekeeper(.manual)
  /// Pauses between attempts pass at once.
  let pauses = VirtualTimekeeper(.automatic)
  let world = PretendWorld(UUID().uuidString)

  init() throws { store = try StoreFixture() }

  struct Process: Sendable {
    let runner: WorkflowRunner
    let journal: OperationJournal
    let audit: AuditLog
    let shutdown: ShutdownSignal
    let leaseClock: VirtualTimekeeper
    let services: WorkflowServices
  }

  func process(
    _ name: String, workflows: [any Workflow.Type] = [PretendWorkflow.self]
  ) async throws -> Process {
    let database = try await store.open(timekeeper: clock)
    let audit = AuditLog(database)
    let journal = OperationJournal(database, audit: audit)
    let services = WorkflowServices(
      configuration: Configuration([:], home: "/"), templates: TemplateRepository(database),
      config: ConfigRepository(database), optOuts: OptOutRepository(database),
      personas: PersonaRepository(database), timekeeper: pauses,
      registry: WorkflowRegistry(workflows)
    ) { () async throws(AdminError) in
      throw AdminError(.misconfigured, "no tenant in this test")
    } exchange: { () async throws(AdminError) in
      throw AdminError(.misconfigured, "no tenant in this test")
    }
    let (shutdown, leaseClock) = (ShutdownSignal(), VirtualTimekeeper(.manual))
    let runner = WorkflowRunner(
      journal: journal, audit: audit, services: services,
      settings: WorkflowRunner.Settings(owner: name, leaseDuration: .seconds(60)), timekeeper: pauses,
      leaseTimekeeper: leaseClock, log: .none, shutdown: shutdown)
    return Process(
      runner: runner, journal: journal, audit: audit, shutdown: shutdown, leaseClock: leaseClock,
      services: services)
  }

  func workflow(_ options: PretendWorkflow.Options = .init()) -> PretendWorkflow {
    PretendWorkflow(world, options, timekeeper: pauses)
  }

  func request(_ key: String? = nil, arguments: JSONValue = ["a": 1]) -> OperationRequest {
    OperationRequest(
      tool: "pretend", requestedBy: AuditActor(.local, "local:1:test"), correlationID: "corr", arguments: arguments,
      idempotencyKey: key)
  }

  /// Runs the workflow in a process that dies where the world says, and waits until it has.
  func runUntilDeath(_ process: Process, _ options: PretendWorkflow.Options = .init()) async {
    let (workflow, request) = (workflow(options), request())
    let deaths = world.now.deadCallers
    Task { try? await process.runner.run(workflow, request, secrets: ["password": Secret("canary-7f3a")]) }
    _ = await eventually { world.now.deadCallers > deaths }
  }
}
