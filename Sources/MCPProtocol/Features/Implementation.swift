import AdminCore

/// How the server names itself.
package struct Implementation: Hashable, Sendable {
  package var name: String
  package var version: String
  package var title: String?
  package var description: String?
  package var websiteURL: String?
  package var icons: [Icon]

  package init(
    name: String, version: String, title: String? = nil, description: String? = nil, websiteURL: String? = nil,
    icons: [Icon] = []
  ) {
    self.name = name
    self.version = version
    self.title = title
    self.description = description
    self.websiteURL = websiteURL
    self.icons = icons
  }

  func json(for revision: Revision) -> JSONObject {
    var json: JSONObject = ["name": .string(name), "version": .string(version)]
    if revision.hasTitles { json["title"] = title.map(JSONValue.string) }
    if revision.hasImplementationDetails {
      json["description"] = description.map(JSONValue.string)
      json["websiteUrl"] = websiteURL.map(JSONValue.string)
    }
    json["icons"] = Icon.json(icons, for: revision)
    return json
  }
}

/// A picture for a user interface.
package struct Icon: Hashable, Sendable {
  package enum Theme: String, Sendable {
    case light, dark
  }

  /// An `https:` or `data:` address.
  package var source: String
  package var mimeType: String?
  /// Such as `48x48`, or `any`.
  package var sizes: [String]
  package var theme: Theme?

  package init(source: String, mimeType: String? = nil, sizes: [String] = [], theme: Theme? = nil) {
    self.source = source
    self.mimeType = mimeType
    self.sizes = sizes
    self.theme = theme
  }

  /// The member `icons`; `nil` where there are none or the revision knows none.
  static func json(_ icons: [Icon], for revision: Revision) -> JSONValue? {
    guard revision.hasIcons, !icons.isEmpty else { return nil }
    return .array(icons.map(\.json))
  }

  private var json: JSONValue {
    var json: JSONObject = ["src": .string(source)]
    json["mimeType"] = mimeType.map(JSONValue.string)
    if !sizes.isEmpty { json["sizes"] = .strings(sizes) }
    json["theme"] = theme.map { .string($0.rawValue) }
    return .object(json)
  }
}
