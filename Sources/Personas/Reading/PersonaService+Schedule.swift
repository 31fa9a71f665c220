package import AdminCore
package import Store

extension PersonaService {
  /// Makes the changes whose time has come. Whoever notices first makes them, in whatever process; each is made once.
  package func applyDueChanges() async throws(AdminError) {
    guard appliesDueChanges else { return }
    while true {
      let now = timekeeper.now()
      let due = try await repository.database.read { connection in
        try repository.nextProposal(in: connection).map { $0 <= now } ?? false
      }
      guard due else { return }
      let applied = try await repository.database.write { connection in
        let proposals = try repository.dueProposals(at: now, in: connection)
        for proposal in proposals { try apply(proposal, in: connection) }
        return proposals.count
      }
      guard applied > 0 else { return }
    }
  }

  /// A change that cannot be made any more is written down as failed, and the audit trail is told why.
  private func apply(_ proposal: ProposalRecord, in connection: borrowing Connection) throws {
    let context = context(correlationID: proposal.id.text, workflow: nil)
    let update: ConfigurationUpdate
    let decision: ConfigurationUpdate.Decision
    do {
      update = try ConfigurationUpdate(journalled: proposal.change)
      decision = try update.decide(context, in: connection)
    } catch let error as AdminError {
      try repository.finish(proposal, error: error.json, by: AuditActor.system.identifier, in: connection)
      try audit.record(
        AuditEntry(
          .tool, "pcfg.update", by: .system, on: .object("persona_config", proposal.place.text),
          correlationID: proposal.id.text, detail: ["proposalId": .string(proposal.id.text)]),
        AuditOutcome(.failed, code: error.code), in: connection)
      return
    }
    _ = try update.write(decision, .scheduled, context, in: connection)
    try repository.finish(proposal, error: nil, by: AuditActor.system.identifier, in: connection)
  }

  // MARK: Noticing changes

  /// What has become of configurations since somebody looked last.
  package struct Observation: Sendable {
    package let places: [DocumentPlace]
    /// For the next look.
    package let cursor: ObservationCursor
  }

  /// Where somebody has looked up to.
  package struct ObservationCursor: Hashable, Sendable {
    let counter: Int
    let stamp: Int
    let time: Timestamp
    /// When something will change by itself.
    let nextEnd: Timestamp?
  }

  /// - Parameter cursor: of the look before; `nil` for the first, which notices nothing and only remembers.
  package func observe(since cursor: ObservationCursor?) async throws(AdminError) -> Observation {
    let now = timekeeper.now()
    let counter = try await repository.database.changeCounter()
    if let cursor, cursor.counter == counter, cursor.nextEnd.map({ now < $0 }) ?? true {
      return Observation(places: [], cursor: cursor)
    }
    try await applyDueChanges()
    let start = cursor?.time ?? now
    let (places, newest) =
      if let cursor {
        try await repository.changes(since: cursor.stamp)
      } else {
        (places: [], newest: try await repository.newestStamp())
      }
    let (ended, nextEnd) = try await repository.database.read { connection in
      let next = [
        try repository.nextOverrideEnd(after: now, in: connection), try repository.nextProposal(in: connection),
      ].compactMap { $0 }.min()
      return (try repository.overridesEnded(after: start, until: now, in: connection), next)
    }
    return Observation(
      places: places + (cursor == nil ? [] : ended),
      cursor: ObservationCursor(counter: counter, stamp: newest, time: now, nextEnd: nextEnd))
  }
}
