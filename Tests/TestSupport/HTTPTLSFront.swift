import AdminCore
import Cryptography
import Foundation
import Glibc

/// nghttpx (Debian's nghttp2-proxy) before a loopback server: real TLS and real HTTP/2, with a certificate authority
/// of its own.
package final class HTTPTLSFront: Sendable {
  package struct Options: Sendable {
    /// The names in the server's certificate.
    package var names = ["IP:127.0.0.1"]
    package var arguments: [String] = []

    package init() {}
  }

  package static let program = "/usr/sbin/nghttpx"
  package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

  package let port: Int
  /// PEM file of the authority that signed the server's certificate.
  package let caFile: String
  private let directory: TemporaryDirectory
  private let process: Process

  package init(before backend: Int, options: Options = Options()) async throws {
    directory = try TemporaryDirectory()
    caFile = directory.file("ca.pem")
    try Self.writeCertificates(names: options.names, in: directory)
    // nghttpx does not take port 0, so a port is found for it; in the rare case that somebody else is faster it ends
    // and another one is tried.
    for _ in 0..<10 {
      let port = try Self.freePort()
      let process = try Self.start(options, port: port, backend: backend, directory)
      if await eventually({ Self.accepts(port) || !process.isRunning }), process.isRunning {
        self.port = port
        self.process = process
        return
      }
    }
    throw HTTPLoopbackServer.POSIXFailure(errno: EADDRINUSE)
  }

  deinit { process.terminate() }

  package var origin: String { "https://127.0.0.1:\(port)" }

  private static func writeCertificates(names: [String], in directory: TemporaryDirectory) throws {
    let now = SystemTimekeeper().now()
    let keys = (authority: try RSAPrivateKey.generate(), server: try RSAPrivateKey.generate())
    func build(_ name: String, _ purpose: CertificateBuilder.Purpose) -> CertificateBuilder {
      CertificateBuilder(
        commonName: name, purpose: purpose, notBefore: now - .seconds(3600), notAfter: now + .seconds(86_400))
    }
    let authority = try build("Test authority", .authority).build(for: keys.authority)
    let server = try build("Test server", .server(names: names)).build(
      for: keys.server, issuer: ClientIdentity(certificate: authority, privateKey: keys.authority))
    func write(_ text: String, _ file: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: directory.file(file)))
    }
    try write(authority.pem(), "ca.pem")
    try write(server.pem(), "server.pem")
    try write(keys.server.pem().reveal(), "server.key")
  }

  private static func start(
    _ options: Options, port: Int, backend: Int, _ directory: TemporaryDirectory
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments =
      [
        "--conf=/dev/null", "--workers=1", "--no-ocsp", "--log-level=FATAL", "--frontend=127.0.0.1,\(port)",
        "--backend=127.0.0.1,\(backend)", "--backend-read-timeout=60s",
      ] + options.arguments + [directory.file("server.key"), directory.file("server.pem")]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private static func freePort() throws -> Int {
    try HTTPLoopbackServer { _ in [] }.port
  }

  private static func accepts(_ port: Int) -> Bool {
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(connection) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
