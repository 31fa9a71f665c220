import Access
import AdminCore
import M365
import MCPProtocol

/// `m365://schemas/{tool}`: the full schemas of a tool, with the titles, descriptions and examples that the list of tools
/// leaves out to stay short.
enum SchemaResource {
  static func definition(_ services: AdminServices) -> ResourceTemplateDefinition? {
    let tools = AdminCatalogue.offeredTools(services.configuration)
    return URITemplate("m365://schemas/{tool}").map { template in
      ResourceTemplateDefinition(
        template, name: "schema",
        presentation: Presentation(title: "Tool schema", description: "Full input and output schema of one tool."),
        mimeType: "application/json", completions: ["tool": .of(tools.map { $0.name })]
      ) { request, context in
        // What is said here is no secret; whoever asks must still be somebody.
        _ = try await services.callers.caller(presenting: context.credential)
        guard let tool = tools.first(where: { $0.name == request.variables["tool"] }) else { return .notFound }
        let schemas = tool.definition(services).schemas(.full)
        let body: JSONObject = [
          "name": .string(tool.name), "title": .string(tool.title), "description": .string(tool.summary),
          "permissions": .strings(tool.permissions.map(\.rawValue)), "inputSchema": schemas.input,
          "outputSchema": schemas.output ?? .null,
        ]
        return .contents([.json(JSONFragment(.object(body.merging(tool.reference))), uri: request.uri)])
      }
    }
  }
}
