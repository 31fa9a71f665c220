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

  /// - Throws: `PERM_001` where one of the harms must not be done to the user; `CFG_001` while it is not certain which
  ///   accounts are kept for an emergency.
  package func require(_ harms: [LockoutRules.Harm], to user: DirectoryUser) async throws(AdminError) {
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
  }

  /// What forbids the harm, in words; `nil` where nothing does. Whoever is deleted owns nothing any more, so the last
  /// owner of a group is looked for as well.
  func objection(to harm: LockoutRules.Harm, of user: DirectoryUser) async throws(AdminError) -> String? {
    do throws(AdminError) {
      try await require([harm], to: user)
      guard harm == .delete else { return nil }
      let graph = try await services.graph()
      for owned in try await graph.ownedObjects(of: user.reference) where owned.group?.isUnified == true {
        let others = try await graph.owners(ofGroup: owned.id).count { $0.id.lowercased() != user.id.lowercased() }
        try Self.requireOwner(user.userPrincipalName, of: owned.group?.displayName ?? owned.id, others: others)
      }
      return nil
    } catch  where error.details?["rule"] != nil {
      return error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message
    }
  }

  /// The same for a user who is known by reference alone.
  func require(_ harm: LockoutRules.Harm, to user: UserReference) async throws(AdminError) {
    try await require([harm], to: try await services.graph().user(user))
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

extension LockoutCheck {
  /// - Parameter others: how many owners the group has besides.
  static func requireOwner(_ owner: String, of group: String, others: Int) throws(AdminError) {
    try LockoutRules.checkRemoval(ofOwner: owner, from: group, otherOwners: others)
  }
}
