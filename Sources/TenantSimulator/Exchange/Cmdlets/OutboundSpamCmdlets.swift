import AdminCore

/// What the cmdlets for outbound spam know.
enum OutboundSpamModel {
  static let policy: [CmdletProperty] = [
    CmdletProperty("AutoForwardingMode", .choice(["Automatic", "Off", "On"]), "Automatic"),
    CmdletProperty("NotifyOutboundSpam", .boolean, false), CmdletProperty("NotifyOutboundSpamRecipients", .list, []),
    CmdletProperty("RecipientLimitExternalPerHour", .number(0...10_000), 0),
    CmdletProperty("RecipientLimitInternalPerHour", .number(0...10_000), 0),
    CmdletProperty("RecipientLimitPerDay", .number(0...10_000), 0),
    CmdletProperty(
      "ActionWhenThresholdReached", .choice(["Alert", "BlockUserForToday", "BlockUser"]), "BlockUserForToday"),
  ]
}

enum OutboundSpamCmdlets {
  private static let name = CmdletParameter("Name", .text, required: true)

  static let cmdlets = [
    Cmdlet("Get-HostedOutboundSpamFilterPolicy", .security, .any, [.anyIdentity]) {
      state, call throws(ExchangeFailure) in
      try state.seenExchange.outboundPolicies.answer(call.text("Identity"))
    },
    Cmdlet(
      "Set-HostedOutboundSpamFilterPolicy", .security, .any, [.identity] + OutboundSpamModel.policy.parameters
    ) { state, call throws(ExchangeFailure) in
      try state.change(call, OutboundSpamModel.policy, in: \.outboundPolicies, .outboundPolicyChanged)
    },
    Cmdlet(
      "New-HostedOutboundSpamFilterPolicy", .security, .any, [name] + OutboundSpamModel.policy.parameters
    ) { state, call throws(ExchangeFailure) in
      let row = OutboundSpamModel.policy.applied(call, to: OutboundSpamModel.policy.standards)
      return try state.create(
        call, row.merging(["IsDefault": false]), in: \.outboundPolicies, .outboundPolicyChanged)
    },
    Cmdlet("Remove-HostedOutboundSpamFilterPolicy", .security, .any, [.identity]) {
      state, call throws(ExchangeFailure) in
      let policy = try state.exchange.current.outboundPolicies.require(call.identity)
      guard policy.row["IsDefault"] != true else { throw .operation("The default policy can't be removed.") }
      let isUsed = state.exchange.current.outboundRules.values.contains {
        $0["HostedOutboundSpamFilterPolicy"]?.stringValue?.lowercased() == policy.key
      }
      guard !isUsed else {
        throw .operation("The policy '\(call.identity)' can't be removed because a rule is associated with it.")
      }
      return try state.remove(call, from: \.outboundPolicies, .outboundPolicyChanged)
    },
    Cmdlet(
      "New-HostedOutboundSpamFilterRule", .security, .any,
      [
        name, CmdletParameter("HostedOutboundSpamFilterPolicy", .identity, required: true),
        CmdletParameter("From", .array), CmdletParameter("Enabled", .boolean),
        CmdletParameter("Priority", .number(0...100)),
      ], handler: newRule),
    Cmdlet("Remove-HostedOutboundSpamFilterRule", .security, .any, [.identity, .confirm]) {
      state, call throws(ExchangeFailure) in
      try state.remove(call, from: \.outboundRules, .outboundPolicyChanged)
    },
  ]

  @Sendable private static func newRule(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let name = call.text("HostedOutboundSpamFilterPolicy") ?? ""
    // Another server makes rules than made the policy.
    let (key, policy) = try state.seenExchange.outboundPolicies.require(name)
    guard policy["IsDefault"] != true else { throw .operation("The default policy can't have a rule.") }
    let isTaken = state.exchange.current.outboundRules.values.contains {
      $0["HostedOutboundSpamFilterPolicy"]?.stringValue?.lowercased() == key
    }
    guard !isTaken else { throw .operation("The policy '\(name)' is already associated with a rule.") }
    let senders = call.values("From")
    guard !senders.isEmpty else { throw .invalid("The rule has no condition.") }
    for sender in senders { _ = try state.requireTrustee(sender) }
    let row: JSONObject = [
      "HostedOutboundSpamFilterPolicy": policy["Name"] ?? .null, "From": .strings(senders),
      "State": call.flag("Enabled") == false ? "Disabled" : "Enabled",
      "Priority": .int(call.number("Priority") ?? state.exchange.current.outboundRules.ids.count),
    ]
    return try state.create(call, row, in: \.outboundRules, .outboundPolicyChanged)
  }
}
