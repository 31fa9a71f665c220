/// A group of tools that is offered or not, so that a model is shown only what a site uses.
package enum Toolset: String, CaseIterable, Sendable {
  /// Users, templates, mail, and looking after the server itself.
  case core
  /// Mailboxes, receipts, message trace and Outlook add-ins.
  case exchange
  /// Teams and those in them.
  case teams
  /// Features of Microsoft 365 and connections between its services.
  case services
  /// Dynamic configuration of persona agents.
  case persona

  /// What it is for, in the words of the generated documentation.
  package var summary: String {
    switch self {
    case .core: "Users, templates, mail, and looking after the server itself."
    case .exchange: "Mailboxes, receipts, message trace and Outlook add-ins."
    case .teams: "Teams: groups with people, channels and guest access."
    case .services: "Features of Microsoft 365 and connections between its services."
    case .persona: "Dynamic configuration of persona agents."
    }
  }

  /// Those of `M365_TOOLSETS=default`.
  static let standard: Set<Toolset> = [.core, .exchange, .teams, .services]

  /// - Parameter names: of the setting; `default` and `all` stand for several.
  /// - Returns: the toolsets, and the names that are none.
  package static func resolve(_ names: [String]) -> (toolsets: Set<Toolset>, unknown: [String]) {
    var toolsets: Set<Toolset> = []
    var unknown: [String] = []
    for name in names {
      switch name {
      case "default": toolsets.formUnion(standard)
      case "all": toolsets.formUnion(allCases)
      default:
        if let toolset = Toolset(rawValue: name) { toolsets.insert(toolset) } else { unknown.append(name) }
      }
    }
    return (toolsets, unknown)
  }
}
