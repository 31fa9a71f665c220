import Access
import AdminCore
import M365

/// What happens to mail on its way.
enum MailFlowFeatures {
  private static let area = Feature.Area.mailFlow

  @FeatureList static var all: [Feature] {
    Feature(
      exchange: "block_external_forwarding", area,
      "Mailboxes and rules cannot forward mail to other organizations by themselves.",
      organization: { request in
        [
          .exchange(
            OutboundForwarding.organization, to: OutboundForwarding(request.isEnabled ? .off : .on).parameters.json),
          .exchange(.remoteDomain(.autoForward), !request.isEnabled, id: "remoteDomain"),
        ]
      }
    )
    .opposite("external_forwarding", "auto_forward_external")
    .weakens("stolen mailboxes can send copies of all mail outside", when: false)
    .with { feature in
      // What Microsoft decides (Automatic) is off, and either gate alone blocks.
      feature.state = { _, access throws(AdminError) in
        let exchange = try await access.exchange()
        let mode = try await exchange.value(of: OutboundForwarding.organization).mode
        if !mode.allowsForwarding { return .enabled }
        return try await exchange.value(of: ExchangeSwitch.remoteDomain(.autoForward)) ? .disabled : .enabled
      }
    }

    Feature(
      "block_direct_send", area, "Devices cannot send as your domains without signing in (Direct Send).",
      .rejectDirectSend
    )
    .alias("direct_send_block").opposite("direct_send").weakens("others can send as your domains unsigned", when: false)
    .with { feature in
      feature.notes = { request in
        request.isEnabled ? ["Devices that send without a connector stop working; give them one first."] : []
      }
    }

    Feature(
      exchange: "external_delivery_reports", area, "Senders in other organizations may get delivery reports.",
      organization: { request in [.exchange(.remoteDomain(.deliveryReports), request.isEnabled)] })

    Feature(
      exchange: "external_automatic_replies", area, "Automatic replies may go to other organizations.",
      organization: { request in [.exchange(.remoteDomain(.autoReply), request.isEnabled)] })

    Feature(
      exchange: "external_sender_tag", area, "Outlook marks mail that comes from outside.",
      organization: { request in
        let setting = OrganizationSetting<ExternalSenderTag>()
        var wanted: JSONObject = ["Enabled": .bool(request.isEnabled)]
        if request.isEnabled, let senders = request.texts("allowedSenders") {
          wanted["AllowList"] = ExternalSenderTag(isOn: true, allowed: senders).parameters.json["AllowList"]
        }
        return [.exchange(setting, to: wanted)]
      }
    )
    .configured(
      ConfigurationField(
        "allowedSenders", .texts(maximum: ExternalSenderTag.maximumAllowed),
        "Domains and addresses that are not marked; replaces the list.")
    )
    .shows(after: "24 to 48 hours")

    Feature(
      exchange: "disclaimer", area, "A text of yours stands on every mail that leaves the organization.",
      organization: { request in [disclaimer(request)] }
    )
    .alias("mail_disclaimer")
    .configured(
      ConfigurationField("html", .lines(maximum: Disclaimer.maximumLength), "The text, as HTML.", .enabling),
      ConfigurationField("location", .choice(["below", "above"]), "Where it stands; below unless given."),
      ConfigurationField(
        "exceptWords", .texts(maximum: 20), "Not on mail that holds one of these, such as the text itself."),
      ConfigurationField("ruleName", .text(maximum: 64), "Name of the mail flow rule; Disclaimer unless given.")
    )
    .shows(after: "up to 30 minutes")

    Feature(
      "journaling", area, "A copy of mail goes to an archive outside of Microsoft 365.",
      permissions: [.exchangeManageAsApp, .organizationRead], organization: { request in journaling(request) }
    )
    .configured(
      ConfigurationField("journalAddress", .address, "Where copies go; not a mailbox of this tenant.", .enabling),
      ConfigurationField(
        "undeliverableTo", .address, "Who gets copies that cannot be delivered; needed where nobody does yet."),
      ConfigurationField("recipient", .address, "Whose mail; everybody's unless given."),
      ConfigurationField("scope", .choice(["global", "internal", "external"]), "Which mail; all unless given."),
      ConfigurationField("ruleName", .text(maximum: 64), "Name of the journal rule; Journal unless given.")
    )
    .shows(after: "up to an hour")
    .with { feature in
      feature.risks = { request in
        request.isEnabled ? [.forwardsOutside(addresses: [request.text("journalAddress") ?? ""])] : []
      }
      feature.resolve = journalAddresses
      feature.state = { request, access throws(AdminError) in
        let rule = try await access.exchange().journalRule(named: ruleName(request, "Journal"))
        return rule?.isEnabled == true ? .enabled : .disabled
      }
    }
  }

