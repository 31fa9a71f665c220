import AdminCore
package import MCPProtocol
import Store

extension ReadingTool {
  /// The tool with its guards around it, in this order: authorise, rate limit, an answer that still holds; otherwise
  /// check the arguments, read, audit a sensitive read, answer.
  package static func definition(_ services: AdminServices) -> ToolDefinition {
    ToolDefinition(
      name: name, aliases: aliases, presentation: presentation,
      annotations: ToolAnnotations(
        isReadOnly: true, isDestructive: false, isIdempotent: true, isOpenWorld: isOpenWorld),
      hasOutputSchema: true,
      schemas: { form in ToolSchemas(input: Input.inputSchema(form), output: Output.outputSchema(form)) },
      call: { request, context in
        let guarded = GuardedCall(services: services, tool: name, role: role, context: context)
        return await guarded.outcome { () async throws(AdminError) -> ToolOutcome in
          let call = try await guarded.admit()
          guard isStoreView, services.configuration.auditedReads != .all else {
            return .result(try await read(request.arguments, guarded, call))
          }
          let counter = try await call.store().database.changeCounter()
          let key = AnswerCache.Key(tool: name, arguments: request.arguments)
          if let known = services.answers.answer(to: key, at: counter) { return .result(known) }
          let answer = try await read(request.arguments, guarded, call).ready()
          services.answers.keep(answer, to: key, at: counter)
          return .result(answer)
        }
      })
  }

  private static func read(
    _ arguments: JSONObject, _ guarded: GuardedCall, _ call: ToolCall
  ) async throws(AdminError) -> ToolResult {
    let input = try Input.decode(arguments)
    let output = try await guarded.refusing(call.caller) { () async throws(AdminError) in try await run(input, call) }
    if mustBeAudited(output, call.services.configuration.auditedReads) {
      try await guarded.trail(of: call.caller).recordRead(arguments)
    }
    return try ToolResult(output)
  }

  private static func mustBeAudited(_ output: Output, _ level: Configuration.ReadAudit) -> Bool {
    level == .all || (level == .sensitive && isSensitive(output))
  }
}

extension AdminTool {
  static var presentation: Presentation { Presentation(title: title, description: summary, meta: clientHints) }
}
