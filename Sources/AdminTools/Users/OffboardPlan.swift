import Access
import AdminCore
import M365
import MCPProtocol
import Workflows

/// An offboarding while it is planned: who and what the options are about, as the tenant has it.
struct OffboardPlan {
  let user: DirectoryUser
  private(set) var request: OffboardRequest
  private(set) var warnings: [String] = []
  private let call: ToolCall
  private let lockout: LockoutCheck
  private var facts: [Plan.Fact] = []
  private var calls: [Plan.Call] = []
  private var risks: [Risk]

  init(_ user: DirectoryUser, _ call: ToolCall, _ lockout: LockoutCheck) {
    self.user = user
    self.call = call
    self.lockout = lockout
    request = OffboardRequest(user: .init(id: user.id, name: user.userPrincipalName))
    risks = [.endsAccess(VisibleText.excerpt(user.userPrincipalName))]
  }

  private var name: String { VisibleText.excerpt(user.userPrincipalName) }

  private mutating func add(_ operation: String, _ purpose: String, undo: String?) {
    calls.append(Plan.Call(operation, purpose, undo: undo))
  }

  var plan: Plan {
    Plan(
      "Offboard \(name)", facts: facts, calls: calls, permissions: OffboardUser.permissions.map(\.rawValue),
      risks: risks, warnings: warnings + request.leftForPerson.map { "Left for you: \($0)." },
      basis: .object(request.json))
  }

  /// Somebody else than the one who leaves, and able to act.
  private func somebodyElse(_ address: String, _ path: String) async throws(AdminError) -> DirectoryUser {
    let other = try await call.graph().user(address: address)
    let objection: String? =
      other.id == user.id
      ? "must be somebody else than who leaves" : other.isEnabled == false ? "must be able to sign in" : nil
    guard let objection else { return other }
    throw AdminError(problems: [
      AdminError.Problem(path: path, rule: "person", message: "\(VisibleText.excerpt(address)) \(objection)")
    ])
  }

  // MARK: The user

  mutating func takeBasics(_ input: OffboardUser.Input) async throws(AdminError) {
    request.blocksSignIn = input.blockSignIn
    request.revokesSessions = input.revokeSessions
    facts.append(Plan.Fact("Who", "\(VisibleText.excerpt(user.displayName ?? "")) (\(name))"))
    if input.blockSignIn {
      add("PATCH /users/{id}", "Block the sign-in", undo: "the sign-in is allowed again")
    } else {
      warnings.append("The sign-in is not blocked: whoever knows the password still gets in.")
    }
    if input.revokeSessions {
      add("POST /users/{id}/revokeSignInSessions", "End all sessions", undo: nil)
    }
    let roles = try await call.graph().memberships(of: user.reference).filter { $0.kind == .directoryRole }
    if !roles.isEmpty, !input.deleteUser {
      let names = roles.map { VisibleText.excerpt($0.displayName, limit: 60) }.joined(separator: ", ")
      request.leftForPerson.append("take the administrator roles from \(name): \(names)")
    }
    if let sender = call.services.configuration.defaultSender,
      [user.userPrincipalName.lowercased(), user.mail?.lowercased()].contains(sender.lowercased())
    {
      warnings.append("\(name) is the default sender of this server (M365_DEFAULT_SENDER); name another one.")
    }
  }

  mutating func takeDeletion(_ input: OffboardUser.Input) {
    guard input.deleteUser else { return }
    request.deletesUser = true
    risks.append(.deletes("the user \(name) with mailbox and files, for good after 30 days"))
    add("DELETE /users/{id}", "Delete the user, if all before it is done", undo: "the user is restored (for 30 days)")
  }

  // MARK: The mailbox

