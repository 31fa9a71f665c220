import AdminCore

/// `/groups` and `/groups/{group}`.
enum GroupRoutes {
  static let readers = [
    "Group.Read.All", "Group.ReadWrite.All", "GroupMember.Read.All", "GroupMember.ReadWrite.All",
    "Directory.Read.All", "Directory.ReadWrite.All",
  ]
  static let writers = ["Group.ReadWrite.All", "Directory.ReadWrite.All"]

  static let routes = [
    Route(
      "GET", "/groups", permissions: readers,
      options: [.select, .filter, .search, .orderBy, .top, .skipToken, .count], handler: list),
    Route("POST", "/groups", permissions: ["Group.Create"] + writers, handler: create),
    Route("GET", "/groups/{group}", permissions: readers, options: [.select]) { state, call throws(GraphFailure) in
      try call.answer(state.json(try state.requireGroup(call["group"])), DirectoryModel.group, context: "groups")
    },
    Route("PATCH", "/groups/{group}", permissions: writers, handler: update),
    Route("DELETE", "/groups/{group}", permissions: ["Group.ReadWrite.All"], handler: delete),
    Route("POST", "/groups/{group}/renew", permissions: writers, handler: renew),
    Route("POST", "/directoryObjects/validateProperties", permissions: readers, handler: validate),
  ]

  @Sendable private static func list(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let current = state
    // An eventually consistent query is answered from an index, which learns of a new group a little later.
    let groups = call.isEventual ? state.groups.values.filter(state.isReplicated) : state.groups.values
    return try CollectionQuery(DirectoryModel.group, call, .directory).answer(
      groups, context: "groups", id: \.id
    ) { group in current.json(group) }
  }

  // MARK: Creating

  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(DirectoryModel.group, for: .create)
    for name in ["displayName", "mailEnabled", "mailNickname", "securityEnabled"] {
      guard let value = body[name], !value.isNull else {
        throw .directory("A value is required for property '\(name)' of resource 'Group'.")
      }
    }
    try GroupRules.check(body)
    let (kind, nickname) = (try GroupRules.kind(body), body["mailNickname"]?.stringValue ?? "")
    try GroupRules.requireFree(nickname: nickname, kind: kind, excluding: nil, state)
    try requireAcceptableName(body, kind, state)
    let owners = try people("owners@odata.bind", of: body, call, state)
    let members = try people("members@odata.bind", of: body, call, state)
    guard owners.count + members.count <= GroupRules.maximumReferences else {
      throw .directory(
        "The request has more than \(GroupRules.maximumReferences) references to owners and members. "
          + "Add the others after the group is made.")
    }
    var group = Group(
      id: state.identifiers.guid(), displayName: body["displayName"]?.stringValue ?? "", mailNickname: nickname,
      kind: kind, visibility: "Public", owners: owners, members: members, createdAt: state.now)
    GroupRules.apply(body, to: &group)
    state.groups[group.id] = group
    state.record(.groupCreated, group.displayName, id: group.id)
    return try call.answer(state.json(group), DirectoryModel.group, context: "groups", status: 201)
  }

  private static func requireAcceptableName(
    _ body: JSONObject, _ kind: Group.Kind, _ state: TenantState
  ) throws(GraphFailure) {
    guard kind == .microsoft365 else { return }
    let objections = GroupRules.objections(
      displayName: body["displayName"]?.stringValue, nickname: body["mailNickname"]?.stringValue, state)
    guard let first = objections.first else { return }
    throw GraphFailure(400, "Request_BadRequest", first.message, details: objections)
  }

  /// The ids of the users a binding names.
  private static func people(
    _ property: String, of body: JSONObject, _ call: GraphCall, _ state: TenantState
  ) throws(GraphFailure) -> [String] {
    var ids: [String] = []
    for key in try call.bindings(property, of: body, to: ["users", "directoryObjects"]) {
      let user = try state.requireReplicatedUser(key)
      guard !ids.contains(user.id) else { throw .directory("Request contains a property with duplicate values.") }
      ids.append(user.id)
    }
    return ids
  }

  // MARK: Changing

  @Sendable private static func update(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var group = try state.requireReplicatedGroup(call["group"])
    let body = try call.object(DirectoryModel.group, for: .update)
    try GroupRules.check(body)
    try GroupRules.requireCloudMastered(group)
    guard group.kind != .distribution else {
      throw .directory(
        "Cannot Update a mail-enabled security groups and or distribution list.")
    }
    if let nickname = body["mailNickname"]?.stringValue {
      try GroupRules.requireFree(nickname: nickname, kind: group.kind, excluding: group.id, state)
    }
    try requireAcceptableName(body, group.kind, state)
    GroupRules.apply(body, to: &group)
    state.groups[group.id] = group
    state.record(.groupUpdated, group.displayName, id: group.id)
    return .empty(204)
  }

  @Sendable private static func renew(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, now) = (try state.requireReplicatedGroup(call["group"]), state.now)
    state.groups.update(group.id) { $0.renewedAt = now }
    state.record(.groupRenewed, group.displayName, id: group.id)
    return .empty(204)
  }

  // MARK: Deleting

  /// A Microsoft 365 group can be brought back for thirty days, with all that belongs to it; another kind is gone.
  @Sendable private static func delete(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var group = try state.requireGroup(call["group"])
    try GroupRules.requireCloudMastered(group)
    guard group.kind != .distribution else {
      throw .directory("Cannot Delete a mail-enabled security groups and or distribution list.")
    }
    state.groups[group.id] = nil
    if group.kind == .microsoft365 {
      group.deletedAt = state.now
      state.deletedGroups[group.id] = group
    }
    for other in state.groups(containing: group.id) {
      state.groups.update(other.id) { $0.members.removeAll { $0 == group.id } }
    }
    state.record(.groupDeleted, group.displayName, id: group.id)
    return .empty(204)
  }

  // MARK: Names

  /// Tells beforehand what would be refused: all of it, where the group itself is refused for the first thing.
  @Sendable private static func validate(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let parameters = try call.actionParameters(
      "validateProperties", ["entityType", "displayName", "mailNickname", "onBehalfOfUserId"], required: [])
    guard (parameters["entityType"]?.stringValue ?? "Group").lowercased() == "group" else {
      throw .directory("Invalid value specified for parameter 'entityType'.")
    }
    let (name, nickname) = (parameters["displayName"]?.stringValue, parameters["mailNickname"]?.stringValue)
    guard name != nil || nickname != nil else {
      throw .directory("At least one of 'displayName' and 'mailNickname' must be given.")
    }
    var objections = GroupRules.objections(displayName: name, nickname: nickname, state)
    if let nickname, state.isTaken(groupNickname: nickname, excluding: nil) {
      let message = "Another object with the same value for property mailNickname already exists."
      objections.append(GraphFailure.Detail(code: "ObjectConflict", message: message, target: "mailNickname"))
    }
    guard objections.isEmpty else {
      throw GraphFailure(
        422, "UnprocessableEntity", "The validation of the properties failed. See details.", details: objections)
    }
    return .empty(204)
  }
}
