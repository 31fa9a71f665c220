import AdminCore

extension TenantState {
  /// A group together with the team that was made of it.
  func requireTeam(_ key: String) throws(GraphFailure) -> (Group, Team) {
    guard let group = groups[key.lowercased()], let team = group.team, team.readyAt <= now else {
      throw GraphFailure(404, "NotFound", "No team found with Group Id \(key)", inner: "ItemNotFound")
    }
    return (group, team)
  }

  func requireChannel(_ call: GraphCall) throws(GraphFailure) -> (Group, Team, Channel) {
    let (group, team) = try requireTeam(call["team"])
    guard let channel = team.channels[call["channel"]], channel.readyAt <= now else {
      throw GraphFailure(
        404, "NotFound", "Channel with id \(call["channel"]) does not exist in team \(group.id).", inner: "NotFound")
    }
    return (group, team, channel)
  }

  mutating func update(team groupID: String, _ change: (inout Team) -> Void) {
    groups.update(groupID) { group in
      guard var team = group.team else { return }
      change(&team)
      group.team = team
    }
  }

  mutating func update(channel id: String, of groupID: String, _ change: (inout Channel) -> Void) {
    update(team: groupID) { $0.channels.update(id, change) }
  }

  /// Makes a team of a group. Its people are those of the group, and it knows them all.
  mutating func makeTeam(of groupID: String, settings: JSONObject, readyAt: Timestamp) {
    var team = Team(createdAt: now, readyAt: readyAt, channelsOpenAt: readyAt + lags.directory)
    team.change(by: settings)
    for id in TeamsApp.builtIn {
      let installation = AppInstallation(id: identifiers.token(bytes: 24), appID: id)
      team.apps[installation.id] = installation
    }
    let site = groups[groupID].map { $0.createdAt + lags.site } ?? now
    let general = Channel(
      id: "19:\(identifiers.token(bytes: 24))@thread.tacv2", displayName: "General", membership: .standard,
      createdAt: now, readyAt: now, folderReadyAt: max(site, readyAt))
    team.channels[general.id] = general
    let made = team
    groups.update(groupID) { $0.team = made }
  }

  // MARK: People

  /// Whether somebody can use Teams.
  func isLicensedForTeams(_ user: User) -> Bool {
    enabledPlans(of: user.effectiveLicenses).contains { $0.name == "TEAMS1" }
  }

  /// The people of a team as Teams knows them: the owners, and after them everybody else.
  func roster(of group: Group) -> [(user: User, isOwner: Bool)] {
    guard let team = group.team else { return [] }
    return group.people.compactMap { id in
      guard let user = users[id], team.knownFrom[id].map({ $0 <= now }) ?? true else { return nil }
      return (user, group.owners.contains(id))
    }
  }

  func roster(of channel: Channel, in group: Group) -> [(user: User, isOwner: Bool)] {
    guard channel.membership != .standard else { return roster(of: group) }
    return channel.people.compactMap { person in users[person.userID].map { ($0, person.isOwner) } }
  }

  // MARK: Answers

  func json(_ user: User, isOwner: Bool, in place: String) -> JSONObject {
    [
      "@odata.type": "#microsoft.graph.aadUserConversationMember",
      "id": .string(Self.memberID(user.id, in: place)),
      "roles": isOwner ? ["owner"] : user.isGuest ? ["guest"] : [], "displayName": .string(user.displayName),
      "visibleHistoryStartDateTime": "0001-01-01T00:00:00Z", "userId": .string(user.id),
      "email": .optional(mail(of: user) ?? user.userPrincipalName), "tenantId": .string(organization.tenantID),
    ]
  }

  /// The id of a membership, which belongs to a person in one team or channel.
  static func memberID(_ userID: String, in place: String) -> String {
    Base64.encode(Array("1##\(place)##\(userID)".utf8), .url)
  }

  func teamJSON(_ group: Group) -> JSONObject {
    let roster = roster(of: group)
    let own: JSONObject = [
      "id": .string(group.id), "createdDateTime": .optional(group.team?.createdAt.iso8601Seconds),
      "displayName": .string(group.displayName), "description": .optional(group.description), "internalId": .null,
      "classification": .null, "specialization": .null, "visibility": .string(group.visibility.lowercased()),
      "webUrl": .string(
        "https://teams.microsoft.com/l/team/\(group.id)/conversations?groupId=\(group.id)"
          + "&tenantId=\(organization.tenantID)"), "isArchived": .bool(group.team?.isArchived ?? false),
      "tenantId": .string(organization.tenantID),
      "summary": [
        "ownersCount": .int(roster.count { $0.isOwner }),
        "membersCount": .int(roster.count { !$0.isOwner && !$0.user.isGuest }),
        "guestsCount": .int(roster.count { $0.user.isGuest }),
      ],
    ]
    return own.merging(group.team?.settings ?? [:])
  }

  /// A channel as it is shown; its kind is hidden from whoever does not ask for the newer names.
  func json(_ channel: Channel, in group: Group, _ call: GraphCall) -> JSONObject {
    let hidesKind = channel.membership == .shared && !call.prefersUnknownMembers
    let roster = roster(of: channel, in: group)
    return [
      "id": .string(channel.id), "createdDateTime": .string(channel.createdAt.iso8601),
      "displayName": .string(channel.displayName), "description": .optional(channel.description),
      "isFavoriteByDefault": .null, "email": "", "tenantId": .string(organization.tenantID),
      "webUrl": .string(
        "https://teams.microsoft.com/l/channel/\(PercentEncoding.encode(channel.id))/"
          + "\(PercentEncoding.encode(channel.displayName))?groupId=\(group.id)&tenantId=\(organization.tenantID)"),
      "membershipType": .string(hidesKind ? "unknownFutureValue" : channel.membership.rawValue), "isArchived": false,
      "summary": [
        "ownersCount": .int(roster.count { $0.isOwner }),
        "membersCount": .int(roster.count { !$0.isOwner && !$0.user.isGuest }),
        "guestsCount": .int(roster.count { $0.user.isGuest }), "hasMembersFromOtherTenants": false,
      ],
    ]
  }

  func json(_ tab: Tab) -> JSONObject {
    var object: JSONObject = [
      "id": .string(tab.id), "displayName": .string(tab.displayName),
      "webUrl": .string(
        "https://teams.microsoft.com/l/entity/\(PercentEncoding.encode(tab.appID))/_djb2_msteams_prefix"),
      "configuration": .object(tab.configuration),
    ]
    object["teamsApp"] = TeamsApp.catalog.first { $0.id == tab.appID }.map {
      .object($0.json.dropping("appDefinitions"))
    }
    return object
  }

  func json(_ installation: AppInstallation) -> JSONObject {
    let app = TeamsApp.catalog.first { $0.id == installation.appID }
    var object: JSONObject = ["id": .string(installation.id)]
    object["teamsApp"] = app.map { .object($0.json.dropping("appDefinitions")) }
    object["teamsAppDefinition"] = app.map { .object($0.definition) }
    return object
  }
}

extension JSONObject {
  func dropping(_ key: String) -> JSONObject {
    var object = self
    object[key] = Optional.none
    return object
  }
}
