package import Access
package import AdminCore
package import M365
package import MCPProtocol
package import Workflows

/// What every tool says about itself. Lists, documents, the permission doctor and the registration script are made from
/// this; nothing of it stands anywhere else.
package protocol AdminTool: Sendable {
  associatedtype Input: ToolInput
  associatedtype Output: ToolOutput

  /// `snake_case`, verb first.
  static var name: String { get }
  static var title: String { get }
  /// For the model that chooses among tools: what it does, in one or two short sentences.
  static var summary: String { get }
  static var toolset: Toolset { get }
  /// What the caller must be allowed to do.
  static var role: Role { get }
  /// What the application must be granted in the tenant.
  static var permissions: [GraphPermission] { get }
  /// What it must be granted besides for some of what the tool can do; a call that lacks one says so.
  static var optionalPermissions: [GraphPermission] { get }
  /// Names it answered to in earlier versions; called, never listed.
  static var aliases: [String] { get }
  /// Hints that single clients understand, for the tool's `_meta`.
  static var clientHints: JSONObject { get }
  /// What callers may look up beside the schemas, for `m365://schemas/{tool}`.
  static var reference: JSONObject { get }
  /// How it changes what it changes; `nil` for a tool that only reads.
  static var workflow: (any Workflow.Type)? { get }

  /// The tool with its guards around it.
  static func definition(_ services: AdminServices) -> ToolDefinition

  /// One call, planned as part of a larger operation. A tool that only reads refuses.
  static func planned(_ arguments: JSONObject, _ call: ToolCall) async throws(AdminError) -> PlannedCall

  /// The tool's own result of an operation that completed.
  static func answer(
    of operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> JSONValue
}

/// A call that is planned and not made.
package struct PlannedCall: Sendable {
  package let plan: Plan
  package let change: any Workflow
  package let secrets: [String: Secret<String>]
  /// Those of the call that are not secret.
  package let arguments: JSONObject
}

extension AdminTool {
  package static var toolset: Toolset { .core }
  package static var permissions: [GraphPermission] { [] }
  package static var optionalPermissions: [GraphPermission] { [] }
  package static var aliases: [String] { [] }
  package static var clientHints: JSONObject { [:] }
  package static var reference: JSONObject { [:] }
  package static var workflow: (any Workflow.Type)? { nil }

  package static func planned(_ arguments: JSONObject, _ call: ToolCall) async throws(AdminError) -> PlannedCall {
    throw AdminError(.invalidArgument, "\(name) changes nothing, so there is nothing to plan.")
  }

  package static func answer(
    of operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> JSONValue { .object(operation.output) }
}

/// A tool that changes nothing.
package protocol ReadingTool: AdminTool {
  /// Whether reading is itself worth an entry in the audit trail.
  static func isSensitive(_ output: Output) -> Bool
  /// Whether it looks beyond this machine.
  static var isOpenWorld: Bool { get }
  /// Whether its answer depends on the arguments and the store alone, so that it may be given again until the store
  /// changes.
  static var isStoreView: Bool { get }
  /// Whether it keeps answers of its own, which `atHand` finds.
  static var keepsAnswers: Bool { get }

  /// The answer that surely holds, found without waiting for anything; `nil` where there is none.
  static func atHand(_ input: Input, for caller: Caller, in store: StoreSession) throws(AdminError) -> Output?

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output
}

extension ReadingTool {
  package static func isSensitive(_ output: Output) -> Bool { false }
  package static var isOpenWorld: Bool { !permissions.isEmpty }
  package static var isStoreView: Bool { false }
  package static var keepsAnswers: Bool { false }

  package static func atHand(_ input: Input, for caller: Caller, in store: StoreSession) throws(AdminError) -> Output? {
    nil
  }
}

/// A tool that changes something: it plans first, and what it does is a workflow, journalled and reversible as far as
/// the steps say.
package protocol ChangingTool: AdminTool {
  associatedtype Change: Workflow

  /// May remove or overwrite what was there.
  static var isDestructive: Bool { get }
  /// The same call again changes nothing more.
  static var isIdempotent: Bool { get }

  /// Checks the input against the state of the tenant and says exactly what would be done. Changes nothing.
  static func prepare(_ input: Input, _ call: ToolCall) async throws(AdminError) -> PreparedChange<Change>

  /// What a dry run can tell besides the plan, for the price of further questions to the tenant. The change needs none
  /// of it, so nothing of it fails the call.
  static func foresee(_ prepared: PreparedChange<Change>, _ call: ToolCall) async -> [String]
  /// Whether `foresee` has anything to ask.
  static var foresees: Bool { get }

  /// The result, from what the operation journalled, and from the secrets of this call where the result shows one.
  static func output(_ operation: OperationReport, secrets: [String: Secret<String>]) throws(AdminError) -> Output

  /// What the caller should know besides the result, now that the operation is over.
  static func notes(on operation: OperationReport) -> [String]

  /// The error of an operation that did not complete, in the words of this tool.
  static func explain(_ error: AdminError, _ operation: OperationReport) -> AdminError
}

extension ChangingTool {
  package static func foresee(_ prepared: PreparedChange<Change>, _ call: ToolCall) async -> [String] { [] }

  package static var foresees: Bool { false }

  package static func notes(on operation: OperationReport) -> [String] { [] }

  package static func explain(_ error: AdminError, _ operation: OperationReport) -> AdminError { error }

  package static var workflow: (any Workflow.Type)? { Change.self }

  package static func planned(_ arguments: JSONObject, _ call: ToolCall) async throws(AdminError) -> PlannedCall {
    let prepared = try await prepare(try Input.decode(arguments), call)
    let properties = Input.inputSchema(.full)["properties"]?.objectValue ?? [:]
    let open = arguments.filter { properties[$0.key]?["writeOnly"] != true }
    return PlannedCall(
      plan: prepared.plan, change: prepared.change, secrets: prepared.secrets, arguments: JSONObject(open))
  }

  package static func answer(
    of operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> JSONValue {
    (try? JSONParser.parse(try output(operation, secrets: secrets).fragment().bytes)) ?? .null
  }
}

/// A change that is ready to be approved and made.
package struct PreparedChange<Change: Workflow>: Sendable {
  package let plan: Plan
  package let change: Change
  package let secrets: [String: Secret<String>]
  /// What the caller should know besides the result.
  package let warnings: [String]

  package init(
    _ plan: Plan, _ change: Change, secrets: [String: Secret<String>] = [:], warnings: [String] = []
  ) {
    self.plan = plan
    self.change = change
    self.secrets = secrets
    self.warnings = warnings
  }
}

/// One call of a tool: who makes it, what it works with, and the way back to whoever waits.
package struct ToolCall: Sendable {
  package let services: AdminServices
  package let caller: Caller
  package let correlationID: String
  private let context: RequestContext

  package init(services: AdminServices, caller: Caller, correlationID: String, context: RequestContext) {
    self.services = services
    self.caller = caller
    self.correlationID = correlationID
    self.context = context
  }

  package func store() async throws(AdminError) -> StoreSession { try await services.store.value() }

  package func graph() async throws(AdminError) -> GraphClient { try await services.tenant.value().graph }

  package func exchange() async throws(AdminError) -> ExchangeClient { try await services.tenant.value().exchange }

  /// The tenant, for what needs more than one client.
  package func tenant() async throws(AdminError) -> TenantConnection { try await services.tenant.value() }

  /// Makes sure that the caller might as well call a tool that this call leads to.
  func require(_ tool: any AdminTool.Type) throws(AdminError) {
    try services.callers.require(tool.role, for: tool.name, of: caller)
  }

  /// What workflows work with, on the open store.
  package func workflowServices() async throws(AdminError) -> WorkflowServices {
    try await store().workflowServices
  }

  /// Changes to a tenant are made only from the store that knows it.
  func requireOwnTenant() async throws(AdminError) {
    try await TenantBinding(store: try await store(), tenant: try await tenant()).check()
  }

  package func report(_ progress: OperationProgress) {
    context.reportProgress(Double(progress.done), of: Double(progress.total), progress.message)
  }

  /// Whether somebody follows the progress; a client that does not may give up sooner.
  package var isFollowed: Bool { context.meta["progressToken"] != nil }
}
