import AdminCore

/// What applications were granted: roles of their own, and scopes on behalf of users.
enum ConsentRoutes {
  private static let roleWriters = ["AppRoleAssignment.ReadWrite.All"]
  private static let grantWriters = ["DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All"]
  private static let grantReaders = grantWriters + ["DelegatedPermissionGrant.Read.All", "Directory.Read.All"]
  private static let listOptions: Set<QueryOption> = [.select, .top, .skipToken]

  static let routes = [
    Route(
      "GET", "/servicePrincipals/{principal}/appRoleAssignments", permissions: ServicePrincipalRoutes.readers,
      options: listOptions
    ) { state, call throws(GraphFailure) in
      let principal = try state.requirePrincipal(call["principal"])
      return try assignments(state, call) { $0.principalID == principal.id }
    },
    Route(
      "GET", "/servicePrincipals/{principal}/appRoleAssignedTo", permissions: ServicePrincipalRoutes.readers,
      options: listOptions
    ) { state, call throws(GraphFailure) in
      let resource = try state.requirePrincipal(call["principal"])
      return try assignments(state, call) { $0.resourceID == resource.id }
    },
    Route(
      "POST", "/servicePrincipals/{principal}/appRoleAssignedTo", permissions: roleWriters,
      and: ServicePrincipalRoutes.readers
    ) { state, call throws(GraphFailure) in
      let resource = try state.requirePrincipal(call["principal"])
      return try assign(&state, call, "resourceId", isAbout: resource)
    },
    Route(
      "POST", "/servicePrincipals/{principal}/appRoleAssignments", permissions: roleWriters,
      and: ServicePrincipalRoutes.readers
    ) { state, call throws(GraphFailure) in
      let principal = try state.requirePrincipal(call["principal"])
      return try assign(&state, call, "principalId", isAbout: principal)
    },
    Route(
      "DELETE", "/servicePrincipals/{principal}/appRoleAssignedTo/{assignment}", permissions: roleWriters,
      handler: withdraw),
    Route(
      "DELETE", "/servicePrincipals/{principal}/appRoleAssignments/{assignment}", permissions: roleWriters,
      handler: withdraw),
    Route(
      "GET", "/oauth2PermissionGrants", permissions: grantReaders, options: [.select, .filter, .top, .skipToken]
    ) { state, call throws(GraphFailure) in
      try CollectionQuery(ConnectionModel.permissionGrant, call, .directory).answer(
        state.permissionGrants.values, context: "oauth2PermissionGrants", id: \.id, json: \.json)
    },
    Route("POST", "/oauth2PermissionGrants", permissions: grantWriters, handler: grant),
    Route("PATCH", "/oauth2PermissionGrants/{grant}", permissions: grantWriters) { state, call throws(GraphFailure) in
      let grant = try require(call, state)
      let body = try call.object(ConnectionModel.permissionGrant, for: .update)
      guard let scope = body["scope"]?.stringValue, !scope.isEmpty else {
        throw .invalidValue("scope", of: "OAuth2PermissionGrant")
      }
      state.permissionGrants.update(grant.id) { $0.scope = scope }
      state.record(.permissionGrantChanged, state.name(of: grant.clientID), id: grant.clientID)
      return .empty(204)
    },
    Route("DELETE", "/oauth2PermissionGrants/{grant}", permissions: grantWriters) { state, call throws(GraphFailure) in
      let grant = try require(call, state)
      state.permissionGrants[grant.id] = nil
      state.record(.permissionGrantDeleted, state.name(of: grant.clientID), id: grant.clientID)
      return .empty(204)
    },
  ]

  // MARK: Roles of applications

  private static func assignments(
    _ state: TenantState, _ call: GraphCall, _ isWanted: (AppRoleAssignment) -> Bool
  ) throws(GraphFailure) -> GraphAnswer {
    try CollectionQuery(DirectoryModel.appRoleAssignment, call, .directory).answer(
      state.appRoleAssignments.values.filter(isWanted), context: "appRoleAssignments", id: \.id
    ) { assignment in state.json(assignment) }
  }

