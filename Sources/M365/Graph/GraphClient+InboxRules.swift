package import AdminCore

/// What Exchange does with mail that arrives in an inbox, by the will of the mailbox's owner.
package struct InboxRule: Hashable, Sendable {
  package let id: String
  package let name: String
  package let isEnabled: Bool
  /// Made by Exchange or by a client in a form that Graph cannot change.
  package let isReadOnly: Bool
  /// Something in it no longer works, such as a folder that is gone.
  package let hasError: Bool
  /// What can be written again to have the rule as it is: order, conditions, exceptions and actions.
  package let content: JSONObject

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    name = json.text("displayName") ?? ""
    isEnabled = json.flag("isEnabled") ?? true
    isReadOnly = json.flag("isReadOnly") ?? false
    hasError = json.flag("hasError") ?? false
    var content: JSONObject = ["isEnabled": .bool(isEnabled)]
    if let sequence = json.number("sequence") { content["sequence"] = .int(sequence) }
    for part in ["conditions", "exceptions", "actions"] {
      content[part] = .object(Self.given(json.object(part) ?? [:]))
    }
    self.content = content
  }

  /// Without what is not there: Graph writes null for every predicate that a rule does not have, and tags of its own.
  private static func given(_ part: JSONObject) -> JSONObject {
    JSONObject(part.filter { !$0.value.isNull && !$0.key.contains("@") })
  }
}

extension GraphClient {
  /// The rules of an inbox in their order. Permission: MailboxSettings.Read. Idempotent.
  package func inboxRules(of mailbox: UserReference) async throws(AdminError) -> [InboxRule] {
    let call = GraphCall.get(
      "/users/\(mailbox)/mailFolders/inbox/messageRules", permissions: [.mailboxSettingsRead],
      subject: .mailbox(mailbox.text))
    return try await pages(call, reading(call, InboxRule.init)).collect(maximum: 5000)
  }

  /// Permission: MailboxSettings.ReadWrite. To be checked after an unclear end: `inboxRules(of:)`.
  ///
  /// - Parameter content: as in `InboxRule.content`.
  package func createInboxRule(
    in mailbox: UserReference, named name: String, _ content: JSONObject
  ) async throws(AdminError) {
    let head: JSONObject = ["displayName": .string(name)]
    _ = try await send(
      .post(
        "/users/\(mailbox)/mailFolders/inbox/messageRules", .json(.object(head.merging(content))),
        permissions: [.mailboxSettingsReadWrite], safety: .checkFirst, subject: .mailbox(mailbox.text)))
  }

  /// Sets the parts of a rule that are given, as wholes. Permission: MailboxSettings.ReadWrite. Idempotent.
  package func updateInboxRule(
    _ id: String, in mailbox: UserReference, _ content: JSONObject
  ) async throws(AdminError) {
    _ = try await send(
      .patch(
        "/users/\(mailbox)/mailFolders/inbox/messageRules/\(id)", .object(content),
        permissions: [.mailboxSettingsReadWrite], subject: .mailbox(mailbox.text)))
  }

  /// One that is gone already is as good. Permission: MailboxSettings.ReadWrite. Idempotent.
  package func deleteInboxRule(_ id: String, in mailbox: UserReference) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete(
          "/users/\(mailbox)/mailFolders/inbox/messageRules/\(id)", permissions: [.mailboxSettingsReadWrite],
          subject: .message(mailbox: mailbox.text)))
    }
  }
}
