package import AdminCore

extension GraphClient {
  // MARK: Reading

  /// Permission: GroupMember.Read.All. Idempotent.
  package func members(ofGroup id: String) async throws(AdminError) -> [DirectoryObject] {
    try await people("/groups/\(id)/members", of: id)
  }

  /// Permission: GroupMember.Read.All. Idempotent.
  package func owners(ofGroup id: String) async throws(AdminError) -> [DirectoryObject] {
    try await people("/groups/\(id)/owners", of: id)
  }

  private func people(_ path: GraphPath, of id: String) async throws(AdminError) -> [DirectoryObject] {
    var query = GraphQuery(select: ["id", "displayName", "userPrincipalName", "userType", "accountEnabled"])
    query.top = 999
    let call = GraphCall.get(path, query, permissions: [.groupMemberRead], subject: .group(id))
    return try await pages(call, reading(call, DirectoryObject.init)).collect(maximum: 50_000)
  }

  // MARK: Changing

  /// Who is a member already stays one. A team learns of a member who comes this way only after minutes or hours; there
  /// `addMembers(_:toTeam:)` is the way. Permission: GroupMember.ReadWrite.All. Idempotent.
  ///
  /// - Parameter isFresh: the group was made minutes ago.
  package func addMember(_ userID: String, toGroup id: String, isFresh: Bool = false) async throws(AdminError) {
    try await add(userID, to: "/groups/\(id)/members/$ref", of: id, [.groupMemberReadWrite], isFresh)
  }

  /// Permission: Group.ReadWrite.All. Idempotent.
  package func addOwner(_ userID: String, toGroup id: String, isFresh: Bool = false) async throws(AdminError) {
    try await add(userID, to: "/groups/\(id)/owners/$ref", of: id, [.groupReadWrite], isFresh)
  }

  private func add(
    _ userID: String, to path: GraphPath, of id: String, _ permissions: [GraphPermission], _ isFresh: Bool
  ) async throws(AdminError) {
    var call = GraphCall.post(
      path, .json(["@odata.id": .string(reference("/directoryObjects/\(userID)"))]), permissions: permissions,
      safety: .idempotent, subject: .group(id))
    call.isFresh = isFresh
    try await ignoringPresence { () async throws(AdminError) in try await send(call) }
  }

  /// Who is no member is as good as removed. Permission: GroupMember.ReadWrite.All. Idempotent.
  package func removeMember(_ userID: String, fromGroup id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete("/groups/\(id)/members/\(userID)/$ref", permissions: [.groupMemberReadWrite], subject: .group(id)))
    }
  }

  /// Permission: Group.ReadWrite.All. Idempotent.
  ///
  /// - Throws: where it is the last owner.
  package func removeOwner(_ userID: String, fromGroup id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete("/groups/\(id)/owners/\(userID)/$ref", permissions: [.groupReadWrite], subject: .group(id)))
    }
  }
}
