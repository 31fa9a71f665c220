import AdminCore
import Cryptography

extension SeedReader {
  private static let plainMembers = DirectoryModel.plainUserProperties.subtracting(["businessPhones", "otherMails"])

  private static let userMembers = plainMembers.union([
    "userPrincipalName", "displayName", "mailNickname", "enabled", "guest", "usageLocation", "manager", "licenses",
    "roles", "synchronized", "mailbox", "mailboxReady", "sendAs", "createdDaysAgo", "automaticReply",
    "invitation", "mail",
  ])

  mutating func addUsers(_ root: SeedObject) throws(SeedError) {
    let objects = try root.objects("users", allowing: Self.userMembers)
    for object in objects { try addUser(object) }
    for object in objects { try connect(object) }
  }

  private mutating func addUser(_ object: SeedObject) throws(SeedError) {
    let user = try user(object, id: state.identifiers.guid())
    guard state.user(user.userPrincipalName) == nil else {
      throw SeedError(object.place("userPrincipalName"), "stands twice: \(user.userPrincipalName)")
    }
    state.insert(user)
    if let kind = try object.text("mailbox") {
      guard kind == "shared" else { throw SeedError(object.place("mailbox"), "can only be \"shared\"") }
      addMailbox(of: user, .shared)
    } else if state.enabledPlans(of: user.licenses).contains(where: { $0.givesMailbox }) {
      addMailbox(of: user, .user)
    }
    if let text = try object.text("automaticReply") { try setReply(text, of: user, object) }
    if try !object.flag("mailboxReady", default: true) {
      let (requestedAt, readyAt) = (state.now, state.now + state.lags.mailbox)
      state.mailboxes.update(user.id) { ($0.requestedAt, $0.readyAt) = (requestedAt, readyAt) }
    }
  }

  private func user(_ object: SeedObject, id: String) throws(SeedError) -> User {
    let name = try object.requiredText("userPrincipalName")
    let isGuest = try object.flag("guest", default: false)
    guard let valid = UserPrincipalName(name), state.organization.domains.contains(where: { $0.name == valid.domain })
    else { throw SeedError(object.place("userPrincipalName"), "must be a sign-in name in a domain of the tenant") }
    let age = try object.number("createdDaysAgo", in: 0...10_000, default: 400)
    let createdAt = state.now - max(.seconds(age * 86_400), state.lags.directory)
    var user = User(
      id: id, userPrincipalName: valid.text, displayName: try object.requiredText("displayName"),
      mailNickname: try object.text("mailNickname") ?? String(valid.localPart.prefix { $0 != "#" }),
      passwordChangedAt: createdAt, sessionsValidFrom: createdAt, createdAt: createdAt)
    user.isEnabled = try object.flag("enabled", default: true)
    user.isGuest = isGuest
    user.isSynchronized = try object.flag("synchronized", default: false)
    user.usageLocation = try object.text("usageLocation") ?? (isGuest ? Optional.none : state.organization.country)
    user.roles = try roles(object)
    if let text = try object.text("invitation") {
      guard isGuest, ["Accepted", "PendingAcceptance"].contains(text) else {
        throw SeedError(object.place("invitation"), "can be Accepted or PendingAcceptance, and only of a guest")
      }
      user.invitationState = text
    }
    user.passwordHash = SHA256.hash(Array("seed \(name)".utf8))
    user.explicitMail = try object.text("mail")
    for name in Self.plainMembers { user.profile[name] = object[name] }
    for (index, name) in try object.texts("licenses").enumerated() {
      guard let product = state.products.first(where: { $0.partNumber == name }) else {
        throw SeedError("\(object.place("licenses"))[\(index)]", "names a product the tenant does not have: \(name)")
      }
      user.licenses.append(User.License(skuID: product.skuID, disabledPlans: [], assignedAt: createdAt))
    }
    return user
  }

  private func roles(_ object: SeedObject) throws(SeedError) -> [String] {
    let names = try object.texts("roles")
    for (index, name) in names.enumerated() where DirectoryRole.named(name) == nil {
      let known = DirectoryRole.all.map(\.name).joined(separator: ", ")
      throw SeedError("\(object.place("roles"))[\(index)]", "is unknown; known are \(known)")
    }
    return names
  }

  private mutating func addMailbox(of user: User, _ kind: Mailbox.Kind) {
    state.mailboxes[user.id] = Mailbox(
      ownerID: user.id, kind: kind, address: user.userPrincipalName, requestedAt: user.createdAt,
      readyAt: user.createdAt,
      settings: MailboxSettings(locale: "en-IE", timeZone: "GMT Standard Time", purpose: kind))
  }

  private mutating func setReply(_ text: String, of user: User, _ object: SeedObject) throws(SeedError) {
    guard let mailbox = state.mailboxes[user.id] else {
      throw SeedError(object.place("automaticReply"), "needs a mailbox")
    }
    let reply: JSONObject = [
      "automaticRepliesSetting": [
        "status": "alwaysEnabled", "externalAudience": "all", "internalReplyMessage": .string(text),
        "externalReplyMessage": .string(text),
      ]
    ]
    guard let settings = try? mailbox.settings.changed(by: reply) else { return }
    state.mailboxes.update(user.id) { $0.settings = settings }
  }

