package import Access
package import AdminCore
package import M365

/// Whom a feature is switched for.
package enum FeatureScope: String, CaseIterable, Sendable {
  case user, organization
}

/// Something of Microsoft 365 that is made available or not: everything there is to say about it, in one place. Tools,
/// documents, checks and tests are made from the declarations in `FeatureCatalogue`.
package struct Feature: Sendable {
  package enum Area: String, CaseIterable, Sendable {
    case identity = "Identity and sign-in"
    case guests = "Guests and consent"
    case groups = "Groups"
    case sharing = "SharePoint and OneDrive"
    case experience = "People and reports"
    case mailboxes = "Mailboxes"
    case mailFlow = "Mail flow"
    case compliance = "Audit, retention and holds"
    case protection = "Protection of mail"
  }

  /// Another name for it. With an opposite one, making the name available means taking the feature away.
  package struct Alias: Hashable, Sendable {
    package let name: String
    package let isOpposite: Bool
  }

  package typealias Parts = @Sendable (FeatureRequest) -> [TenantPart]
  package typealias UserParts = @Sendable (FeatureRequest, MailboxReference) -> [TenantPart]
  /// Fills the configuration with what only the tenant knows.
  package typealias Resolve =
    @Sendable (FeatureRequest, TenantAccess) async throws(AdminError) -> JSONObject
  package typealias State = @Sendable (FeatureRequest, TenantAccess) async throws(AdminError) -> FeatureState

  /// `snake_case`. `enabled: true` makes the thing of this name available, so protective ones are named `block_…`.
  package let name: String
  package let area: Area
  /// What holds once it is enabled: one sentence.
  package let summary: String
  /// What the application must be granted.
  package let permissions: [GraphPermission]
  /// What is given another state for the whole organization; `nil` where it can be switched for users only.
  private let organization: Parts?
  /// The same for one user.
  private let user: UserParts?

  package var aliases: [Alias] = []
  package var configuration = ConfigurationSchema([])
  package var license: LicenseNeed?
  /// How long the tenant may take until everybody sees the change, in words.
  package var propagation = "some minutes"
  /// Why a person has to look first, besides that the whole organization is concerned.
  package var risks: @Sendable (FeatureRequest) -> [Risk] = { _ in [] }
  /// What somebody should know besides.
  package var notes: @Sendable (FeatureRequest) -> [String] = { _ in [] }
  /// Why a request cannot be done by anybody; `nil` where it can.
  package var refusal: @Sendable (FeatureRequest) -> String? = { _ in nil }
  package var resolve: Resolve = { request, _ in request.configuration }
  /// Where the parts alone do not tell whether it is available.
  package var state: State?

  package init(
    _ name: String, _ area: Area, _ summary: String, permissions: [GraphPermission], organization: Parts? = nil,
    user: UserParts? = nil
  ) {
    self.name = name
    self.area = area
    self.summary = summary
    self.permissions = permissions
    self.organization = organization
    self.user = user
  }

  /// In the order in which they are shown.
  package var scopes: [FeatureScope] {
    (user == nil ? [] : [.user]) + (organization == nil ? [] : [.organization])
  }

  /// What a request is about; nothing for a scope that the feature does not have.
  package func parts(_ request: FeatureRequest) -> [TenantPart] {
    switch request.scope {
    case .organization: return organization?(request) ?? []
    case .user:
      guard let mailbox = request.target?.mailbox else { return [] }
      return user?(request, mailbox) ?? []
    }
  }

  /// Why nothing takes it back once it is enabled; `nil` where it can be taken back.
  package var permanence: String? {
    let someone = FeatureRequest.Target(userID: "", name: "someone@contoso.com")
    return scopes.lazy.flatMap { scope in
      parts(FeatureRequest(feature: name, isEnabled: true, scope: scope, target: someone)).compactMap(\.permanence)
    }.first
  }
}

extension Feature {
  /// The feature with more said about it.
  func with(_ change: (inout Feature) -> Void) -> Feature {
    var feature = self
    change(&feature)
    return feature
  }

  /// Other names of the same meaning.
  func alias(_ names: String...) -> Feature {
    with { $0.aliases += names.map { Alias(name: $0, isOpposite: false) } }
  }

  /// Names of what is available when the feature is not.
  func opposite(_ names: String...) -> Feature {
    with { $0.aliases += names.map { Alias(name: $0, isOpposite: true) } }
  }

  func configured(_ fields: ConfigurationField...) -> Feature {
    with { $0.configuration = ConfigurationSchema(fields) }
  }

  func licensed(_ license: LicenseNeed) -> Feature { with { $0.license = license } }

  func shows(after propagation: String) -> Feature { with { $0.propagation = propagation } }

  /// What is less safe while it is, or is not, available.
  func weakens(_ what: String, when isEnabled: Bool) -> Feature {
    with { feature in
      let earlier = feature.risks
      feature.risks = { request in earlier(request) + (request.isEnabled == isEnabled ? [.weakensSecurity(what)] : []) }
    }
  }

