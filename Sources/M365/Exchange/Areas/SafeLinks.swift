package import AdminCore

/// A Safe Links policy. Needs Defender for Office 365; without it Exchange knows none of its cmdlets.
package struct SafeLinksPolicy: Hashable, Sendable {
  package let name: String
  package let coversMail: Bool
  package let coversTeams: Bool
  package let coversOffice: Bool
  /// What administrators note about it.
  package let comment: String?

  init?(_ row: JSONObject) {
    guard let name = row.value("Name") else { return nil }
    self.name = name
    coversMail = row.flag("EnableSafeLinksForEmail") ?? false
    coversTeams = row.flag("EnableSafeLinksForTeams") ?? false
    coversOffice = row.flag("EnableSafeLinksForOffice") ?? false
    comment = row.value("AdminDisplayName")
  }
}

extension ExchangeClient {
  /// `nil` where there is none of that name. Idempotent.
  package func safeLinksPolicy(named name: String) async throws(AdminError) -> SafeLinksPolicy? {
    try await findRow(ExchangeCall(identity: name, ExchangeParameters<GetSafeLinksPolicy>()), SafeLinksPolicy.init)
  }

  /// Makes a policy with everything it can do. Read back by `safeLinksPolicy(named:)`. It does nothing until a rule gives
  /// it to somebody.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is a policy of that name.
  package func addSafeLinksPolicy(
    named name: String, comment: String = ""
  ) async throws(AdminError) -> SafeLinksPolicy {
    let parameters: ExchangeParameters<NewSafeLinksPolicy> = [
      .objectName: .text(name), .comment: .text(comment), .email: true, .teams: true, .office: true,
      .internalSenders: true, .scanURLs: true, .deliverAfterScan: true, .allowClickThrough: false, .trackClicks: true,
    ]
    return try await create(
      ExchangeCall(parameters, about: .object(name)), named: name, SafeLinksPolicy.init
    ) { () async throws(AdminError) in try await safeLinksPolicy(named: name) }
  }

  /// Gives the policy of this name to domains. Nothing reads rules back, so one that is there already counts as made.
  package func addSafeLinksRule(named name: String, for domains: [String]) async throws(AdminError) {
    let rule: ExchangeParameters<NewSafeLinksRule> = [
      .objectName: .text(name), .policy: .text(name), .recipientDomains: .list(domains), .enabled: true,
    ]
    try await ignoringPresence(ExchangeCall(rule, about: .object(name)).fresh())
  }

  /// Makes a policy with everything it can do and a rule that gives it to these domains; both have `name`. Read back by
  /// `safeLinksPolicy(named:)`; what was made before a failure is removed by `removeSafeLinks(named:)`.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is one of that name.
  package func addSafeLinks(named name: String, for domains: [String]) async throws(AdminError) -> SafeLinksPolicy {
    let policy = try await addSafeLinksPolicy(named: name)
    try await addSafeLinksRule(named: name, for: domains)
    return policy
  }

  /// Removes rule and policy, as far as they are there. Idempotent.
  package func removeSafeLinks(named name: String) async throws(AdminError) -> ExchangeChange {
    let rule: ExchangeParameters<RemoveSafeLinksRule> = [.confirm: false]
    try await ignoringAbsence(ExchangeCall(identity: name, rule))
    let policy: ExchangeParameters<RemoveSafeLinksPolicy> = [.confirm: false]
    return try await remove(ExchangeCall(identity: name, policy)) {
      () async throws(AdminError) in try await safeLinksPolicy(named: name) == nil
    }
  }
}
