import AdminCore

/// Roles of the directory, and who holds them.
enum RoleRoutes {
  private static let readers = [
    "RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", "Directory.Read.All",
    "Directory.ReadWrite.All",
  ]
  private static let writers = ["RoleManagement.ReadWrite.Directory"]
  private static let listOptions: Set<QueryOption> = [.select, .filter, .top, .skipToken]

  static let routes = [
    Route("GET", "/directoryRoles", permissions: readers, options: [.select, .filter]) {
      state, call throws(GraphFailure) in
      let current = state
      return try CollectionQuery(DirectoryModel.directoryRole, call, .directory).answer(
        state.activatedRoles, context: "directoryRoles", id: \.templateID
      ) { role in current.json(role) }
    },
    Route("GET", "/directoryRoles/{role}/members", permissions: readers, options: [.select, .top, .skipToken]) {
      state, call throws(GraphFailure) in
      guard let role = state.role(call["role"]) else { throw .noSuchResource(call["role"]) }
      let holders = state.roleAssignments.filter { $0.role == role }.map(\.principalID)
      return try DirectoryObjects.answer(holders, state, call)
    },
    Route("GET", "/roleManagement/directory/roleDefinitions", permissions: readers, options: listOptions) {
      state, call throws(GraphFailure) in
      try CollectionQuery(DirectoryModel.roleDefinition, call, .policy).answer(
        DirectoryRole.all, context: "roleManagement/directory/roleDefinitions", id: \.templateID, json: definition)
    },
    Route("GET", "/roleManagement/directory/roleAssignments", permissions: readers, options: listOptions) {
      state, call throws(GraphFailure) in
      try CollectionQuery(DirectoryModel.roleAssignment, call, .policy).answer(
        state.roleAssignments, context: "roleManagement/directory/roleAssignments", id: \.id, json: \.json)
    },
    Route("POST", "/roleManagement/directory/roleAssignments", permissions: writers, handler: assign),
    Route(
      "DELETE", "/roleManagement/directory/roleAssignments/{assignment}", permissions: writers, handler: withdraw),
  ]

  private static func definition(_ role: DirectoryRole) -> JSONObject {
    [
      "id": .string(role.templateID), "templateId": .string(role.templateID), "displayName": .string(role.name),
      "description": .string("What \(role.name) may do."), "isBuiltIn": true, "isEnabled": true,
      "resourceScopes": ["/"], "version": "1", "rolePermissions": [],
    ]
  }

  @Sendable private static func assign(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(DirectoryModel.roleAssignment, for: .create)
    guard let role = body["roleDefinitionId"]?.stringValue.flatMap({ DirectoryRole.template($0) }) else {
      throw .invalidValue("roleDefinitionId", of: "UnifiedRoleAssignment")
    }
    guard body["directoryScopeId"] == "/" else {
      throw .invalidValue("directoryScopeId", of: "UnifiedRoleAssignment")
    }
    let id = body["principalId"]?.stringValue?.lowercased() ?? ""
    guard state.users[id] != nil || state.servicePrincipals[id] != nil else { throw .noSuchResource(id) }
    let assignment = RoleAssignment(role: role, principalID: id)
    guard !state.roleAssignments.contains(where: { $0.id == assignment.id }) else {
      throw .directory("A conflicting object with one or more of the specified property values is present.")
    }
    state.users.update(id) { $0.roles.append(role.name) }
    state.servicePrincipals.update(id) { $0.roles.append(role.name) }
    state.record(.roleAssigned, "\(role.name): \(state.name(of: id))", id: id)
    return try call.answer(
      assignment.json, DirectoryModel.roleAssignment, context: "roleManagement/directory/roleAssignments", status: 201)
  }

  @Sendable private static func withdraw(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    guard let found = state.roleAssignments.first(where: { $0.id == call["assignment"] }) else {
      throw .noSuchResource(call["assignment"])
    }
    let holders = state.roleAssignments.filter { $0.role == found.role }
    guard found.role != .globalAdministrator || holders.count > 1 else {
      throw .directory("The last Global Administrator of the organization cannot be removed.")
    }
    state.users.update(found.principalID) { $0.roles.removeAll { $0 == found.role.name } }
    state.servicePrincipals.update(found.principalID) { $0.roles.removeAll { $0 == found.role.name } }
    state.record(.roleWithdrawn, "\(found.role.name): \(state.name(of: found.principalID))", id: found.principalID)
    return .empty(204)
  }
}
