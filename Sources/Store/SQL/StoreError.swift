import CSQLCipher

/// Why a statement failed: SQLite's own code and words, and the statement without the values bound to it.
///
/// For the log. What a caller is told is the `AdminError` made of it.
package struct StoreError: Error, Hashable, Sendable {
  /// An extended result code of SQLite; the lower byte is the primary one.
  package struct ResultCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package var primary: ResultCode { ResultCode(rawValue: rawValue & 0xFF) }

    package static let busy = ResultCode(rawValue: SQLITE_BUSY)
    package static let locked = ResultCode(rawValue: SQLITE_LOCKED)
    package static let readOnly = ResultCode(rawValue: SQLITE_READONLY)
    package static let ioError = ResultCode(rawValue: SQLITE_IOERR)
    package static let corrupt = ResultCode(rawValue: SQLITE_CORRUPT)
    package static let full = ResultCode(rawValue: SQLITE_FULL)
    package static let cannotOpen = ResultCode(rawValue: SQLITE_CANTOPEN)
    package static let constraint = ResultCode(rawValue: SQLITE_CONSTRAINT)
    package static let mismatch = ResultCode(rawValue: SQLITE_MISMATCH)
    package static let misuse = ResultCode(rawValue: SQLITE_MISUSE)
    package static let notADatabase = ResultCode(rawValue: SQLITE_NOTADB)
    package static let permission = ResultCode(rawValue: SQLITE_PERM)
  }

  package let code: ResultCode
  package let message: String
  package let sql: String?

  package init(_ code: ResultCode, _ message: String, sql: String? = nil) {
    self.code = code
    self.message = message
    self.sql = sql
  }
}

extension StoreError {
  /// The error that `connection` reports for the call that has just failed.
  ///
  /// SQLite's texts name tables, columns and its own faults, never a bound value.
  static func last(of connection: OpaquePointer?, sql: String? = nil) -> StoreError {
    guard let connection else { return StoreError(.cannotOpen, "no connection", sql: sql) }
    let code = ResultCode(rawValue: sqlite3_extended_errcode(connection))
    return StoreError(code, String(cString: sqlite3_errmsg(connection)), sql: sql)
  }
}

extension StoreError: CustomStringConvertible {
  package var description: String {
    "SQLite error \(code.rawValue): \(message)" + (sql.map { " in: \($0)" } ?? "")
  }
}