  private static func ruleName(_ request: FeatureRequest, _ usual: String) -> String {
    request.text("ruleName") ?? usual
  }

  // MARK: Disclaimers

  /// Disabling stops the rule and keeps it. A tenant without the rule is as one with a stopped rule.
  private static func disclaimer(_ request: FeatureRequest) -> TenantPart {
    let name = ruleName(request, "Disclaimer")
    let location: Disclaimer.Location = request.text("location") == "above" ? .above : .below
    let text = Disclaimer(
      html: request.text("html") ?? "", location: location, exceptions: request.texts("exceptWords") ?? [])
    var wish = ObjectWish(
      "rule", "the mail flow rule \(name)", request.isEnabled ? text.journalled(isEnabled: true) : ["enabled": false])
    wish.verb = "Set"
    var part = TenantPart.object(
      wish,
      ObjectRequests(
        find: "Get-TransportRule", create: "New-, Set-, Enable- or Disable-TransportRule",
        remove: "Remove-TransportRule"),
      find: { _, access throws(AdminError) in
        guard let rule = try await access.exchange().transportRule(named: name) else {
          return FoundObject(id: "", ["enabled": false])
        }
        try requireDisclaimer(rule, name)
        return FoundObject(id: rule.id.text, (rule.disclaimer ?? text).journalled(isEnabled: rule.isEnabled))
      },
      create: { _, _, _ throws(AdminError) in
        throw AdminError(.internalFault, "A rule that is absent counts as stopped.")
      },
      update: { id, content, _, access throws(AdminError) in
        try await write(content, toRule: name, restoringAbsence: id.isEmpty, access)
      },
      remove: { _, _, access throws(AdminError) in _ = try await access.exchange().removeTransportRule(named: name) },
      matches: { found, wanted in wanted.allSatisfy { found[$0.key] == $0.value } })
    part.isOn = { $0.value?["enabled"] == true }
    return part
  }

  /// - Parameter restoringAbsence: there was no rule at first, so one without a text is none.
  private static func write(
    _ content: JSONObject, toRule name: String, restoringAbsence: Bool, _ access: TenantAccess
  ) async throws(AdminError) {
    let exchange = try await access.exchange()
    let isEnabled = content["enabled"] == true
    let known = try await exchange.transportRule(named: name)
    switch (Disclaimer(journalled: content), known != nil) {
    case (nil, _) where restoringAbsence: _ = try await exchange.removeTransportRule(named: name)
    case (nil, false): return
    case (nil, true): _ = try await exchange.setTransportRule(named: name, isEnabled: isEnabled)
    case (let text?, true):
      _ = try await exchange.setDisclaimer(text, ofRule: name)
      _ = try await exchange.setTransportRule(named: name, isEnabled: isEnabled)
    case (let text?, false): _ = try await exchange.addDisclaimer(text, named: name, isEnabled: isEnabled)
    }
  }

  /// A rule that does something else is not ours to change.
  private static func requireDisclaimer(_ rule: TransportRule, _ name: String) throws(AdminError) {
    guard rule.disclaimer == nil else { return }
    throw AdminError(
      .invalidArgument,
      "The mail flow rule \(name) does something else than adding a disclaimer. Give another ruleName.")
  }

  // MARK: Journaling

