import AdminCore

/// A resource as it stands in a list or a link.
package struct ResourceEntry: Hashable, Sendable {
  package var uri: String
  package var name: String
  package var presentation: Presentation
  package var mimeType: String?
  /// Bytes, where they are known before reading.
  package var size: Int64?
  package var annotations: Annotations

  package init(
    uri: String, name: String, presentation: Presentation = Presentation(), mimeType: String? = nil,
    size: Int64? = nil, annotations: Annotations = Annotations()
  ) {
    self.uri = uri
    self.name = name
    self.presentation = presentation
    self.mimeType = mimeType
    self.size = size
    self.annotations = annotations
  }

  func json(for revision: Revision) -> JSONObject {
    var json: JSONObject = ["uri": .string(uri), "name": .string(VisibleText.clean(name))]
    presentation.add(to: &json, for: revision)
    json["mimeType"] = mimeType.map(JSONValue.string)
    json["size"] = size.map { .int($0) }
    json["annotations"] = annotations.json(for: revision)
    presentation.addMeta(to: &json, for: revision)
    return json
  }
}

/// A request to read a resource.
package struct ResourceReadRequest: Hashable, Sendable {
  package let uri: String
  /// The values of a template's variables, decoded once.
  package let variables: [String: String]

  package init(uri: String, variables: [String: String] = [:]) {
    self.uri = uri
    self.variables = variables
  }
}

/// How reading a resource ended.
package enum ResourceOutcome: Sendable {
  case contents([ResourceContents], CacheHint = .none)
  case notFound
  case inputRequired(InputRequired)
  case protocolError(JSONRPCError)
}

/// A resource with a fixed address.
package struct ResourceDefinition: Sendable {
  package typealias Read = @Sendable (ResourceReadRequest, RequestContext) async throws -> ResourceOutcome

  package let entry: ResourceEntry
  package let read: Read

  package init(_ entry: ResourceEntry, read: @escaping Read) {
    self.entry = entry
    self.read = read
  }
}

/// A family of resources whose addresses follow a template.
package struct ResourceTemplateDefinition: Sendable {
  package let template: URITemplate
  package let name: String
  package let presentation: Presentation
  package let mimeType: String?
  package let annotations: Annotations
  /// Suggestions for variables, by name.
  package let completions: [String: Completion]
  package let read: ResourceDefinition.Read

  package init(
    _ template: URITemplate, name: String, presentation: Presentation = Presentation(), mimeType: String? = nil,
    annotations: Annotations = Annotations(), completions: [String: Completion] = [:],
    read: @escaping ResourceDefinition.Read
  ) {
    self.template = template
    self.name = name
    self.presentation = presentation
    self.mimeType = mimeType
    self.annotations = annotations
    self.completions = completions
    self.read = read
  }

  func json(for revision: Revision) -> JSONObject {
    var json: JSONObject = ["uriTemplate": .string(template.text), "name": .string(name)]
    presentation.add(to: &json, for: revision)
    json["mimeType"] = mimeType.map(JSONValue.string)
    json["annotations"] = annotations.json(for: revision)
    presentation.addMeta(to: &json, for: revision)
    return json
  }
}

/// Lists resources that are not known beforehand, page by page.
package struct ResourceProvider: Sendable {
  package struct Page: Sendable {
    package var entries: [ResourceEntry]
    /// Where the next page starts, in the provider's own words; `nil` at the end.
    package var next: String?

    package init(_ entries: [ResourceEntry], next: String? = nil) {
      self.entries = entries
      self.next = next
    }
  }

  /// One page of at most `limit` entries, from `position` on (`nil` for the first).
  package let page: @Sendable (_ position: String?, _ limit: Int, RequestContext) async throws -> Page

  package init(page: @escaping @Sendable (_ position: String?, _ limit: Int, RequestContext) async throws -> Page) {
    self.page = page
  }
}
