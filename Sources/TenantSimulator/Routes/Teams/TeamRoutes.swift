import AdminCore

/// Teams: made of groups or from a template, changed, archived.
enum TeamRoutes {
  static let readers = [
    "Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All", "Group.Read.All",
    "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
  ]
  private static let writers = ["TeamSettings.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"]

  static let routes = [
    Route("PUT", "/groups/{team}/team", .teams, permissions: GroupRoutes.writers, handler: teamify),
    Route("GET", "/groups/{team}/team", .teams, permissions: readers, options: [.select], handler: get),
    Route("POST", "/teams", .teams, permissions: ["Team.Create"] + GroupRoutes.writers, handler: create),
    Route("GET", "/teams/{team}", .teams, permissions: readers, options: [.select], handler: get),
    Route("PATCH", "/teams/{team}", .teams, permissions: writers, handler: update),
    Route("POST", "/teams/{team}/archive", .teams, permissions: writers, handler: archive),
    Route("POST", "/teams/{team}/unarchive", .teams, permissions: writers, handler: unarchive),
    Route(
      "GET", "/teams/{team}/operations/{operation}", .teams,
      permissions: ["Team.Create", "Channel.Create"] + writers, options: [.select], handler: operation),
  ]

  @Sendable private static func get(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _) = try state.requireTeam(call["team"])
    return try call.answer(state.teamJSON(group), TeamsModel.team, context: "teams")
  }

  // MARK: Making

  /// Safe to repeat until it has worked; then it says that there is a team already.
  @Sendable private static func teamify(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(TeamsModel.team, for: .create)
    if let other = body.keys.first(where: { !Team.settingNames.contains($0) }) {
      throw .badRequest("The property '\(other)' cannot be set when a team is made of a group.")
    }
    let group = try teamable(call["team"], state)
    state.makeTeam(of: group.id, settings: body, readyAt: state.now)
    state.record(.teamCreated, group.displayName, id: group.id)
    return try call.answer(
      state.teamJSON(state.groups[group.id] ?? group), TeamsModel.team, context: "teams", status: 201)
  }

  /// The group of which a team can be made now. Teams learns of a new group later than the directory, and of nothing in
  /// between.
  private static func teamable(_ key: String, _ state: TenantState) throws(GraphFailure) -> Group {
    guard let group = state.groups[key.lowercased()], group.createdAt + state.lags.team <= state.now else {
      throw GraphFailure(
        404, "NotFound",
        "Failed to execute MS Graph backend request GetGroupFromIdRequest: group \(key) was not found.",
        inner: "NotFound")
    }
    guard group.kind == .microsoft365 else {
      throw .badRequest("The group is not a Microsoft 365 group and cannot become a team.")
    }
    guard !group.hasTeam else {
      throw GraphFailure(409, "Conflict", "A team already exists for group \(group.id).", inner: "Conflict")
    }
    try requireLicensedOwner(group.owners, state)
    return group
  }

  private static func requireLicensedOwner(_ ids: [String], _ state: TenantState) throws(GraphFailure) {
    let owners = ids.compactMap { state.users[$0] }
    guard !owners.isEmpty else {
      throw .badRequest("The team must have at least one owner when it is made by an application.")
    }
    guard owners.contains(where: state.isLicensedForTeams) else {
      throw GraphFailure(
        403, "Forbidden", "None of the owners has a licence for Teams.", inner: "Forbidden")
    }
  }

  /// Answers at once and makes the team later.
  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(TeamsModel.team, for: .create)
    let templates = try call.bindings("template@odata.bind", of: body, to: ["teamsTemplates"])
    guard templates == ["standard"] || (templates.isEmpty && body["group@odata.bind"] != nil) else {
      throw .badRequest("The template 'standard' must be named in 'template@odata.bind'; no other one is known.")
    }
    let group =
      body["group@odata.bind"] == nil
      ? try newGroup(body, call, &state) : try existingGroup(body, call, state)
    let operation = state.startTeamsOperation("createTeam", team: group.id, target: group.id, after: state.lags.team)
    if operation.failure == nil {
      state.makeTeam(of: group.id, settings: body, readyAt: operation.endsAt)
      state.record(.teamCreated, group.displayName, id: group.id)
    }
    return .empty(
      202, headers: ["Location": operation.location, "Content-Location": "/teams('\(group.id)')"])
  }

  private static func existingGroup(
    _ body: JSONObject, _ call: GraphCall, _ state: TenantState
  ) throws(GraphFailure) -> Group {
    for name in ["displayName", "description", "visibility", "members"] where body[name] != nil {
      throw .badRequest("The property '\(name)' must not be given together with 'group@odata.bind'.")
    }
    let keys = try call.bindings("group@odata.bind", of: body, to: ["groups"])
    return try teamable(keys.first ?? "", state)
  }

  private static func newGroup(
    _ body: JSONObject, _ call: GraphCall, _ state: inout TenantState
  ) throws(GraphFailure) -> Group {
    guard let name = body["displayName"]?.stringValue, !name.isEmpty else {
      throw .badRequest("The team's displayName must be given.")
    }
    guard body["description"]?.stringValue != "" else { throw .badRequest("The team's description must not be empty.") }
    var owners: [String] = []
    for value in try call.json()["members"]?.arrayValue ?? [] {
      let person = try TeamPeople.person(value, call, state)
      guard person.isOwner else { throw .badRequest("Only an owner can be given when a team is made.") }
      owners.append(person.user.id)
    }
    guard owners.count == 1 else { throw .badRequest("Exactly one owner must be given when a team is made.") }
    try requireLicensedOwner(owners, state)
    let visibility = body["visibility"]?.stringValue ?? "public"
    var group = Group(
      id: state.identifiers.guid(), displayName: name, mailNickname: nickname(for: name, &state),
      kind: .microsoft365, visibility: visibility.prefix(1).uppercased() + visibility.dropFirst(), owners: owners,
      members: owners, createdAt: state.now)
    group.description = body["description"]?.stringValue
    state.groups[group.id] = group
    state.record(.groupCreated, group.displayName, id: group.id)
    return group
  }

  /// A nickname that nobody has, out of the letters of the name.
  private static func nickname(for name: String, _ state: inout TenantState) -> String {
    let letters = String(name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(40))
    guard !letters.isEmpty, !state.isTaken(groupNickname: letters, excluding: nil) else {
      return letters + String(state.identifiers.guid().prefix(8))
    }
    return letters
  }

  // MARK: Changing

  @Sendable private static func update(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _) = try state.requireTeam(call["team"])
    let body = try call.object(TeamsModel.team, for: .update)
    for name in ["displayName", "description"] where body[name]?.stringValue == "" {
      throw .badRequest("The property '\(name)' must not be empty.")
    }
    state.update(team: group.id) { $0.change(by: body) }
    state.groups.update(group.id) { group in
      group.displayName = body["displayName"]?.stringValue ?? group.displayName
      if let description = body["description"] { group.description = description.stringValue }
      if let visibility = body["visibility"]?.stringValue {
        group.visibility = visibility.prefix(1).uppercased() + visibility.dropFirst()
      }
    }
    state.record(.teamUpdated, group.displayName, id: group.id)
    return .empty(204)
  }

  // MARK: Archiving

  @Sendable private static func archive(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    if !call.body.isEmpty {
      _ = try call.actionParameters("archive", ["shouldSetSpoSiteReadOnlyForMembers"], required: [])
    }
    return try setArchived(true, &state, call)
  }

  @Sendable private static func unarchive(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    if !call.body.isEmpty { _ = try call.actionParameters("unarchive", [], required: []) }
    return try setArchived(false, &state, call)
  }

  private static func setArchived(
    _ isArchived: Bool, _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _) = try state.requireTeam(call["team"])
    let operation = state.startTeamsOperation(
      isArchived ? "archiveTeam" : "unarchiveTeam", team: group.id, target: group.id, after: .zero)
    if operation.failure == nil {
      state.update(team: group.id) { $0.isArchived = isArchived }
      state.record(isArchived ? .teamArchived : .teamUnarchived, group.displayName, id: group.id)
    }
    return .empty(202, headers: ["Location": operation.location])
  }

  @Sendable private static func operation(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    guard let operation = state.teamsOperations[call["operation"].lowercased()],
      operation.teamID == call["team"].lowercased()
    else { throw GraphFailure(404, "NotFound", "The operation was not found.", inner: "NotFound") }
    return try call.answer(
      operation.json(now: state.now), TeamsModel.operation, context: "teams('\(operation.teamID)')/operations")
  }
}

extension TenantState {
  /// Begins work that goes on after the answer. Where a fault has doomed it, it ends badly and has done nothing.
  mutating func startTeamsOperation(
    _ kind: String, team: String, target: String, after lag: Duration
  ) -> TeamsOperation {
    let operation = TeamsOperation(
      id: identifiers.guid(), teamID: team, kind: kind, createdAt: now, endsAt: now + lag, targetID: target,
      failure: isDoomed
        ? TeamsOperation.Failure(code: "InternalServerError", message: "The operation failed. Please try again.") : nil)
    teamsOperations[operation.id] = operation
    return operation
  }
}
