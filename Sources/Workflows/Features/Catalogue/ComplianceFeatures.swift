import Access
import AdminCore
import M365

/// What is recorded, kept and held.
enum ComplianceFeatures {
  private static let area = Feature.Area.compliance

  @FeatureList static var all: [Feature] {
    Feature(
      exchange: "unified_audit_log", area, "What users and administrators do is recorded, in all services.",
      organization: { request in
        let log = TenantPart.exchange(.unifiedAuditLog, request.isEnabled, id: "log")
        return needsCustomization(request) ? [customization, log] : [log]
      }
    )
    .shows(after: "an hour, at times up to a day")
    .weakens("nothing is recorded any more that an investigation could use", when: false)
    .with { $0.resolve = customizing }

    Feature(
      "mailbox_audit", area, "Work in mailboxes is recorded, by owners, delegates and administrators.", .auditDisabled,
      isInverted: true
    ) { request, mailbox in
      [
        .exchange(MailboxSetting<MailboxAudit>(of: mailbox), to: ["AuditEnabled": .bool(request.isEnabled)]),
        // With the organization's auditing on, this and not the mailbox's own setting is what silences it.
        .exchange(.auditBypass(mailbox), !request.isEnabled, id: "bypass"),
      ]
    }
    .alias("mailbox_auditing").weakens("work in mailboxes is not recorded", when: false)

    Feature(
      exchange: "litigation_hold", area, "Nothing in the mailbox can be destroyed, deleted mail included.",
      user: { request, mailbox in
        var wanted: JSONObject = ["LitigationHoldEnabled": .bool(request.isEnabled)]
        if request.isEnabled {
          // Without days it is for ever, whatever an earlier hold was.
          let hold = LitigationHold(isOn: true, duration: request.number("days").map { .days($0) } ?? .unlimited)
          wanted["LitigationHoldDuration"] = hold.parameters.json["LitigationHoldDuration"]
          wanted["RetentionComment"] = request.configuration["comment"]
        }
        var part = TenantPart.exchange(MailboxSetting<LitigationHold>(of: mailbox), to: wanted)
        part.isOn = { $0.value?["LitigationHoldEnabled"]?.boolValue }
        return [part]
      }
    )
    .configured(
      ConfigurationField("days", .number(1...36_500), "How long each item is held; for ever unless given."),
      ConfigurationField("comment", .text(maximum: 250), "Shown to the owner of the mailbox in Outlook.")
    )
    .licensed(.archiving).shows(after: "up to 4 hours")
    .with { feature in
      feature.risks = { request in
        let hold = "the owner can no longer destroy anything, and what is held can be searched"
        return [
          request.isEnabled ? .hasLegalEffect(hold) : .deletes("the hold, after which what it kept can be destroyed")
        ]
      }
      feature.notes = { request in
        request.isEnabled ? [] : ["Exchange keeps everything for another 30 days (delay hold) before the hold ends."]
      }
    }

    Feature(
      exchange: "retention_policy", area,
      "Mail of an age is deleted or archived, by a policy of the organization that mailboxes are given.",
      organization: { request in MailRetention(request).parts },
      user: { request, mailbox in
        let policy = request.isEnabled ? MailRetention(request).name : MailRetention.usual
        let wanted = MailboxRetention(policy).parameters.json
        return [.exchange(MailboxSetting<MailboxRetention>(of: mailbox), to: wanted)]
      }
    )
    .configured(
      ConfigurationField("name", .text(maximum: 60), "Name of the policy; Mail retention unless given."),
      ConfigurationField("days", .number(1...24_855), "At which age; 2555 (seven years) unless given."),
      ConfigurationField(
        "action", .choice(["delete", "deletePermanently", "archive"]),
        "Delete so that it can be recovered (unless given), delete for good, or move to the archive.")
    )
    .shows(after: "up to 7 days")
    .with { feature in
      feature.resolve = customizing
      feature.risks = { request in
        request.isEnabled && request.text("action") != "archive" ? [.deletes("mail of the age the policy names")] : []
      }
      feature.notes = { request in
        guard request.scope == .organization, request.isEnabled else { return [] }
        return ["The policy acts on mailboxes that are given it: enable the feature for users, with the same name."]
      }
    }

    Feature(
      exchange: "purview_retention_policy", area, "Mail is kept, deleted, or both, by a retention policy of Purview.",
      organization: { request in PurviewRetention(request).parts }
    )
    .alias("purview_retention", "retention_compliance_policy")
    .configured(
      ConfigurationField("name", .text(maximum: 60), "Name of the policy; Mail retention unless given."),
      ConfigurationField("days", .number(1...24_855), "For how long; for ever unless given."),
      ConfigurationField(
        "action", .choice(["keep", "delete", "keepAndDelete"]), "What is done; keep unless given.")
    )
    .licensed(.archiving).shows(after: "up to 7 days")
    .with { feature in
      feature.risks = { request in
        guard request.isEnabled else { return [.deletes("the retention policy, after which mail can be destroyed")] }
        return (request.text("action") ?? "keep") == "keep" ? [] : [.deletes("mail of the age the policy names")]
      }
      feature.notes = { _ in ["The application needs the role Compliance Administrator besides."] }
    }

    Feature(
      "customer_lockbox", area, "Microsoft's engineers ask before they look at your content.", .customerLockbox
    )
    .licensed(.lockbox).shows(after: "up to a day")
  }

