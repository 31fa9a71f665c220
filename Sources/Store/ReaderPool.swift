import AdminCore
import Synchronization

/// The connections that read. The first serves alone as long as reads do not overlap; the others are opened when they
/// are first needed.
final class ReaderPool: Sendable {
  private let readers: [SerializedConnection]
  private let loads: Mutex<[Int]>

  /// - Parameter first: open already.
  init(first: SerializedConnection, further: [SerializedConnection]) {
    readers = [first] + further
    loads = Mutex([Int](repeating: 0, count: readers.count))
  }

  /// Always the same connection: SQLite counts the changes of others for each connection by itself.
  var first: SerializedConnection { readers[0] }

  func withReader<Result: Sendable>(
    _ body: (SerializedConnection) async throws(AdminError) -> Result
  ) async throws(AdminError) -> Result {
    let index = acquire()
    defer { loads.withLock { $0[index] -= 1 } }
    return try await body(readers[index])
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

  func close() async {
    for reader in readers { await reader.close() }
  }
}
