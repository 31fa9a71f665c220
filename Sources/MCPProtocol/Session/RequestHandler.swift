import AdminCore

/// Answers requests from the catalogue. Knows nothing of sessions, ids in flight or streams.
struct RequestHandler: Sendable {
  let server: MCPServer
  let frame: ResultFrame

  init(_ server: MCPServer) {
    self.server = server
    frame = ResultFrame(server.implementation)
  }

  var catalogue: Catalogue { server.catalogue }

  // MARK: At once

  /// The answer to what needs no work; `nil` for what has to be worked on.
  func answerAtOnce(_ request: ServedRequest) throws(JSONRPCError) -> [UInt8]? {
    switch request.method {
    case .discover: discover(request)
    case .listTools:
      try list(request, "tools", .tools, pageSize: server.limits.toolsPerPage, server.cacheHints.tools)
    case .listPrompts:
      try list(request, "prompts", .prompts, pageSize: server.limits.promptsPerPage, server.cacheHints.prompts)
    case .listResourceTemplates:
      try list(
        request, "resourceTemplates", .templates, pageSize: server.limits.templatesPerPage,
        server.cacheHints.resourceTemplates)
    case .callTool: readyResult(request)
    default: nil
    }
  }

  private func readyResult(_ request: ServedRequest) -> [UInt8]? {
    guard request.credential == nil, request.size <= server.limits.argumentBytes,
      request.params["inputResponses"] == nil, request.params["requestState"] == nil,
      let name = request.params["name"]?.stringValue, let tool = catalogue.tool(named: name), let ready = tool.ready,
      case .object(let arguments) = request.params["arguments"] ?? [:]
    else { return nil }
    return ready(ToolCallRequest(name: name, arguments: arguments)).map { write(.result($0), of: tool, request) }
  }

  func handshake(_ id: RequestID, _ session: LegacySession) -> [UInt8] {
    OutgoingMessage.response(to: id) { writer in
      writer.object { result in
        result.member("protocolVersion", .string(session.revision.rawValue))
        result.member("capabilities", .object(server.capabilities.json(for: session.revision)))
        result.member("serverInfo", .object(server.implementation.json(for: session.revision)))
        if let instructions = server.instructions { result.member("instructions", .string(instructions)) }
      }
    }
  }

  private func discover(_ request: ServedRequest) -> [UInt8] {
    frame.complete(request, hint: server.cacheHints.discovery) { result in
      result.member("supportedVersions", .strings(Revision.newestFirst.map(\.rawValue)))
      result.member("capabilities", .object(server.capabilities.json(for: request.revision)))
      if let instructions = server.instructions { result.member("instructions", .string(instructions)) }
    }
  }

  private func list(
    _ request: ServedRequest, _ name: String, _ list: Catalogue.List, pageSize: Int, _ hint: CacheHint
  ) throws(JSONRPCError) -> [UInt8] {
    let cursor = PageCursor(sealer: server.sealer, list: request.method.rawValue)
    let entries = catalogue.entries(of: list, for: request.revision)
    let start = try cursor.decode(request.params["cursor"]).flatMap { Int($0) } ?? 0
    let page = entries.dropFirst(start).prefix(pageSize)
    let size = page.reduce(512) { $0 + $1.bytes.count + 1 }
    return frame.complete(request, hint: hint, reserving: size) { result in
      result.key(name)
      result.array { array in
        for entry in page { array.fragment(entry.bytes) }
      }
      if page.endIndex < entries.endIndex {
        result.member("nextCursor", .string(cursor.encode(String(page.endIndex))))
      }
    }
  }

  // MARK: With work

  /// The answer to a request, whatever its handler does.
  func answer(_ request: ServedRequest, through channel: any ClientChannel) async -> [UInt8] {
    do throws(JSONRPCError) {
      let inputs = try inputs(of: request)
      let context = RequestContext(
        id: request.id, scope: request.scope, inputs: inputs, credential: request.credential, channel: channel)
      return switch request.method {
      case .callTool: try await callTool(request, context)
      case .listResources: try await listResources(request, context)
      case .readResource: try await readResource(request, context)
      case .getPrompt: try await getPrompt(request, context)
      case .complete: try await complete(request, context)
      default: throw .methodNotFound(request.method.rawValue)
      }
    } catch {
      return OutgoingMessage.error(adapted(error, to: request.revision), id: request.id)
    }
  }

  /// Modern revisions have taken the handshake era's code for a missing resource out of use.
  private func adapted(_ error: JSONRPCError, to revision: Revision) -> JSONRPCError {
    guard revision.isModern, error.code == .resourceNotFound else { return error }
    return JSONRPCError(.invalidParams, error.message, data: error.data)
  }

