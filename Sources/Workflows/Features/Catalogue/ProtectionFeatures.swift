import Access
import AdminCore
import Cryptography
import M365

/// What keeps mail genuine, private and harmless.
enum ProtectionFeatures {
  private static let area = Feature.Area.protection

  @FeatureList static var all: [Feature] {
    Feature(
      exchange: "dkim", area, "Mail of the domain is signed, so that receivers can tell it is genuine.",
      organization: { request in dkim(request) }
    )
    .configured(ConfigurationField("domain", .domain, "A verified domain; the default one unless given."))
    .shows(after: "up to a day after the DNS records are published")
    .weakens("receivers cannot tell your mail from forged mail", when: false)
    .with { feature in
      feature.resolve = keys
      feature.state = { request, access throws(AdminError) in
        let domain = try await TenantFacts.domain(request, access)["domain"]?.stringValue ?? ""
        return try await access.exchange().dkimSigning(of: domain)?.isEnabled == true ? .enabled : .disabled
      }
    }

    Feature(
      exchange: "safe_links", area, "Links in mail, Teams and Office are checked when they are clicked.",
      organization: { request in SafeLinks(request).parts }
    )
    .configured(
      ConfigurationField("domains", .domains(maximum: 100), "Whose mail; that of all your domains unless given."),
      ConfigurationField("name", .text(maximum: 60), "Name of policy and rule; Safe Links unless given.")
    )
    .licensed(.defender).shows(after: "up to 6 hours").weakens("links in mail are not checked", when: false)
    .with { feature in
      feature.resolve = TenantFacts.domains
      feature.notes = { request in
        request.isEnabled
          ? []
          : ["Exchange does not show for which domains the rule was; undoing this gives it to the domains named here."]
      }
    }

    Feature(
      exchange: "safe_attachments", area, "SharePoint, OneDrive and Teams keep malicious files from being opened.",
      organization: { request in [.exchange(.safeAttachmentsForFiles, request.isEnabled)] }
    )
    .licensed(.defender).shows(after: "up to 30 minutes").weakens("files are not checked", when: false)

    Feature(
      exchange: "message_encryption", area, "People encrypt mail, with a button in Outlook on the web.",
      organization: { request in
        let setting = OrganizationSetting<MessageEncryption>()
        let encryption = TenantPart.exchange(
          setting, to: MessageEncryption(isOn: request.isEnabled, hasButton: request.isEnabled).parameters.json,
          id: "encryption")
        let needsCustomization = ComplianceFeatures.needsCustomization(request)
        return needsCustomization ? [ComplianceFeatures.customization, encryption] : [encryption]
      }
    )
    .alias("ome_encryption").licensed(.rightsManagement).shows(after: "up to a day")
    .with { $0.resolve = ComplianceFeatures.customizing }
  }

  // MARK: DKIM

  private static let makesKeys = "makesKeys"

  /// Notes whether the domain has no keys yet, so that what stays is a part of those changes only that make it.
  @Sendable private static func keys(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let configuration = try await TenantFacts.domain(request, access)
    let domain = configuration["domain"]?.stringValue ?? ""
    guard request.isEnabled, try await access.exchange().dkimSigning(of: domain) == nil else { return configuration }
    return configuration.merging([makesKeys: true])
  }

  private static func dkim(_ request: FeatureRequest) -> [TenantPart] {
    let domain = request.text("domain") ?? ""
    let signing = TenantPart.exchange(
      DKIMSetting(of: domain), to: ["Enabled": .bool(request.isEnabled)], id: "signing"
    ) { error, access in
      guard error.exchangeFault == .dnsRecordMissing else { return nil }
      let records = try? await access.exchange().dkimSigning(of: domain)?.records
      let lines = (records ?? []).map { "\($0.name) CNAME \($0.target)" }
      return "publish in the DNS of \(domain): \(lines.joined(separator: "; ")). When both are visible, make this call "
        + "again to switch signing on"
    }
    guard request.isEnabled, request.flag(makesKeys) == true else { return [signing] }
    let keys = TenantPart.action(
      "keys", "Make DKIM keys for \(domain)", "New-DkimSigningConfig",
      reversal: .never("Exchange has no way to remove DKIM keys; they are of no effect while signing is off"),
      isDone: { _, access throws(AdminError) in try await access.exchange().dkimSigning(of: domain) != nil },
      perform: { _, access throws(AdminError) in _ = try await access.exchange().createDKIMKeys(for: domain) })
    return [keys, signing]
  }
}

