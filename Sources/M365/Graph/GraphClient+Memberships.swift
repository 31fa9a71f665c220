package import AdminCore

extension GraphClient {
  private static let membershipProperties = [
    "id", "displayName", "roleTemplateId", "groupTypes", "mailEnabled", "mail", "mailNickname", "visibility",
    "resourceProvisioningOptions", "onPremisesSyncEnabled", "description",
  ]

  /// The groups and roles a user is in, directly. Permission: GroupMember.Read.All. Idempotent.
  package func memberships(of user: UserReference) async throws(AdminError) -> [DirectoryObject] {
    try await objects("/users/\(user)/memberOf", [.groupMemberRead], user)
  }

  /// The same with the groups that those groups are in. Permission: GroupMember.Read.All. Idempotent.
  package func allMemberships(of user: UserReference) async throws(AdminError) -> [DirectoryObject] {
    try await objects("/users/\(user)/transitiveMemberOf", [.groupMemberRead], user)
  }

  /// The groups and applications a user owns. Permission: User.Read.All. Idempotent.
  package func ownedObjects(of user: UserReference) async throws(AdminError) -> [DirectoryObject] {
    try await objects("/users/\(user)/ownedObjects", [.userRead], user)
  }

  private func objects(
    _ path: GraphPath, _ permissions: [GraphPermission], _ user: UserReference
  ) async throws(AdminError) -> [DirectoryObject] {
    var query = GraphQuery(select: Self.membershipProperties)
    query.top = 999
    let call = GraphCall.get(path, query, permissions: permissions, subject: .user(user.text))
    return try await pages(call, reading(call, DirectoryObject.init)).collect(maximum: 10_000)
  }

  /// The users whose manager somebody is. Permission: User.Read.All. Idempotent.
  package func directReports(of user: UserReference) async throws(AdminError) -> [DirectoryObject] {
    var query = GraphQuery(select: ["id", "displayName", "userPrincipalName", "userType", "onPremisesSyncEnabled"])
    query.top = 999
    let call = GraphCall.get(
      "/users/\(user)/directReports", query, permissions: [.userRead], subject: .user(user.text))
    return try await pages(call, reading(call, DirectoryObject.init)).collect(maximum: 10_000)
  }

  /// Ends every session of a user: whoever has one must sign in again, as soon as the token in hand runs out, within an
  /// hour. Permission: User.RevokeSessions.All. Idempotent: the end is the same.
  package func revokeSessions(of user: UserReference) async throws(AdminError) {
    _ = try await send(
      .post(
        "/users/\(user)/revokeSignInSessions", .none, permissions: [.userRevokeSessions], safety: .idempotent,
        subject: .user(user.text)))
  }
}
