import AdminCore

/// Groups, for reading.
enum GroupRoutes {
  private static let readers = [
    "Group.Read.All", "Group.ReadWrite.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All",
    "Directory.Read.All", "Directory.ReadWrite.All",
  ]

  static let routes = [
    Route(
      "GET", "/groups", permissions: readers,
      options: [.select, .filter, .search, .orderBy, .top, .skipToken, .count]
    ) { state, call throws(GraphFailure) in
      let current = state
      return try CollectionQuery(DirectoryModel.group, call, .directory).answer(
        state.groups.values, context: "groups", id: \.id
      ) { group in current.json(group) }
    },
    Route("GET", "/groups/{group}", permissions: readers, options: [.select]) { state, call throws(GraphFailure) in
      let group = try require(call, state)
      return try call.answer(state.json(group), DirectoryModel.group, context: "groups")
    },
    Route("GET", "/groups/{group}/members", permissions: readers, options: [.select, .top, .skipToken]) {
      state, call throws(GraphFailure) in
      try people(try require(call, state).members, state, call)
    },
    Route("GET", "/groups/{group}/owners", permissions: readers, options: [.select, .top, .skipToken]) {
      state, call throws(GraphFailure) in
      try people(try require(call, state).owners, state, call)
    },
  ]

  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> Group {
    guard let group = state.groups[call["group"].lowercased()] else { throw .noSuchResource(call["group"]) }
    return group
  }

  private static func people(
    _ ids: [String], _ state: TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    try CollectionQuery(DirectoryModel.user, call, .directory).answer(
      ids.compactMap { state.users[$0] }, context: "directoryObjects", id: \.id
    ) { user in state.taggedJSON(user) }
  }
}