  mutating func takeMailbox(_ input: OffboardUser.Input) async throws(AdminError) {
    let isAsked =
      input.hideFromAddressLists || input.automaticReply != nil || input.forwardTo != nil
      || input.convertToSharedMailbox || !input.delegateAccess.isEmpty
    guard isAsked else { return }
    guard let name = UserPrincipalName(user.userPrincipalName),
      let mailbox = try await call.exchange().findMailbox(MailboxReference(name))
    else {
      throw AdminError(
        .invalidArgument,
        "\(self.name) has no mailbox in Exchange Online, so leave out what is about one (hideFromAddressLists, "
          + "automaticReply, forwardTo, convertToSharedMailbox, delegateAccess).")
    }
    var wishes = OffboardRequest.MailboxWishes(id: mailbox.id)
    wishes.patience = call.isFollowed ? .seconds(600) : .seconds(60)
    if let reply = input.automaticReply {
      wishes.automaticReply = .init(
        inside: AutomaticReplyText.html(plain: reply.message),
        outside: reply.externalMessage.map(AutomaticReplyText.html(plain:)))
      facts.append(Plan.Fact("Automatic reply", reply.message))
      if let outside = reply.externalMessage { facts.append(Plan.Fact("To everybody outside", outside)) }
      add("PATCH /users/{id}/mailboxSettings", "Answer mail automatically", undo: "the old replies are put back")
    }
    if let address = input.forwardTo { wishes.forwardTo = try await forwarding(to: address) }
    if input.hideFromAddressLists {
      wishes.isHidden = true
      add("Set-Mailbox", "Hide from address lists", undo: "it shows again")
    }
    if input.convertToSharedMailbox {
      wishes.becomesShared = true
      add("Set-Mailbox", "Make the mailbox a shared one", undo: "it becomes a user's again, with a licence")
    }
    for address in input.delegateAccess {
      let delegate = try await somebodyElse(address, "/delegateAccess")
      guard !wishes.delegates.contains(where: { $0.id == delegate.id }) else { continue }
      wishes.delegates.append(.init(id: delegate.id, name: delegate.userPrincipalName))
    }
    takeDelegates(wishes.delegates)
    request.mailbox = wishes
  }

  private mutating func takeDelegates(_ delegates: [OffboardRequest.Person]) {
    guard !delegates.isEmpty else { return }
    let names = delegates.map { VisibleText.excerpt($0.name) }.joined(separator: ", ")
    facts.append(Plan.Fact("Mailbox opened to", names))
    risks.append(.grantsAccess("the mailbox of \(name) to \(names)"))
    add("Add-MailboxPermission, Add-RecipientPermission", "Open the mailbox", undo: "what was granted is taken back")
  }

  private mutating func forwarding(to address: String) async throws(AdminError) -> String {
    guard let target = MailboxReference(address: address) else {
      throw AdminError(
        .invalidAddress, "\(VisibleText.excerpt(address)) is not an address that mail can be sent on to.",
        details: ["path": "/forwardTo"])
    }
    let domain = String(address.split(separator: "@").last ?? "")
    let own = [user.userPrincipalName, user.mail ?? ""].map { $0.lowercased() }
    guard !own.contains(address.lowercased()) else {
      throw AdminError(problems: [
        AdminError.Problem(path: "/forwardTo", rule: "person", message: "must be another address than the user's own")
      ])
    }
    facts.append(Plan.Fact("Mail goes on to", address))
    if try await !call.graph().organization().hasVerified(domain) {
      risks.append(.forwardsOutside(addresses: [address]))
      warnings += await OutboundGate(call).warnings([VisibleText.excerpt(address)])
    }
    add("Set-Mailbox", "Send mail on", undo: "the old forwarding is put back")
    return target.text
  }

  // MARK: People and groups

  mutating func takeReports(_ input: OffboardUser.Input) async throws(AdminError) {
    var reports = try await call.graph().directReports(of: user.reference).filter { $0.kind == .user }
    guard let address = input.transferReportsTo else {
      if !reports.isEmpty {
        warnings.append("\(reports.count) people have \(name) as their manager; transferReportsTo gives them another.")
      }
      return
    }
    let manager = try await somebodyElse(address, "/transferReportsTo")
    let kept = reports.filter(\.isSynchronized)
    if !kept.isEmpty {
      let names = kept.prefix(10).map { VisibleText.excerpt($0.displayName, limit: 60) }.joined(separator: ", ")
      request.leftForPerson.append("change the manager of \(names) in the directory on premises, which keeps them")
      reports.removeAll(where: \.isSynchronized)
    }
    guard reports.count <= 200 else {
      throw AdminError(.tooLarge, "More than 200 people have \(name) as their manager; transfer them in parts.")
    }
    request.newManager = .init(id: manager.id, name: manager.userPrincipalName)
    // Nobody is their own manager: the successor keeps no manager that leaves, and gets none from here.
    request.reports = reports.filter { $0.id.lowercased() != manager.id.lowercased() }
      .map { .init(id: $0.id, name: $0.userPrincipalName ?? $0.displayName) }
    if request.reports.count < reports.count {
      request.leftForPerson.append(
        "name a manager for \(VisibleText.excerpt(manager.userPrincipalName)), who reports to \(name) so far")
    }
    guard !request.reports.isEmpty else { return }
    facts.append(
      Plan.Fact("Direct reports", "\(request.reports.count) go to \(VisibleText.excerpt(manager.userPrincipalName))"))
    add("PUT /users/{id}/manager/$ref", "Give the reports another manager", undo: "the old manager is put back")
  }

