import AdminCore
import Foundation
import TestSupport
import Testing

/// What goes wrong around a server: other processes, full disks, a tenant that goes away.
@Suite("Failures around the server", .serialized)
struct FailureTests {
  private static let user: JSONObject = ["displayName": "Ada Lovelace", "license": "BusinessStandard"]

  @Test("One of two servers is killed in the middle of a workflow; the other finishes it, and nothing happens twice")
  func killed() async throws {
    let installation = try await Installation()
    let email = "ada@\(installation.domain)"
    try await installation.simulator.setFaults([
      [
        "match": ["method": "POST", "path": "/v1.0/users/*/assignLicense"], "action": "delay", "seconds": 600,
        "times": 1,
      ]
    ])
    let first = try installation.serve()
    let second = try installation.serve()
    _ = try await first.client.initialize()
    _ = try await second.client.initialize()
    first.client.begin(
      "tools/call",
      ["name": "create_user", "arguments": .object(Self.user.merging(["email": .string(email)]))])
    #expect(await eventually { (try? await installation.simulator.users(named: email).count) == 1 })
    first.signal(SIGKILL)
    #expect(await first.end() == .signal(SIGKILL))
    #expect(
      await eventually {
        (try? await installation.simulator.users(named: email).first?["licenses"]) == ["O365_BUSINESS_PREMIUM"]
      }, "the lease runs out after two seconds, and the other process takes over")
    #expect(
      await eventually {
        let health = try? await second.client.result("resources/read", ["uri": "m365://health"])
        return health?["contents"]?.text.contains("reset the first password") == true
      }, "health lists what was gone on with, and what is left for a person")
    await second.client.close()
    #expect(await second.end() == .status(0))
    #expect(try await installation.simulator.users(named: email).count == 1)
    #expect(try await installation.simulator.state("counts")["userCreated"] == 1)
    #expect(try await installation.command(["audit", "verify"]).status == 0)
  }

  @Test("A tenant that goes away in the middle is an error with the remedy, and the server stays")
  func tenantGone() async throws {
    let installation = try await Installation()
    let server = try installation.serve()
    _ = try await server.client.initialize()
    try await installation.simulator.setFaults([
      ["match": ["method": "GET", "path": "/v1.0/subscribedSkus"], "action": "delay", "seconds": 600]
    ])
    let call = server.client.begin(
      "tools/call",
      [
        "name": "create_user",
        "arguments": .object(Self.user.merging(["email": .string("ada@\(installation.domain)")])),
      ])
    #expect(
      await eventually { (try? await installation.simulator.state("faults").text.contains("\"hits\":1")) == true })
    installation.simulator.kill()
    let answer = try await server.client.response(to: call)["result"]
    #expect(answer?["isError"] == true)
    #expect(answer?["structuredContent"]?["code"] == "GRAPH_001")
    #expect(answer?["structuredContent"]?["retryable"] == true)
    #expect(answer?["structuredContent"]?["message"]?.stringValue?.contains("M365_GRAPH_ENDPOINT") == true)
    #expect(try await server.client.call("list_email_templates", [:]).json["count"] == 3)
    await server.client.close()
    #expect(await server.end() == .status(0))
  }

  @Test("A mail of which nobody can tell whether it went out waits for a person's word, and ends with it")
  func resolved() async throws {
    let installation = try await Installation(simulator: ["--lag", "none"])
    try await installation.simulator.setLags(["delivery": 3600])
    let server = try installation.serve()
    _ = try await server.client.initialize()
    let template = try await server.client.call(
      "create_email_template",
      [
        "templateName": "Plain", "subject": "Plain", "bodyHtml": "<p>Hello.</p>",
        "category": "customer_communication",
      ])
    try await installation.simulator.setFaults([
      ["match": ["method": "POST", "path": "/v1.0/users/*/messages/*/send"], "action": "drop_after", "times": 1]
    ])
    let sent = try await server.client.call(
      "send_from_template",
      [
        "templateId": try #require(template.json["templateId"]), "variables": [:],
        "to": [.string("test.user2@\(installation.domain)")],
      ])
    #expect(sent.json["code"] == "MAIL_003", "\(sent.json.text)")
    let operation = try #require(sent.json["details"]?["operationId"]?.stringValue)
    await server.client.close()
    #expect(await server.end() == .status(0))

    #expect(try await installation.command(["health"]).status == 1)
    let resolved = try await installation.command(["resolve", operation, "did-not-happen"])
    #expect(resolved.status == 0, "\(resolved.errors)")
    #expect(resolved.output.contains("is failed") && resolved.output.contains("the draft was deleted"))
    #expect(try await installation.command(["health"]).status == 0)
    let again = try await installation.command(["resolve", operation, "happened"])
    #expect(again.status == 1 && again.errors.contains("waits for nobody's word"), "\(again.errors)")
    #expect(try await installation.command(["audit", "verify"]).status == 0)
  }

  @Test("A store that another process has locked is an error that may be retried; nothing is half written")
  func locked() async throws {
    let installation = try await Installation()
    let server = try installation.serve()
    _ = try await server.client.initialize()
    let template: JSONObject = [
      "templateName": "Short", "subject": "S", "bodyHtml": "<p>x</p>", "category": "customer_communication",
    ]
    let lock = try installation.lockStore()
    let refused = try await server.client.call("create_email_template", template)
    #expect(refused.json["code"] == "STORE_003")
    #expect(refused.json["retryable"] == true)
    lock.release()
    #expect(try await server.client.call("list_email_templates", [:]).json["count"] == 3)
    let stored = try await server.client.call("create_email_template", template)
    #expect(!stored.isError, "\(stored.json.text)")
    await server.client.close()
    #expect(await server.end() == .status(0))
  }

  @Test("On a full disk changes are refused before anything is done, reads go on, and health says so")
  func diskFull() async throws {
    let installation = try await Installation()
    // Files cannot grow beyond what the store has now: as a full disk, for this process alone.
    let size = try FileManager.default.attributesOfItem(atPath: installation.storePath)[.size] as? Int ?? 0
    let server = try installation.serve(limitingFilesTo: size + 16_384)
    _ = try await server.client.initialize()
    let email = "ada@\(installation.domain)"
    var codes: Set<String> = []
    var health: JSONValue = nil
    // The write-ahead log begins anew while the file itself still takes what is in it, so one refusal is not the last.
    for number in 0..<60 where !health.text.contains("degraded") {
      let answer = try await server.client.call(
        "create_email_template",
        [
          "templateName": .string("Long \(number)"), "subject": "S", "category": "customer_communication",
          "bodyHtml": .string("<p>" + String(repeating: "x", count: 20_000) + "</p>"),
        ])
      guard let code = answer.json["code"]?.stringValue else { continue }
      codes.insert(code)
      health = try await server.client.result("resources/read", ["uri": "m365://health"])
    }
    #expect(!codes.isEmpty)
    #expect(codes.isSubset(of: ["STORE_004", "AUD_001"]), "\(codes)")
    let user = try await server.client.call("create_user", Self.user.merging(["email": .string(email)]))
    #expect(["STORE_004", "AUD_001"].contains(user.json["code"]?.stringValue ?? ""), "\(user.json.text)")
    #expect(try await installation.simulator.users(named: email).isEmpty)
    #expect(try await !server.client.call("list_email_templates", [:]).isError)
    #expect(try await !server.client.call("find_users", [:]).isError)
    health = try await server.client.result("resources/read", ["uri": "m365://health"])
    #expect(health.text.contains("degraded"), "\(health.text)")
    await server.client.close()
    #expect(await server.end() == .status(0))
    #expect(try await installation.command(["audit", "verify"]).status == 0)
  }

  @Test(
    "A key that does not fit, and a file that is no encrypted store, are refused, and the file stays as it is",
    arguments: ["wrong key", "plaintext", "short passphrase"])
  func refusedStore(_ kind: String) async throws {
    let installation = try await Installation()
    var settings: [String: String] = [:]
    switch kind {
    case "wrong key": settings["DB_ENCRYPTION_KEY"] = String(repeating: "ab", count: 32)
    case "short passphrase": settings["DB_ENCRYPTION_KEY"] = "too-short"
    default:
      try Data("SQLite format 3\0".utf8 + Data(repeating: 0, count: 4080)).write(
        to: URL(fileURLWithPath: installation.storePath))
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: installation.storePath))
    let command = try await installation.command(["audit", "verify"], settings: settings)
    #expect(command.status == 78)
    #expect(!command.errors.contains("too-short"))
    if kind == "plaintext" { #expect(command.errors.contains("plain")) }
    if kind == "short passphrase" { #expect(command.errors.contains("DB_ENCRYPTION_KEY")) }

    let server = try installation.serve(settings: settings)
    _ = try await server.client.initialize()
    let answer = try await server.client.call("list_email_templates", [:])
    #expect(["STORE_001", "CFG_001"].contains(answer.json["code"]?.stringValue ?? ""))
    await server.client.close()
    #expect(await server.end() == .status(0))
    #expect(try Data(contentsOf: URL(fileURLWithPath: installation.storePath)) == before)
  }

  @Test("An env file with secrets that others can read is refused, and a serving process says so instead of ending")
  func readableEnvFile() async throws {
    let installation = try await Installation()
    chmod(installation.envFile, 0o644)
    let command = try await installation.command(["health"])
    #expect(command.status == 78)
    #expect(command.errors.contains("chmod 600"))
    let server = try installation.serve()
    _ = try await server.client.initialize()
    let answer = try await server.client.call("list_email_templates", [:])
    #expect(answer.json["code"] == "CFG_001")
    #expect(answer.json["message"]?.stringValue?.contains("chmod 600") == true)
    await server.client.close()
    #expect(await server.end() == .status(0))
  }

  @Test("The log goes to a file of its owner's, as JSON lines, without what is secret")
  func logFile() async throws {
    let installation = try await Installation(settings: ["LOG_LEVEL": "chatty"])
    let log = installation.directory.file("server.log")
    let server = try installation.serve(settings: ["LOG_FILE": log])
    _ = try await server.client.initialize()
    _ = try await server.client.call(
      "create_user",
      Self.user.merging(["email": .string("ada@\(installation.domain)"), "password": "Canary-4711-Sesame"]))
    await server.client.close()
    #expect(await server.end() == .status(0))
    #expect((try FileManager.default.attributesOfItem(atPath: log)[.posixPermissions] as? Int) == 0o600)
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
    #expect(try lines.allSatisfy { try JSONParser.parse(String($0)).objectValue != nil })
    #expect(lines.contains { $0.contains("LOG_LEVEL") }, "an unknown level is warned of and means INFO")
    try installation.expectNoSecrets("Canary-4711-Sesame")
  }
}
