import AdminCore
import MCPProtocol
import TestSupport
import Testing

/// Items 21 to 29 of the conformance checklist.
@Suite("Tools, resources, prompts and completions")
struct FeatureTests {
  // MARK: Caching and lists

  @Test("21. Six kinds of result carry cache hints, the others none")
  func hints() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let cacheable: [(String, JSONObject)] = [
        ("server/discover", [:]), ("tools/list", [:]), ("prompts/list", [:]), ("resources/list", [:]),
        ("resources/templates/list", [:]), ("resources/read", ["uri": "test://static-text"]),
      ]
      for (method, params) in cacheable {
        let result = try await client.result(method, params, as: .modern())
        #expect(result["ttlMs"]?.intValue ?? -1 >= 0)
        #expect(["public", "private"].contains(result["cacheScope"]?.stringValue))
      }
      let read = try await client.result("resources/read", ["uri": "test://static-text"], as: .modern())
      #expect(read["ttlMs"]?.intValue == 60_000)
      #expect(read["cacheScope"] == "public")
      let others: [(String, JSONObject)] = [
        ("tools/call", ["name": "test_simple_text"]), ("prompts/get", ["name": "test_simple_prompt"]),
        ("tools/call", ["name": "test_elicitation"]), ("resources/read", ["uri": "test://asking"]),
      ]
      for (method, params) in others {
        let result = try await client.result(method, params, as: .modern(capabilities: ["elicitation": [:]]))
        #expect(result["resultType"] != nil)
        #expect(result["ttlMs"] == nil && result["cacheScope"] == nil)
      }
    }
  }

  private static func pages(
    _ client: MCPTestClient, _ method: String, _ name: String, _ dress: MCPTestClient.Dress
  ) async throws -> [[JSONValue]] {
    var pages: [[JSONValue]] = []
    var cursor: JSONValue?
    repeat {
      var params = JSONObject()
      params["cursor"] = cursor
      let result = try await client.result(method, params, as: dress)
      pages.append(result[name]?.arrayValue ?? [])
      cursor = result["nextCursor"]
      #expect(cursor == nil || cursor?.stringValue != nil)
    } while cursor != nil && pages.count < 100
    return pages
  }

  @Test("22. Lists go to their end, in the same order each time", arguments: [true, false])
  func pagination(_ isModern: Bool) async throws {
    let server = try ConformanceServer.make { server in
      server.limits.toolsPerPage = 7
      server.limits.promptsPerPage = 2
    }
    let dress: MCPTestClient.Dress = isModern ? .modern() : .legacy
    try await MCPHarness.run(server) { client, _ in
      if !isModern { try await client.initialize() }
      let resources = try await Self.pages(client, "resources/list", "resources", dress)
      #expect(resources.map(\.count) == [100, 100, 56])
      #expect(Set(resources.flatMap { $0 }.compactMap { $0["uri"]?.stringValue }).count == 256)
      let tools = try await Self.pages(client, "tools/list", "tools", dress)
      #expect(tools.dropLast().allSatisfy { $0.count == 7 })
      #expect(tools.flatMap { $0 }.count == server.catalogue.tools.count)
      #expect(try await Self.pages(client, "tools/list", "tools", dress) == tools)
      let prompts = try await Self.pages(client, "prompts/list", "prompts", dress)
      #expect(prompts.flatMap { $0 }.compactMap { $0["name"]?.stringValue } == server.catalogue.prompts.map(\.name))
    }
  }

  @Test("22. The list of resource templates goes to its end as well", arguments: [true, false])
  func templatePages(_ isModern: Bool) async throws {
    let names = (1...5).map { "kind\($0)" }
    let catalogue = try Catalogue(
      templates: names.compactMap { name in
        URITemplate("test://\(name)/{id}").map { template in
          ResourceTemplateDefinition(template, name: name) { _, _ in .notFound }
        }
      })
    var server = MCPServer(
      implementation: Implementation(name: "t", version: "1"), catalogue: catalogue, sealer: .testing())
    server.limits.templatesPerPage = 2
    let dress: MCPTestClient.Dress = isModern ? .modern() : .legacy
    try await MCPHarness.run(server) { client, _ in
      if !isModern { try await client.initialize() }
      let pages = try await Self.pages(client, "resources/templates/list", "resourceTemplates", dress)
      #expect(pages.map(\.count) == [2, 2, 1], "two on a page, the rest on the last")
      #expect(pages.flatMap { $0 }.compactMap { $0["name"]?.stringValue } == names, "each once, in the declared order")
      let again = try await Self.pages(client, "resources/templates/list", "resourceTemplates", dress)
      #expect(again == pages, "the order is the same each time")
    }
  }

  @Test("22. A cursor that is none, or of another list or process, is refused")
  func badCursors() async throws {
    let server = try ConformanceServer.make { $0.limits.toolsPerPage = 7 }
    let other = try ConformanceServer.make { $0.limits.toolsPerPage = 7 }
    let foreign = try await MCPHarness.run(other) { client, _ in
      try await client.result("tools/list", as: .modern())["nextCursor"] ?? .null
    }
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      let own = try await client.result("tools/list")["nextCursor"] ?? .null
      #expect(own.stringValue != nil)
      for cursor in ["x", "", 5, .null, foreign] as [JSONValue] {
        let code = try await client.errorCode("tools/list", ["cursor": cursor])
        #expect(code == -32602)
      }
      for method in ["prompts/list", "resources/list", "resources/templates/list"] {
        let code = try await client.errorCode(method, ["cursor": own])
        #expect(code == -32602)
      }
    }
  }

  // MARK: Tools

  @Test("23. Every tool has an object schema, and structured results come with their text")
  func tools() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let list = try await client.result("tools/list", as: .modern())
      for tool in list["tools"]?.arrayValue ?? [] {
        #expect(tool["inputSchema"]?["type"] == "object")
        #expect(throws: Never.self) { try JSONSchema(tool["inputSchema"] ?? .null) }
      }
      let sum = list["tools"]?.arrayValue?.first { $0["name"] == "sum" }
      #expect(sum?["outputSchema"]?["properties"]?["sum"] != nil)
      #expect(sum?["title"] == "Sum")
      #expect(sum?["annotations"]?["readOnlyHint"] == true)
      let answer = try await client.result(
        "tools/call", ["name": "sum", "arguments": ["a": 1, "b": 2]], as: .modern())
      #expect(answer["structuredContent"] == ["sum": 3])
      #expect(answer["content"]?[0]?["text"] == #"{"sum":3}"#)
      #expect(answer["isError"] == nil)
    }
  }

  @Test("Fields a revision does not know are left out of a tool's entry")
  func toolFields() async throws {
    for (revision, fields) in [
      ("2024-11-05", ["name", "description", "inputSchema"]),
      ("2025-03-26", ["name", "description", "inputSchema", "annotations"]),
      ("2025-06-18", ["name", "title", "description", "inputSchema", "outputSchema", "annotations"]),
    ] {
      try await MCPHarness.run(ConformanceServer.make()) { client, _ in
        try await client.initialize(revision)
        let list = try await client.result("tools/list")
        let sum = list["tools"]?.arrayValue?.first { $0["name"] == "sum" }?.objectValue
        #expect(Set(sum?.keys ?? []) == Set(fields))
        #expect((sum?["annotations"]?["title"] != nil) == (revision == "2025-03-26"))
        let answer = try await client.result("tools/call", ["name": "sum", "arguments": ["a": 1, "b": 2]])
        #expect((answer["structuredContent"] != nil) == (revision >= "2025-06-18"))
        #expect(answer["content"]?[0]?["text"] == #"{"sum":3}"#)
      }
    }
  }

  @Test("Content a revision cannot carry becomes a text")
  func contentFallbacks() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize("2024-11-05")
      let audio = try await client.result("tools/call", ["name": "test_audio_content"])
      #expect(audio["content"]?[0]?["type"] == "text")
      let mixed = try await client.result("tools/call", ["name": "test_multiple_content_types"])
      let blocks = mixed["content"]?.arrayValue ?? []
      #expect(blocks.map { $0["type"]?.stringValue } == ["text", "image", "resource", "text"])
      #expect(blocks.last?["text"] == "static: test://static-text")
      #expect(blocks.first?["annotations"] == ["audience": ["user", "assistant"], "priority": 0.5])
    }
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let audio = try await client.result("tools/call", ["name": "test_audio_content"], as: .modern())
      #expect(audio["content"]?[0]?["mimeType"] == "audio/wav")
      let mixed = try await client.result("tools/call", ["name": "test_multiple_content_types"], as: .modern())
      #expect(mixed["content"]?[3]?["type"] == "resource_link")
      #expect(mixed["content"]?[3]?["size"]?.intValue == 51)
      #expect(mixed["content"]?[0]?["annotations"]?["lastModified"] == "2026-01-05T08:00:00.000Z")
      let image = try await client.result("tools/call", ["name": "test_image_content"], as: .modern())
      #expect(Base64.decode(image["content"]?[0]?["data"]?.stringValue ?? "") == ConformanceServer.png)
    }
  }

  @Test("24. Unknown tools and malformed calls are protocol errors, bad values and failures are results")
  func toolErrors() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      let malformed: [JSONObject] = [
        ["name": "nope"], [:], ["name": 5], ["name": "sum", "arguments": []], ["name": "sum", "arguments": .null],
      ]
      for params in malformed {
        let code = try await client.errorCode("tools/call", params)
        #expect(code == -32602)
      }
      let near = try await client.request("tools/call", ["name": "test_simple_texd"])
      #expect(near["error"]?["message"]?.stringValue?.contains("test_simple_text") == true)
      let alias = try await client.request("tools/call", ["name": "math.sum"])
      #expect(alias["error"]?["message"]?.stringValue?.contains("Math.Sum") == true)

      let bad = try await client.result("tools/call", ["name": "sum", "arguments": ["a": "x", "c": 1]])
      #expect(bad["isError"] == true)
      #expect(bad["structuredContent"]?["code"] == "VAL_001")
      let problems = bad["structuredContent"]?["details"]?.arrayValue ?? []
      #expect(Set(problems.compactMap { $0["path"]?.stringValue }) == ["/a", "/b", "/c"])
      #expect(bad["content"]?[0]?["text"]?.stringValue == bad["structuredContent"]?.text)

      let failed = try await client.result("tools/call", ["name": "test_error_handling"])
      #expect(failed["isError"] == true)
      #expect(failed["structuredContent"] == nil)
    }
  }

  @Test("An alias is served and not listed")
  func aliases() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let arguments: JSONObject = ["name": "Math.Sum", "arguments": ["a": 1, "b": 2]]
      let answer = try await client.result("tools/call", arguments, as: .modern())
      #expect(answer["structuredContent"]?["sum"]?.intValue == 3)
      let list = try await client.result("tools/list", as: .modern())
      #expect(list["tools"]?.arrayValue?.contains { $0["name"] == "Math.Sum" } == false)
    }
  }

  @Test("Arguments beyond the bound are refused as a result, and the next call is served")
  func hugeArguments() async throws {
    let server = try ConformanceServer.make { $0.limits.argumentBytes = 1000 }
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      let text = JSONValue.string(String(repeating: "x", count: 2000))
      let refused = try await client.result("tools/call", ["name": "sum", "arguments": ["a": text]])
      #expect(refused["structuredContent"]?["code"] == "VAL_003")
      // A long line whose arguments are small is no reason to refuse.
      let other = try await client.result(
        "tools/call", ["name": "sum", "arguments": ["a": 1, "b": 1], "_meta": ["note": text]])
      #expect(other["structuredContent"]?["sum"]?.intValue == 2)
    }
  }

  @Test("A tool with an output schema that answers without structure is a fault")
  func missingStructure() async throws {
    let tool = ToolDefinition(
      name: "unstructured", presentation: Presentation(), annotations: nil, hasOutputSchema: true,
      schemas: { _ in ToolSchemas(input: ToolSchemas.noInput, output: ["type": "object"]) },
      call: { _, _ in .result(.text("no structure")) })
    try await MCPHarness.run(ConformanceServer.make(extraTools: [tool])) { client, _ in
      let code = try await client.errorCode("tools/call", ["name": "unstructured"], as: .modern())
      #expect(code == -32603)
    }
  }

  // MARK: Resources

  @Test("25. A missing resource has its era's code and its address", arguments: [true, false])
  func missingResource(_ isModern: Bool) async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      for uri in ["test://none", "test://template/none/data"] {
        let answer = try await client.request(
          "resources/read", ["uri": .string(uri)], as: isModern ? .modern() : .legacy)
        #expect(answer["error"]?["code"]?.intValue == (isModern ? -32602 : -32002))
        #expect(answer["error"]?["data"]?["uri"]?.stringValue == uri)
      }
    }
  }

  @Test(
    "An address that leads out of what it names is malformed, not missing, in either era", arguments: [true, false])
  func traversal(_ isModern: Bool) async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      let uris = [
        "test://template/../data", "test://template/%2e%2E/data", "test://template/./data", "test://template/..%2f..",
        "test://template/a%2Fb/data", "test://template/a%5Cb/data", "test://template/a\\b/data",
        "test://template/%00/data", "test://template/%zz/data", "test://template/%", "test://static-text/..",
      ]
      for uri in uris {
        let answer = try await client.request(
          "resources/read", ["uri": .string(uri)], as: isModern ? .modern() : .legacy)
        #expect(answer["error"]?["code"] == -32602, "\(uri)")
        #expect(answer["error"]?["data"]?["uri"]?.stringValue == uri, "the error names the address")
        guard !isModern else { continue }
        #expect(try await client.errorCode("resources/subscribe", ["uri": .string(uri)]) == -32602, "\(uri)")
      }
      let query = try await client.errorCode("resources/read", ["uri": "test://none?at=../x"])
      #expect(query == -32002, "what stands behind the path is no path")
    }
  }

  @Test("25. Text and binary resources are read, by address and by template")
  func readResources() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      let text = try await client.result("resources/read", ["uri": "test://static-text"])
      #expect(
        text["contents"]?[0] == [
          "uri": "test://static-text", "mimeType": "text/plain",
          "text": "This is the content of the static text resource.",
        ])
      let binary = try await client.result("resources/read", ["uri": "test://static-binary"])
      #expect(Base64.decode(binary["contents"]?[0]?["blob"]?.stringValue ?? "") == ConformanceServer.png)
      let item = try await client.result("resources/read", ["uri": "test://template/a%20b/data"])
      #expect(item["contents"]?[0]?["text"] == #"{"id":"a b","templateTest":true}"#)
      #expect(item["contents"]?[0]?["uri"] == "test://template/a%20b/data")
    }
  }

  @Test("Addresses that are none are refused, and handlers' failures are told apart")
  func resourceErrors() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      let long = "test://" + String(repeating: "x", count: 3000)
      for uri in [.string(""), 5, "nocolon", ":x", "test://a b", "test://a\n", .string(long)] as [JSONValue] {
        let code = try await client.errorCode("resources/read", ["uri": uri])
        #expect(code == -32602)
      }
      let empty = try await client.errorCode("resources/read", ["uri": "test://empty"])
      #expect(empty == -32603)
      let broken = try await client.request("resources/read", ["uri": "test://broken"])
      #expect(broken["error"]?["data"]?["code"] == "STORE_003")
      #expect(!broken.text.contains("secret cause"))
    }
  }

  // MARK: Prompts and completions

  @Test("26. Unknown prompts and missing, unknown or non-string arguments are refused")
  func promptErrors() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      try await client.initialize()
      let name: JSONValue = "test_prompt_with_arguments"
      let bad: [JSONObject] = [
        ["name": "nope"], [:], ["name": name], ["name": name, "arguments": [:]],
        ["name": name, "arguments": ["arg1": 5]], ["name": name, "arguments": []],
        ["name": name, "arguments": ["arg1": "a", "agr2": "b"]],
      ]
      for params in bad {
        let code = try await client.errorCode("prompts/get", params)
        #expect(code == -32602)
      }
      let failing = try await client.request("prompts/get", ["name": "test_prompt_failing"])
      #expect(failing["error"]?["code"]?.intValue == -32603)
      #expect(failing["error"]?["message"] == "No such thing.")
    }
  }

  @Test("Prompts are filled in with their arguments")
  func prompts() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      let filled = try await client.result(
        "prompts/get", ["name": "test_prompt_with_arguments", "arguments": ["arg1": "x", "arg2": "y"]], as: .modern())
      #expect(
        filled["messages"]?[0] == [
          "role": "user", "content": ["type": "text", "text": "Prompt with arguments: arg1='x', arg2='y'"],
        ])
      let list = try await client.result("prompts/list", as: .modern())
      let entry = list["prompts"]?.arrayValue?.first { $0["name"] == "test_prompt_with_arguments" }
      #expect(
        entry?["arguments"] == [
          ["name": "arg1", "title": "First", "description": "The first.", "required": true],
          ["name": "arg2", "description": "The second."],
        ])
    }
  }

  @Test("27. Completions are at most 100 values, for arguments of prompts and variables of templates")
  func completions() async throws {
    try await MCPHarness.run(ConformanceServer.make()) { client, _ in
      func complete(_ ref: JSONObject, _ name: String, _ value: String) -> JSONObject {
        ["ref": .object(ref), "argument": ["name": .string(name), "value": .string(value)]]
      }
      let prompt: JSONObject = ["type": "ref/prompt", "name": "test_prompt_with_arguments"]
      let template: JSONObject = ["type": "ref/resource", "uri": "test://template/{id}/data"]
      let some = try await client.result("completion/complete", complete(prompt, "arg1", "pa"), as: .modern())
      #expect(some["completion"] == ["values": ["paris", "park"], "total": 2, "hasMore": false])
      let many = try await client.result("completion/complete", complete(prompt, "arg1", ""), as: .modern())
      #expect(many["completion"]?["values"]?.arrayValue?.count == 100)
      #expect(many["completion"]?["total"]?.intValue == 152)
      #expect(many["completion"]?["hasMore"] == true)
      let none = try await client.result("completion/complete", complete(prompt, "arg2", "x"), as: .modern())
      #expect(none["completion"] == ["values": [], "hasMore": false])
      let variable = try await client.result("completion/complete", complete(template, "id", "1"), as: .modern())
      #expect(variable["completion"]?["values"] == ["1", "10"])
      let bad: [JSONObject] = [
        complete(prompt, "nope", ""), complete(template, "nope", ""),
        complete(["type": "ref/prompt", "name": "nope"], "arg1", ""), complete(["type": "ref/prompt"], "arg1", ""),
        complete(["type": "ref/resource", "uri": "test://static-text"], "id", ""),
        complete(["type": "ref/nothing"], "arg1", ""), complete([:], "arg1", ""), ["ref": .object(prompt)],
        ["ref": .object(prompt), "argument": ["name": "arg1"]], ["ref": 5, "argument": ["name": "arg1", "value": ""]],
      ]
      for params in bad {
        let code = try await client.errorCode("completion/complete", params, as: .modern())
        #expect(code == -32602)
      }
    }
  }
}
