package import AdminCore
package import Cryptography

/// What the application proves itself with, ready for use.
package enum TokenCredential: Sendable {
  case certificate(ClientIdentity)
  case clientSecret(Secret<String>)
  /// Read anew for each token, because whoever writes the file replaces it.
  case federatedToken(file: String)
  case managedIdentity(ManagedIdentity)

  /// - Parameter environment: looks up what Azure puts into the environment of its machines.
  package init(
    _ credential: Configuration.Credential, environment: (String) -> String? = ProcessEnvironment.value
  ) throws(AdminError) {
    switch credential {
    case .clientSecret(let secret): self = .clientSecret(secret)
    case .federatedToken(let file): self = .federatedToken(file: file)
    case .managedIdentity: self = .managedIdentity(try ManagedIdentity(environment: environment))
    case .certificate(let file, let password): self = .certificate(try Self.identity(file, password))
    }
  }

  private static func identity(_ file: String, _ password: Secret<String>?) throws(AdminError) -> ClientIdentity {
    let bytes = try CredentialFile.read(file, of: .certificatePath)
    do throws(CryptographyError) {
      return try ClientIdentity(file: bytes, password: password)
    } catch {
      switch error {
      case .wrongPassword:
        throw CredentialFile.failure(
          .certificatePassword, "is not the password of the file that AZURE_CERTIFICATE_PATH names")
      case .malformed(let what):
        throw CredentialFile.failure(.certificatePath, "names a file that cannot be used: \(what)")
      case .weakKey(let bits):
        throw CredentialFile.failure(
          .certificatePath, "names a key of \(bits) bits; Microsoft accepts RSA keys of 2048 bits or more")
      case .notAuthentic, .library:
        throw CredentialFile.failure(.certificatePath, "names a file that OpenSSL cannot use")
          .because(String(describing: error))
      }
    }
  }

  /// Known without asking anybody.
  package var certificateExpiresAt: Timestamp? {
    if case .certificate(let identity) = self { identity.certificate.notAfter } else { nil }
  }
}

/// Where a machine in Azure asks for tokens in its own name.
package struct ManagedIdentity: Sendable {
  /// App Service, Functions, Container Apps and Arc set this; elsewhere the metadata service is asked.
  struct Endpoint: Sendable {
    let url: HTTPURL
    let header: Secret<String>
  }

  let endpoint: Endpoint?

  package init(environment: (String) -> String?) throws(AdminError) {
    guard let text = environment("IDENTITY_ENDPOINT"), !text.isEmpty,
      let header = environment("IDENTITY_HEADER"), !header.isEmpty
    else {
      endpoint = nil
      return
    }
    // The key in the header opens the endpoint to anybody who sees it, so it goes to this machine and nowhere else.
    guard let url = HTTPURL(text), url.origin.isLoopback else {
      throw CredentialFile.failure(
        .managedIdentity, "cannot be used: IDENTITY_ENDPOINT does not name an address of this machine")
    }
    endpoint = Endpoint(url: url, header: Secret(header))
  }

  /// - Parameter client: of a user-assigned identity; `nil` for the machine's own.
  func request(for audience: TokenAudience, client: GUID?) -> HTTPRequest? {
    var query = "resource=\(PercentEncoding.strict(audience.resource))"
    if let client { query += "&client_id=\(client.text)" }
    if let endpoint {
      let separator = endpoint.url.target.contains("?") ? "&" : "?"
      let url = HTTPURL(
        origin: endpoint.url.origin,
        target: endpoint.url.target + separator + "api-version=2019-08-01&" + query)
      return url.map { HTTPRequest(.get, $0, headers: ["X-IDENTITY-HEADER": endpoint.header.reveal()]) }
    }
    let url = HTTPURL(
      origin: .instanceMetadata, target: "/metadata/identity/oauth2/token?api-version=2018-02-01&" + query)
    return url.map { HTTPRequest(.get, $0, headers: ["Metadata": "true"]) }
  }
}
