import CSQLCipher

/// A row of a result, valid until the next one: it is lent to a closure, which copies what it wants to keep.
///
/// Columns are read one after the other, in the order in which the statement names them.
package struct Row: ~Copyable {
  private let statement: OpaquePointer
  private let columnCount: Int32
  private var position: Int32 = 0

  init(of statement: OpaquePointer) {
    self.statement = statement
    columnCount = sqlite3_column_count(statement)
  }

  /// The next column as a `Value`.
  package mutating func next<Value: ColumnReadable>(
    _ type: Value.Type = Value.self
  ) throws(StoreError) -> Value {
    let column = Column(statement: statement, index: position)
    guard position < columnCount else { throw column.mismatch("one more column") }
    position += 1
    return try Value(reading: column)
  }
}

/// One column of a row.
package struct Column: ~Copyable {
  fileprivate let statement: OpaquePointer
  fileprivate let index: Int32

  package var isNull: Bool { sqlite3_column_type(statement, index) == SQLITE_NULL }

  package func integer() throws(StoreError) -> Int64 {
    guard sqlite3_column_type(statement, index) == SQLITE_INTEGER else { throw mismatch("an integer") }
    return sqlite3_column_int64(statement, index)
  }

  package func real() throws(StoreError) -> Double {
    let type = sqlite3_column_type(statement, index)
    guard type == SQLITE_FLOAT || type == SQLITE_INTEGER else { throw mismatch("a number") }
    return sqlite3_column_double(statement, index)
  }

  package func text() throws(StoreError) -> String {
    try withText { String(decoding: $0, as: UTF8.self) }
  }

  /// Lends the bytes of a text to `body`.
  package func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) throws(StoreError) -> Result {
    guard sqlite3_column_type(statement, index) == SQLITE_TEXT,
      let start = sqlite3_column_text(statement, index)
    else { throw mismatch("a text") }
    return body(UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index))))
  }

  /// The bytes of a blob, or of a text exactly as it is stored.
  package func bytes() throws(StoreError) -> [UInt8] {
    let type = sqlite3_column_type(statement, index)
    guard type == SQLITE_BLOB || type == SQLITE_TEXT else { throw mismatch("bytes") }
    guard let start = sqlite3_column_blob(statement, index) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index))))
  }

  /// The error for a value that is not what the schema promises: another tool wrote to the file.
  package func mismatch(_ expected: String) -> StoreError {
    StoreError(
      .mismatch, "column \(index + 1) does not hold \(expected)",
      sql: sqlite3_sql(statement).map { String(cString: $0) })
  }
}

/// What can be read from a column.
package protocol ColumnReadable {
  init(reading column: borrowing Column) throws(StoreError)
}

extension Int64: ColumnReadable {
  package init(reading column: borrowing Column) throws(StoreError) { self = try column.integer() }
}

extension Int: ColumnReadable {
  package init(reading column: borrowing Column) throws(StoreError) { self = Int(try column.integer()) }
}

extension Bool: ColumnReadable {
  package init(reading column: borrowing Column) throws(StoreError) { self = try column.integer() != 0 }
}

extension Double: ColumnReadable {
  package init(reading column: borrowing Column) throws(StoreError) { self = try column.real() }
}

extension String: ColumnReadable {
  package init(reading column: borrowing Column) throws(StoreError) { self = try column.text() }
}

extension [UInt8]: ColumnReadable {
  package init(reading column: borrowing Column) throws(StoreError) { self = try column.bytes() }
}

extension Optional: ColumnReadable where Wrapped: ColumnReadable {
  package init(reading column: borrowing Column) throws(StoreError) {
    self = column.isNull ? nil : try Wrapped(reading: column)
  }
}

extension ColumnReadable where Self: RawRepresentable, RawValue: ColumnReadable {
  package init(reading column: borrowing Column) throws(StoreError) {
    guard let value = Self(rawValue: try RawValue(reading: column)) else {
      throw column.mismatch("one of the values of \(Self.self)")
    }
    self = value
  }
}
