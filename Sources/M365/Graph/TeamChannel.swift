package import AdminCore

/// A channel of a team.
package struct TeamChannel: Hashable, Sendable {
  package enum Membership: String, Hashable, Sendable {
    case standard
    case `private`
    case shared
    /// A kind that came later.
    case other
  }

  package let id: String
  package let displayName: String
  package let description: String?
  package let membership: Membership
  package let createdAt: Timestamp?
  package let webURL: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    displayName = json.text("displayName") ?? ""
    description = json.text("description")
    membership = json.text("membershipType").flatMap { Membership(rawValue: $0.lowercased()) } ?? .other
    createdAt = json.time("createdDateTime")
    webURL = json.text("webUrl")
  }
}

/// A channel to be made.
package struct NewChannel: Sendable {
  package enum Kind: Sendable {
    case standard
    /// With the id of its first owner, who must be in the team.
    case `private`(owner: String)
    /// With the id of its first owner.
    case shared(owner: String)
  }

  package var displayName: String
  package var description: String?
  package var kind: Kind

  package init(displayName: String, description: String? = nil, kind: Kind = .standard) {
    self.displayName = displayName
    self.description = description
    self.kind = kind
  }

  func json(_ reference: (GraphPath) -> String) -> JSONValue {
    var body: JSONObject = ["displayName": .string(displayName)]
    if let description, !description.isEmpty { body["description"] = .string(description) }
    switch kind {
    case .standard: body["membershipType"] = "standard"
    case .private(let owner):
      body["membershipType"] = "private"
      body["members"] = [TeamMember.json(owner, isOwner: true, reference)]
    case .shared(let owner):
      body["membershipType"] = "shared"
      body["members"] = [TeamMember.json(owner, isOwner: true, reference)]
    }
    return .object(body)
  }

  /// Why Teams would not take a name; `nil` for a good one.
  package static func objection(to name: String) -> String? {
    let forbidden = "~#%&*{}/\\:<>?+|'\""
    if name.isEmpty || name.utf16.count > 50 { return "A channel's name has 1 to 50 characters." }
    if let character = name.first(where: forbidden.contains) {
      return "A channel's name must not contain \(character)."
    }
    if name.hasPrefix("_") || name.hasPrefix(".") || name.hasSuffix(".") {
      return "A channel's name must not begin with an underscore or a dot, nor end with a dot."
    }
    return nil
  }
}

/// What came of making a channel.
package enum ChannelCreation: Hashable, Sendable {
  case made(TeamChannel)
  /// A shared channel is made after the answer.
  case underWay(TeamsOperationLink)
}
