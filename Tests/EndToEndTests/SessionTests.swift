import AdminCore
import Foundation
import TestSupport
import Testing

/// The session the product stands for, through the executable, over stdio, against the simulated tenant over HTTP.
@Suite("A provisioning session")
struct SessionTests {
  private static let wiring: JSONObject = [
    "templateName": "Closing 2214", "subject": "Wire instructions for {{ reference }}", "category": "wiring",
    "bodyHtml": """
    <p>Dear {{ name }},</p><p>please send {{ amount }}, reference {{ reference }}.</p>
    <table><tr><td>IBAN</td><td>IE64 IRCE 9205 0112 3456 78</td></tr></table>
    """,
    "bodyText":
      "Dear {{ name }},\n\nplease send {{ amount }}, reference {{ reference }}.\n\nIBAN: IE64 IRCE 9205 0112 3456 78\n",
    "variables": ["name", "amount", "reference"],
  ]
  private static let values: JSONValue = ["name": "Nora", "amount": "EUR 250,000.00", "reference": "2214"]

  @Test("A user with a licence, a template, a preview, a mail that was approved, the resources, the audit trail")
  func legacy() async throws {
    let record = try TemporaryDirectory()
    let installation = try await Installation(
      simulator: ["--lag", "0.2", "--record", record.file("http.jsonl")])
    let server = try installation.serve()
    let client = server.client
    let questions = LockedList<String>()
    client.answerRequests { method, params in
      guard method == "elicitation/create" else { return nil }
      questions.add(params?["message"]?.stringValue ?? "")
      return ["action": "accept", "content": ["approve": true]]
    }
    _ = try await client.initialize(capabilities: ["elicitation": [:]])

    let email = "ada.lovelace@\(installation.domain)"
    let user = try await client.call(
      "create_user",
      ["email": .string(email), "displayName": "Ada Lovelace", "license": "BusinessStandard", "department": "IT"],
      meta: ["progressToken": "p"])
    #expect(!user.isError, "\(user.json.text)")
    #expect(user.json["mailbox"] == "ready")
    #expect(user.json["password"]?.stringValue?.count == 20)
    #expect(client.notifications("notifications/progress").count >= 3)

    let template = try await client.call("create_email_template", Self.wiring)
    let id = try #require(template.json["templateId"])
    let preview = try await client.call("preview_email_template", ["templateId": id, "variables": Self.values])
    #expect(preview.json["bodyText"]?.stringValue?.contains("EUR 250,000.00") == true)
    let sent = try await client.call(
      "send_from_template",
      ["templateId": id, "to": [.string("nora.keane@\(installation.domain)")], "variables": Self.values])
    #expect(sent.json["state"] == "sent", "\(sent.json.text)")
    #expect(questions.items.count == 1)
    #expect(questions.items.first?.contains("IE64 IRCE 9205 0112 3456 78") == true)

    let shown = try await client.result("resources/read", ["uri": .string("m365://users/\(email)")])
    #expect(shown["contents"]?.text.contains("BusinessStandard") == true)
    let health = try await client.result("resources/read", ["uri": "m365://health"])
    #expect(health["contents"]?.text.contains(#"\"status\":\"healthy\""#) == true)
    await client.close()
    #expect(await server.end() == .status(0))

    #expect(try await installation.simulator.users(named: email).count == 1)
    #expect(try await installation.simulator.sentMail(subject: "Wire instructions for 2214") == 1)
    let verified = try await installation.command(["audit", "verify"])
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    try installation.expectNoSecrets(user.json["password"]?.stringValue ?? "", "250,000.00")

    try expectOfficialShapes(.conversation(client.transcript), .trafficFile(record.file("http.jsonl")))
  }

  @Test("The same in the modern era, where the approval is a round of its own")
  func modern() async throws {
    let installation = try await Installation()
    let server = try installation.serve()
    let client = server.client
    let dress = MCPTestClient.Dress.modern(capabilities: ["elicitation": [:]])
    let discovered = try await client.result("server/discover", as: dress)
    #expect(discovered["supportedVersions"]?[0] == "2026-07-28")

    let template = try await client.result(
      "tools/call", ["name": "create_email_template", "arguments": .object(Self.wiring)], as: dress)
    let id = try #require(template["structuredContent"]?["templateId"])
    let call: JSONObject = [
      "name": "send_from_template",
      "arguments": [
        "templateId": id, "to": [.string("nora.keane@\(installation.domain)")], "variables": Self.values,
      ],
    ]
    let round = try await client.result("tools/call", call, as: dress)
    #expect(round["resultType"] == "input_required")
    let answer: JSONObject = [
      "inputResponses": ["approve": ["action": "accept", "content": ["approve": true]]],
      "requestState": try #require(round["requestState"]),
    ]
    let sent = try await client.result("tools/call", call.merging(answer), as: dress)
    #expect(sent["structuredContent"]?["state"] == "sent", "\(sent.text)")
    await client.close()
    #expect(await server.end() == .status(0))
    #expect(try await installation.simulator.sentMail(subject: "Wire instructions for 2214") == 1)
    try expectOfficialShapes(.conversation(client.transcript))
  }

