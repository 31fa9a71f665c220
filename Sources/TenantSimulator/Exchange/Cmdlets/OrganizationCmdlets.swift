import AdminCore

/// What the cmdlets for the organisation know.
enum OrganizationModel {
  static let organization: [CmdletProperty] = [
    CmdletProperty("ReadTrackingEnabled", .boolean, false), CmdletProperty("AuditDisabled", .boolean, false),
    CmdletProperty("AutoEnableArchiveMailbox", .boolean, false), CmdletProperty("FocusedInboxOn", .boolean, true),
    CmdletProperty("DisablePlusAddressInRecipients", .boolean, false),
    CmdletProperty("SendFromAliasEnabled", .boolean, false), CmdletProperty("RejectDirectSend", .boolean, false),
    CmdletProperty("MessageRecallEnabled", .boolean, true), CmdletProperty("CustomerLockboxEnabled", .boolean, false),
    CmdletProperty("OAuth2ClientProfileEnabled", .boolean, true),
    CmdletProperty("MailTipsAllTipsEnabled", .boolean, true),
    CmdletProperty("MailTipsExternalRecipientsTipsEnabled", .boolean, false),
    CmdletProperty("MailTipsGroupMetricsEnabled", .boolean, true),
    CmdletProperty("MailTipsMailboxSourcedTipsEnabled", .boolean, true),
    CmdletProperty("MailTipsLargeAudienceThreshold", .number(0...1000), 25),
    CmdletProperty("EwsEnabled", .boolean), CmdletProperty("BookingsEnabled", .boolean, true),
  ]

  static let externalTag: [CmdletProperty] = [
    CmdletProperty("Enabled", .boolean, false), CmdletProperty("AllowList", .list, []),
  ]

  static let irm: [CmdletProperty] = [
    CmdletProperty("AzureRMSLicensingEnabled", .boolean, false),
    CmdletProperty("InternalLicensingEnabled", .boolean, true),
    CmdletProperty("SimplifiedClientAccessEnabled", .boolean, false),
  ]

  static let atp: [CmdletProperty] = [
    CmdletProperty("EnableATPForSPOTeamsODB", .boolean, false), CmdletProperty("EnableSafeDocs", .boolean, false),
    CmdletProperty("AllowSafeDocsOpen", .boolean, false),
  ]
}

/// The organisation's own configuration.
enum OrganizationCmdlets {
  /// Exchange takes no more entries, nor more bytes.
  private static let maximumTagEntries = 200
  private static let maximumTagBytes = 8 << 10

  static let cmdlets = [
    Cmdlet("Get-OrganizationConfig", .organization) { state, _ throws(ExchangeFailure) in
      let seen = state.seenExchange
      let head: JSONObject = [
        "Identity": .string(state.organization.initialDomain), "IsDehydrated": .bool(seen.isDehydrated),
        "AutoExpandingArchiveEnabled": seen.organization["AutoExpandingArchiveEnabled"] ?? false,
      ]
      return .row(head.merging(seen.organization))
    },
    Cmdlet(
      "Set-OrganizationConfig", .organization, .any,
      OrganizationModel.organization.parameters + [CmdletParameter("AutoExpandingArchive", .flag)], handler: set),
    Cmdlet("Enable-OrganizationCustomization", .organization, .any, [.confirm]) {
      state, _ throws(ExchangeFailure) in
      guard state.exchange.current.isDehydrated else {
        throw .operation("This operation is not required. Organization is already enabled for customization.")
      }
      let name = state.organization.initialDomain
      state.changeExchange(.organizationCustomized, name) { $0.isDehydrated = false }
      return .nothing
    },
    Cmdlet("Get-AdminAuditLogConfig", .organization) { state, _ throws(ExchangeFailure) in
      .row([
        "Identity": "Admin Audit Log Settings", "AdminAuditLogEnabled": true,
        "UnifiedAuditLogIngestionEnabled": .bool(state.seenExchange.auditsEverything),
      ])
    },
    Cmdlet(
      "Set-AdminAuditLogConfig", .organization, .arbitration,
      [CmdletParameter("UnifiedAuditLogIngestionEnabled", .boolean)], needsCustomization: true
    ) { state, call throws(ExchangeFailure) in
      let value = call.flag("UnifiedAuditLogIngestionEnabled")
      guard let value, value != state.exchange.current.auditsEverything else {
        return .unchanged("Admin Audit Log Settings")
      }
      state.changeExchange(.auditLogChanged, value ? "on" : "off") { $0.auditsEverything = value }
      return .nothing
    },
    Cmdlet("Get-ExternalInOutlook", .organization) { state, _ throws(ExchangeFailure) in
      .row((["Identity": .string(state.organization.tenantID)] as JSONObject).merging(state.seenExchange.externalTag))
    },
    Cmdlet("Set-ExternalInOutlook", .organization, .any, OrganizationModel.externalTag.parameters) {
      state, call throws(ExchangeFailure) in
      let list =
        (OrganizationModel.externalTag.applied(call, to: state.exchange.current.externalTag)["AllowList"]?
        .arrayValue ?? []).compactMap(\.stringValue)
      guard list.count <= maximumTagEntries, list.reduce(0, { $0 + $1.utf8.count }) <= maximumTagBytes else {
        throw .invalid("The AllowList holds more than \(maximumTagEntries) entries or 8 KB.")
      }
      return state.change(
        call, OrganizationModel.externalTag, \.externalTag, .organizationChanged, "ExternalInOutlook")
    },
    Cmdlet("Get-IRMConfiguration", .organization) { state, _ throws(ExchangeFailure) in
      .row((["Identity": "ControlPoint Config"] as JSONObject).merging(state.seenExchange.irm))
    },
    Cmdlet(
      "Set-IRMConfiguration", .organization, .any, OrganizationModel.irm.parameters, needsCustomization: true
    ) { state, call throws(ExchangeFailure) in
      state.change(call, OrganizationModel.irm, \.irm, .organizationChanged, "IRMConfiguration")
    },
  ]

