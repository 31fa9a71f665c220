package import AdminCore

/// What happens to the messages of a kind when they are of an age.
package struct RetentionTag: Hashable, Sendable {
  package enum Action: String, CaseIterable, Sendable {
    /// They can be recovered for a while.
    case delete = "DeleteAndAllowRecovery"
    case deletePermanently = "PermanentlyDelete"
    /// Needs an archive.
    case moveToArchive = "MoveToArchive"
  }

  package let name: String
  /// `All`, `Inbox`, `DeletedItems` and others.
  package let type: String
  package let action: Action?
  package let age: Duration?
  package let isEnabled: Bool

  init?(_ row: JSONObject) {
    guard let name = row.value("Name") else { return nil }
    self.name = name
    type = row.text("Type") ?? ""
    action = row.text("RetentionAction").flatMap(Action.init(rawValue:))
    age = row.span("AgeLimitForRetention")
    isEnabled = row.flag("RetentionEnabled") ?? false
  }
}

/// A set of retention tags that mailboxes are given.
package struct RetentionPolicy: Hashable, Sendable {
  package let name: String
  package let tags: [String]
  package let isDefault: Bool

  init?(_ row: JSONObject) {
    guard let name = row.value("Name") else { return nil }
    self.name = name
    tags = row.values("RetentionPolicyTagLinks").sorted()
    isDefault = row.flag("IsDefault") ?? false
  }
}

/// Which retention policy a mailbox has.
package struct MailboxRetention: ExchangeState {
  package typealias Reader = GetMailbox
  package typealias Writer = SetMailbox

  package static let title = "retention policy"
  package static let propagation = Duration.seconds(7 * 86_400)
  package static let properties = ["RetentionPolicy"]

  package var policy: String?

  package init(_ policy: String?) { self.policy = policy }
  package init?(_ row: JSONObject) { policy = row.value("RetentionPolicy") }

  package var parameters: ExchangeParameters<SetMailbox> { [.retentionPolicy: .optional(policy)] }
}

extension ExchangeClient {
  /// `nil` where there is none of that name. Idempotent.
  package func retentionTag(named name: String) async throws(AdminError) -> RetentionTag? {
    try await findRow(ExchangeCall(identity: name, ExchangeParameters<GetRetentionPolicyTag>()), RetentionTag.init)
  }

  /// `nil` where there is none of that name. Idempotent.
  package func retentionPolicy(named name: String) async throws(AdminError) -> RetentionPolicy? {
    try await findRow(ExchangeCall(identity: name, ExchangeParameters<GetRetentionPolicy>()), RetentionPolicy.init)
  }

  /// Read back by `retentionTag(named:)`. Needs an organisation with a configuration of its own.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is a tag of that name.
  package func addRetentionTag(
    named name: String, for type: String = "All", _ action: RetentionTag.Action, after age: Duration,
    comment: String? = nil
  ) async throws(AdminError) -> RetentionTag {
    let parameters: ExchangeParameters<NewRetentionPolicyTag> = [
      .objectName: .text(name), .type: .text(type), .action: .text(action.rawValue), .ageLimit: .span(age),
      .enabled: true, .comment: comment.map { .text($0) },
    ]
    return try await create(ExchangeCall(parameters, about: .object(name)), named: name, RetentionTag.init) {
      () async throws(AdminError) in try await retentionTag(named: name)
    }
  }

  /// Read back by `retentionPolicy(named:)`.
  ///
  /// - Parameter tags: by name; those just made may be among them.
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is a policy of that name.
  package func addRetentionPolicy(
    named name: String, with tags: [String]
  ) async throws(AdminError) -> RetentionPolicy {
    let parameters: ExchangeParameters<NewRetentionPolicy> = [.objectName: .text(name), .tagLinks: .list(tags)]
    return try await create(
      ExchangeCall(parameters, about: .object(name)).fresh(), named: name, RetentionPolicy.init
    ) { () async throws(AdminError) in try await retentionPolicy(named: name) }
  }

  /// Idempotent.
  package func removeRetentionPolicy(named name: String) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveRetentionPolicy> = [.confirm: false]
    return try await remove(ExchangeCall(identity: name, parameters)) {
      () async throws(AdminError) in try await retentionPolicy(named: name) == nil
    }
  }

  /// Idempotent.
  package func removeRetentionTag(named name: String) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveRetentionPolicyTag> = [.confirm: false]
    return try await remove(ExchangeCall(identity: name, parameters)) {
      () async throws(AdminError) in try await retentionTag(named: name) == nil
    }
  }

  /// Has the mailbox worked through by its retention policy soon instead of within a week. Idempotent; nothing shows it.
  package func applyRetention(to mailbox: MailboxReference) async throws(AdminError) {
    _ = try await send(ExchangeCall(mailbox, ExchangeParameters<StartManagedFolderAssistant>()))
  }
}
