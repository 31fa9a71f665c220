package import AdminCore

/// What a call does to the world, as hints for the client. Whoever declares a tool says all of it.
package struct ToolAnnotations: Hashable, Sendable {
  package var isReadOnly: Bool
  /// May remove or overwrite what was there; says nothing where the tool only reads.
  package var isDestructive: Bool
  /// The same call again changes nothing more.
  package var isIdempotent: Bool
  /// Reaches beyond this machine.
  package var isOpenWorld: Bool

  package init(isReadOnly: Bool, isDestructive: Bool, isIdempotent: Bool, isOpenWorld: Bool) {
    self.isReadOnly = isReadOnly
    self.isDestructive = isDestructive
    self.isIdempotent = isIdempotent
    self.isOpenWorld = isOpenWorld
  }

  package static let reading = ToolAnnotations(
    isReadOnly: true, isDestructive: false, isIdempotent: true, isOpenWorld: true)

  /// The two hints about changes mean something only where there are changes.
  fileprivate var json: JSONObject {
    let changes: JSONObject = ["destructiveHint": .bool(isDestructive), "idempotentHint": .bool(isIdempotent)]
    let hints: JSONObject = ["readOnlyHint": .bool(isReadOnly), "openWorldHint": .bool(isOpenWorld)]
    return isReadOnly ? hints : hints.merging(changes)
  }
}

/// The schemas of a tool, in the short form for lists and in the full form for people.
package struct ToolSchemas: Sendable {
  package var input: JSONValue
  package var output: JSONValue?

  package init(input: JSONValue, output: JSONValue? = nil) {
    self.input = input
    self.output = output
  }

  /// A tool without arguments.
  package static let noInput: JSONValue = ["type": "object", "additionalProperties": false]
}

/// A tool whose types are erased: how it is listed, and how it is called.
package struct ToolDefinition: Sendable {
  package typealias Call = @Sendable (ToolCallRequest, RequestContext) async -> ToolOutcome
  package typealias Ready = @Sendable (ToolCallRequest) -> ToolResult?

  package let name: String
  /// Further names that calls may use. They are never listed.
  package let aliases: [String]
  package let presentation: Presentation
  package let annotations: ToolAnnotations?
  /// Made when first asked for, because a process that serves one call should not reflect every tool at its start.
  package let schemas: @Sendable (SchemaForm) -> ToolSchemas
  package let hasOutputSchema: Bool
  /// Whether lists show it; one that is not shown can be called nevertheless.
  package let isListed: Bool
  package let call: Call
  /// The answer, where it is at hand: such a call is answered on the thread that reads, without a task of its own. It
  /// waits for nothing, and is not asked where the request brings a credential or goes on with an earlier one.
  package let ready: Ready?

  package init(
    name: String, aliases: [String] = [], isListed: Bool = true, presentation: Presentation,
    annotations: ToolAnnotations?, hasOutputSchema: Bool, schemas: @escaping @Sendable (SchemaForm) -> ToolSchemas,
    ready: Ready? = nil, call: @escaping Call
  ) {
    self.name = name
    self.aliases = aliases
    self.isListed = isListed
    self.presentation = presentation
    self.annotations = annotations
    self.schemas = schemas
    self.hasOutputSchema = hasOutputSchema
    self.ready = ready
    self.call = call
  }

  /// The entry in `tools/list`.
  package func json(for revision: Revision) -> JSONObject {
    let schemas = schemas(.list)
    var json: JSONObject = ["name": .string(name)]
    presentation.add(to: &json, for: revision)
    json["inputSchema"] = schemas.input
    if revision.hasStructuredContent { json["outputSchema"] = schemas.output }
    if revision.hasToolAnnotations, var hints = annotations?.json {
      // The one revision with annotations and without titles shows the title from here.
      if !revision.hasTitles { hints["title"] = presentation.title.map(JSONValue.string) }
      json["annotations"] = .object(hints)
    }
    presentation.addMeta(to: &json, for: revision)
    return json
  }
}

/// The arguments of one call.
package struct ToolCallRequest: Sendable {
  /// The name that was called: the tool's own or one of its aliases.
  package let name: String
  package let arguments: JSONObject

  package init(name: String, arguments: JSONObject) {
    self.name = name
    self.arguments = arguments
  }
}