  /// Managers and rights to send, once everybody is there.
  private mutating func connect(_ object: SeedObject) throws(SeedError) {
    guard let user = state.user(try object.requiredText("userPrincipalName")) else { return }
    if let name = try object.text("manager") {
      let manager = try find(name, object.place("manager"))
      state.users.update(user.id) { $0.managerID = manager.id }
    }
    for (index, name) in try object.texts("sendAs").enumerated() {
      let sender = try find(name, "\(object.place("sendAs"))[\(index)]")
      state.mailboxes.update(user.id) { mailbox in
        mailbox.configuration.settle { $0.sendAs.append(sender.id) }
      }
    }
  }

  private func find(_ name: String, _ path: String) throws(SeedError) -> User {
    guard let user = state.user(name) else { throw SeedError(path, "names nobody: \(name)") }
    return user
  }

  mutating func addDeletedUsers(_ root: SeedObject) throws(SeedError) {
    for object in try root.objects("deletedUsers", allowing: Self.userMembers) {
      var user = try user(object, id: state.identifiers.guid())
      user.deletedAt = state.now - .seconds(5 * 86_400)
      state.deletedUsers[user.id] = user
    }
  }

  /// Many users of no character, for lists that are long.
  mutating func generateUsers(_ root: SeedObject) throws(SeedError) {
    guard let value = root["generate"] else { return }
    let object = try SeedObject(value, at: "generate", allowing: ["users", "licenses"])
    let licenses = JSONValue.strings(try object.texts("licenses"))
    for index in 0..<(try object.number("users", in: 0...100_000, default: 0)) {
      let number = String(index + 1)
      let digits = String(repeating: "0", count: max(0, 5 - number.count)) + number
      let generated: JSONValue = [
        "userPrincipalName": .string("user\(digits)@\(state.organization.defaultDomain)"),
        "displayName": .string("User \(digits)"), "licenses": licenses,
      ]
      try addUser(try SeedObject(generated, at: "generate", allowing: Self.userMembers))
    }
  }

  mutating func addGroups(_ root: SeedObject) throws(SeedError) {
    let names: Set<String> = [
      "displayName", "description", "mailNickname", "kind", "visibility", "team", "owners", "members", "synchronized",
      "dynamic",
    ]
    for object in try root.objects("groups", allowing: names) {
      let kind: Group.Kind
      switch try object.text("kind") ?? "microsoft365" {
      case "microsoft365": kind = .microsoft365
      case "security": kind = .security
      case "distribution": kind = .distribution
      default: throw SeedError(object.place("kind"), "must be microsoft365, security or distribution")
      }
      var members: [String] = []
      for (index, name) in try object.texts("members").enumerated() {
        members.append(try find(name, "\(object.place("members"))[\(index)]").id)
      }
      var owners: [String] = []
      for (index, name) in try object.texts("owners").enumerated() {
        owners.append(try find(name, "\(object.place("owners"))[\(index)]").id)
      }
      var group = Group(
        id: state.identifiers.guid(), displayName: try object.requiredText("displayName"),
        mailNickname: try object.requiredText("mailNickname"), kind: kind,
        visibility: try object.text("visibility") ?? "Private", owners: owners,
        members: members + owners.filter { !members.contains($0) }, createdAt: state.organization.createdAt)
      group.description = try object.text("description")
      group.isSynchronized = try object.flag("synchronized", default: false)
      group.isDynamic = try object.flag("dynamic", default: false)
      state.groups[group.id] = group
      if try object.flag("team", default: false) { makeTeam(of: group) }
    }
  }

  /// A team that has been there as long as its group.
  private mutating func makeTeam(of group: Group) {
    let (now, lags) = (state.now, state.lags)
    (state.now, state.lags) = (group.createdAt, .none)
    state.makeTeam(of: group.id, settings: [:], readyAt: group.createdAt)
    (state.now, state.lags) = (now, lags)
  }

  /// Mail that was sent before the simulation began.
  mutating func addMail(_ root: SeedObject) throws(SeedError) {
    for object in try root.objects("mail", allowing: ["from", "to", "cc", "subject", "text", "html", "daysAgo"]) {
      let text = try object.text("text") ?? ""
      let sender = try find(try object.requiredText("from"), object.place("from"))
      guard let mailbox = state.mailboxes[sender.id] else {
        throw SeedError(object.place("from"), "has no mailbox")
      }
      let html = try object.text("html")
      let body: JSONObject = [
        "subject": .string(try object.requiredText("subject")),
        "body": [
          "contentType": html == nil ? "text" : "html",
          "content": .string(html ?? text),
        ],
        "toRecipients": .array(try object.texts("to").map(recipient)),
        "ccRecipients": .array(try object.texts("cc").map(recipient)),
      ]
      let (now, lags) = (state.now, state.lags)
      state.now = now - .seconds(try object.number("daysAgo", in: 0...365, default: 1) * 86_400)
      state.lags = .none
      do throws(GraphFailure) {
        let message = try MessageRules.draft(body, in: mailbox, &state)
        try state.submit(message, from: mailbox, way: "seed", keepsCopy: true)
      } catch {
        throw SeedError(object.path, "cannot be sent: \(error.message)")
      }
      (state.now, state.lags) = (now, lags)
    }
    // Old mail does not count against today's limits, nor as sent in this run.
    state.transport.forgetSentMail()
    for id in state.mailboxes.ids { state.mailboxes.update(id) { $0.sends = [] } }
  }

  private func recipient(_ address: String) -> JSONValue {
    let name = state.user(address)?.displayName ?? address
    return ["emailAddress": ["address": .string(address), "name": .string(name)]]
  }
}
