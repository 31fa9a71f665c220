import AdminCore

extension TenantState {
  /// The owner of the mailbox that an identity names: by sign-in name, alias, any of its addresses, name, or any id.
  func mailboxOwner(_ identity: String) -> String? {
    let wanted = identity.lowercased()
    func hasMailbox(_ id: String) -> Bool { mailboxes[id].map { !$0.isInactive && $0.readyAt <= now } ?? false }
    if let user = user(wanted), hasMailbox(user.id) { return user.id }
    if let id = mailboxID(forAddress: wanted), hasMailbox(id) { return id }
    return mailboxes.ids.first { id in
      guard hasMailbox(id), let user = users[id] else { return false }
      return user.mailNickname.lowercased() == wanted || ExchangeID.mailbox(id) == wanted
        || ExchangeID.object(id) == wanted
        || proxyAddresses(of: user).contains { $0.dropFirst(5).lowercased() == wanted }
    }
  }

  func requireMailboxOwner(_ identity: String) throws(ExchangeFailure) -> (mailbox: Mailbox, user: User) {
    guard let id = mailboxOwner(identity), let mailbox = mailboxes[id], let user = users[id] else {
      throw .notFound(identity)
    }
    return (mailbox, user)
  }

  /// Somebody who can be given rights: a user with a mailbox.
  func requireTrustee(_ identity: String) throws(ExchangeFailure) -> User {
    guard let id = mailboxOwner(identity) ?? user(identity)?.id, let user = users[id] else {
      throw .cmdlet(
        "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
        "User or group '\(VisibleText.excerpt(identity))' wasn't found. Please make sure you've typed it correctly.",
        id: "Ex9B3CBD")
    }
    return user
  }

  /// The name by which other objects refer to a mailbox: for those that were born in the cloud, the id in the directory.
  func recipientName(_ ownerID: String) -> String { ownerID }

  /// `Get-Mailbox`'s row.
  func mailboxRow(_ mailbox: Mailbox, _ user: User) -> JSONObject {
    let configuration = mailbox.configuration.seen(at: now, after: lags.exchange)
    let hasArchive = configuration.hasArchive
    var row: JSONObject = [
      "Name": .string(recipientName(user.id)), "Identity": .string(recipientName(user.id)),
      "Guid": .string(ExchangeID.object(user.id)), "ExchangeGuid": .string(ExchangeID.mailbox(user.id)),
      "ExternalDirectoryObjectId": .string(user.id), "UserPrincipalName": .string(user.userPrincipalName),
      "DisplayName": .string(user.displayName), "Alias": .string(user.mailNickname),
      "PrimarySmtpAddress": .string(mailbox.address), "EmailAddresses": .strings(proxyAddresses(of: user)),
      "RecipientType": "UserMailbox", "RecipientTypeDetails": .string(mailbox.kind.recipientType),
      "IsMailboxEnabled": true, "IsDirSynced": .bool(user.isSynchronized),
      "HiddenFromAddressListsEnabled": .bool(user.profile["showInAddressList"] == false),
      "LitigationHoldDate": .null, "DelayHoldApplied": false,
      "ArchiveStatus": hasArchive ? "Active" : "None",
      "ArchiveGuid": .string(
        hasArchive ? ExchangeID.archive(user.id) : "00000000-0000-0000-0000-000000000000"),
      "AutoExpandingArchiveEnabled": .bool(configuration.hasAutoExpandingArchive),
      "GrantSendOnBehalfTo": .strings(configuration.sendOnBehalf.map(recipientName)),
      "ProhibitSendQuota": "49.5 GB (53,150,220,288 bytes)",
      "WhenMailboxCreated": .string(DotNetTime.text(mailbox.requestedAt)),
    ]
    row = row.merging(configuration.properties)
    return row
  }

  mutating func changeMailbox(
    _ mailbox: Mailbox, _ kind: Effect.Kind, _ body: (inout MailboxConfiguration) -> Void
  ) {
    let (now, lag) = (now, lags.exchange)
    mailboxes.update(mailbox.ownerID) { $0.configuration.change(at: now, lag: lag, body) }
    record(kind, mailbox.address)
  }
}

extension Mailbox.Kind {
  /// As `RecipientTypeDetails` names it.
  var recipientType: String {
    switch self {
    case .user: "UserMailbox"
    case .shared: "SharedMailbox"
    case .room: "RoomMailbox"
    case .equipment: "EquipmentMailbox"
    }
  }
}
