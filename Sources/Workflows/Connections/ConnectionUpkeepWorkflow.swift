package import AdminCore
package import Store

/// Does again what a connection needs in order to last, such as renewing a subscription before it ends.
///
/// Nobody is asked: whoever approved the connection has approved that it lasts. What is gone is not made again.
package struct ConnectionUpkeepWorkflow: Workflow {
  package static let name = "keep_connection"
  package static let version = 1

  private let request: ConnectionRequest
  private let change: PartsChange

  /// - Returns: `nil` for a connection that lasts by itself, or is meant to end.
  package init?(_ request: ConnectionRequest, services: WorkflowServices) {
    guard let connection = request.connection, let part = connection.upkeep(request) else { return nil }
    self.request = request
    change = PartsChange([part], TenantAccess(services), propagation: connection.propagation)
  }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let request = ConnectionRequest(journalled: input),
      let workflow = ConnectionUpkeepWorkflow(request, services: services)
    else { throw .malformedJournal(Self.name) }
    self = workflow
  }

  package var input: JSONObject { request.journalled }

  package var target: AuditTarget { .object("connection", "\(request.source) to \(request.target)") }

  package var auditDetail: JSONObject { ["source": .string(request.source), "target": .string(request.target)] }

  package var steps: [Step] { change.steps }

  package func output(of context: StepContext) -> JSONObject {
    [
      "sourceService": .string(request.source), "targetService": .string(request.target),
      "changed": .bool(change.hasChanged(context)), "connected": .object(change.after(context)),
    ]
  }
}
