import AdminCore

/// Journal rules.
enum JournalCmdlets {
  static let cmdlets = [
    Cmdlet("Get-JournalRule", .organization, .any, [.anyIdentity]) { state, call throws(ExchangeFailure) in
      try state.seenExchange.journalRules.answer(call.text("Identity"))
    },
    Cmdlet(
      "New-JournalRule", .organization, .any,
      [
        CmdletParameter("Name", .text, required: true),
        CmdletParameter("JournalEmailAddress", .address, required: true),
        CmdletParameter("Recipient", .address), CmdletParameter("Scope", .choice(["Global", "Internal", "External"])),
        CmdletParameter("Enabled", .boolean),
      ], handler: create),
    Cmdlet("Disable-JournalRule", .organization, .any, [.identity, .confirm]) { state, call throws(ExchangeFailure) in
      let (key, row) = try state.exchange.current.journalRules.require(call.identity)
      guard row["Enabled"] == true else { return .unchanged(call.identity) }
      state.changeExchange(.journalRuleChanged, call.identity) {
        $0.journalRules[key] = row.merging(["Enabled": false])
      }
      return .nothing
    },
    Cmdlet("Remove-JournalRule", .organization, .any, [.identity, .confirm]) { state, call throws(ExchangeFailure) in
      try state.remove(call, from: \.journalRules, .journalRuleChanged)
    },
  ]

  @Sendable private static func create(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    guard state.exchange.current.transport["JournalingReportNdrTo"] != "<>" else {
      throw .operation(
        "Before you can use journaling, you must set a JournalingReportNdrTo address (Set-TransportConfig).")
    }
    let address = call.text("JournalEmailAddress") ?? ""
    guard !state.organization.isVerified(address.split(separator: "@").last ?? "") else {
      throw .invalid("The journal email address '\(address)' can't be an Exchange Online mailbox.")
    }
    let row: JSONObject = [
      "JournalEmailAddress": .string(address), "Recipient": .optional(call.text("Recipient")),
      "Scope": .string(call.text("Scope") ?? "Global"), "Enabled": .bool(call.flag("Enabled") ?? false),
    ]
    return try state.create(call, row, in: \.journalRules, .journalRuleChanged)
  }
}
