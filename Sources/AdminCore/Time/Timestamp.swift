/// A moment in UTC with a precision of one millisecond, the only form in which times are stored and shown.
///
/// Arithmetic stops at the ends of the range instead of trapping: times and durations come from tokens and headers that
/// strangers wrote.
package struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  package let milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }
  package init(seconds: Int64) { milliseconds = Duration.seconds(seconds).milliseconds }

  package var seconds: Int64 { milliseconds.flooredQuotient(by: 1000) }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

  package static func + (time: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(milliseconds: (.milliseconds(time.milliseconds) + .milliseconds(duration.milliseconds)).milliseconds)
  }

  package static func - (time: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(milliseconds: (.milliseconds(time.milliseconds) - .milliseconds(duration.milliseconds)).milliseconds)
  }

  package static func - (left: Timestamp, right: Timestamp) -> Duration {
    .milliseconds(left.milliseconds) - .milliseconds(right.milliseconds)
  }
}

extension Timestamp {
  /// `2026-01-05T08:00:00.000Z`.
  package var iso8601: String { dateAndTime(withMilliseconds: true) }

  /// `2026-01-05T08:00:00Z`, the form Microsoft Graph takes in filters.
  package var iso8601Seconds: String { dateAndTime(withMilliseconds: false) }

  /// `2026-01-05`.
  package var isoDate: String {
    String(unsafeUninitializedCapacity: Self.longestText) { buffer in
      var digits = TimeDigits(buffer)
      digits.date(CalendarDate(daysSinceEpoch: seconds.flooredQuotient(by: 86_400)))
      return digits.count
    }
  }

  /// Written digit by digit into the text itself: a list has one for each row.
  private func dateAndTime(withMilliseconds: Bool) -> String {
    String(unsafeUninitializedCapacity: Self.longestText) { buffer in
      var digits = TimeDigits(buffer)
      digits.date(CalendarDate(daysSinceEpoch: seconds.flooredQuotient(by: 86_400)))
      let second = seconds.flooredRemainder(by: 86_400)
      digits.sign("T")
      digits.number(second / 3600, width: 2)
      digits.sign(":")
      digits.number(second / 60 % 60, width: 2)
      digits.sign(":")
      digits.number(second % 60, width: 2)
      if withMilliseconds {
        digits.sign(".")
        digits.number(milliseconds.flooredRemainder(by: 1000), width: 3)
      }
      digits.sign("Z")
      return digits.count
    }
  }

  /// A sign, a year of nine digits and everything else.
  private static let longestText = 32

  /// Reads ISO 8601 in the profile of RFC 3339: a date, optionally a time with optional fraction, and `Z` or an offset.
  /// A time without an offset is taken as UTC. Fractions below a millisecond are cut off.
  package init?(iso8601 text: some StringProtocol) {
    guard let reading = ISO8601Reading(text) else { return nil }
    self = reading.timestamp
  }
}

/// Writes numbers of fixed width into the storage of a text.
private struct TimeDigits {
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private(set) var count = 0

  init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

  mutating func date(_ date: CalendarDate) {
    number(Int64(date.year), width: 4)
    sign("-")
    number(Int64(date.month), width: 2)
    sign("-")
    number(Int64(date.day), width: 2)
  }

  mutating func sign(_ scalar: Unicode.Scalar) {
    buffer[count] = UInt8(truncatingIfNeeded: scalar.value)
    count += 1
  }

  /// - Parameter width: filled up with zeros; larger numbers take more.
  mutating func number(_ value: Int64, width: Int) {
    if value < 0 { sign("-") }
    var rest = value.magnitude
    var length = width
    var bound: UInt64 = 1
    for _ in 0..<width { bound *= 10 }
    while rest >= bound {
      length += 1
      bound *= 10
    }
    for position in stride(from: count + length - 1, through: count, by: -1) {
      buffer[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
    count += length
  }
}

/// A day of the proleptic Gregorian calendar.
package struct CalendarDate: Hashable, Sendable {
  package let year: Int
  /// 1 through 12.
  package let month: Int
  /// 1 through 31.
  package let day: Int

  /// - Parameter year: 0 through 9999, as ISO 8601 writes them.
  package init?(year: Int, month: Int, day: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.length(ofMonth: month, year: year)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// By the civil calendar algorithm in eras of 400 years, which start on the first of March.
  package init(daysSinceEpoch days: Int64) {
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
  }

  package var daysSinceEpoch: Int64 { Self.daysSinceEpoch(year: year, month: month, day: day) }

  private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int64 {
    let shiftedYear = Int64(year) - (month <= 2 ? 1 : 0)
    let era = shiftedYear.flooredQuotient(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// 0 for Sunday through 6 for Saturday.
  package var weekday: Int { Int((daysSinceEpoch + 4).flooredRemainder(by: 7)) }

  /// 1 for the first of January.
  package var dayOfYear: Int { Int(daysSinceEpoch - Self.daysSinceEpoch(year: year, month: 1, day: 1)) + 1 }

  package static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }
}

extension Int64 {
  func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  func flooredRemainder(by divisor: Int64) -> Int64 {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

extension Duration {
  /// Whole milliseconds, rounded toward zero; the nearest there is where they exceed 64 bits.
  package var milliseconds: Int64 {
    let (seconds, attoseconds) = min(max(self, .milliseconds(Int64.min)), .milliseconds(Int64.max)).components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
