import AdminCore
import Cryptography

/// What a believed access token says about its bearer.
struct AccessToken: Sendable {
  let id: String
  let appID: String
  let servicePrincipalID: String
  let roles: Set<String>
  /// By the ids of their templates.
  let directoryRoles: Set<String>
  let audience: String
  let issuedAt: Timestamp
  let expiresAt: Timestamp
}

/// Signs the tokens of the tenant.
struct TokenIssuer: Sendable {
  let cloud: Configuration.Cloud
  let key: RSAPrivateKey
  let publicKey: RSAPublicKey
  let keyID: String

  init(cloud: Configuration.Cloud) throws(CryptographyError) {
    self.cloud = cloud
    key = try SharedKeys.signing()
    publicKey = try key.publicKey()
    keyID = Self.keyID(of: publicKey)
  }

  static func keyID(of key: RSAPublicKey) -> String { Base64.encode(SHA1.hash(key.modulus), .url) }

  /// `{"keys":[…]}` of RFC 7517.
  ///
  /// - Parameter further: keys that are listed besides the tenant's own.
  func keySet(tenantID: String, and further: [RSAPublicKey] = []) -> JSONObject {
    let keys = ([publicKey] + further).map { key -> JSONValue in
      let id = Self.keyID(of: key)
      return [
        "kty": "RSA", "use": "sig", "kid": .string(id), "x5t": .string(id),
        "n": .string(Base64.encode(key.modulus, .url)), "e": .string(Base64.encode(key.exponent, .url)),
        "issuer": .string(cloud.issuerV2(tenantID: tenantID)),
      ]
    }
    return ["keys": .array(keys)]
  }

  func sign(_ claims: JSONObject) throws(CryptographyError) -> String {
    try JSONWebSignature.sign(
      header: ["typ": "JWT", "alg": "RS256", "x5t": .string(keyID), "kid": .string(keyID)], claims: claims, key: key,
      .rs256)
  }
}

extension TenantState {
  /// The service that `resource` names in a scope: by its own id or by one of its names.
  func servicePrincipal(resource: String) -> ServicePrincipal? {
    let wanted = resource.hasSuffix("/") ? String(resource.dropLast()) : resource
    return servicePrincipals.values.first { $0.appID == wanted.lowercased() || $0.names.contains(wanted.lowercased()) }
  }

  /// The application roles that `principalID` holds of `resource`.
  func roles(of principalID: String, at resource: ServicePrincipal) -> [String] {
    appRoleAssignments.values.filter { $0.principalID == principalID && $0.resourceID == resource.id }
      .compactMap { assignment in resource.appRoles.first { $0.id == assignment.appRoleID }?.value }
  }

  /// The claims of an application's token for `resource`, as version 1.0 has them.
  mutating func claims(
    for resource: ServicePrincipal, audience: String, cloud: Configuration.Cloud, byCertificate: Bool
  ) -> JSONObject {
    let lifetime = 3_600 + identifiers.number(below: 1_800)
    let roles = roles(of: application.servicePrincipalID, at: resource)
    var claims: JSONObject = [
      "aud": .string(audience), "iss": .string(cloud.issuer(tenantID: organization.tenantID)),
      "iat": .int(now.seconds), "nbf": .int(now.seconds), "exp": .int(now.seconds + Int64(lifetime)),
      "app_displayname": .string(application.displayName), "appid": .string(application.clientID),
      "appidacr": byCertificate ? "2" : "1", "idp": .string(cloud.issuer(tenantID: organization.tenantID)),
      "idtyp": "app", "oid": .string(application.servicePrincipalID),
      "sub": .string(application.servicePrincipalID), "tid": .string(organization.tenantID),
      "uti": .string(identifiers.token(bytes: 12)), "ver": "1.0",
    ]
    if !roles.isEmpty { claims["roles"] = .strings(roles) }
    if resource.appID == WellKnownApps.exchange {
      claims["wids"] = .strings(application.directoryRoles.map(\.templateID))
    }
    return claims
  }
}
