import AdminCore
import Cryptography

/// Decides whether a client assertion proves the application: one it signed itself with a registered certificate
/// (RFC 7523), or one of an outside issuer that it trusts.
struct ClientAssertionCheck {
  /// Entra ID bears with clocks that are this far off.
  static let skew = Duration.seconds(300)
  static let longestLife = Duration.seconds(600)

  let application: ApplicationRegistration
  let now: Timestamp
  /// The addresses that name this token endpoint.
  let audiences: Set<String>
  let federationKey: RSAPublicKey

  /// - Returns: the assertion's id, which must not be seen again; `nil` for federated tokens, which may be.
  func check(_ text: String) throws(TokenFailure) -> String? {
    guard let token = JSONWebToken(text) else { throw TokenFailure(50_027) }
    guard token.claims["iss"]?.stringValue == application.clientID else {
      try checkFederated(token)
      return nil
    }
    try checkSignature(token)
    try checkLifetime(token)
    guard let audience = token.claims["aud"]?.stringValue, audiences.contains(audience) else {
      throw TokenFailure(700_023)
    }
    guard token.claims["sub"]?.stringValue == application.clientID else {
      throw TokenFailure(50_027, "JWT token is invalid: 'sub' must be the client id, as 'iss' is.")
    }
    guard let id = token.claims["jti"]?.stringValue, !id.isEmpty else {
      throw TokenFailure(50_027, "JWT token is invalid: 'jti' is missing.")
    }
    return id
  }

  /// The certificate is named by its SHA-256 thumbprint with PS256, or by the older SHA-1 one with RS256.
  private func checkSignature(_ token: JSONWebToken) throws(TokenFailure) {
    guard token.header["typ"] == nil || token.header["typ"]?.stringValue?.uppercased() == "JWT" else {
      throw TokenFailure(50_027)
    }
    let certificate: Certificate?
    if let thumbprint = token.header["x5t#S256"]?.stringValue {
      certificate = application.certificates.first { Base64.encode($0.thumbprint, .url) == thumbprint }
    } else if let thumbprint = token.header["x5t"]?.stringValue {
      certificate = application.certificates.first { Base64.encode(SHA1.hash($0.der), .url) == thumbprint }
    } else {
      throw TokenFailure(50_027, "JWT token is invalid: the header names no certificate.")
    }
    guard let certificate else { throw TokenFailure(700_027) }
    guard certificate.notAfter > now, certificate.notBefore <= now else {
      throw TokenFailure(
        700_027, "Client assertion contains an invalid signature. [Reason - The key used is expired.]")
    }
    guard let key = try? certificate.publicKey(), token.isSigned(by: key, allowing: ["PS256", "RS256"]) else {
      throw TokenFailure(
        700_027,
        "Client assertion contains an invalid signature. [Reason - The key was found, but use of the key to "
          + "verify the signature failed.]")
    }
  }

  private func checkLifetime(_ token: JSONWebToken) throws(TokenFailure) {
    guard let end = token.moment("exp"), end > now - Self.skew, end <= now + Self.longestLife + Self.skew else {
      throw TokenFailure(700_024)
    }
    let start = token.moment("nbf") ?? token.moment("iat") ?? now
    guard start <= now + Self.skew else { throw TokenFailure(700_024) }
  }

  private func checkFederated(_ token: JSONWebToken) throws(TokenFailure) {
    guard !application.federatedCredentials.isEmpty else { throw TokenFailure(70_021) }
    let issuer = token.claims["iss"]?.stringValue
    let trusted = application.federatedCredentials.filter { $0.issuer == issuer }
    guard !trusted.isEmpty else { throw TokenFailure(700_211) }
    guard token.isSigned(by: federationKey, allowing: ["RS256"]) else {
      throw TokenFailure(50_012, "AADSTS cannot validate the signature of the federated token.")
    }
    try checkLifetimeOfFederated(token)
    let audience = token.claims["aud"]?.stringValue
    guard trusted.contains(where: { $0.audience == audience }) else { throw TokenFailure(700_212) }
    let subject = token.claims["sub"]?.stringValue
    guard trusted.contains(where: { $0.audience == audience && $0.subject == subject }) else {
      throw TokenFailure(700_213)
    }
  }

  private func checkLifetimeOfFederated(_ token: JSONWebToken) throws(TokenFailure) {
    guard let end = token.moment("exp"), end > now - Self.skew else { throw TokenFailure(700_024) }
  }
}
