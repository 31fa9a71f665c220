/// Reads settings one by one and collects what is wrong with them.
struct SettingsReader {
  let values: [Setting: String]
  let home: String
  private(set) var problems: [Configuration.Problem] = []

  init(values: [Setting: String], home: String) {
    self.values = values.filter { !$0.value.isEmpty }
    self.home = home
  }

  mutating func complain(_ setting: Setting, _ message: String) {
    problems.append(Configuration.Problem(setting: setting, message: message))
  }

  mutating func text(_ setting: Setting) -> String? {
    guard let value = values[setting] else { return nil }
    guard !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
      complain(setting, "holds control characters")
      return nil
    }
    return value
  }

  mutating func path(_ setting: Setting) -> String? {
    guard let value = text(setting) else { return nil }
    if value == "~" { return home }
    return value.hasPrefix("~/") ? home + value.dropFirst() : value
  }

  mutating func list(_ setting: Setting) -> [String]? {
    guard let value = text(setting) else { return nil }
    let items = value.split(separator: ",").map { item in
      String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()).lowercased()
    }
    return items.filter { !$0.isEmpty }
  }

  mutating func secret(_ setting: Setting) -> Secret<String>? { text(setting).map(Secret.init) }

  /// Domain names. One that is none would never match anything, which nobody would notice.
  mutating func domains(_ setting: Setting) -> [String]? {
    guard let items = list(setting) else { return nil }
    let wrong = items.filter { UserPrincipalName("a@" + $0) == nil }
    if !wrong.isEmpty {
      let quoted = wrong.map { VisibleText.excerpt($0, limit: 64) }.joined(separator: ", ")
      complain(setting, "must hold domain names such as contoso.com; not one is \(quoted)")
    }
    return items.filter { !wrong.contains($0) }
  }

  /// Sign-in names and ids of users. One that is neither would protect nobody.
  mutating func accounts(_ setting: Setting) -> [String]? {
    guard let items = list(setting) else { return nil }
    let wrong = items.filter { UserPrincipalName($0) == nil && GUID($0) == nil }
    if !wrong.isEmpty {
      let quoted = wrong.map { VisibleText.excerpt($0, limit: 64) }.joined(separator: ", ")
      complain(setting, "must hold sign-in names such as ann@contoso.com, or ids; neither is \(quoted)")
    }
    return items.filter { !wrong.contains($0) }
  }

  mutating func address(_ setting: Setting) -> String? {
    guard let value = text(setting) else { return nil }
    guard let at = value.lastIndex(of: "@"), at > value.startIndex, !value.contains(where: \.isWhitespace),
      UserPrincipalName("a" + value[at...]) != nil
    else {
      complain(setting, "must be a mail address")
      return nil
    }
    return value
  }

  mutating func flag(_ setting: Setting, default standard: Bool) -> Bool {
    guard let value = values[setting] else { return standard }
    switch value.lowercased() {
    case "true", "1", "yes", "on": return true
    case "false", "0", "no", "off": return false
    default:
      complain(setting, "must be true or false")
      return standard
    }
  }

  mutating func integer(_ setting: Setting, default standard: Int, in range: ClosedRange<Int>) -> Int {
    guard let value = values[setting] else { return standard }
    guard let number = Int(value), range.contains(number) else {
      complain(setting, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      return standard
    }
    return number
  }

  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ setting: Setting, default standard: Choice
  ) -> Choice {
    guard let value = values[setting] else { return standard }
    guard let choice = Choice(rawValue: value.lowercased()) else {
      complain(setting, "must be one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
      return standard
    }
    return choice
  }

  mutating func guid(_ setting: Setting) -> GUID? {
    guard let value = values[setting] else { return nil }
    guard let guid = GUID(value) else {
      complain(setting, "must be a GUID such as 00000000-0000-0000-0000-000000000000")
      return nil
    }
    return guid
  }

  mutating func origin(_ setting: Setting) -> Origin? {
    guard let value = values[setting] else { return nil }
    guard let origin = Origin(secure: value) else {
      complain(setting, "must be an https origin without a path (http only for loopback)")
      return nil
    }
    return origin
  }

  mutating func httpsURL(_ setting: Setting) -> String? {
    guard let value = text(setting) else { return nil }
    guard value.lowercased().hasPrefix("https://"), value.utf8.count > 8, value.utf8.count <= 2000,
      value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"<>\"\\^`{|}".utf8.contains($0) })
    else {
      complain(setting, "must be an https address")
      return nil
    }
    return value
  }

  mutating func country(_ setting: Setting) -> String? {
    guard let value = values[setting] else { return nil }
    guard value.utf8.count == 2, value.allSatisfy({ $0.isASCII && $0.isLetter }) else {
      complain(setting, "must be a two-letter country code (ISO 3166-1 alpha-2)")
      return nil
    }
    return value.uppercased()
  }

  mutating func tenant() -> String? {
    guard let value = values[.tenantID] else { return nil }
    if let guid = GUID(value) { return guid.text }
    let reserved = ["common", "organizations", "consumers"]
    guard UserPrincipalName("a@" + value) != nil, !reserved.contains(value.lowercased()) else {
      complain(.tenantID, "must be the tenant's GUID or one of its verified domains")
      return nil
    }
    return value.lowercased()
  }

  /// The first credential that is set. When that one is wrong there is none: a weaker one that happens to be set too
  /// must not take its place.
  mutating func credential() -> Configuration.Credential? {
    let usesManagedIdentity = flag(.managedIdentity, default: false)
    if values[.federatedTokenFile] != nil {
      return path(.federatedTokenFile).map(Configuration.Credential.federatedToken)
    }
    if usesManagedIdentity { return .managedIdentity }
    if values[.certificatePath] != nil {
      let password = secret(.certificatePassword)
      return path(.certificatePath).map { .certificate(file: $0, password: password) }
    }
    return secret(.clientSecret).map(Configuration.Credential.clientSecret)
  }

  mutating func storeKey() -> Configuration.StoreKey? {
    if values[.encryptionKeyFile] != nil { return path(.encryptionKeyFile).map(Configuration.StoreKey.file) }
    guard let key = text(.encryptionKey) else { return nil }
    guard key.count >= 16 else {
      complain(.encryptionKey, "is too short: give 64 hexadecimal digits, or a passphrase of 16 characters or more")
      return nil
    }
    return .value(Secret(key))
  }

  /// A level that is not known means INFO, and is complained about, so that a slip never silences the log.
  mutating func logLevel() -> LogLevel {
    guard let value = values[.logLevel] else { return .info }
    guard let level = LogLevel(name: value) else {
      complain(.logLevel, "is not a known level; INFO is used (DEBUG, INFO, WARNING, ERROR)")
      return .info
    }
    return level
  }
}
