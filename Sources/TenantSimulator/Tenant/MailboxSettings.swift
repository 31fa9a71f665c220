import AdminCore

/// What a mailbox's owner can set. Kept as the service gives it back.
struct MailboxSettings: Sendable {
  private(set) var json: JSONObject

  init(locale: String, timeZone: String, purpose: Mailbox.Kind) {
    let language = MailboxLocale.known[locale] ?? MailboxLocale.standard
    json = [
      "archiveFolder": .null, "timeZone": .string(timeZone),
      "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
      "dateFormat": .string(language.dateFormats[0]), "timeFormat": .string(language.timeFormats[0]),
      "userPurpose": .string(purpose.rawValue),
      "automaticRepliesSetting": [
        "status": "disabled", "externalAudience": "none", "internalReplyMessage": "", "externalReplyMessage": "",
        "scheduledStartDateTime": ["dateTime": "2026-01-01T00:00:00.0000000", "timeZone": "UTC"],
        "scheduledEndDateTime": ["dateTime": "2026-01-02T00:00:00.0000000", "timeZone": "UTC"],
      ],
      "language": ["locale": .string(language.name), "displayName": .string(language.displayName)],
      "workingHours": [
        "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"], "startTime": "09:00:00.0000000",
        "endTime": "17:30:00.0000000", "timeZone": ["name": .string(timeZone)],
      ],
    ]
  }

  mutating func setPurpose(_ purpose: Mailbox.Kind) { json["userPurpose"] = .string(purpose.rawValue) }

  /// Whether an automatic answer goes out at `now`.
  func repliesAutomatically(at now: Timestamp) -> Bool {
    let setting = json["automaticRepliesSetting"]
    switch setting?["status"]?.stringValue {
    case "alwaysEnabled": return true
    case "scheduled":
      let start = Self.moment(setting?["scheduledStartDateTime"])
      let end = Self.moment(setting?["scheduledEndDateTime"])
      return start.map { $0 <= now } ?? false && end.map { now < $0 } ?? false
    default: return false
    }
  }

  /// The settings with `changes`, which the model has passed, laid over them.
  func changed(by changes: JSONObject) throws(GraphFailure) -> MailboxSettings {
    var settings = self
    for member in changes {
      switch member.key {
      case "automaticRepliesSetting": try settings.setReplies(member.value)
      case "timeZone": try settings.setTimeZone(member.value)
      case "language": try settings.setLanguage(member.value, changes)
      case "dateFormat", "timeFormat": continue
      default: settings.json[member.key] = member.value
      }
    }
    try settings.setFormat("dateFormat", changes, \.dateFormats)
    try settings.setFormat("timeFormat", changes, \.timeFormats)
    return settings
  }

  // MARK: Automatic replies

  private mutating func setReplies(_ value: JSONValue) throws(GraphFailure) {
    guard let changes = value.objectValue, let current = json["automaticRepliesSetting"]?.objectValue else { return }
    var replies = current
    for member in changes {
      switch member.key {
      case "internalReplyMessage", "externalReplyMessage":
        replies[member.key] = .string(Self.wrapped(member.value.stringValue ?? ""))
      case "scheduledStartDateTime", "scheduledEndDateTime":
        replies[member.key] = try Self.time(member.value)
      default: replies[member.key] = member.value
      }
    }
    if replies["status"] == "scheduled" {
      guard
        changes["status"] == nil
          || (changes["scheduledStartDateTime"] != nil && changes["scheduledEndDateTime"] != nil)
          || current["status"] == "scheduled",
        let start = Self.moment(replies["scheduledStartDateTime"]),
        let end = Self.moment(replies["scheduledEndDateTime"]), end > start
      else { throw GraphFailure(400, "ErrorInvalidScheduledOofDuration", "The OOF duration is invalid.") }
    }
    json["automaticRepliesSetting"] = .object(replies)
  }

  /// Exchange gives messages back as whole documents.
  private static func wrapped(_ text: String) -> String {
    text.isEmpty || text.hasPrefix("<html>") ? text : "<html>\n<body>\n\(text)\n</body>\n</html>\n"
  }

  private static func time(_ value: JSONValue) throws(GraphFailure) -> JSONValue {
    let text = value["dateTime"]?.stringValue ?? ""
    guard let reading = ISO8601Reading(text), reading.offsetMinutes == nil, reading.secondOfDay != nil else {
      throw GraphFailure(
        400, "ErrorInvalidRequest", "The dateTime '\(text)' must be a date and time without offset.")
    }
    let zone = value["timeZone"]?.stringValue ?? ""
    guard TimeZoneName.isKnown(zone) else { throw Self.unknownTimeZone(zone) }
    return ["dateTime": .string(String(reading.timestamp.iso8601.dropLast(5)) + ".0000000"), "timeZone": .string(zone)]
  }

  /// - Note: every time zone but UTC is taken as UTC; the simulator compares moments, it does not know the zones' rules.
  private static func moment(_ value: JSONValue?) -> Timestamp? {
    value?["dateTime"]?.stringValue.flatMap { Timestamp(iso8601: $0) }
  }

  // MARK: Region

  private static func unknownTimeZone(_ name: String) -> GraphFailure {
    GraphFailure(400, "ErrorPropertyValidationFailure", "The time zone '\(name)' is not valid.", target: "timeZone")
  }

  private mutating func setTimeZone(_ value: JSONValue) throws(GraphFailure) {
    let name = value.stringValue ?? ""
    guard TimeZoneName.isKnown(name) else { throw Self.unknownTimeZone(name) }
    json["timeZone"] = value
  }

  private mutating func setLanguage(_ value: JSONValue, _ changes: JSONObject) throws(GraphFailure) {
    let name = value["locale"]?.stringValue ?? ""
    guard let locale = MailboxLocale.known.values.first(where: { $0.name.lowercased() == name.lowercased() }) else {
      throw GraphFailure(
        400, "ErrorPropertyValidationFailure", "The locale '\(name)' is not valid.", target: "language")
    }
    json["language"] = ["locale": .string(locale.name), "displayName": .string(locale.displayName)]
    // A format that the new language does not have gives way to its first one.
    if changes["dateFormat"] == nil { json["dateFormat"] = .string(locale.dateFormats[0]) }
    if changes["timeFormat"] == nil { json["timeFormat"] = .string(locale.timeFormats[0]) }
  }

  private mutating func setFormat(
    _ name: String, _ changes: JSONObject, _ formats: (MailboxLocale) -> [String]
  ) throws(GraphFailure) {
    guard let value = changes[name] else { return }
    let locale = MailboxLocale.known[json["language"]?["locale"]?.stringValue ?? ""] ?? MailboxLocale.standard
    guard let format = value.stringValue, formats(locale).contains(format) else {
      throw GraphFailure(
        400, "ErrorPropertyValidationFailure",
        "The \(name) is not valid for the locale '\(locale.name)'.", target: name)
    }
    json[name] = value
  }
}
