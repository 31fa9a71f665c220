import AdminCore
import Cryptography
import Synchronization

/// A simulated tenant behind HTTP: one listener for all of its services, whose paths never clash, and another on
/// loopback for the control endpoint, which is no part of the tenant.
package final class SimulatorServer: Sendable {
  package let tenant: SimulatedTenant
  /// `http://127.0.0.1:41231`, without a path: login, Graph and Exchange alike.
  package let origin: String
  package let controlOrigin: String
  /// The certificate authority to trust, in PEM form; `nil` without TLS.
  package let authorityPEM: String?

  private let requests = RunningRequests()
  private let daemons: Mutex<Daemons?>

  private struct Daemons: ~Copyable {
    let services: HTTPDaemon
    let control: HTTPDaemon
  }

  package init(_ tenant: SimulatedTenant, listen address: ListenAddress = .loopback, tls: Bool = false) throws {
    self.tenant = tenant
    let identity = tls ? try ServerIdentity(host: address.host, now: tenant.timekeeper.now()) : nil
    let requests = requests
    let socket = try ListenSocket(address)
    origin = "\(tls ? "https" : "http")://\(socket.address)"
    authorityPEM = try identity?.authority.pem()
    let services = try HTTPDaemon(
      socket, tls: identity.map { HTTPDaemon.TLS(certificate: $0.chain, key: $0.key.reveal()) }
    ) { request in
      requests.wait { Self.dated(try? await tenant.handle(request), tenant.timekeeper) }
    }
    let controlSocket = try ListenSocket(.loopback)
    controlOrigin = "http://\(controlSocket.address)"
    let control = try HTTPDaemon(controlSocket, tls: nil) { request in
      requests.wait { await tenant.control(request) }
    }
    daemons = Mutex(Daemons(services: services, control: control))
  }

  /// Closes every connection. Requests being served get no answer.
  package func stop() {
    requests.stop()
    daemons.withLock { $0 = nil }
  }

  deinit { stop() }

  /// The `Date` field, which libmicrohttpd would take from the machine's clock.
  private static func dated(_ response: SimulatedResponse?, _ timekeeper: any Timekeeper) -> SimulatedResponse? {
    guard var response else { return nil }
    response.headers["Date"] = timekeeper.now().httpDate
    return response
  }
}

extension Timestamp {
  /// `Mon, 05 Jan 2026 08:00:00 GMT`, the form of RFC 9110 section 5.6.7.
  var httpDate: String {
    let date = CalendarDate(daysSinceEpoch: seconds / 86_400)
    let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.weekday]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let number = date.day < 10 ? "0\(date.day)" : String(date.day)
    return "\(day), \(number) \(months[date.month - 1]) \(date.year) \(iso8601.dropFirst(11).prefix(8)) GMT"
  }
}
