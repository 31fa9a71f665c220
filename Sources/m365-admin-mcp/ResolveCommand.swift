import Access
import AdminCore
import AdminTools
import Store
import Workflows

/// `resolve`: takes a person's word on a step of which nobody could tell whether it took effect, and goes on.
struct ResolveCommand {
  private let wiring: Wiring
  private let operationID: String
  private let tookEffect: Bool
  private let isJSON: Bool

  init(_ wiring: Wiring, operationID: String, tookEffect: Bool, isJSON: Bool) {
    self.wiring = wiring
    self.operationID = operationID
    self.tookEffect = tookEffect
    self.isJSON = isJSON
  }

  func run() async throws(AdminError) -> ExitCode {
    guard let id = LocalID(operationID) else {
      throw AdminError(.invalidArgument, "This is not the id of an operation; list_operations shows them.")
    }
    guard !wiring.configuration.isReadOnly else {
      throw AdminError(.permissionDenied, "This store is used read-only (M365_READ_ONLY=true); nothing was done.")
    }
    let store = try await wiring.services.store.value()
    try store.requireIntactAudit()
    try await TenantBinding(store: store, tenant: try await wiring.services.tenant.value()).check()
    let person = wiring.services.callers.local.auditActor
    let ticket = try await store.audit.begin(
      AuditEntry(
        .approval, "resolve", by: person, on: .object("operation", id.text),
        correlationID: LocalID.make(at: wiring.services.timekeeper.now()).text, workflow: id,
        detail: ["tookEffect": .bool(tookEffect)]))
    let report: OperationReport
    do throws(AdminError) {
      report = try await store.runner.resolve(id, tookEffect: tookEffect, by: person)
    } catch {
      try await store.audit.finish(ticket, AuditOutcome(.failed, code: error.code))
      throw error
    }
    try await store.audit.finish(ticket, AuditOutcome(.succeeded, detail: report.json))
    Terminal.print(isJSON ? JSONValue.object(report.json).text : text(report))
    return isAsSaid(report) ? .success : .failure
  }

  /// What did not take effect ends with everything taken back; what did goes on to its end.
  private func isAsSaid(_ report: OperationReport) -> Bool {
    tookEffect ? report.state == .completed : report.state == .failed && report.left.isEmpty
  }

  private func text(_ report: OperationReport) -> String {
    var lines = ["The operation \(report.operationID) is \(report.state.rawValue)."]
    if !isAsSaid(report), let error = report.error { lines.append("\(error.code.rawValue)  \(error.message)") }
    lines += report.done.map { "done     \($0)" } + report.undone.map { "undone   \($0)" }
    lines += report.pending.map { "pending  \($0)" } + report.left.map { "for you  \($0.step): \($0.action)" }
    return lines.joined(separator: "\n")
  }
}
