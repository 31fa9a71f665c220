package import AdminCore

/// What the tenant has against a name for a group.
package struct GroupNameObjection: Hashable, Sendable {
  /// `ContainsBlockedWord`, `MissingPrefixSuffix`, `ObjectConflict` and others.
  package let code: String
  /// `displayName` or `mailNickname`.
  package let target: String
  package let message: String
}

extension GraphClient {
  // MARK: Reading

  /// Permission: Group.Read.All. Idempotent.
  ///
  /// - Throws: `GRAPH_002` when there is no such group.
  package func group(id: String, isFresh: Bool = false) async throws(AdminError) -> DirectoryGroup {
    var call = GraphCall.get(
      "/groups/\(id)", GraphQuery(select: DirectoryGroup.properties), permissions: [.groupRead], subject: .group(id))
    call.isFresh = isFresh
    return try await send(call).decode(call, DirectoryGroup.init)
  }

  /// As `group`, with `nil` where there is none.
  package func findGroup(id: String) async throws(AdminError) -> DirectoryGroup? {
    try await ifPresent { () async throws(AdminError) in try await group(id: id) }
  }

  /// The groups with a nickname; there can be several, since security groups do not keep theirs to themselves.
  /// Permission: Group.Read.All. Idempotent.
  package func groups(nickname: String) async throws(AdminError) -> [DirectoryGroup] {
    var query = GraphQuery(select: DirectoryGroup.properties)
    query.filter = "mailNickname eq \(nickname)"
    let call = GraphCall.get("/groups", query, permissions: [.groupRead])
    return try await pages(call, reading(call, DirectoryGroup.init)).collect(maximum: 100)
  }

  /// Soft-deleted groups that still hold a nickname. Permission: Group.Read.All. Idempotent.
  package func deletedGroups(nickname: String) async throws(AdminError) -> [DirectoryGroup] {
    var query = GraphQuery(select: DirectoryGroup.properties)
    query.filter = "mailNickname eq \(nickname)"
    query.isAdvanced = true
    let call = GraphCall.get("/directory/deletedItems/microsoft.graph.group", query, permissions: [.groupRead])
    return try await pages(call, reading(call, DirectoryGroup.init)).collect(maximum: 100)
  }

  /// A page of the groups whose name has a word that begins with the given ones, ordered by name. Permission:
  /// Group.Read.All. Idempotent.
  ///
  /// - Parameter teamsOnly: leaves out groups that are no teams.
  package func groupPage(
    matching words: String? = nil, teamsOnly: Bool = false, size: Int = 100, continuing link: PageLink? = nil
  ) async throws(AdminError) -> GraphPage<DirectoryGroup> {
    let call = groupList(words, teamsOnly, size)
    return try await page(call, continuing: link).map(reading(call, DirectoryGroup.init))
  }

  /// As `groupPage`, page after page.
  package func groupPages(
    matching words: String? = nil, teamsOnly: Bool = false, size: Int = 100
  ) -> GraphPages<DirectoryGroup> {
    let call = groupList(words, teamsOnly, size)
    return pages(call, reading(call, DirectoryGroup.init))
  }

  private func groupList(_ words: String?, _ teamsOnly: Bool, _ size: Int) -> GraphCall {
    var query = GraphQuery(select: DirectoryGroup.properties)
    if let words, !words.isEmpty { query.search = GraphSearch(words, in: ["displayName", "mail"]) }
    if teamsOnly { query.filter = "resourceProvisioningOptions/Any(x:x eq \("Team"))" }
    query.orderBy = "displayName"
    // Graph gives at most 999 groups a page.
    query.top = min(max(size, 1), 999)
    query.isAdvanced = true
    return .get("/groups", query, permissions: [.groupRead])
  }

