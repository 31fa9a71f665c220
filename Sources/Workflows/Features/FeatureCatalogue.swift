package import AdminCore

/// Every feature there is, and every one that cannot be.
package enum FeatureCatalogue {
  package static let all: [Feature] =
    IdentityFeatures.all + GuestFeatures.all + GroupFeatures.all + SharingFeatures.all + ExperienceFeatures.all
    + MailboxFeatures.all + MailFlowFeatures.all + ComplianceFeatures.all + ProtectionFeatures.all

  /// What a name means.
  package enum Meaning: Sendable {
    /// - Parameter isOpposite: the name is of what is available when the feature is not.
    case feature(Feature, isOpposite: Bool)
    /// Nobody can do this through an API, for the reason given.
    case refused(reason: String)
  }

  private static let meanings: [String: Meaning] = {
    var meanings: [String: Meaning] = [:]
    for refused in RefusedFeature.all {
      for name in refused.names { meanings[key(name)] = .refused(reason: refused.reason) }
    }
    for feature in all {
      meanings[key(feature.name)] = .feature(feature, isOpposite: false)
      for alias in feature.aliases { meanings[key(alias.name)] = .feature(feature, isOpposite: alias.isOpposite) }
    }
    return meanings
  }()

  /// Names are compared without regard to case and to what joins their words, so `unifiedAuditLog` is
  /// `unified_audit_log`.
  private static func key(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
  }

  package static func feature(named name: String) -> Feature? { all.first { $0.name == name } }

  /// - Throws: `FEAT_001` for a name that means nothing, with the nearest ones.
  package static func meaning(of name: String) throws(AdminError) -> Meaning {
    if let meaning = meanings[key(name)] { return meaning }
    let near = nearest(to: name)
    let hint = near.isEmpty ? "" : " Did you mean \(near.joined(separator: ", "))?"
    throw AdminError(
      .unknownFeature,
      "There is no feature \(VisibleText.excerpt(name, limit: 64)).\(hint) list_features shows those there are.",
      details: ["nearest": .strings(near), "features": .strings(all.map(\.name))])
  }

  /// The name that is a slip away, and those that share a word.
  private static func nearest(to name: String) -> [String] {
    let slip = Suggestion.nearest(to: name, among: all.map(\.name))
    let words = Set(name.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }).filter { $0.count > 2 })
    let sharing = all.map(\.name).filter { !words.isDisjoint(with: $0.split(separator: "_")) }
    return Array(([slip].compactMap { $0 } + sharing.filter { $0 != slip }).prefix(5))
  }
}

/// What is asked for and cannot be done by an application, with the reason and the way there is instead.
package struct RefusedFeature: Sendable {
  package let names: [String]
  package let reason: String

  init(_ names: String..., reason: String) {
    self.names = names
    self.reason = reason
  }

  package static let all = [
    RefusedFeature(
      "read_receipts", "always_request_read_receipts", "request_read_receipts",
      reason: """
        No setting makes every mail ask for a read receipt: the sender asks for it mail by mail (readReceipt of \
        send_from_template). How a mailbox answers such requests is set by configure_mailbox; read_tracking lets delivery \
        reports show whether a mail was read.
        """),
    RefusedFeature(
      "delivery_receipts", "always_request_delivery_receipts",
      reason: """
        No setting makes every mail ask for a delivery receipt: the sender asks for it mail by mail (deliveryReceipt of \
        send_from_template). Whether other organizations get delivery reports is external_delivery_reports.
        """),
    RefusedFeature(
      "message_trace", "message_tracking", "message_tracking_logs",
      reason: """
        Message trace is always on in Exchange Online and cannot be switched. connect_service \
        (exchange to message-trace) lets Graph read it; get_message_tracking_logs shows it.
        """),
    RefusedFeature(
      "self_service_password_reset", "user_self_service_password_reset", "sspr",
      reason: """
        Self-service password reset for users has no API; switch it in the Entra admin center under Password reset. \
        admin_self_service_password_reset, for administrators, can be switched here.
        """),
    RefusedFeature(
      "teams_guest_access", "teams_external_access", "teams_federation",
      reason: """
        The switches of the Teams admin center for guests and external access are not in Microsoft Graph; set them there. \
        guest_groups and guest_invites, which come before them, can be switched here.
        """),
    RefusedFeature(
      "integrated_apps", "centralized_deployment",
      reason: """
        Integrated apps (centralized deployment) has no API for applications; use the admin center under Settings, \
        Integrated apps. deploy_outlook_addin deploys Outlook add-ins with an XML manifest.
        """),
    RefusedFeature(
      "ediscovery", "content_search", "compliance_search",
      reason: "eDiscovery searches need a signed-in person; applications are not allowed to run them."),
    RefusedFeature(
      "briefing", "briefing_email", "user_briefing",
      reason: "Briefing mails are switched in another service with permissions that an application cannot have."),
    RefusedFeature(
      "incoming_webhooks", "office_connectors", "teams_connectors",
      reason: "Office 365 connectors and their incoming webhooks in Teams are retired."),
    RefusedFeature(
      "channel_email", "channel_email_addresses",
      reason: "A channel's mail address can only be made by a signed-in person: Graph lists no application permission."),
    RefusedFeature(
      "power_automate", "power_bi", "forms",
      reason: "Power Automate, Power BI and Forms have no application permissions in Microsoft Graph."),
    RefusedFeature(
      "onenote", reason: "The OneNote API refuses applications since March 2025; it needs a signed-in person."),
  ]
}
