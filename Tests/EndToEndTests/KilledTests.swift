import AdminCore
import Glibc
import MCPProtocol
import TestSupport
import Testing

/// A server that is killed, by the signal nobody can catch, at one request to the tenant after the other.
@Suite("A server killed in the middle", .serialized, .timeLimit(.minutes(10)))
struct KilledTests {
  private static let user: JSONObject = ["displayName": "Ada Lovelace", "license": "BusinessStandard"]

  @Test("At whatever request it is killed, the next one ends the operation, and nothing happens twice")
  func everyRequest() async throws {
    var (deaths, completed) = (0, 0)
    for number in 0..<60 {
      guard let state = try await killed(at: number) else { break }
      deaths += 1
      if state == "completed" { completed += 1 }
    }
    print("killed at \(deaths) requests; \(completed) times the next process completed the operation")
    #expect(deaths > 8 && completed > 3, "\(deaths), \(completed)")
  }

  /// - Parameter number: how many requests the tenant answers before the one at which the server is killed.
  /// - Returns: how the operation ended, or `none` where it had not begun; `nil` where there are not so many requests.
  private func killed(at number: Int) async throws -> String? {
    let installation = try await Installation(simulator: ["--lag", "none"])
    let email = "ada@\(installation.domain)"
    try await installation.simulator.setFaults([
      ["match": [:], "action": "delay", "seconds": 600, "skip": .int(number), "times": 1]
    ])
    let first = try installation.serve()
    _ = try await first.client.initialize()
    let call = first.client.begin(
      "tools/call", ["name": "create_user", "arguments": .object(Self.user.merging(["email": .string(email)]))])
    let isAnswered = Latch<Bool>()
    let waiting = Task { if (try? await first.client.response(to: call)) != nil { isAnswered.set(true) } }
    #expect(
      await eventually {
        if isAnswered.value == true { return true }
        return (try? await installation.simulator.state("faults").text.contains("\"hits\":1")) == true
      }, "request \(number)")
    first.signal(SIGKILL)
    #expect(await first.end() == .signal(SIGKILL))
    waiting.cancel()
    guard isAnswered.value != true else { return nil }

    let second = try installation.serve()
    _ = try await second.client.initialize()
    let ended = Latch<String>()
    #expect(
      await eventually {
        let operations = try? await second.client.call("list_operations", [:]).json["items"]?.arrayValue
        guard let operations else { return false }
        let state = operations.first?["state"]?.stringValue ?? "none"
        guard ["none", "completed", "failed", "abandoned", "blocked"].contains(state) else { return false }
        ended.set(state)
        return true
      }, "request \(number)")
    let state = ended.value ?? "still running"
    await second.client.close()
    #expect(await second.end() == .status(0))
    let users = try await installation.simulator.users(named: email)
    let made = try await installation.simulator.state("counts")["userCreated"]?.intValue ?? 0
    switch state {
    case "completed": #expect(made == 1 && users.first?["licenses"] == ["O365_BUSINESS_PREMIUM"], "request \(number)")
    case "none", "abandoned": #expect(made == 0 && users.isEmpty, "request \(number), \(state)")
    default: Issue.record("request \(number): the operation is \(state)")
    }
    #expect(try await installation.command(["audit", "verify"]).status == 0, "request \(number)")
    return state
  }
}
