package import AdminCore

/// A team to be made, with everybody who is to be in it known by id.
package struct TeamRequest: Hashable, Sendable {
  package struct Person: Hashable, Sendable {
    package let id: String
    /// For reports.
    package let name: String
    package let isGuest: Bool

    package init(id: String, name: String, isGuest: Bool = false) {
      self.id = id
      self.name = name
      self.isGuest = isGuest
    }
  }

  package struct Channel: Hashable, Sendable {
    package enum Membership: String, Hashable, Sendable {
      case standard
      case `private`
      case shared
    }

    package let displayName: String
    package let description: String?
    package let membership: Membership
    /// None in a standard channel, at least one in the others.
    package let owners: [Person]
    package let members: [Person]

    package init(
      displayName: String, description: String?, membership: Membership, owners: [Person] = [],
      members: [Person] = []
    ) {
      self.displayName = displayName
      self.description = description
      self.membership = membership
      self.owners = owners
      self.members = members
    }
  }

  package enum Visibility: String, Hashable, Sendable {
    case `private` = "Private"
    case `public` = "Public"
  }

  package var displayName: String
  package var nickname: String
  package var description: String?
  package var visibility: Visibility
  package var owners: [Person]
  /// Without those who are owners.
  package var members: [Person]
  package var channels: [Channel]
  package var allowsGuests: Bool
  /// The group that the same call has made before: it is gone on with, and nothing is made twice.
  package var existingGroup: String?
  /// How long to wait for the group's site before the result says that it is still being made.
  package var siteWait: Duration

  package init(
    displayName: String, nickname: String, description: String?, visibility: Visibility, owners: [Person],
    members: [Person], channels: [Channel], allowsGuests: Bool, siteWait: Duration
  ) {
    self.displayName = displayName
    self.nickname = nickname
    self.description = description
    self.visibility = visibility
    self.owners = owners
    self.members = members
    self.channels = channels
    self.allowsGuests = allowsGuests
    self.siteWait = siteWait
  }

  /// Whether both ask for the same team, whatever they found when they were planned.
  package func asksForTheSame(as other: TeamRequest) -> Bool {
    var own = self
    own.existingGroup = other.existingGroup
    own.nickname = other.nickname
    own.siteWait = other.siteWait
    return own == other
  }
}

// MARK: - The journalled form

extension TeamRequest {
  package var json: JSONObject {
    [
      "displayName": .string(displayName), "nickname": .string(nickname), "description": .optional(description),
      "visibility": .string(visibility.rawValue), "owners": .array(owners.map(\.json)),
      "members": .array(members.map(\.json)), "channels": .array(channels.map(\.json)),
      "allowsGuests": .bool(allowsGuests), "existingGroup": .optional(existingGroup),
      "siteWaitMs": .int(siteWait.milliseconds),
    ]
  }

  package init?(journalled json: JSONObject) {
    guard let displayName = json["displayName"]?.stringValue, let nickname = json["nickname"]?.stringValue,
      let visibility = json["visibility"]?.stringValue.flatMap(Visibility.init),
      let owners = Person.list(json["owners"]),
      let members = Person.list(json["members"]), let channels = json["channels"]?.arrayValue,
      let allowsGuests = json["allowsGuests"]?.boolValue, let siteWait = json["siteWaitMs"]?.intValue
    else { return nil }
    let read = channels.compactMap(Channel.init)
    guard read.count == channels.count else { return nil }
    self.init(
      displayName: displayName, nickname: nickname, description: json["description"]?.stringValue,
      visibility: visibility, owners: owners, members: members, channels: read, allowsGuests: allowsGuests,
      siteWait: .milliseconds(siteWait))
    existingGroup = json["existingGroup"]?.stringValue
  }
}

extension TeamRequest.Person {
  fileprivate var json: JSONValue { ["id": .string(id), "name": .string(name), "guest": .bool(isGuest)] }

  fileprivate init?(_ json: JSONValue) {
    guard let id = json["id"]?.stringValue, let name = json["name"]?.stringValue else { return nil }
    self.init(id: id, name: name, isGuest: json["guest"]?.boolValue ?? false)
  }

  /// - Returns: `nil` where something in the list is nobody.
  fileprivate static func list(_ json: JSONValue?) -> [TeamRequest.Person]? {
    guard let values = json?.arrayValue else { return nil }
    let people = values.compactMap(TeamRequest.Person.init)
    return people.count == values.count ? people : nil
  }
}

extension TeamRequest.Channel {
  fileprivate var json: JSONValue {
    [
      "displayName": .string(displayName), "description": .optional(description),
      "membership": .string(membership.rawValue), "owners": .array(owners.map(\.json)),
      "members": .array(members.map(\.json)),
    ]
  }

  fileprivate init?(_ json: JSONValue) {
    guard let name = json["displayName"]?.stringValue,
      let membership = json["membership"]?.stringValue.flatMap(Membership.init),
      let owners = TeamRequest.Person.list(json["owners"]), let members = TeamRequest.Person.list(json["members"])
    else { return nil }
    self.init(
      displayName: name, description: json["description"]?.stringValue, membership: membership, owners: owners,
      members: members)
  }
}
