import AdminCore

/// What the cmdlets for retention know.
enum RetentionModel {
  private static let types = [
    "All", "Calendar", "Contacts", "ConversationHistory", "DeletedItems", "Drafts", "Inbox", "Journal", "JunkEmail",
    "Notes", "Outbox", "Personal", "RecoverableItems", "RssSubscriptions", "SentItems", "SyncIssues", "Tasks",
  ]

  static let tag: [CmdletProperty] = [
    CmdletProperty("Type", .choice(types), "All"), CmdletProperty("AgeLimitForRetention", .span),
    CmdletProperty(
      "RetentionAction",
      .choice(["DeleteAndAllowRecovery", "MarkAsPastRetentionLimit", "MoveToArchive", "PermanentlyDelete"])),
    CmdletProperty("RetentionEnabled", .boolean, true), CmdletProperty("Comment", .text, ""),
    CmdletProperty("MessageClass", .text, "*"),
  ]

  static let policy: [CmdletProperty] = [CmdletProperty("RetentionPolicyTagLinks", .array, [])]

  static let deletedItems = tag.standards.merging([
    "Type": "DeletedItems", "AgeLimitForRetention": "30.00:00:00", "RetentionAction": "DeleteAndAllowRecovery",
  ])
}

/// Messaging records management.
enum RetentionCmdlets {
  private static let name = CmdletParameter("Name", .text, required: true)

  static let cmdlets = [
    Cmdlet("Get-RetentionPolicyTag", .organization, .any, [.anyIdentity]) { state, call throws(ExchangeFailure) in
      try state.seenExchange.retentionTags.answer(call.text("Identity"))
    },
    Cmdlet(
      "New-RetentionPolicyTag", .organization, .any, [name] + RetentionModel.tag.parameters, needsCustomization: true
    ) { state, call throws(ExchangeFailure) in
      let row = RetentionModel.tag.applied(call, to: RetentionModel.tag.standards)
      if row["RetentionAction"] == "MoveToArchive", !["All", "Personal", "RecoverableItems"].contains(row["Type"]) {
        throw .invalid("The action MoveToArchive is only possible for tags of type All, Personal or RecoverableItems.")
      }
      return try state.create(call, row, in: \.retentionTags, .retentionChanged)
    },
    Cmdlet("Remove-RetentionPolicyTag", .organization, .any, [.identity, .confirm]) {
      state, call throws(ExchangeFailure) in
      try state.remove(call, from: \.retentionTags, .retentionChanged)
    },
    Cmdlet("Get-RetentionPolicy", .organization, .any, [.anyIdentity]) { state, call throws(ExchangeFailure) in
      try state.seenExchange.retentionPolicies.answer(call.text("Identity"))
    },
    Cmdlet(
      "New-RetentionPolicy", .organization, .any, [name] + RetentionModel.policy.parameters, needsCustomization: true
    ) { state, call throws(ExchangeFailure) in
      // Another server makes policies than made the tags.
      let tags = state.seenExchange.retentionTags
      var names: [JSONValue] = []
      for tag in call.values("RetentionPolicyTagLinks") { names.append(try tags.require(tag).row["Name"] ?? .null) }
      return try state.create(
        call, ["RetentionPolicyTagLinks": .array(names), "IsDefault": false], in: \.retentionPolicies,
        .retentionChanged)
    },
    Cmdlet("Remove-RetentionPolicy", .organization, .any, [.identity, .confirm]) {
      state, call throws(ExchangeFailure) in
      let (_, policy) = try state.exchange.current.retentionPolicies.require(call.identity)
      let isUsed = state.mailboxes.values.contains {
        $0.configuration.current.properties["RetentionPolicy"] == policy["Name"]
      }
      guard !isUsed else {
        throw .operation("The retention policy '\(call.identity)' can't be removed while mailboxes have it.")
      }
      return try state.remove(call, from: \.retentionPolicies, .retentionChanged)
    },
  ]
}

/// Retention of Purview, at the endpoint for Security & Compliance.
enum ComplianceCmdlets {
  /// The plan that Business Premium and E3 have.
  private static let plan = "EXCHANGE_S_ARCHIVE_ADDON"
  private static let name = CmdletParameter("Name", .text, required: true)

  static let cmdlets = [
    Cmdlet("Get-AdminAuditLogConfig", .compliance) { _, _ throws(ExchangeFailure) in
      // This endpoint always says no, whatever is so.
      .row(["Identity": "Admin Audit Log Settings", "UnifiedAuditLogIngestionEnabled": false])
    },
    Cmdlet(
      "Get-RetentionCompliancePolicy", .compliance, .any,
      [.anyIdentity, CmdletParameter("DistributionDetail", .flag)], plan: plan
    ) { state, call throws(ExchangeFailure) in
      try state.seenExchange.compliancePolicies.answer(call.text("Identity"))
    },
    Cmdlet(
      "New-RetentionCompliancePolicy", .compliance, .any,
      [
        name, CmdletParameter("ExchangeLocation", .list), CmdletParameter("Comment", .text),
        CmdletParameter("Enabled", .boolean),
      ], plan: plan
    ) { state, call throws(ExchangeFailure) in
      let locations = call.values("ExchangeLocation")
      guard !locations.isEmpty else { throw .invalid("The policy has no location.") }
      return try state.create(
        call,
        [
          "ExchangeLocation": .strings(locations), "Enabled": .bool(call.flag("Enabled") ?? true),
          "Comment": .optional(call.text("Comment")), "DistributionStatus": "Success", "Mode": "Enforce",
        ], in: \.compliancePolicies, .retentionChanged)
    },
    Cmdlet(
      "New-RetentionComplianceRule", .compliance, .any,
      [
        name, CmdletParameter("Policy", .identity, required: true), CmdletParameter("RetentionDuration", .days),
        CmdletParameter("RetentionComplianceAction", .choice(["Keep", "Delete", "KeepAndDelete"])),
      ], plan: plan
    ) { state, call throws(ExchangeFailure) in
      let (_, policy) = try state.seenExchange.compliancePolicies.require(call.text("Policy") ?? "")
      let duration = call.values["RetentionDuration"]?.shown(as: .days) ?? "Unlimited"
      return try state.create(
        call,
        [
          "Policy": policy["Name"] ?? .null, "RetentionDuration": duration,
          "RetentionComplianceAction": .string(call.text("RetentionComplianceAction") ?? "Keep"),
        ], in: \.complianceRules, .retentionChanged)
    },
    Cmdlet("Remove-RetentionCompliancePolicy", .compliance, .any, [.identity, .confirm], plan: plan) {
      state, call throws(ExchangeFailure) in
      let (_, policy) = try state.exchange.current.compliancePolicies.require(call.identity)
      let rules = state.exchange.current.complianceRules
      let answer = try state.remove(call, from: \.compliancePolicies, .retentionChanged)
      let (now, lag) = (state.now, state.lags.exchange)
      for key in rules.ids where rules[key]?["Policy"] == policy["Name"] {
        state.exchange.change(at: now, lag: lag) { $0.complianceRules[key] = nil }
      }
      return answer
    },
  ]
}
