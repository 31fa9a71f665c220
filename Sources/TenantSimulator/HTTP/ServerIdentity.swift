import AdminCore
import Cryptography

/// A certificate authority of the simulator's own, and the server certificate that it signs.
struct ServerIdentity: Sendable {
  /// What clients are told to trust.
  let authority: Certificate
  /// Server certificate and authority, one after the other.
  let chain: String
  let key: Secret<String>

  /// - Parameter host: the address that is listened on, besides the names of loopback.
  init(host: String, now: Timestamp) throws(CryptographyError) {
    let (start, end) = (now - .seconds(86_400), now + .seconds(365 * 86_400))
    let authorityKey = try SharedKeys.authority()
    authority = try CertificateBuilder(
      commonName: "Tenant simulator authority", purpose: .authority, notBefore: start, notAfter: end
    ).build(for: authorityKey)
    let names = ["DNS:localhost", "IP:127.0.0.1", "IP:::1"]
    let own = "IP:\(host)"
    let serverKey = try SharedKeys.server()
    let certificate = try CertificateBuilder(
      commonName: "Tenant simulator", purpose: .server(names: names.contains(own) ? names : names + [own]),
      notBefore: start, notAfter: end
    ).build(for: serverKey, issuer: ClientIdentity(certificate: authority, privateKey: authorityKey))
    chain = try certificate.pem() + authority.pem()
    key = try serverKey.pem()
  }
}
