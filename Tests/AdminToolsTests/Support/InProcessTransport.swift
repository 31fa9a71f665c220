import AdminCore
import M365
import Synchronization
import TenantSimulator

/// Joins the product's HTTP seam to a simulated tenant in the same process: no sockets, no waiting.
final class InProcessTransport: HTTPTransport {
  private let tenant: SimulatedTenant
  private let seen = Mutex<[String]>([])

  init(_ tenant: SimulatedTenant) { self.tenant = tenant }

  /// `POST /v1.0/users`, in the order in which requests left.
  var requests: [String] { seen.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    try request.validate()
    seen.withLock { $0.append("\(request.method.rawValue) \(request.url.path)") }
    var headers = HeaderFields()
    for field in request.headers.fields { headers.add(field.name, field.value) }
    let answer: SimulatedResponse
    do throws(ConnectionLost) {
      answer = try await tenant.handle(
        SimulatedRequest(request.method.rawValue, request.url.target, headers: headers, body: request.body))
    } catch {
      throw HTTPFailure(.interrupted, .maybeSent, "the simulated connection was lost")
    }
    var received = HTTPHeaders()
    for field in answer.headers.fields { received.add(field.name, field.value) }
    return HTTPResponse(status: answer.status, headers: received, body: answer.body)
  }
}
