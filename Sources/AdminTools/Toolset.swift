/// A group of tools that is offered or not, so that a model is shown only what a site uses.
package enum Toolset: String, CaseIterable, Sendable {
  /// Users, templates, mail, and looking after the server itself.
  case core

  /// What it is for, in the words of the generated documentation.
  package var summary: String {
    switch self {
    case .core: "Users, templates, mail, and looking after the server itself."
    }
  }

  /// Those of `M365_TOOLSETS=default`.
  static let standard: Set<Toolset> = [.core]

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
