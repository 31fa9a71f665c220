package import AdminCore

/// A question that is asked by its path: `/users/{id}/manager`, with the properties that are wanted.
package struct GraphQuestion: Sendable {
  package static let maximumProperties = 30
  package static let usualSize = 25
  package static let maximumSize = 100

  /// What is never shown, whoever asks.
  private static let withheld: Set<String> = [
    "passwordprofile", "passwordcredentials", "keycredentials", "customsecurityattributes", "clientstate",
  ]

  let readable: GraphReadable
  let path: GraphPath
  package let select: [String]
  let filter: String?
  let size: Int

  /// - Parameters:
  ///   - path: below the version, beginning with a slash.
  ///   - select: at least one property; only these come back.
  ///   - filter: as OData has it; only where the list knows filters.
  ///   - top: how many entries of a list at a time.
  /// - Throws: `VAL_001` for a path that is not on the list, and for everything else that is not allowed.
  package init(_ path: String, select: [String], filter: String? = nil, top: Int? = nil) throws(AdminError) {
    guard path.utf8.count <= 1000, path.hasPrefix("/"), !path.contains("?"),
      let (readable, found) = GraphReadable.find(path)
    else {
      throw AdminError(
        .invalidArgument,
        "The path \(VisibleText.excerpt(path, limit: 100)) cannot be read this way. Details list what can.",
        details: .strings(GraphReadable.all.map(\.template)))
    }
    if let flaw = found.flaw { throw AdminError(.invalidArgument, flaw) }
    guard (1...Self.maximumProperties).contains(select.count), select.allSatisfy(Self.isProperty) else {
      throw AdminError(
        .invalidArgument,
        "select must name 1 to \(Self.maximumProperties) properties, such as id and displayName.")
    }
    if let secret = select.first(where: { Self.withheld.contains($0.lowercased()) }) {
      throw AdminError(.invalidArgument, "The property \(secret) is never shown.")
    }
    if let filter {
      guard [.list, .directoryList].contains(readable.shape), filter.utf8.count <= 1000,
        filter.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
      else {
        throw AdminError(.invalidArgument, "\(readable.template) takes no filter, or the filter is not acceptable.")
      }
    }
    self.readable = readable
    self.path = found
    self.select = select
    self.filter = filter
    size = min(max(top ?? Self.usualSize, 1), Self.maximumSize)
  }

  private static func isProperty(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count) && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }

  package var permissions: [GraphPermission] { [readable.permission].compactMap { $0 } }

  var call: GraphCall {
    var query = GraphQuery(select: select)
    query.filter = filter.map { GraphFilter(stringLiteral: $0) }
    if [.list, .directoryList].contains(readable.shape) { query.top = size }
    query.isAdvanced = readable.shape == .directoryList
    var call = GraphCall.get(path, query, permissions: permissions)
    call.includesUnknownMembers = true
    return call
  }
}

/// The answer to such a question. Everything in it is the tenant's text.
package enum GraphAnswer: Sendable {
  case object(JSONObject)
  case list(GraphPage<JSONObject>)
}

extension GraphClient {
  /// Permission: as the list of what can be read says. Idempotent.
  ///
  /// - Parameter link: of an earlier page of the same question.
  package func answer(
    _ question: GraphQuestion, continuing link: PageLink? = nil
  ) async throws(AdminError) -> GraphAnswer {
    let call = question.call
    guard question.readable.isList else {
      let object = try await send(call).decode(call) { $0 }
      return .object(Self.reduced(object, to: question.select))
    }
    let page = try await page(call, continuing: link)
    return .list(try page.map { item in Self.reduced(item, to: question.select) })
  }

  /// A service may send more than was asked for.
  private static func reduced(_ object: JSONObject, to select: [String]) -> JSONObject {
    let wanted = Set(select.map { $0.lowercased() } + ["@odata.type"])
    return JSONObject(object.members.filter { wanted.contains($0.key.lowercased()) })
  }
}
