package import AdminCore

/// A path below the version of Graph, written with its keys in place: `"/users/\(id)/messages/\(draft)"`.
///
/// The literal parts are code; whatever is interpolated is one segment and is percent-encoded as one, so no value can
/// become a path, a query or another key. The template that metrics and messages show falls out of the same text.
package struct GraphPath: Sendable, Hashable {
  /// As it goes into the URL.
  package let text: String
  /// With `{id}` where a key stands.
  package let template: String
  /// The keys as they were given.
  package let keys: [String]
  /// Why no request may be sent to this path: a key that is none.
  package let flaw: String?
}

extension GraphPath: ExpressibleByStringInterpolation {
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""
    fileprivate var template = ""
    fileprivate var keys: [String] = []
    fileprivate var flaw: String?

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) {
      text += literal
      template += literal
    }

    package mutating func appendInterpolation(_ key: String) {
      note(key)
      text += PercentEncoding.segment(key)
    }

    package mutating func appendInterpolation(_ key: GUID) { appendInterpolation(key.text) }

    /// A user by id or sign-in name. A name that begins with `$` would be taken for an operator, and needs the form with
    /// parentheses.
    package mutating func appendInterpolation(_ user: UserReference) {
      guard user.text.hasPrefix("$"), text.hasSuffix("/") else { return appendInterpolation(user.text) }
      note(user.text)
      text.removeLast()
      text += "('" + PercentEncoding.strict(ODataLiteral.escaped(user.text)) + "')"
    }

    /// The argument of a function: `getDetails(address='\(argument: address)')`.
    package mutating func appendInterpolation(argument: String) {
      note(argument)
      text += PercentEncoding.strict(ODataLiteral.escaped(argument))
    }

    private mutating func note(_ key: String) {
      keys.append(key)
      template += "{id}"
      if key.isEmpty || key == "." || key == ".." || key.utf8.count > 2048
        || key.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
      {
        flaw = flaw ?? "The id \"\(VisibleText.excerpt(key, limit: 40))\" is not one that an object can have."
      }
    }
  }

  package init(stringInterpolation: StringInterpolation) {
    text = stringInterpolation.text
    template = stringInterpolation.template
    keys = stringInterpolation.keys
    flaw = stringInterpolation.flaw
  }

  package init(stringLiteral value: String) {
    text = value
    template = value
    keys = []
    flaw = nil
  }
}

extension GraphPath {
  /// The parts of a user that Exchange keeps, so that the mailbox's limits hold.
  private static let mailboxParts: Set<String> = [
    "messages", "mailFolders", "sendMail", "mailboxSettings", "getMailTips", "inferenceClassification", "calendar",
    "calendars", "events", "contacts", "outlook",
  ]

  /// Which part of Microsoft 365 does the work, by the documented throttling groups.
  package var workload: Workload {
    let parts = template.split(separator: "/").map { $0.prefix { $0 != "(" } }
    let third = parts.count > 2 ? String(parts[2]) : ""
    switch parts.first ?? "" {
    case "users":
      if Self.mailboxParts.contains(third) { return .outlook(mailbox: (keys.first ?? "").lowercased()) }
      if third == "joinedTeams" || third == "teamwork" { return .teams(team: nil) }
      return part(third)
    case "groups": return third == "team" ? .teams(team: keys.first) : part(third)
    case "teams": return .teams(team: keys.first)
    case "chats", "appCatalogs": return .teams(team: nil)
    case "sites", "drives", "shares": return .sharePoint
    case "planner": return .planner
    case "reports": return .reports
    case "auditLogs", "security": return .auditLogs
    case "admin": return administration(parts.count > 1 ? String(parts[1]) : "")
    default: return .directory
    }
  }

  private func part(_ name: String) -> Workload {
    switch name {
    case "drive", "drives", "sites": .sharePoint
    case "planner": .planner
    default: .directory
    }
  }

  private func administration(_ name: String) -> Workload {
    switch name {
    case "exchange": .messageTrace
    case "serviceAnnouncement": .serviceHealth
    case "sharepoint": .sharePoint
    case "reportSettings": .reports
    default: .directory
    }
  }
}
