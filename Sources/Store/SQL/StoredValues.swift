package import AdminCore

// How the values of AdminCore stand in columns.

extension LocalID: SQLBindable, ColumnReadable {
  package var sqlValue: SQLValue { .text(text) }

  package init(reading column: borrowing Column) throws(StoreError) {
    guard let id = LocalID(try column.text()) else { throw column.mismatch("an id") }
    self = id
  }
}

extension JSONValue: SQLBindable, ColumnReadable {
  package var sqlValue: SQLValue { .text(text) }

  package init(reading column: borrowing Column) throws(StoreError) {
    guard let value = try? JSONParser.parse(try column.bytes()) else { throw column.mismatch("JSON") }
    self = value
  }
}

extension Row {
  /// The next column, a time as ISO 8601 text: the form of the tables that other programs read.
  package mutating func nextTime() throws(StoreError) -> Timestamp { try next(TimeText.self).time }

  /// The next column, a time in milliseconds: the form of all other tables.
  package mutating func nextMilliseconds() throws(StoreError) -> Timestamp {
    Timestamp(milliseconds: try next())
  }

  /// The next column, a JSON array of texts.
  package mutating func nextStrings() throws(StoreError) -> [String] {
    try next(JSONValue.self).arrayValue?.compactMap(\.stringValue) ?? []
  }
}

private struct TimeText: ColumnReadable {
  let time: Timestamp

  init(reading column: borrowing Column) throws(StoreError) {
    guard let time = Timestamp(iso8601: try column.text()) else { throw column.mismatch("a time") }
    self.time = time
  }
}