  @Sendable private static func set(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let plans = Set(state.products.flatMap { $0.plans.map(\.name) })
    if call.flag("CustomerLockboxEnabled") == true, !plans.contains("LOCKBOX_ENTERPRISE") {
      throw .license("Your organization doesn't have the required license for Customer Lockbox.")
    }
    let name = state.organization.initialDomain
    if call.flag("AutoExpandingArchive") == true {
      guard !plans.isDisjoint(with: ["EXCHANGE_S_ENTERPRISE", "EXCHANGE_S_ARCHIVE_ADDON"]) else {
        throw .license("Your organization doesn't have the required license for auto-expanding archiving.")
      }
      if state.exchange.current.organization["AutoExpandingArchiveEnabled"] != true {
        state.changeExchange(.organizationChanged, name) { $0.organization["AutoExpandingArchiveEnabled"] = true }
        if call.values.count == 1 { return .nothing }
      }
    }
    return state.change(call, OrganizationModel.organization, \.organization, .organizationChanged, name)
  }
}

extension TenantState {
  /// Sets plain properties of something that there is once.
  mutating func change(
    _ call: CmdletCall, _ properties: [CmdletProperty],
    _ path: any WritableKeyPath<ExchangeConfiguration, JSONObject> & Sendable, _ kind: Effect.Kind, _ name: String
  ) -> CmdletAnswer {
    let before = exchange.current[keyPath: path]
    let after = properties.applied(call, to: before)
    guard after != before else { return .unchanged(name) }
    changeExchange(kind, name) { $0[keyPath: path] = after }
    return .nothing
  }

  /// Sets plain properties of one of many.
  mutating func change(
    _ call: CmdletCall, _ properties: [CmdletProperty],
    in path: any WritableKeyPath<ExchangeConfiguration, Table<JSONObject>> & Sendable, _ kind: Effect.Kind
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (key, before) = try exchange.current[keyPath: path].require(call.identity)
    let after = properties.applied(call, to: before)
    guard after != before else { return .unchanged(call.identity) }
    changeExchange(kind, call.identity) { $0[keyPath: path][key] = after }
    return .nothing
  }

  /// Makes one of many under the call's `Name`.
  mutating func create(
    _ call: CmdletCall, _ row: JSONObject,
    in path: any WritableKeyPath<ExchangeConfiguration, Table<JSONObject>> & Sendable, _ kind: Effect.Kind
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let name = call.text("Name") ?? ""
    guard !name.isEmpty, name.count <= 64 else { throw .invalid("The length of the property Name must be 1 to 64.") }
    guard exchange.current[keyPath: path].key(name) == nil else { throw .exists(name) }
    changeExchange(kind, name) { $0[keyPath: path].add(name, row) }
    return .row(exchange.current[keyPath: path][name.lowercased()] ?? [:])
  }

  mutating func remove(
    _ call: CmdletCall, from path: any WritableKeyPath<ExchangeConfiguration, Table<JSONObject>> & Sendable,
    _ kind: Effect.Kind
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (key, _) = try exchange.current[keyPath: path].require(call.identity)
    changeExchange(kind, call.identity) { $0[keyPath: path][key] = nil }
    return .nothing
  }
}
