import AdminCore

/// Who is in a channel.
enum ChannelMemberRoutes {
  static let routes = [
    Route(
      "GET", "/teams/{team}/channels/{channel}/members", .teams,
      permissions: ["ChannelMember.Read.All", "ChannelMember.ReadWrite.All"],
      options: [.select, .filter, .top, .skipToken], handler: list),
    Route(
      "POST", "/teams/{team}/channels/{channel}/members", .teams, permissions: ["ChannelMember.ReadWrite.All"],
      handler: add),
  ]

  @Sendable private static func list(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _, channel) = try state.requireChannel(call)
    let current = state
    return try CollectionQuery(TeamsModel.member, call, .teams).answer(
      state.roster(of: channel, in: group), context: "teams('\(group.id)')/channels('\(channel.id)')/members",
      id: \.user.id
    ) { person in current.json(person.user, isOwner: person.isOwner, in: channel.id) }
  }

  /// Adding somebody who is there already is accepted, and may make an owner of a member.
  @Sendable private static func add(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _, channel) = try state.requireChannel(call)
    guard channel.membership != .standard else {
      throw .badRequest("A standard channel has the members of its team and no others.")
    }
    let person = try TeamPeople.person(try call.json(), call, state)
    try ChannelRoutes.requireAdmission(person.user, to: channel.membership, of: group, state)
    let known = channel.people.first { $0.userID == person.user.id }
    if known == nil || known?.isOwner != person.isOwner {
      state.update(channel: channel.id, of: group.id) { channel in
        channel.people.removeAll { $0.userID == person.user.id }
        channel.people.append(Channel.Person(userID: person.user.id, isOwner: person.isOwner))
      }
      state.record(.channelMemberAdded, "\(channel.displayName): \(person.user.userPrincipalName)", id: channel.id)
    }
    return try call.answer(
      state.json(person.user, isOwner: person.isOwner, in: channel.id), TeamsModel.member,
      context: "teams('\(group.id)')/channels('\(channel.id)')/members", status: 201)
  }
}