  /// Exchange takes no mailbox of the organization for a journal, and makes no journal rule as long as nobody gets the
  /// copies that cannot be delivered. Better said before a person is asked to approve.
  @Sendable private static func journalAddresses(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    guard request.isEnabled else { return request.configuration }
    var problems: [AdminError.Problem] = []
    let domain = (request.text("journalAddress") ?? "").split(separator: "@").last.map { String($0) } ?? ""
    if try await access.graph().organization().hasVerified(domain) {
      problems.append(
        AdminError.Problem(
          path: "/configuration/journalAddress", rule: "outside",
          message: "must be outside of the tenant: Exchange does not take a mailbox of the organization, and "
            + "\(domain) is one of its domains"))
    }
    if request.text("undeliverableTo") == nil {
      let reports = try await access.exchange().value(of: OrganizationSetting<JournalingReports>())
      if reports.address == nil {
        problems.append(
          AdminError.Problem(
            path: "/configuration/undeliverableTo", rule: "required",
            message: "is required, because nobody gets copies yet that cannot be delivered"))
      }
    }
    guard problems.isEmpty else { throw AdminError(problems: problems) }
    return request.configuration
  }

  private static func journaling(_ request: FeatureRequest) -> [TenantPart] {
    let name = ruleName(request, "Journal")
    let rule = TenantPart.object(
      ObjectWish(
        "rule", "the journal rule \(name)",
        request.isEnabled
          ? [
            "address": .optional(request.text("journalAddress")?.lowercased()),
            "recipient": .optional(request.text("recipient")?.lowercased()),
            "scope": .string(scope(request.text("scope")).rawValue), "enabled": true,
          ] : nil),
      ObjectRequests(find: "Get-JournalRule", create: "New-JournalRule", remove: "Remove-JournalRule"),
      find: { _, access throws(AdminError) in
        guard let rule = try await access.exchange().journalRule(named: name) else { return nil }
        return FoundObject(
          id: rule.name,
          [
            "address": .string(rule.journalAddress.lowercased()), "recipient": .optional(rule.recipient?.lowercased()),
            "scope": .string(rule.scope.rawValue), "enabled": .bool(rule.isEnabled),
          ])
      },
      create: { content, _, access throws(AdminError) in
        let exchange = try await access.exchange()
        let rule = try await exchange.addJournalRule(
          named: name, to: content["address"]?.stringValue ?? "", of: content["recipient"]?.stringValue,
          scope: content["scope"]?.stringValue.flatMap(JournalRule.Scope.init) ?? .global)
        // One that had been stopped is made again as it was.
        if content["enabled"] == false { _ = try await exchange.disableJournalRule(named: name) }
        return rule.name
      },
      // Cmdlets change a rule's address only by making it anew.
      update: { _, content, _, access throws(AdminError) in
        let exchange = try await access.exchange()
        _ = try await exchange.removeJournalRule(named: name)
        _ = try await exchange.addJournalRule(
          named: name, to: content["address"]?.stringValue ?? "", of: content["recipient"]?.stringValue,
          scope: content["scope"]?.stringValue.flatMap(JournalRule.Scope.init) ?? .global)
        if content["enabled"] == false { _ = try await exchange.disableJournalRule(named: name) }
      },
      remove: { _, _, access throws(AdminError) in _ = try await access.exchange().removeJournalRule(named: name) })
    guard request.isEnabled, let address = request.text("undeliverableTo") else { return [rule] }
    let reports = JournalingReports(to: address)
    return [.exchange(OrganizationSetting<JournalingReports>(), to: reports.parameters.json, id: "reports"), rule]
  }

  private static func scope(_ word: String?) -> JournalRule.Scope {
    switch word {
    case "internal": .internal
    case "external": .external
    default: .global
    }
  }
}

extension Disclaimer {
  fileprivate func journalled(isEnabled: Bool) -> JSONObject {
    [
      "html": .string(html), "location": .string(location.rawValue), "exceptions": .strings(exceptions),
      "enabled": .bool(isEnabled),
    ]
  }

  /// - Returns: `nil` where there is no text.
  fileprivate init?(journalled json: JSONObject) {
    guard let html = json["html"]?.stringValue else { return nil }
    self.init(
      html: html,
      location: json["location"]?.stringValue.flatMap(Location.init) ?? .below,
      exceptions: (json["exceptions"]?.arrayValue ?? []).compactMap(\.stringValue))
  }
}
