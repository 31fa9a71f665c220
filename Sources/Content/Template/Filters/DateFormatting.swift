import AdminCore

/// A moment or a day, written by Python's `strftime` in English.
///
/// A moment is shown in UTC, or at the fixed offset asked for; one that names no offset itself is taken as UTC. A day
/// without a time stays that day whatever the offset, at midnight.
struct DateFormatting {
  private let date: CalendarDate
  private let secondOfDay: Int
  private let millisecond: Int
  private let offsetMinutes: Int

  /// - Parameter offset: `UTC`, `Z`, or `+hh:mm` or `-hh:mm`.
  init(reading text: String, offset: String?) throws(TemplateFault) {
    guard let reading = ISO8601Reading(text) else {
      let shown = VisibleText.excerpt(text, limit: 40)
      throw .value("'\(shown)' is no date; write '2026-01-31' or '2026-01-31T09:30:00Z'")
    }
    let minutes = try offset.map { text throws(TemplateFault) in try Self.minutes(of: text) } ?? 0
    offsetMinutes = minutes
    millisecond = reading.millisecond
    guard reading.secondOfDay != nil else {
      (date, secondOfDay) = (reading.date, 0)
      return
    }
    let local = reading.timestamp.seconds + Int64(minutes) * 60
    let days = local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
    date = CalendarDate(daysSinceEpoch: days)
    secondOfDay = Int(local - days * 86_400)
  }

  private static func minutes(of offset: String) throws(TemplateFault) -> Int {
    if offset == "UTC" || offset == "Z" { return 0 }
    // The grammar of an offset is that of a timestamp's.
    guard offset.hasPrefix("+") || offset.hasPrefix("-"),
      let minutes = ISO8601Reading("2000-01-01T00:00" + offset)?.offsetMinutes
    else { throw .value("'\(VisibleText.excerpt(offset, limit: 20))' is no offset; write 'UTC' or '+02:00'") }
    return minutes
  }

  // MARK: strftime

  /// - Parameter format: text with the directives of `strftime`; `%-d` and its like leave out leading zeros.
  func text(_ format: String) throws(TemplateFault) -> String {
    var result = ""
    var rest = format.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      let isUnpadded = rest.first == "-"
      if isUnpadded { rest.removeFirst() }
      guard let directive = rest.popFirst() else { throw .value("the date format ends with a lone '%'; write '%%'") }
      if let (number, width, fill) = number(directive) {
        result += isUnpadded ? String(number) : padded(number, width, fill)
      } else if let text = try words(directive), !isUnpadded {
        result += text
      } else {
        let written = (isUnpadded ? "%-" : "%") + String(Character(directive))
        throw .value("a date format has no '\(written)'; see 'strftime'")
      }
    }
    return result
  }

  private func padded(_ number: Int, _ width: Int, _ fill: String = "0") -> String {
    let digits = String(number)
    return String(repeating: fill, count: max(0, width - digits.utf8.count)) + digits
  }

  private var hour: Int { secondOfDay / 3600 }
  private var hour12: Int { (hour + 11) % 12 + 1 }
  private var minute: Int { secondOfDay / 60 % 60 }
  private var second: Int { secondOfDay % 60 }

  private func number(_ directive: Unicode.Scalar) -> (number: Int, width: Int, fill: String)? {
    switch directive {
    case "d": (date.day, 2, "0")
    case "e": (date.day, 2, " ")
    case "m": (date.month, 2, "0")
    case "y": (date.year % 100, 2, "0")
    case "Y": (date.year, 1, "0")
    case "C": (date.year / 100, 2, "0")
    case "H": (hour, 2, "0")
    case "k": (hour, 2, " ")
    case "I": (hour12, 2, "0")
    case "l": (hour12, 2, " ")
    case "M": (minute, 2, "0")
    case "S": (second, 2, "0")
    case "j": (date.dayOfYear, 3, "0")
    case "w": (date.weekday, 1, "0")
    case "u": ((date.weekday + 6) % 7 + 1, 1, "0")
    case "U": ((date.dayOfYear - 1 + 7 - date.weekday) / 7, 2, "0")
    case "W": ((date.dayOfYear - 1 + 7 - (date.weekday + 6) % 7) / 7, 2, "0")
    case "G": (isoWeek.year, 1, "0")
    case "g": (isoWeek.year % 100, 2, "0")
    case "V": (isoWeek.week, 2, "0")
    default: nil
    }
  }

  private func words(_ directive: Unicode.Scalar) throws(TemplateFault) -> String? {
    switch directive {
    case "%": return "%"
    case "n": return "\n"
    case "t": return "\t"
    case "A": return Self.weekdays[date.weekday]
    case "a": return String(Self.weekdays[date.weekday].prefix(3))
    case "B": return Self.months[date.month - 1]
    case "b", "h": return String(Self.months[date.month - 1].prefix(3))
    case "p": return hour < 12 ? "AM" : "PM"
    case "P": return hour < 12 ? "am" : "pm"
    case "f": return padded(millisecond * 1000, 6)
    case "s": return String(date.daysSinceEpoch * 86_400 + Int64(secondOfDay - offsetMinutes * 60))
    case "z": return offset(separator: "")
    case "Z": return offsetMinutes == 0 ? "UTC" : "UTC" + offset(separator: ":")
    case "c": return try text("%a %b %e %H:%M:%S %Y")
    case "D", "x": return try text("%m/%d/%y")
    case "F": return try text("%Y-%m-%d")
    case "R": return try text("%H:%M")
    case "r": return try text("%I:%M:%S %p")
    case "T", "X": return try text("%H:%M:%S")
    default: return nil
    }
  }

  private func offset(separator: String) -> String {
    let minutes = abs(offsetMinutes)
    return (offsetMinutes < 0 ? "-" : "+") + padded(minutes / 60, 2) + separator + padded(minutes % 60, 2)
  }

  /// The week of ISO 8601, which belongs to the year in which its Thursday lies.
  private var isoWeek: (year: Int, week: Int) {
    let thursday = CalendarDate(daysSinceEpoch: date.daysSinceEpoch + Int64(3 - (date.weekday + 6) % 7))
    return (thursday.year, (thursday.dayOfYear - 1) / 7 + 1)
  }

  private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
}