  // MARK: A configuration of its own

  private static let customizes = "customizes"

  /// Notes whether the tenant still shares Microsoft's own configuration, which some cmdlets refuse. What stays is then
  /// a part of those changes only that really make it, and of their plans, results and undoing.
  @Sendable static func customizing(
    _ request: FeatureRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    guard request.isEnabled, request.scope == .organization,
      try await access.exchange().organizationConfiguration().isDehydrated
    else { return request.configuration }
    return request.configuration.merging([customizes: true])
  }

  /// - Parameter request: resolved by `customizing`.
  static func needsCustomization(_ request: FeatureRequest) -> Bool {
    request.isEnabled && request.flag(customizes) == true
  }

  static let customization = TenantPart.action(
    "customization", "Give the tenant an Exchange configuration of its own", "Enable-OrganizationCustomization",
    reversal: .never("Microsoft has no way back to the configuration that tenants share; it changes nothing by itself"),
    isDone: { _, access throws(AdminError) in try await !access.exchange().organizationConfiguration().isDehydrated },
    perform: { _, access throws(AdminError) in _ = try await access.exchange().customizeOrganization() },
    patience: .seconds(300))
}

/// A retention tag and a policy of the same name that holds it.
private struct MailRetention {
  /// What mailboxes have that nobody has given another one.
  static let usual = "Default MRM Policy"

  let name: String
  private let days: Int
  private let action: RetentionTag.Action
  private let isEnabled: Bool
  private let needsCustomization: Bool

  init(_ request: FeatureRequest) {
    name = request.text("name") ?? "Mail retention"
    days = request.number("days") ?? 2555
    isEnabled = request.isEnabled
    needsCustomization = ComplianceFeatures.needsCustomization(request)
    switch request.text("action") {
    case "archive": action = .moveToArchive
    case "deletePermanently": action = .deletePermanently
    default: action = .delete
    }
  }

  var parts: [TenantPart] {
    guard isEnabled else { return [policy, tag] }
    return needsCustomization ? [ComplianceFeatures.customization, tag, policy] : [tag, policy]
  }

  private var tag: TenantPart {
    let name = name
    return .object(
      ObjectWish(
        "tag", "the retention tag \(name)",
        isEnabled ? ["action": .string(action.rawValue), "days": .int(days), "type": "All"] : nil),
      ObjectRequests(
        find: "Get-RetentionPolicyTag", create: "New-RetentionPolicyTag", remove: "Remove-RetentionPolicyTag"),
      find: { _, access throws(AdminError) in
        guard let tag = try await access.exchange().retentionTag(named: name) else { return nil }
        let days = tag.age.map { Int($0.components.seconds / 86_400) }
        return FoundObject(
          id: tag.name,
          [
            "action": .optional(tag.action?.rawValue), "days": days.map { .int($0) } ?? .null,
            "type": .string(tag.type),
          ])
      },
      create: { content, _, access throws(AdminError) in
        let action = content["action"]?.stringValue.flatMap(RetentionTag.Action.init) ?? .delete
        return try await access.exchange().addRetentionTag(
          named: name, for: content["type"]?.stringValue ?? "All", action,
          after: .seconds((content["days"]?.intValue ?? 2555) * 86_400)
        ).name
      },
      remove: { _, _, access throws(AdminError) in _ = try await access.exchange().removeRetentionTag(named: name) })
  }

