import Access
import AdminCore
package import MCPProtocol
import Store
import Workflows

extension ChangingTool {
  /// The tool with its guards around it, in this order: authorise, rate limit, read-only mode, check the arguments,
  /// an earlier call with the same idempotency key, validate against the tenant's state (plan), dry run, approval, then
  /// the operation: audit intent, run, verify, audit outcome.
  package static func definition(_ services: AdminServices) -> ToolDefinition {
    ToolDefinition(
      name: name, aliases: aliases, presentation: presentation,
      annotations: ToolAnnotations(
        isReadOnly: false, isDestructive: isDestructive, isIdempotent: isIdempotent,
        isOpenWorld: !permissions.isEmpty),
      hasOutputSchema: true, schemas: schemas,
      call: { request, context in
        let guarded = GuardedCall(services: services, tool: name, role: role, context: context)
        return await guarded.outcome { () async throws(AdminError) -> ToolOutcome in
          try await serve(request.arguments, guarded)
        }
      })
  }

  private static func serve(
    _ arguments: JSONObject, _ guarded: GuardedCall
  ) async throws(AdminError) -> ToolOutcome {
    let call = try await guarded.admit()
    try await requireChangesAllowed(guarded, call.caller)
    let (options, own) = try CallOptions.split(arguments)
    let input = try Input.decode(own)
    let store = try await call.store()
    try store.requireIntactAudit()
    let runner = store.runner
    // Bound to the caller: nobody is told what came of somebody else's call.
    let bound: JSONValue = ["caller": .string(call.caller.actor), "arguments": .object(own)]
    if let key = options.idempotencyKey, !options.isDryRun {
      let earlier = try await runner.earlierReport(
        of: Change.self, tool: name, idempotencyKey: key, arguments: bound)
      if let earlier { return .result(try result(of: earlier, secrets: [:], warnings: [])) }
    }
    let prepared = try await guarded.refusing(call.caller) { () async throws(AdminError) in
      try await prepare(input, call)
    }
    if !permissions.isEmpty { try await call.requireOwnTenant() }
    if options.isDryRun { return .result(dryRun(prepared, foreseen: await foresee(prepared, call))) }

    let digest = PlanDigest(tool: name, caller: call.caller, arguments: own, plan: prepared.plan)
    let approvals = ApprovalGuard(
      services: guarded.services, caller: call.caller, trail: guarded.trail(of: call.caller), context: guarded.context)
    let approval: (note: String, id: LocalID?)
    switch try await approvals.decide(prepared.plan, digest: digest, tool: name, options: options) {
    case .ask(let required): return .inputRequired(required)
    case .approved(let note, let id): approval = (note, id)
    }

    var operation = OperationRequest(
      tool: name, requestedBy: call.caller.auditActor, correlationID: guarded.correlationID, arguments: bound,
      idempotencyKey: options.idempotencyKey, approvalID: approval.id, approval: approval.note)
    if !permissions.isEmpty { operation.tenant = guarded.services.configuration.tenant }
    let report = try await runner.run(prepared.change, operation, secrets: prepared.secrets) { call.report($0) }
    return .result(try result(of: report, secrets: prepared.secrets, warnings: prepared.warnings))
  }

  private static func requireChangesAllowed(
    _ guarded: GuardedCall, _ caller: Caller
  ) async throws(AdminError) {
    guard guarded.services.configuration.isReadOnly else { return }
    let error = AdminError(
      .permissionDenied, "This server is read-only (M365_READ_ONLY=true); nothing was done.")
    throw await guarded.refused(error, caller)
  }

  // MARK: Results

  /// What every change answers besides its own result.
  private static var commonOutput: JSONObject {
    [
      "operationId": ["type": "string"], "verified": ["type": "boolean"], "pending": ["type": "array"],
      "warnings": ["type": "array"], "plan": ["type": "object"],
    ]
  }

  private static func schemas(_ form: SchemaForm) -> ToolSchemas {
    var input = Input.inputSchema(form).objectValue ?? [:]
    input["properties"] = .object((input["properties"]?.objectValue ?? [:]).merging(CallOptions.schema))
    var output = Output.outputSchema(form).objectValue ?? [:]
    output["properties"] = .object((output["properties"]?.objectValue ?? [:]).merging(commonOutput))
    // A dry run answers with the plan alone.
    output["required"] = nil
    return ToolSchemas(input: .object(input), output: .object(output))
  }

  private static func dryRun(_ prepared: PreparedChange<Change>, foreseen: [String]) -> ToolResult {
    var output: JSONObject = ["plan": .object(prepared.plan.json)]
    let warnings = prepared.warnings + foreseen
    if !warnings.isEmpty { output["warnings"] = .strings(warnings) }
    return ToolResult(structured: FreeForm(.object(output)).fragment)
  }

  private static func result(
    of report: OperationReport, secrets: [String: Secret<String>], warnings: [String]
  ) throws(AdminError) -> ToolResult {
    do throws(AdminError) {
      _ = try report.completedOutput()
    } catch {
      throw explain(error, report)
    }
    let own = try output(report, secrets: secrets).fragment()
    var common: JSONObject = [
      "operationId": .string(report.operationID.text), "verified": .bool(report.pending.isEmpty),
    ]
    if !report.pending.isEmpty { common["pending"] = .strings(report.pending) }
    let left = report.left.map { "Left for you: \($0.step): \($0.action)." }
    let notes = warnings + left + notes(on: report) + repetition(report)
    if !notes.isEmpty { common["warnings"] = .strings(notes) }
    return ToolResult(structured: own.joined(with: FreeForm(.object(common)).fragment))
  }

  private static func repetition(_ report: OperationReport) -> [String] {
    report.isRepeated
      ? ["This call was made before with the same idempotency key; this is its result, and nothing was done again."]
      : []
  }
}
