import AdminCore

/// Who is in a group and who owns it.
enum GroupMemberRoutes {
  private static let memberWriters = ["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"]
  private static let listOptions: Set<QueryOption> = [.select, .top, .skipToken]

  static let routes = [
    Route("GET", "/groups/{group}/members", permissions: GroupRoutes.readers, options: listOptions) {
      state, call throws(GraphFailure) in
      try DirectoryObjects.answer(try state.requireGroup(call["group"]).members, state, call)
    },
    Route("GET", "/groups/{group}/transitiveMembers", permissions: GroupRoutes.readers, options: listOptions) {
      state, call throws(GraphFailure) in
      try DirectoryObjects.answer(state.allMembers(of: try state.requireGroup(call["group"])), state, call)
    },
    Route("GET", "/groups/{group}/owners", permissions: GroupRoutes.readers, options: listOptions) {
      state, call throws(GraphFailure) in
      try DirectoryObjects.answer(try state.requireGroup(call["group"]).owners, state, call)
    },
    Route("POST", "/groups/{group}/members/$ref", permissions: memberWriters, handler: addMember),
    Route("DELETE", "/groups/{group}/members/{member}/$ref", permissions: memberWriters, handler: removeMember),
    Route("POST", "/groups/{group}/owners/$ref", permissions: GroupRoutes.writers, handler: addOwner),
    Route("DELETE", "/groups/{group}/owners/{member}/$ref", permissions: GroupRoutes.writers, handler: removeOwner),
  ]

  private static func changeable(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> Group {
    let group = try state.requireReplicatedGroup(call["group"])
    try GroupRules.requireCloudMastered(group)
    guard group.kind != .distribution else {
      throw .directory("Cannot Update a mail-enabled security groups and or distribution list.")
    }
    return group
  }

  // MARK: Members

  @Sendable private static func addMember(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let group = try changeable(call, state)
    try GroupRules.requireStaticMembership(group)
    let key = try call.reference(to: ["users", "directoryObjects", "groups"])
    let (id, name) = try member(key, of: group, state)
    guard !group.members.contains(id) else { throw alreadyThere("members") }
    state.addMember(id, to: group.id)
    state.record(.groupMemberAdded, "\(group.displayName): \(name)", id: group.id)
    return .empty(204)
  }

  /// Somebody, or in a security group another group, who may join.
  private static func member(
    _ key: String, of group: Group, _ state: TenantState
  ) throws(GraphFailure) -> (id: String, name: String) {
    if let inner = state.groups[key.lowercased()] {
      guard group.kind == .security, inner.kind == .security, inner.id != group.id,
        !state.allMembers(of: inner).contains(group.id)
      else { throw .directory("The group '\(inner.displayName)' cannot be a member of this group.") }
      return (inner.id, inner.displayName)
    }
    let user = try state.requireReplicatedUser(key)
    if user.isGuest, group.kind == .microsoft365, !state.allowsGuests(in: group) {
      throw GraphFailure(
        403, "Authorization_RequestDenied", "Guests users are not allowed to join this group due to policy setting")
    }
    return (user.id, user.userPrincipalName)
  }

  @Sendable private static func removeMember(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let group = try changeable(call, state)
    try GroupRules.requireStaticMembership(group)
    let id = call["member"].lowercased()
    guard group.members.contains(id) else { throw .noSuchResource(call["member"]) }
    state.groups.update(group.id) { $0.members.removeAll { $0 == id } }
    state.record(.groupMemberRemoved, "\(group.displayName): \(state.name(of: id))", id: group.id)
    return .empty(204)
  }

  // MARK: Owners

  @Sendable private static func addOwner(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let group = try changeable(call, state)
    let user = try state.requireReplicatedUser(try call.reference(to: ["users", "directoryObjects"]))
    guard !group.owners.contains(user.id) else { throw alreadyThere("owners") }
    guard !user.isGuest || state.directorySetting(.groups)?.isTrue("AllowGuestsToBeGroupOwner") ?? false else {
      throw GraphFailure(403, "Authorization_RequestDenied", "Guest users cannot own this group.")
    }
    state.addOwner(user.id, to: group.id)
    state.record(.groupOwnerAdded, "\(group.displayName): \(user.userPrincipalName)", id: group.id)
    return .empty(204)
  }

  @Sendable private static func removeOwner(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let group = try changeable(call, state)
    let id = call["member"].lowercased()
    guard group.owners.contains(id) else { throw .noSuchResource(call["member"]) }
    guard group.owners.count(where: { state.users[$0] != nil }) > 1 || group.kind == .security else {
      throw .directory("The group must have at least one owner, hence this owner cannot be removed.")
    }
    state.groups.update(group.id) { $0.owners.removeAll { $0 == id } }
    state.record(.groupOwnerRemoved, "\(group.displayName): \(state.name(of: id))", id: group.id)
    return .empty(204)
  }

  private static func alreadyThere(_ property: String) -> GraphFailure {
    .directory(
      "One or more added object references already exist for the following modified properties: '\(property)'.")
  }
}

/// Lists of whatever the directory holds, each object in the form of its own type.
enum DirectoryObjects {
  static func answer(
    _ ids: [String], _ state: TenantState, _ call: GraphCall, context: String = "directoryObjects"
  ) throws(GraphFailure) -> GraphAnswer {
    let selects = call.query.selected != nil
    return try CollectionQuery(DirectoryModel.directoryObject, call, .directory).answer(
      ids.filter { state.type(of: $0) != nil }, context: context, id: { $0 }
    ) { id in
      guard let type = state.type(of: id) else { return [:] }
      let object = state.directoryJSON(id)
      guard !selects else { return object }
      let names = Set(type.defaultNames)
      return JSONObject(object.members.filter { names.contains($0.key) || $0.key.hasPrefix("@") })
    }
  }
}

extension TenantState {
  func type(of id: String) -> ModelType? {
    if users[id] != nil { return DirectoryModel.user }
    if groups[id] != nil { return DirectoryModel.group }
    if servicePrincipals[id] != nil { return DirectoryModel.servicePrincipal }
    return role(id) == nil ? nil : DirectoryModel.directoryRole
  }

  /// Any object of the directory, with its type.
  func directoryJSON(_ id: String) -> JSONObject {
    if let user = users[id] { return taggedJSON(user) }
    if let group = groups[id] { return taggedJSON(group) }
    let (type, object) =
      servicePrincipals[id].map { ("servicePrincipal", $0.json) } ?? role(id).map { ("directoryRole", json($0)) }
      ?? ("directoryObject", [:])
    return JSONObject([JSONObject.Member(key: "@odata.type", value: .string("#microsoft.graph.\(type)"))])
      .merging(object)
  }

  func name(of id: String) -> String {
    users[id]?.userPrincipalName ?? groups[id]?.displayName ?? servicePrincipals[id]?.displayName ?? id
  }
}
