package import Access
package import AdminCore
package import M365

/// Gathers what the rules against locking everybody out need to know, and applies them. Asked when a change is planned,
/// and once more right before it is made: a person may have taken ten minutes to approve it.
package struct LockoutCheck: Sendable {
  /// What reading the facts needs.
  package static let permissions: [GraphPermission] = [.userRead, .groupMemberRead, .roleRead]

  private let services: WorkflowServices

  package init(_ services: WorkflowServices) { self.services = services }

  package var rules: LockoutRules {
    LockoutRules(
      breakGlassAccounts: services.configuration.breakGlassAccounts, ownApplication: services.configuration.clientID)
  }

  /// - Parameter handsOver: whether the same operation gives the user's groups and teams to somebody else.
  /// - Throws: `PERM_001` where one of the harms must not be done to the user; `VAL_001` where the user is the last owner
  ///   of a group or team and may not sign in any more; `CFG_001` while it is not certain which accounts are kept for an
  ///   emergency.
  package func require(
    _ harms: [LockoutRules.Harm], to user: DirectoryUser, handsOver: Bool = false
  ) async throws(AdminError) {
    guard !harms.isEmpty else { return }
    try requireCertainty()
    let graph = try await services.graph()
    let isAdministrator = try await graph.allMemberships(of: user.reference).contains(where: \.mayBeGlobalAdministrator)
    let account = LockoutRules.Account(
      id: user.id, name: user.userPrincipalName, isGlobalAdministrator: isAdministrator)
    var others = 0
    if isAdministrator {
      others = try await graph.activeGlobalAdministrators().count { $0.id.lowercased() != user.id.lowercased() }
    }
    for harm in harms { try rules.check(harm, to: account, otherAdministrators: others) }
    guard !handsOver, harms.contains(.blockSignIn) || harms.contains(.delete) else { return }
    let alone = try await groupsOwnedAlone(by: user, among: graph.ownedObjects(of: user.reference).compactMap(\.group))
    try LockoutRules.checkOwner(user.userPrincipalName, ofGroupsWithoutOther: alone.map(\.displayName))
  }

  /// Those of the groups and teams that nobody else who can sign in owns.
  package func groupsOwnedAlone(
    by user: DirectoryUser, among groups: [DirectoryGroup]
  ) async throws(AdminError) -> [DirectoryGroup] {
    let graph = try await services.graph()
    var alone: [DirectoryGroup] = []
    for group in groups where group.isUnified {
      let owners = try await graph.owners(ofGroup: group.id)
      if !owners.contains(where: { $0.isOtherOwner(than: user.id) }) { alone.append(group) }
    }
    return alone
  }

  /// What forbids the harm, in words; `nil` where nothing does.
  func objection(to harm: LockoutRules.Harm, of user: DirectoryUser) async throws(AdminError) -> String? {
    do throws(AdminError) {
      try await require([harm], to: user)
      return nil
    } catch  where error.details?["rule"] != nil {
      return error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message
    }
  }

  /// The same for a user who is known by reference alone.
  func require(
    _ harm: LockoutRules.Harm, to user: UserReference, handsOver: Bool = false
  ) async throws(AdminError) {
    try await require([harm], to: try await services.graph().user(user), handsOver: handsOver)
  }

  /// A list of emergency accounts with a slip in it protects less than whoever wrote it thinks.
  private func requireCertainty() throws(AdminError) {
    let problems = services.configuration.problems.filter { $0.setting == .breakGlassAccounts }
    guard problems.isEmpty else { throw .misconfigured(problems) }
  }
}

extension DirectoryObject {
  /// A role that does not say which one it is might be that of the Global Administrators.
  fileprivate var mayBeGlobalAdministrator: Bool {
    kind == .directoryRole
      && (roleTemplateID == nil || roleTemplateID?.lowercased() == RoleTemplate.globalAdministrator.rawValue)
  }
}

extension DirectoryObject {
  /// Whether it looks after a group when the given user does not any more: it is not the user, and not blocked.
  func isOtherOwner(than user: String) -> Bool { id.lowercased() != user.lowercased() && isEnabled != false }
}
