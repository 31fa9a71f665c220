import AdminCore

/// The connection that writes. Transactions follow one another.
///
/// A default actor on purpose: tasks that serve requests run on `WorkerPool`, and enter it there without changing
/// threads. Such a task may block for the length of a commit, or until another process lets go of the write lock; those
/// that come meanwhile wait without a thread.
actor Writer {
  private static let shortestWait = Duration.milliseconds(100)

  private let recipe: ConnectionRecipe
  private let timekeeper: any Timekeeper
  /// Opened by the first write, so that a start that only reads is faster.
  private var connection: Connection?
  private var isClosed = false

  init(_ recipe: ConnectionRecipe, timekeeper: any Timekeeper) {
    self.recipe = recipe
    self.timekeeper = timekeeper
  }

  /// Runs `body` in a transaction that holds the write lock from its beginning, so that nothing it has read can be
  /// outdated when it writes. All of it is on disk when this returns, or none.
  ///
  /// - Parameter requested: when the caller asked, by `uptime()`. Whoever had to queue here waits that much less for
  ///   other processes, yet long enough for one that only just writes.
  func write<Result: Sendable>(
    requested: Duration, _ body: @Sendable (borrowing Connection) throws -> Result
  ) throws(AdminError) -> Result {
    let waited = timekeeper.uptime() - requested
    let timeout = max(recipe.busyTimeout - waited, min(recipe.busyTimeout, Self.shortestWait))
    return try perform(timeout: timeout) { connection throws(AdminError) in
      try connection.transaction(begin: "BEGIN IMMEDIATE", end: "COMMIT", body)
    }
  }

  /// Runs `body` as `write` does, and takes everything back.
  func rehearse(
    timeout: Duration, _ body: @Sendable (borrowing Connection) throws -> Void
  ) throws(AdminError) {
    try perform(timeout: timeout) { connection throws(AdminError) in
      try connection.transaction(begin: "BEGIN IMMEDIATE", end: "ROLLBACK", body)
    }
  }

  /// Brings the write-ahead log back into the file, when this process has added to it, and closes the connection.
  func close() {
    isClosed = true
    switch connection {
    case .some(let connection):
      connection.setBusyTimeout(.zero)
      // Should it fail, the next start finds the log and replays it: slower, and nothing is lost.
      _ = try? connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    case .none: return
    }
    connection = nil
  }

  private func perform<Result>(
    timeout: Duration, _ body: (borrowing Connection) throws(AdminError) -> Result
  ) throws(AdminError) -> Result {
    guard !isClosed else { throw .storeClosed }
    do throws(StoreError) {
      if connection == nil { connection = try recipe.open(.write) }
    } catch {
      throw AdminError(error)
    }
    switch connection {
    case .some(let connection):
      connection.setBusyTimeout(timeout)
      return try body(connection)
    case .none: throw .storeClosed
    }
  }
}

extension Connection {
  /// Runs `body` between `begin` and `end`, and takes everything back when anything fails.
  func transaction<Result>(
    begin: SQL, end: SQL, _ body: (borrowing Connection) throws -> Result
  ) throws(AdminError) -> Result {
    do {
      try execute(begin)
      let result = try body(self)
      try execute(end)
      return result
    } catch {
      rollback()
      throw AdminError(escaping: error)
    }
  }
}

extension AdminError {
  static let storeClosed = AdminError(.storeBusy, "The store is closed: the server is shutting down.")
}
