import AdminCore
import Foundation
import TestSupport
import Testing

/// One journey through the executable, over stdio, against the simulated tenant over HTTP: a session of somebody who
/// approves, what the tenant was like before, and what every call took.
final class Journey {
  let installation: Installation
  let server: MCPChildProcess
  private let record: TemporaryDirectory
  private let before: Set<String>
  private let isFaulted: Bool
  private var operations: [JSONValue] = []
  private var times: [String] = []

  var client: MCPTestClient { server.client }

  /// - Parameter faultSeed: lets one request in twenty go wrong, by this seed; `nil` for a tenant that is well.
  init(faultSeed: Int?) async throws {
    record = try TemporaryDirectory()
    isFaulted = faultSeed != nil
    installation = try await Installation(
      simulator: ["--lag", "0.2", "--record", record.file("http.jsonl")],
      settings: ["M365_APPROVED_RECIPIENT_DOMAINS": "harbourfinch.example"])
    before = try await Self.tenant(installation)
    if let faultSeed {
      try await installation.simulator.setFaults(["random": ["rate": 0.05, "seed": .int(faultSeed)]])
    }
    server = try installation.serve()
    server.client.answerRequests { method, _ in
      method == "elicitation/create" ? ["action": "accept", "content": ["approve": true]] : nil
    }
    _ = try await server.client.initialize(capabilities: ["elicitation": [:]])
  }

  /// - Parameter isKept: what is not taken back at the end, because a later call takes it back or nothing does.
  func call(
    _ tool: String, _ arguments: JSONObject, meta: JSONObject = [:], isKept: Bool = false
  ) async throws -> JSONValue {
    let clock = ContinuousClock()
    let start = clock.now
    let answer = try await client.call(tool, arguments, meta: meta)
    times.append("\(tool) \(start.duration(to: clock.now).milliseconds) ms")
    #expect(!answer.isError, "\(tool): \(answer.json.text)")
    if !isKept, let id = answer.json["operationId"] { operations.append(id) }
    return answer.json
  }

  /// Takes everything back, last first, and holds the tenant against its start.
  func end(secrets: [String] = []) async throws {
    for id in operations.reversed() { _ = try await call("undo_operation", ["operationId": id], isKept: true) }
    await client.close()
    #expect(await server.end() == .status(0))
    let requests = try await installation.simulator.state("requests").arrayValue ?? []
    let attempts = requests.map { (call: Self.call($0), isServed: Self.isServed($0)) }
    let atOnce = attempts.count(where: \.isServed)
    // Attempts come in order, so the last one of a call tells how it ended.
    let calls = Dictionary(attempts.map { ($0.call, $0.isServed) }) { $1 }
    let served = calls.values.count { $0 }
    print(times.joined(separator: ", "))
    print(
      "\(served) of \(calls.count) tenant calls served after retry; \(atOnce) of \(attempts.count) requests at once")
    #expect((atOnce < attempts.count) == isFaulted, "\(atOnce) of \(attempts.count)")
    #expect(served * 100 >= calls.count * 98, "\(served) of \(calls.count) served after retry")
    try await installation.simulator.setFaults([])

    let after = try await Self.tenant(installation)
    #expect(after == before, "\(before.symmetricDifference(after).sorted())")
    let verified = try await installation.command(["audit", "verify"])
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    for secret in secrets { try installation.expectNoSecrets(secret) }
    try expectOfficialShapes(.conversation(client.transcript), .trafficFile(record.file("http.jsonl")))
  }

  /// What all attempts at one call have in common. The calls of a batch share its id.
  private static func call(_ request: JSONValue) -> String {
    [request["clientRequestId"], request["method"], request["url"]].map { $0?.text ?? "" }.joined(separator: " ")
  }

  private static func isServed(_ request: JSONValue) -> Bool {
    (request["status"]?.intValue ?? 599) < 500 && request["status"] != 429 && request["fault"] != "drop_after"
  }

  /// Users, groups, mailboxes and the organization's settings; mail itself stays. Lists are compared apart from order.
  private static func tenant(_ installation: Installation) async throws -> Set<String> {
    let users = try await installation.simulator.state("users").arrayValue ?? []
    let groups = try await installation.simulator.state("groups").arrayValue ?? []
    let mailboxes = try await installation.simulator.state("mailboxes").arrayValue ?? []
    let exchange = try await installation.simulator.state("exchange").objectValue ?? [:]
    func line(_ object: JSONValue, _ members: String...) -> String {
      members.map { member in
        let value = object[member]
        return value?.arrayValue.map { $0.map(\.text).sorted().joined(separator: ",") } ?? value?.text ?? ""
      }.joined(separator: " ")
    }
    return Set(
      users.map { user in
        line(
          user, "userPrincipalName", "accountEnabled", "displayName", "jobTitle", "department", "usageLocation",
          "managerId", "licenses")
      }
        + groups.map { line($0, "displayName", "owners", "members") }
        + mailboxes.filter { $0["isInactive"] != true }.map {
          line($0, "address", "settings", "configuration", "rules")
        }
        + exchange.map { "\($0.key) \($0.value.text)" })
  }

  /// The rows of the trace of one message, once they say what became of it.
  func trace(_ messageID: JSONValue?, rows: Int) async throws -> [JSONValue] {
    let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    var found: [JSONValue] = []
    for _ in 0..<30 {
      found =
        try await call(
          "get_message_tracking_logs",
          [
            "startDate": .string((now - .seconds(86_400)).iso8601),
            "endDate": .string((now + .seconds(86_400)).iso8601),
            "messageId": try #require(messageID), "details": true,
          ])["items"]?.arrayValue ?? []
      if found.count == rows, !found.contains(where: { $0["status"] == "gettingStatus" }) { return found }
      try await Task.sleep(for: .milliseconds(200))
    }
    return found
  }
}