  private static func assign(
    _ state: inout TenantState, _ call: GraphCall, _ named: String, isAbout owner: ServicePrincipal
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(DirectoryModel.appRoleAssignment, for: .create)
    for name in ["principalId", "resourceId", "appRoleId"] where body[name]?.stringValue == nil {
      throw .directory("A value is required for property '\(name)' of resource 'AppRoleAssignment'.")
    }
    guard body[named]?.stringValue == owner.id else { throw .invalidValue(named, of: "AppRoleAssignment") }
    let resource = try state.requirePrincipal(body["resourceId"]?.stringValue ?? "")
    let principalID = body["principalId"]?.stringValue ?? ""
    guard state.servicePrincipals[principalID] != nil || state.users[principalID] != nil else {
      throw .noSuchResource(principalID)
    }
    let roleID = body["appRoleId"]?.stringValue ?? ""
    let isUsual = resource.appRoles.isEmpty && roleID == "00000000-0000-0000-0000-000000000000"
    guard isUsual || resource.appRoles.contains(where: { $0.id == roleID }) else {
      throw .directory("Permission being assigned was not found on application '\(resource.appID)'.")
    }
    let isThere = state.appRoleAssignments.values.contains {
      $0.principalID == principalID && $0.resourceID == resource.id && $0.appRoleID == roleID
    }
    guard !isThere else { throw .directory("Permission being assigned already exists on the object") }
    let assignment = AppRoleAssignment(
      id: state.identifiers.token(bytes: 32), principalID: principalID, resourceID: resource.id, appRoleID: roleID,
      createdAt: state.now)
    state.appRoleAssignments[assignment.id] = assignment
    state.record(
      .appRoleAssigned, "\(state.name(of: principalID)): \(resource.displayName)", id: principalID)
    return try call.answer(
      state.json(assignment), DirectoryModel.appRoleAssignment, context: "appRoleAssignments", status: 201)
  }

  @Sendable private static func withdraw(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let owner = try state.requirePrincipal(call["principal"])
    guard let found = state.appRoleAssignments[call["assignment"]],
      [found.principalID, found.resourceID].contains(owner.id)
    else { throw .noSuchResource(call["assignment"]) }
    state.appRoleAssignments[found.id] = nil
    state.record(.appRoleWithdrawn, state.name(of: found.principalID), id: found.principalID)
    return .empty(204)
  }

  // MARK: Scopes on behalf of users

  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> PermissionGrant {
    guard let found = state.permissionGrants[call["grant"]] else { throw .noSuchResource(call["grant"]) }
    return found
  }

  @Sendable private static func grant(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(ConnectionModel.permissionGrant, for: .create)
    for name in ["clientId", "consentType", "resourceId", "scope"] where body[name]?.stringValue == nil {
      throw .directory("A value is required for property '\(name)' of resource 'OAuth2PermissionGrant'.")
    }
    let client = try state.requirePrincipal(body["clientId"]?.stringValue ?? "")
    let resource = try state.requirePrincipal(body["resourceId"]?.stringValue ?? "")
    let person = body["principalId"]?.stringValue
    guard (body["consentType"] == "Principal") == (person != nil), person.map({ state.users[$0] != nil }) ?? true else {
      throw .invalidValue("principalId", of: "OAuth2PermissionGrant")
    }
    let isThere = state.permissionGrants.values.contains {
      $0.clientID == client.id && $0.resourceID == resource.id && $0.principalID == person
    }
    guard !isThere else {
      throw GraphFailure(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")
    }
    let grant = PermissionGrant(
      id: state.identifiers.token(bytes: 32), clientID: client.id, resourceID: resource.id, principalID: person,
      scope: body["scope"]?.stringValue ?? "")
    state.permissionGrants[grant.id] = grant
    state.record(.permissionGrantCreated, client.displayName, id: client.id)
    return try call.answer(
      grant.json, ConnectionModel.permissionGrant, context: "oauth2PermissionGrants", status: 201)
  }
}
