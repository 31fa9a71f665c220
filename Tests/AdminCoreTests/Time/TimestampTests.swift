import AdminCore
import TestSupport
import Testing

@Suite("Times and dates")
struct TimestampTests {
  @Test(
    "A moment is written in UTC with milliseconds and read back",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (-86_400_000, "1969-12-31T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_767_600_000_000, "2026-01-05T08:00:00.000Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
      (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"), (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
      (-2_208_988_800_000, "1900-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func writing(milliseconds: Int64, text: String) {
    let time = Timestamp(milliseconds: milliseconds)
    #expect(time.iso8601 == text)
    #expect(time.iso8601Seconds == text.dropLast(5) + "Z")
    #expect(time.isoDate == String(text.prefix(10)))
    #expect(Timestamp(iso8601: text) == time)
  }

  @Test("Every moment of ten thousand years reads back as itself")
  func roundTrip() {
    var random = SeededRandom(seed: 9)
    for _ in 0..<3000 {
      let time = Timestamp(milliseconds: .random(in: -62_167_219_200_000...253_402_300_799_999, using: &random))
      #expect(Timestamp(iso8601: time.iso8601) == time)
      #expect(Timestamp(iso8601: time.iso8601Seconds)?.seconds == time.seconds)
    }
  }

  @Test(
    "Offsets, fractions and shorter forms are read",
    arguments: [
      ("2026-01-05", "2026-01-05T00:00:00.000Z"), ("2026-01-05T08:00", "2026-01-05T08:00:00.000Z"),
      ("2026-01-05 08:00:01", "2026-01-05T08:00:01.000Z"), ("2026-01-05t08:00:00z", "2026-01-05T08:00:00.000Z"),
      ("2026-01-05T08:00Z", "2026-01-05T08:00:00.000Z"), ("2026-01-05T08:00:00+02:00", "2026-01-05T06:00:00.000Z"),
      ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z"),
      ("2026-01-05T20:00:00-05:30", "2026-01-06T01:30:00.000Z"),
      ("2026-01-05T08:00:00-00:00", "2026-01-05T08:00:00.000Z"),
      ("2026-01-05T08:00:00+23:59", "2026-01-04T08:01:00.000Z"),
      ("2026-01-05T08:00:00.5Z", "2026-01-05T08:00:00.500Z"), ("2026-01-05T08:00:00.05Z", "2026-01-05T08:00:00.050Z"),
      ("2026-01-05T08:00:00,123Z", "2026-01-05T08:00:00.123Z"),
      ("2026-01-05T08:00:00.1234567Z", "2026-01-05T08:00:00.123Z"),
      ("2026-01-05T08:00:00.9999999Z", "2026-01-05T08:00:00.999Z"),
      ("2026-06-30T23:59:60Z", "2026-06-30T23:59:59.000Z"), ("2024-02-29", "2024-02-29T00:00:00.000Z"),
      ("2000-02-29", "2000-02-29T00:00:00.000Z"), ("0000-02-29", "0000-02-29T00:00:00.000Z"),
      ("0000-01-01T00:00:00+01:00", "-0001-12-31T23:00:00.000Z"),
    ])
  func reading(text: String, moment: String) {
    #expect(Timestamp(iso8601: text)?.iso8601 == moment)
    #expect(Timestamp(iso8601: "x\(text)".dropFirst())?.iso8601 == moment)
  }

  @Test(
    "Anything else is no time",
    arguments: [
      "", "2026", "2026-01", "2026-1-05", "26-01-05", "2026-01-5", "2026/01/05", "20260105", "2026-00-01", "2026-13-01",
      "2026-01-00", "2026-01-32", "2026-04-31", "2026-02-29", "2100-02-29", "1900-02-29", "2026-02-30", "-2026-01-05",
      "+2026-01-05", "12026-01-05", " 2026-01-05", "2026-01-05 ", "2026-01-05T", "2026-01-05Z", "2026-01-05T8:00",
      "2026-01-05T08", "2026-01-05T08:0", "2026-01-05T24:00:00Z", "2026-01-05T23:60:00Z", "2026-01-05T23:59:61Z",
      "2026-01-05T08:00:", "2026-01-05T08:00:00.", "2026-01-05T08:00:00.Z", "2026-01-05T08:00:00.5x",
      "2026-01-05T08:00:00+2", "2026-01-05T08:00:00+02", "2026-01-05T08:00:00+0200", "2026-01-05T08:00:00+24:00",
      "2026-01-05T08:00:00+02:60", "2026-01-05T08:00:00Zx", "2026-01-05T08:00:00ZZ", "2026-01-05T08:00:00+02:00Z",
      "2026-01-05X08:00", "2026-01-05T08:00:00 Z", "２０２６-01-05", "2026-01-05T08:00:00\u{2212}02:00", "2026-W01-1",
    ])
  func refusing(text: String) {
    #expect(Timestamp(iso8601: text) == nil)
    #expect(ISO8601Reading(text) == nil)
  }

  @Test("A reading says what the text left open")
  func readingParts() throws {
    let date = try #require(ISO8601Reading("2026-01-05"))
    #expect(date.secondOfDay == nil)
    #expect(date.offsetMinutes == nil)
    #expect(date.date == CalendarDate(year: 2026, month: 1, day: 5))
    let local = try #require(ISO8601Reading("2026-01-05T08:30:15.25"))
    #expect(local.secondOfDay == 30_615)
    #expect(local.millisecond == 250)
    #expect(local.offsetMinutes == nil)
    #expect(ISO8601Reading("2026-01-05T08:30Z")?.offsetMinutes == 0)
    #expect(ISO8601Reading("2026-01-05T08:30-03:30")?.offsetMinutes == -210)
  }

  @Test("A fraction of a thousand digits is read in the time it takes to pass over it")
  func longFraction() {
    let text = "2026-01-05T08:00:00." + String(repeating: "9", count: 1000) + "Z"
    #expect(Timestamp(iso8601: text)?.iso8601 == "2026-01-05T08:00:00.999Z")
  }

  // MARK: Arithmetic

  @Test("Durations are added and taken away")
  func arithmetic() {
    let time = Timestamp(seconds: 100)
    #expect(time + .seconds(5) == Timestamp(seconds: 105))
    #expect(time - .milliseconds(1) == Timestamp(milliseconds: 99_999))
    #expect(Timestamp(seconds: 105) - time == .seconds(5))
    #expect(time - Timestamp(seconds: 105) == .seconds(-5))
    #expect(Timestamp(milliseconds: -1).seconds == -1)
    #expect(Timestamp(milliseconds: -1000).seconds == -1)
    #expect(Timestamp(milliseconds: -1001).seconds == -2)
    #expect(Timestamp(milliseconds: 1999).seconds == 1)
  }

  @Test("Times and durations that a stranger made up stop at the ends of the range")
  func saturation() {
    let last = Timestamp(milliseconds: .max)
    let first = Timestamp(milliseconds: .min)
    #expect(Timestamp(seconds: .max) == last)
    #expect(Timestamp(seconds: .min) == first)
    #expect(Timestamp(seconds: 1) + .seconds(Int64.max) == last)
    #expect(last + .milliseconds(1) == last)
    #expect(first - .milliseconds(1) == first)
    #expect(last - first == .milliseconds(Int64.max) - .milliseconds(Int64.min))
    #expect(Duration.seconds(Int64.max).milliseconds == .max)
    #expect(Duration.seconds(Int64.min).milliseconds == .min)
    #expect((Duration.seconds(Int64.max) * 10).milliseconds == .max)
    #expect(Duration.milliseconds(Int64.max).milliseconds == .max)
    #expect(Duration.milliseconds(Int64.min).milliseconds == .min)
    #expect(last.iso8601 == "292278994-08-17T07:12:55.807Z")
    #expect(first.iso8601 == "-292275055-05-16T16:47:04.192Z")
  }

  @Test(
    "A duration in milliseconds is cut toward zero",
    arguments: [(Duration.microseconds(1999), 1), (.microseconds(-1999), -1), (.zero, 0), (.seconds(2), 2000)]
      as [(Duration, Int64)])
  func durations(duration: Duration, milliseconds: Int64) {
    #expect(duration.milliseconds == milliseconds)
  }

  // MARK: Days

  @Test("Each day of four centuries follows the one before")
  func calendar() throws {
    var date = try #require(CalendarDate(year: 1899, month: 12, day: 31))
    var days = date.daysSinceEpoch
    while date.year < 2301 {
      days += 1
      let isMonthEnd = date.day == CalendarDate.length(ofMonth: date.month, year: date.year)
      let isYearEnd = isMonthEnd && date.month == 12
      let next = CalendarDate(daysSinceEpoch: days)
      try #require(
        next
          == CalendarDate(
            year: date.year + (isYearEnd ? 1 : 0), month: isYearEnd ? 1 : date.month + (isMonthEnd ? 1 : 0),
            day: isMonthEnd ? 1 : date.day + 1))
      try #require(next.daysSinceEpoch == days)
      try #require(next.weekday == (date.weekday + 1) % 7)
      try #require(next.dayOfYear == (isYearEnd ? 1 : date.dayOfYear + 1))
      date = next
    }
    #expect(date == CalendarDate(year: 2301, month: 1, day: 1))
  }

  @Test(
    "Weekday and day of the year",
    arguments: [
      (1970, 1, 1, 4, 1), (2026, 1, 5, 1, 5), (2024, 12, 31, 2, 366), (2023, 12, 31, 0, 365), (2000, 2, 29, 2, 60),
      (1969, 12, 28, 0, 362), (0, 3, 1, 3, 61),
    ])
  func weekdays(year: Int, month: Int, day: Int, weekday: Int, dayOfYear: Int) throws {
    let date = try #require(CalendarDate(year: year, month: month, day: day))
    #expect(date.weekday == weekday)
    #expect(date.dayOfYear == dayOfYear)
  }

  @Test(
    "Days that do not exist are refused",
    arguments: [
      (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, 32), (2026, 6, 31), (2026, 2, 29), (-1, 1, 1),
      (10_000, 1, 1),
      (Int.max, 1, 1), (Int.min, 12, 31), (2026, Int.max, 1), (2026, 1, Int.max),
    ])
  func refusesDays(year: Int, month: Int, day: Int) {
    #expect(CalendarDate(year: year, month: month, day: day) == nil)
  }
}
