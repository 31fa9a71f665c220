package import AdminCore

/// The keys with which the tenant's sign-in service signs tokens, as the document that it publishes (RFC 7517).
package struct SigningKeyDocument: Sendable {
  /// Entra's documents have a few dozen kilobytes.
  private static let maximumSize = 1 << 20
  private static let timeout = Duration.seconds(10)

  private let login: Origin
  private let tenant: String?
  private let transport: any HTTPTransport

  package init(_ configuration: Configuration, transport: any HTTPTransport) {
    login = ServiceEndpoints(configuration).login
    tenant = configuration.callers.tenants.first?.text ?? configuration.tenant
    self.transport = transport
  }

  /// Asks once. A redirect is not followed, and nothing longer than a mebibyte is read.
  package func fetch() async throws(AdminError) -> [UInt8] {
    guard let tenant, let url = HTTPURL(origin: login, target: "/\(tenant)/discovery/v2.0/keys") else {
      throw .misconfigured([
        Configuration.Problem(setting: .callerTenants, message: "is not set: name the tenant by its id (GUID)")
      ])
    }
    let answer: HTTPResponse
    do throws(HTTPFailure) {
      answer = try await transport.send(
        HTTPRequest(
          .get, url, headers: ["Accept": "application/json"], timeout: Self.timeout,
          maximumResponseSize: Self.maximumSize, acceptsCompression: true))
    } catch {
      throw AdminError(
        .authenticationFailed, "The sign-in service at \(login) does not give its keys (\(error.reason.rawValue)).",
        isRetryable: true, cause: error.detail)
    }
    guard answer.status == 200 else {
      throw AdminError(
        .authenticationFailed, "The sign-in service at \(login) answers \(answer.status) where its keys should be.",
        isRetryable: true)
    }
    return answer.body
  }
}
