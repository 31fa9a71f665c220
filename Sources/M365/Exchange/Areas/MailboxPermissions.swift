package import AdminCore

/// Somebody's right to another mailbox.
package struct MailboxGrant: Hashable, Sendable {
  /// As Exchange shows the holder: mostly a sign-in name.
  package let holder: String
  package let rights: [String]
  package let isInherited: Bool
  package let isDenied: Bool

  init?(_ row: JSONObject, holder key: String) {
    guard let holder = row.value(key) else { return nil }
    self.holder = holder
    rights = row.names("AccessRights")
    isInherited = row.flag("IsInherited") ?? false
    isDenied = row.flag("Deny") ?? (row.text("AccessControlType") == "Deny")
  }

  func allows(_ right: String) -> Bool {
    !isInherited && !isDenied && rights.contains { $0.lowercased() == right.lowercased() }
  }
}

extension ExchangeClient {
  // MARK: Full access

  /// Everybody who was given rights to open the mailbox; its owner is none of them. Idempotent.
  package func mailboxGrants(on mailbox: MailboxReference) async throws(AdminError) -> [MailboxGrant] {
    let parameters: ExchangeParameters<GetMailboxPermission> = [.resultSize: "Unlimited"]
    return try await rows(ExchangeCall(mailbox, parameters)).compactMap { MailboxGrant($0, holder: "User") }
      .filter { !$0.isInherited && !$0.holder.hasPrefix("NT AUTHORITY\\") }
  }

  /// Read back by `mailboxGrants(on:)`. Idempotent.
  package func hasFullAccess(_ user: MailboxReference, to mailbox: MailboxReference) async throws(AdminError) -> Bool {
    let parameters: ExchangeParameters<GetMailboxPermission> = [.user: .text(user.text)]
    return try await rows(ExchangeCall(mailbox, parameters)).compactMap { MailboxGrant($0, holder: "User") }
      .contains { $0.allows("FullAccess") }
  }

  /// Lets a user open the mailbox and work in it; not send as it. Idempotent: looks first.
  ///
  /// - Parameter autoMapping: whether Outlook opens it by itself.
  package func grantFullAccess(
    _ user: MailboxReference, to mailbox: MailboxReference, autoMapping: Bool = true
  ) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<AddMailboxPermission> = [
      .user: .text(user.text), .accessRights: .list(["FullAccess"]), .inheritanceType: "All",
      .autoMapping: .flag(autoMapping), .confirm: false,
    ]
    return try await ensure(ExchangeCall(mailbox, parameters)) { () async throws(AdminError) in
      try await hasFullAccess(user, to: mailbox)
    }
  }

  /// Idempotent: looks first.
  package func revokeFullAccess(
    _ user: MailboxReference, to mailbox: MailboxReference
  ) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveMailboxPermission> = [
      .user: .text(user.text), .accessRights: .list(["FullAccess"]), .inheritanceType: "All", .confirm: false,
    ]
    return try await ensure(ExchangeCall(mailbox, parameters)) { () async throws(AdminError) in
      try await !hasFullAccess(user, to: mailbox)
    }
  }

  // MARK: Send as

  /// Idempotent.
  package func sendAsGrants(on mailbox: MailboxReference) async throws(AdminError) -> [MailboxGrant] {
    let parameters: ExchangeParameters<GetRecipientPermission> = [.resultSize: "Unlimited"]
    return try await rows(ExchangeCall(mailbox, parameters)).compactMap { MailboxGrant($0, holder: "Trustee") }
      .filter { $0.allows("SendAs") && !$0.holder.hasPrefix("NT AUTHORITY\\") }
  }

  /// Read back by `sendAsGrants(on:)`. Idempotent.
  package func maySend(_ user: MailboxReference, as mailbox: MailboxReference) async throws(AdminError) -> Bool {
    let parameters: ExchangeParameters<GetRecipientPermission> = [.trustee: .text(user.text)]
    return try await rows(ExchangeCall(mailbox, parameters)).compactMap { MailboxGrant($0, holder: "Trustee") }
      .contains { $0.allows("SendAs") }
  }

  /// Lets a user send in the mailbox's name, so that nobody sees who did. Idempotent: looks first.
  package func grantSendAs(
    _ user: MailboxReference, of mailbox: MailboxReference
  ) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<AddRecipientPermission> = [
      .trustee: .text(user.text), .accessRights: .list(["SendAs"]), .confirm: false,
    ]
    return try await ensure(ExchangeCall(mailbox, parameters)) { () async throws(AdminError) in
      try await maySend(user, as: mailbox)
    }
  }

  /// Idempotent: looks first.
  package func revokeSendAs(
    _ user: MailboxReference, of mailbox: MailboxReference
  ) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveRecipientPermission> = [
      .trustee: .text(user.text), .accessRights: .list(["SendAs"]), .confirm: false,
    ]
    return try await ensure(ExchangeCall(mailbox, parameters)) { () async throws(AdminError) in
      try await !maySend(user, as: mailbox)
    }
  }

  // MARK: Send on behalf

  /// Those who may send for the mailbox, by the names Exchange shows. Idempotent.
  package func sendOnBehalfHolders(of mailbox: MailboxReference) async throws(AdminError) -> [String] {
    let call = ExchangeCall(
      mailbox, ExchangeParameters<GetMailbox>(), select: [SetMailbox.grantSendOnBehalfTo.rawValue])
    return try await row(call) { $0.values(SetMailbox.grantSendOnBehalfTo.rawValue) }
  }

  /// Read back by `sendOnBehalfHolders(of:)`. Idempotent.
  package func maySend(
    _ user: ExchangeMailbox, onBehalfOf mailbox: MailboxReference
  ) async throws(AdminError) -> Bool {
    try await sendOnBehalfHolders(of: mailbox).contains { user.isMeant(by: $0) }
  }

  /// Lets a user send for the mailbox, so that both names show, or no longer. Idempotent: looks first.
  package func setSendOnBehalf(
    _ user: ExchangeMailbox, of mailbox: MailboxReference, to isGranted: Bool
  ) async throws(AdminError) -> ExchangeChange {
    let names = [user.id.text]
    let parameters: ExchangeParameters<SetMailbox> = [
      .grantSendOnBehalfTo: isGranted ? .changes(adding: names, removing: []) : .changes(adding: [], removing: names)
    ]
    return try await ensure(ExchangeCall(mailbox, parameters)) { () async throws(AdminError) in
      try await maySend(user, onBehalfOf: mailbox) == isGranted
    }
  }
}
