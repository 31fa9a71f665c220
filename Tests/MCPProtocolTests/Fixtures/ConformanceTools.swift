import AdminCore
import MCPProtocol
import TestSupport

/// The tools of the official conformance suite, by its names, and some of our own for what it leaves open.
enum ConformanceTools {
  /// A tool without declared types, as hosts can build them.
  static func plain(
    _ name: String, _ description: String, input: JSONValue = ToolSchemas.noInput,
    _ call: @escaping @Sendable (ToolCallRequest, RequestContext) async throws -> ToolOutcome
  ) -> ToolDefinition {
    ToolDefinition(
      name: name, presentation: Presentation(description: description), annotations: nil, hasOutputSchema: false,
      schemas: { _ in ToolSchemas(input: input) },
      call: { request, context in
        do {
          return try await call(request, context)
        } catch {
          return ToolDefinition.outcome(of: error, .none)
        }
      })
  }

  static func fixed(_ name: String, _ content: [ContentBlock]) -> ToolDefinition {
    plain(name, "Tests a kind of content.") { _, _ in .result(ToolResult(content: content)) }
  }

  // MARK: Content

  static let content: [ToolDefinition] = [
    fixed("test_simple_text", [.text("This is a simple text response for testing.")]),
    fixed("test_image_content", [ContentBlock(.image(ConformanceServer.png, mimeType: "image/png"))]),
    fixed("test_audio_content", [ContentBlock(.audio(ConformanceServer.wav, mimeType: "audio/wav"))]),
    fixed(
      "test_embedded_resource",
      [
        ContentBlock(
          .resource(.text("This is an embedded resource content.", uri: "test://embedded-resource")))
      ]),
    fixed(
      "test_multiple_content_types",
      [
        ContentBlock(
          .text("Multiple content types test:"),
          annotations: Annotations(
            audience: [.user, .assistant], priority: 0.5, lastModified: Timestamp(milliseconds: 1_767_600_000_000))),
        ContentBlock(.image(ConformanceServer.png, mimeType: "image/png")),
        ContentBlock(
          .resource(
            .json(JSONFragment(["test": "data", "value": 123]), uri: "test://mixed-content-resource"))),
        ContentBlock(
          .resourceLink(ResourceEntry(uri: "test://static-text", name: "static", mimeType: "text/plain", size: 51))),
      ]),
    plain("test_error_handling", "Fails on purpose.") { _, _ in
      .result(
        ToolResult(content: [.text("This tool intentionally returns an error for testing")], isError: true))
    },
  ]

  // MARK: Types

  struct Sum: ToolInput {
    @Param("First summand.") var a: Double
    @Param("Second summand.") var b: Double
  }

  struct Total: ToolOutput {
    let sum: Double
  }

  static let sum = ToolDefinition(
    "sum", aliases: ["Math.Sum"], presentation: Presentation(title: "Sum", description: "Adds two numbers."),
    annotations: .reading
  ) { (input: Sum, _) in
    ToolReply<Total>.output(Total(sum: input.a + input.b))
  }

  /// Runs until it is cancelled; tests start it to have something in flight.
  static let wait = plain("wait", "Waits for its cancellation.") { _, context in
    context.reportProgress(1)
    try await SystemTimekeeper().sleep(for: .seconds(600))
    context.reportProgress(2)
    return .result(.text("done"))
  }

  // MARK: Behaviour

  static func behaviour(_ changes: ChangeFeed) -> [ToolDefinition] {
    [
      plain("test_tool_with_progress", "Reports progress three times.") { _, context in
        for progress in [0.0, 50, 100] { context.reportProgress(progress, of: 100, "at \(Int(progress))") }
        return .result(.text("done"))
      },
      plain("test_tool_with_logging", "Logs three times.") { _, context in
        for text in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
          context.log(.info, .string(text))
        }
        return .result(.text("done"))
      },
      plain("test_logging_tool", "Logs at every level.") { _, context in
        for severity in LogSeverity.allCases {
          context.log(severity, logger: "test", ["at": .string(severity.rawValue)])
        }
        return .result(.text("done"))
      },
      plain("test_trigger_tool_change", "Announces that the tools changed.") { _, _ in
        changes.announce(.tools)
        return .result(.text("announced"))
      },
      plain("test_trigger_prompt_change", "Announces that the prompts changed.") { _, _ in
        changes.announce(.prompts)
        return .result(.text("announced"))
      },
      plain("test_throws", "Throws something nobody knows.") { _, _ in
        struct Unknown: Error {}
        throw Unknown()
      },
      plain("test_garbage", "Asks for nothing at all.") { _, _ in .inputRequired(InputRequired([])) },
    ]
  }
}
