import AdminCore

/// What a user is tied to: manager, reports, groups, teams, sessions.
enum UserRelationRoutes {
  static let routes = [
    Route("GET", "/users/{user}/manager", permissions: UserRoutes.readers, options: [.select], handler: manager),
    Route("PUT", "/users/{user}/manager/$ref", permissions: UserRoutes.writers, handler: setManager),
    Route("DELETE", "/users/{user}/manager/$ref", permissions: UserRoutes.writers, handler: removeManager),
    Route(
      "GET", "/users/{user}/directReports", permissions: UserRoutes.readers, options: [.select, .top, .skipToken],
      handler: directReports),
    Route(
      "GET", "/users/{user}/memberOf",
      permissions: [
        "Directory.Read.All", "Directory.ReadWrite.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All",
        "Group.Read.All", "Group.ReadWrite.All", "User.Read.All", "User.ReadWrite.All",
      ], options: [.select, .top, .skipToken], handler: memberOf),
    Route(
      "GET", "/users/{user}/joinedTeams",
      permissions: [
        "Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All", "Directory.Read.All",
        "Directory.ReadWrite.All", "User.Read.All", "User.ReadWrite.All",
      ], options: [.select], handler: joinedTeams),
    Route(
      "POST", "/users/{user}/revokeSignInSessions",
      permissions: ["User.RevokeSessions.All"] + UserRoutes.writers, handler: revokeSessions),
  ]

  @Sendable private static func manager(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireUser(call["user"])
    guard let manager = user.managerID.flatMap({ state.users[$0] }) else { throw .noSuchResource("manager") }
    return try call.answer(state.taggedJSON(manager), DirectoryModel.user, context: "directoryObjects")
  }

  /// `{"@odata.id": "https://graph.microsoft.com/v1.0/users/{id}"}`: the id of the directory object it names. The host
  /// must be that of the cloud in use or the one the request came to.
  static func reference(_ call: GraphCall) throws(GraphFailure) -> String {
    guard let object = try call.json().objectValue, object.count == 1, let url = object["@odata.id"]?.stringValue else {
      throw .badRequest("The request body must hold '@odata.id' and nothing else.")
    }
    let heads = ["https://graph.microsoft.com/v1.0/", call.target.origin + "/v1.0/"]
    guard let head = heads.first(where: { url.hasPrefix($0) }) else {
      throw .directory("Invalid URL in '@odata.id': the host must be that of this Graph endpoint.")
    }
    let parts = try PathSegment.split(url.dropFirst(head.count))
    guard parts.count == 2, [.plain("users"), .plain("directoryObjects")].contains(parts[0]),
      case .plain(let key) = parts[1]
    else { throw .directory("Invalid URL format specified in '@odata.id' property.") }
    return key
  }

  @Sendable private static func setManager(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireReplicatedUser(call["user"])
    let manager = try state.requireReplicatedUser(try reference(call))
    guard manager.id != user.id else { throw .directory("A user cannot be its own manager.") }
    state.users.update(user.id) { $0.managerID = manager.id }
    state.record(.managerChanged, "\(user.userPrincipalName): \(manager.userPrincipalName)")
    return .empty(204)
  }

  @Sendable private static func removeManager(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireReplicatedUser(call["user"])
    guard user.managerID != nil else { throw .noSuchResource("manager") }
    state.users.update(user.id) { $0.managerID = nil }
    state.record(.managerChanged, "\(user.userPrincipalName): none")
    return .empty(204)
  }

  @Sendable private static func directReports(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireUser(call["user"])
    let current = state
    return try CollectionQuery(DirectoryModel.user, call, .directory).answer(
      state.users.values.filter { $0.managerID == user.id }, context: "directoryObjects", id: \.id,
      json: current.taggedJSON)
  }

  @Sendable private static func memberOf(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireUser(call["user"])
    let current = state
    return try CollectionQuery(DirectoryModel.group, call, .directory).answer(
      state.groups.values.filter { $0.members.contains(user.id) }, context: "directoryObjects", id: \.id
    ) { group in current.taggedJSON(group) }
  }

  @Sendable private static func joinedTeams(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireUser(call["user"])
    let current = state
    let teams = state.groups.values.filter { group in
      group.hasTeam && (group.members.contains(user.id) || group.owners.contains(user.id))
    }
    return try CollectionQuery(DirectoryModel.team, call, .directory).answer(
      teams, context: "teams", id: \.id, json: current.teamJSON)
  }

  @Sendable private static func revokeSessions(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireReplicatedUser(call["user"])
    let now = state.now
    state.users.update(user.id) { $0.sessionsValidFrom = now }
    state.record(.sessionsRevoked, user.userPrincipalName)
    return .json(200, ["@odata.context": .string(call.context("Edm.Boolean")), "value": true])
  }
}
