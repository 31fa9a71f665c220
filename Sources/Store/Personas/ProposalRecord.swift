package import AdminCore

/// A change that is written down to be made later.
package struct ProposalRecord: Hashable, Sendable {
  package enum State: String, Sendable, SQLBindable, ColumnReadable {
    /// Waits for its time.
    case scheduled
    case applied
    /// It could not be made when its time had come.
    case failed
  }

  package let id: LocalID
  package let place: DocumentPlace
  package let state: State
  package let applyAt: Timestamp
  package let author: String
  /// The change, as its own kind writes it.
  package let change: JSONObject
}

extension PersonaRepository {
  package func propose(
    _ change: JSONObject, at place: DocumentPlace, applyAt: Timestamp, by author: String,
    in connection: borrowing Connection
  ) throws(StoreError) -> LocalID {
    let now = database.timekeeper.now()
    let id = LocalID.make(at: now)
    try connection.execute(
      """
      INSERT INTO pc_proposals (id, tenant_id, persona_id, state, apply_at_ms, created_ms, by, change_json)
      VALUES (
        \(id), \(place.tenantID), \(place.personaID), \(ProposalRecord.State.scheduled), \(applyAt.milliseconds),
        \(now.milliseconds), \(author), \(JSONValue.object(change)))
      """)
    // Whoever keeps an effective configuration has to know until when it holds.
    try touch(place, in: connection)
    return id
  }

  /// Changes whose time has come, the earliest first.
  package func dueProposals(
    at time: Timestamp, limit: Int = 20, in connection: borrowing Connection
  ) throws(StoreError) -> [ProposalRecord] {
    try connection.all(
      """
      SELECT id, tenant_id, persona_id, state, apply_at_ms, by, change_json FROM pc_proposals
      WHERE state = 'scheduled' AND apply_at_ms <= \(time.milliseconds) ORDER BY apply_at_ms, id LIMIT \(limit)
      """
    ) { row throws(StoreError) in
      let id = try row.next(LocalID.self)
      guard let place = DocumentPlace(tenantID: try row.next(), personaID: try row.next()) else {
        throw StoreError(.mismatch, "a row does not hold the name of a persona")
      }
      return ProposalRecord(
        id: id, place: place, state: try row.next(), applyAt: try row.nextMilliseconds(), author: try row.next(),
        change: try row.next(JSONValue.self).objectValue ?? [:])
    }
  }

  /// When the next change is due, of all places or of those that one persona depends on.
  package func nextProposal(
    concerning address: PersonaAddress? = nil, in connection: borrowing Connection
  ) throws(StoreError) -> Timestamp? {
    var conditions: [SQL] = ["state = 'scheduled'"]
    if let address {
      let places = [DocumentPlace.global, .tenant(address.tenant), .persona(address)]
      conditions.append(
        "(\(places[0].condition) OR \(places[1].condition) OR \(places[2].condition))")
    }
    let next =
      try connection.value(
        "SELECT min(apply_at_ms) FROM pc_proposals\(SQL.where(conditions))", as: Int64?.self) ?? nil
    return next.map { Timestamp(milliseconds: $0) }
  }

  /// Writes down how a change ended. `error` is what kept it from being made.
  package func finish(
    _ proposal: ProposalRecord, error: JSONObject?, by author: String, in connection: borrowing Connection
  ) throws(StoreError) {
    let state: ProposalRecord.State = error == nil ? .applied : .failed
    try connection.execute(
      """
      UPDATE pc_proposals SET
        state = \(state), decided_ms = \(database.timekeeper.now().milliseconds), decided_by = \(author),
        error_json = \(error.map(JSONValue.object))
      WHERE id = \(proposal.id)
      """)
    try touch(proposal.place, in: connection)
  }
}
