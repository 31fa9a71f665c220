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
  package mutating func nextStrings() throws(StoreError) -> [String] { try next(TextList.self).texts }
}

private struct TextList: ColumnReadable {
  let texts: [String]

  init(reading column: borrowing Column) throws(StoreError) {
    if let texts = try column.withText(Self.plain) {
      self.texts = texts
    } else {
      texts = try JSONValue(reading: column).arrayValue?.compactMap(\.stringValue) ?? []
    }
  }

  /// `["a","b"]` of plain ASCII, as nearly every list of names is written, read without a tree in between. `nil` for
  /// every other form.
  private static func plain(_ bytes: UnsafeBufferPointer<UInt8>) -> [String]? {
    guard bytes.count >= 2, bytes[0] == UInt8(ascii: "["), bytes[bytes.count - 1] == UInt8(ascii: "]") else {
      return nil
    }
    guard bytes.count > 2 else { return [] }
    var texts: [String] = []
    var position = 1
    while position < bytes.count - 1 {
      guard bytes[position] == UInt8(ascii: "\"") else { return nil }
      let start = position + 1
      position = start
      while bytes[position] != UInt8(ascii: "\"") {
        guard bytes[position] >= 0x20, bytes[position] < 0x80, bytes[position] != UInt8(ascii: "\\"),
          position < bytes.count - 1
        else { return nil }
        position += 1
      }
      texts.append(String(decoding: bytes[start..<position], as: UTF8.self))
      let isLast = position + 1 == bytes.count - 1
      guard isLast || bytes[position + 1] == UInt8(ascii: ",") else { return nil }
      position += 2
      // A comma wants another text after it.
      guard isLast || position < bytes.count - 1 else { return nil }
    }
    return texts
  }
}

private struct TimeText: ColumnReadable {
  let time: Timestamp

  init(reading column: borrowing Column) throws(StoreError) {
    if let time = try column.withText(Self.ownForm) {
      self.time = time
    } else if let time = Timestamp(iso8601: try column.text()) {
      self.time = time
    } else {
      throw column.mismatch("a time")
    }
  }

  /// `2026-01-05T08:00:00.000Z`, the only form that is written here, read without a text in between: a list reads two
  /// of them for each row. `nil` for every other form.
  private static func ownForm(_ bytes: UnsafeBufferPointer<UInt8>) -> Timestamp? {
    guard bytes.count == 24 else { return nil }
    var isOwnForm = true
    func number(_ range: Range<Int>) -> Int {
      var value = 0
      for position in range {
        let digit = bytes[position] &- 0x30
        isOwnForm = isOwnForm && digit < 10
        value = value &* 10 &+ Int(digit)
      }
      return value
    }
    func sign(_ position: Int, _ sign: Unicode.Scalar) { isOwnForm = isOwnForm && bytes[position] == UInt8(sign.value) }
    let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
    let (hour, minute, second, millisecond) = (number(11..<13), number(14..<16), number(17..<19), number(20..<23))
    sign(4, "-")
    sign(7, "-")
    sign(10, "T")
    sign(13, ":")
    sign(16, ":")
    sign(19, ".")
    sign(23, "Z")
    guard isOwnForm, hour < 24, minute < 60, second < 60, let date = CalendarDate(year: year, month: month, day: day)
    else { return nil }
    let seconds = date.daysSinceEpoch * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    return Timestamp(milliseconds: seconds * 1000 + Int64(millisecond))
  }
}
