import AdminCore

/// That somebody or some application holds a role.
struct RoleAssignment: Sendable {
  let role: DirectoryRole
  let principalID: String

  var id: String { Base64.encode(Array("\(role.templateID) \(principalID)".utf8), .url) }

  var json: JSONObject {
    [
      "id": .string(id), "roleDefinitionId": .string(role.templateID), "principalId": .string(principalID),
      "directoryScopeId": "/", "appScopeId": .null, "condition": .null,
    ]
  }
}

extension TenantState {
  var roleAssignments: [RoleAssignment] {
    users.values.flatMap { user in
      user.roles.compactMap(DirectoryRole.named).map { RoleAssignment(role: $0, principalID: user.id) }
    }
      + servicePrincipals.values.flatMap { principal in
        principal.roles.compactMap(DirectoryRole.named).map { RoleAssignment(role: $0, principalID: principal.id) }
      }
  }

  /// The roles that the tenant has objects for: those that are held, and the first of all.
  var activatedRoles: [DirectoryRole] {
    let held = Set(roleAssignments.map(\.role))
    return DirectoryRole.all.filter { held.contains($0) || $0 == .globalAdministrator }
  }

  func role(_ id: String) -> DirectoryRole? {
    activatedRoles.first { $0.id(in: organization.tenantID) == id.lowercased() }
  }

  func roleIDs(of principalID: String) -> [String] {
    roleAssignments.filter { $0.principalID == principalID }.map { $0.role.id(in: organization.tenantID) }
  }

  func json(_ role: DirectoryRole) -> JSONObject {
    [
      "id": .string(role.id(in: organization.tenantID)), "deletedDateTime": .null,
      "description": .string("What \(role.name) may do."), "displayName": .string(role.name),
      "roleTemplateId": .string(role.templateID),
    ]
  }
}
