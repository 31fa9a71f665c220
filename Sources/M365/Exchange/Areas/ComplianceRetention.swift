package import AdminCore

/// A retention policy of Purview, which keeps or deletes whatever lies in the mailboxes of the organisation. Needs
/// Business Premium or E3, and the role Compliance Administrator.
package struct CompliancePolicy: Hashable, Sendable {
  package let name: String
  package let isEnabled: Bool
  /// `Pending`, `Success`, `Error`; reaching every mailbox takes up to a week.
  package let distribution: String
  /// `nil` for none.
  package let comment: String?

  init?(_ row: JSONObject) {
    guard let name = row.value("Name") else { return nil }
    self.name = name
    isEnabled = row.flag("Enabled") ?? false
    distribution = row.text("DistributionStatus") ?? ""
    comment = row.value("Comment")
  }
}

/// What a retention policy of Purview does.
package struct ComplianceRetention: Hashable, Sendable {
  package enum Action: String, CaseIterable, Sendable {
    case keep = "Keep"
    case delete = "Delete"
    case keepAndDelete = "KeepAndDelete"
  }

  package var action: Action
  package var duration: HoldDuration

  package init(_ action: Action, _ duration: HoldDuration) {
    self.action = action
    self.duration = duration
  }
}

extension ExchangeClient {
  /// `nil` where there is none of that name. Idempotent.
  package func compliancePolicy(named name: String) async throws(AdminError) -> CompliancePolicy? {
    let parameters: ExchangeParameters<GetRetentionCompliancePolicy> = [.distributionDetail: true]
    return try await findRow(ExchangeCall(identity: name, parameters), CompliancePolicy.init)
  }

  /// Makes a policy over all mailboxes, which does nothing until it has a rule. Read back by `compliancePolicy(named:)`.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is a policy of that name.
  package func addCompliancePolicy(
    named name: String, comment: String? = nil
  ) async throws(AdminError) -> CompliancePolicy {
    let parameters: ExchangeParameters<NewRetentionCompliancePolicy> = [
      .objectName: .text(name), .exchangeLocation: .list(["All"]), .enabled: true,
      .comment: comment.map { .text($0) },
    ]
    return try await create(
      ExchangeCall(parameters, about: .object(name)), named: name, CompliancePolicy.init
    ) { () async throws(AdminError) in try await compliancePolicy(named: name) }
  }

  /// Gives the policy of this name its rule. Nothing reads rules back, so one that is there already counts as made.
  package func addComplianceRule(named name: String, _ retention: ComplianceRetention) async throws(AdminError) {
    let rule: ExchangeParameters<NewRetentionComplianceRule> = [
      .objectName: .text(name), .policy: .text(name), .duration: .text(retention.duration.text),
      .action: .text(retention.action.rawValue),
    ]
    try await ignoringPresence(ExchangeCall(rule, about: .object(name)).fresh())
  }

  /// Makes a policy over all mailboxes and its rule. Read back by `compliancePolicy(named:)`; a policy whose rule could
  /// not be made is removed by `removeCompliancePolicy(named:)`.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is a policy of that name.
  package func addCompliancePolicy(
    named name: String, _ retention: ComplianceRetention, comment: String? = nil
  ) async throws(AdminError) -> CompliancePolicy {
    let policy = try await addCompliancePolicy(named: name, comment: comment)
    try await addComplianceRule(named: name, retention)
    return policy
  }

  /// Removes the policy with its rule. Idempotent.
  package func removeCompliancePolicy(named name: String) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveRetentionCompliancePolicy> = [.confirm: false]
    return try await remove(ExchangeCall(identity: name, parameters)) {
      () async throws(AdminError) in try await compliancePolicy(named: name) == nil
    }
  }
}
