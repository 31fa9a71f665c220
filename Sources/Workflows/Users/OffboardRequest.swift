package import AdminCore

/// What is to become of somebody who leaves, with everything it is about known by id.
package struct OffboardRequest: Hashable, Sendable {
  package struct Person: Hashable, Sendable {
    package let id: String
    package let name: String

    package init(id: String, name: String) {
      self.id = id
      self.name = name
    }
  }

  /// What is done with the mailbox.
  package struct MailboxWishes: Hashable, Sendable {
    /// Exchange's own id of it.
    package let id: GUID
    package var isHidden = false
    package var automaticReply: AutomaticReply?
    package var forwardTo: String?
    package var becomesShared = false
    package var delegates: [Person] = []
    /// How long to wait for the conversion to show before the licences are left to a person.
    package var patience = Duration.seconds(60)

    package init(id: GUID) { self.id = id }
  }

  /// As HTML.
  package struct AutomaticReply: Hashable, Sendable {
    package let inside: String
    /// `nil` where nobody outside gets one.
    package let outside: String?

    package init(inside: String, outside: String?) {
      self.inside = inside
      self.outside = outside
    }
  }

  package let user: Person
  package var blocksSignIn = true
  package var revokesSessions = true
  package var mailbox: MailboxWishes?
  package var groups: [GroupPlace] = []
  /// Those whose manager the user is, where they get another one.
  package var reports: [Person] = []
  package var newManager: Person?
  /// By the ids of SKUs; taken only once the mailbox shows as a shared one.
  package var licenses: [String] = []
  package var deletesUser = false
  /// What only a person can do; told in the result.
  package var leftForPerson: [String] = []

  package init(user: Person) { self.user = user }
}

// MARK: - The journalled form

extension OffboardRequest {
  package var json: JSONObject {
    [
      "user": user.json, "blockSignIn": .bool(blocksSignIn), "revokeSessions": .bool(revokesSessions),
      "mailbox": mailbox?.json ?? .null, "groups": .array(groups.map(\.json)), "reports": .array(reports.map(\.json)),
      "newManager": newManager?.json ?? .null, "licenses": .strings(licenses), "deleteUser": .bool(deletesUser),
      "leftForPerson": .strings(leftForPerson),
    ]
  }

  package init?(journalled json: JSONObject) {
    guard let user = json["user"].flatMap(Person.init), let groups = json["groups"]?.arrayValue,
      let reports = json["reports"]?.arrayValue, let blocks = json["blockSignIn"]?.boolValue,
      let revokes = json["revokeSessions"]?.boolValue, let deletes = json["deleteUser"]?.boolValue
    else { return nil }
    self.init(user: user)
    blocksSignIn = blocks
    revokesSessions = revokes
    deletesUser = deletes
    self.groups = groups.compactMap(GroupPlace.init)
    self.reports = reports.compactMap(Person.init)
    newManager = json["newManager"].flatMap(Person.init)
    licenses = json["licenses"]?.arrayValue?.compactMap(\.stringValue) ?? []
    leftForPerson = json["leftForPerson"]?.arrayValue?.compactMap(\.stringValue) ?? []
    guard self.groups.count == groups.count, self.reports.count == reports.count else { return nil }
    if let wishes = json["mailbox"], !wishes.isNull {
      guard let mailbox = MailboxWishes(wishes) else { return nil }
      self.mailbox = mailbox
    }
  }
}

extension OffboardRequest.Person {
  fileprivate var json: JSONValue { ["id": .string(id), "name": .string(name)] }

  fileprivate init?(_ json: JSONValue) {
    guard let id = json["id"]?.stringValue, let name = json["name"]?.stringValue else { return nil }
    self.init(id: id, name: name)
  }
}

extension OffboardRequest.MailboxWishes {
  fileprivate var json: JSONValue {
    [
      "id": .string(id.text), "hide": .bool(isHidden), "forwardTo": .optional(forwardTo),
      "share": .bool(becomesShared), "delegates": .array(delegates.map(\.json)),
      "patienceMs": .int(patience.milliseconds),
      "reply": automaticReply.map { ["inside": .string($0.inside), "outside": .optional($0.outside)] } ?? .null,
    ]
  }

  fileprivate init?(_ json: JSONValue) {
    guard let id = json["id"]?.stringValue.flatMap(GUID.init), let delegates = json["delegates"]?.arrayValue,
      let patience = json["patienceMs"]?.intValue
    else { return nil }
    self.init(id: id)
    isHidden = json["hide"]?.boolValue ?? false
    forwardTo = json["forwardTo"]?.stringValue
    becomesShared = json["share"]?.boolValue ?? false
    self.delegates = delegates.compactMap(OffboardRequest.Person.init)
    self.patience = .milliseconds(patience)
    automaticReply = json["reply"]?["inside"]?.stringValue.map { inside in
      OffboardRequest.AutomaticReply(inside: inside, outside: json["reply"]?["outside"]?.stringValue)
    }
    guard self.delegates.count == delegates.count else { return nil }
  }
}
