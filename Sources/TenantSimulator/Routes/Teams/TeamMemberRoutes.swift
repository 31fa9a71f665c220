import AdminCore

/// Who is in a team, and who owns it.
enum TeamMemberRoutes {
  private static let readers = ["TeamMember.Read.All", "TeamMember.ReadWrite.All"]
  private static let writers = ["TeamMember.ReadWrite.All"]
  private static let adders = writers + ["TeamMember.ReadWriteNonOwnerRole.All"]

  static let routes = [
    Route(
      "GET", "/teams/{team}/members", .teams, permissions: readers,
      options: [.select, .filter, .top, .skipToken], handler: list),
    Route("POST", "/teams/{team}/members", .teams, permissions: adders, handler: addOne),
    Route("POST", "/teams/{team}/members/add", .teams, permissions: adders, handler: addSeveral),
    Route("POST", "/teams/{team}/members/remove", .teams, permissions: writers, handler: removeSeveral),
    Route("PATCH", "/teams/{team}/members/{member}", .teams, permissions: adders, handler: changeRole),
    Route("DELETE", "/teams/{team}/members/{member}", .teams, permissions: adders, handler: removeOne),
  ]

  @Sendable private static func list(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _) = try state.requireTeam(call["team"])
    let current = state
    return try CollectionQuery(TeamsModel.member, call, .teams).answer(
      state.roster(of: group), context: "teams('\(group.id)')/members", id: \.user.id
    ) { person in current.json(person.user, isOwner: person.isOwner, in: group.id) }
  }

  /// Membership is the caller's to give, ownership only with the wider permission.
  private static func check(_ person: TeamPeople.Person, _ call: GraphCall) throws(GraphFailure) {
    guard !person.isOwner || !call.caller.roles.isDisjoint(with: writers) else {
      throw Workload.teams.accessDenied(needing: writers, having: call.caller.roles)
    }
  }

  // MARK: Adding

  @Sendable private static func addOne(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _) = try state.requireTeam(call["team"])
    let person = try TeamPeople.person(try call.json(), call, state)
    try check(person, call)
    try state.add(person, toTeam: group)
    let object = state.json(person.user, isOwner: person.isOwner, in: group.id)
    return try call.answer(object, TeamsModel.member, context: "teams('\(group.id)')/members", status: 201)
  }

  /// Each person succeeds or fails alone; 207 tells that some failed.
  @Sendable private static func addSeveral(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _) = try state.requireTeam(call["team"])
    return try each("add", call) { value throws(GraphFailure) in
      let person = try TeamPeople.person(value, call, state)
      try check(person, call)
      try state.add(person, toTeam: group)
      return person.user.id
    }
  }

  @Sendable private static func removeSeveral(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _) = try state.requireTeam(call["team"])
    return try each("remove", call) { value throws(GraphFailure) in
      let person = try TeamPeople.person(value, call, state)
      try state.removeFromTeam(person.user.id, state.groups[group.id] ?? group)
      return person.user.id
    }
  }

  private static func each(
    _ action: String, _ call: GraphCall, _ body: (JSONValue) throws(GraphFailure) -> String
  ) throws(GraphFailure) -> GraphAnswer {
    let parameters = try call.actionParameters(action, ["values"], required: ["values"])
    guard let values = parameters["values"]?.arrayValue, (1...TeamPeople.maximumCount).contains(values.count) else {
      throw .badRequest("The parameter 'values' must hold 1 to \(TeamPeople.maximumCount) members.")
    }
    // What is malformed spoils the whole request before anything happens.
    for value in values { try TeamPeople.checkForm(value, call) }
    var results: [JSONValue] = []
    var hasFailed = false
    for value in values {
      do throws(GraphFailure) {
        results.append(TeamPeople.result(try body(value), nil))
      } catch {
        hasFailed = true
        results.append(TeamPeople.result(TeamPeople.key(of: value), error))
      }
    }
    return .json(
      hasFailed ? 207 : 200,
      [
        "@odata.context": .string(call.context("Collection(aadUserConversationMemberResult)")),
        "value": .array(results),
      ])
  }

  // MARK: Changing and removing

  private static func member(
    _ call: GraphCall, _ state: TenantState
  ) throws(GraphFailure) -> (Group, User, isOwner: Bool) {
    let (group, _) = try state.requireTeam(call["team"])
    let found = state.roster(of: group).first {
      TenantState.memberID($0.user.id, in: group.id) == call["member"] || $0.user.id == call["member"].lowercased()
    }
    guard let found else {
      throw GraphFailure(404, "NotFound", "The member is not in the team.", inner: "NotFound")
    }
    return (group, found.user, found.isOwner)
  }

  @Sendable private static func changeRole(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, user, wasOwner) = try member(call, state)
    let body = try call.object(TeamsModel.member, for: .update)
    guard let roles = body["roles"]?.arrayValue, try TeamPeople.hasType(call.json()) else {
      throw .badRequest("'@odata.type' and 'roles' must be given.")
    }
    let person = TeamPeople.Person(user: user, isOwner: try TeamPeople.isOwner(roles, user))
    try check(person, call)
    if person.isOwner {
      state.addOwner(user.id, to: group.id, byWayOfTeam: true)
    } else if wasOwner {
      try TeamPeople.requireOtherOwner(group)
      state.addMember(user.id, to: group.id, byWayOfTeam: true)
      state.groups.update(group.id) { $0.owners.removeAll { $0 == user.id } }
    }
    state.record(
      person.isOwner ? .groupOwnerAdded : .groupOwnerRemoved, "\(group.displayName): \(user.userPrincipalName)",
      id: group.id)
    let object = state.json(user, isOwner: person.isOwner, in: group.id)
    return try call.answer(object, TeamsModel.member, context: "teams('\(group.id)')/members")
  }

  @Sendable private static func removeOne(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, user, _) = try member(call, state)
    try state.removeFromTeam(user.id, group)
    return .empty(204)
  }
}