  mutating func takeGroups(_ input: OffboardUser.Input) async throws(AdminError) {
    let graph = try await call.graph()
    let member = try await graph.memberships(of: user.reference).compactMap(\.group)
    let owned = try await graph.ownedObjects(of: user.reference).compactMap(\.group)
    let alone = try await lockout.groupsOwnedAlone(by: user, among: owned)
    guard input.removeFromGroups else { return try takeOwnership(alone, input) }
    var successor: DirectoryUser?
    if let address = input.transferOwnershipTo {
      successor = try await somebodyElse(address, "/transferOwnershipTo")
    }
    guard successor?.isGuest != true else {
      throw AdminError(problems: [
        AdminError.Problem(path: "/transferOwnershipTo", rule: "person", message: "a guest cannot own groups")
      ])
    }
    let memberIDs = Set(member.map { $0.id.lowercased() })
    let ownedIDs = Set(owned.map { $0.id.lowercased() })
    for group in member + owned where !request.groups.contains(where: { $0.id == group.id }) {
      let (isMember, isOwner) = (memberIDs.contains(group.id.lowercased()), ownedIDs.contains(group.id.lowercased()))
      guard let place = place(in: group, isMember: isMember, isOwner: isOwner, successor, input) else { continue }
      request.groups.append(place)
    }
    try requireSuccessor(
      for: alone.filter { group in
        !request.groups.contains { $0.id == group.id && $0.isOwner && $0.successor != nil }
      })
    guard !request.groups.isEmpty else { return }
    guard request.groups.count <= 200 else {
      throw AdminError(.tooLarge, "\(name) is in more than 200 groups; leave removeFromGroups out and do it in parts.")
    }
    let names = request.groups.prefix(30).map { VisibleText.excerpt($0.name, limit: 60) }.joined(separator: ", ")
    let more = request.groups.count > 30 ? " and \(request.groups.count - 30) more" : ""
    facts.append(Plan.Fact("Groups and teams", names + more))
    if let successor, request.groups.contains(where: \.isOwner) {
      facts.append(Plan.Fact("Owner then", VisibleText.excerpt(successor.userPrincipalName)))
    }
    add(
      "DELETE /groups/{id}/members/{id}/$ref, /teams/{id}/members/{id}", "Take out of groups and teams",
      undo: "the places in the groups are given back")
  }

  /// What is to become of the user's place in a group; `nil` where only a person can do anything about it.
  private mutating func place(
    in group: DirectoryGroup, isMember: Bool, isOwner: Bool, _ successor: DirectoryUser?, _ input: OffboardUser.Input
  ) -> GroupPlace? {
    let shown = VisibleText.excerpt(group.displayName, limit: 80)
    guard !group.isSynchronized else {
      request.leftForPerson.append("take \(name) out of \(shown) in the directory on premises, which keeps that group")
      return nil
    }
    let givesLicense = user.licenseStates.contains { $0.group?.lowercased() == group.id.lowercased() }
    let keepsLicense = givesLicense && !input.convertToSharedMailbox && !input.deleteUser
    if keepsLicense {
      request.leftForPerson.append(
        "take \(name) out of \(shown) when the mailbox is not needed any more: a licence comes with that group, and "
          + "convertToSharedMailbox is what keeps a mailbox without one")
    }
    let kind: GroupPlace.Kind =
      group.hasTeam ? .team : group.isUnified ? .unified : group.isMailEnabled ? .distribution : .security
    if isOwner, kind == .distribution {
      request.leftForPerson.append("name another owner of the distribution list \(shown) in the Exchange admin center")
    }
    // Whoever fits its rule is in a dynamic group; its owners are named as anywhere.
    let leaves = isMember && !group.isDynamic && !keepsLicense
    if isMember, group.isDynamic, !input.deleteUser {
      request.leftForPerson.append("see to it that the rule of the dynamic group \(shown) leaves \(name) out")
    }
    let changesOwner = isOwner && kind != .distribution
    guard leaves || changesOwner else { return nil }
    return GroupPlace(
      id: group.id, name: group.displayName, kind: kind, isMember: leaves, isOwner: changesOwner,
      successor: changesOwner ? successor?.id : nil, givesLicense: givesLicense && leaves)
  }

