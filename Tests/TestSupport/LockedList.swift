import Synchronization

/// A list that several tasks add to.
package final class LockedList<Item: Sendable>: Sendable {
  private let list = Mutex<[Item]>([])

  package init() {}

  package func add(_ item: Item) { list.withLock { $0.append(item) } }
  package var items: [Item] { list.withLock { $0 } }
}
