import AdminCore

extension TenantState {
  /// Whether what a mailbox forwards by itself may leave the organisation: the outbound policy that holds for it says so,
  /// and the remote domain does not forbid it.
  func mayForwardOutside(_ ownerID: String) -> Bool {
    let configuration = exchange.current
    let rules = configuration.outboundRules.values.filter { $0["State"] == "Enabled" }
      .sorted { ($0["Priority"]?.intValue ?? 0) < ($1["Priority"]?.intValue ?? 0) }
    let own = rules.first { rule in
      (rule["From"]?.arrayValue ?? []).compactMap(\.stringValue).contains { mailboxOwner($0) == ownerID }
    }
    let name = own?["HostedOutboundSpamFilterPolicy"]?.stringValue ?? "Default"
    let policy = configuration.outboundPolicies[name.lowercased()]
    let isAllowed = policy?["AutoForwardingMode"] == "On"
    return isAllowed && configuration.remoteDomains["default"]?["AutoForwardEnabled"] == true
  }

  /// Where mail to an address goes by the mail flow rules of the organisation.
  func redirected(_ address: String) -> [String] {
    let rules = exchange.current.transportRules.values.filter { $0["State"] == "Enabled" && $0["Mode"] == "Enforce" }
      .sorted { ($0["Priority"]?.intValue ?? 0) < ($1["Priority"]?.intValue ?? 0) }
    for rule in rules {
      let targets = (rule["RedirectMessageTo"]?.arrayValue ?? []).compactMap(\.stringValue)
      let recipients = (rule["SentTo"]?.arrayValue ?? []).compactMap { $0.stringValue?.lowercased() }
      if !targets.isEmpty, recipients.contains(address.lowercased()) { return targets }
    }
    return [address]
  }

  /// The journal rules' own copies, as far as anybody can see them: in the trace.
  func journals(_ message: MailMessage) -> [String] {
    let addresses = ([message.from].compactMap { $0 } + message.recipients.all).map { $0.address.lowercased() }
    let isInternal = addresses.allSatisfy { organization.isVerified($0.split(separator: "@").last ?? "") }
    return exchange.current.journalRules.values.compactMap { rule in
      guard rule["Enabled"] == true else { return nil }
      switch rule["Scope"]?.stringValue {
      case "Internal": guard isInternal else { return nil }
      case "External": guard !isInternal else { return nil }
      default: break
      }
      if let recipient = rule["Recipient"]?.stringValue?.lowercased(), !addresses.contains(recipient) { return nil }
      return rule["JournalEmailAddress"]?.stringValue
    }
  }

  /// Mailboxes whose change of kind is due are of the new kind from now on.
  mutating func settleConversions() {
    guard !conversions.isEmpty else { return }
    for id in conversions {
      guard let conversion = mailboxes[id]?.conversion, conversion.dueAt <= now else { continue }
      mailboxes.update(id) { mailbox in
        mailbox.kind = conversion.kind
        mailbox.conversion = nil
        mailbox.settings.setPurpose(conversion.kind)
      }
      settleMailbox(of: id)
    }
    conversions.removeAll { mailboxes[$0]?.conversion == nil }
  }
}
