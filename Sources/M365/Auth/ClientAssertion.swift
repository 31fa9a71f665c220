import AdminCore
import Cryptography

/// The signed statement with which an application proves that it holds its certificate's key (RFC 7523 section 2.2, in
/// the form Microsoft Entra wants it). A new one for each request.
struct ClientAssertion: Sendable {
  let identity: ClientIdentity
  let client: GUID
  /// The v2.0 token endpoint of the tenant.
  let audience: String

  func sign(at now: Timestamp, id: String) throws(CryptographyError) -> Secret<String> {
    let header: JSONObject = [
      "alg": "PS256", "typ": "JWT", "x5t#S256": .string(Base64.encode(identity.certificate.thumbprint, .url)),
    ]
    let claims: JSONObject = [
      "aud": .string(audience), "iss": .string(client.text), "sub": .string(client.text), "jti": .string(id),
      "nbf": .int(now.seconds), "iat": .int(now.seconds), "exp": .int(now.seconds + 600),
    ]
    return Secret(
      try JSONWebSignature.sign(header: header, claims: claims, key: identity.privateKey, .ps256))
  }
}
