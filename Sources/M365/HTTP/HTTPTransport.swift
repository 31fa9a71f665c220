/// Carries requests to services and brings back their answers: the seam between this module and the network.
///
/// A transport follows no redirect, retries nothing that may have had an effect, and never sends a request that
/// `HTTPRequest.validate()` refuses. Cancelling the surrounding task ends the request.
package protocol HTTPTransport: Sendable {
  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse
}
