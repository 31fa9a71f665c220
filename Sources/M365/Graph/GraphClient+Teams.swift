package import AdminCore

extension GraphClient {
  // MARK: Reading

  /// Permission: Team.ReadBasic.All, or TeamSettings.ReadWrite.All for its settings too. Idempotent.
  ///
  /// - Throws: `GRAPH_002` when there is no such team.
  package func team(id: String) async throws(AdminError) -> Team {
    let call = GraphCall.get("/teams/\(id)", permissions: [.teamReadBasic], subject: .team(id))
    return try await send(call).decode(call, Team.init)
  }

  /// As `team`, with `nil` where there is none, or none yet.
  package func findTeam(id: String) async throws(AdminError) -> Team? {
    try await ifPresent { () async throws(AdminError) in try await team(id: id) }
  }

  // MARK: Making

  /// Makes a team of a group. One that is a team already is left as it is, and returned. Permissions:
  /// Group.ReadWrite.All, Team.ReadBasic.All. Idempotent.
  ///
  /// - Throws: an error whose fault is `notReady` as long as Teams does not know of a group just made.
  package func makeTeam(ofGroup id: String, _ settings: TeamSettings = TeamSettings()) async throws(AdminError) -> Team
  {
    let call = GraphCall.put(
      "/groups/\(id)/team", .object(settings.json), permissions: [.groupReadWrite], subject: .team(id))
    do throws(AdminError) {
      return try await send(call).decode(call, Team.init)
    } catch  where [.alreadyThere, .conflict, .unavailable].contains(error.graphFault) {
      // Servers fail at times on a group that has become a team in the meantime.
      guard let team = try await findTeam(id: id) else { throw error }
      return team
    }
  }

  /// As `makeTeam(ofGroup:_:)`, and waits for a group just made to be known to Teams, which takes some seconds and
  /// sometimes minutes.
  ///
  /// - Returns: `nil` when the deadline passed.
  package func makeTeam(
    ofGroup id: String, _ settings: TeamSettings = TeamSettings(), deadline: Duration,
    every intervals: [Duration] = GraphClient.usualPauses,
    onCheck: @Sendable (Duration) async -> Void = { _ in }
  ) async throws(AdminError) -> Team? {
    try await wait(for: deadline, every: intervals, onCheck: onCheck) { () async throws(AdminError) in
      try await makeTeam(ofGroup: id, settings)
    }
  }

  /// Begins to make a team with its group from the standard template. Permission: Team.Create. To be checked after an
  /// unclear end by searching for teams of the name; team names need not be unique, so what is found may be another's.
  package func createTeam(_ team: NewTeam) async throws(AdminError) -> TeamsOperationLink {
    let call = GraphCall.post(
      "/teams", .json(team.json(reference)), permissions: [.teamCreate], safety: .checkFirst,
      subject: .team(team.displayName))
    return try operationLink(of: call, try await send(call))
  }

  func operationLink(of call: GraphCall, _ reply: GraphReply) throws(AdminError) -> TeamsOperationLink {
    guard let link = TeamsOperationLink(reply.headers) else {
      throw AdminError(
        .outcomeUnknown,
        "\(call.operation) was accepted, but the answer does not say where to ask for the result. Look at the tenant "
          + "before doing it again.")
    }
    return link
  }

  // MARK: Work that goes on

  /// Permission: Team.Create, Channel.Create or TeamSettings.ReadWrite.All, as for what began it. Idempotent.
  package func operation(_ link: TeamsOperationLink) async throws(AdminError) -> TeamsOperation {
    let call = GraphCall.get(
      "/teams/\(link.teamID)/operations/\(link.operationID)", permissions: [.teamCreate], subject: .team(link.teamID))
    return try await send(call).decode(call, TeamsOperation.init)
  }

  /// Waits for the end of work that Teams goes on with. Microsoft asks for half a minute between two questions when it
  /// is about a whole team.
  ///
  /// - Returns: `false` when the deadline passed before the end.
  /// - Throws: `GRAPH_001` when the work failed.
  package func waitForOperation(
    _ link: TeamsOperationLink, deadline: Duration, every intervals: [Duration] = [.seconds(5), .seconds(30)],
    onCheck: @Sendable (Duration) async -> Void = { _ in }
  ) async throws(AdminError) -> Bool {
    let end = try await wait(for: deadline, every: intervals, onCheck: onCheck) {
      () async throws(AdminError) -> TeamsOperation.State? in
      let state = try await operation(link).state
      return state == .running ? nil : state
    }
    guard case .failed(let code, let message)? = end else { return end == .succeeded }
    throw AdminError(
      .graphFailed, "Microsoft Teams could not finish what it had accepted. It says: \"\(message)\"",
      details: [
        "service": "graph", "operation": .string("/teams/{id}/operations/{id}"), "serviceCode": .string(code),
        "teamId": .string(link.teamID),
      ])
  }

  // MARK: Changing

  /// Permission: TeamSettings.ReadWrite.All. Idempotent.
  package func updateTeam(id: String, _ changes: TeamChanges) async throws(AdminError) {
    _ = try await send(
      .patch("/teams/\(id)", .object(changes.json), permissions: [.teamSettingsReadWrite], subject: .team(id)))
  }

  /// Makes a team read-only, or opens it again. Permission: TeamSettings.ReadWrite.All. Idempotent: the end is the same.
  package func setArchived(_ isArchived: Bool, team id: String) async throws(AdminError) -> TeamsOperationLink {
    let call = GraphCall.post(
      isArchived ? "/teams/\(id)/archive" : "/teams/\(id)/unarchive", .none, permissions: [.teamSettingsReadWrite],
      safety: .idempotent, subject: .team(id))
    return try operationLink(of: call, try await send(call))
  }
}
