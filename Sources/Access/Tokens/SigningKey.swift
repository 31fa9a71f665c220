import AdminCore
import Cryptography

/// A public key with which the authority says it signs (RFC 7517).
struct SigningKey: Hashable, Sendable {
  static let minimumBits = 2048

  let id: String
  let key: RSAPublicKey
  /// The issuer that the key is for, possibly with `{tenantid}` in it; `nil` for any.
  let issuer: String?

  /// - Returns: `nil` for a key that cannot be used here: of another kind, for another use, too short, or malformed.
  init?(_ json: JSONValue) {
    guard json["kty"] == "RSA", let id = json["kid"]?.stringValue, !id.isEmpty, json["use"] ?? "sig" == "sig",
      let modulus = json["n"]?.stringValue.flatMap({ Base64.decode($0, .url) }),
      let exponent = json["e"]?.stringValue.flatMap({ Base64.decode($0, .url) }), exponent.count <= 8
    else { return nil }
    if let algorithm = json["alg"] { guard algorithm == "RS256" else { return nil } }
    let key = RSAPublicKey(modulus: modulus, exponent: exponent)
    guard (Self.minimumBits...16_384).contains(key.bits) else { return nil }
    self.id = id
    self.key = key
    switch json["issuer"] {
    case nil: issuer = nil
    case .string(let text)?: issuer = text
    default: return nil
    }
  }

  /// Whether the key may sign for a tenant: its issuer, with the tenant filled in, is one of the tenant's.
  func isFor(_ issuers: TenantIssuers) -> Bool {
    guard let issuer else { return true }
    let filled = issuer.replacing("{tenantid}", with: issuers.tenant.text)
    return filled == issuers.current || filled == issuers.legacy
  }

  /// The keys of a key set that can be used.
  ///
  /// - Returns: `nil` for what is no key set.
  static func set(_ document: [UInt8]) -> [SigningKey]? {
    guard let json = try? JSONParser.parse(document, maximumDepth: 16), let keys = json["keys"]?.arrayValue,
      keys.count <= 100
    else { return nil }
    return keys.compactMap(SigningKey.init)
  }
}

/// The names under which a cloud issues the tokens of one tenant.
struct TenantIssuers: Hashable, Sendable {
  let tenant: GUID
  /// Of tokens of version 2.0.
  let current: String
  /// Of tokens of version 1.0.
  let legacy: String

  init(_ tenant: GUID, cloud: Configuration.Cloud) {
    self.tenant = tenant
    current = "https://\(cloud.signInHost)/\(tenant)/v2.0"
    legacy = "https://\(cloud.legacyIssuerHost)/\(tenant)/"
  }
}
