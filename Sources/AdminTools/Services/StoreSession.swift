package import AdminCore
package import Personas
package import Store
import Synchronization
package import Workflows

/// The open store, by subject, and the engine that works with it. One for the process, and so handed round by reference.
package final class StoreSession: Sendable {
  package let database: Database
  package let templates: TemplateRepository
  package let audit: AuditLog
  package let journal: OperationJournal
  package let approvals: ApprovalRepository
  package let config: ConfigRepository
  package let personas: PersonaService
  package let runner: WorkflowRunner
  package let workflowServices: WorkflowServices
  /// What looking through the end of the audit trail has shown when the store was opened.
  package let auditAtStart: AuditVerification

  package init(
    database: Database, templates: TemplateRepository, audit: AuditLog, journal: OperationJournal,
    approvals: ApprovalRepository, config: ConfigRepository, personas: PersonaService, runner: WorkflowRunner,
    workflowServices: WorkflowServices, auditAtStart: AuditVerification
  ) {
    self.database = database
    self.templates = templates
    self.audit = audit
    self.journal = journal
    self.approvals = approvals
    self.config = config
    self.personas = personas
    self.runner = runner
    self.workflowServices = workflowServices
    self.auditAtStart = auditAtStart
  }

  /// - Throws: `AUD_002` where the audit trail does not verify: nothing is changed then.
  package func requireIntactAudit() throws(AdminError) {
    guard auditAtStart.isIntact else {
      throw AdminError(
        .auditBroken, "The audit trail does not verify, so nothing is changed: \(auditAtStart.summary)")
    }
  }
}

/// Opens something when it is first needed, once for everybody, and again only after it has failed.
///
/// A server answers `initialize` before its store is open and lists its tools without a tenant; what needs them waits
/// here, and gets the reason where they cannot be had.
package actor Gate<Value: Sendable> {
  private var opening: Task<Result<Value, AdminError>, Never>?
  private let opened = Mutex<Value?>(nil)
  private let make: @Sendable () async throws(AdminError) -> Value

  package init(_ make: @escaping @Sendable () async throws(AdminError) -> Value) { self.make = make }

  package func value() async throws(AdminError) -> Value {
    if let current { return current }
    if let opening { return try await opening.value.get() }
    let task = Task { [make] () async -> Result<Value, AdminError> in
      do throws(AdminError) {
        return .success(try await make())
      } catch {
        return .failure(error)
      }
    }
    opening = task
    let result = await task.value
    if case .success(let value) = result { opened.withLock { $0 = value } }
    opening = nil
    return try result.get()
  }

  /// The value, if it is there already; nothing is opened for this.
  package nonisolated var current: Value? { opened.withLock { $0 } }
}