  /// A setting of which the tenant has one.
  init(
    _ name: String, _ area: Area, _ summary: String, _ setting: TenantSetting, _ title: String,
    sendsWholeObjects: Bool = false, to wanted: @escaping @Sendable (FeatureRequest) -> JSONObject
  ) {
    self.init(
      name, area, summary, permissions: Self.permissions(of: setting),
      organization: { request in
        [.graph(setting, title, to: wanted(request), sendsWholeObjects: sendsWholeObjects)]
      })
  }

  static func permissions(of setting: TenantSetting) -> [GraphPermission] {
    setting.readPermission == setting.writePermission
      ? [setting.readPermission] : [setting.readPermission, setting.writePermission]
  }

  /// Something that cmdlets of Exchange read and write.
  init(
    exchange name: String, _ area: Area, _ summary: String, organization: Parts? = nil, user: UserParts? = nil
  ) {
    self.init(
      name, area, summary, permissions: [.exchangeManageAsApp], organization: organization, user: user)
  }

  /// One of the many things that the organisation's configuration in Exchange says of.
  init(
    _ name: String, _ area: Area, _ summary: String, _ flag: ExchangeSwitch.OrganizationFlag, isInverted: Bool = false,
    user: UserParts? = nil
  ) {
    self.init(
      exchange: name, area, summary,
      organization: { request in [.organization(flag, request.isEnabled != isInverted)] }, user: user)
  }

  /// Values of the settings that are made from a template of the directory.
  init(
    _ name: String, _ area: Area, _ summary: String, directory template: String, _ title: String,
    to values: @escaping @Sendable (FeatureRequest) -> [String: String]
  ) {
    self.init(
      name, area, summary, permissions: [.groupSettingsReadWrite],
      organization: { request in [.directory(template, title, to: values(request))] })
  }
}

/// One request to make a feature available or not.
package struct FeatureRequest: Hashable, Sendable {
  /// The user it is switched for.
  package struct Target: Hashable, Sendable {
    package let userID: String
    package let name: String
    package let mailbox: MailboxReference

    /// - Parameter name: to sign in with.
    /// - Returns: `nil` for a name that no mailbox can have.
    package init?(userID: String, name: String) {
      guard let mailbox = UserPrincipalName(name).map(MailboxReference.init) ?? MailboxReference(address: name) else {
        return nil
      }
      self.userID = userID
      self.name = name
      self.mailbox = mailbox
    }
  }

  package let feature: String
  package let isEnabled: Bool
  package let scope: FeatureScope
  package var target: Target?
  /// Checked, and filled with what only the tenant knows.
  package var configuration: JSONObject

  package init(
    feature: String, isEnabled: Bool, scope: FeatureScope, target: Target? = nil, configuration: JSONObject = [:]
  ) {
    self.feature = feature
    self.isEnabled = isEnabled
    self.scope = scope
    self.target = target
    self.configuration = configuration
  }

  // MARK: Its configuration

  func text(_ name: String) -> String? { configuration[name]?.stringValue }
  func flag(_ name: String) -> Bool? { configuration[name]?.boolValue }
  func number(_ name: String) -> Int? { configuration[name]?.intValue }
  func texts(_ name: String) -> [String]? { configuration[name]?.arrayValue?.compactMap(\.stringValue) }
}

/// What a tenant, or a user in it, must have bought.
package struct LicenseNeed: Sendable {
  /// Service plans, of which one is enough.
  package let plans: Set<String>
  /// As administrators know it.
  package let name: String

  package static let entraP1 = LicenseNeed(
    plans: ["AAD_PREMIUM", "AAD_PREMIUM_P2"], name: "Entra ID P1 (in Business Premium)")
  package static let archiving = LicenseNeed(
    plans: ["EXCHANGE_S_ENTERPRISE", "EXCHANGE_S_ARCHIVE_ADDON"],
    name: "Exchange Online Plan 2 or Archiving (in Business Premium)")
  package static let defender = LicenseNeed(
    plans: ["ATP_ENTERPRISE"], name: "Defender for Office 365 Plan 1 (in Business Premium)")
  package static let lockbox = LicenseNeed(plans: ["LOCKBOX_ENTERPRISE"], name: "Customer Lockbox (in E5)")
  package static let rightsManagement = LicenseNeed(
    plans: ["RMS_S_PREMIUM", "RMS_S_PREMIUM2", "RMS_S_ENTERPRISE"],
    name: "Azure Rights Management (in Business Premium)")

  package func isMet(by servicePlans: some Sequence<String>) -> Bool {
    servicePlans.contains { plans.contains($0.uppercased()) }
  }
}

/// Declarations one after the other, each of them checked by itself.
@resultBuilder
enum FeatureList {
  static func buildBlock(_ features: Feature...) -> [Feature] { features }
}
