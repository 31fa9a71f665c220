import AdminCore

/// `Get-Mailbox`, `Set-Mailbox` and the archive.
enum MailboxCmdlets {
  private static let types = ["UserMailbox", "SharedMailbox", "RoomMailbox", "EquipmentMailbox"]

  static let cmdlets = [
    Cmdlet(
      "Get-Mailbox", .recipients, .any,
      [
        .anyIdentity, CmdletParameter("RecipientTypeDetails", .choices(types)), .resultSize,
        CmdletParameter("Anr", .text),
      ], handler: get),
    Cmdlet(
      "Set-Mailbox", .recipients, .target,
      [
        .identity, CmdletParameter("Type", .choice(["Regular", "Shared", "Room", "Equipment"])),
        CmdletParameter("HiddenFromAddressListsEnabled", .boolean), CmdletParameter("GrantSendOnBehalfTo", .list),
      ] + MailboxModel.properties.parameters, handler: set),
    Cmdlet(
      "Enable-Mailbox", .recipients, .any,
      [.identity, CmdletParameter("Archive", .flag), CmdletParameter("AutoExpandingArchive", .flag)],
      handler: enable),
    Cmdlet(
      "Disable-Mailbox", .recipients, .any, [.identity, CmdletParameter("Archive", .flag), .confirm],
      handler: disable),
    Cmdlet("Start-ManagedFolderAssistant", .recipients, .any, [.identity]) { state, call throws(ExchangeFailure) in
      let (mailbox, _) = try state.requireMailboxOwner(call.identity)
      state.record(.retentionApplied, mailbox.address)
      return .nothing
    },
  ]

  @Sendable private static func get(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    if call.isGiven("Identity") {
      let (mailbox, user) = try state.requireMailboxOwner(call.identity)
      return .row(state.mailboxRow(mailbox, user))
    }
    let kinds = call.values("RecipientTypeDetails")
    let words = call.text("Anr")?.lowercased()
    let current = state
    let rows = state.mailboxes.values.compactMap { mailbox -> JSONObject? in
      guard !mailbox.isInactive, mailbox.readyAt <= current.now, let user = current.users[mailbox.ownerID],
        kinds.isEmpty || kinds.contains(mailbox.kind.recipientType),
        words.map({ user.displayName.lowercased().contains($0) }) ?? true
      else { return nil }
      return current.mailboxRow(mailbox, user)
    }
    return CmdletAnswer(rows: rows)
  }

  // MARK: Set-Mailbox

