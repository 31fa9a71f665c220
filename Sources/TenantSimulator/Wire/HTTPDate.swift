import AdminCore

extension Timestamp {
  /// `Mon, 05 Jan 2026 08:00:00 GMT`, the form of RFC 9110 section 5.6.7.
  var httpDate: String {
    let date = CalendarDate(daysSinceEpoch: seconds / 86_400)
    let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.weekday]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let number = date.day < 10 ? "0\(date.day)" : String(date.day)
    return "\(day), \(number) \(months[date.month - 1]) \(date.year) \(iso8601.dropFirst(11).prefix(8)) GMT"
  }
}
