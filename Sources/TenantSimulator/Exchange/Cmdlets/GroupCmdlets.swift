import AdminCore

/// Members of distribution groups, which Graph shows and cannot change.
enum GroupCmdlets {
  private static let bypass = CmdletParameter("BypassSecurityGroupManagerCheck", .flag)

  static let cmdlets = [
    Cmdlet("Get-DistributionGroupMember", .recipients, .any, [.identity, .resultSize]) {
      state, call throws(ExchangeFailure) in
      let group = try require(call, state)
      let current = state
      return CmdletAnswer(rows: group.members.compactMap { current.users[$0] }.map { row($0, current) })
    },
    Cmdlet(
      "Add-DistributionGroupMember", .recipients, .any,
      [.identity, CmdletParameter("Member", .identity), bypass, .confirm], handler: add),
    Cmdlet(
      "Remove-DistributionGroupMember", .recipients, .any,
      [.identity, CmdletParameter("Member", .identity), bypass, .confirm], handler: remove),
  ]

  private static func require(_ call: CmdletCall, _ state: TenantState) throws(ExchangeFailure) -> Group {
    guard let group = state.mailGroup(call.identity) else { throw .notFound(call.identity) }
    return group
  }

  private static func row(_ user: User, _ state: TenantState) -> JSONObject {
    let mailbox = state.mailboxes[user.id]
    return [
      "Name": .string(state.recipientName(user.id)), "DisplayName": .string(user.displayName),
      "ExternalDirectoryObjectId": .string(user.id), "Guid": .string(ExchangeID.object(user.id)),
      "PrimarySmtpAddress": .string(state.mail(of: user) ?? ""), "Alias": .string(user.mailNickname),
      "RecipientType": mailbox == nil ? "MailUser" : "UserMailbox",
      "RecipientTypeDetails": .string(mailbox?.kind.recipientType ?? "MailUser"),
    ]
  }

  /// An application is no manager of the group.
  private static func checkManager(_ call: CmdletCall, _ group: Group) throws(ExchangeFailure) {
    guard call.flag("BypassSecurityGroupManagerCheck") != true else { return }
    throw .operation(
      "You don't have sufficient permissions. This operation can only be performed by a manager of the group "
        + "'\(group.displayName)'.")
  }

  private static func member(_ call: CmdletCall, _ state: TenantState) throws(ExchangeFailure) -> User {
    guard let name = call.text("Member") else {
      throw .binding("Cannot process command because of one or more missing mandatory parameters: Member.")
    }
    guard let id = state.mailboxOwner(name) ?? state.user(name)?.id, let user = state.users[id] else {
      throw .notFound(name)
    }
    return user
  }

  @Sendable private static func add(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let group = try require(call, state)
    try checkManager(call, group)
    let user = try member(call, state)
    guard !group.members.contains(user.id) else {
      throw .cmdlet(
        "Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException",
        "The recipient \"\(user.displayName)\" is already a member of the group \"\(group.displayName)\".",
        id: "Ex8F0F5D")
    }
    state.groups.update(group.id) { $0.members.append(user.id) }
    state.record(.distributionMemberAdded, "\(group.displayName): \(user.userPrincipalName)")
    return .nothing
  }

  @Sendable private static func remove(
    _ state: inout TenantState, _ call: CmdletCall
  ) throws(ExchangeFailure) -> CmdletAnswer {
    let group = try require(call, state)
    try checkManager(call, group)
    let user = try member(call, state)
    guard group.members.contains(user.id) else {
      throw .cmdlet(
        "Microsoft.Exchange.Management.Tasks.MemberNotFoundException",
        "The recipient \"\(user.displayName)\" isn't a member of the group \"\(group.displayName)\".", id: "Ex1B9C6A")
    }
    state.groups.update(group.id) { $0.members.removeAll { $0 == user.id } }
    state.record(.distributionMemberRemoved, "\(group.displayName): \(user.userPrincipalName)")
    return .nothing
  }
}

extension TenantState {
  /// A distribution group by any of its ids, its name, its nickname or its address.
  func mailGroup(_ identity: String) -> Group? {
    let wanted = identity.lowercased()
    return groups.values.first { group in
      group.kind == .distribution
        && [group.id, ExchangeID.object(group.id), group.displayName, group.mailNickname, address(of: group) ?? ""]
          .contains { $0.lowercased() == wanted }
    }
  }
}
