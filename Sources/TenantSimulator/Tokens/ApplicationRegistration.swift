package import AdminCore
package import Cryptography

/// The application that administers the tenant: how it may prove itself.
struct ApplicationRegistration: Sendable {
  struct ClientSecret: Sendable {
    let value: String
    var expiresAt: Timestamp?
  }

  /// A trust in tokens that somebody else issued (workload identity federation).
  struct FederatedCredential: Sendable {
    var issuer: String
    var subject: String
    var audience: String
  }

  let clientID: String
  var displayName: String
  var servicePrincipalID: String
  var secrets: [ClientSecret]
  var certificates: [Certificate]
  var federatedCredentials: [FederatedCredential]
  /// The directory roles that its service principal holds.
  var directoryRoles: [DirectoryRole]
  /// What `IDENTITY_HEADER` must be for the managed identity endpoint.
  var identityHeader: String
}

/// What somebody needs to sign in to the simulated tenant.
package struct TenantCredentials: Sendable {
  package let tenantID: String
  package let clientID: String
  package let clientSecret: Secret<String>
  package let identity: ClientIdentity
  /// The value for `IDENTITY_HEADER`, where a managed identity is tried.
  package let identityHeader: Secret<String>

  /// Certificate and private key in one PEM text, as `AZURE_CERTIFICATE_PATH` takes it.
  package func certificateFile() throws(CryptographyError) -> String {
    try identity.privateKey.pem().reveal() + identity.certificate.pem()
  }
}
