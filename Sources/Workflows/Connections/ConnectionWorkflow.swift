package import AdminCore
package import Store

/// Makes a connection between services: looks whether it is there, makes what is missing, reads back, and can undo.
package struct ConnectionWorkflow: Workflow {
  package static let name = "connect_service"
  package static let version = 1

  /// The secret by which a receiver of notices knows that they are real.
  package static let clientStateSecret = "clientState"

  private let request: ConnectionRequest
  private let connection: ServiceConnection
  private let change: PartsChange

  package init(_ request: ConnectionRequest, _ connection: ServiceConnection, services: WorkflowServices) {
    self.request = request
    self.connection = connection
    change = PartsChange(connection.parts(request), TenantAccess(services), propagation: connection.propagation)
  }

  package var target: AuditTarget { .object("connection", connection.name) }

  package var auditDetail: JSONObject {
    ["source": .string(connection.source), "target": .string(connection.target)]
  }

  package var steps: [Step] { change.steps }

  package func output(of context: StepContext) -> JSONObject {
    let hasChanged = change.hasChanged(context)
    return [
      "sourceService": .string(connection.source), "targetService": .string(connection.target),
      "changed": .bool(hasChanged), "objects": .object(change.objectIDs(context)),
      "connected": .object(change.after(context)), "propagation": .optional(hasChanged ? connection.propagation : nil),
      "inverse": .string(connection.inverse),
      "hasNewSecret": .bool(
        connection.makesClientState && context.output("subscription")?["action"] == "created"),
    ]
  }
}

// MARK: - The journalled form

extension ConnectionWorkflow {
  package var input: JSONObject { request.journalled }

  package init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    guard let request = ConnectionRequest(journalled: input), let connection = request.connection else {
      throw .malformedJournal(Self.name)
    }
    self.init(request, connection, services: services)
  }
}
