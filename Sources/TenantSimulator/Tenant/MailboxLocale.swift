/// A language of Exchange with the formats that go with it; the first of each list is the default.
struct MailboxLocale: Sendable {
  let name: String
  let displayName: String
  let dateFormats: [String]
  let timeFormats: [String]

  static let standard = MailboxLocale(
    name: "en-IE", displayName: "English (Ireland)", dateFormats: ["dd/MM/yyyy", "yyyy-MM-dd", "dd-MMM-yy"],
    timeFormats: ["HH:mm", "H:mm"])

  static let known: [String: MailboxLocale] = Dictionary(
    uniqueKeysWithValues: [
      standard,
      MailboxLocale(
        name: "en-US", displayName: "English (United States)",
        dateFormats: ["M/d/yyyy", "M/d/yy", "MM/dd/yy", "MM/dd/yyyy", "yy/MM/dd", "yyyy-MM-dd", "dd-MMM-yy"],
        timeFormats: ["h:mm tt", "hh:mm tt", "H:mm", "HH:mm"]),
      MailboxLocale(
        name: "en-GB", displayName: "English (United Kingdom)",
        dateFormats: ["dd/MM/yyyy", "dd/MM/yy", "d/M/yy", "yyyy-MM-dd"], timeFormats: ["HH:mm", "H:mm", "hh:mm tt"]),
      MailboxLocale(
        name: "de-DE", displayName: "German (Germany)",
        dateFormats: ["dd.MM.yyyy", "dd.MM.yy", "d.M.yyyy", "yyyy-MM-dd"], timeFormats: ["HH:mm", "H:mm"]),
      MailboxLocale(
        name: "fr-FR", displayName: "French (France)", dateFormats: ["dd/MM/yyyy", "dd/MM/yy", "yyyy-MM-dd"],
        timeFormats: ["HH:mm", "H:mm"]),
      MailboxLocale(
        name: "es-ES", displayName: "Spanish (Spain)", dateFormats: ["dd/MM/yyyy", "d/MM/yy", "yyyy-MM-dd"],
        timeFormats: ["H:mm", "HH:mm"]),
      MailboxLocale(
        name: "it-IT", displayName: "Italian (Italy)", dateFormats: ["dd/MM/yyyy", "d/M/yy", "yyyy-MM-dd"],
        timeFormats: ["HH:mm", "H:mm"]),
      MailboxLocale(
        name: "nl-NL", displayName: "Dutch (Netherlands)", dateFormats: ["d-M-yyyy", "dd-MM-yyyy", "yyyy-MM-dd"],
        timeFormats: ["HH:mm", "H:mm"]),
      MailboxLocale(
        name: "ja-JP", displayName: "Japanese (Japan)", dateFormats: ["yyyy/MM/dd", "yy/MM/dd", "yyyy-MM-dd"],
        timeFormats: ["H:mm", "HH:mm"]),
    ].map { ($0.name, $0) })
}

/// The names of time zones that a mailbox takes: Windows' own, and some of the IANA database.
enum TimeZoneName {
  static func isKnown(_ name: String) -> Bool { known.contains(name) }

  private static let known: Set<String> = [
    "UTC", "GMT Standard Time", "W. Europe Standard Time", "Romance Standard Time", "Central Europe Standard Time",
    "Central European Standard Time", "E. Europe Standard Time", "FLE Standard Time", "GTB Standard Time",
    "Russian Standard Time", "Turkey Standard Time", "Israel Standard Time", "Arabian Standard Time",
    "India Standard Time", "China Standard Time", "Tokyo Standard Time", "Korea Standard Time",
    "Singapore Standard Time", "AUS Eastern Standard Time", "New Zealand Standard Time", "Eastern Standard Time",
    "Central Standard Time", "Mountain Standard Time", "US Mountain Standard Time", "Pacific Standard Time",
    "Alaskan Standard Time", "Hawaiian Standard Time", "Atlantic Standard Time", "Canada Central Standard Time",
    "E. South America Standard Time", "Argentina Standard Time", "South Africa Standard Time",
    "Greenwich Standard Time", "Etc/GMT", "Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Paris",
    "Europe/Madrid", "Europe/Rome", "Europe/Amsterdam", "America/New_York", "America/Chicago", "America/Denver",
    "America/Los_Angeles", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney",
  ]
}