  /// What the tenant's naming policy, and what is there already, have against names for a Microsoft 365 group.
  /// Permission: Group.Read.All. Idempotent.
  package func objections(
    toGroupNamed displayName: String, nickname: String
  ) async throws(AdminError) -> [GroupNameObjection] {
    let call = GraphCall.post(
      "/directoryObjects/validateProperties",
      .json(["entityType": "Group", "displayName": .string(displayName), "mailNickname": .string(nickname)]),
      permissions: [.groupRead], safety: .idempotent, subject: .group(displayName))
    do throws(AdminError) {
      _ = try await send(call)
      return []
    } catch  where [.nameRefused, .addressTaken].contains(error.graphFault) {
      return (error.details?["problems"]?.arrayValue ?? []).map { problem in
        GroupNameObjection(
          code: problem["code"]?.stringValue ?? "", target: problem["target"]?.stringValue ?? "",
          message: problem["message"]?.stringValue ?? "")
      }
    }
  }

  // MARK: Changing

  /// Permission: Group.ReadWrite.All. To be checked after an unclear end: `creation(of:notBefore:)`.
  ///
  /// - Throws: `TEAM_001` when the nickname is taken.
  package func createGroup(_ group: NewGroup) async throws(AdminError) -> DirectoryGroup {
    let call = GraphCall.post(
      "/groups", .json(group.json(reference)), permissions: [.groupReadWrite], safety: .checkFirst,
      subject: .group(group.mailNickname))
    return try await send(call).decode(call, DirectoryGroup.init)
  }

  /// Looks whether an attempt to make a group took effect. The directory's index learns of a new group some seconds
  /// late, so absence is believed only after it has been seen several times. Permission: Group.Read.All. Idempotent.
  ///
  /// - Parameter start: when the attempt began.
  package func creation(
    of group: NewGroup, notBefore start: Timestamp, patience: Duration = .seconds(30)
  ) async throws(AdminError) -> Creation<DirectoryGroup> {
    let found = try await timekeeper.poll(for: patience, every: [.seconds(10)]) { () async throws(AdminError) in
      try await groups(nickname: group.mailNickname).first { $0.isUnified }
    }
    return Creation(
      found, createdAt: found?.createdAt, notBefore: start, isAlike: found?.displayName == group.displayName)
  }

  /// Permission: Group.ReadWrite.All. Idempotent.
  package func updateGroup(id: String, _ changes: GroupChanges, isFresh: Bool = false) async throws(AdminError) {
    var call = GraphCall.patch(
      "/groups/\(id)", .object(changes.json), permissions: [.groupReadWrite], subject: .group(id))
    call.isFresh = isFresh
    _ = try await send(call)
  }

  /// Deletes with everything that belongs to it: team, channels, site and plans. A Microsoft 365 group can be restored
  /// for 30 days, and holds its nickname so long. One that is gone already is as good. Permission: Group.ReadWrite.All.
  /// Idempotent.
  package func deleteGroup(id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(.delete("/groups/\(id)", permissions: [.groupReadWrite], subject: .group(id)))
    }
  }

  /// Permission: Group.ReadWrite.All. To be checked after an unclear end by reading the group.
  package func restoreGroup(id: String) async throws(AdminError) -> DirectoryGroup {
    let call = GraphCall.post(
      "/directory/deletedItems/\(id)/restore", .none, permissions: [.groupReadWrite], safety: .checkFirst,
      subject: .group(id))
    return try await send(call).decode(call, DirectoryGroup.init)
  }

  /// Gives every member licences, and takes them. The members get them later, each with a result of its own.
  /// Permission: LicenseAssignment.ReadWrite.All. Idempotent.
  package func assignLicenses(
    toGroup id: String, adding added: [DirectoryUser.AssignedLicense], removing removed: [String] = []
  ) async throws(AdminError) {
    _ = try await send(
      .post(
        "/groups/\(id)/assignLicense", .json(Self.licenseBody(adding: added, removing: removed)),
        permissions: [.licenseReadWrite], safety: .idempotent, subject: .group(id)))
  }
}
