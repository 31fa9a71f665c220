package import AdminCore

/// What a tool answers.
package struct ToolResult: Hashable, Sendable {
  package var content: [ContentBlock]
  /// What programs read. The same JSON goes out as a text block in front of `content`, unless `mirrorsStructure` is off.
  package var structured: JSONFragment?
  /// Some clients give the model only the structured part; a result with images does better without it.
  package var mirrorsStructure: Bool
  package var isError: Bool
  package var meta: JSONObject

  package init(
    content: [ContentBlock] = [], structured: JSONFragment? = nil, mirrorsStructure: Bool = true,
    isError: Bool = false, meta: JSONObject = [:]
  ) {
    self.content = content
    self.structured = structured
    self.mirrorsStructure = mirrorsStructure
    self.isError = isError
    self.meta = meta
  }

  package static func text(_ text: String) -> ToolResult { ToolResult(content: [.text(text)]) }

  /// A failure of the work itself, as a result that a model can act on: the error object of the interface, twice.
  package init(_ error: AdminError) {
    let correlated = Log.correlationID.map(error.correlated(with:)) ?? error
    self.init(structured: JSONFragment(cleaning: .object(correlated.json)), isError: true)
  }

  /// The members of the result, `content` first. The structure is serialised once and stands here twice: spliced as
  /// JSON, and quoted as text for those who read text only.
  func write(to writer: inout JSONWriter, for revision: Revision) {
    writer.key("content")
    writer.array { blocks in
      if let structured, mirrorsStructure || !revision.hasStructuredContent {
        blocks.object { block in
          block.member("type", "text")
          block.key("text")
          if let quoted = structured.quoted {
            block.fragment(quoted)
          } else {
            block.string(utf8: structured.bytes)
          }
        }
      }
      for block in content { block.write(to: &blocks, for: revision) }
    }
    if let structured, revision.hasStructuredContent {
      writer.key("structuredContent")
      writer.fragment(structured.bytes)
    }
    if isError { writer.member("isError", true) }
  }

  /// For one that goes out many times: with everything made ready that can be.
  package func ready() -> ToolResult {
    var result = self
    result.structured = structured?.ready()
    return result
  }

  /// A guess at the size of the message, so that its buffer need not grow.
  var sizeHint: Int { 512 + (structured?.bytes.count ?? 0) * 5 / 2 }
}

/// How a call ended.
package enum ToolOutcome: Sendable {
  case result(ToolResult)
  /// Modern requests only: the answer depends on something the client has to be asked first.
  case inputRequired(InputRequired)
  /// The call itself was wrong, or cannot be served to this client.
  case protocolError(JSONRPCError)
}
