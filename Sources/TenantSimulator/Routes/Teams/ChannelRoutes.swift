import AdminCore

/// Channels of a team: standard, private and shared ones.
enum ChannelRoutes {
  private static let readers = [
    "Channel.ReadBasic.All", "ChannelSettings.Read.All", "ChannelSettings.ReadWrite.All", "Group.Read.All",
    "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
  ]
  private static let wide = ["Group.ReadWrite.All", "Directory.ReadWrite.All"]
  private static let listOptions: Set<QueryOption> = [.select, .filter]
  private static let fileReaders = [
    "Files.Read.All", "Files.ReadWrite.All", "Sites.Read.All", "Sites.ReadWrite.All", "Group.Read.All",
    "Group.ReadWrite.All",
  ]

  static let routes = [
    Route("GET", "/teams/{team}/channels", .teams, permissions: readers, options: listOptions, handler: list),
    Route("GET", "/teams/{team}/allChannels", .teams, permissions: readers, options: listOptions, handler: list),
    Route("POST", "/teams/{team}/channels", .teams, permissions: ["Channel.Create"] + wide, handler: create),
    Route("GET", "/teams/{team}/primaryChannel", .teams, permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      let (group, team) = try state.requireTeam(call["team"])
      guard let channel = team.primaryChannel else { throw GraphFailure(404, "NotFound", "No channel.") }
      return try call.answer(
        state.json(channel, in: group, call), TeamsModel.channel, context: "teams('\(group.id)')/primaryChannel")
    },
    Route("GET", "/teams/{team}/channels/{channel}", .teams, permissions: readers, options: [.select]) {
      state, call throws(GraphFailure) in
      let (group, _, channel) = try state.requireChannel(call)
      return try call.answer(
        state.json(channel, in: group, call), TeamsModel.channel, context: "teams('\(group.id)')/channels")
    },
    Route(
      "PATCH", "/teams/{team}/channels/{channel}", .teams, permissions: ["ChannelSettings.ReadWrite.All"] + wide,
      handler: update),
    Route(
      "DELETE", "/teams/{team}/channels/{channel}", .teams, permissions: ["Channel.Delete.All"] + wide,
      handler: delete),
    Route(
      "GET", "/teams/{team}/channels/{channel}/filesFolder", .teams, permissions: fileReaders, handler: filesFolder),
  ]

