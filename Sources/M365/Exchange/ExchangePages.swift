package import AdminCore

/// A list page by page, each fetched when it is asked for. The next page is had by the same call at another address.
package struct ExchangePages<Item: Sendable>: AsyncSequence, Sendable {
  package typealias Element = [Item]
  package typealias Failure = AdminError

  /// More pages than any list here has; who gets there is being led in circles.
  package static var maximumPages: Int { 10_000 }

  fileprivate let client: ExchangeClient
  fileprivate let call: ExchangeCall
  fileprivate let decode: @Sendable (JSONObject) -> Item?

  package struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let pages: ExchangePages
    fileprivate var next: HTTPURL?
    fileprivate var count = 0
    fileprivate var isAtEnd = false

    package mutating func next() async throws(AdminError) -> [Item]? { try await next(isolation: nil) }

    package mutating func next(isolation actor: isolated (any Actor)?) async throws(AdminError) -> [Item]? {
      guard !isAtEnd else { return nil }
      guard count < ExchangePages.maximumPages else {
        throw AdminError(.exchangeRefused, "The list has more than \(ExchangePages.maximumPages) pages.")
      }
      let reply = try await pages.client.send(pages.call, to: next)
      guard reply.next == nil || reply.next != next else {
        throw AdminError(.exchangeRefused, "Exchange Online leads in circles through the pages of a list.")
      }
      count += 1
      next = reply.next
      isAtEnd = reply.next == nil
      var items: [Item] = []
      for row in reply.rows {
        guard let item = pages.decode(row) else { throw .malformedExchangeReply(pages.call.cmdlet) }
        items.append(item)
      }
      return items
    }
  }

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pages: self) }

  /// Every item, as long as there are no more than `maximum`.
  package func collect(maximum: Int) async throws(AdminError) -> [Item] {
    var items: [Item] = []
    var iterator = makeAsyncIterator()
    while let page = try await iterator.next() {
      items += page
      guard items.count <= maximum else {
        throw AdminError(.tooLarge, "The list has more than \(maximum) entries. Narrow the search.")
      }
    }
    return items
  }
}

extension ExchangeClient {
  package func pages<Item: Sendable>(
    _ call: ExchangeCall, _ decode: @escaping @Sendable (JSONObject) -> Item?
  ) -> ExchangePages<Item> {
    ExchangePages(client: self, call: call.listing(), decode: decode)
  }

  /// Every row of a call whose answer is not expected to be long.
  func rows(_ call: ExchangeCall, maximum: Int = 5000) async throws(AdminError) -> [JSONObject] {
    try await pages(call) { $0 }.collect(maximum: maximum)
  }

  /// The one object a call is about.
  func row<Model>(_ call: ExchangeCall, _ read: (JSONObject) -> Model?) async throws(AdminError) -> Model {
    let reply = try await send(call)
    guard let row = reply.rows.first, let model = read(row) else { throw .malformedExchangeReply(call.cmdlet) }
    return model
  }

  /// As `row`, with `nil` where there is no such object.
  func findRow<Model>(_ call: ExchangeCall, _ read: (JSONObject) -> Model?) async throws(AdminError) -> Model? {
    do throws(AdminError) {
      guard let row = try await send(call).rows.first else { return nil }
      guard let model = read(row) else { throw .malformedExchangeReply(call.cmdlet) }
      return model
    } catch  where error.exchangeFault == .notFound {
      return nil
    }
  }
}
