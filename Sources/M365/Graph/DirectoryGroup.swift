package import AdminCore

/// A group of the tenant, as far as it was asked for: what was not selected is `nil` or empty.
package struct DirectoryGroup: Hashable, Sendable {
  package let id: String
  package let displayName: String
  package let description: String?
  package let mail: String?
  package let mailNickname: String?
  /// `Private`, `Public` or `HiddenMembership`.
  package let visibility: String?
  /// Whether it is a Microsoft 365 group, with mailbox and site.
  package let isUnified: Bool
  package let isMailEnabled: Bool
  /// Whether a rule decides who is in it, so that nobody can be added or taken out.
  package let isDynamic: Bool
  package let hasTeam: Bool
  package let createdAt: Timestamp?
  package let deletedAt: Timestamp?
  /// Whether the group is kept by a directory on premises and cannot be changed here.
  package let isSynchronized: Bool
  /// Ids of the SKUs that its members get, in lower case.
  package let licenses: [String]

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    displayName = json.text("displayName") ?? ""
    description = json.text("description")
    mail = json.text("mail")
    mailNickname = json.text("mailNickname")
    visibility = json.text("visibility")
    isUnified = json.texts("groupTypes").contains("Unified")
    isDynamic = json.texts("groupTypes").contains("DynamicMembership")
    isMailEnabled = json.flag("mailEnabled") ?? false
    hasTeam = json.texts("resourceProvisioningOptions").contains("Team")
    createdAt = json.time("createdDateTime")
    deletedAt = json.time("deletedDateTime")
    isSynchronized = json.flag("onPremisesSyncEnabled") ?? false
    licenses = json.objects("assignedLicenses").compactMap { $0.text("skuId")?.lowercased() }
  }

  static let properties = [
    "id", "displayName", "description", "mail", "mailNickname", "visibility", "groupTypes", "mailEnabled",
    "resourceProvisioningOptions", "createdDateTime", "deletedDateTime", "onPremisesSyncEnabled", "assignedLicenses",
  ]
}

/// A Microsoft 365 group to be made.
package struct NewGroup: Sendable {
  package enum Visibility: String, Sendable {
    case `private` = "Private"
    case `public` = "Public"
  }

  /// Graph takes this many people with a new group.
  package static let maximumPeople = 20

  package var displayName: String
  package var mailNickname: String
  package var description: String?
  package var visibility = Visibility.private
  /// Ids of users; the first ones are owners too.
  package var owners: [String]
  package var members: [String]

  package init(displayName: String, mailNickname: String, owners: [String], members: [String] = []) {
    self.displayName = displayName
    self.mailNickname = mailNickname
    self.owners = owners
    self.members = members
  }

  /// The people who come with the group, as owners and as members: as many as fit into one request. The others are to be
  /// added afterwards.
  package var first: (owners: [String], members: [String]) {
    let owners = Array(owners.prefix(Self.maximumPeople / 2))
    let others = members.filter { !owners.contains($0) }
    return (owners, owners + others.prefix(Self.maximumPeople - 2 * owners.count))
  }

  func json(_ reference: (GraphPath) -> String) -> JSONValue {
    let first = first
    var body: JSONObject = [
      "displayName": .string(displayName), "mailNickname": .string(mailNickname), "groupTypes": ["Unified"],
      "mailEnabled": true, "securityEnabled": false, "visibility": .string(visibility.rawValue),
    ]
    if let description, !description.isEmpty { body["description"] = .string(description) }
    if !first.owners.isEmpty { body["owners@odata.bind"] = .strings(first.owners.map { reference("/users/\($0)") }) }
    if !first.members.isEmpty { body["members@odata.bind"] = .strings(first.members.map { reference("/users/\($0)") }) }
    return .object(body)
  }
}

/// Absolute new values for a group. What is `nil` stays as it is; an empty text clears.
package struct GroupChanges: Hashable, Sendable {
  package var displayName: String?
  package var description: String?
  package var mailNickname: String?
  package var visibility: String?

  package init() {}

  var json: JSONObject {
    var body = JSONObject()
    func set(_ name: String, _ value: String?) {
      if let value { body[name] = value.isEmpty ? .null : .string(value) }
    }
    set("displayName", displayName)
    set("description", description)
    set("mailNickname", mailNickname)
    set("visibility", visibility)
    return body
  }
}

/// Something in the directory, as lists of members, owners and memberships show it.
package struct DirectoryObject: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case user, group, servicePrincipal, directoryRole, application, device, orgContact
    /// A kind that came later.
    case other
  }

  package let id: String
  package let kind: Kind
  package let displayName: String
  package let userPrincipalName: String?
  package let isGuest: Bool
  /// Whether it may sign in; `nil` where that was not asked for.
  package let isEnabled: Bool?
  /// Whether a directory on premises keeps it; false where that was not asked for.
  package let isSynchronized: Bool
  /// The group it is, where it is one.
  package let group: DirectoryGroup?
  /// Of a role: the id it has in every tenant.
  package let roleTemplateID: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    let type = json.text("@odata.type")?.split(separator: ".").last.map(String.init)
    kind = type.flatMap(Kind.init(rawValue:)) ?? .other
    displayName = json.text("displayName") ?? ""
    userPrincipalName = json.text("userPrincipalName")
    isGuest = json.text("userType")?.lowercased() == "guest"
    isEnabled = json.flag("accountEnabled")
    isSynchronized = json.flag("onPremisesSyncEnabled") ?? false
    group = kind == .group ? DirectoryGroup(json) : nil
    roleTemplateID = json.text("roleTemplateId")
  }
}

/// What has become of an attempt to make something.
package enum Creation<Model: Hashable & Sendable>: Hashable, Sendable {
  case absent
  /// Made by the attempt.
  case ours(Model)
  /// Somebody else's.
  case foreign(Model)

  /// What is there is ours when it is as new as the attempt and looks as it should; five minutes are allowed for clocks
  /// that differ.
  init(_ found: Model?, createdAt: Timestamp?, notBefore start: Timestamp, isAlike: Bool) {
    guard let found else {
      self = .absent
      return
    }
    let isNew = createdAt.map { $0 >= start - .seconds(300) } ?? false
    self = isNew && isAlike ? .ours(found) : .foreign(found)
  }
}
