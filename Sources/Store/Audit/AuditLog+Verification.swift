package import AdminCore

extension AuditLog {
  /// Records and checkpoints read at a time.
  private static let batch = 500

  /// Checks the trail from record `from` to the last one there is now, a batch at a time.
  ///
  /// From the first record on, everything is proven. From a later one on, what came before is taken for granted.
  ///
  /// - Parameter anchors: notes of checkpoints as they were copied to a safe place. They reveal what nothing inside of
  ///   the file can: that its end was cut off, or that it was replaced by an older one.
  package func verify(from: Int = 1, anchors: [String] = []) async throws(AdminError) -> AuditVerification {
    do throws(AdminError) {
      let snapshot = try await database.read { connection in
        try Snapshot(of: self, from: max(from, 1), in: connection)
      }
      var verifier = AuditVerifier(
        chain, from: snapshot.start, previousNote: snapshot.previousNote, signer: signer)
      let verdict = try await verdict(snapshot, anchors: anchors, &verifier)
      return AuditVerification(
        verdict: verdict, first: snapshot.start.size + 1, last: snapshot.last, checkpoints: verifier.checkpoints,
        keySource: signer.source, warnings: verifier.warnings)
    } catch {
      guard error.code != .storeBusy else { throw error }
      // A table that is gone, or a value of another type than was ever written.
      return AuditVerification(
        verdict: .cannotCheck(reason: "its records cannot be read (\(error.cause ?? error.message))"), first: from,
        last: from - 1, checkpoints: 0, keySource: signer.source, warnings: [])
    }
  }

  /// Checks the end of the trail, quickly, as each start does.
  package func verifyTail(records: Int = 1000) async throws(AdminError) -> AuditVerification {
    let last = try await database.read { connection in try lastSequence(in: connection) }
    return try await verify(from: last - records + 1)
  }

  private func verdict(
    _ snapshot: Snapshot, anchors: [String], _ verifier: inout AuditVerifier
  ) async throws(AdminError) -> AuditVerification.Verdict {
    var anchored: [CheckpointNote] = []
    for text in anchors {
      guard let signed = CheckpointNote.read(text), case .valid = signed.verdict(by: signer) else {
        return .cannotCheck(reason: "an anchor is not a checkpoint signed with this store's key")
      }
      guard signed.note.chain == chain else { return .forked(size: signed.note.size) }
      if signed.note.size > verifier.size { anchored.append(signed.note) }
    }
    anchored.sort { $0.size < $1.size }
    if let ahead = anchored.last, ahead.size > snapshot.last { return .shorterThanAnchor(size: ahead.size) }

    var remaining = anchored[...]
    while verifier.size < snapshot.last {
      let (rows, checkpoints) = try await batch(after: verifier.size, upTo: snapshot.last)
      guard !rows.isEmpty else { return .broken(sequence: verifier.size + 1, field: "missing") }
      var due = checkpoints[...]
      for row in rows {
        if let fault = verifier.check(row) { return fault }
        while let checkpoint = due.first, checkpoint.size <= verifier.size {
          due.removeFirst()
          if let fault = verifier.check(checkpoint) { return fault }
        }
        while let anchor = remaining.first, anchor.size == verifier.size {
          remaining.removeFirst()
          if let fault = verifier.check(anchor: anchor) { return fault }
        }
      }
    }
    if snapshot.lastCheckpoint > snapshot.last { return .broken(sequence: snapshot.last + 1, field: "missing") }
    return verifier.finish(frontier: snapshot.frontier) ?? .intact
  }

  private func batch(
    after size: Int, upTo last: Int
  ) async throws(AdminError) -> (rows: [AuditRow], checkpoints: [CheckpointRecord]) {
    try await database.read { connection in
      let rows = try connection.all(
        """
        SELECT \(AuditRow.columns) FROM audit_records
        WHERE chain_id = \(chain.text) AND seq > \(size) AND seq <= \(last) ORDER BY seq LIMIT \(Self.batch)
        """, AuditRow.init(reading:))
      let checkpoints = try checkpoints(after: size, limit: rows.count, in: connection)
      return (rows, checkpoints)
    }
  }

  func lastSequence(in connection: borrowing Connection) throws(StoreError) -> Int {
    try connection.value(
      "SELECT seq FROM audit_records WHERE chain_id = \(chain.text) ORDER BY seq DESC LIMIT 1") ?? 0
  }

  /// What is there when the check begins; what is appended meanwhile is left to the next one.
  private struct Snapshot: Sendable {
    let start: AuditHead
    let previousNote: [UInt8]?
    let last: Int
    let lastCheckpoint: Int
    let frontier: MerkleFrontier?

    init(of log: AuditLog, from: Int, in connection: borrowing Connection) throws(StoreError) {
      last = try log.lastSequence(in: connection)
      lastCheckpoint = try log.lastCheckpoint(in: connection)?.size ?? 0
      frontier = try log.storedFrontier(in: connection)
      let before = from - 1
      let chain = log.chain
      let link = try connection.value(
        "SELECT chain FROM audit_records WHERE chain_id = \(chain.text) AND seq = \(before)", as: [UInt8].self)
      guard before > 0, let link else {
        start = AuditHead(chain)
        previousNote = CheckpointNote.noPrevious
        return
      }
      start = AuditHead(size: before, chain: link, frontier: nil)
      previousNote = try connection.value(
        """
        SELECT note FROM audit_checkpoints
        WHERE chain_id = \(chain.text) AND size < \(from) ORDER BY size DESC LIMIT 1
        """, as: String.self
      ).map { CheckpointNote.hash(of: $0) }
    }
  }
}
