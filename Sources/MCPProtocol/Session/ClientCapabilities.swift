package import AdminCore

/// What a client declared that it can do: once in a handshake, or with each modern request.
package struct ClientCapabilities: Hashable, Sendable {
  package let declared: JSONObject

  package init(_ declared: JSONObject = [:]) { self.declared = declared }

  /// An empty declaration means forms, as it did before addresses could be opened.
  package var elicitsForms: Bool {
    guard let elicitation = declared["elicitation"]?.objectValue else { return false }
    return elicitation["form"] != nil || elicitation["url"] == nil
  }

  package var elicitsURLs: Bool { declared["elicitation"]?["url"]?.objectValue != nil }
  package var samples: Bool { declared["sampling"]?.objectValue != nil }
  package var samplesWithTools: Bool { declared["sampling"]?["tools"]?.objectValue != nil }
  package var listsRoots: Bool { declared["roots"]?.objectValue != nil }
}

/// How a program names itself. Of a client it is for display only: behaviour never depends on it.
package struct ClientInfo: Hashable, Sendable {
  package let name: String
  package let version: String

  package init(name: String, version: String) {
    self.name = name
    self.version = version
  }

  init?(_ json: JSONValue?) {
    guard let name = json?["name"]?.stringValue else { return nil }
    self.init(
      name: VisibleText.excerpt(name), version: VisibleText.excerpt(json?["version"]?.stringValue ?? "", limit: 40))
  }
}
