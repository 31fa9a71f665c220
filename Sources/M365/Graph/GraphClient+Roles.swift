package import AdminCore

/// A role of the directory.
package struct DirectoryRole: Hashable, Sendable {
  /// Of the tenant's own object.
  package let id: String
  package let templateID: String
  package let displayName: String

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let template = json.text("roleTemplateId") else { return nil }
    self.id = id
    templateID = template.lowercased()
    displayName = json.text("displayName") ?? ""
  }
}

/// That somebody or some application holds a role.
package struct RoleAssignment: Hashable, Sendable {
  package let id: String
  /// The id of the role in every tenant.
  package let roleTemplateID: String
  package let principalID: String
  /// `/` for the whole tenant.
  package let scope: String

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let role = json.text("roleDefinitionId"), let principal = json.text("principalId")
    else { return nil }
    self.id = id
    roleTemplateID = role.lowercased()
    principalID = principal.lowercased()
    scope = json.text("directoryScopeId") ?? "/"
  }
}

extension GraphClient {
  /// The roles that are in use. Permission: RoleManagement.Read.Directory. Idempotent.
  package func directoryRoles() async throws(AdminError) -> [DirectoryRole] {
    let call = GraphCall.get("/directoryRoles", permissions: [.roleRead])
    return try await pages(call, reading(call, DirectoryRole.init)).collect(maximum: 1000)
  }

  /// Who holds a role; nobody where it is not in use. Permission: RoleManagement.Read.Directory. Idempotent.
  ///
  /// - Parameter template: the id of the role in every tenant.
  package func holders(ofRole template: String) async throws(AdminError) -> [DirectoryObject] {
    guard let role = try await directoryRoles().first(where: { $0.templateID == template }) else { return [] }
    var query = GraphQuery(select: ["id", "displayName", "userPrincipalName", "userType"])
    query.top = 999
    let call = GraphCall.get("/directoryRoles/\(role.id)/members", query, permissions: [.roleRead])
    return try await pages(call, reading(call, DirectoryObject.init)).collect(maximum: 10_000)
  }

  /// The Global Administrators who can sign in: whoever takes a way from the last of them locks the tenant. Permissions:
  /// RoleManagement.Read.Directory, User.Read.All. Idempotent.
  package func activeGlobalAdministrators() async throws(AdminError) -> [DirectoryUser] {
    let holders = try await holders(ofRole: RoleTemplate.globalAdministrator.rawValue).filter { $0.kind == .user }
    var active: [DirectoryUser] = []
    for holder in holders {
      if let user = try await findUser(UserReference(holder.id)), user.isEnabled != false { active.append(user) }
    }
    return active
  }

  /// The roles that somebody or some application holds, by what was assigned directly. Permission:
  /// RoleManagement.Read.Directory. Idempotent.
  package func roleAssignments(ofPrincipal id: String) async throws(AdminError) -> [RoleAssignment] {
    var query = GraphQuery()
    query.filter = "principalId eq \(id)"
    let call = GraphCall.get("/roleManagement/directory/roleAssignments", query, permissions: [.roleRead])
    return try await pages(call, reading(call, RoleAssignment.init)).collect(maximum: 1000)
  }
}
