package import AdminCore

extension GraphClient {
  // MARK: Reading

  /// Every channel of a team, shared ones by their name. Permission: Channel.ReadBasic.All. Idempotent.
  package func channels(ofTeam id: String) async throws(AdminError) -> [TeamChannel] {
    var call = GraphCall.get("/teams/\(id)/channels", permissions: [.channelReadBasic], subject: .team(id))
    call.includesUnknownMembers = true
    return try await pages(call, reading(call, TeamChannel.init)).collect(maximum: 5000)
  }

  /// The channel of a name, upper and lower case not told apart; `nil` where there is none. Permission:
  /// Channel.ReadBasic.All. Idempotent.
  package func channel(named name: String, ofTeam id: String) async throws(AdminError) -> TeamChannel? {
    let wanted = name.lowercased()
    return try await channels(ofTeam: id).first { $0.displayName.lowercased() == wanted }
  }

  /// The channel everybody is in, named General at first. Permission: Channel.ReadBasic.All. Idempotent.
  package func primaryChannel(ofTeam id: String) async throws(AdminError) -> TeamChannel {
    let call = GraphCall.get("/teams/\(id)/primaryChannel", permissions: [.channelReadBasic], subject: .team(id))
    return try await send(call).decode(call, TeamChannel.init)
  }

  // MARK: Changing

  /// Permission: Channel.Create. To be checked after an unclear end by `channel(named:ofTeam:)`.
  ///
  /// - Parameter isFresh: the team was made minutes ago.
  /// - Throws: an error whose fault is `nameTaken` when a channel has the name, or had it in the last 30 days.
  package func createChannel(
    _ channel: NewChannel, inTeam id: String, isFresh: Bool = false
  ) async throws(AdminError) -> ChannelCreation {
    var call = GraphCall.post(
      "/teams/\(id)/channels", .json(channel.json(reference)), permissions: [.channelCreate], safety: .checkFirst,
      subject: .team(id))
    call.isFresh = isFresh
    call.includesUnknownMembers = true
    let reply = try await send(call)
    if reply.status == 202 { return .underWay(try operationLink(of: call, reply)) }
    return .made(try reply.decode(call, TeamChannel.init))
  }

  /// Permission: ChannelSettings.ReadWrite.All. Idempotent.
  ///
  /// - Parameter description: an empty text clears it.
  package func updateChannel(
    id channel: String, ofTeam id: String, displayName: String? = nil, description: String? = nil
  ) async throws(AdminError) {
    var body = JSONObject()
    body["displayName"] = displayName.map(JSONValue.string)
    body["description"] = description.map { $0.isEmpty ? .null : .string($0) }
    _ = try await send(
      .patch(
        "/teams/\(id)/channels/\(channel)", .object(body), permissions: [.channelSettingsReadWrite],
        subject: .team(id)))
  }

  /// Its name stays taken for 30 days. One that is gone already is as good. Permission: Channel.Delete.All. Idempotent.
  package func deleteChannel(id channel: String, ofTeam id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete("/teams/\(id)/channels/\(channel)", permissions: [.channelDelete], subject: .team(id)))
    }
  }

  // MARK: People

  /// Permission: ChannelMember.Read.All. Idempotent.
  package func members(ofChannel channel: String, team id: String) async throws(AdminError) -> [TeamMember] {
    var query = GraphQuery()
    query.top = 999
    let call = GraphCall.get(
      "/teams/\(id)/channels/\(channel)/members", query, permissions: [.channelMemberRead], subject: .team(id))
    return try await pages(call, reading(call, TeamMember.init)).collect(maximum: 50_000)
  }

  /// Adds somebody to a private or shared channel. Permission: ChannelMember.ReadWrite.All. Idempotent.
  package func addMember(
    _ userID: String, isOwner: Bool = false, toChannel channel: String, team id: String
  ) async throws(AdminError) {
    try await ignoringPresence { () async throws(AdminError) in
      try await send(
        .post(
          "/teams/\(id)/channels/\(channel)/members",
          .json(TeamMember.json(userID, isOwner: isOwner, reference)), permissions: [.channelMemberReadWrite],
          safety: .idempotent, subject: .team(id)))
    }
  }

  // MARK: Files

  /// The folder of a channel; `nil` as long as it is not ready. Permission: Files.Read.All. Idempotent.
  package func filesFolder(ofChannel channel: String, team id: String) async throws(AdminError) -> DriveItem? {
    let call = GraphCall.get(
      "/teams/\(id)/channels/\(channel)/filesFolder", permissions: [.filesRead], subject: .team(id))
    return try await ifPresent { () async throws(AdminError) in try await send(call).decode(call, DriveItem.init) }
  }
}
