package import AdminCore
import Cryptography

/// The tenant and application that tokens are for.
package struct ClientApplication: Sendable {
  package let tenant: String
  /// `nil` for the machine's own managed identity only.
  package let client: GUID?
  package let credential: TokenCredential

  package init(tenant: String, client: GUID?, credential: TokenCredential) {
    self.tenant = tenant
    self.client = client
    self.credential = credential
  }
}

/// A request for a token by client credentials (RFC 6749 section 4.4), or to the managed-identity service.
struct TokenRequest: Sendable {
  private static let timeout = Duration.seconds(20)
  private static let maximumResponseSize = 1 << 20

  let application: ClientApplication
  let endpoints: ServiceEndpoints
  let audience: TokenAudience
  /// What a service wants the token to fulfil.
  let claims: String?

  private var managedIdentity: ManagedIdentity? {
    if case .managedIdentity(let identity) = application.credential { identity } else { nil }
  }

  var service: Service { managedIdentity == nil ? .login : .instanceMetadata }
  var workload: Workload { managedIdentity == nil ? .login : .instanceMetadata }
  var template: String {
    managedIdentity == nil ? "/{tenant}/oauth2/v2.0/token" : "/metadata/identity/oauth2/token"
  }

  func make(at now: Timestamp) throws(AdminError) -> HTTPRequest {
    var request = try unbounded(at: now)
    request.timeout = Self.timeout
    request.maximumResponseSize = Self.maximumResponseSize
    return request
  }

  private func unbounded(at now: Timestamp) throws(AdminError) -> HTTPRequest {
    if let managedIdentity {
      guard let request = managedIdentity.request(for: audience, client: application.client) else {
        throw CredentialFile.failure(.managedIdentity, "cannot be used: IDENTITY_ENDPOINT is not a valid address")
      }
      return request
    }
    guard let client = application.client else {
      throw CredentialFile.failure(.clientID, "is not set: use the Application (client) ID of the app registration")
    }
    let path = "/\(PercentEncoding.segment(application.tenant))/oauth2/v2.0/token"
    guard let url = HTTPURL(origin: endpoints.login, target: path) else {
      throw CredentialFile.failure(.tenantID, "must be the tenant's GUID or one of its verified domains")
    }
    var fields = [("grant_type", "client_credentials"), ("client_id", client.text), ("scope", audience.scope)]
    if let claims { fields.append(("claims", claims)) }
    fields += try proof(client: client, tokenURL: url, now: now)
    let headers: HTTPHeaders = [
      "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
      "client-request-id": LocalID.make(at: now).text,
    ]
    return HTTPRequest(.post, url, headers: headers, body: PercentEncoding.form(fields))
  }

  private func proof(client: GUID, tokenURL: HTTPURL, now: Timestamp) throws(AdminError) -> [(String, String)] {
    let assertion: String
    switch application.credential {
    case .managedIdentity: return []
    case .clientSecret(let secret): return [("client_secret", secret.reveal())]
    case .federatedToken(let file): assertion = try federatedToken(file)
    case .certificate(let identity):
      let statement = ClientAssertion(identity: identity, client: client, audience: tokenURL.text)
      do throws(CryptographyError) {
        assertion = try statement.sign(at: now, id: LocalID.make(at: now).text).reveal()
      } catch {
        throw CredentialFile.failure(.certificatePath, "names a key that OpenSSL cannot sign with")
          .because(String(describing: error))
      }
    }
    return [
      ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
      ("client_assertion", assertion),
    ]
  }

  private func federatedToken(_ file: String) throws(AdminError) -> String {
    let text = String(decoding: try CredentialFile.read(file, of: .federatedTokenFile), as: UTF8.self)
    let token = text.split(whereSeparator: \.isWhitespace)
    guard token.count == 1, token[0].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw CredentialFile.failure(.federatedTokenFile, "names a file that does not hold one token")
    }
    return String(token[0])
  }
}
