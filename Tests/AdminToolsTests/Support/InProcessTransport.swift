import AdminCore
import Glibc
import M365
import Synchronization
import TenantSimulator

/// Joins the product's HTTP seam to a simulated tenant in the same process: no sockets, no waiting.
final class InProcessTransport: HTTPTransport {
  private let tenant: SimulatedTenant
  private let seen = Mutex<[String]>([])
  private let hooks = Mutex<[(pattern: String, act: @Sendable () async -> Void)]>([])

  init(_ tenant: SimulatedTenant) { self.tenant = tenant }

  /// `POST /v1.0/users`, in the order in which requests left.
  var requests: [String] { seen.withLock { $0 } }

  /// Runs `act` before each request that fits, such as `POST /v1.0/users/*/messages`, reaches the tenant.
  func onRequest(_ pattern: String, _ act: @escaping @Sendable () async -> Void) {
    hooks.withLock { $0.append((pattern, act)) }
  }

  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    try request.validate()
    let line = "\(request.method.rawValue) \(request.url.path)"
    seen.withLock { $0.append(line) }
    for hook in hooks.withLock({ $0 }) where fnmatch(hook.pattern, line, FNM_PATHNAME) == 0 { await hook.act() }
    var headers = HeaderFields()
    for field in request.headers.fields { headers.add(field.name, field.value) }
    let answer: SimulatedResponse
    do throws(ConnectionLost) {
      answer = try await tenant.handle(
        SimulatedRequest(request.method.rawValue, request.url.text, headers: headers, body: request.body))
    } catch {
      throw HTTPFailure(.interrupted, .maybeSent, "the simulated connection was lost")
    }
    var received = HTTPHeaders()
    for field in answer.headers.fields { received.add(field.name, field.value) }
    return HTTPResponse(status: answer.status, headers: received, body: answer.body)
  }
}
