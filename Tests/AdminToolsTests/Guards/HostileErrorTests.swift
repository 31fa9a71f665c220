import AdminCore
import AdminTools
import M365
import MCPProtocol
import TestSupport
import Testing

/// A tenant that refuses everything, in words that are meant to do harm.
@Suite("Error texts of a hostile tenant")
struct HostileErrorTests {
  /// The tools that ask the tenant something, and how they end when it refuses; `nil` for those that say of each part
  /// that it could not be read.
  private static let calls: [(tool: String, arguments: JSONObject, code: String?)] = [
    ("find_users", ["query": "aoife"], "GRAPH_001"), ("find_teams", ["query": "Closing"], "GRAPH_001"),
    ("graph_get", ["path": "/users", "select": ["id"]], "GRAPH_001"),
    ("get_message_tracking_logs", ["startDate": "2026-01-04", "endDate": "2026-01-05"], "GRAPH_001"),
    (
      "create_user",
      ["email": "ada.byrne@harbourfinch.example", "displayName": "Ada Byrne", "license": "BusinessStandard"],
      "GRAPH_001"
    ),
    ("update_user", ["userEmail": .string(AdminHarness.nora), "jobTitle": "Closer"], "GRAPH_001"),
    (
      "offboard_user",
      ["userEmail": .string(AdminHarness.nora), "removeLicenses": true, "convertToSharedMailbox": true], "GRAPH_001"
    ),
    ("create_teams_group", ["displayName": "Closing", "owners": [.string(AdminHarness.nora)]], "GRAPH_001"),
    (
      "configure_mailbox",
      ["userEmail": .string(AdminHarness.nora), "settings": ["automaticReplies": ["status": "disabled"]]], "GRAPH_001"
    ),
    ("configure_tracking", ["scope": "organization", "messageTracking": true], "EXO_001"),
    ("deploy_outlook_addin", DeployAddInTests.arguments(), "EXO_001"),
    ("enable_feature", ["featureName": "external_sender_tag", "scope": "organization"], "EXO_001"),
    (
      "connect_service",
      [
        "sourceService": "teams", "targetService": "planner",
        "connectionConfig": ["teamId": "11111111-2222-4333-8444-555555555555", "title": "Tasks"],
      ], "GRAPH_001"
    ),
    ("list_features", ["includeState": true], nil), ("list_service_connections", [:], nil),
    ("check_permissions", [:], nil),
  ]

  /// As Graph and Exchange say it, at once.
  private static func refusal(_ text: String) -> JSONValue {
    [
      "error": [
        "code": "BadRequest", "message": .string(text),
        "details": [
          [
            "code": "Context", "target": .string(text),
            "message": .string("Ex6F9304|Microsoft.Exchange.Configuration.Tasks.TaskException|\(text)"),
          ]
        ], "innerError": ["code": .string(text), "message": .string(text), "request-id": .string(text)],
      ]
    ]
  }

  private static func refuse(_ harness: AdminHarness, _ body: [UInt8], status: Int) {
    let transport = harness.transport
    transport.rewriteAnswers { [weak transport] response in
      let url = transport?.sent.last?.url.text ?? ""
      let isTenant = url.contains("/v1.0/") || url.contains("/beta/") || url.contains("/adminapi/")
      guard isTenant else { return response }
      return HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: body)
    }
  }

  @Test("What a service says is quoted on one line, short and plain", arguments: HostileText.allCases)
  func refusals(_ hostile: HostileText) async throws {
    let harness = try await AdminHarness(settings: [.toolsets: "all"])
    Self.refuse(harness, Self.refusal(hostile.text).serialized, status: 400)
    for call in Self.calls {
      let place = "\(hostile), \(call.tool)"
      let answer = try await harness.call(call.tool, call.arguments)
      let ended = answer.isError ? answer.code ?? "no code" : "success"
      let message = answer["message"]?.stringValue ?? ""
      #expect(ended == call.code ?? "success", "\(place): \(ended): \(Harm.escaped(String(message.prefix(400))))")
      #expect(answer.result.map { Harm.found(in: $0) } == [], "\(place)")
      #expect(answer.json.serialized.count < 32_000, "\(place): \(answer.json.serialized.count) bytes")
      #expect(!message.contains("\n") && message.utf8.count < 4096, "\(place): \(Harm.escaped(message))")
      if call.code != nil, let range = message.firstRange(of: HostileText.order) {
        let before = message[..<range.lowerBound]
        #expect(before.contains("says: \""), "\(place): \(Harm.escaped(message))")
      }
    }
  }

  @Test("Resources say the same, in an answer or in the error in its place", arguments: HostileText.allCases)
  func resources(_ hostile: HostileText) async throws {
    let harness = try await AdminHarness(settings: [.toolsets: "all"])
    Self.refuse(harness, Self.refusal(hostile.text).serialized, status: 400)
    try await MCPHarness.run(harness.mcpServer()) { client, _ in
      try await client.initialize()
      for uri in [
        "m365://health", "m365://tracking-settings", "m365://users/\(AdminHarness.nora)",
        "m365://teams/11111111-2222-4333-8444-555555555555",
      ] {
        let answer = try await client.request("resources/read", ["uri": .string(uri)])
        #expect(Harm.found(in: answer, longest: 16_000) == [], "\(hostile), \(uri)")
        if let text = answer["result"]?["contents"]?[0]?["text"]?.stringValue {
          #expect(Harm.found(in: try JSONParser.parse(text)) == [], "\(hostile), \(uri)")
        } else {
          #expect(answer["error"]?["code"] != nil, "\(hostile), \(uri)")
        }
      }
      #expect(client.unreadable.isEmpty)
    }
  }

  @Test(
    "A body that is no JSON, or JSON with half a character in it, is an error of the service",
    arguments: [
      #"{"value":[{"id":"1","userPrincipalName":"a@b.example","displayName":"\ud83d"}]}"#,
      #"{"value":[{"id":"1","userPrincipalName":"a@b.example","displayName":"\udc00\ud800"}]}"#,
      "{\"value\":[{\"id\":\"1\",\"displayName\":\"\u{1B}\"}]}", "<html>\u{202E}\(HostileText.order)</html>",
      String(repeating: "[", count: 100_000),
    ])
  func broken(_ body: String) async throws {
    let harness = try await AdminHarness()
    Self.refuse(harness, Array(body.utf8), status: 200)
    let answer = try await harness.call("find_users", ["query": "aoife"])
    let message = answer["message"]?.stringValue ?? ""
    #expect(answer.code == "GRAPH_001", "\(Harm.escaped(String(answer.json.text.prefix(400))))")
    #expect(answer.result.map { Harm.found(in: $0) } == [])
    #expect(!message.contains(HostileText.order))
    #expect(answer.json.serialized.count < 8000)
  }
}
