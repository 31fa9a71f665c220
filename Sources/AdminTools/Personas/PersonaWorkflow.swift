import Access
import AdminCore
import Personas
import Store
import Workflows

/// A change of personas as an operation: one step, which is one transaction of the store. Making it again under the
/// operation's id makes nothing new, so a process that goes on with another's operation need not ask what became of it.
struct PersonaWorkflow<Change: PersonaChange>: Workflow {
  static var name: String { Change.name }
  static var version: Int { 1 }

  private let change: Change
  private let service: PersonaService

  init(_ change: Change, services: WorkflowServices) {
    self.change = change
    service = PersonaService(services.personas, audit: AuditLog(services.personas.database))
  }

  init(journalled input: JSONObject, services: WorkflowServices) throws(AdminError) {
    self.init(try Change(journalled: input), services: services)
  }

  var input: JSONObject { change.journalled }

  var target: AuditTarget { change.target }

  var steps: [Step] {
    let (change, service) = (change, service)
    return [
      Step(
        "store", Change.title, effect: .idempotent,
        verify: { context throws(AdminError) in
          guard try await service.result(of: context.operationID) == context.output("store") else {
            throw AdminError(.illegalState, "The store does not show the change that was made.")
          }
          return .verified
        }, reversal: .never(Change.wayBack)
      ) { context throws(AdminError) in
        try await service.perform(change, operation: context.operationID, correlationID: context.correlationID)
      }
    ]
  }

  func output(of context: StepContext) -> JSONObject { context.output("store") ?? [:] }
}

extension PreparedChange {
  /// A change of the store that can be taken back.
  init<PersonaKind: PersonaChange>(
    _ summary: String, facts: [Plan.Fact] = [], purpose: String, undo: String?, risks: [Risk] = [],
    basis: JSONValue = .null, _ change: PersonaKind, _ services: WorkflowServices, warnings: [String] = []
  ) where Change == PersonaWorkflow<PersonaKind> {
    self.init(
      Plan(
        summary, facts: facts, calls: [Plan.Call("local", purpose, undo: undo)], risks: risks, warnings: warnings,
        basis: basis),
      PersonaWorkflow(change, services: services), warnings: warnings)
  }
}