  private func callTool(_ request: ServedRequest, _ context: RequestContext) async throws(JSONRPCError) -> [UInt8] {
    let name = try request.string("name")
    guard case .object(let arguments) = request.params["arguments"] ?? [:] else {
      throw .invalidParams("The arguments of a tool are an object.")
    }
    guard let tool = catalogue.tool(named: name) else {
      let hint = catalogue.nearestToolName(to: name).map { "; did you mean \($0)?" } ?? ""
      throw .invalidParams("Unknown tool: \(VisibleText.excerpt(name, limit: 80))\(hint)")
    }
    guard fits(arguments, in: request) else { return write(.result(tooLarge), of: tool, request) }
    let outcome = await tool.call(ToolCallRequest(name: name, arguments: arguments), context)
    switch outcome {
    case .result(let result):
      if tool.hasOutputSchema, !result.isError, result.structured == nil {
        throw fault("A tool with an output schema answered without structured content", ["tool": .string(tool.name)])
      }
      return write(outcome, of: tool, request)
    case .inputRequired(let required): return try inputRequired(required, request)
    case .protocolError(let error): throw error
    }
  }

  private func write(_ outcome: ToolOutcome, of tool: ToolDefinition, _ request: ServedRequest) -> [UInt8] {
    guard case .result(let result) = outcome else { return [] }
    return frame.complete(request, meta: result.meta, reserving: result.sizeHint) { writer in
      result.write(to: &writer, for: request.revision)
    }
  }

  /// Measured only where the line leaves it open.
  private func fits(_ arguments: JSONObject, in request: ServedRequest) -> Bool {
    let limit = server.limits.argumentBytes
    return request.size <= limit || JSONValue.object(arguments).serialized.count <= limit
  }

  private var tooLarge: ToolResult {
    let limit = server.limits.argumentBytes
    return ToolResult(AdminError(.tooLarge, "The arguments of one call may take \(limit) bytes at most; send less."))
  }

  private func readResource(
    _ request: ServedRequest, _ context: RequestContext
  ) async throws(JSONRPCError) -> [UInt8] {
    let uri = try request.uri(server.limits)
    guard let (read, readRequest) = catalogue.reader(of: uri) else {
      throw .resourceNotFound(uri, in: request.revision)
    }
    let outcome = try await attempt(request) { try await read(readRequest, context) }
    switch outcome {
    case .contents(let contents, let hint):
      guard !contents.isEmpty else { throw fault("A resource answered without contents", ["uri": .string(uri)]) }
      return frame.complete(request, hint: hint) { result in
        result.key("contents")
        result.array { array in
          for content in contents { content.write(to: &array, for: request.revision) }
        }
      }
    case .notFound: throw .resourceNotFound(uri, in: request.revision)
    case .inputRequired(let required): return try inputRequired(required, request)
    case .protocolError(let error): throw error
    }
  }

  private func getPrompt(_ request: ServedRequest, _ context: RequestContext) async throws(JSONRPCError) -> [UInt8] {
    let name = try request.string("name")
    guard let prompt = catalogue.prompt(named: name) else {
      let hint = Suggestion.nearest(to: name, among: catalogue.prompts.map(\.name)).map { "; did you mean \($0)?" }
      throw .invalidParams("Unknown prompt: \(VisibleText.excerpt(name, limit: 80))\(hint ?? "")")
    }
    let arguments = try prompt.checked(request.params["arguments"])
    let outcome = try await attempt(request) { try await prompt.get(arguments, context) }
    switch outcome {
    case .messages(let messages, let description):
      return frame.complete(request) { result in
        if let description { result.member("description", .string(description)) }
        result.key("messages")
        result.array { array in
          for message in messages { message.write(to: &array, for: request.revision) }
        }
      }
    case .inputRequired(let required): return try inputRequired(required, request)
    case .protocolError(let error): throw error
    }
  }

  // MARK: Faults

  /// Runs a handler; what it throws becomes an error that is safe to show.
  func attempt<Value: Sendable>(
    _ request: ServedRequest, _ body: () async throws -> Value
  ) async throws(JSONRPCError) -> Value {
    do {
      return try await body()
    } catch let error as JSONRPCError {
      throw error
    } catch let error as AdminError {
      server.log.failure("A request failed", error)
      throw JSONRPCError(.internalError, VisibleText.clean(error.message), data: .object(error.json))
    } catch {
      throw fault("A request's handler threw an unknown error", ["error": .string(String(describing: error))])
    }
  }

  func fault(_ message: StaticString, _ fields: JSONObject) -> JSONRPCError {
    server.log.error(message, fields)
    return .internalError
  }
}
