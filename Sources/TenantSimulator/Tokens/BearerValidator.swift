import AdminCore
import Cryptography

/// Decides whether a request's bearer token opens a service.
struct BearerValidator: Sendable {
  let issuer: TokenIssuer
  private var believed: [String: AccessToken] = [:]

  init(issuer: TokenIssuer) { self.issuer = issuer }

  /// - Parameter resource: the service that is called; its names are the audiences it accepts.
  mutating func validate(
    _ headers: HeaderFields, for resource: ServicePrincipal?, state: TenantState
  ) throws(GraphFailure) -> AccessToken {
    let text = try Self.bearer(headers)
    let key = "\(resource?.id ?? "") \(text)"
    let token: AccessToken
    if let known = believed[key] {
      token = known
    } else {
      token = try examine(text, resource, state)
      if believed.count >= 256 { believed.removeAll() }
      believed[key] = token
    }
    guard token.expiresAt > state.now else {
      throw Self.refusal("Lifetime validation failed, the token is expired.")
    }
    return token
  }

  private static func bearer(_ headers: HeaderFields) throws(GraphFailure) -> String {
    guard let value = headers["Authorization"], !value.isEmpty else { throw refusal("Access token is empty.") }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw refusal("Access token is empty.") }
    return String(parts[1])
  }

  private func examine(
    _ text: String, _ resource: ServicePrincipal?, _ state: TenantState
  ) throws(GraphFailure) -> AccessToken {
    guard let token = JSONWebToken(text) else {
      throw Self.refusal("CompactToken parsing failed with error code: 80049217")
    }
    guard token.header["kid"]?.stringValue == issuer.keyID,
      token.isSigned(by: issuer.publicKey, allowing: ["RS256"])
    else { throw Self.refusal("Access token validation failure. Invalid signature.") }
    let tenantID = state.organization.tenantID
    guard token.claims["iss"]?.stringValue == issuer.cloud.issuer(tenantID: tenantID),
      token.claims["tid"]?.stringValue == tenantID
    else { throw Self.refusal("Access token validation failure. Invalid issuer.") }
    guard let resource, let audience = token.claims["aud"]?.stringValue,
      audience == resource.appID || resource.names.contains(audience.lowercased())
    else { throw Self.refusal("Access token validation failure. Invalid audience.") }
    guard let issuedAt = token.moment("iat"), let expiresAt = token.moment("exp"),
      let appID = token.claims["appid"]?.stringValue, let subject = token.claims["oid"]?.stringValue
    else { throw Self.refusal("CompactToken validation failed: a required claim is missing.") }
    if let start = token.moment("nbf"), start > state.now + .seconds(300) {
      throw Self.refusal("Lifetime validation failed, the token is not yet valid.")
    }
    let roles = token.claims["roles"]?.arrayValue ?? []
    let directoryRoles = token.claims["wids"]?.arrayValue ?? []
    return AccessToken(
      id: token.claims["uti"]?.stringValue ?? "", appID: appID, servicePrincipalID: subject,
      roles: Set(roles.compactMap(\.stringValue)), directoryRoles: Set(directoryRoles.compactMap(\.stringValue)),
      audience: audience.lowercased(), issuedAt: issuedAt, expiresAt: expiresAt)
  }

  static func refusal(_ message: String) -> GraphFailure {
    GraphFailure(
      401, "InvalidAuthenticationToken", message,
      headers: [
        "WWW-Authenticate":
          "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", "
          + "client_id=\"\(WellKnownApps.graph)\""
      ])
  }

  /// Continuous access evaluation: the token is good, and yet another one is wanted that answers these claims.
  static func challenge(claims: String) -> GraphFailure {
    GraphFailure(
      401, "InvalidAuthenticationToken",
      "Continuous access evaluation resulted in challenge with result: "
        + "InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
      headers: [
        "WWW-Authenticate":
          "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", "
          + "client_id=\"\(WellKnownApps.graph)\", error=\"insufficient_claims\", "
          + "claims=\"\(Base64.encode(Array(claims.utf8)))\""
      ])
  }
}
