import AdminCore

/// Applications and the roles they hold.
enum ServicePrincipalRoutes {
  private static let readers = [
    "Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
  ]

  static let routes = [
    Route(
      "GET", "/servicePrincipals", permissions: readers,
      options: [.select, .filter, .search, .orderBy, .top, .skipToken, .count]
    ) { state, call throws(GraphFailure) in
      try CollectionQuery(DirectoryModel.servicePrincipal, call, .directory).answer(
        state.servicePrincipals.values, context: "servicePrincipals", id: \.id, json: \.json)
    },
    Route("GET", "/servicePrincipals(appId='{appId}')", permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      guard let found = state.servicePrincipals.values.first(where: { $0.appID == call["appId"].lowercased() }) else {
        throw .noSuchResource(call["appId"])
      }
      return try call.answer(found.json, DirectoryModel.servicePrincipal, context: "servicePrincipals")
    },
    Route("GET", "/servicePrincipals/{principal}", permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      try call.answer(
        try require(call, state).json, DirectoryModel.servicePrincipal, context: "servicePrincipals")
    },
    Route(
      "POST", "/servicePrincipals",
      permissions: ["Application.ReadWrite.All", "Application.ReadWrite.OwnedBy", "Directory.ReadWrite.All"],
      handler: create),
    Route(
      "GET", "/servicePrincipals/{principal}/appRoleAssignments", permissions: readers,
      options: [.select, .top, .skipToken]
    ) { state, call throws(GraphFailure) in
      let principal = try require(call, state)
      return try assignments(state, call) { $0.principalID == principal.id }
    },
    Route(
      "GET", "/servicePrincipals/{principal}/appRoleAssignedTo", permissions: readers,
      options: [.select, .top, .skipToken]
    ) { state, call throws(GraphFailure) in
      let resource = try require(call, state)
      return try assignments(state, call) { $0.resourceID == resource.id }
    },
  ]

  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> ServicePrincipal {
    guard let found = state.servicePrincipals[call["principal"].lowercased()] else {
      throw .noSuchResource(call["principal"])
    }
    return found
  }

  private static func assignments(
    _ state: TenantState, _ call: GraphCall, _ isWanted: (AppRoleAssignment) -> Bool
  ) throws(GraphFailure) -> GraphAnswer {
    try CollectionQuery(DirectoryModel.appRoleAssignment, call, .directory).answer(
      state.appRoleAssignments.values.filter(isWanted), context: "appRoleAssignments", id: \.id
    ) { assignment in state.json(assignment) }
  }

  private static let creation = ModelType("servicePrincipal", [ModelProperty("appId", .guid, .onCreate)])

  /// Lets a service of Microsoft into the tenant, as message trace needs.
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
    let principal = ServicePrincipal(
      id: state.identifiers.guid(), appID: appID, displayName: "Application \(appID)", names: [], appRoles: [])
    state.servicePrincipals[principal.id] = principal
    state.record(.servicePrincipalCreated, appID)
    return try call.answer(
      principal.json, DirectoryModel.servicePrincipal, context: "servicePrincipals", status: 201)
  }
}
