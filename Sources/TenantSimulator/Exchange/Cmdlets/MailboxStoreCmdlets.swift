import AdminCore

/// What is kept in the store of a mailbox and can be done only there.
enum MailboxStoreCmdlets {
  private static let audiences = ["None": "none", "Known": "contactsOnly", "All": "all"]
  private static let states = ["Disabled": "disabled", "Enabled": "alwaysEnabled", "Scheduled": "scheduled"]

  static let cmdlets = [
    Cmdlet("Get-MailboxMessageConfiguration", .recipients, .target, [.identity]) {
      state, call throws(ExchangeFailure) in
      let (mailbox, row) = try head(state, call)
      return .row(row.merging(state.seen(mailbox).messages))
    },
    Cmdlet(
      "Set-MailboxMessageConfiguration", .recipients, .target, [.identity] + MailboxModel.messages.parameters
    ) { state, call throws(ExchangeFailure) in
      try change(&state, call, MailboxModel.messages, \.messages)
    },
    Cmdlet("Get-CASMailbox", .recipients, .any, [.identity]) { state, call throws(ExchangeFailure) in
      let (mailbox, row) = try head(state, call)
      return .row(row.merging(state.seen(mailbox).access))
    },
    Cmdlet("Set-CASMailbox", .recipients, .target, [.identity] + MailboxModel.access.parameters) {
      state, call throws(ExchangeFailure) in
      try change(&state, call, MailboxModel.access, \.access)
    },
    Cmdlet("Get-FocusedInbox", .recipients, .target, [.identity]) { state, call throws(ExchangeFailure) in
      let (mailbox, row) = try head(state, call)
      return .row(row.merging(["FocusedInboxOn": .bool(state.seen(mailbox).isFocusedInboxOn)]))
    },
    Cmdlet("Set-FocusedInbox", .recipients, .target, [.identity, CmdletParameter("FocusedInboxOn", .boolean)]) {
      state, call throws(ExchangeFailure) in
      try change(&state, call, "FocusedInboxOn", \.isFocusedInboxOn)
    },
    Cmdlet("Get-MailboxAuditBypassAssociation", .recipients, .any, [.anyIdentity, .resultSize]) {
      state, call throws(ExchangeFailure) in
      guard call.isGiven("Identity") else {
        throw .operation("The simulator shows the association of one mailbox at a time.")
      }
      let (mailbox, row) = try head(state, call)
      return .row(row.merging(["AuditBypassEnabled": .bool(state.seen(mailbox).bypassesAudit)]))
    },
    Cmdlet(
      "Set-MailboxAuditBypassAssociation", .recipients, .target,
      [.identity, CmdletParameter("AuditBypassEnabled", .boolean, required: true)]
    ) { state, call throws(ExchangeFailure) in
      try change(&state, call, "AuditBypassEnabled", \.bypassesAudit)
    },
    Cmdlet("Get-MailboxStatistics", .recipients, .target, [.identity]) { state, call throws(ExchangeFailure) in
      let (mailbox, row) = try head(state, call)
      let size = mailbox.messages.values.reduce(0) { $0 + $1.size }
      return .row(
        row.merging([
          "DisplayName": .optional(state.users[mailbox.ownerID]?.displayName),
          "ItemCount": .int(mailbox.messages.ids.count), "TotalItemSize": .string("\(size) B (\(grouped(size)) bytes)"),
        ]))
    },
    Cmdlet("Get-MailboxAutoReplyConfiguration", .recipients, .target, [.identity], handler: getReplies),
    Cmdlet(
      "Set-MailboxAutoReplyConfiguration", .recipients, .target,
      [
        .identity, CmdletParameter("AutoReplyState", .choice(["Disabled", "Enabled", "Scheduled"])),
        CmdletParameter("StartTime", .time), CmdletParameter("EndTime", .time),
        CmdletParameter("InternalMessage", .text), CmdletParameter("ExternalMessage", .text),
        CmdletParameter("ExternalAudience", .choice(["None", "Known", "All"])),
      ], handler: setReplies),
  ]

