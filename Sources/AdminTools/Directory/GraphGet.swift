import Access
import AdminCore
import M365
import MCPProtocol

/// Answers a question by its path in Microsoft Graph, where no other tool does. It can only read, and only what is on the
/// list of paths.
struct GraphGet: ReadingTool {
  static let name = "graph_get"
  static let title = "Read from Microsoft Graph"
  static let summary = """
    Read an object or list by its Microsoft Graph path (/users/{id}/memberOf), where no other tool answers. Read-only; \
    select is required; long answers come in parts.
    """
  static let role = Role.read
  /// The least; what else a path needs its refusal names.
  static let permissions: [GraphPermission] = [.userRead, .groupRead]

  struct Input: ToolInput {
    @Param("Below the version: /groups/{id}/owners.", .length(2...1000)) var path: String
    @Param("Properties.", .count(1...30), .length(1...64)) var select: [String]
    @Param("OData filter of a list.", .length(1...1000)) var filter: String?
    @Param("Page size.", .range(1...100)) var top: Int?
    @Param("Where to go on.", .length(1...8000)) var cursor: String?
  }

  struct Output: ToolOutput {
    let path: String
    let object: FreeForm?
    let items: [FreeForm]?
    let count: Int?
    let truncated: Bool
    let nextCursor: String?
  }

  /// Whatever is asked for this way nobody has judged beforehand.
  static func isSensitive(_ output: Output) -> Bool { true }

  static func run(_ input: Input, _ call: ToolCall) async throws(AdminError) -> Output {
    let path = input.path.hasPrefix("/v1.0/") ? String(input.path.dropFirst(5)) : input.path
    let question = try GraphQuestion(path, select: input.select, filter: input.filter, top: input.top)
    let graph = try await call.graph()
    let places = AnswerPlaces(
      try await call.store(), graph, question: [call.caller.actor, path, input.filter ?? ""] + input.select)
    let place = try input.cursor.map { cursor throws(AdminError) in try places.decode(cursor) } ?? AnswerPlace()
    switch try await graph.answer(question, continuing: place.link) {
    case .object(let object):
      return Output(
        path: path, object: FreeForm(AnswerText.shortened(.object(object))), items: nil, count: nil, truncated: false,
        nextCursor: nil)
    case .list(let page):
      let rest = page.items.dropFirst(place.skipped)
      let shown = fitting(rest)
      let total = page.total ?? place.total
      var next: AnswerPlace?
      if shown.count < rest.count {
        next = AnswerPlace(link: place.link, skipped: place.skipped + shown.count, total: total)
      } else if let link = page.next {
        next = AnswerPlace(link: link, total: total)
      }
      return Output(
        path: path, object: nil, items: shown.map(FreeForm.init), count: total, truncated: next != nil,
        nextCursor: next.map(places.encode))
    }
  }

  /// About 1,500 tokens.
  private static let sizeOfAnswer = 6000

  /// As many as make a small answer; one at least.
  private static func fitting(_ items: ArraySlice<JSONObject>) -> [JSONValue] {
    var shown: [JSONValue] = []
    var size = 0
    for item in items {
      let short = AnswerText.shortened(.object(item))
      size += short.serialized.count
      guard shown.isEmpty || size <= sizeOfAnswer else { break }
      shown.append(short)
    }
    return shown
  }
}
