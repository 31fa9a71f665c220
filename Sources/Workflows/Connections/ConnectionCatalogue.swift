package import AdminCore

/// Every connection there is, and every pair that cannot be.
package enum ConnectionCatalogue {
  package static let all: [ServiceConnection] =
    TeamsConnections.all + GroupConnections.all + NoticeConnections.all + ApplicationConnections.all
    + SharingConnections.all + ExchangeConnections.all

  /// Names are compared without regard to case and to what joins their words.
  private static func key(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
  }

  package static func connection(from source: String, to target: String) -> ServiceConnection? {
    all.first { key($0.source) == key(source) && key($0.target) == key(target) }
  }

  /// - Throws: `FEAT_002` for what the platform does not let an application do, `FEAT_001` for an unknown pair.
  package static func find(from source: String, to target: String) throws(AdminError) -> ServiceConnection {
    if let connection = connection(from: source, to: target) { return connection }
    let refused = RefusedConnection.all.first { refused in
      refused.services.contains { [key(source), key(target)].contains(key($0)) }
    }
    if let refused { throw AdminError(.notPossible, refused.reason) }
    let known = all.map(\.name)
    let near = nearest(source, target)
    let hint = near.isEmpty ? "" : " There is \(near.joined(separator: ", "))."
    throw AdminError(
      .unknownFeature,
      "There is no connection from \(VisibleText.excerpt(source, limit: 64)) to "
        + "\(VisibleText.excerpt(target, limit: 64)).\(hint) list_service_connections shows those there are.",
      details: ["nearest": .strings(near), "connections": .strings(known)])
  }

  /// Those from the same source or to the same target, a slip forgiven.
  private static func nearest(_ source: String, _ target: String) -> [String] {
    let sources = [source, Suggestion.nearest(to: source, among: all.map(\.source)) ?? ""].map(key)
    let targets = [target, Suggestion.nearest(to: target, among: all.map(\.target)) ?? ""].map(key)
    let both = all.filter { sources.contains(key($0.source)) && targets.contains(key($0.target)) }
    let either = all.filter { sources.contains(key($0.source)) || targets.contains(key($0.target)) }
    return (both.isEmpty ? either : both).prefix(6).map(\.name)
  }
}

/// A service that no application can connect, with the reason.
package struct RefusedConnection: Sendable {
  package let services: [String]
  package let reason: String

  package static let all = [
    RefusedConnection(
      services: ["onenote"],
      reason: "The OneNote API refuses applications since March 2025; it needs a signed-in person."),
    RefusedConnection(
      services: ["incoming-webhook", "office-connector", "connector"],
      reason: """
        Office 365 connectors and their incoming webhooks in Teams are retired. To be told of changes, connect users, \
        groups, mail, drive or list to webhook.
        """),
    RefusedConnection(
      services: ["channel-email", "channel-mail"],
      reason: "A channel's mail address can only be made by a signed-in person: Graph lists no application permission."),
    RefusedConnection(
      services: ["power-automate", "flow", "power-bi", "forms", "power-apps"],
      reason: "Power Automate, Power BI, Power Apps and Forms have no application permissions in Microsoft Graph."),
  ]
}
