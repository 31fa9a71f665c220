import AdminCore
import MCPProtocol
import TestSupport

/// The server that the official conformance suite expects, and what its tests trigger.
enum ConformanceServer {
  static func make(
    _ adjust: (inout MCPServer) -> Void = { _ in }, extraTools: [ToolDefinition] = []
  ) throws -> MCPServer {
    let changes = ChangeFeed()
    let catalogue = try Catalogue(
      tools: ConformanceTools.content + ConformanceTools.behaviour(changes) + ConformanceTools.asking
        + ConformanceTools.rounds + [ConformanceTools.sum, ConformanceTools.wait] + extraTools,
      resources: ConformanceResources.fixed,
      templates: [ConformanceResources.template()].compactMap { $0 },
      providers: [ConformanceResources.provider],
      prompts: ConformancePrompts.all)
    let capabilities = catalogue.capabilities { capabilities in
      capabilities.announcesToolChanges = true
      capabilities.announcesPromptChanges = true
      capabilities.announcesResourceChanges = true
    }
    var server = MCPServer(
      implementation: Implementation(
        name: "conformance", version: "1.0.0", title: "Conformance", description: "Fixtures of the official suite.",
        websiteURL: "https://example.com", icons: [Icon(source: "https://example.com/icon.png", sizes: ["48x48"])]),
      instructions: "Call test_simple_text.", catalogue: catalogue, capabilities: capabilities, sealer: .testing())
    server.changes = changes
    adjust(&server)
    return server
  }

  /// The smallest picture there is: one red pixel.
  static let png =
    Base64.decode(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==") ?? []
  static let wav = Base64.decode("UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA==") ?? []
}
