import AdminCore
import Store
import TestSupport

/// A journal in a store of its own.
struct JournalFixture {
  let store: StoreFixture
  let clock: VirtualTimekeeper
  let database: Database
  let audit: AuditLog
  let journal: OperationJournal

  init() async throws {
    store = try StoreFixture()
    clock = VirtualTimekeeper()
    database = try await store.open(timekeeper: clock)
    audit = AuditLog(database)
    journal = OperationJournal(database, audit: audit)
  }

  func new(_ key: String? = nil, input: JSONValue = ["email": "a@b.c"]) -> NewOperation {
    var new = NewOperation(
      name: "provision", version: 2, tool: "create_user", requestedBy: AuditActor(.local, "ada", roles: ["Admin"]),
      correlationID: "c-1", input: input, inputHash: journal.hash(ofInput: input))
    new.idempotencyKey = key
    new.totalSteps = 3
    return new
  }

  func lease(_ owner: String = "one", for duration: Duration = .seconds(60)) -> LeaseTerms {
    LeaseTerms(owner: owner, duration: duration)
  }

  /// An operation that is under way.
  func running() async throws -> Fence {
    guard case .created(_, let fence?) = try await journal.create(new(), lease: lease()) else {
      throw AdminError(.internalFault, "no fence")
    }
    try await journal.advance(fence, to: .running)
    return fence
  }

  func entry(_ operation: String) -> AuditEntry {
    AuditEntry(.step, operation, by: .system, correlationID: "c-1")
  }
}
