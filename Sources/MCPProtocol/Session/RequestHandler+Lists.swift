import AdminCore

/// Lists whose entries come from handlers.
extension RequestHandler {
  /// Fixed resources first, then each provider in turn. A position is the source's number and its own words.
  func listResources(
    _ request: ServedRequest, _ context: RequestContext
  ) async throws(JSONRPCError) -> [UInt8] {
    let cursor = PageCursor(sealer: server.sealer, list: request.method.rawValue)
    var position = ListPosition(try cursor.decode(request.params["cursor"]))
    let limit = server.limits.resourcesPerPage
    var entries: [ResourceEntry] = []
    while entries.count < limit, let source = position {
      let page = try await page(from: source, limit: limit - entries.count, request, context)
      entries += page.entries
      position = page.next.map { ListPosition(source: source.source, place: $0) } ?? next(after: source)
    }
    let nextCursor = position.map { cursor.encode($0.text) }
    return frame.complete(request, hint: server.cacheHints.resources) { result in
      result.key("resources")
      result.array { array in
        for entry in entries { array.value(.object(entry.json(for: request.revision))) }
      }
      if let nextCursor { result.member("nextCursor", .string(nextCursor)) }
    }
  }

  private func next(after position: ListPosition) -> ListPosition? {
    position.source < catalogue.providers.count ? ListPosition(source: position.source + 1, place: nil) : nil
  }

  private func page(
    from position: ListPosition, limit: Int, _ request: ServedRequest, _ context: RequestContext
  ) async throws(JSONRPCError) -> ResourceProvider.Page {
    guard position.source > 0 else {
      let start = position.place.flatMap { Int($0) } ?? 0
      let entries = catalogue.resources.dropFirst(start).prefix(limit)
      let next = entries.endIndex < catalogue.resources.endIndex ? String(entries.endIndex) : nil
      return ResourceProvider.Page(entries.map(\.entry), next: next)
    }
    guard position.source <= catalogue.providers.count else { return ResourceProvider.Page([]) }
    let provider = catalogue.providers[position.source - 1]
    let page = try await attempt(request) { try await provider.page(position.place, limit, context) }
    guard !page.entries.isEmpty || page.next == nil else {
      throw fault("A provider of resources returned an empty page that is not its last", [:])
    }
    return page
  }

  // MARK: Completion

  func complete(_ request: ServedRequest, _ context: RequestContext) async throws(JSONRPCError) -> [UInt8] {
    guard let argument = request.params["argument"], let name = argument["name"]?.stringValue,
      let value = argument["value"]?.stringValue
    else { throw .invalidParams("completion/complete needs argument with the strings name and value.") }
    let completion = try completion(of: request.params["ref"], argument: name)
    var settled: [String: String] = [:]
    for member in request.params["context"]?["arguments"]?.objectValue ?? [:] {
      settled[member.key] = member.value.stringValue
    }
    var suggestions = Completion.Suggestions([])
    if let completion {
      let completionRequest = CompletionRequest(value: value, settled: settled)
      suggestions = try await attempt(request) { try await completion.suggest(completionRequest, context) }
    }
    return frame.complete(request) { result in suggestions.write(to: &result) }
  }

  /// - Returns: `nil` for an argument that exists and has no suggestions.
  private func completion(of reference: JSONValue?, argument: String) throws(JSONRPCError) -> Completion? {
    switch reference?["type"]?.stringValue {
    case "ref/prompt":
      guard let name = reference?["name"]?.stringValue, let prompt = catalogue.prompt(named: name) else {
        throw .invalidParams("ref names no prompt of this server.")
      }
      guard let declared = prompt.arguments.first(where: { $0.name == argument }) else {
        throw .invalidParams("The prompt \(name) has no argument of that name.")
      }
      return declared.completion
    case "ref/resource":
      let uri = reference?["uri"]?.stringValue
      guard let template = catalogue.templates.first(where: { $0.template.text == uri }) else {
        throw .invalidParams("ref names no resource template of this server.")
      }
      guard template.template.variables.contains(argument) else {
        throw .invalidParams("The template has no variable of that name.")
      }
      return template.completions[argument]
    default: throw .invalidParams("ref must be of the type ref/prompt or ref/resource.")
    }
  }
}

/// A place in the list of all resources.
private struct ListPosition {
  /// 0 for the fixed resources, n for the n-th provider.
  let source: Int
  let place: String?

  init(source: Int, place: String?) {
    self.source = source
    self.place = place
  }

  /// The first place for no text at all; `nil` for a text that names none, which a sealed cursor never holds.
  init?(_ text: String?) {
    guard let text else {
      self.init(source: 0, place: nil)
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let source = Int(parts[0]) else { return nil }
    self.init(source: source, place: parts[1].isEmpty ? nil : String(parts[1]))
  }

  var text: String { "\(source):\(place ?? "")" }
}
