import AdminCore

/// What a user is tied to: manager, reports, groups, teams, sessions.
enum UserRelationRoutes {
  private static let membershipReaders = [
    "Directory.Read.All", "Directory.ReadWrite.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All",
    "Group.Read.All", "Group.ReadWrite.All", "User.Read.All", "User.ReadWrite.All",
  ]

  static let routes = [
    Route("GET", "/users/{user}/manager", permissions: UserRoutes.readers, options: [.select], handler: manager),
    Route("PUT", "/users/{user}/manager/$ref", permissions: UserRoutes.writers, handler: setManager),
    Route("DELETE", "/users/{user}/manager/$ref", permissions: UserRoutes.writers, handler: removeManager),
    Route(
      "GET", "/users/{user}/directReports", permissions: UserRoutes.readers, options: [.select, .top, .skipToken],
      handler: directReports),
    Route(
      "GET", "/users/{user}/memberOf", permissions: membershipReaders, options: [.select, .top, .skipToken],
      handler: memberOf),
    Route(
      "GET", "/users/{user}/transitiveMemberOf", permissions: membershipReaders,
      options: [.select, .top, .skipToken], handler: transitiveMemberOf),
    Route(
      "GET", "/users/{user}/ownedObjects",
      permissions: ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
      options: [.select, .top, .skipToken], handler: ownedObjects),
    Route(
      "GET", "/users/{user}/joinedTeams", .teams,
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

  @Sendable private static func setManager(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireReplicatedUser(call["user"])
    guard !user.isSynchronized else { throw UserRules.masteredElsewhere }
    let manager = try state.requireReplicatedUser(try call.reference(to: ["users", "directoryObjects"]))
    guard manager.id != user.id else { throw .directory("A user cannot be its own manager.") }
    state.users.update(user.id) { $0.managerID = manager.id }
    state.record(.managerChanged, "\(user.userPrincipalName): \(manager.userPrincipalName)", id: user.id)
    return .empty(204)
  }

  @Sendable private static func removeManager(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireReplicatedUser(call["user"])
    guard !user.isSynchronized else { throw UserRules.masteredElsewhere }
    guard user.managerID != nil else { throw .noSuchResource("manager") }
    state.users.update(user.id) { $0.managerID = nil }
    state.record(.managerChanged, "\(user.userPrincipalName): none", id: user.id)
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
    return try DirectoryObjects.answer(
      state.groups(containing: user.id).map(\.id) + state.roleIDs(of: user.id), state, call)
  }

  @Sendable private static func transitiveMemberOf(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireUser(call["user"])
    return try DirectoryObjects.answer(
      state.allGroups(containing: user.id).map(\.id) + state.roleIDs(of: user.id), state, call)
  }

  @Sendable private static func ownedObjects(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireUser(call["user"])
    return try DirectoryObjects.answer(
      state.groups.values.filter { $0.owners.contains(user.id) }.map(\.id), state, call)
  }

  @Sendable private static func joinedTeams(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireUser(call["user"])
    let current = state
    let teams = state.groups.values.filter { group in
      group.team.map { $0.readyAt <= current.now } ?? false
        && current.roster(of: group).contains { $0.user.id == user.id }
    }
    let told: Set<String> = ["id", "displayName", "description", "isArchived", "tenantId"]
    return try CollectionQuery(TeamsModel.team, call, .teams).answer(teams, context: "teams", id: \.id) { team in
      // Of each team only this much is told here; the rest is there and empty.
      JSONObject(
        current.teamJSON(team).members.map { member in
          JSONObject.Member(key: member.key, value: told.contains(member.key) ? member.value : .null)
        })
    }
  }

  @Sendable private static func revokeSessions(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireReplicatedUser(call["user"])
    let now = state.now
    state.users.update(user.id) { $0.sessionsValidFrom = now }
    state.record(.sessionsRevoked, user.userPrincipalName, id: user.id)
    return .json(200, ["@odata.context": .string(call.context("Edm.Boolean")), "value": true])
  }
}
