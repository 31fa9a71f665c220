package import AdminCore

/// The organisation's configuration, as far as one look at it is enough.
package struct OrganizationConfiguration: Sendable {
  private let row: JSONObject

  init(_ row: JSONObject) { self.row = row }

  /// The tenant still shares Microsoft's own configuration.
  package var isDehydrated: Bool { row.flag("IsDehydrated") ?? false }
  /// Nothing takes this back.
  package var hasAutoExpandingArchive: Bool { row.flag("AutoExpandingArchiveEnabled") ?? false }

  /// `nil` where the tenant's version of Exchange does not know it.
  package subscript(flag: ExchangeSwitch.OrganizationFlag) -> Bool? { row.flag(flag.property) }
}

/// What Outlook tells before a message is sent.
package struct MailTipSettings: ExchangeState {
  package typealias Reader = GetOrganizationConfig
  package typealias Writer = SetOrganizationConfig

  package static let title = "MailTips of the organisation"

  package var isOn: Bool
  package var forExternalRecipients: Bool
  package var groupMetrics: Bool
  package var fromMailboxes: Bool
  package var largeAudience: Int

  package init(isOn: Bool, forExternalRecipients: Bool, largeAudience: Int = 25) {
    self.isOn = isOn
    self.forExternalRecipients = forExternalRecipients
    self.largeAudience = largeAudience
    groupMetrics = true
    fromMailboxes = true
  }

  package init?(_ row: JSONObject) {
    guard let isOn = row.flag(Writer.mailTips.rawValue),
      let forExternalRecipients = row.flag(Writer.mailTipsForExternalRecipients.rawValue),
      let groupMetrics = row.flag(Writer.mailTipsGroupMetrics.rawValue),
      let fromMailboxes = row.flag(Writer.mailTipsFromMailboxes.rawValue),
      let largeAudience = row.number(Writer.mailTipsLargeAudience.rawValue)
    else { return nil }
    self.isOn = isOn
    self.forExternalRecipients = forExternalRecipients
    self.groupMetrics = groupMetrics
    self.fromMailboxes = fromMailboxes
    self.largeAudience = largeAudience
  }

  package var parameters: ExchangeParameters<SetOrganizationConfig> {
    [
      .mailTips: .flag(isOn), .mailTipsForExternalRecipients: .flag(forExternalRecipients),
      .mailTipsGroupMetrics: .flag(groupMetrics), .mailTipsFromMailboxes: .flag(fromMailboxes),
      .mailTipsLargeAudience: .number(largeAudience),
    ]
  }
}

/// Whether Outlook marks mail from outside, and from whom it does not.
package struct ExternalSenderTag: ExchangeState {
  package typealias Reader = GetExternalInOutlook
  package typealias Writer = SetExternalInOutlook

  package static let title = "the tag on mail from outside"
  package static let propagation = Duration.seconds(48 * 3600)
  /// Exchange takes no more entries.
  package static let maximumAllowed = 200

  package var isOn: Bool
  package var allowed: [String]

  package init(isOn: Bool, allowed: [String] = []) {
    self.isOn = isOn
    self.allowed = allowed.sorted()
  }

  package init?(_ row: JSONObject) {
    guard let isOn = row.flag(Writer.enabled.rawValue) else { return nil }
    self.init(isOn: isOn, allowed: row.values(Writer.allowList.rawValue))
  }

  package var parameters: ExchangeParameters<SetExternalInOutlook> {
    [.enabled: .flag(isOn), .allowList: .list(allowed)]
  }
}

/// Rights management: what encrypting mail rests on. Needs Azure Rights Management (Business Premium has it).
package struct MessageEncryption: ExchangeState {
  package typealias Reader = GetIRMConfiguration
  package typealias Writer = SetIRMConfiguration

  package static let title = "message encryption"

  package var isOn: Bool
  /// The Encrypt button of Outlook on the web.
  package var hasButton: Bool

  package init(isOn: Bool, hasButton: Bool) {
    self.isOn = isOn
    self.hasButton = hasButton
  }

  package init?(_ row: JSONObject) {
    guard let isOn = row.flag(Writer.azureRMSLicensing.rawValue) else { return nil }
    self.init(isOn: isOn, hasButton: row.flag(Writer.simplifiedClientAccess.rawValue) ?? false)
  }

  package var parameters: ExchangeParameters<SetIRMConfiguration> {
    [.azureRMSLicensing: .flag(isOn), .simplifiedClientAccess: .flag(hasButton)]
  }
}

extension ExchangeClient {
  /// Idempotent.
  package func organizationConfiguration() async throws(AdminError) -> OrganizationConfiguration {
    try await row(ExchangeCall(ExchangeParameters<GetOrganizationConfig>()), OrganizationConfiguration.init)
  }

  /// Gives the tenant a configuration of its own, which some changes need. Takes minutes and is not taken back.
  /// Idempotent: looks first. Read back by `organizationConfiguration()`.
  package func customizeOrganization() async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<EnableOrganizationCustomization> = [.confirm: false]
    return try await ensure(ExchangeCall(parameters)) { () async throws(AdminError) in
      try await !organizationConfiguration().isDehydrated
    }
  }

  /// Lets every archive of the organisation grow by itself. Nothing takes this back. Idempotent: looks first.
  package func enableAutoExpandingArchives() async throws(AdminError) -> ExchangeChange {
    let parameters: ExchangeParameters<SetOrganizationConfig> = [.autoExpandingArchive: true]
    return try await ensure(ExchangeCall(parameters)) { () async throws(AdminError) in
      try await organizationConfiguration().hasAutoExpandingArchive
    }
  }
}
