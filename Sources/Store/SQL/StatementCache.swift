/// Prepared statements by their text, so that a statement is parsed and planned once for each connection.
///
/// A statement in use is out of the cache: the same text run inside a loop over its own rows gets a second one.
final class StatementCache {
  /// Far more than there are texts in this module; only texts built from filters could ever reach it.
  private static let capacity = 256

  private var idle: [String: Cached] = [:]

  /// A statement lives in a class only because collections cannot hold a noncopyable value.
  final class Cached {
    let statement: Statement
    init(_ statement: consuming Statement) { self.statement = statement }
  }

  func take(_ text: String, on connection: OpaquePointer) throws(StoreError) -> Cached {
    if let cached = idle.removeValue(forKey: text) { return cached }
    return Cached(try Statement(text, on: connection))
  }

  func give(back cached: Cached) {
    cached.statement.reset()
    if idle.count >= Self.capacity { idle.removeAll(keepingCapacity: true) }
    idle[cached.statement.text] = cached
  }

  func removeAll() { idle.removeAll() }
}
