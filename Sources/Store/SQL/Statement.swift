import CSQLCipher

/// A prepared statement. Finalised when its owner goes.
struct Statement: ~Copyable {
  let handle: OpaquePointer
  let text: String

  init(_ text: String, on connection: OpaquePointer) throws(StoreError) {
    var text = text
    var prepared: OpaquePointer?
    var hasMore = false
    let status = text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        var rest: UnsafePointer<CChar>?
        let status = sqlite3_prepare_v2(
          connection, characters.baseAddress, Int32(characters.count), &prepared, &rest)
        if let rest, let start = characters.baseAddress {
          let tail = characters[min(rest - start, characters.count)...]
          hasMore = tail.contains { $0 > 0x20 && $0 != 0x3B }
        }
        return status
      }
    }
    guard status == SQLITE_OK else { throw StoreError.last(of: connection, sql: text) }
    guard let prepared else { throw StoreError(.misuse, "an empty statement", sql: text) }
    guard !hasMore else {
      sqlite3_finalize(prepared)
      throw StoreError(.misuse, "more than one statement", sql: text)
    }
    handle = prepared
    self.text = text
  }

  deinit { sqlite3_finalize(handle) }

  private var connection: OpaquePointer? { sqlite3_db_handle(handle) }

  func bind(_ values: [SQLValue]) throws(StoreError) {
    guard Int(sqlite3_bind_parameter_count(handle)) == values.count else {
      throw StoreError(.misuse, "\(values.count) values for another number of parameters", sql: text)
    }
    var index: Int32 = 0
    for value in values {
      index += 1
      guard bind(value, at: index) == SQLITE_OK else { throw StoreError.last(of: connection, sql: text) }
    }
  }

  private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
    switch value {
    case .null: sqlite3_bind_null(handle, index)
    case .integer(let value): sqlite3_bind_int64(handle, index, value)
    case .real(let value): sqlite3_bind_double(handle, index, value)
    case .text(var value):
      value.withUTF8 { m365_bind_text(handle, index, $0.baseAddress, Int32($0.count)) }
    case .blob(let value): m365_bind_blob(handle, index, value, Int32(value.count))
    }
  }

  /// - Returns: whether there is a row to read.
  func step() throws(StoreError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw StoreError.last(of: connection, sql: text)
    }
  }

  /// Forgets the rows and the values, so that nothing of them stays in memory and no read transaction stays open.
  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }
}
