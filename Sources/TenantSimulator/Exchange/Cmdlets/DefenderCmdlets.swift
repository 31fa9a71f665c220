import AdminCore

/// Defender for Office 365: without its plan the tenant has none of these.
enum DefenderCmdlets {
  private static let plan = "ATP_ENTERPRISE"
  private static let name = CmdletParameter("Name", .text, required: true)

  private static let policy: [CmdletProperty] = [
    CmdletProperty("AdminDisplayName", .text, ""),
    CmdletProperty("EnableSafeLinksForEmail", .boolean, true),
    CmdletProperty("EnableSafeLinksForTeams", .boolean, true),
    CmdletProperty("EnableSafeLinksForOffice", .boolean, true),
    CmdletProperty("EnableForInternalSenders", .boolean, false),
    CmdletProperty("ScanUrls", .boolean, false), CmdletProperty("DeliverMessageAfterScan", .boolean, false),
    CmdletProperty("AllowClickThrough", .boolean, true), CmdletProperty("TrackClicks", .boolean, true),
  ]

  static let cmdlets = [
    Cmdlet("Get-SafeLinksPolicy", .security, .any, [.anyIdentity], plan: plan) { state, call throws(ExchangeFailure) in
      try state.seenExchange.safeLinksPolicies.answer(call.text("Identity"))
    },
    Cmdlet("New-SafeLinksPolicy", .security, .any, [name] + policy.parameters, plan: plan) {
      state, call throws(ExchangeFailure) in
      try state.create(
        call, policy.applied(call, to: policy.standards), in: \.safeLinksPolicies, .organizationChanged)
    },
    Cmdlet("Remove-SafeLinksPolicy", .security, .any, [.identity, .confirm], plan: plan) {
      state, call throws(ExchangeFailure) in
      let (key, _) = try state.exchange.current.safeLinksPolicies.require(call.identity)
      let isUsed = state.exchange.current.safeLinksRules.values.contains {
        $0["SafeLinksPolicy"]?.stringValue?.lowercased() == key
      }
      guard !isUsed else {
        throw .operation("The policy '\(call.identity)' can't be removed because a rule is associated with it.")
      }
      return try state.remove(call, from: \.safeLinksPolicies, .organizationChanged)
    },
    Cmdlet(
      "New-SafeLinksRule", .security, .any,
      [
        name, CmdletParameter("SafeLinksPolicy", .identity, required: true),
        CmdletParameter("RecipientDomainIs", .array),
        CmdletParameter("Enabled", .boolean),
      ], plan: plan
    ) { state, call throws(ExchangeFailure) in
      let (_, policy) = try state.seenExchange.safeLinksPolicies.require(call.text("SafeLinksPolicy") ?? "")
      let domains = call.values("RecipientDomainIs")
      let organization = state.organization
      if let unknown = domains.first(where: { !organization.isVerified($0) }) { throw .notFound(unknown) }
      return try state.create(
        call,
        [
          "SafeLinksPolicy": policy["Name"] ?? .null, "RecipientDomainIs": .strings(domains),
          "State": call.flag("Enabled") == false ? "Disabled" : "Enabled",
        ], in: \.safeLinksRules, .organizationChanged)
    },
    Cmdlet("Remove-SafeLinksRule", .security, .any, [.identity, .confirm], plan: plan) {
      state, call throws(ExchangeFailure) in
      try state.remove(call, from: \.safeLinksRules, .organizationChanged)
    },
    Cmdlet("Get-AtpPolicyForO365", .security, plan: plan) { state, _ throws(ExchangeFailure) in
      .row((["Identity": "Default", "Name": "Default"] as JSONObject).merging(state.seenExchange.atp))
    },
    Cmdlet("Set-AtpPolicyForO365", .security, .any, OrganizationModel.atp.parameters, plan: plan) {
      state, call throws(ExchangeFailure) in
      state.change(call, OrganizationModel.atp, \.atp, .organizationChanged, "AtpPolicyForO365")
    },
  ]
}

/// Applications with a role of Exchange's own.
enum PrincipalCmdlets {
  static let cmdlets = [
    Cmdlet("Get-ServicePrincipal", .organization, .any, [.anyIdentity]) { state, call throws(ExchangeFailure) in
      try state.seenExchange.servicePrincipals.answer(call.text("Identity"))
    },
    Cmdlet(
      "New-ServicePrincipal", .organization, .any,
      [
        CmdletParameter("AppId", .guid, required: true), CmdletParameter("ObjectId", .guid, required: true),
        CmdletParameter("DisplayName", .text),
      ], needsCustomization: true
    ) { state, call throws(ExchangeFailure) in
      let (appID, objectID) = (call.text("AppId") ?? "", call.text("ObjectId") ?? "")
      guard state.exchange.current.servicePrincipals[appID] == nil else { throw .exists(appID) }
      // The id of the app registration, which people take for this one, is no object of the directory.
      guard state.servicePrincipals[objectID]?.appID == appID else { throw .notFound(objectID) }
      let row: JSONObject = [
        "Identity": .string(appID), "Name": .string(appID), "AppId": .string(appID), "ObjectId": .string(objectID),
        "DisplayName": .string(call.text("DisplayName") ?? ""), "Guid": .string(ExchangeID.object(appID)),
      ]
      state.changeExchange(.organizationChanged, appID) { $0.servicePrincipals[appID] = row }
      return .row(row)
    },
  ]
}
