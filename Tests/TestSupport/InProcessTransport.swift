import Glibc
package import M365
import Synchronization
package import TenantSimulator

/// Joins the product's HTTP seam to a simulated tenant in the same process: no sockets, no waiting.
package final class InProcessTransport: HTTPTransport {
  private let tenant: SimulatedTenant
  private let seen = Mutex<[HTTPRequest]>([])
  private let elsewhere = Mutex<[String: HTTPResponse]>([:])
  private let rewriting = Mutex<(@Sendable (HTTPResponse) -> HTTPResponse)?>(nil)
  /// By the id that all attempts at one call share: whether the last of them was served.
  private let outcomes = Mutex<[String: Bool]>([:])
  private let hooks = Mutex<[(pattern: String, act: @Sendable () async -> Void)]>([])

  package init(_ tenant: SimulatedTenant) { self.tenant = tenant }

  /// `POST /v1.0/users`, in the order in which requests left.
  package var requests: [String] { sent.map { "\($0.method.rawValue) \($0.url.path)" } }

  /// The same as they were sent.
  package var sent: [HTTPRequest] { seen.withLock { $0 } }

  /// Runs `act` before each request that fits, such as `POST /v1.0/users/*/messages`, reaches the tenant.
  package func onRequest(_ pattern: String, _ act: @escaping @Sendable () async -> Void) {
    hooks.withLock { $0.append((pattern, act)) }
  }

  /// Answers requests to an address that is not the tenant's.
  package func answer(_ url: String, _ response: HTTPResponse) { elsewhere.withLock { $0[url] = response } }

  /// Has every answer of the tenant pass through `change`.
  package func rewriteAnswers(_ change: @escaping @Sendable (HTTPResponse) -> HTTPResponse) {
    rewriting.withLock { $0 = change }
  }

  /// How many calls there were, retries not counted, and how many of them were served in the end.
  package var calls: (made: Int, served: Int) {
    outcomes.withLock { ($0.count, $0.values.count { $0 }) }
  }

  private func note(_ request: HTTPRequest, wasServed: Bool) {
    guard let id = request.headers["client-request-id"] else { return }
    outcomes.withLock { $0[id] = wasServed }
  }

  package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    try request.validate()
    let line = "\(request.method.rawValue) \(request.url.path)"
    seen.withLock { $0.append(request) }
    if let response = elsewhere.withLock({ $0[request.url.text] }) { return response }
    for hook in hooks.withLock({ $0 }) where fnmatch(hook.pattern, line, FNM_PATHNAME) == 0 { await hook.act() }
    var headers = HeaderFields()
    for field in request.headers.fields { headers.add(field.name, field.value) }
    let answer: SimulatedResponse
    do throws(ConnectionLost) {
      answer = try await tenant.handle(
        SimulatedRequest(request.method.rawValue, request.url.text, headers: headers, body: request.body))
    } catch {
      note(request, wasServed: false)
      throw HTTPFailure(.interrupted, .maybeSent, "the simulated connection was lost")
    }
    var received = HTTPHeaders()
    for field in answer.headers.fields { received.add(field.name, field.value) }
    note(request, wasServed: answer.status < 500 && answer.status != 429)
    let response = HTTPResponse(status: answer.status, headers: received, body: answer.body)
    return rewriting.withLock { $0 }?(response) ?? response
  }
}
