import AdminCore
import Foundation
import M365

/// A simulated tenant as a program of its own. It ends with its standard input, so that none outlives its test.
final class SimulatorProcess: @unchecked Sendable {
  struct NotReady: Error {
    let errors: String
  }

  let ready: JSONValue
  private let process: Process
  private let input: Pipe
  private let client: CurlTransport

  init(_ options: [String] = ["--lag", "none"], home: String) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: Programs.simulator)
    process.arguments = ["--listen", "127.0.0.1:0", "--until-eof"] + options
    process.environment = Programs.environment(home: home)
    input = Pipe()
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    var line = Data()
    while !line.contains(0x0A) {
      let chunk = output.fileHandleForReading.availableData
      if chunk.isEmpty { break }
      line += chunk
    }
    guard let ready = try? JSONParser.parse(Array(line.prefix { $0 != 0x0A })) else {
      throw NotReady(errors: String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self))
    }
    self.ready = ready
    client = CurlTransport()
  }

  subscript(key: String) -> String { ready[key]?.stringValue ?? "" }

  /// The settings that lead a server here.
  var settings: [String: String] {
    var settings = [
      "AZURE_TENANT_ID": self["tenantId"], "AZURE_CLIENT_ID": self["clientId"],
      "AZURE_CERTIFICATE_PATH": self["certificatePath"], "M365_LOGIN_ENDPOINT": self["login"],
      "M365_GRAPH_ENDPOINT": self["graph"], "M365_EXCHANGE_ENDPOINT": self["exchange"],
      "M365_DEFAULT_SENDER": "test.user2@" + self["domain"],
    ]
    if ready["caFile"] != nil { settings["M365_CA_FILE"] = self["caFile"] }
    return settings
  }

  // MARK: Control

  func state(_ part: String) async throws -> JSONValue {
    try await control(.get, "/state/" + part)
  }

  func setFaults(_ plan: JSONValue) async throws { _ = try await control(.post, "/faults", plan) }
  /// A token made to order; see docs/simulator.md.
  func token(_ order: JSONValue) async throws -> String {
    try await control(.post, "/tokens", order)["token"]?.stringValue ?? ""
  }

  func setLags(_ lags: JSONValue) async throws { _ = try await control(.post, "/lags", lags) }

  private func control(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
    guard let url = HTTPURL(self["control"] + path) else { throw NotReady(errors: "no control address") }
    let answer = try await client.send(
      HTTPRequest(method, url, headers: ["Content-Type": "application/json"], body: body?.serialized ?? []))
    return try JSONParser.parse(answer.body)
  }

  /// Lets a subscription end at another moment, as somebody else in the tenant could.
  func setExpiry(of subscription: String, to time: Timestamp) async throws {
    guard let url = HTTPURL("\(self["graph"])/v1.0/subscriptions/\(subscription)") else {
      throw NotReady(errors: "no Graph address")
    }
    let body: JSONValue = ["expirationDateTime": .string(time.iso8601)]
    let headers: HTTPHeaders = [
      "Content-Type": "application/json", "Authorization": "Bearer \(try await token(["kind": "graph"]))",
    ]
    let answer = try await client.send(HTTPRequest(.patch, url, headers: headers, body: body.serialized))
    guard answer.status == 200 else { throw NotReady(errors: "Graph refused the expiry: \(answer.status)") }
  }

  /// Users of that sign-in name, with and without the deleted ones.
  func users(named name: String) async throws -> [JSONValue] {
    (try await state("users").arrayValue ?? []).filter { $0["userPrincipalName"]?.stringValue == name }
  }

  /// How many mails with that subject have been sent; drafts are not counted.
  func sentMail(subject: String) async throws -> Int {
    (try await state("sentMail").arrayValue ?? []).count { $0["subject"]?.stringValue == subject }
  }

  func stop() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  deinit { process.terminate() }
}
