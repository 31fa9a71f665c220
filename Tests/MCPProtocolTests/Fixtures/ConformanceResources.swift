import AdminCore
import MCPProtocol

enum ConformanceResources {
  private static func text(_ uri: String, _ name: String, _ text: String) -> ResourceDefinition {
    ResourceDefinition(
      ResourceEntry(
        uri: uri, name: name, presentation: Presentation(title: name, description: "A fixture."),
        mimeType: "text/plain", size: Int64(text.utf8.count), annotations: Annotations(priority: 0.2))
    ) { request, _ in
      .contents([.text(text, uri: request.uri)], CacheHint(.seconds(60), .shared))
    }
  }

  static let fixed: [ResourceDefinition] = [
    text("test://static-text", "static-text", "This is the content of the static text resource."),
    ResourceDefinition(ResourceEntry(uri: "test://static-binary", name: "static-binary", mimeType: "image/png")) {
      request, _ in
      .contents([
        ResourceContents(uri: request.uri, mimeType: "image/png", body: .blob(ConformanceServer.png))
      ])
    },
    text("test://watched-resource", "watched-resource", "Watched."),
    ResourceDefinition(ResourceEntry(uri: "test://empty", name: "empty")) { _, _ in .contents([]) },
    ResourceDefinition(ResourceEntry(uri: "test://broken", name: "broken")) { _, _ in
      throw AdminError(.storeBusy, "The store is busy; try again.", cause: "secret cause")
    },
    ResourceDefinition(ResourceEntry(uri: "test://asking", name: "asking")) { request, context in
      switch await context.elicit("confirm", ElicitationForm(message: "Read?", fields: [.init("ok", .flag())])) {
      case .accepted: .contents([.text("read", uri: request.uri)])
      case .pending(let required): .inputRequired(required)
      default: .notFound
      }
    },
  ]

  static func template() -> ResourceTemplateDefinition? {
    URITemplate("test://template/{id}/data").map { template in
      ResourceTemplateDefinition(
        template, name: "template", presentation: Presentation(title: "Template", description: "By id."),
        mimeType: "application/json", completions: ["id": .of(["1", "10", "2"])]
      ) { request, _ in
        guard let id = request.variables["id"], id != "none" else { return .notFound }
        return .contents([.json(JSONFragment(["id": .string(id), "templateTest": true]), uri: request.uri)])
      }
    }
  }

  /// 250 resources, of which only the pages asked for are made.
  static let provider = ResourceProvider { position, limit, _ in
    let start = position.flatMap { Int($0) } ?? 0
    let end = min(start + limit, 250)
    let entries = (start..<end).map { number in
      ResourceEntry(uri: "test://template/\(number)/data", name: "item \(number)")
    }
    return ResourceProvider.Page(entries, next: end < 250 ? String(end) : nil)
  }
}

enum ConformancePrompts {
  static let all: [PromptDefinition] = [
    PromptDefinition("test_simple_prompt", presentation: Presentation(description: "A simple prompt.")) { _, _ in
      .messages(
        [PromptMessage(.user, .text("This is a simple prompt for testing."))], description: "A simple prompt.")
    },
    PromptDefinition(
      "test_prompt_with_arguments", presentation: Presentation(title: "With arguments", description: "Takes two."),
      arguments: [
        PromptArgument("arg1", title: "First", description: "The first.", isRequired: true, completion: .of(many)),
        PromptArgument("arg2", description: "The second."),
      ]
    ) { arguments, _ in
      let text = "Prompt with arguments: arg1='\(arguments["arg1"] ?? "")', arg2='\(arguments["arg2"] ?? "")'"
      return .messages([PromptMessage(.user, .text(text))])
    },
    PromptDefinition(
      "test_prompt_with_embedded_resource", arguments: [PromptArgument("resourceUri", isRequired: true)]
    ) { arguments, _ in
      let contents = ResourceContents.text("Embedded.", uri: arguments["resourceUri"] ?? "")
      return .messages([
        PromptMessage(.user, ContentBlock(.resource(contents))),
        PromptMessage(.assistant, .text("Please process the embedded resource above.")),
      ])
    },
    PromptDefinition("test_prompt_with_image") { _, _ in
      .messages([PromptMessage(.user, ContentBlock(.image(ConformanceServer.png, mimeType: "image/png")))])
    },
    PromptDefinition("test_input_required_result_prompt") { _, context in
      switch await context.elicit("user_context", ConformanceTools.contextForm) {
      case .accepted(let content): .messages([PromptMessage(.user, .text("Use \(content.text("context") ?? "")"))])
      case .pending(let required): .inputRequired(required)
      default: .protocolError(.invalidParams("nobody to ask"))
      }
    },
    PromptDefinition("test_prompt_failing") { _, _ in throw AdminError(.notFound, "No such thing.") },
  ]

  private static let many = (0..<150).map { "value\($0)" } + ["paris", "park"]
}
