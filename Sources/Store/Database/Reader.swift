import AdminCore
import Synchronization

/// A connection that reads, behind a lock.
///
/// No actor: leaving one costs a task that prefers an executor of its own a change of threads (SE-0417), which takes
/// longer than most reads. The lock is rarely contended, because `ReaderPool` hands out an idle reader where it can.
final class Reader: Sendable {
  private struct State: ~Copyable {
    /// Opened by the first read.
    var connection: Connection?
    var isClosed = false

    mutating func open(_ recipe: ConnectionRecipe) throws(AdminError) {
      guard !isClosed else { throw .storeClosed }
      do throws(StoreError) {
        if connection == nil { connection = try recipe.open(.read) }
      } catch {
        throw AdminError(error)
      }
    }
  }

  private let recipe: ConnectionRecipe
  private let state: Mutex<State>

  init(_ recipe: ConnectionRecipe) {
    self.recipe = recipe
    state = Mutex(State(connection: nil))
  }

  /// A reader whose connection is open already.
  init(_ connection: consuming sending Connection, _ recipe: ConnectionRecipe) {
    self.recipe = recipe
    state = Mutex(State(connection: connection))
  }

  /// Runs `body` in a transaction that sees one state of the store, whatever others write meanwhile.
  func read<Result: Sendable>(
    _ body: @Sendable (borrowing Connection) throws -> Result
  ) throws(AdminError) -> Result {
    try withConnection { connection throws(AdminError) in
      try connection.transaction(begin: "BEGIN", end: "COMMIT", body)
    }
  }

  func withConnection<Result: Sendable>(
    _ body: (borrowing Connection) throws(AdminError) -> Result
  ) throws(AdminError) -> Result {
    try state.withLock { state throws(AdminError) in
      try state.open(recipe)
      switch state.connection {
      case .some(let connection): return try body(connection)
      case .none: throw .storeClosed
      }
    }
  }

  /// The same, or `nil` while another thread uses the connection, and where none is open yet.
  func withConnectionIfFree<Result: Sendable>(
    _ body: (borrowing Connection) throws(AdminError) -> Result
  ) throws(AdminError) -> Result? {
    let result = try state.withLockIfAvailable { state throws(AdminError) -> Result? in
      switch state.connection {
      case .some(let connection): return try body(connection)
      case .none: return nil
      }
    }
    return result ?? nil
  }

  func close() {
    state.withLock { state in
      state.isClosed = true
      state.connection = nil
    }
  }
}
