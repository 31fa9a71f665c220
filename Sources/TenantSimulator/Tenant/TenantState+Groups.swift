import AdminCore

extension TenantState {
  func requireGroup(_ key: String) throws(GraphFailure) -> Group {
    guard let group = groups[key.lowercased()] else { throw .noSuchResource(key) }
    return group
  }

  /// The same for operations that another replica serves, which learns of a new group a little later.
  func requireReplicatedGroup(_ key: String) throws(GraphFailure) -> Group {
    let group = try requireGroup(key)
    guard isReplicated(group) else { throw .noSuchResource(key) }
    return group
  }

  func isReplicated(_ group: Group) -> Bool { group.createdAt + lags.directory <= now }

  // MARK: Names

  /// A nickname of a group with mail belongs to one such group alone, and a deleted one keeps its own for thirty days.
  func isTaken(groupNickname nickname: String, excluding id: String?) -> Bool {
    let wanted = nickname.lowercased()
    return (groups.values + deletedGroups.values).contains { group in
      group.id != id && group.kind != .security && group.mailNickname.lowercased() == wanted
    }
  }

  /// The tenant's settings from `template`, where somebody has made any.
  func directorySetting(_ template: DirectorySettingTemplate) -> DirectorySetting? {
    directorySettings.first { $0.template.id == template.id }
  }

  /// Whether guests may join: the tenant may forbid it for all groups, and a group for itself.
  func allowsGuests(in group: Group) -> Bool {
    let tenant = directorySetting(.groups)
    guard tenant?.isTrue("AllowToAddGuests") ?? true, tenant?.isTrue("AllowGuestsToAccessGroups") ?? true else {
      return false
    }
    return group.settings.first { $0.template.id == DirectorySettingTemplate.guests.id }?
      .isTrue("AllowToAddGuests") ?? true
  }

  // MARK: People

  /// Puts somebody into the group. Who comes by way of the team is in it at once; of the others Teams learns later.
  mutating func addMember(_ id: String, to groupID: String, byWayOfTeam: Bool = false) {
    let knownFrom = byWayOfTeam ? now : now + lags.membership
    groups.update(groupID) { group in
      guard !group.members.contains(id) else { return }
      if !group.owners.contains(id) { group.team?.knownFrom[id] = knownFrom }
      group.members.append(id)
    }
  }

  mutating func addOwner(_ id: String, to groupID: String, byWayOfTeam: Bool = false) {
    let knownFrom = byWayOfTeam ? now : now + lags.membership
    groups.update(groupID) { group in
      guard !group.owners.contains(id) else { return }
      if !group.members.contains(id) { group.team?.knownFrom[id] = knownFrom }
      group.owners.append(id)
    }
  }

  /// Groups that somebody or something is in, directly.
  func groups(containing id: String) -> [Group] { groups.values.filter { $0.members.contains(id) } }

  /// The same with the groups that those groups are in.
  func allGroups(containing id: String) -> [Group] {
    var found: [Group] = []
    var rest = groups(containing: id)
    while let group = rest.popLast() {
      guard !found.contains(where: { $0.id == group.id }) else { continue }
      found.append(group)
      rest += groups(containing: group.id)
    }
    return groups.values.filter { group in found.contains { $0.id == group.id } }
  }

  /// Everybody in the group and in the groups in it.
  func allMembers(of group: Group) -> [String] {
    var found: [String] = []
    var rest = group.members[...]
    while let id = rest.popFirst() {
      guard !found.contains(id) else { continue }
      found.append(id)
      if let inner = groups[id] { rest += inner.members }
    }
    return found
  }
}
