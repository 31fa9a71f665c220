package import AdminCore

/// A rule that sends a copy of mail to a journal, which lies outside of Exchange Online.
package struct JournalRule: Hashable, Sendable {
  package enum Scope: String, CaseIterable, Sendable {
    case global = "Global"
    case `internal` = "Internal"
    case external = "External"
  }

  package let name: String
  package let journalAddress: String
  /// Whose mail; `nil` for everybody's.
  package let recipient: String?
  package let scope: Scope
  package let isEnabled: Bool

  init?(_ row: JSONObject) {
    guard let name = row.value("Name"), let address = row.address("JournalEmailAddress") else { return nil }
    self.name = name
    journalAddress = address
    recipient = row.address("Recipient")
    scope = row.text("Scope").flatMap(Scope.init(rawValue:)) ?? .global
    isEnabled = row.flag("Enabled") ?? false
  }
}

/// Where journal reports go that cannot be delivered. Must be set before there can be a journal rule.
package struct JournalingReports: ExchangeState {
  package typealias Reader = GetTransportConfig
  package typealias Writer = SetTransportConfig

  package static let title = "the address for undeliverable journal reports"

  package var address: String?

  package init(to address: String?) { self.address = address }

  /// Exchange shows the empty return path where there is none.
  package init?(_ row: JSONObject) {
    address = row.value(Writer.journalingReportNDRTo.rawValue).flatMap { $0 == "<>" ? nil : $0 }
  }

  package var parameters: ExchangeParameters<SetTransportConfig> {
    [.journalingReportNDRTo: .text(address ?? "<>")]
  }
}

extension ExchangeClient {
  /// `nil` where there is none of that name. Idempotent.
  package func journalRule(named name: String) async throws(AdminError) -> JournalRule? {
    try await findRow(ExchangeCall(identity: name, ExchangeParameters<GetJournalRule>()), JournalRule.init)
  }

  /// Read back by `journalRule(named:)`.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is a rule of that name.
  package func addJournalRule(
    named name: String, to address: String, of recipient: String? = nil, scope: JournalRule.Scope = .global
  ) async throws(AdminError) -> JournalRule {
    // Without `Enabled` the rule would be made and do nothing.
    let parameters: ExchangeParameters<NewJournalRule> = [
      .objectName: .text(name), .journalAddress: .text(address), .recipient: recipient.map { .text($0) },
      .scope: .text(scope.rawValue), .enabled: true,
    ]
    return try await create(ExchangeCall(parameters, about: .object(name)), named: name, JournalRule.init) {
      () async throws(AdminError) in try await journalRule(named: name)
    }
  }

  /// Stops the rule and keeps it. Idempotent: looks first.
  package func disableJournalRule(named name: String) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<DisableJournalRule> = [.confirm: false]
    return try await ensure(ExchangeCall(identity: name, parameters)) { () async throws(AdminError) in
      try await journalRule(named: name)?.isEnabled == false
    }
  }

  /// Idempotent.
  package func removeJournalRule(named name: String) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveJournalRule> = [.confirm: false]
    return try await remove(ExchangeCall(identity: name, parameters)) {
      () async throws(AdminError) in try await journalRule(named: name) == nil
    }
  }
}
