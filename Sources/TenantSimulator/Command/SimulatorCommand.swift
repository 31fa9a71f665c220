package import AdminCore
import Cryptography
import Glibc

/// The program `tenant-simulator`, apart from its process: reads the files, serves, says that it is ready, and stops.
package enum SimulatorCommand {
  /// Why the program ends before it served, with the exit code that says so.
  package struct Failure: Error, Sendable {
    package let exitCode: Int32
    package let message: String
  }

  /// - Parameters:
  ///   - announce: takes the one line for standard output, without its line feed.
  ///   - wait: returns when it is time to stop.
  package static func run(
    _ arguments: SimulatorArguments, timekeeper: any Timekeeper = SystemTimekeeper(), announce: (String) -> Void,
    wait: () -> Void
  ) throws(Failure) {
    let tenant = try tenant(arguments, timekeeper)
    let server: SimulatorServer
    do {
      server = try SimulatorServer(tenant, listen: arguments.listen, tls: arguments.usesTLS)
    } catch {
      throw Failure(exitCode: EX_UNAVAILABLE, message: "\(error)")
    }
    defer { server.stop() }
    do {
      var files = try RunFiles()
      announce(try readyLine(server, &files))
      wait()
      files.remove()
    } catch {
      throw Failure(exitCode: EX_CANTCREAT, message: "\(error)")
    }
  }

  private static func tenant(
    _ arguments: SimulatorArguments, _ timekeeper: any Timekeeper
  ) throws(Failure) -> SimulatedTenant {
    let seed = try arguments.seedFile.map { path throws(Failure) in
      try valid(path) { text throws(SeedError) in try Seed(text: text) }
    }
    let faults = try arguments.faultsFile.map { path throws(Failure) in
      try valid(path) { text throws(SeedError) in
        do throws(JSONParseError) {
          return try JSONParser.parse(text)
        } catch {
          throw SeedError("", "is not valid JSON: \(error)")
        }
      }
    }
    let recorder = try arguments.recordFile.map { path throws(Failure) in
      do throws(SeedError) {
        return try ExchangeRecorder(file: path)
      } catch {
        throw Failure(exitCode: EX_CANTCREAT, message: "\(error)")
      }
    }
    do {
      return try SimulatedTenant(
        SimulatedTenant.Options(
          seed: seed, lags: arguments.lags, faults: try faults.map { try FaultPlan(json: $0) } ?? FaultPlan(),
          timekeeper: timekeeper, recorder: recorder))
    } catch let error as SeedError {
      throw Failure(exitCode: EX_DATAERR, message: "\(error)")
    } catch {
      throw Failure(exitCode: EX_SOFTWARE, message: "\(error)")
    }
  }

  private static func valid<Value>(
    _ path: String, _ read: (String) throws(SeedError) -> Value
  ) throws(Failure) -> Value {
    guard let text = contents(of: path) else {
      throw Failure(exitCode: EX_NOINPUT, message: "\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
    do throws(SeedError) {
      return try read(text)
    } catch {
      throw Failure(exitCode: EX_DATAERR, message: "\(path): \(error)")
    }
  }

  /// A file of at most 16 MiB.
  private static func contents(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= 16 << 20 {
      let count = read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { return nil }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(contentsOf: buffer.prefix(count))
    }
    errno = EFBIG
    return nil
  }

  private static func readyLine(_ server: SimulatorServer, _ files: inout RunFiles) throws -> String {
    let credentials = server.tenant.credentials
    var line: JSONObject = [
      "login": .string(server.origin), "graph": .string(server.origin), "exchange": .string(server.origin),
      "tenantId": .string(credentials.tenantID), "clientId": .string(credentials.clientID),
      "clientSecret": .string(credentials.clientSecret.reveal()),
      "certificatePath": .string(try files.write("client.pem", try credentials.certificateFile())),
      "domain": .string(server.tenant.domain), "sampleManifest": .string(server.origin + SampleManifest.path),
      "control": .string(server.controlOrigin),
    ]
    if let authority = server.authorityPEM { line["caFile"] = .string(try files.write("ca.pem", authority)) }
    return JSONValue.object(line).text
  }
}
