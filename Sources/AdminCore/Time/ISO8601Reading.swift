/// What an ISO 8601 text says, part by part.
package struct ISO8601Reading: Hashable, Sendable {
  package let date: CalendarDate
  /// Seconds since midnight, by the clock the text speaks of; `nil` for a date alone.
  package let secondOfDay: Int?
  package let millisecond: Int
  /// Minutes east of UTC; `nil` when the text names none.
  package let offsetMinutes: Int?

  package var timestamp: Timestamp {
    let local = date.daysSinceEpoch * 86_400 + Int64(secondOfDay ?? 0)
    return Timestamp(milliseconds: (local - Int64(offsetMinutes ?? 0) * 60) * 1000 + Int64(millisecond))
  }

  /// - Parameter text: `YYYY-MM-DD`, or that, `T` or a space, `hh:mm[:ss[.fraction]]`, and optionally `Z` or `±hh:mm`.
  package init?(_ text: some StringProtocol) {
    var scanner = Scanner(Array(text.utf8))
    guard let year = scanner.number(digits: 4), scanner.take("-"), let month = scanner.number(digits: 2),
      scanner.take("-"), let day = scanner.number(digits: 2),
      let date = CalendarDate(year: year, month: month, day: day)
    else { return nil }
    self.date = date
    guard !scanner.isAtEnd else {
      (secondOfDay, millisecond, offsetMinutes) = (nil, 0, nil)
      return
    }
    guard scanner.take("T") || scanner.take("t") || scanner.take(" "), let time = scanner.time() else { return nil }
    (secondOfDay, millisecond) = (time.second, time.millisecond)
    guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
    offsetMinutes = offset
  }

  private struct Scanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
      position += 1
      return true
    }

    mutating func digit() -> Int? {
      guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
      position += 1
      return Int(bytes[position - 1] - 0x30)
    }

    mutating func number(digits count: Int) -> Int? {
      var value = 0
      for _ in 0..<count {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    mutating func time() -> (second: Int, millisecond: Int)? {
      guard let hour = number(digits: 2), hour < 24, take(":"), let minute = number(digits: 2), minute < 60 else {
        return nil
      }
      guard take(":") else { return (hour * 3600 + minute * 60, 0) }
      // A leap second is read as the last second of its minute.
      guard let second = number(digits: 2), second <= 60 else { return nil }
      let total = hour * 3600 + minute * 60 + min(second, 59)
      guard take(".") || take(",") else { return (total, 0) }
      guard let first = digit() else { return nil }
      var (millisecond, weight) = (first * 100, 10)
      while let next = digit() {
        millisecond += next * weight
        weight /= 10
      }
      return (total, millisecond)
    }

    /// `.some(nil)` where the text names no offset, `nil` where it names one that is malformed.
    mutating func offset() -> Int?? {
      if isAtEnd { return .some(nil) }
      if take("Z") || take("z") { return 0 }
      let sign = take("+") ? 1 : take("-") ? -1 : 0
      guard sign != 0, let hours = number(digits: 2), hours < 24, take(":"), let minutes = number(digits: 2),
        minutes < 60
      else { return nil }
      return sign * (hours * 60 + minutes)
    }
  }
}
