import AdminCore

/// `/directory/deletedItems`: what was deleted in the last thirty days.
enum DeletedItemRoutes {
  private static let readers = [
    "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
  ]
  private static let groupReaders = [
    "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
  ]
  private static let options: Set<QueryOption> = [
    .select, .filter, .orderBy, .top, .skipToken, .count, .search,
  ]

  static let routes = [
    Route(
      "GET", "/directory/deletedItems/microsoft.graph.user", permissions: readers, options: options, handler: list),
    Route("GET", "/directory/deletedItems/graph.user", permissions: readers, options: options, handler: list),
    Route(
      "GET", "/directory/deletedItems/microsoft.graph.group", permissions: groupReaders, options: options,
      handler: listGroups),
    Route(
      "GET", "/directory/deletedItems/graph.group", permissions: groupReaders, options: options, handler: listGroups),
    Route("GET", "/directory/deletedItems/{item}", permissions: readers + groupReaders, options: [.select]) {
      state, call throws(GraphFailure) in
      if let group = state.deletedGroups[call["item"].lowercased()] {
        return try call.answer(state.taggedJSON(group), DirectoryModel.group, context: "directoryObjects")
      }
      let user = try require(call, state)
      return try call.answer(state.taggedJSON(user), DirectoryModel.user, context: "directoryObjects")
    },
    Route(
      "POST", "/directory/deletedItems/{item}/restore",
      permissions: ["User.DeleteRestore.All", "User.ReadWrite.All", "Group.ReadWrite.All"], handler: restore),
    Route(
      "DELETE", "/directory/deletedItems/{item}", permissions: ["User.DeleteRestore.All"], handler: purge),
  ]

  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> User {
    guard let user = state.deletedUsers[call["item"].lowercased()] else { throw .noSuchResource(call["item"]) }
    return user
  }

  /// Deleted objects can be filtered by advanced queries only.
  private static func requireAdvanced(_ call: GraphCall) throws(GraphFailure) {
    let isAdvanced = call.isEventual ? try call.query.counts() : false
    if call.query[.filter] != nil, !isAdvanced {
      throw .unsupportedQuery("Filter on deleted objects is not supported. \(FilterChecker.advice)")
    }
  }

  @Sendable private static func listGroups(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    try requireAdvanced(call)
    let current = state
    return try CollectionQuery(DirectoryModel.group, call, .directory).answer(
      state.deletedGroups.values, context: "directoryObjects/microsoft.graph.group", id: \.id
    ) { group in current.json(group) }
  }

  @Sendable private static func list(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    try requireAdvanced(call)
    let current = state
    return try CollectionQuery(DirectoryModel.user, call, .directory).answer(
      state.deletedUsers.values, context: "directoryObjects/microsoft.graph.user", id: \.id
    ) { user in current.json(user) }
  }

  @Sendable private static func restore(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    if !call.body.isEmpty, try call.json().objectValue?.isEmpty != true {
      throw .badRequest("The action 'restore' takes no parameters here.")
    }
    if let group = state.deletedGroups[call["item"].lowercased()] { return try restore(group, &state, call) }
    var user = try require(call, state)
    guard !call.caller.roles.isDisjoint(with: userRestorers) else { throw Workload.directory.accessDenied }
    try UserRules.requireFree(user.userPrincipalName, excluding: user.id, state)
    user.deletedAt = nil
    // A seat that was given away in the meantime is not taken back.
    let current = state
    user.licenses.removeAll { license in
      current.consumedSeats(of: license.skuID) >= (current.product(license.skuID)?.enabled ?? 0)
    }
    state.deletedUsers[user.id] = nil
    state.insert(user)
    state.settleMailbox(of: user.id)
    state.record(.userRestored, user.userPrincipalName, id: user.id)
    return try call.answer(state.taggedJSON(user), DirectoryModel.user, context: "directoryObjects")
  }

  private static let userRestorers = ["User.DeleteRestore.All", "User.ReadWrite.All"]

  /// With the group everything comes back that belongs to it: team, channels, site and plans.
  private static func restore(
    _ group: Group, _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    guard call.caller.roles.contains("Group.ReadWrite.All") else { throw Workload.directory.accessDenied }
    try GroupRules.requireFree(nickname: group.mailNickname, kind: group.kind, excluding: group.id, state)
    var restored = group
    restored.deletedAt = nil
    state.deletedGroups[group.id] = nil
    state.groups[group.id] = restored
    state.record(.groupRestored, group.displayName, id: group.id)
    return try call.answer(state.taggedJSON(restored), DirectoryModel.group, context: "directoryObjects")
  }

  /// An application may purge users; a group waits for its thirty days.
  @Sendable private static func purge(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    guard state.deletedGroups[call["item"].lowercased()] == nil else { throw Workload.directory.accessDenied }
    let user = try require(call, state)
    state.deletedUsers[user.id] = nil
    state.mailboxes[user.id] = nil
    state.record(.userPurged, user.userPrincipalName, id: user.id)
    return .empty(204)
  }
}
