import AdminCore

/// Mail flow rules.
enum TransportRuleCmdlets {
  private static let scope = CmdletKind.choice(["InOrganization", "NotInOrganization"])
  private static let maximumRules = 300
  private static let maximumSize = 8 << 10
  private static let maximumDisclaimer = 5000

  static let properties: [CmdletProperty] = [
    CmdletProperty("Mode", .choice(["Audit", "AuditAndNotify", "Enforce"]), "Enforce"),
    CmdletProperty("Comments", .text), CmdletProperty("FromScope", scope), CmdletProperty("SentToScope", scope),
    CmdletProperty("SentTo", .array), CmdletProperty("RedirectMessageTo", .array),
    CmdletProperty("ApplyHtmlDisclaimerLocation", .choice(["Append", "Prepend"])),
    CmdletProperty("ApplyHtmlDisclaimerText", .text),
    CmdletProperty("ApplyHtmlDisclaimerFallbackAction", .choice(["Wrap", "Ignore", "Reject"])),
    CmdletProperty("ExceptIfSubjectOrBodyContainsWords", .array),
  ]

  static let cmdlets = [
    Cmdlet("Get-TransportRule", .organization, .any, [.anyIdentity, .resultSize]) {
      state, call throws(ExchangeFailure) in
      try state.seenExchange.transportRules.answer(call.text("Identity"))
    },
    Cmdlet(
      "New-TransportRule", .organization, .any,
      [
        CmdletParameter("Name", .text, required: true), CmdletParameter("Enabled", .boolean),
        CmdletParameter("Priority", .number(0...maximumRules)),
      ] + properties.parameters, handler: create),
    Cmdlet("Set-TransportRule", .organization, .any, [.identity] + properties.parameters) {
      state, call throws(ExchangeFailure) in
      let (_, row) = try state.exchange.current.transportRules.require(call.identity)
      try check(properties.applied(call, to: row))
      return try state.change(call, properties, in: \.transportRules, .transportRuleChanged)
    },
    Cmdlet("Enable-TransportRule", .organization, .any, [.identity]) { state, call throws(ExchangeFailure) in
      try setState(&state, call, "Enabled")
    },
    Cmdlet("Disable-TransportRule", .organization, .any, [.identity, .confirm]) {
      state, call throws(ExchangeFailure) in
      try setState(&state, call, "Disabled")
    },
    Cmdlet("Remove-TransportRule", .organization, .any, [.identity, .confirm]) {
      state, call throws(ExchangeFailure) in
      try state.remove(call, from: \.transportRules, .transportRuleChanged)
    },
  ]

  private static func setState(
    _ state: inout TenantState, _ call: CmdletCall, _ value: JSONValue
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (key, row) = try state.exchange.current.transportRules.require(call.identity)
    guard row["State"] != value else { return .unchanged(call.identity) }
    state.changeExchange(.transportRuleChanged, call.identity) {
      $0.transportRules[key] = row.merging(["State": value])
    }
    return .nothing
  }

  private static func check(_ row: JSONObject) throws(ExchangeFailure) {
    if let text = row["ApplyHtmlDisclaimerText"]?.stringValue {
      guard text.count <= maximumDisclaimer else {
        throw .invalid("The length of the property is too long. The maximum length is \(maximumDisclaimer).")
      }
      guard row["ApplyHtmlDisclaimerFallbackAction"]?.stringValue != nil else {
        throw .invalid("ApplyHtmlDisclaimerText needs ApplyHtmlDisclaimerFallbackAction.")
      }
    }
    let acts = ["ApplyHtmlDisclaimerText", "RedirectMessageTo"].contains { name in
      row[name].map { !$0.isNull && $0.arrayValue?.isEmpty != true } ?? false
    }
    guard acts else { throw .invalid("The rule must have at least one action.") }
    guard JSONValue.object(row).serialized.count <= maximumSize else {
      throw .invalid("The rule is larger than 8 KB.")
    }
  }

  @Sendable private static func create(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let count = state.exchange.current.transportRules.ids.count
    guard count < maximumRules else {
      throw .operation("The organization has \(maximumRules) rules already, which is the most there can be.")
    }
    var row = properties.applied(call, to: properties.standards)
    try check(row)
    row["State"] = call.flag("Enabled") == false ? "Disabled" : "Enabled"
    row["Priority"] = .int(call.number("Priority") ?? count)
    return try state.create(call, row, in: \.transportRules, .transportRuleChanged)
  }
}