  private static func head(
    _ state: TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> (Mailbox, JSONObject) {
    let (mailbox, user) = try state.requireMailboxOwner(call.identity)
    return (
      mailbox,
      [
        "Identity": .string(state.recipientName(user.id)), "Name": .string(state.recipientName(user.id)),
        "MailboxIdentity": .string(mailbox.address),
      ]
    )
  }

  private static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  private static func change(
    _ state: inout TenantState, _ call: CmdletCall, _ properties: [CmdletProperty],
    _ path: any WritableKeyPath<MailboxConfiguration, JSONObject> & Sendable
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, _) = try state.requireMailboxOwner(call.identity)
    let before = mailbox.configuration.current[keyPath: path]
    let after = properties.applied(call, to: before)
    guard after != before else { return .unchanged(mailbox.address) }
    state.changeMailbox(mailbox, .mailboxChanged) { $0[keyPath: path] = after }
    return .nothing
  }

  private static func change(
    _ state: inout TenantState, _ call: CmdletCall, _ parameter: String,
    _ path: any WritableKeyPath<MailboxConfiguration, Bool> & Sendable
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, _) = try state.requireMailboxOwner(call.identity)
    guard let value = call.flag(parameter), mailbox.configuration.current[keyPath: path] != value else {
      return .unchanged(mailbox.address)
    }
    state.changeMailbox(mailbox, .mailboxChanged) { $0[keyPath: path] = value }
    return .nothing
  }

  // MARK: Automatic replies

  @Sendable private static func getReplies(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, row) = try head(state, call)
    let setting = mailbox.settings.json["automaticRepliesSetting"]
    func name(_ value: JSONValue?, _ names: [String: String]) -> JSONValue {
      .optional(names.first { $0.value == value?.stringValue }?.key)
    }
    func time(_ value: JSONValue?) -> JSONValue {
      .optional(value?["dateTime"]?.stringValue.flatMap { Timestamp(iso8601: $0) }.map(DotNetTime.text))
    }
    return .row(
      row.merging([
        "AutoReplyState": name(setting?["status"], states),
        "ExternalAudience": name(setting?["externalAudience"], audiences),
        "InternalMessage": setting?["internalReplyMessage"] ?? "",
        "ExternalMessage": setting?["externalReplyMessage"] ?? "",
        "StartTime": time(setting?["scheduledStartDateTime"]), "EndTime": time(setting?["scheduledEndDateTime"]),
      ]))
  }

  /// The same state that Graph shows as mailbox settings.
  @Sendable private static func setReplies(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, _) = try state.requireMailboxOwner(call.identity)
    var changes: JSONObject = [:]
    if let value = call.text("AutoReplyState") { changes["status"] = .optional(states[value]) }
    if let value = call.text("ExternalAudience") { changes["externalAudience"] = .optional(audiences[value]) }
    if let text = call.text("InternalMessage") { changes["internalReplyMessage"] = .string(text) }
    if let text = call.text("ExternalMessage") { changes["externalReplyMessage"] = .string(text) }
    for (parameter, name) in [("StartTime", "scheduledStartDateTime"), ("EndTime", "scheduledEndDateTime")] {
      guard let time = call.time(parameter) else { continue }
      changes[name] = ["dateTime": .string(String(time.iso8601.dropLast())), "timeZone": "UTC"]
    }
    let settings: MailboxSettings
    do throws(GraphFailure) {
      settings = try mailbox.settings.changed(by: ["automaticRepliesSetting": .object(changes)])
    } catch {
      throw .invalid(error.message)
    }
    guard settings.json != mailbox.settings.json else { return .unchanged(mailbox.address) }
    state.mailboxes.update(mailbox.ownerID) { $0.settings = settings }
    state.record(.mailboxSettingsChanged, mailbox.address)
    return .nothing
  }
}

extension TenantState {
  /// The mailbox's configuration as reading cmdlets see it.
  func seen(_ mailbox: Mailbox) -> MailboxConfiguration {
    mailbox.configuration.seen(at: now, after: lags.exchange)
  }
}
