import Access
import AdminCore
package import MCPProtocol
import Store

extension ReadingTool {
  /// The tool with its guards around it, in this order: authorise, rate limit, an answer that still holds; otherwise
  /// check the arguments, read, audit a sensitive read, answer.
  package static func definition(_ services: AdminServices) -> ToolDefinition {
    let ready: ToolDefinition.Ready = { request in readyAnswer(to: request.arguments, services) }
    return ToolDefinition(
      name: name, aliases: aliases, presentation: presentation,
      annotations: ToolAnnotations(
        isReadOnly: true, isDestructive: false, isIdempotent: true, isOpenWorld: isOpenWorld),
      hasOutputSchema: true,
      schemas: { form in ToolSchemas(input: Input.inputSchema(form), output: Output.outputSchema(form)) },
      ready: isStoreView || keepsAnswers ? ready : nil,
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

  /// The answer that still holds, for the local caller; with the same guards as every call. Whatever speaks against it
  /// is looked at, and written down, by the call itself.
  private static func readyAnswer(to arguments: JSONObject, _ services: AdminServices) -> ToolResult? {
    let audited = services.configuration.auditedReads
    guard audited != .all, let caller = services.callers.localCaller(for: name, role),
      let store = services.store.current
    else { return nil }
    do throws(AdminError) {
      let answer: ToolResult?
      if isStoreView {
        let key = AnswerCache.Key(tool: name, arguments: arguments)
        answer = store.database.changeCounterIfFree().flatMap { services.answers.answer(to: key, at: $0) }
      } else {
        let output = try atHand(Input.decode(arguments), for: caller, in: store)
        answer = try output.flatMap { output throws(AdminError) in
          mustBeAudited(output, audited) ? nil : try ToolResult(output)
        }
      }
      if answer != nil { try services.limiter.admit() }
      return answer
    } catch {
      return nil
    }
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
