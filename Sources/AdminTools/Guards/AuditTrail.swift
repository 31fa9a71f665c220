import Access
import AdminCore
import Store
import Synchronization

/// What the guards write into the audit trail besides what the workflow engine writes.
struct AuditTrail: Sendable {
  let services: AdminServices
  let caller: Caller
  let tool: String
  let correlationID: String

  private var actor: AuditActor { caller.auditActor }

  /// Records a sensitive read before its result leaves; when that fails, the result does not leave.
  func recordRead(_ arguments: JSONObject) async throws(AdminError) {
    let entry = AuditEntry(
      .tool, tool, by: actor, correlationID: correlationID,
      inputHash: AuditEntry.hash(ofRedacted: services.redactor.redact(.object(arguments))))
    do throws(AdminError) {
      try await services.store.value().audit.record(entry, AuditOutcome(.succeeded))
    } catch {
      throw AuditLog.unavailable(error)
    }
  }

  /// Records that a call was refused. A refusal stands whether it can be recorded or not.
  func recordDenial(_ error: AdminError) async {
    let entry = AuditEntry(.tool, tool, by: actor, correlationID: correlationID)
    do throws(AdminError) {
      try await services.store.value().audit.record(entry, AuditOutcome(.denied, code: error.code))
    } catch {
      services.log.failure("A refusal could not be recorded", error)
    }
  }

  /// Records a person's word on a plan.
  func recordDecision(_ decision: String, plan: PlanDigest, _ status: AuditStatus) async throws(AdminError) {
    let entry = AuditEntry(
      .approval, tool, by: actor, correlationID: correlationID, inputHash: plan.text,
      detail: ["decision": .string(decision)])
    try await services.store.value().audit.record(entry, AuditOutcome(status))
  }
}
