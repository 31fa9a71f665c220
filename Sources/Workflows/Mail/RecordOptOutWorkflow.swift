package import AdminCore
package import Store

/// Notes that somebody does not want mail of a kind any more.
package struct RecordOptOutWorkflow: Workflow {
  package static let name = "record_opt_out"
  package static let version = 1

  private let address: String
  private let scope: OptOut.Scope
  private let reason: String?
  private let services: WorkflowServices

  package init(_ address: String, _ scope: OptOut.Scope, reason: String?, services: WorkflowServices) {
    self.address = address
    self.scope = scope
    self.reason = reason
    self.services = services
  }

  package var target: AuditTarget { .person("recipient", address) }

  package var auditDetail: JSONObject { ["scope": .string(scope.rawValue)] }

  package var steps: [Step] {
    let (address, scope, reason, services) = (address, scope, reason, services)
    return [
      Step(
        "record", "Record the opt-out", effect: .idempotent,
        verify: { _ throws(AdminError) in
          guard try await services.optOuts.optOut(of: address, scope) == nil else { return .verified }
          throw AdminError(.internalFault, "The opt-out was recorded and cannot be found.")
        },
        undo: Step.Undo(
          { context in
            context.output("record")?["recorded"] == true
              ? "the opt-out of \(address) was taken back" : "\(address) had opted out before"
          }, manualAction: { _ in "take the opt-out of \(address) back" }
        ) { context throws(AdminError) in
          try await services.optOuts.remove(address, scope, recordedBy: context.operationID.text)
        }
      ) { context throws(AdminError) in
        let source = context.operationID.text
        let held = try await services.optOuts.record(address, scope, reason: reason, source: source)
        return ["recorded": .bool(held.source == source), "effectiveAt": .string(held.effectiveAt.iso8601)]
      }
    ]
  }

  package func output(of context: StepContext) -> JSONObject {
    let own = context.output("record")
    return [
      "email": .string(address), "scope": .string(scope.rawValue), "recorded": own?["recorded"] ?? false,
      "effectiveAt": own?["effectiveAt"] ?? .null,
    ]
  }

  package var input: JSONObject {
    ["address": .string(address), "scope": .string(scope.rawValue), "reason": .optional(reason)]
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let address = input["address"]?.stringValue,
      let scope = input["scope"]?.stringValue.flatMap(OptOut.Scope.init)
    else { throw .malformedJournal(Self.name) }
    self.init(address, scope, reason: input["reason"]?.stringValue, services: services)
  }
}
