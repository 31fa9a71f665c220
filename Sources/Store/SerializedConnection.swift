import AdminCore

/// A connection and the order in which it is used: one transaction after the other.
///
/// A default actor on purpose: tasks that serve requests run on `WorkerPool`, and enter it there without changing
/// threads. Such a task may block for the length of a commit, or until another process lets go of the write lock.
actor SerializedConnection {
  private let recipe: ConnectionRecipe
  private let access: ConnectionRecipe.Access
  private let timekeeper: any Timekeeper
  private var connection: Connection?
  private var isClosed = false

  /// A connection that is opened when it is first needed.
  init(_ recipe: ConnectionRecipe, _ access: ConnectionRecipe.Access, timekeeper: any Timekeeper) {
    self.recipe = recipe
    self.access = access
    self.timekeeper = timekeeper
    connection = nil
  }

  /// A connection that is open already.
  init(
    _ connection: consuming sending Connection, _ recipe: ConnectionRecipe, _ access: ConnectionRecipe.Access,
    timekeeper: any Timekeeper
  ) {
    self.recipe = recipe
    self.access = access
    self.timekeeper = timekeeper
    self.connection = consume connection
  }

  /// Runs `body` in a transaction that sees one state of the store, whatever others write meanwhile.
  func read<Result: Sendable>(
    _ body: @Sendable (borrowing Connection) throws -> Result
  ) throws(AdminError) -> Result {
    try transaction(begin: "BEGIN", body)
  }

  /// Runs `body` in a transaction that holds the write lock from its beginning, so that nothing it has read can be
  /// outdated when it writes. All of it is on disk when this returns, or none.
  ///
  /// - Parameter requested: when the caller asked, by `uptime()`. Whoever had to queue here waits that much less for
  ///   other processes.
  func write<Result: Sendable>(
    requested: Duration, _ body: @Sendable (borrowing Connection) throws -> Result
  ) throws(AdminError) -> Result {
    let waited = timekeeper.uptime() - requested
    return try transaction(begin: "BEGIN IMMEDIATE", timeout: max(recipe.busyTimeout - waited, .zero), body)
  }

  /// Runs `body` as `write` does, and takes everything back.
  func rehearse(
    timeout: Duration, _ body: @Sendable (borrowing Connection) throws -> Void
  ) throws(AdminError) {
    try transaction(begin: "BEGIN IMMEDIATE", end: "ROLLBACK", timeout: timeout, body)
  }

  private func transaction<Result: Sendable>(
    begin: SQL, end: SQL = "COMMIT", timeout: Duration? = nil, _ body: (borrowing Connection) throws -> Result
  ) throws(AdminError) -> Result {
    try openIfNeeded()
    switch connection {
    case .some(let connection):
      do {
        if let timeout { connection.setBusyTimeout(timeout) }
        try connection.execute(begin)
        let result = try body(connection)
        try connection.execute(end)
        return result
      } catch {
        connection.rollback()
        throw AdminError(escaping: error)
      }
    case .none: throw Self.closed
    }
  }

  /// Runs `body` outside of any transaction.
  func bare<Result: Sendable>(
    _ body: @Sendable (borrowing Connection) throws -> Result
  ) throws(AdminError) -> Result {
    try openIfNeeded()
    switch connection {
    case .some(let connection):
      do {
        return try body(connection)
      } catch {
        throw AdminError(escaping: error)
      }
    case .none: throw Self.closed
    }
  }

  func close() {
    isClosed = true
    connection = nil
  }

  private func openIfNeeded() throws(AdminError) {
    guard !isClosed else { throw Self.closed }
    guard connection == nil else { return }
    do throws(StoreError) {
      connection = try recipe.open(access)
    } catch {
      throw AdminError(error)
    }
  }

  private static let closed = AdminError(.storeBusy, "The store is closed: the server is shutting down.")
}
