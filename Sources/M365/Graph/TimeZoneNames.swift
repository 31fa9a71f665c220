/// The two families of names for time zones: those of Windows, which Exchange keeps, and those of the IANA database,
/// which it takes as well. A mailbox may show another name than the one it was given.
package enum TimeZoneNames {
  /// Whether two names mean the same zone of Windows, as far as they are known here.
  package static func areSame(_ left: String, _ right: String) -> Bool {
    windowsName(left).lowercased() == windowsName(right).lowercased()
  }

  /// Whether a mailbox that was given the name can be told to have it: what it shows may be the name Windows has.
  package static func isComparable(_ name: String) -> Bool {
    !name.contains("/") || zones[name.lowercased()] != nil
  }

  /// The zone of Windows that a name of the IANA database lies in; any other name as it is.
  static func windowsName(_ name: String) -> String { zones[name.lowercased()] ?? name }

  private static let zones: [String: String] = Dictionary(
    uniqueKeysWithValues: table.flatMap { windows, names in
      names.split(separator: " ").map { ($0.lowercased(), windows) }
    })

  /// After the Unicode consortium's mapping of zones (CLDR), the places that people name.
  private static let table: [(windows: String, names: String)] = [
    ("UTC", "UTC Etc/UTC Etc/GMT Etc/UCT Etc/Zulu Etc/Greenwich"),
    ("GMT Standard Time", "Europe/London Europe/Dublin Europe/Lisbon Europe/Belfast Atlantic/Canary Atlantic/Madeira"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik Africa/Abidjan Africa/Accra Africa/Dakar"),
    ("Morocco Standard Time", "Africa/Casablanca"),
    (
      "W. Europe Standard Time",
      """
      Europe/Berlin Europe/Amsterdam Europe/Luxembourg Europe/Monaco Europe/Oslo Europe/Rome Europe/San_Marino \
      Europe/Stockholm Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Zurich Europe/Malta Europe/Andorra
      """
    ),
    ("Romance Standard Time", "Europe/Paris Europe/Brussels Europe/Copenhagen Europe/Madrid"),
    (
      "Central Europe Standard Time",
      "Europe/Budapest Europe/Belgrade Europe/Bratislava Europe/Ljubljana Europe/Podgorica Europe/Prague Europe/Tirane"
    ),
    ("Central European Standard Time", "Europe/Warsaw Europe/Sarajevo Europe/Skopje Europe/Zagreb"),
    ("W. Central Africa Standard Time", "Africa/Lagos Africa/Algiers Africa/Tunis"),
    (
      "FLE Standard Time",
      "Europe/Kiev Europe/Kyiv Europe/Helsinki Europe/Riga Europe/Sofia Europe/Tallinn Europe/Vilnius"
    ),
    ("GTB Standard Time", "Europe/Bucharest Europe/Athens Asia/Nicosia"),
    ("E. Europe Standard Time", "Europe/Chisinau"),
    ("Egypt Standard Time", "Africa/Cairo"),
    ("South Africa Standard Time", "Africa/Johannesburg Africa/Harare Africa/Lusaka Africa/Maputo"),
    ("Israel Standard Time", "Asia/Jerusalem Asia/Tel_Aviv"),
    ("Turkey Standard Time", "Europe/Istanbul Asia/Istanbul"),
    ("Russian Standard Time", "Europe/Moscow Europe/Simferopol"),
    ("Belarus Standard Time", "Europe/Minsk"),
    ("Arab Standard Time", "Asia/Riyadh Asia/Kuwait Asia/Qatar Asia/Bahrain"),
    ("Arabic Standard Time", "Asia/Baghdad"),
    ("E. Africa Standard Time", "Africa/Nairobi Africa/Addis_Ababa Africa/Kampala"),
    ("Iran Standard Time", "Asia/Tehran"),
    ("Arabian Standard Time", "Asia/Dubai Asia/Muscat"),
    ("Georgian Standard Time", "Asia/Tbilisi"),
    ("Azerbaijan Standard Time", "Asia/Baku"),
    ("Pakistan Standard Time", "Asia/Karachi"),
    ("West Asia Standard Time", "Asia/Tashkent"),
    ("India Standard Time", "Asia/Kolkata Asia/Calcutta"),
    ("Sri Lanka Standard Time", "Asia/Colombo"),
    ("Nepal Standard Time", "Asia/Kathmandu Asia/Katmandu"),
    ("Bangladesh Standard Time", "Asia/Dhaka"),
    ("SE Asia Standard Time", "Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh Asia/Saigon"),
    ("China Standard Time", "Asia/Shanghai Asia/Hong_Kong Asia/Macau"),
    ("Singapore Standard Time", "Asia/Singapore Asia/Kuala_Lumpur Asia/Manila"),
    ("Taipei Standard Time", "Asia/Taipei"),
    ("W. Australia Standard Time", "Australia/Perth"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("Korea Standard Time", "Asia/Seoul"),
    ("Cen. Australia Standard Time", "Australia/Adelaide"),
    ("AUS Central Standard Time", "Australia/Darwin"),
    ("E. Australia Standard Time", "Australia/Brisbane"),
    ("AUS Eastern Standard Time", "Australia/Sydney Australia/Melbourne"),
    ("Tasmania Standard Time", "Australia/Hobart"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("Hawaiian Standard Time", "Pacific/Honolulu"),
    ("Alaskan Standard Time", "America/Anchorage"),
    ("Pacific Standard Time", "America/Los_Angeles America/Vancouver"),
    ("US Mountain Standard Time", "America/Phoenix"),
    ("Mountain Standard Time", "America/Denver America/Edmonton America/Boise"),
    ("Central Standard Time", "America/Chicago America/Winnipeg"),
    ("Central Standard Time (Mexico)", "America/Mexico_City America/Monterrey"),
    ("Canada Central Standard Time", "America/Regina"),
    ("Central America Standard Time", "America/Guatemala America/Costa_Rica America/El_Salvador"),
    ("Eastern Standard Time", "America/New_York America/Toronto America/Detroit America/Montreal"),
    ("US Eastern Standard Time", "America/Indianapolis America/Indiana/Indianapolis"),
    ("SA Pacific Standard Time", "America/Bogota America/Lima America/Panama America/Jamaica"),
    ("Venezuela Standard Time", "America/Caracas"),
    ("Atlantic Standard Time", "America/Halifax Atlantic/Bermuda"),
    ("SA Western Standard Time", "America/La_Paz America/Puerto_Rico America/Santo_Domingo"),
    ("Pacific SA Standard Time", "America/Santiago"),
    ("Newfoundland Standard Time", "America/St_Johns"),
    ("E. South America Standard Time", "America/Sao_Paulo"),
    ("Argentina Standard Time", "America/Buenos_Aires America/Argentina/Buenos_Aires"),
    ("Montevideo Standard Time", "America/Montevideo"),
    ("Azores Standard Time", "Atlantic/Azores"),
  ]
}
