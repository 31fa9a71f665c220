import AdminCore

/// Rights to other people's mailboxes.
enum PermissionCmdlets {
  private static let rights = CmdletParameter("AccessRights", .choices(["FullAccess"]), required: true)
  private static let inheritance = CmdletParameter(
    "InheritanceType", .choice(["None", "All", "Children", "Descendents", "SelfAndChildren"]))
  private static let sendAs = CmdletParameter("AccessRights", .choices(["SendAs"]), required: true)
  private static let user = CmdletParameter("User", .identity, required: true)
  private static let trustee = CmdletParameter("Trustee", .identity, required: true)

  static let cmdlets = [
    Cmdlet(
      "Get-MailboxPermission", .recipients, .any,
      [.identity, CmdletParameter("User", .identity), .resultSize], handler: getMailboxPermission),
    Cmdlet(
      "Add-MailboxPermission", .recipients, .any,
      [.identity, user, rights, inheritance, CmdletParameter("AutoMapping", .boolean), .confirm],
      handler: addMailboxPermission),
    Cmdlet(
      "Remove-MailboxPermission", .recipients, .any, [.identity, user, rights, inheritance, .confirm],
      handler: removeMailboxPermission),
    Cmdlet(
      "Get-RecipientPermission", .recipients, .any,
      [.identity, CmdletParameter("Trustee", .identity), .resultSize], handler: getRecipientPermission),
    Cmdlet(
      "Add-RecipientPermission", .recipients, .any, [.identity, trustee, sendAs, .confirm],
      handler: addRecipientPermission),
    Cmdlet(
      "Remove-RecipientPermission", .recipients, .any, [.identity, trustee, sendAs, .confirm],
      handler: removeRecipientPermission),
  ]

  // MARK: Full access

  @Sendable private static func getMailboxPermission(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, _) = try state.requireMailboxOwner(call.identity)
    let wanted = try principal(call, "User", state)
    var rows: [JSONObject] = []
    if wanted == nil { rows.append(permission(mailbox, "NT AUTHORITY\\SELF", ["FullAccess", "ReadPermission"])) }
    for id in state.seen(mailbox).fullAccess.keys.sorted() where wanted == nil || wanted == id {
      guard let user = state.users[id] else { continue }
      rows.append(permission(mailbox, user.userPrincipalName, ["FullAccess"]))
    }
    return CmdletAnswer(rows: rows)
  }

  private static func permission(_ mailbox: Mailbox, _ holder: String, _ rights: [String]) -> JSONObject {
    [
      "Identity": .string(mailbox.ownerID), "User": .string(holder), "AccessRights": .strings(rights),
      "IsInherited": false, "Deny": false, "InheritanceType": "All",
    ]
  }

  private static func principal(
    _ call: CmdletCall, _ parameter: String, _ state: TenantState
  ) throws(ExchangeFailure) -> String? {
    guard let name = call.text(parameter) else { return nil }
    return try state.requireTrustee(name).id
  }

  @Sendable private static func addMailboxPermission(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, _) = try state.requireMailboxOwner(call.identity)
    let user = try state.requireTrustee(call.text("User") ?? "")
    let maps = call.flag("AutoMapping") ?? true
    let row = permission(mailbox, user.userPrincipalName, ["FullAccess"])
    guard mailbox.configuration.current.fullAccess[user.id] == nil else {
      return CmdletAnswer(
        rows: [row],
        warnings: [
          "The appropriate access control entry is already present on the object for account \(user.userPrincipalName)."
        ])
    }
    state.changeMailbox(mailbox, .mailboxRightGranted) { $0.fullAccess[user.id] = maps }
    return .row(row)
  }

  @Sendable private static func removeMailboxPermission(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, _) = try state.requireMailboxOwner(call.identity)
    let user = try state.requireTrustee(call.text("User") ?? "")
    guard mailbox.configuration.current.fullAccess[user.id] != nil else { return absent(user) }
    state.changeMailbox(mailbox, .mailboxRightRevoked) { $0.fullAccess[user.id] = nil }
    return .nothing
  }

  private static func absent(_ user: User) -> CmdletAnswer {
    CmdletAnswer(
      warnings: [
        "Can't remove the access control entry because the ACE isn't present for account \(user.userPrincipalName)."
      ])
  }

  // MARK: Send as

  @Sendable private static func getRecipientPermission(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, _) = try state.requireMailboxOwner(call.identity)
    let wanted = try principal(call, "Trustee", state)
    var holders = wanted == nil ? ["NT AUTHORITY\\SELF"] : []
    for id in state.seen(mailbox).sendAs where wanted == nil || wanted == id {
      if let user = state.users[id] { holders.append(user.userPrincipalName) }
    }
    return CmdletAnswer(rows: holders.map { grant(mailbox, $0) })
  }

  private static func grant(_ mailbox: Mailbox, _ holder: String) -> JSONObject {
    [
      "Identity": .string(mailbox.ownerID), "Trustee": .string(holder), "AccessControlType": "Allow",
      "AccessRights": ["SendAs"], "IsInherited": false, "InheritanceType": "None",
    ]
  }

  @Sendable private static func addRecipientPermission(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, _) = try state.requireMailboxOwner(call.identity)
    let user = try state.requireTrustee(call.text("Trustee") ?? "")
    let row = grant(mailbox, user.userPrincipalName)
    guard !mailbox.configuration.current.sendAs.contains(user.id) else {
      return CmdletAnswer(
        rows: [row],
        warnings: [
          "The appropriate access control entry is already present on the object for account \(user.userPrincipalName)."
        ])
    }
    state.changeMailbox(mailbox, .mailboxRightGranted) { $0.sendAs.append(user.id) }
    return .row(row)
  }

  @Sendable private static func removeRecipientPermission(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, _) = try state.requireMailboxOwner(call.identity)
    let user = try state.requireTrustee(call.text("Trustee") ?? "")
    guard mailbox.configuration.current.sendAs.contains(user.id) else { return absent(user) }
    state.changeMailbox(mailbox, .mailboxRightRevoked) { $0.sendAs.removeAll { $0 == user.id } }
    return .nothing
  }
}
