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
      requests.wait { try? await tenant.handle(request) }
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
}
