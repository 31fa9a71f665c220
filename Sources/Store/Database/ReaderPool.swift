import AdminCore
import Synchronization

/// The connections that read. The first serves alone as long as reads do not overlap; the others are opened when they
/// are first needed.
final class ReaderPool: Sendable {
  /// Always the same connection: SQLite counts the changes of others for each connection by itself.
  let first: Reader
  private let readers: [Reader]
  private let loads: Mutex<[Int]>

  /// - Parameter first: open already.
  init(first: Reader, further: [Reader]) {
    self.first = first
    readers = [first] + further
    loads = Mutex([Int](repeating: 0, count: readers.count))
  }

  func read<Result: Sendable>(
    _ body: @Sendable (borrowing Connection) throws -> Result
  ) throws(AdminError) -> Result {
    let index = acquire()
    defer { loads.withLock { $0[index] -= 1 } }
    return try readers[index].read(body)
  }

  /// The first of those with the fewest reads under way.
  private func acquire() -> Int {
    loads.withLock { loads in
      var best = 0
      for index in loads.indices where loads[index] < loads[best] { best = index }
      loads[best] += 1
      return best
    }
  }

  func close() { for reader in readers { reader.close() } }
}