  /// Whoever cannot sign in any more, or is deleted, looks after nothing.
  private mutating func takeOwnership(
    _ alone: [DirectoryGroup], _ input: OffboardUser.Input
  ) throws(AdminError) {
    guard !input.blockSignIn, !input.deleteUser else { return try requireSuccessor(for: alone) }
    guard !alone.isEmpty else { return }
    let names = alone.prefix(10).map { VisibleText.excerpt($0.displayName, limit: 60) }.joined(separator: ", ")
    warnings.append("\(name) stays the only owner of \(names); removeFromGroups with transferOwnershipTo changes that.")
  }

  private func requireSuccessor(for groups: [DirectoryGroup]) throws(AdminError) {
    try LockoutRules.checkOwner(
      user.userPrincipalName, ofGroupsWithoutOther: groups.map(\.displayName),
      remedy: "Call with removeFromGroups: true and transferOwnershipTo, or make somebody else an owner first.")
  }

  // MARK: Licences

  mutating func takeLicenses(_ input: OffboardUser.Input) async throws(AdminError) {
    let giving = request.groups.filter(\.givesLicense)
    if !giving.isEmpty, !input.deleteUser {
      try await requireLicenseFree("/removeFromGroups")
      let names = giving.map { VisibleText.excerpt($0.name, limit: 60) }.joined(separator: ", ")
      facts.append(Plan.Fact("Licences that go with groups", "those of \(names), once the mailbox is a shared one"))
      if !input.removeLicenses { risks.append(.removesLicense) }
    }
    guard input.removeLicenses else { return }
    try await requireLicenseFree("/removeLicenses")
    request.licenses = user.directLicenses.map(\.sku)
    if user.licenses.contains(where: { user.group(givingLicense: $0) != nil }), !input.removeFromGroups {
      warnings.append("Licences that come with a group stay as long as \(name) is in the group.")
    }
    guard !request.licenses.isEmpty else { return }
    let skus = try await call.graph().subscribedSKUs()
    let names = request.licenses.map { id in skus.first { $0.id == id }?.productName ?? id }
    facts.append(Plan.Fact("Licences taken", names.map { VisibleText.excerpt($0, limit: 60) }.joined(separator: ", ")))
    risks.append(.removesLicense)
    warnings.append(
      "The files of \(name) in OneDrive are locked without a licence and deleted later; copy what is needed first.")
    add(
      "POST /users/{id}/assignLicense", "Take the licences, once the mailbox shows as a shared one",
      undo: "the licences are given back")
  }

  /// Some shared mailboxes keep needing a licence.
  private func requireLicenseFree(_ path: String) async throws(AdminError) {
    guard let mailbox = request.mailbox.map({ MailboxReference(mailboxID: $0.id) }) else { return }
    let exchange = try await call.exchange()
    var reasons: [String] = []
    if let size = try await exchange.mailboxSize(of: mailbox), size > 50 << 30 { reasons.append("it is over 50 GB") }
    if try await exchange.value(of: MailboxSetting(LitigationHold.self, of: mailbox)).isOn {
      reasons.append("it is on litigation hold")
    }
    if try await exchange.value(of: ArchiveSetting(of: mailbox)) { reasons.append("it has an archive") }
    guard reasons.isEmpty else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: path, rule: "conflict",
          message: "the mailbox of \(name) keeps needing a licence as a shared one: \(reasons.joined(separator: ", "))")
      ])
    }
  }
}
