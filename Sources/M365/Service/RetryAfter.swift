package import AdminCore

/// How long a service asks to be left alone (RFC 9110 section 10.2.3).
package enum RetryAfter {
  /// - Parameters:
  ///   - headers: of the answer. A date in them is measured against the answer's own `Date`, so that a clock that is
  ///     off does not shorten the wait.
  ///   - now: this machine's time, for an answer without a `Date`.
  /// - Returns: `nil` when the answer asks for nothing, or not in a form of the standard.
  package static func delay(in headers: HTTPHeaders, now: Timestamp) -> Duration? {
    guard let text = headers["Retry-After"] else { return nil }
    if !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
      return Int(text).map { .seconds($0) }
    }
    guard let date = HTTPDate.parse(text) else { return nil }
    return max(.zero, date - (headers["Date"].flatMap(HTTPDate.parse) ?? now))
  }
}

/// The date format of HTTP (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. The two obsolete forms are not
/// read; no service here sends them.
package enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  package static func parse(_ text: String) -> Timestamp? {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 6, words[0].count == 4, words[0].hasSuffix(","), words[5] == "GMT",
      let day = number(words[1], digits: 2), let month = months.firstIndex(of: String(words[2])),
      let year = number(words[3], digits: 4), let date = CalendarDate(year: year, month: month + 1, day: day)
    else { return nil }
    let time = words[4].split(separator: ":", omittingEmptySubsequences: false).map { number($0, digits: 2) }
    guard time.count == 3, let hour = time[0], let minute = time[1], let second = time[2],
      hour < 24, minute < 60, second <= 60
    else { return nil }
    return Timestamp(seconds: date.daysSinceEpoch * 86_400 + Int64(hour * 3600 + minute * 60 + second))
  }

  private static func number(_ text: Substring, digits: Int) -> Int? {
    text.utf8.count == digits && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
  }
}
