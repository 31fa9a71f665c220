import AdminCore
import AdminTools
import MCPProtocol
import Store
import TenantSimulator
import TestSupport
import Testing

/// What a call answers unless it asks for more goes into the window of a model: under 2,000 tokens, a token being four
/// bytes.
@Suite("The size of answers")
struct ResultBudgetTests {
  private static let tokens = 2_000

  /// A company of 400 people and 150 teams.
  private static func seed() throws -> Seed {
    var json = try #require(JSONParser.parse(Seed.standardText).objectValue)
    let people = (1...400).map { number -> JSONValue in
      [
        "userPrincipalName": .string("colleague.number.\(number)@harbourfinch.example"),
        "displayName": .string("A colleague with a long name, number \(number)"), "department": "Conveyancing",
        "jobTitle": "Senior settlement officer",
      ]
    }
    let groups = (1...150).map { number -> JSONValue in
      [
        "displayName": .string("Team number \(number)"), "mailNickname": .string("team-\(number)"), "team": true,
        "description": .string(String(repeating: "What the team does. ", count: 10)),
        "owners": ["aoife.walsh@harbourfinch.example"],
      ]
    }
    json["users"] = .array((json["users"]?.arrayValue ?? []) + people)
    json["groups"] = .array((json["groups"]?.arrayValue ?? []) + groups)
    return try Seed(text: JSONValue.object(json).text)
  }

  /// Every reading tool with what it must be given and nothing else.
  private static func calls(_ harness: AdminHarness) async throws -> [(tool: String, arguments: JSONObject)] {
    let template = try #require(try await harness.store().templates.list(limit: 1).items.first).id.text
    let operation = try #require(try await harness.store().journal.list(limit: 1).items.first).id.text
    let today = String(harness.timekeeper.now().iso8601.prefix(10))
    let tenant: JSONObject = ["tenantId": .string(harness.tenant.credentials.tenantID)]
    let persona = tenant.merging(["personaId": "helpdesk-001"])
    return [
      ("find_users", [:]), ("find_teams", [:]), ("list_email_templates", [:]), ("list_operations", [:]),
      ("list_features", [:]), ("list_service_connections", [:]), ("check_permissions", [:]),
      ("get_message_tracking_logs", ["startDate": .string(today), "endDate": .string(today)]),
      ("list_personas", tenant), ("list_persona_config_keys", persona),
      ("graph_get", ["path": "/users", "select": ["displayName", "userPrincipalName", "department"]]),
      ("get_email_template", ["templateId": .string(template)]),
      ("list_template_versions", ["templateId": .string(template)]),
      ("preview_email_template", ["templateId": .string(template), "variables": .object(Samples.values)]),
      ("get_operation", ["operationId": .string(operation)]), ("get_persona_config", persona),
      ("list_persona_config_versions", persona),
      ("diff_persona_config", persona.merging(["fromVersion": 1, "toVersion": 2])),
      ("validate_persona_config", tenant.merging(["configurations": ["systemPrompt": "Be kind."]])),
    ]
  }

  private static func filled() async throws -> AdminHarness {
    let harness = try await AdminHarness(settings: [.toolsets: "all"], seed: try seed())
    let templates = try await harness.store().templates
    for number in 1...300 {
      let content = TemplateContent(
        name: "Template number \(number)", subject: "Closing of {{ address }}, number \(number)",
        bodyHTML: "<p>Dear {{ name }}, your closing is on {{ day }}.</p>", category: "customer_communication",
        variables: ["name", "address", "day"], description: String(repeating: "What it is for. ", count: 6))
      let made = try await templates.create(content, by: "ada")
      try await templates.recordUse(
        TemplateUse(
          templateID: made.id, version: made.version, sentBy: "ada@harbourfinch.example",
          sentTo: ["bob@harbourfinch.example"], variables: ["name": "x"], messageID: "<\(number)@harbourfinch.example>")
      )
    }
    for number in 1...60 {
      let made = try await harness.call(
        "register_persona",
        [
          "tenantId": .string(harness.tenant.credentials.tenantID),
          "personaId": .string("helpdesk-\(number < 10 ? "00" : "0")\(number)"),
          "displayName": .string("Help desk agent number \(number)"),
        ])
      try #require(!made.isError, "\(made.json.text)")
    }
    for number in 1...60 {
      let made = try await harness.call(
        "update_persona_config",
        [
          "tenantId": .string(harness.tenant.credentials.tenantID), "personaId": "helpdesk-001", "updatedBy": "ada",
          "configurationsToUpdate": ["systemPrompt": .string("Prompt number \(number).")],
        ])
      try #require(!made.isError, "\(made.json.text)")
    }
    return harness
  }

  @Test("However large the tenant and the store are, a default result stays under 2,000 tokens")
  func defaults() async throws {
    let harness = try await Self.filled()
    let calls = try await Self.calls(harness)
    #expect(
      Set(calls.map(\.tool)) == Set(AdminCatalogue.tools.filter { $0.workflow == nil }.map { $0.name }),
      "every reading tool is asked")
    for (tool, arguments) in calls {
      let answer = try await harness.call(tool, arguments)
      #expect(!answer.isError, "\(tool): \(answer.json.text.prefix(500))")
      let tokens = answer.json.serialized.count / 4
      print("\(tool): \(tokens) tokens")
      #expect(tokens < Self.tokens, "\(tool) answered \(tokens) tokens")
    }
  }

  @Test("So do the answers of docs/examples.md, those of changing tools among them")
  func examples() async throws {
    let harness = try await AdminHarness(settings: [.toolsets: "all"])
    try await ExamplesDocument().run(harness) { example, answer, _ in
      let tokens = answer.json.serialized.count / 4
      #expect(tokens < Self.tokens, "line \(example.line): \(example.tool) answered \(tokens) tokens")
    }
  }

  @Test("A bulk of many items answers each item's end, and the whole answer of as many as there is room for")
  func bulk() async throws {
    let harness = try await AdminHarness(settings: [.toolsets: "all"])
    let items = (1...60).map { number -> JSONValue in
      .object(
        Samples.welcome.merging(["templateName": .string("Welcome number \(number), for a long list of people")]))
    }
    let answer = try await harness.call("run_bulk", ["tool": "create_email_template", "items": .array(items)])
    #expect(answer["completed"] == 60, "\(answer.json.text.prefix(500))")
    let tokens = answer.json.serialized.count / 4
    print("run_bulk of 60 items: \(tokens) tokens")
    let results = answer["results"]?.arrayValue ?? []
    #expect(tokens < 60 * 100, "an item takes a line")
    #expect(results.count == 60 && results.allSatisfy { $0["state"] == "completed" && $0["operationId"] != nil })
    #expect(results.first?["output"]?["templateId"] != nil)
    #expect(results.last?["output"]?.stringValue?.contains("get_operation") == true)

    let id = try #require(answer["operationId"])
    let brief = try await harness.call("get_operation", ["operationId": id])
    #expect(brief.json.serialized.count / 4 < Self.tokens, "\(brief.json.serialized.count / 4) tokens")
    #expect(brief["isCut"] == true && brief["state"] == "completed" && brief["result"]?["completed"] == 60)
    let whole = try await harness.call("get_operation", ["operationId": id, "all": true])
    #expect(whole["isCut"] == nil && whole["steps"]?.arrayValue?.count == 60)
    #expect(whole["result"]?["results"]?.arrayValue?.count == 60)
  }
}
