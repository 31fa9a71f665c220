package import AdminCore

/// A mail flow rule.
package struct TransportRule: Hashable, Sendable {
  package let id: GUID
  package let name: String
  package let isEnabled: Bool
  /// `Enforce`, `Audit` or `AuditAndNotify`.
  package let mode: String
  package let priority: Int
  package let comments: String?
  package let disclaimer: Disclaimer?
  package let redirectsTo: [String]

  init?(_ row: JSONObject) {
    guard let name = row.value("Name"), let id = row.guid("Guid") else { return nil }
    self.id = id
    self.name = name
    isEnabled = row.text("State") == "Enabled"
    mode = row.text("Mode") ?? ""
    priority = row.number("Priority") ?? 0
    comments = row.value("Comments")
    disclaimer = Disclaimer(row)
    redirectsTo = row.values("RedirectMessageTo")
  }
}

/// A text under or over the mail that leaves the organisation.
package struct Disclaimer: Hashable, Sendable {
  package enum Location: String, CaseIterable, Sendable {
    case below = "Append"
    case above = "Prepend"
  }

  /// Exchange takes no longer ones.
  package static let maximumLength = 5000

  package var html: String
  package var location: Location
  /// A text in messages that have it already.
  package var exceptions: [String]

  package init(html: String, location: Location = .below, exceptions: [String] = []) {
    self.html = html
    self.location = location
    self.exceptions = exceptions.sorted()
  }

  init?(_ row: JSONObject) {
    guard let html = row.value("ApplyHtmlDisclaimerText") else { return nil }
    self.init(
      html: html,
      location: row.text("ApplyHtmlDisclaimerLocation").flatMap(Location.init(rawValue:)) ?? .below,
      exceptions: row.values("ExceptIfSubjectOrBodyContainsWords"))
  }
}

extension ExchangeClient {
  /// Idempotent.
  package func transportRules() async throws(AdminError) -> [TransportRule] {
    let parameters: ExchangeParameters<GetTransportRule> = [.resultSize: "Unlimited"]
    return try await pages(ExchangeCall(parameters), TransportRule.init).collect(maximum: 1000)
  }

  /// `nil` where there is none of that name. Idempotent.
  package func transportRule(named name: String) async throws(AdminError) -> TransportRule? {
    try await findRow(ExchangeCall(identity: name, ExchangeParameters<GetTransportRule>()), TransportRule.init)
  }

  /// Puts a text on all mail that leaves the organisation. Read back by `transportRule(named:)`; takes up to half an hour.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is a rule of that name.
  package func addDisclaimer(
    _ disclaimer: Disclaimer, named name: String, comments: String? = nil, isEnabled: Bool = true
  ) async throws(AdminError) -> TransportRule {
    var parameters: ExchangeParameters<NewTransportRule> = [
      .objectName: .text(name), .enabled: .flag(isEnabled), .mode: "Enforce", .comments: comments.map { .text($0) },
      .fromScope: "InOrganization", .sentToScope: "NotInOrganization",
      .disclaimerLocation: .text(disclaimer.location.rawValue), .disclaimerText: .text(disclaimer.html),
      .disclaimerFallbackAction: "Wrap",
    ]
    if !disclaimer.exceptions.isEmpty { parameters.set(.exceptIfSubjectOrBodyContains, .list(disclaimer.exceptions)) }
    return try await makeRule(parameters, named: name)
  }

  /// Sends mail to somebody on to others, without their doing. Read back by `transportRule(named:)`.
  ///
  /// - Throws: `EXO_001` with the fault `nameTaken` where there is a rule of that name.
  package func addRedirection(
    named name: String, of recipients: [String], to targets: [String]
  ) async throws(AdminError) -> TransportRule {
    let parameters: ExchangeParameters<NewTransportRule> = [
      .objectName: .text(name), .enabled: true, .mode: "Enforce", .sentTo: .list(recipients),
      .redirectMessageTo: .list(targets),
    ]
    return try await makeRule(parameters, named: name)
  }

  private func makeRule(
    _ parameters: ExchangeParameters<NewTransportRule>, named name: String
  ) async throws(AdminError) -> TransportRule {
    try await create(ExchangeCall(parameters, about: .object(name)), named: name, TransportRule.init) {
      () async throws(AdminError) in try await transportRule(named: name)
    }
  }

  /// Absolute: what was read restores the text as it was. Idempotent.
  package func setDisclaimer(
    _ disclaimer: Disclaimer, ofRule name: String
  ) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<SetTransportRule> = [
      .disclaimerLocation: .text(disclaimer.location.rawValue), .disclaimerText: .text(disclaimer.html),
      .disclaimerFallbackAction: "Wrap",
      // Not one of the lists that a table could empty.
      .exceptIfSubjectOrBodyContains: disclaimer.exceptions.isEmpty ? .cleared : .list(disclaimer.exceptions),
    ]
    return try await change(ExchangeCall(identity: name, parameters))
  }

  /// Idempotent: looks first.
  package func setTransportRule(
    named name: String, isEnabled: Bool
  ) async throws(AdminError) -> ExchangeChange {
    let enabling = ExchangeCall(identity: name, ExchangeParameters<EnableTransportRule>())
    let disabling = ExchangeCall(
      identity: name, [.confirm: false] as ExchangeParameters<DisableTransportRule>)
    return try await ensure(isEnabled ? enabling : disabling) { () async throws(AdminError) in
      try await transportRule(named: name)?.isEnabled == isEnabled
    }
  }

  /// Idempotent.
  package func removeTransportRule(named name: String) async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<RemoveTransportRule> = [.confirm: false]
    return try await remove(ExchangeCall(identity: name, parameters)) {
      () async throws(AdminError) in try await transportRule(named: name) == nil
    }
  }
}
