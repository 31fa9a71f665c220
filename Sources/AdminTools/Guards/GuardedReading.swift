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
          try await guarded.admit()
          guard isStoreView, services.configuration.auditedReads != .all else {
            return .result(try await read(request.arguments, guarded))
          }
          let counter = try await guarded.call.store().database.changeCounter()
          let key = AnswerCache.Key(tool: name, arguments: request.arguments)
          if let known = services.answers.answer(to: key, at: counter) { return .result(known) }
          let answer = try await read(request.arguments, guarded).ready()
          services.answers.keep(answer, to: key, at: counter)
          return .result(answer)
        }
      })
  }

  private static func read(_ arguments: JSONObject, _ guarded: GuardedCall) async throws(AdminError) -> ToolResult {
    let output = try await run(try Input.decode(arguments), guarded.call)
    if mustBeAudited(output, guarded.services.configuration.auditedReads) {
      try await guarded.trail.recordRead(arguments)
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