  private var policy: TenantPart {
    let name = name
    return .object(
      ObjectWish("policy", "the retention policy \(name)", isEnabled ? ["tags": [.string(name)]] : nil),
      ObjectRequests(find: "Get-RetentionPolicy", create: "New-RetentionPolicy", remove: "Remove-RetentionPolicy"),
      find: { _, access throws(AdminError) in
        guard let policy = try await access.exchange().retentionPolicy(named: name) else { return nil }
        return FoundObject(id: policy.name, ["tags": .strings(policy.tags)])
      },
      create: { content, _, access throws(AdminError) in
        let tags = (content["tags"]?.arrayValue ?? []).compactMap(\.stringValue)
        return try await access.exchange().addRetentionPolicy(named: name, with: tags).name
      },
      remove: { _, _, access throws(AdminError) in _ = try await access.exchange().removeRetentionPolicy(named: name) })
  }
}

/// A policy over all mailboxes and its rule. The rule cannot be read, so the comment of the policy says which one it
/// was given: a policy with that comment is taken to have that rule, and no other is taken for what is wanted.
private struct PurviewRetention {
  private static let permanence = "the rule of the policy cannot be read, so it could not be made again as it was"

  private let name: String
  private let isEnabled: Bool
  private let retention: ComplianceRetention
  /// The rule in words.
  private let comment: String

  init(_ request: FeatureRequest) {
    name = request.text("name") ?? "Mail retention"
    isEnabled = request.isEnabled
    let action: ComplianceRetention.Action =
      switch request.text("action") {
      case "delete": .delete
      case "keepAndDelete": .keepAndDelete
      default: .keep
      }
    let days = request.number("days")
    retention = ComplianceRetention(action, days.map { .days($0) } ?? .unlimited)
    let duration = days.map { "\($0) days" } ?? "for ever"
    comment = "\(action.rawValue), \(duration)"
  }

  var parts: [TenantPart] { isEnabled ? [policy, rule] : [removal] }

  private var policy: TenantPart {
    let (name, comment) = (name, comment)
    return .object(
      ObjectWish("policy", "the Purview policy \(name)", ["enabled": true, "rule": .string(comment)]),
      ObjectRequests(
        find: "Get-RetentionCompliancePolicy", create: "New-RetentionCompliancePolicy",
        remove: "Remove-RetentionCompliancePolicy"),
      find: { _, access throws(AdminError) in
        guard let policy = try await access.exchange().compliancePolicy(named: name) else { return nil }
        return FoundObject(
          id: policy.name, ["enabled": .bool(policy.isEnabled), "rule": .optional(policy.comment)])
      },
      create: { _, _, access throws(AdminError) in
        try await access.exchange().addCompliancePolicy(named: name, comment: comment).name
      },
      remove: { _, _, access throws(AdminError) in
        _ = try await access.exchange().removeCompliancePolicy(named: name)
      })
  }

  private var rule: TenantPart {
    let (name, retention) = (name, retention)
    return .action(
      "rule", "Give the Purview policy its rule", "New-RetentionComplianceRule", reversal: .none,
      isDone: { context, _ throws(AdminError) in context.foundBefore("policy") },
      perform: { _, access throws(AdminError) in
        try await access.exchange().addComplianceRule(named: name, retention)
      }, canBeReadBack: false)
  }

  private var removal: TenantPart {
    let name = name
    return .action(
      "policy", "Remove the Purview policy \(name)", "Remove-RetentionCompliancePolicy",
      reversal: .never(Self.permanence),
      isDone: { _, access throws(AdminError) in try await access.exchange().compliancePolicy(named: name) == nil },
      perform: { _, access throws(AdminError) in
        _ = try await access.exchange().removeCompliancePolicy(named: name)
      })
  }
}
