package import AdminCore

/// Fetches a document from an address that a caller gave: the guarded way to places that nobody has vouched for.
///
/// https and public addresses only, whatever their names say; no token, no cookie, no redirect; a bound on size and
/// time. Plain http, and this machine, only where the tenant itself is on this machine.
package struct DocumentFetcher: Sendable {
  private let transport: any HTTPTransport
  private let allowsLoopback: Bool

  package init(_ transport: any HTTPTransport, endpoints: ServiceEndpoints) {
    self.transport = transport
    allowsLoopback = endpoints.graph.isLoopback
  }

  /// - Parameters:
  ///   - argument: where the address stands in the call: `/addinManifestUrl`.
  ///   - accept: the media types that are wanted.
  /// - Throws: `VAL_001` for an address that is not asked, or that does not answer with the document itself.
  package func fetch(
    _ text: String, argument: String, accept: String, maximumSize: Int
  ) async throws(AdminError) -> [UInt8] {
    let url = try address(text, argument)
    var request = HTTPRequest(
      .get, url, headers: ["Accept": accept], timeout: .seconds(30), maximumResponseSize: maximumSize)
    request.reach = allowsLoopback ? .publicNetworkOrLoopback : .publicNetwork
    let response: HTTPResponse
    do throws(HTTPFailure) {
      response = try await transport.send(request)
    } catch {
      throw failure(error, url, argument, maximumSize)
    }
    switch response.status {
    case 200: break
    case 301, 302, 303, 307, 308:
      throw Self.refused(
        argument, "redirect", "\(url.origin.host) sends elsewhere; give the address that answers by itself")
    case 429, 500...:
      throw AdminError(
        .invalidArgument, "\(url.origin.host) answers with status \(response.status). Try again later.",
        isRetryable: true, details: ["path": .string(argument)])
    default:
      throw Self.refused(argument, "status", "\(url.origin.host) answers with status \(response.status)")
    }
    guard response.body.count <= maximumSize else { throw Self.tooLarge(argument, maximumSize) }
    guard !response.body.isEmpty else {
      throw Self.refused(argument, "empty", "\(url.origin.host) answers with nothing")
    }
    return response.body
  }

  private func address(_ text: String, _ argument: String) throws(AdminError) -> HTTPURL {
    guard let url = HTTPURL(text), url.origin.scheme == "https" || allowsLoopback else {
      throw Self.refused(
        argument, "https", "must be an https address, without a user name and without a fragment")
    }
    if url.origin.isLoopback, !allowsLoopback { throw Self.notPublic(argument, url) }
    if let address = NetworkAddress(host: url.origin.host) {
      let reach: HTTPRequest.Reach = allowsLoopback ? .publicNetworkOrLoopback : .publicNetwork
      guard address.isAllowed(by: reach) else { throw Self.notPublic(argument, url) }
    }
    return url
  }

  private func failure(
    _ failure: HTTPFailure, _ url: HTTPURL, _ argument: String, _ maximumSize: Int
  ) -> AdminError {
    let host = url.origin.host
    switch failure.reason {
    case .cancelled: return .cancelled
    case .refusedAddress: return Self.notPublic(argument, url)
    case .tooLarge: return Self.tooLarge(argument, maximumSize)
    case .untrusted: return Self.refused(argument, "certificate", "the certificate of \(host) is not trusted")
    case .unresolved: return Self.refused(argument, "host", "the name \(host) has no address")
    case .malformedRequest: return Self.refused(argument, "https", "is not an address that can be asked")
    default:
      return AdminError(
        .invalidArgument,
        "\(host) cannot be asked (\(failure.reason.rawValue)). Check the address, or try again later.",
        isRetryable: true, details: ["path": .string(argument)], cause: failure.detail)
    }
  }

  private static func refused(_ argument: String, _ rule: String, _ message: String) -> AdminError {
    AdminError(problems: [AdminError.Problem(path: argument, rule: rule, message: message)])
  }

  private static func notPublic(_ argument: String, _ url: HTTPURL) -> AdminError {
    refused(
      argument, "publicAddress",
      "\(url.origin.host) is not a host of the public network; addresses of private networks are never asked")
  }

  private static func tooLarge(_ argument: String, _ maximumSize: Int) -> AdminError {
    AdminError(
      .tooLarge,
      problems: [
        AdminError.Problem(
          path: argument, rule: "size", message: "answers with more than \(maximumSize >> 10) KiB")
      ])
  }
}