  @Sendable private static func list(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, team) = try state.requireTeam(call["team"])
    let current = state
    return try CollectionQuery(TeamsModel.channel, call, .teams).answer(
      team.channels.values.filter { $0.readyAt <= current.now }, context: "teams('\(group.id)')/channels", id: \.id
    ) { channel in current.json(channel, in: group, call) }
  }

  // MARK: Making

  private static let forbiddenCharacters = "~#%&*{}/\\:<>?+|'\""

  private static func check(
    name: String?, in team: Team, excluding id: String?, _ state: TenantState
  ) throws(GraphFailure) -> String {
    guard let name, !name.isEmpty, name.utf16.count <= 50, !name.contains(where: forbiddenCharacters.contains),
      !name.hasPrefix("_"), !name.hasPrefix("."), !name.hasSuffix(".")
    else { throw GraphFailure(400, "BadRequest", "Channel name is not valid.", inner: "BadRequest") }
    guard team.isFree(channelName: name, now: state.now, excluding: id) else {
      throw GraphFailure(
        400, "BadRequest", "Channel name already existed, please use other name.", inner: "NameAlreadyExists")
    }
    return name
  }

  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, team) = try state.requireTeam(call["team"])
    guard team.channelsOpenAt <= state.now else {
      throw GraphFailure(404, "NotFound", "No team found with Group Id \(group.id)", inner: "NotFound")
    }
    guard !team.isArchived else { throw GraphFailure(403, "Forbidden", "The team is archived.", inner: "Forbidden") }
    let body = try call.object(TeamsModel.channel, for: .create)
    let name = try check(name: body["displayName"]?.stringValue, in: team, excluding: nil, state)
    let membership = Channel.Membership(rawValue: body["membershipType"]?.stringValue ?? "standard") ?? .standard
    let people = try people(membership, group, call, state)
    let id = "19:\(state.identifiers.token(bytes: 24))@thread.tacv2"
    guard membership == .shared else {
      let channel = make(id, name, membership, body, people, readyAt: state.now, in: group, &state)
      return try call.answer(
        state.json(channel, in: group, call), TeamsModel.channel, context: "teams('\(group.id)')/channels",
        status: 201)
    }
    let operation = state.startTeamsOperation("createChannel", team: group.id, target: id, after: state.lags.team)
    if operation.failure == nil {
      _ = make(id, name, membership, body, people, readyAt: operation.endsAt, in: group, &state)
    }
    return .empty(
      202,
      headers: ["Location": operation.location, "Content-Location": "/teams('\(group.id)')/channels('\(id)')"])
  }

  private static func make(
    _ id: String, _ name: String, _ membership: Channel.Membership, _ body: JSONObject, _ people: [Channel.Person],
    readyAt: Timestamp, in group: Group, _ state: inout TenantState
  ) -> Channel {
    // A standard channel is a folder of the team's site; the others have sites of their own.
    let site = membership == .standard ? group.createdAt + state.lags.site : readyAt + state.lags.site
    var channel = Channel(
      id: id, displayName: name, membership: membership, createdAt: state.now, readyAt: readyAt,
      folderReadyAt: max(site, state.now))
    channel.description = body["description"]?.stringValue
    channel.people = people
    let made = channel
    state.update(team: group.id) { $0.channels[made.id] = made }
    state.record(.channelCreated, "\(group.displayName): \(name)", id: id)
    return made
  }

  /// Who is in a channel from the start: one owner, who is in the team.
  private static func people(
    _ membership: Channel.Membership, _ group: Group, _ call: GraphCall, _ state: TenantState
  ) throws(GraphFailure) -> [Channel.Person] {
    // As they were sent: the model's reading leaves their types out.
    let values = try call.json()["members"]?.arrayValue ?? []
    guard membership != .standard else {
      guard values.isEmpty else { throw .badRequest("A standard channel has the members of its team and no others.") }
      return []
    }
    var people: [Channel.Person] = []
    for value in values {
      let person = try TeamPeople.person(value, call, state)
      try requireAdmission(person.user, to: membership, of: group, state)
      people.append(Channel.Person(userID: person.user.id, isOwner: person.isOwner))
    }
    guard people.count == 1, people[0].isOwner else {
      throw .badRequest("A \(membership.rawValue) channel needs exactly one owner among its first members.")
    }
    return people
  }

  static func requireAdmission(
    _ user: User, to membership: Channel.Membership, of group: Group, _ state: TenantState
  ) throws(GraphFailure) {
    if membership == .private, !state.roster(of: group).contains(where: { $0.user.id == user.id }) {
      throw GraphFailure(
        400, "BadRequest", "The user '\(user.userPrincipalName)' is not a member of the team.", inner: "BadRequest")
    }
    if membership == .shared, user.isGuest {
      throw GraphFailure(400, "BadRequest", "A guest cannot be in a shared channel.", inner: "BadRequest")
    }
  }

  // MARK: Changing and deleting

  @Sendable private static func update(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, team, channel) = try state.requireChannel(call)
    let body = try call.object(TeamsModel.channel, for: .update)
    let isPrimary = channel.id == team.primaryChannel?.id
    guard !isPrimary || body["displayName"] == nil else { throw .badRequest("The General channel cannot be renamed.") }
    let name =
      try body["displayName"].map { value throws(GraphFailure) in
        try check(name: value.stringValue, in: team, excluding: channel.id, state)
      } ?? channel.displayName
    state.update(channel: channel.id, of: group.id) { channel in
      channel.displayName = name
      if let description = body["description"] { channel.description = description.stringValue }
    }
    state.record(.channelUpdated, "\(group.displayName): \(name)", id: channel.id)
    return .empty(204)
  }

  @Sendable private static func delete(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, team, channel) = try state.requireChannel(call)
    guard channel.id != team.primaryChannel?.id else { throw .badRequest("The General channel cannot be deleted.") }
    let now = state.now
    state.update(team: group.id) { team in
      team.channels[channel.id] = nil
      team.deletedChannels.append((channel.displayName, now))
    }
    state.record(.channelDeleted, "\(group.displayName): \(channel.displayName)", id: channel.id)
    return .empty(204)
  }

  // MARK: Files

  @Sendable private static func filesFolder(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _, channel) = try state.requireChannel(call)
    guard channel.folderReadyAt <= state.now else {
      throw GraphFailure(
        404, "NotFound", "Folder location for this channel is not ready yet, please try again later.",
        inner: "NotFound")
    }
    let head: JSONObject = [
      "@odata.context": .string(
        call.context("teams('\(group.id)')/channels('\(PercentEncoding.encode(channel.id))')/filesFolder/$entity"))
    ]
    return .json(200, head.merging(state.folderJSON(of: channel, in: group)))
  }
}
