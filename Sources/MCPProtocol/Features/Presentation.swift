package import AdminCore

/// What tools, resources, templates and prompts say about themselves to people, each part where the revision knows it.
package struct Presentation: Hashable, Sendable {
  package var title: String?
  package var description: String?
  package var icons: [Icon]
  package var meta: JSONObject

  package init(
    title: String? = nil, description: String? = nil, icons: [Icon] = [], meta: JSONObject = [:]
  ) {
    self.title = title
    self.description = description
    self.icons = icons
    self.meta = meta
  }

  func add(to json: inout JSONObject, for revision: Revision) {
    if revision.hasTitles { json["title"] = title.map { .string(VisibleText.clean($0)) } }
    json["description"] = description.map { .string(VisibleText.clean($0)) }
    json["icons"] = Icon.json(icons, for: revision)
  }

  /// Last in an entry, because only some clients look at it.
  func addMeta(to json: inout JSONObject, for revision: Revision) {
    if revision.hasObjectMeta, !meta.isEmpty { json["_meta"] = .object(meta) }
  }
}

/// Hints on a content block or a resource.
package struct Annotations: Hashable, Sendable {
  package enum Audience: String, Sendable {
    case user, assistant
  }

  package var audience: [Audience]
  /// 0 (optional) through 1 (required).
  package var priority: Double?
  package var lastModified: Timestamp?

  package init(audience: [Audience] = [], priority: Double? = nil, lastModified: Timestamp? = nil) {
    self.audience = audience
    self.priority = priority.map { min(max($0, 0), 1) }
    self.lastModified = lastModified
  }

  /// The member `annotations`; `nil` where nothing of it is known to the revision.
  func json(for revision: Revision) -> JSONValue? {
    var json = JSONObject()
    if !audience.isEmpty { json["audience"] = .strings(audience.map(\.rawValue)) }
    json["priority"] = priority.flatMap(JSONNumber.init).map(JSONValue.number)
    if revision.hasLastModified { json["lastModified"] = lastModified.map { .string($0.iso8601) } }
    return json.isEmpty ? nil : .object(json)
  }
}