/// Whether a domain's mail is signed. A domain without keys signs nothing.
private struct DKIMSetting: ExchangeSetting {
  private let domain: String

  init(of domain: String) { self.domain = domain }

  var title: String { "DKIM signing for \(domain)" }
  var cmdlets: (read: String, write: String) { ("Get-DkimSigningConfig", "Set-DkimSigningConfig") }

  func read(from client: ExchangeClient) async throws(AdminError) -> Bool {
    try await client.dkimSigning(of: domain)?.isEnabled ?? false
  }

  func write(_ value: Bool, to client: ExchangeClient) async throws(AdminError) -> ExchangeChange {
    try await client.setDKIM(of: domain, to: value)
  }

  func journalled(_ value: Bool) -> JSONObject { ["Enabled": .bool(value)] }
  func value(journalled json: JSONObject) -> Bool? { json["Enabled"]?.boolValue }
}

/// A Safe Links policy, and the rule that gives it to domains. Exchange shows this program the policy and not the rule,
/// so the comment of the policy says for which domains it was made: a policy with that comment is taken to have that
/// rule, and no other is taken for what is wanted.
private struct SafeLinks {
  private let name: String
  private let domains: [String]
  private let isEnabled: Bool

  init(_ request: FeatureRequest) {
    name = request.text("name") ?? "Safe Links"
    domains = request.texts("domains") ?? []
    isEnabled = request.isEnabled
  }

  var parts: [TenantPart] { isEnabled ? [policy, rule] : [policy] }

  /// The rule in words, which fit into a comment.
  private var comment: String {
    let sorted = domains.map { $0.lowercased() }.sorted()
    let list = sorted.joined(separator: ", ")
    guard list.utf8.count > 200 else { return "For \(list)" }
    return "For \(sorted.count) domains, \(Hex.encode(SHA256.hash(Array(list.utf8)).prefix(8)))"
  }

  private var policy: TenantPart {
    let (name, domains, comment, isEnabled) = (name, domains, comment, isEnabled)
    let requests = ObjectRequests(
      find: "Get-SafeLinksPolicy", create: "New-SafeLinksPolicy", remove: "Remove-SafeLinksRule, Remove-SafeLinksPolicy"
    )
    return .object(
      ObjectWish(
        "policy", "the Safe Links policy \(name)",
        isEnabled ? ["covers": ["mail", "teams", "office"], "rule": .string(comment)] : nil),
      requests,
      find: { _, access throws(AdminError) in
        guard let policy = try await access.exchange().safeLinksPolicy(named: name) else { return nil }
        let covered = [("mail", policy.coversMail), ("teams", policy.coversTeams), ("office", policy.coversOffice)]
        var content: JSONObject = ["covers": .strings(covered.filter(\.1).map(\.0))]
        // What is removed may have any comment, and is made again with this one.
        if isEnabled { content["rule"] = .optional(policy.comment) }
        return FoundObject(id: policy.name, content)
      },
      create: { _, context, access throws(AdminError) in
        let exchange = try await access.exchange()
        let policy = try await exchange.addSafeLinksPolicy(named: name, comment: comment)
        // On the way back there is no step for the rule.
        if context.output("policy") != nil { try await exchange.addSafeLinksRule(named: name, for: domains) }
        return policy.name
      },
      remove: { _, _, access throws(AdminError) in _ = try await access.exchange().removeSafeLinks(named: name) },
      complete: { _, _, access throws(AdminError) in
        try await access.exchange().addSafeLinksRule(named: name, for: domains)
      })
  }

  private var rule: TenantPart {
    let (name, domains) = (name, domains)
    return .action(
      "rule", "Give the Safe Links policy to \(domains.count) domains", "New-SafeLinksRule", reversal: .none,
      isDone: { context, _ throws(AdminError) in context.foundBefore("policy") },
      perform: { _, access throws(AdminError) in
        try await access.exchange().addSafeLinksRule(named: name, for: domains)
      }, canBeReadBack: false)
  }
}
