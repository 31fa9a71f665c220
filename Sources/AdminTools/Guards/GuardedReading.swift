import AdminCore
package import MCPProtocol

extension ReadingTool {
  /// The tool with its guards around it, in this order: authorise, rate limit, check the arguments, read, audit a
  /// sensitive read, answer.
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
          let input = try Input.decode(request.arguments)
          let output = try await run(input, guarded.call)
          if mustBeAudited(output, services.configuration.auditedReads) {
            try await guarded.trail.recordRead(request.arguments)
          }
          return .result(try ToolResult(output))
        }
      })
  }

  private static func mustBeAudited(_ output: Output, _ level: Configuration.ReadAudit) -> Bool {
    level == .all || (level == .sensitive && isSensitive(output))
  }
}

extension AdminTool {
  static var presentation: Presentation { Presentation(title: title, description: summary, meta: clientHints) }
}
