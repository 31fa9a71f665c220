import AdminCore

/// `/directory/deletedItems`: what was deleted in the last thirty days.
enum DeletedItemRoutes {
  private static let readers = [
    "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
  ]
  private static let options: Set<QueryOption> = [
    .select, .filter, .orderBy, .top, .skipToken, .count, .search,
  ]

  static let routes = [
    Route(
      "GET", "/directory/deletedItems/microsoft.graph.user", permissions: readers, options: options, handler: list),
    Route("GET", "/directory/deletedItems/graph.user", permissions: readers, options: options, handler: list),
    Route("GET", "/directory/deletedItems/{item}", permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      let user = try require(call, state)
      return try call.answer(state.taggedJSON(user), DirectoryModel.user, context: "directoryObjects")
    },
    Route(
      "POST", "/directory/deletedItems/{item}/restore",
      permissions: ["User.DeleteRestore.All", "User.ReadWrite.All"], handler: restore),
    Route(
      "DELETE", "/directory/deletedItems/{item}", permissions: ["User.DeleteRestore.All"], handler: purge),
  ]

  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> User {
    guard let user = state.deletedUsers[call["item"].lowercased()] else { throw .noSuchResource(call["item"]) }
    return user
  }

  /// Deleted objects can be filtered by advanced queries only.
  @Sendable private static func list(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let isAdvanced = call.isEventual ? try call.query.counts() : false
    if call.query[.filter] != nil, !isAdvanced {
      throw .unsupportedQuery("Filter on deleted objects is not supported. \(FilterChecker.advice)")
    }
    let current = state
    return try CollectionQuery(DirectoryModel.user, call, .directory).answer(
      state.deletedUsers.values, context: "directoryObjects/microsoft.graph.user", id: \.id
    ) { user in current.json(user) }
  }

  @Sendable private static func restore(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var user = try require(call, state)
    if !call.body.isEmpty, try call.json().objectValue?.isEmpty != true {
      throw .badRequest("The action 'restore' takes no parameters here.")
    }
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
    state.record(.userRestored, user.userPrincipalName)
    return try call.answer(state.taggedJSON(user), DirectoryModel.user, context: "directoryObjects")
  }

  @Sendable private static func purge(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let user = try require(call, state)
    state.deletedUsers[user.id] = nil
    state.mailboxes[user.id] = nil
    state.record(.userPurged, user.userPrincipalName)
    return .empty(204)
  }
}
