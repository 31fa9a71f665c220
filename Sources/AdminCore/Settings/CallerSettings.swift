/// Who may call the server, and how callers prove who they are.
package struct CallerSettings: Sendable {
  package enum Mode: String, CaseIterable, Sendable {
    /// Whoever may run the program is trusted, unless the call brings a token.
    case local
    /// Every call needs a token.
    case token
    /// Some tools need one.
    case mixed
  }

  /// Where a caller's token stands that does not come with the call.
  package enum Token: Sendable {
    case file(String)
    case value(Secret<String>)
  }

  package var mode: Mode
  package var localRoles: [Role]
  /// The tools that need a token in mode mixed; `nil` for those whose role is no default local one.
  package var tokenTools: [String]?
  package var token: Token?
  package var tenants: [GUID]
  package var audiences: [String]
  /// `nil` where tokens may have been issued to any client.
  package var allowedClients: [GUID]?
  package var signingKeysFile: String?

  init(_ reader: inout SettingsReader, tenant: String?, clientID: GUID?) {
    mode = reader.choice(.authMode, default: .local)
    localRoles = reader.roles(.localRoles) ?? Role.standardLocal
    tokenTools = reader.words(.tokenTools)
    tenants = reader.guids(.callerTenants) ?? tenant.flatMap { GUID($0) }.map { [$0] } ?? []
    audiences = reader.audiences(.tokenAudiences) ?? clientID.map { [$0.text, "api://\($0)"] } ?? []
    allowedClients = reader.guids(.allowedClients)
    signingKeysFile = reader.path(.signingKeysFile)
    token = reader.path(.callerTokenFile).map(Token.file) ?? reader.secret(.callerToken).map(Token.value)
  }
}

extension Configuration {
  /// What is wrong with the settings about callers. Nobody is let in before it is put right: a slip of the pen must not
  /// open what somebody meant to close.
  package var callerProblems: [Problem] {
    var found = problems.filter { $0.setting.definition.section == .access }
    if callers.mode != .local { found += tokenProblems.filter { !found.contains($0) } }
    return found
  }

  /// What is missing for a token to be checked.
  package var tokenProblems: [Problem] {
    var found: [Problem] = []
    if callers.tenants.isEmpty {
      found.append(
        Problem(
          setting: .callerTenants, message: "is not set: name the tenant by its id (GUID), or set AZURE_TENANT_ID"))
    }
    if callers.audiences.isEmpty {
      found.append(
        Problem(
          setting: .tokenAudiences,
          message: "is not set: name the client id of the API's app registration, or set "
            + "AZURE_CLIENT_ID"))
    }
    return found
  }
}

extension SettingsReader {
  /// Words separated by commas, as they were written.
  mutating func words(_ setting: Setting) -> [String]? {
    text(setting)?.split(separator: ",").map { item in
      String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }.filter { !$0.isEmpty }
  }

  mutating func roles(_ setting: Setting) -> [Role]? {
    guard let words = words(setting) else { return nil }
    let wrong = words.filter { Role(rawValue: $0) == nil }
    if !wrong.isEmpty {
      let hints = wrong.map { word in
        let quoted = VisibleText.excerpt(word, limit: 40)
        return Suggestion.nearest(to: word, among: Role.allCases.map(\.rawValue)).map { "\(quoted) (\($0)?)" } ?? quoted
      }
      complain(setting, "names roles that there are not: \(hints.joined(separator: ", "))")
    }
    return words.compactMap(Role.init)
  }

  mutating func guids(_ setting: Setting) -> [GUID]? {
    guard let words = words(setting) else { return nil }
    let guids = words.compactMap { GUID($0) }
    if guids.count != words.count || guids.isEmpty {
      complain(setting, "must hold GUIDs such as 00000000-0000-0000-0000-000000000000")
    }
    return guids
  }

  /// Client ids, of which capitals do not matter, and App ID URIs, of which they do.
  mutating func audiences(_ setting: Setting) -> [String]? {
    guard let words = words(setting) else { return nil }
    let audiences = words.filter { GUID($0) != nil || ($0.contains("://") && $0.utf8.count <= 512) }
    if audiences.count != words.count || audiences.isEmpty {
      complain(
        setting, "must hold client ids (GUIDs) and App ID URIs such as api://00000000-0000-0000-0000-000000000000")
    }
    return audiences.map { GUID($0)?.text ?? $0 }
  }
}