  @Sendable private static func set(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, user) = try state.requireMailboxOwner(call.identity)
    guard !user.isSynchronized || call.values.keys.allSatisfy(isOwnInCloud) else {
      throw .operation(
        "The operation on mailbox \"\(user.displayName)\" failed because it's out of the current user's write scope. The "
          + "action can't be performed on the object because the object is being synchronized from your on-premises "
          + "organization.")
    }
    try checkHold(call, user, state)
    let before = mailbox.configuration.current
    var after = before
    after.properties = try properties(call, before.properties, state)
    if let change = call.list("GrantSendOnBehalfTo") {
      let current = state
      after.sendOnBehalf = try change.map { name throws(ExchangeFailure) in try current.requireTrustee(name).id }
        .applied(to: before.sendOnBehalf)
    }
    let isHidden = call.flag("HiddenFromAddressListsEnabled")
    let changesHiding = isHidden.map { $0 != (user.profile["showInAddressList"] == false) } ?? false
    if changesHiding, let isHidden {
      state.users.update(user.id) { $0.profile["showInAddressList"] = .bool(!isHidden) }
    }
    let converts = convert(call, mailbox, &state)
    let isChanged = after.json != before.json
    if isChanged || changesHiding {
      let changed = after
      state.changeMailbox(mailbox, .mailboxChanged) { $0 = changed }
    }
    return isChanged || changesHiding || converts ? .nothing : .unchanged(mailbox.address)
  }

  /// What is set in the cloud even where a directory on premises keeps the user.
  private static func isOwnInCloud(_ parameter: String) -> Bool {
    !["HiddenFromAddressListsEnabled", "GrantSendOnBehalfTo", "CustomAttribute1"].contains(parameter)
  }

  private static func checkHold(
    _ call: CmdletCall, _ user: User, _ state: TenantState
  ) throws(ExchangeFailure) {
    guard call.flag("LitigationHoldEnabled") == true else { return }
    let plans = state.enabledPlans(of: user.licenses).map(\.name)
    guard plans.contains("EXCHANGE_S_ENTERPRISE") || plans.contains("EXCHANGE_S_ARCHIVE_ADDON") else {
      throw .license(
        "Your Microsoft Exchange Online license doesn't permit you to put a litigation hold on this mailbox.")
    }
  }

  private static func properties(
    _ call: CmdletCall, _ present: JSONObject, _ state: TenantState
  ) throws(ExchangeFailure) -> JSONObject {
    var changed = MailboxModel.properties.applied(call, to: present)
    if let name = call.text("ForwardingAddress") {
      guard let id = state.mailboxOwner(name) ?? state.mailGroup(name)?.id else { throw .notFound(name) }
      changed["ForwardingAddress"] = .string(state.recipientName(id))
    }
    if let name = call.text("RetentionPolicy") {
      let (_, policy) = try state.exchange.current.retentionPolicies.require(name)
      changed["RetentionPolicy"] = policy["Name"]
    }
    // Microsoft's own set of actions comes back for whom it is chosen; a set of one's own is none of Microsoft's.
    let kept = (changed["DefaultAuditSet"]?.arrayValue ?? []).compactMap(\.stringValue)
    var own = kept
    for actor in ["Admin", "Delegate", "Owner"] {
      if call.isGiven("Audit\(actor)") {
        own.removeAll { $0 == actor }
      } else if call.isGiven("DefaultAuditSet"), kept.contains(actor) {
        changed["Audit\(actor)"] = MailboxModel.usualAuditActions
      }
    }
    changed["DefaultAuditSet"] = .strings(own)
    return changed
  }

  private static func convert(_ call: CmdletCall, _ mailbox: Mailbox, _ state: inout TenantState) -> Bool {
    guard let type = call.text("Type") else { return false }
    let kind: Mailbox.Kind = type == "Regular" ? .user : Mailbox.Kind(rawValue: type.lowercased()) ?? .user
    guard kind != (mailbox.conversion?.kind ?? mailbox.kind) else { return false }
    let dueAt = state.now + state.lags.exchange
    state.mailboxes.update(mailbox.ownerID) { $0.conversion = Mailbox.Conversion(kind: kind, dueAt: dueAt) }
    state.conversions.append(mailbox.ownerID)
    state.record(.mailboxConverted, "\(mailbox.address): \(kind.rawValue)")
    state.settleConversions()
    return true
  }

  // MARK: Archives

  @Sendable private static func enable(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, user) = try state.requireMailboxOwner(call.identity)
    let plans = state.enabledPlans(of: user.licenses).map(\.name)
    let configuration = mailbox.configuration.current
    if call.flag("AutoExpandingArchive") == true {
      guard plans.contains("EXCHANGE_S_ENTERPRISE") || plans.contains("EXCHANGE_S_ARCHIVE_ADDON") else {
        throw .license("The mailbox doesn't have the required license for auto-expanding archiving.")
      }
      guard configuration.hasArchive else {
        throw .operation("Auto-expanding archiving can't be enabled: the mailbox has no archive.")
      }
      state.changeMailbox(mailbox, .archiveChanged) { $0.hasAutoExpandingArchive = true }
      return .nothing
    }
    guard call.flag("Archive") == true else {
      throw .operation("The mailbox \"\(mailbox.address)\" is enabled already.")
    }
    guard plans.contains(where: { $0.hasPrefix("EXCHANGE_S_") }) else {
      throw .license("The mailbox doesn't have the required license for an archive.")
    }
    guard !configuration.hasArchive else {
      throw .operation("The mailbox \"\(mailbox.address)\" already has an archive.")
    }
    state.changeMailbox(mailbox, .archiveChanged) { $0.hasArchive = true }
    return .row(state.mailboxRow(state.mailboxes[mailbox.ownerID] ?? mailbox, user))
  }

  /// Without `Archive` this would take the mailbox away.
  @Sendable private static func disable(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let (mailbox, user) = try state.requireMailboxOwner(call.identity)
    guard call.flag("Archive") == true else {
      state.mailboxes[mailbox.ownerID] = nil
      state.record(.mailboxChanged, "\(mailbox.address): removed")
      return .nothing
    }
    guard mailbox.configuration.current.hasArchive else {
      throw .operation("The mailbox \"\(user.displayName)\" doesn't have an archive.")
    }
    state.changeMailbox(mailbox, .archiveChanged) { configuration in
      configuration.hasArchive = false
      configuration.hasAutoExpandingArchive = false
    }
    return .nothing
  }
}
