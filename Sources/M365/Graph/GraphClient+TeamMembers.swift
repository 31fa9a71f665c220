package import AdminCore

extension GraphClient {
  /// Teams takes this many people in one request.
  package static let teamMemberBatch = 200

  /// Everybody in a team. Permission: TeamMember.Read.All. Idempotent.
  package func members(ofTeam id: String) async throws(AdminError) -> [TeamMember] {
    var query = GraphQuery()
    query.top = 999
    let call = GraphCall.get("/teams/\(id)/members", query, permissions: [.teamMemberRead], subject: .team(id))
    return try await pages(call, reading(call, TeamMember.init)).collect(maximum: 50_000)
  }

  /// Adds people, each of whom succeeds or fails alone. Who is in the team already stays, and becomes an owner if it is
  /// to be one. Permission: TeamMember.ReadWrite.All. Idempotent.
  ///
  /// - Returns: the additions in their order, with what came of each.
  package func addMembers(
    _ additions: [TeamMemberAddition], toTeam id: String
  ) async throws(AdminError) -> [TeamMemberAddition] {
    var results: [TeamMemberAddition] = []
    var rest = additions[...]
    while !rest.isEmpty {
      try await results.append(contentsOf: add(Array(rest.prefix(Self.teamMemberBatch)), id))
      rest = rest.dropFirst(Self.teamMemberBatch)
    }
    return results
  }

  private func add(_ additions: [TeamMemberAddition], _ id: String) async throws(AdminError) -> [TeamMemberAddition] {
    let values = additions.map { TeamMember.json($0.userID, isOwner: $0.isOwner, reference) }
    let call = GraphCall.post(
      "/teams/\(id)/members/add", .json(["values": .array(values)]), permissions: [.teamMemberReadWrite],
      safety: .idempotent, subject: .team(id))
    let reply = try await send(call)
    guard let rows = reply.json["value"]?.arrayValue else { throw .malformedReply(call) }
    return additions.enumerated().map { index, addition in
      var result = addition
      result.failure = Self.failure(of: addition, at: index, in: rows)
      return result
    }
  }

  /// A row tells whom it is about; where it does not, its place does.
  private static func failure(
    of addition: TeamMemberAddition, at index: Int, in rows: [JSONValue]
  ) -> TeamMemberAddition.Failure? {
    let own = rows.first { $0["userId"]?.stringValue?.lowercased() == addition.userID.lowercased() }
    if let own { return failure(own) }
    guard rows.indices.contains(index), rows[index]["userId"]?.stringValue == nil else {
      return TeamMemberAddition.Failure(
        code: "NoResult", message: "Teams did not say what came of it. Look at the team's members.")
    }
    return failure(rows[index])
  }

  private static func failure(_ row: JSONValue) -> TeamMemberAddition.Failure? {
    guard let error = row["error"]?.objectValue else { return nil }
    return TeamMemberAddition.Failure(
      code: VisibleText.excerpt(error.text("code") ?? "", limit: 100),
      message: VisibleText.excerpt(error.text("message") ?? "", limit: 300))
  }

  /// Makes an owner of a member, or a member of an owner. Permission: TeamMember.ReadWrite.All. Idempotent.
  ///
  /// - Parameter membership: the id of the membership, as `members(ofTeam:)` gives it.
  package func setOwner(_ isOwner: Bool, membership: String, ofTeam id: String) async throws(AdminError) {
    _ = try await send(
      .patch(
        "/teams/\(id)/members/\(membership)",
        ["@odata.type": "#microsoft.graph.aadUserConversationMember", "roles": isOwner ? ["owner"] : []],
        permissions: [.teamMemberReadWrite], subject: .team(id)))
  }

  /// Who has left already is as good as removed. Permission: TeamMember.ReadWrite.All. Idempotent.
  ///
  /// - Parameter membership: the id of the membership, as `members(ofTeam:)` gives it.
  /// - Throws: where it is the last owner's.
  package func removeMember(membership: String, fromTeam id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete(
          "/teams/\(id)/members/\(membership)", permissions: [.teamMemberReadWrite], subject: .team(id)))
    }
  }
}