/// How people are named in bodies of Teams, and what keeps them out.
enum TeamPeople {
  static let maximumCount = 200

  struct Person: Sendable {
    let user: User
    let isOwner: Bool
  }

  static func hasType(_ value: JSONValue) -> Bool { value["@odata.type"]?.stringValue != nil }

  /// - Returns: the body and the key it names.
  @discardableResult
  static func checkForm(_ value: JSONValue, _ call: GraphCall) throws(GraphFailure) -> (JSONObject, key: String) {
    let body = try call.read(value, as: TeamsModel.member, for: .create)
    guard hasType(value) else { throw .badRequest("'@odata.type' must be given for each member.") }
    guard let key = try call.bindings("user@odata.bind", of: body, to: ["users"]).first else {
      throw .badRequest("'user@odata.bind' must be given for each member.")
    }
    return (body, key)
  }

  static func person(
    _ value: JSONValue, _ call: GraphCall, _ state: TenantState
  ) throws(GraphFailure) -> Person {
    let (body, key) = try checkForm(value, call)
    guard let user = state.user(key), state.isReplicated(user) else {
      throw GraphFailure(404, "NotFound", "The user '\(VisibleText.excerpt(key))' was not found.", inner: "NotFound")
    }
    return Person(user: user, isOwner: try isOwner(body["roles"]?.arrayValue ?? [], user))
  }

  static func isOwner(_ roles: [JSONValue], _ user: User) throws(GraphFailure) -> Bool {
    switch roles {
    case [], ["guest"]: return false
    case ["owner"]:
      guard !user.isGuest else { throw .badRequest("A guest cannot be an owner.") }
      return true
    default: throw .badRequest("Invalid role specified for member.")
    }
  }

  static func requireOtherOwner(_ group: Group) throws(GraphFailure) {
    guard group.owners.count > 1 else {
      throw GraphFailure(
        400, "BadRequest", "The last owner of the team cannot be removed.", inner: "LastOwnerCannotBeRemoved")
    }
  }

  /// The key that a member of `values` names, as far as one can be made out.
  static func key(of value: JSONValue) -> String? {
    guard let url = value["user@odata.bind"]?.stringValue else { return nil }
    return url.split(whereSeparator: { "/'()".contains($0) }).last.map(String.init)
  }

  static func result(_ userID: String?, _ failure: GraphFailure?) -> JSONValue {
    var error = JSONObject()
    error["code"] = failure.map { .string($0.innerCode ?? $0.code) }
    error["message"] = failure.map { .string($0.message) }
    return [
      "@odata.type": "#microsoft.graph.aadUserConversationMemberResult", "userId": .optional(userID),
      "error": failure == nil ? .null : .object(error),
    ]
  }
}

extension TenantState {
  /// Adding somebody who is there already is accepted.
  mutating func add(_ person: TeamPeople.Person, toTeam group: Group) throws(GraphFailure) {
    if person.user.isGuest, !allowsGuests(in: group) {
      throw GraphFailure(403, "Forbidden", "Guests cannot be added to this team.", inner: "GuestAccessDisabled")
    }
    let name = "\(group.displayName): \(person.user.userPrincipalName)"
    if person.isOwner, !(groups[group.id]?.owners.contains(person.user.id) ?? true) {
      addOwner(person.user.id, to: group.id, byWayOfTeam: true)
      record(.groupOwnerAdded, name, id: group.id)
    }
    if !(groups[group.id]?.members.contains(person.user.id) ?? true) {
      addMember(person.user.id, to: group.id, byWayOfTeam: true)
      record(.groupMemberAdded, name, id: group.id)
    }
    update(team: group.id) { $0.knownFrom[person.user.id] = nil }
  }

  mutating func removeFromTeam(_ userID: String, _ group: Group) throws(GraphFailure) {
    if group.owners.contains(userID) { try TeamPeople.requireOtherOwner(group) }
    groups.update(group.id) { group in
      group.owners.removeAll { $0 == userID }
      group.members.removeAll { $0 == userID }
      group.team?.knownFrom[userID] = nil
    }
    for channel in group.team?.channels.values ?? [] {
      update(channel: channel.id, of: group.id) { $0.people.removeAll { $0.userID == userID } }
    }
    record(.groupMemberRemoved, "\(group.displayName): \(name(of: userID))", id: group.id)
  }
}
