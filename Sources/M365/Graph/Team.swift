package import AdminCore

/// A team of Microsoft Teams.
package struct Team: Hashable, Sendable {
  package struct Summary: Hashable, Sendable {
    package let owners: Int
    package let members: Int
    package let guests: Int

    package init(owners: Int, members: Int, guests: Int) {
      (self.owners, self.members, self.guests) = (owners, members, guests)
    }
  }

  /// The id of its group.
  package let id: String
  package let displayName: String
  package let description: String?
  /// `private`, `public` or `hiddenMembership`.
  package let visibility: String?
  package let isArchived: Bool
  package let webURL: String?
  package let createdAt: Timestamp?
  package let summary: Summary?
  package let settings: TeamSettings

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    displayName = json.text("displayName") ?? ""
    description = json.text("description")
    visibility = json.text("visibility")
    isArchived = json.flag("isArchived") ?? false
    webURL = json.text("webUrl")
    createdAt = json.time("createdDateTime")
    summary = json.object("summary").map {
      Summary(
        owners: $0.number("ownersCount") ?? 0, members: $0.number("membersCount") ?? 0,
        guests: $0.number("guestsCount") ?? 0)
    }
    settings = TeamSettings(json)
  }
}

/// What members and guests of a team may do. Written as it was read, it is the same again.
package struct TeamSettings: Hashable, Sendable {
  package enum Section: String, CaseIterable, Sendable {
    case member = "memberSettings"
    case guest = "guestSettings"
    case messaging = "messagingSettings"
    case fun = "funSettings"
  }

  private var sections: [Section: JSONObject]

  package init() { sections = [:] }

  /// - Parameter json: a team, or part of one.
  package init(_ json: JSONObject) {
    sections = [:]
    for section in Section.allCases { sections[section] = json.object(section.rawValue) }
  }

  package subscript(section: Section, name: String) -> JSONValue? {
    get { sections[section]?[name] }
    set { sections[section, default: [:]][name] = newValue }
  }

  package var isEmpty: Bool { sections.isEmpty }

  package var json: JSONObject {
    JSONObject(
      Section.allCases.compactMap { section in
        sections[section].map { JSONObject.Member(key: section.rawValue, value: .object($0)) }
      })
  }
}

/// Absolute new values for a team. What is `nil` or empty stays as it is.
package struct TeamChanges: Sendable {
  package var displayName: String?
  package var description: String?
  package var visibility: String?
  package var settings = TeamSettings()

  package init() {}

  var json: JSONObject {
    var body = settings.json
    body["displayName"] = displayName.map(JSONValue.string)
    body["description"] = description.map(JSONValue.string)
    body["visibility"] = visibility.map { .string($0.lowercased()) }
    return body
  }
}

/// A team to be made from the standard template, together with its group.
package struct NewTeam: Sendable {
  package var displayName: String
  package var description: String?
  package var visibility = NewGroup.Visibility.private
  /// The id of the one owner it can be made with.
  package var owner: String

  package init(displayName: String, owner: String) {
    self.displayName = displayName
    self.owner = owner
  }

  func json(_ reference: (GraphPath) -> String) -> JSONValue {
    var body: JSONObject = [
      "template@odata.bind": .string(reference("/teamsTemplates('\(argument: "standard")')")),
      "displayName": .string(displayName), "visibility": .string(visibility.rawValue.lowercased()),
      "members": [TeamMember.json(owner, isOwner: true, reference)],
    ]
    if let description, !description.isEmpty { body["description"] = .string(description) }
    return .object(body)
  }
}

/// Work that Teams goes on with after it has answered: the team it is about, and under which id it is asked for.
package struct TeamsOperationLink: Hashable, Sendable {
  package let teamID: String
  package let operationID: String
  /// What is being made, where the answer tells.
  package let channelID: String?

  package init(teamID: String, operationID: String, channelID: String? = nil) {
    self.teamID = teamID
    self.operationID = operationID
    self.channelID = channelID
  }

  /// - Parameter headers: of the answer: `Location: /teams('…')/operations('…')`.
  init?(_ headers: HTTPHeaders) {
    let keys = Self.keys(in: headers["Location"] ?? "")
    guard let team = keys["teams"], GUID(team) != nil, let operation = keys["operations"] else { return nil }
    teamID = team
    operationID = operation
    channelID = Self.keys(in: headers["Content-Location"] ?? "")["channels"]
  }

  /// The keys of a path in the form `/teams('a')/channels('b')`, by collection.
  private static func keys(in path: String) -> [String: String] {
    var keys: [String: String] = [:]
    for part in path.prefix(2000).split(separator: "/") {
      guard let open = part.firstIndex(of: "("), part.hasSuffix(")") else { continue }
      let key = part[part.index(after: open)...].dropLast()
      guard key.hasPrefix("'"), key.hasSuffix("'"), key.count > 2 else { continue }
      keys[String(part[..<open])] = String(key.dropFirst().dropLast())
    }
    return keys
  }
}

/// How far such work has come.
package struct TeamsOperation: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    case running
    case succeeded
    case failed(code: String, message: String)
  }

  package let state: State

  init?(_ json: JSONObject) {
    guard let status = json.text("status") else { return nil }
    switch status.lowercased() {
    case "succeeded": state = .succeeded
    case "failed", "invalid":
      let error = json.object("error") ?? [:]
      state = .failed(
        code: VisibleText.excerpt(error.text("code") ?? "", limit: 100),
        message: VisibleText.excerpt(error.text("message") ?? "", limit: 300))
    default: state = .running
    }
  }
}

/// Somebody in a team or a channel.
package struct TeamMember: Hashable, Sendable {
  /// Of the membership, not of the person.
  package let id: String
  package let userID: String
  package let displayName: String
  package let email: String?
  package let isOwner: Bool
  package let isGuest: Bool

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let user = json.text("userId") else { return nil }
    self.id = id
    userID = user.lowercased()
    displayName = json.text("displayName") ?? ""
    email = json.text("email")
    let roles = json.texts("roles").map { $0.lowercased() }
    isOwner = roles.contains("owner")
    isGuest = roles.contains("guest")
  }

  static func json(_ userID: String, isOwner: Bool, _ reference: (GraphPath) -> String) -> JSONValue {
    [
      "@odata.type": "#microsoft.graph.aadUserConversationMember", "roles": isOwner ? ["owner"] : [],
      "user@odata.bind": .string(reference("/users/\(userID)")),
    ]
  }
}

/// Somebody to be added to a team, and what came of it.
package struct TeamMemberAddition: Hashable, Sendable {
  package struct Failure: Hashable, Sendable {
    package let code: String
    package let message: String
  }

  package let userID: String
  package let isOwner: Bool
  /// `nil` for a success.
  package internal(set) var failure: Failure?

  package init(userID: String, isOwner: Bool = false) {
    self.userID = userID
    self.isOwner = isOwner
  }
}
