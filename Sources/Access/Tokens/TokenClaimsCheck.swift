import AdminCore

/// What a token whose signature holds must say to be let in, and who its bearer is. A decision without effects: the
/// rules stand in the order in which they are looked at, and the first that is broken says so.
struct TokenClaimsCheck: Sendable {
  static let skew = Duration.seconds(300)
  /// Entra's longest-lived access tokens, those of continuous access evaluation, live 28 hours.
  static let longestLifetime = Duration.seconds(30 * 3600)

  let cloud: Configuration.Cloud
  let tenants: Set<GUID>
  let audiences: Set<String>
  let allowedClients: Set<GUID>?

  /// A token of version 1.0 names things by other words than one of version 2.0.
  private enum Version: String {
    case legacy = "1.0"
    case current = "2.0"

    var client: String { self == .current ? "azp" : "appid" }
    var clientAuthentication: String { self == .current ? "azpacr" : "appidacr" }
  }

  func caller(_ claims: JSONObject, at now: Timestamp) throws(AdminError) -> Caller {
    let (version, tenant) = try issuer(claims)
    try checkAudience(claims, version)
    try checkTime(claims, at: now)
    let kind = try kind(claims)
    let client = try client(claims, version, kind)
    guard let object = claims["oid"]?.stringValue.flatMap({ GUID($0) }) else {
      throw .malformedToken("names no identity (oid)")
    }
    return Caller(
      kind, tenantID: tenant, objectID: object, applicationID: client, roles: try roles(claims, kind))
  }

  /// When the token ends, the skew of clocks included.
  func end(of claims: JSONObject) throws(AdminError) -> Timestamp {
    guard let expiry = try moment("exp", claims) else { throw .malformedToken("has no end (exp)") }
    return expiry + Self.skew
  }

  // MARK: Issuer and audience

  private func issuer(_ claims: JSONObject) throws(AdminError) -> (Version, GUID) {
    guard let tenant = claims["tid"]?.stringValue.flatMap({ GUID($0) }) else {
      throw AdminError(.wrongIssuer, "The caller's token names no tenant (tid).")
    }
    guard tenants.contains(tenant) else {
      throw AdminError(.wrongIssuer, "The caller's token was issued by a tenant that AUTH_TENANTS does not name.")
    }
    guard let version = claims["ver"]?.stringValue.flatMap(Version.init) else {
      throw AdminError(.wrongIssuer, "The caller's token is of no known version (ver).")
    }
    let issuers = TenantIssuers(tenant, cloud: cloud)
    let expected = version == .current ? issuers.current : issuers.legacy
    guard claims["iss"] == .string(expected) else {
      throw AdminError(
        .wrongIssuer, "The caller's token was issued by another authority than that of its tenant; check AZURE_CLOUD.")
    }
    return (version, tenant)
  }

  /// Tokens of version 2.0 name the client id of the API, those of version 1.0 its App ID URI or its client id.
  private func checkAudience(_ claims: JSONObject, _ version: Version) throws(AdminError) {
    guard let audience = claims["aud"]?.stringValue, audiences.contains(GUID(audience)?.text ?? audience),
      version == .legacy || GUID(audience) != nil
    else {
      throw AdminError(.wrongAudience, "The caller's token is for another application; AUTH_AUDIENCE names ours.")
    }
  }

  // MARK: Time

  private func checkTime(_ claims: JSONObject, at now: Timestamp) throws(AdminError) {
    guard let expiry = try moment("exp", claims) else { throw .malformedToken("has no end (exp)") }
    guard now < expiry + Self.skew else {
      throw AdminError(.tokenExpired, "The caller's token has expired; get a new one.")
    }
    let issued = try moment("iat", claims)
    let start = try moment("nbf", claims)
    guard (start ?? now) <= now + Self.skew, (issued ?? now) <= now + Self.skew else {
      throw AdminError(.tokenExpired, "The caller's token is not valid yet; check the clock of this machine.")
    }
    guard expiry - (issued ?? now) <= Self.longestLifetime else {
      throw .malformedToken("lives longer than any that Entra issues")
    }
  }

  /// A moment is a whole number of seconds, written as one.
  private func moment(_ name: String, _ claims: JSONObject) throws(AdminError) -> Timestamp? {
    guard let value = claims[name] else { return nil }
    guard case .number(let number) = value, number.text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let seconds = number.integer
    else { throw .malformedToken("holds a time that is no whole number (\(name))") }
    return Timestamp(seconds: seconds)
  }

  // MARK: Kind and client

  private func kind(_ claims: JSONObject) throws(AdminError) -> Caller.Kind {
    guard claims["cnf"] == nil else {
      throw AdminError(
        .notAnAccessToken, "The caller's token is bound to a key whose possession cannot be proven here.")
    }
    if let scopes = claims["scp"] {
      guard let text = scopes.stringValue else { throw .malformedToken("holds scopes that are no text") }
      if text.contains(where: { $0 != " " }) { return .user }
    }
    guard claims["idtyp"] == "app" else {
      throw AdminError(
        .notAnAccessToken,
        "The caller's token is no access token: it has neither scopes (scp) nor idtyp \"app\". "
          + "Ask for a scope of this server's API, and add the optional claim idtyp to its app registration.")
    }
    return .application
  }

  private func client(
    _ claims: JSONObject, _ version: Version, _ kind: Caller.Kind
  ) throws(AdminError) -> GUID? {
    let client = claims[version.client]?.stringValue.flatMap { GUID($0) }
    if let allowedClients {
      guard let client, allowedClients.contains(client) else {
        throw AdminError(
          .clientNotAllowed, "The caller's token was issued to a client that AUTH_ALLOWED_CLIENTS does not name.")
      }
    }
    if kind == .application {
      let proof = claims[version.clientAuthentication]
      guard client != nil, let level = proof?.stringValue ?? proof?.intValue.map(String.init),
        ["1", "2"].contains(level)
      else {
        throw AdminError(.clientNotAllowed, "The caller's token was issued to a client that has not proven who it is.")
      }
    }
    return client
  }

  // MARK: Roles

  /// A person needs the role and, of the client, the scope of the same name; a program needs the role.
  private func roles(_ claims: JSONObject, _ kind: Caller.Kind) throws(AdminError) -> Set<Role> {
    let granted = try names(claims["roles"])
    let held = Role.expanding(granted.compactMap(Role.init))
    guard kind == .user else { return held }
    let scopes = (claims["scp"]?.stringValue ?? "").split(separator: " ").map(String.init)
    let consented = Role.expanding(scopes.compactMap(Role.init))
    let mayRead = scopes.contains("access_as_user")
    return held.filter { consented.contains($0) || (mayRead && $0.isReading) }
  }

  private func names(_ value: JSONValue?) throws(AdminError) -> [String] {
    guard let value else { return [] }
    let names = value.arrayValue?.compactMap(\.stringValue)
    guard let names, names.count == value.arrayValue?.count else {
      throw .malformedToken("holds roles that are no list of names")
    }
    return names
  }
}
