import AdminCore
import AdminTools
import MCPProtocol
import TestSupport
import Testing

/// Rules that hold for every tool, present and future.
@Suite("Every tool")
struct CatalogueRuleTests {
  private static var all: [Setting: String] { [.toolsets: "all"] }

  @Test("The tools' files and the lists of their folders agree")
  func files() throws {
    var declared: Set<String> = []
    for path in try Repository.files(under: "Sources/AdminTools", suffix: ".swift") {
      for match in try Repository.text(path).matches(of: /struct (\w+): (?:ReadingTool|ChangingTool)/) {
        declared.insert(String(match.1))
      }
    }
    let listed = Set(AdminCatalogue.tools.map { String(describing: $0) })
    #expect(declared == listed)
    #expect(AdminCatalogue.tools.count == listed.count)
  }

  @Test(
    "Names are snake_case, verb first, and every client accepts them", arguments: AdminCatalogue.tools.map { $0.name })
  func names(_ name: String) {
    #expect(name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)+/) != nil)
    #expect(name.utf8.count <= 40)
  }

  @Test("Every tool says what it does, in words a model can choose by")
  func described() async throws {
    let harness = try await AdminHarness(settings: Self.all)
    for tool in try AdminCatalogue.catalogue(harness.services).tools {
      let description = tool.presentation.description ?? ""
      #expect((20...400).contains(description.count), "\(tool.name): \(description.count)")
      #expect(description.hasSuffix("."), "\(tool.name)")
      #expect(tool.presentation.title?.isEmpty == false, "\(tool.name)")
    }
  }

  @Test("Every changing tool takes dryRun, idempotencyKey and confirm; no reading tool does")
  func options() async throws {
    let harness = try await AdminHarness(settings: Self.all)
    let catalogue = try AdminCatalogue.catalogue(harness.services)
    for tool in AdminCatalogue.tools {
      let definition = try #require(catalogue.tool(named: tool.name))
      let properties = Set((definition.schemas(.list).input["properties"]?.objectValue ?? [:]).keys)
      let options: Set<String> = ["dryRun", "idempotencyKey", "confirm"]
      #expect(properties.intersection(options) == (tool.workflow == nil ? [] : options), "\(tool.name)")
      #expect(definition.annotations?.isReadOnly == (tool.workflow == nil), "\(tool.name)")
    }
  }

  @Test("Schemas are plain: an object at the root, nothing unknown let in, no reference and no combination")
  func schemas() async throws {
    let harness = try await AdminHarness(settings: Self.all)
    for tool in try AdminCatalogue.catalogue(harness.services).tools {
      for form in [SchemaForm.list, .full] {
        let schemas = tool.schemas(form)
        #expect(schemas.input["type"] == "object", "\(tool.name)")
        #expect(schemas.input["additionalProperties"] == false, "\(tool.name)")
        #expect(schemas.output.map { $0["type"] } == (tool.hasOutputSchema ? "object" : nil), "\(tool.name)")
        for word in ["$ref", "anyOf", "oneOf", "allOf"] {
          #expect(schemas.input[word] == nil, "\(tool.name)")
          #expect(!schemas.input.text.contains("\"$ref\""), "\(tool.name)")
        }
      }
      #expect(!tool.schemas(.list).input.text.contains("\"examples\""), "\(tool.name)")
    }
  }

  @Test("The default list stays under 10,000 tokens, the core toolset under 6,000")
  func budget() async throws {
    for (toolsets, limit) in [("default", 10_000), ("core", 6_000)] {
      let harness = try await AdminHarness(settings: [.toolsets: toolsets])
      let mcp = try harness.mcp()
      _ = try await mcp.client.initialize()
      let list = try await mcp.client.result("tools/list")
      #expect(list["nextCursor"] == nil, "the list fits one page")
      let tokens = list.serialized.count / 4
      let count = list["tools"]?.arrayValue?.count ?? 0
      print("tools/list of \(toolsets): \(count) tools, \(tokens) tokens")
      #expect(tokens < limit)
      await mcp.finish()
    }
  }

  @Test("The list is what it was, tool by tool", arguments: AdminCatalogue.tools.map { $0.name })
  func snapshot(_ name: String) async throws {
    let harness = try await AdminHarness(settings: Self.all)
    let tool = try #require(try AdminCatalogue.catalogue(harness.services).tool(named: name))
    try Recorded.compare(
      JSONValue.object(tool.json(for: .v20251125)).pretty, with: "Tests/AdminToolsTests/Snapshots/\(name).json")
  }

  @Test("The generated documents say what the code says")
  func documents() async throws {
    let harness = try await AdminHarness(settings: Self.all)
    try Recorded.compare(try ToolDocument(services: harness.services).text, with: "docs/tools.md")
    try Recorded.compare(try ResourceDocument(services: harness.services).text, with: "docs/resources.md")
    try Recorded.compare(ErrorDocument.text, with: "docs/errors.md")
    try Recorded.compare(FeatureDocument.text, with: "docs/features.md")
  }
}
