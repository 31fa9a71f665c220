import AdminCore

/// Applications as the tenant has them.
enum ServicePrincipalRoutes {
  static let readers = [
    "Application.Read.All", "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Directory.Read.All",
    "Directory.ReadWrite.All",
  ]
  private static let writers = [
    "Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Directory.ReadWrite.All",
  ]

  static let routes = [
    Route(
      "GET", "/servicePrincipals", permissions: readers,
      options: [.select, .filter, .search, .orderBy, .top, .skipToken, .count]
    ) { state, call throws(GraphFailure) in
      let now = state.now
      return try CollectionQuery(DirectoryModel.servicePrincipal, call, .directory).answer(
        state.servicePrincipals.values.filter { $0.visibleFrom <= now }, context: "servicePrincipals", id: \.id,
        json: \.json)
    },
    Route("GET", "/servicePrincipals(appId='{appId}')", permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      let now = state.now
      let found = state.servicePrincipals.values.first {
        $0.appID == call["appId"].lowercased() && $0.visibleFrom <= now
      }
      guard let found else { throw .noSuchResource(call["appId"]) }
      return try call.answer(found.json, DirectoryModel.servicePrincipal, context: "servicePrincipals")
    },
    Route("GET", "/servicePrincipals/{principal}", permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      try call.answer(
        try state.requirePrincipal(call["principal"]).json, DirectoryModel.servicePrincipal,
        context: "servicePrincipals")
    },
    Route("POST", "/servicePrincipals", permissions: writers, handler: create),
    Route("PATCH", "/servicePrincipals/{principal}", permissions: writers, handler: update),
    Route("DELETE", "/servicePrincipals/{principal}", permissions: writers, handler: delete),
    Route(
      "GET", "/applications", permissions: readers,
      options: [.select, .filter, .search, .orderBy, .top, .skipToken, .count]
    ) { state, call throws(GraphFailure) in
      try CollectionQuery(ConnectionModel.application, call, .directory).answer(
        state.applications, context: "applications", id: \.id, json: \.json)
    },
  ]

  /// With the narrow permission an application reaches only what it has made itself.
  private static func requireReach(
    _ principal: ServicePrincipal, _ call: GraphCall
  ) throws(GraphFailure) {
    let wide = ["Application.ReadWrite.All", "Directory.ReadWrite.All"]
    guard !call.caller.roles.isDisjoint(with: wide) || principal.ownerID == call.caller.servicePrincipalID else {
      throw Workload.directory.accessDenied
    }
  }

  private static let creation = ModelType("servicePrincipal", [ModelProperty("appId", .guid, .onCreate)])

  /// Lets an application of somebody else into the tenant: a service of Microsoft, as message trace needs it, or a
  /// vendor's.
  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(creation, for: .create)
    guard let appID = body["appId"]?.stringValue else {
      throw .directory("A value is required for property 'appId' of resource 'ServicePrincipal'.")
    }
    guard !state.servicePrincipals.values.contains(where: { $0.appID == appID }) else {
      let message = "The service principal cannot be created, updated, or restored because the service principal name "
      throw GraphFailure(409, "Request_MultipleObjectsWithSameKeyValue", message + "\(appID) is already in use.")
    }
    var principal = ServicePrincipal(
      id: state.identifiers.guid(), appID: appID, displayName: "Application \(appID)", names: [], appRoles: [])
    principal.ownerID = call.caller.servicePrincipalID
    principal.visibleFrom = state.now
    state.servicePrincipals[principal.id] = principal
    state.record(.servicePrincipalCreated, appID, id: principal.id)
    return try call.answer(
      principal.json, DirectoryModel.servicePrincipal, context: "servicePrincipals", status: 201)
  }

  private static let change = ModelType(
    "servicePrincipal", .of(.boolean, .onUpdate, "accountEnabled", "appRoleAssignmentRequired"))

  @Sendable private static func update(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let principal = try state.requirePrincipal(call["principal"])
    let body = try call.object(change, for: .update)
    try requireReach(principal, call)
    state.servicePrincipals.update(principal.id) { principal in
      principal.isEnabled = body["accountEnabled"]?.boolValue ?? principal.isEnabled
      principal.requiresAssignment = body["appRoleAssignmentRequired"]?.boolValue ?? principal.requiresAssignment
    }
    state.record(.servicePrincipalUpdated, principal.displayName, id: principal.id)
    return .empty(204)
  }

  /// With it goes what it was granted and what others were granted of it.
  @Sendable private static func delete(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let principal = try state.requirePrincipal(call["principal"])
    try requireReach(principal, call)
    guard ![WellKnownApps.graph, WellKnownApps.exchange].contains(principal.appID) else {
      throw .directory("The service principal of a Microsoft service cannot be deleted.")
    }
    state.servicePrincipals[principal.id] = nil
    for assignment in state.appRoleAssignments.values
    where [assignment.principalID, assignment.resourceID].contains(principal.id) {
      state.appRoleAssignments[assignment.id] = nil
    }
    for grant in state.permissionGrants.values where [grant.clientID, grant.resourceID].contains(principal.id) {
      state.permissionGrants[grant.id] = nil
    }
    state.record(.servicePrincipalDeleted, principal.displayName, id: principal.id)
    return .empty(204)
  }
}

extension TenantState {
  func requirePrincipal(_ key: String) throws(GraphFailure) -> ServicePrincipal {
    guard let found = servicePrincipals[key.lowercased()], found.visibleFrom <= now else { throw .noSuchResource(key) }
    return found
  }

  /// The applications that are the tenant's own: ours, and those made from a template.
  var applications: [Application] {
    let own = Application(
      id: IdentifierSource.derivedGUID("application \(application.clientID)"), appID: application.clientID,
      displayName: application.displayName, templateID: nil, createdAt: organization.createdAt)
    return [own] + madeApplications.values
  }
}
