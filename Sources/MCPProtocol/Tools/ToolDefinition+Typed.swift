package import AdminCore

/// How a typed tool ended.
package enum ToolReply<Output: ToolOutput>: Sendable {
  case output(Output)
  /// A result with content of its own, or an error.
  case result(ToolResult)
  case inputRequired(InputRequired)
  case protocolError(JSONRPCError)
}

extension ToolResult {
  /// A typed result, serialised once.
  package init(_ output: some ToolOutput) throws(AdminError) { self.init(structured: try output.fragment()) }
}

extension ToolDefinition {
  /// A tool whose types say everything: arguments are checked and decoded before `run`, its result is encoded after.
  /// What `run` throws becomes a result that is an error.
  package init<Input: ToolInput, Output: ToolOutput>(
    _ name: String, aliases: [String] = [], presentation: Presentation, annotations: ToolAnnotations,
    log: Log = .none, input: Input.Type = Input.self, output: Output.Type = Output.self,
    run: @escaping @Sendable (Input, RequestContext) async throws -> ToolReply<Output>
  ) {
    self.init(
      name: name, aliases: aliases, presentation: presentation, annotations: annotations, hasOutputSchema: true,
      schemas: { form in ToolSchemas(input: Input.inputSchema(form), output: Output.outputSchema(form)) },
      call: { request, context in
        do {
          let input = try Input.decode(request.arguments)
          switch try await run(input, context) {
          case .output(let output): return .result(try ToolResult(output))
          case .result(let result): return .result(result)
          case .inputRequired(let required): return .inputRequired(required)
          case .protocolError(let error): return .protocolError(error)
          }
        } catch {
          return Self.outcome(of: error, log)
        }
      })
  }

  /// What a handler threw, as an outcome that is safe to show; details go to the log.
  package static func outcome(of error: any Error, _ log: Log) -> ToolOutcome {
    if let error = error as? JSONRPCError { return .protocolError(error) }
    let shown: AdminError =
      switch error {
      case let error as AdminError: error
      case is CancellationError: .cancelled
      default:
        AdminError(
          .internalFault, "A fault of this program; its log has the details.", cause: String(describing: error))
      }
    if shown.code == .internalFault { log.failure("A tool failed", shown) }
    return .result(ToolResult(shown))
  }
}
