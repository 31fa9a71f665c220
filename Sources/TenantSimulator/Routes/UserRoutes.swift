import AdminCore
import Cryptography

/// `/users` and `/users/{user}`.
enum UserRoutes {
  static let readers = [
    "User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
  ]
  static let writers = ["User.ReadWrite.All", "Directory.ReadWrite.All"]
  static let collectionOptions: Set<QueryOption> = [
    .select, .filter, .search, .orderBy, .top, .skipToken, .count, .expand,
  ]

  static let routes = [
    Route("GET", "/users", permissions: readers, options: collectionOptions, handler: list),
    Route("POST", "/users", permissions: writers, handler: create),
    Route("GET", "/users/{user}", permissions: readers, options: [.select, .expand], handler: get),
    Route(
      "PATCH", "/users/{user}",
      permissions: writers + ["User.EnableDisableAccount.All", "User-PasswordProfile.ReadWrite.All"], handler: update),
    Route("DELETE", "/users/{user}", permissions: ["User.DeleteRestore.All"] + writers, handler: delete),
  ]

  @Sendable private static func list(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let query = try CollectionQuery(DirectoryModel.user, call, .directory, expandable: ["manager"])
    let current = state
    // An eventually consistent query is answered from an index, which learns of a new user a little later.
    let users = call.isEventual ? state.users.values.filter(state.isReplicated) : state.users.values
    return try query.answer(users, context: "users", id: \.id) { user in
      expanded(user, query.projection, current)
    }
  }

  @Sendable private static func get(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireUser(call["user"])
    let projection = try Projection(
      DirectoryModel.user, call.query, workload: .directory, expandable: ["manager"])
    return try call.answer(
      expanded(user, projection, state), DirectoryModel.user, context: "users", expandable: ["manager"])
  }

  private static func expanded(_ user: User, _ projection: Projection, _ state: TenantState) -> JSONObject {
    var object = state.json(user)
    for expansion in projection.expansions {
      guard expansion.name == "manager", let manager = user.managerID.flatMap({ state.users[$0] }) else { continue }
      let names = expansion.selected ?? DirectoryModel.user.defaultNames
      object["manager"] = .object(
        JSONObject(state.taggedJSON(manager).members.filter { names.contains($0.key) || $0.key.hasPrefix("@") }))
    }
    return object
  }

  // MARK: Creating

  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(DirectoryModel.user, for: .create)
    for name in ["accountEnabled", "displayName", "mailNickname", "passwordProfile", "userPrincipalName"] {
      guard let value = body[name], !value.isNull else {
        throw .directory("A value is required for property '\(name)' of resource 'User'.")
      }
    }
    try UserRules.check(body)
    let name = try UserRules.signInName(body["userPrincipalName"]?.stringValue ?? "", state)
    try UserRules.requireFree(name, excluding: nil, state)
    let (hash, mustChange) = try UserRules.password(body["passwordProfile"], name, state)
    var user = User(
      id: state.identifiers.guid(), userPrincipalName: name, displayName: body["displayName"]?.stringValue ?? "",
      mailNickname: body["mailNickname"]?.stringValue ?? "", passwordChangedAt: state.now,
      sessionsValidFrom: state.now, createdAt: state.now)
    user.passwordHash = hash
    user.mustChangePassword = mustChange
    UserRules.apply(body, to: &user)
    state.insert(user)
    state.record(.userCreated, name, id: user.id)
    return try call.answer(state.json(user), DirectoryModel.user, context: "users", status: 201)
  }

  // MARK: Changing

  @Sendable private static func update(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var user = try state.requireReplicatedUser(call["user"])
    let body = try call.object(DirectoryModel.user, for: .update)
    try UserRules.checkPermissions(call.caller, changing: body, of: user)
    try UserRules.check(body)
    // Where somebody uses licences is said here, even of whom a directory on premises keeps.
    if user.isSynchronized, body.keys.contains(where: { $0 != "usageLocation" }) { throw UserRules.masteredElsewhere }
    if body["mail"] != nil, state.mailboxes[user.id] != nil {
      throw .directory(
        "Unable to update the specified properties for objects that have originated within an external service.")
    }
    if let text = body["userPrincipalName"]?.stringValue {
      let name = try UserRules.signInName(text, state)
      try UserRules.requireFree(name, excluding: user.id, state)
      state.rename(userID: user.id, to: name)
      user.userPrincipalName = name
    }
    if body["passwordProfile"] != nil {
      (user.passwordHash, user.mustChangePassword) =
        try UserRules.password(body["passwordProfile"], user.userPrincipalName, state)
      user.passwordChangedAt = state.now
    }
    UserRules.apply(body, to: &user)
    state.users[user.id] = user
    state.record(.userUpdated, user.userPrincipalName, id: user.id)
    return .empty(204)
  }

  // MARK: Deleting

  @Sendable private static func delete(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try state.requireUser(call["user"])
    guard user.roles.isEmpty else { throw Workload.directory.accessDenied }
    guard !user.isSynchronized else { throw UserRules.masteredElsewhere }
    guard var removed = state.remove(userID: user.id) else { throw .noSuchResource(call["user"]) }
    removed.deletedAt = state.now
    state.deletedUsers[removed.id] = removed
    state.mailboxes.update(removed.id) { $0.isInactive = true }
    state.record(.userDeleted, removed.userPrincipalName, id: removed.id)
    return .empty(204)
  }
}
