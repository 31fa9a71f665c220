import AdminCore
import CSQLCipher

/// An open connection to the store. Closed when its owner goes.
///
/// Used by one thread at a time and lent to the closures of a transaction, which cannot keep it: it is not copyable.
package struct Connection: ~Copyable {
  let handle: OpaquePointer
  private let statements = StatementCache()

  /// Opens `path` and nothing more: what was opened is keyed and checked by `ConnectionRecipe`.
  ///
  /// - Parameter flags: `SQLITE_OPEN_…`.
  init(path: String, flags: Int32) throws(StoreError) {
    var opened: OpaquePointer?
    let status = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard status == SQLITE_OK, let opened else {
      let error = StoreError.last(of: opened)
      sqlite3_close_v2(opened)
      throw error
    }
    handle = opened
    sqlite3_extended_result_codes(opened, 1)
  }

  deinit {
    statements.removeAll()
    sqlite3_close_v2(handle)
  }

  // MARK: Statements

  /// Runs a statement to its end.
  ///
  /// - Returns: how many rows it inserted, changed or deleted, when it is one that does.
  @discardableResult
  package func execute(_ sql: SQL) throws(StoreError) -> Int {
    try forEach(sql) { _ throws(StoreError) in }
    return Int(sqlite3_changes(handle))
  }

  /// Lends each row of the result to `body`.
  package func forEach(_ sql: SQL, _ body: (inout Row) throws(StoreError) -> Void) throws(StoreError) {
    let cached = try statements.take(sql.text, on: handle)
    defer { statements.give(back: cached) }
    try cached.statement.bind(sql.values)
    while try cached.statement.step() {
      var row = Row(of: cached.statement.handle)
      try body(&row)
    }
  }

  /// What `read` makes of every row.
  package func all<Value>(
    _ sql: SQL, _ read: (inout Row) throws(StoreError) -> Value
  ) throws(StoreError) -> [Value] {
    var values: [Value] = []
    try forEach(sql) { row throws(StoreError) in values.append(try read(&row)) }
    return values
  }

  /// What `read` makes of the first row; `nil` where there is none.
  package func first<Value>(
    _ sql: SQL, _ read: (inout Row) throws(StoreError) -> Value
  ) throws(StoreError) -> Value? {
    let cached = try statements.take(sql.text, on: handle)
    defer { statements.give(back: cached) }
    try cached.statement.bind(sql.values)
    guard try cached.statement.step() else { return nil }
    var row = Row(of: cached.statement.handle)
    return try read(&row)
  }

  /// The first column of the first row; `nil` where there is none.
  package func value<Value: ColumnReadable>(
    _ sql: SQL, as type: Value.Type = Value.self
  ) throws(StoreError) -> Value? {
    try first(sql) { row throws(StoreError) in try row.next() }
  }

  /// Runs several statements that take no values, for migrations.
  package func run(script: String) throws(StoreError) {
    guard sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK else {
      throw StoreError.last(of: handle, sql: script)
    }
  }

  // MARK: Transactions

  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// For how long a statement waits while another connection holds a lock.
  func setBusyTimeout(_ timeout: Duration) {
    sqlite3_busy_timeout(handle, Int32(clamping: timeout.milliseconds))
  }

  /// Ends the transaction without a trace. SQLite may have ended it already: it does so when the disk is full.
  func rollback() {
    guard isInTransaction else { return }
    _ = try? execute("ROLLBACK")
  }
}
