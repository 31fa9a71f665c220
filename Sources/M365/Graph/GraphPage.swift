package import AdminCore

/// One page of a list.
package struct GraphPage<Item: Sendable>: Sendable {
  package let items: [Item]
  /// Of all pages together, where it was asked for; only the first page says it.
  package let total: Int?
  /// Where the next page is; `nil` after the last one.
  package let next: PageLink?

  package func map<Other: Sendable>(
    _ transform: (Item) throws(AdminError) -> Other
  ) throws(AdminError) -> GraphPage<Other> {
    var others: [Other] = []
    for item in items { others.append(try transform(item)) }
    return GraphPage<Other>(items: others, total: total, next: next)
  }
}

/// A link to a further page, followed exactly as Graph wrote it, and only to Graph itself: it is followed with a token.
package struct PageLink: Hashable, Sendable {
  package let url: HTTPURL

  /// - Returns: `nil` for a link that leads out of the Graph in use.
  package init?(_ text: String, in endpoints: ServiceEndpoints) {
    guard let url = HTTPURL(text), url.origin == endpoints.graph, url.target.hasPrefix("/v1.0/") else { return nil }
    self.url = url
  }
}

/// A list page by page, each fetched when it is asked for. Pages may be short or empty and yet have a next one.
package struct GraphPages<Item: Sendable>: AsyncSequence, Sendable {
  package typealias Element = GraphPage<Item>
  package typealias Failure = AdminError

  /// More pages than any list here has; who gets there is being led in circles.
  package static var maximumPages: Int { 10_000 }

  fileprivate let client: GraphClient
  fileprivate let call: GraphCall
  fileprivate let start: PageLink?
  fileprivate let limit: Int
  fileprivate let decode: @Sendable (JSONObject) throws(AdminError) -> Item

  package struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let pages: GraphPages
    fileprivate var next: PageLink?
    fileprivate var count = 0
    fileprivate var isAtEnd = false

    package mutating func next() async throws(AdminError) -> GraphPage<Item>? {
      try await next(isolation: nil)
    }

    package mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(AdminError) -> GraphPage<Item>? {
      guard !isAtEnd else { return nil }
      guard count < pages.limit else {
        throw AdminError(.graphFailed, "The list has more than \(pages.limit) pages. Narrow the search.")
      }
      let page = try await pages.client.page(pages.call, continuing: next)
      guard page.next == nil || page.next != next else {
        throw AdminError(.graphFailed, "Microsoft Graph leads in circles through the pages of a list.")
      }
      count += 1
      next = page.next
      isAtEnd = page.next == nil
      return try page.map(pages.decode)
    }
  }

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pages: self, next: start) }

  /// Every item, as long as there are no more than `maximum`.
  package func collect(maximum: Int) async throws(AdminError) -> [Item] {
    var items: [Item] = []
    var iterator = makeAsyncIterator()
    while let page = try await iterator.next() {
      items += page.items
      guard items.count <= maximum else {
        throw AdminError(.tooLarge, "The list has more than \(maximum) entries. Narrow the search.")
      }
    }
    return items
  }
}

extension GraphClient {
  /// - Parameter link: of an earlier page; `nil` for the first one.
  package func page(
    _ call: GraphCall, continuing link: PageLink? = nil
  ) async throws(AdminError) -> GraphPage<JSONObject> {
    let reply: GraphReply
    if let link {
      reply = try await send(call, to: link.url)
    } else {
      reply = try await send(call)
    }
    guard let rows = reply.json["value"]?.arrayValue else { throw .malformedReply(call) }
    var items: [JSONObject] = []
    for row in rows {
      guard let item = row.objectValue else { throw .malformedReply(call) }
      items.append(item)
    }
    let next = try reply.json["@odata.nextLink"].flatMap { $0.isNull ? nil : $0 }.map { link throws(AdminError) in
      guard let text = link.stringValue, let next = PageLink(text, in: endpoints) else {
        throw AdminError(
          .graphFailed,
          "Microsoft Graph gave a link to a further page that leads elsewhere. It was not followed; check "
            + "M365_GRAPH_ENDPOINT.")
      }
      return next
    }
    return GraphPage(items: items, total: reply.json["@odata.count"]?.intValue, next: next)
  }

  package func pages<Item: Sendable>(
    _ call: GraphCall, continuing link: PageLink? = nil, limit: Int = GraphPages<Item>.maximumPages,
    _ decode: @escaping @Sendable (JSONObject) throws(AdminError) -> Item
  ) -> GraphPages<Item> {
    GraphPages(client: self, call: call, start: link, limit: limit, decode: decode)
  }
}

extension AdminError {
  static func malformedReply(_ call: GraphCall) -> AdminError {
    AdminError(
      .graphFailed, "Microsoft Graph answered \(call.operation) in a form this program does not know.",
      details: ["operation": .string(call.operation)])
  }
}
