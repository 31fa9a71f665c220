import AdminCore
import MCPProtocol
import Testing

@Suite("Catalogue")
struct CatalogueTests {
  private static func tool(_ name: String, aliases: [String] = [], description: String = "x") -> ToolDefinition {
    ToolDefinition(
      name: name, aliases: aliases, presentation: Presentation(description: description), annotations: nil,
      hasOutputSchema: false, schemas: { _ in ToolSchemas(input: ToolSchemas.noInput) },
      call: { _, _ in .result(.text("x")) })
  }

  private static func resource(_ uri: String) -> ResourceDefinition {
    ResourceDefinition(ResourceEntry(uri: uri, name: "x")) { _, _ in .notFound }
  }

  @Test(
    "A declaration no client could use is refused",
    arguments: [
      [tool("")], [tool("a b")], [tool("é")], [tool(String(repeating: "x", count: 129))], [tool("a"), tool("a")],
      [tool("a", aliases: ["b"]), tool("b")], [tool("a", aliases: ["a"])], [tool("a", aliases: ["b/c"])],
      [tool("a", description: String(repeating: "x", count: 2049))],
    ])
  func badTools(_ tools: [ToolDefinition]) {
    #expect(throws: Catalogue.DeclarationError.self) { try Catalogue(tools: tools) }
  }

  @Test("Two prompts of one name or two resources of one address are refused")
  func duplicates() {
    let prompt = PromptDefinition("p") { _, _ in .messages([]) }
    #expect(throws: Catalogue.DeclarationError.self) { try Catalogue(prompts: [prompt, prompt]) }
    #expect(throws: Catalogue.DeclarationError.self) {
      try Catalogue(resources: [Self.resource("a:b"), Self.resource("a:b")])
    }
  }

  @Test("Capabilities follow from what there is")
  func capabilities() throws {
    #expect(try Catalogue().capabilities() == ServerCapabilities())
    let full = try Catalogue(tools: [Self.tool("Aa_1-.z")], resources: [Self.resource("a:b")])
    let capabilities = full.capabilities { $0.announcesToolChanges = true }
    #expect(capabilities.offersTools && capabilities.offersResources && capabilities.announcesToolChanges)
    #expect(!capabilities.offersPrompts && !capabilities.offersCompletions)
  }

  @Test("Tools and prompts are found by every name they have")
  func lookup() throws {
    let catalogue = try Catalogue(
      tools: [Self.tool("a", aliases: ["A.b"])], prompts: [PromptDefinition("p") { _, _ in .messages([]) }])
    #expect(catalogue.tool(named: "A.b")?.name == "a")
    #expect(catalogue.tool(named: "A.B") == nil)
    #expect(catalogue.prompt(named: "p") != nil)
    #expect(catalogue.prompt(named: "q") == nil)
  }

  @Test("Cache hints are whole milliseconds, never negative")
  func hints() {
    #expect(CacheHint(.seconds(-5), .shared).milliseconds == 0)
    #expect(CacheHint(.microseconds(1500), .personal).milliseconds == 1)
  }

  @Test("Priorities stay within their range")
  func priorities() {
    #expect(Annotations(priority: 7).priority == 1)
    #expect(Annotations(priority: -1).priority == 0)
  }
}