  @Test("A script that is piped in gets every answer, in any order, and exit code 0")
  func piped() async throws {
    let installation = try await Installation()
    let requests: [JSONValue] = [
      [
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": [
          "protocolVersion": "2025-06-18", "capabilities": [:], "clientInfo": ["name": "ci", "version": "1"],
        ],
      ],
      ["jsonrpc": "2.0", "method": "notifications/initialized"],
      ["jsonrpc": "2.0", "id": 2, "method": "tools/list"],
      [
        "jsonrpc": "2.0", "id": 3, "method": "tools/call",
        "params": ["name": "list_email_templates", "arguments": [:]],
      ],
      ["jsonrpc": "2.0", "id": 4, "method": "resources/read", "params": ["uri": "m365://health"]],
    ]
    let result = try await installation.command(
      ["serve"], input: requests.map { $0.text + "\n" }.joined())
    #expect(result.status == 0, "\(result.errors)")
    let answers = try result.output.split(separator: "\n").map { try JSONParser.parse(String($0)) }
    #expect(Set(answers.compactMap { $0["id"]?.intValue }) == [1, 2, 3, 4])
    #expect(answers.allSatisfy { $0["result"] != nil })
    let templates = answers.first { $0["id"] == 3 }?["result"]?["structuredContent"]
    #expect(templates?["count"] == 3, "init has stored the seed templates")
  }

  @Test("A script that is piped in and changes things is carried out, though its end comes at once")
  func pipedChanges() async throws {
    let installation = try await Installation(simulator: ["--lag", "none"])
    let email = "ada@\(installation.domain)"
    func script(_ calls: [(String, JSONObject)]) -> String {
      let start =
        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"#
        + #""clientInfo":{"name":"ci","version":"1"}}}"# + "\n"
      return calls.enumerated().reduce(start) { text, entry in
        let (tool, arguments) = entry.element
        let call: JSONValue = [
          "jsonrpc": "2.0", "id": .int(entry.offset + 1), "method": "tools/call",
          "params": ["name": .string(tool), "arguments": .object(arguments)],
        ]
        return text + call.text + "\n"
      }
    }
    func run(_ calls: [(String, JSONObject)], grace: String?) async throws -> [Int: JSONValue] {
      let settings = grace.map { ["SHUTDOWN_GRACE_MS": $0] } ?? [:]
      let result = try await installation.command(["serve"], input: script(calls), settings: settings)
      #expect(result.status == 0, "\(result.errors)")
      let answers = try result.output.split(separator: "\n").map { try JSONParser.parse(String($0)) }
      return Dictionary(answers.compactMap { answer in answer["id"]?.intValue.map { ($0, answer) } }) { $1 }
    }
    let template: JSONObject = [
      "templateName": "Closing", "subject": "Closing", "bodyHtml": "<p>Done.</p>",
      "category": "customer_communication",
    ]
    let stored = try await run([("create_email_template", template)], grace: nil)
    #expect(stored[1]?["result"]?["structuredContent"]?["version"] == 1, "\(stored[1]?.text ?? "")")

    let user: JSONObject = ["email": .string(email), "displayName": "Ada", "license": "BusinessStandard"]
    let made = try await run([("create_user", user), ("find_users", [:])], grace: "60000")
    #expect(made[1]?["result"]?["structuredContent"]?["userId"] != nil, "\(made[1]?.text ?? "")")
    #expect(made[2]?["result"]?["structuredContent"]?["count"] != nil, "\(made[2]?.text ?? "")")
    let users = try await installation.simulator.users(named: email)
    #expect(users.first?["licenses"] == ["O365_BUSINESS_PREMIUM"])
  }
}

extension Installation {
  /// Nothing this installation has written, or let others see, holds any of these texts.
  func expectNoSecrets(_ secrets: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    for path in try FileManager.default.subpathsOfDirectory(atPath: directory.path) {
      let data = FileManager.default.contents(atPath: directory.path + "/" + path) ?? Data()
      let text = String(decoding: data, as: UTF8.self)
      for secret in secrets {
        #expect(!text.contains(secret), "\(path)", sourceLocation: sourceLocation)
      }
    }
  }
}
