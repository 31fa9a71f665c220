import AdminCore
import AdminTools
import M365
import MCPProtocol
import Store
import TestSupport
import Testing

/// Lists, resources, prompts and suggestions of a server whose tenant and store are hostile, as a client receives them.
@Suite("A server of a hostile tenant")
struct HostileServerTests {
  /// Runs `body` with a client of the server, and expects that each message came on a line of its own.
  private func serve(
    _ tenant: HostileTenant, _ body: (MCPTestClient, Catalogue) async throws -> Void
  ) async throws {
    let catalogue = try AdminCatalogue.catalogue(tenant.harness.services)
    try await MCPHarness.run(tenant.harness.mcpServer()) { client, _ in
      try await client.initialize()
      try await body(client, catalogue)
      #expect(client.unreadable.isEmpty, "\(tenant.hostile): a line that is no message")
    }
  }

  @Test("Every list is plain, and names what is hostile by a short name", arguments: HostileText.allCases)
  func lists(_ hostile: HostileText) async throws {
    let tenant = try await HostileTenant(hostile)
    try await serve(tenant) { client, _ in
      for (list, member) in [
        ("tools/list", "tools"), ("resources/list", "resources"),
        ("resources/templates/list", "resourceTemplates"), ("prompts/list", "prompts"),
      ] {
        let answer = try await client.request(list)
        #expect(answer["result"]?[member]?.arrayValue?.isEmpty == false, "\(hostile), \(list)")
        #expect(Harm.found(in: answer) == [], "\(hostile), \(list)")
      }
      let resources = try await client.result("resources/list")
      #expect(resources.serialized.count < 16_000, "\(hostile): \(resources.serialized.count) bytes")
      let entries = resources["resources"]?.arrayValue ?? []
      let uris = entries.compactMap { $0["uri"]?.stringValue }
      #expect(uris.contains("m365://templates/\(tenant.stored.templateID)"), "\(hostile)")
      #expect(uris.contains("m365://operations/\(tenant.stored.operationID)"), "\(hostile)")
      #expect(uris.contains(Self.persona(tenant)), "\(hostile)")
      for entry in entries {
        for member in ["name", "title"] {
          let name = entry[member]?.stringValue ?? ""
          #expect(
            name.unicodeScalars.count <= 120 && !name.contains("\n"), "\(hostile), \(member): \(Harm.escaped(name))")
        }
      }
    }
  }

  // MARK: Resources

  private static func persona(_ tenant: HostileTenant) -> String {
    "m365://personas/\(tenant.stored.tenantID)/\(HostileTenant.Stored.personaID)/config"
  }

  /// Members that go out to the letter, by the kind of resource.
  private static let verbatim: [String: Set<String>] = [
    "m365://templates/{templateId}": ["subject", "bodyHtml", "bodyText"],
    "m365://personas/{tenantId}/{personaId}/config": ["configurations"],
  ]

  /// Addresses for each kind; those of schemas are of all tools.
  private func addresses(_ tenant: HostileTenant) async throws -> [String: [String]] {
    let teams = await tenant.harness.teamIDs()
    let users = await tenant.harness.state("users").compactMap { $0["userPrincipalName"]?.stringValue }
    let operations = try await tenant.harness.store().journal.list(limit: 50).items
    return [
      "m365://users/{userEmail}": users.prefix(8).map { "m365://users/\($0)" },
      "m365://teams/{teamId}": teams.map { "m365://teams/\($0)" },
      "m365://templates/{templateId}": ["m365://templates/\(tenant.stored.templateID)"],
      "m365://operations/{id}": operations.map { "m365://operations/\($0.id)" },
      "m365://personas/{tenantId}/{personaId}/config": [Self.persona(tenant)],
      "m365://schemas/{tool}": AdminCatalogue.tools.map { "m365://schemas/\($0.name)" },
    ]
  }

  @Test("Every resource of every kind is plain and of a bounded size", arguments: HostileText.allCases)
  func resources(_ hostile: HostileText) async throws {
    let tenant = try await HostileTenant(hostile)
    // So that an operation has seen the tenant.
    _ = try await tenant.harness.call("update_user", ["userEmail": .string(AdminHarness.nora), "jobTitle": "Closer"])
    let addresses = try await addresses(tenant)
    try await serve(tenant) { client, catalogue in
      for resource in catalogue.resources {
        try await read(resource.entry.uri, of: resource.entry.uri, client, hostile)
      }
      for template in catalogue.templates {
        let kind = template.template.text
        let known = addresses[kind] ?? []
        #expect(!known.isEmpty, "add addresses of \(kind)")
        for uri in known { try await read(uri, of: kind, client, hostile) }
      }
      let ghost = try await client.request("resources/read", ["uri": "m365://users/ghost@harbourfinch.example"])
      #expect(ghost["error"]?["code"] == -32002, "\(hostile)")
      #expect(Harm.found(in: ghost) == [], "\(hostile), a user who is not there")
    }
  }

  private func read(_ uri: String, of kind: String, _ client: MCPTestClient, _ hostile: HostileText) async throws {
    let answer = try await client.request("resources/read", ["uri": .string(uri)])
    let contents = answer["result"]?["contents"]?.arrayValue ?? []
    #expect(contents.count == 1, "\(hostile), \(uri): \(Harm.escaped(String(answer.text.prefix(300))))")
    for content in contents {
      let text = content["text"]?.stringValue ?? ""
      let limit = kind == "m365://schemas/{tool}" ? 200_000 : 32_000
      #expect(text.utf8.count < limit, "\(hostile), \(uri): \(text.utf8.count) bytes")
      #expect(!text.contains("\n"), "\(hostile), \(uri) is more than one line")
      let harm = Harm.found(in: try JSONParser.parse(text), verbatim: Self.verbatim[kind] ?? [])
      #expect(harm == [], "\(hostile), \(uri)")
    }
  }

  @Test(
    "Addresses, time zones and other words of the service are plain and of a bounded size where they are shown",
    arguments: HostileText.allCases)
  func wordsOfTheService(_ hostile: HostileText) async throws {
    let harness = try await AdminHarness(settings: [.toolsets: "all"])
    let members: Set<String> = ["mail", "timeZone", "locale", "skuPartNumber", "webUrl", "userType", "usageLocation"]
    harness.rewrite(members, to: hostile.text)
    let users = try await harness.call("find_users", ["query": "aoife"])
    check(users.json, "\(hostile), find_users")
    check(try await harness.call("find_teams").json, "\(hostile), find_teams")
    let teams = await harness.teamIDs().prefix(2)
    for uri in ["m365://users/\(AdminHarness.nora)"] + teams.map({ "m365://teams/\($0)" }) {
      check(try #require(try await harness.resource(uri), "\(hostile), \(uri)"), "\(hostile), \(uri)")
    }
  }

  private func check(_ json: JSONValue, _ place: String) {
    #expect(Harm.found(in: json) == [], "\(place)")
    #expect(json.serialized.count < 40_000, "\(place): \(json.serialized.count) bytes")
  }

  // MARK: Prompts and suggestions

  @Test("In every prompt what was typed is quoted, on a line that is there anyway", arguments: HostileText.allCases)
  func prompts(_ hostile: HostileText) async throws {
    try await serve(try await HostileTenant(hostile)) { client, catalogue in
      #expect(!catalogue.prompts.isEmpty)
      for prompt in catalogue.prompts {
        func text(_ value: String) async throws -> String {
          let arguments = JSONObject(
            prompt.arguments.map { JSONObject.Member(key: $0.name, value: .string(value)) })
          let answer = try await client.request(
            "prompts/get", ["name": .string(prompt.name), "arguments": .object(arguments)])
          #expect(Harm.found(in: answer, longest: 16_000) == [], "\(hostile), \(prompt.name)")
          return answer["result"]?["messages"]?[0]?["content"]?["text"]?.stringValue ?? ""
        }
        let plain = try await text("x").split(separator: "\n", omittingEmptySubsequences: false)
        let shown = try await text(hostile.text).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(plain.count > 3 && shown.count == plain.count, "\(hostile), \(prompt.name): \(shown.count) lines")
        for (line, usual) in zip(shown, plain) where line != usual {
          #expect(
            line.wholeMatch(of: /[A-Z][A-Za-z ]*: "[^"]*"/) != nil,
            "\(hostile), \(prompt.name): \(Harm.escaped(String(line.prefix(200))))")
        }
      }
    }
  }

  @Test("Every argument that is completed is completed with plain words", arguments: HostileText.allCases)
  func completions(_ hostile: HostileText) async throws {
    let tenant = try await HostileTenant(hostile)
    try await serve(tenant) { client, catalogue in
      var asked: [(reference: JSONValue, argument: String)] = []
      for template in catalogue.templates {
        let reference: JSONValue = ["type": "ref/resource", "uri": .string(template.template.text)]
        asked += template.completions.keys.sorted().map { (reference, $0) }
      }
      for prompt in catalogue.prompts {
        let reference: JSONValue = ["type": "ref/prompt", "name": .string(prompt.name)]
        asked += prompt.arguments.filter { $0.completion != nil }.map { (reference, $0.name) }
      }
      #expect(asked.count > 8)
      for (reference, argument) in asked {
        for value in ["", "a", hostile.text] {
          let answer = try await client.request(
            "completion/complete",
            [
              "ref": reference, "argument": ["name": .string(argument), "value": .string(value)],
              "context": ["arguments": ["tenantId": .string(tenant.stored.tenantID)]],
            ])
          let place = "\(hostile), \(reference.text) \(argument) with \(value.utf8.count) bytes"
          #expect(answer["result"]?["completion"]?["values"] != nil, "\(place): \(answer["error"]?.text ?? "")")
          #expect(Harm.found(in: answer) == [], "\(place)")
          #expect(answer.serialized.count < 16_000, "\(place): \(answer.serialized.count) bytes")
        }
      }
    }
  }

  @Test("What is asked for by a hostile name is refused in plain words", arguments: HostileText.allCases)
  func names(_ hostile: HostileText) async throws {
    try await serve(try await HostileTenant(hostile)) { client, _ in
      let name = JSONValue.string(hostile.text)
      let requests: [(String, JSONObject)] = [
        ("tools/call", ["name": name]), ("prompts/get", ["name": name]),
        ("prompts/get", ["name": "set_up_team", "arguments": [hostile.text: "x"]]),
        ("tools/call", ["name": "get_email_template", "arguments": ["templateId": name]]),
        ("tools/call", ["name": "get_operation", "arguments": ["operationId": .string(hostile.cut(36))]]),
        ("tools/call", ["name": "list_features", "arguments": ["featureName": .string(hostile.cut(64))]]),
        ("tools/call", ["name": "run_bulk", "arguments": ["tool": .string(hostile.cut(64)), "items": [[:]]]]),
        ("tools/call", ["name": "find_users", "arguments": [hostile.text: "x"]]),
        ("tools/call", ["name": "list_email_templates", "arguments": ["cursor": name]]),
      ]
      for (index, (method, params)) in requests.enumerated() {
        let answer = try await client.request(method, params)
        let place = "\(hostile), request \(index + 1), \(method)"
        #expect(answer["error"] != nil || answer["result"]?["isError"] == true, "\(place)")
        // Lines of JSON inside a text block are checked by their own contents.
        #expect(Harm.found(in: answer, verbatim: ["content"]) == [], "\(place)")
        for block in answer["result"]?["content"]?.arrayValue ?? [] {
          let text = block["text"]?.stringValue ?? ""
          #expect(Harm.found(in: try JSONParser.parse(text)) == [], "\(place)")
        }
        #expect(answer.serialized.count < 16_000, "\(place): \(answer.serialized.count) bytes")
      }
    }
  }
}

extension AdminHarness {
  /// Has the tenant say `text` wherever a member of one of these names holds a text.
  fileprivate func rewrite(_ members: Set<String>, to text: String) {
    @Sendable func spoiled(_ value: JSONValue) -> JSONValue {
      switch value {
      case .array(let items): .array(items.map(spoiled))
      case .object(let object):
        .object(
          JSONObject(
            object.members.map { member in
              let isMeant = members.contains(member.key) && member.value.stringValue != nil
              return JSONObject.Member(key: member.key, value: isMeant ? .string(text) : spoiled(member.value))
            }))
      default: value
      }
    }
    transport.rewriteAnswers { response in
      guard let body = try? JSONParser.parse(response.body) else { return response }
      return HTTPResponse(status: response.status, headers: response.headers, body: spoiled(body).serialized)
    }
  }
}

extension AdminHarness {
  fileprivate func teamIDs() async -> [String] {
    await state("groups").filter { $0["team"]?.objectValue != nil }.compactMap { $0["id"]?.stringValue }
  }
}
