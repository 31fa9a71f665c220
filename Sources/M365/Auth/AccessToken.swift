package import AdminCore

/// A bearer token as the token endpoint gave it.
package struct AccessToken: Sendable {
  package let secret: Secret<String>
  package let audience: TokenAudience
  package let expiresAt: Timestamp
  /// When it was obtained and when it ends, by the clock that never goes back.
  let obtained: Duration
  let end: Duration
  /// Tells two tokens apart without comparing what they are.
  let serial: Int

  /// Renewed this long before the end, or after half the life of a short one.
  static let margin = Duration.seconds(300)

  func isFresh(at now: Duration) -> Bool { now < end - min(Self.margin, (end - obtained) / 2) }

  /// Whether it may still be used where no other is to be had.
  func isUsable(at now: Duration) -> Bool { now < end - .seconds(30) }
}

/// What a token says about itself, read for diagnosis. Nothing here is verified and nothing is decided by it but to
/// refuse: what the token is worth, its audience decides.
package struct TokenClaims: Hashable, Sendable {
  package let tenantID: String?
  package let applicationID: String?
  package let objectID: String?
  package let audience: String?
  /// The application permissions.
  package let roles: [String]
  /// The directory roles of the application, by the ids of their templates.
  package let directoryRoles: [String]
  package let expiresAt: Timestamp?

  /// - Returns: `nil` for a token that is not a JSON Web Token, as a service may choose to issue.
  package init?(_ token: AccessToken) { self.init(jwt: token.secret.reveal()) }

  init?(jwt: String) {
    let parts = jwt.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let payload = Base64.decode(parts[1], .url),
      let claims = try? JSONParser.parse(payload, maximumDepth: 16), claims.objectValue != nil
    else { return nil }
    func texts(_ name: String) -> [String] {
      (claims[name]?.arrayValue ?? []).compactMap(\.stringValue).map { VisibleText.excerpt($0) }
    }
    tenantID = claims["tid"]?.stringValue
    applicationID = (claims["appid"] ?? claims["azp"])?.stringValue
    objectID = claims["oid"]?.stringValue
    audience = claims["aud"]?.stringValue
    roles = texts("roles")
    directoryRoles = texts("wids")
    expiresAt = claims["exp"]?.intValue.map { Timestamp(seconds: Int64($0)) }
  }
}
