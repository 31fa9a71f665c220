package import AdminCore

extension AuditLog {
  /// Records read and written at a time; the memory an export takes does not depend on its length.
  private static let exportBatch = 500

  /// Writes the records that fit `filter`, the oldest first, up to the last one there is now.
  ///
  /// - Parameter write: takes some whole lines; it may wait for its reader, no transaction is open meanwhile.
  package func export(
    _ filter: AuditFilter = AuditFilter(),
    as format: AuditExportFormat,
    to write: ([UInt8]) async throws(AdminError) -> Void
  ) async throws(AdminError) -> AuditExportSummary {
    let last = try await database.read { connection in try lastSequence(in: connection) }
    let header =
      switch format {
      case .ndjson: AuditExportLines.header(chain, at: database.timekeeper.now()).serialized
      case .csv: Array(AuditExportLines.csvHeader.utf8)
      }
    try await write(header + [0x0A])
    var position = ExportPosition()
    while let batch = try await exportBatch(filter, as: format, after: position.sequence, upTo: last) {
      try await write(batch.lines)
      position.advance(by: batch)
    }
    let summary = AuditExportSummary(records: position.records, first: position.first, last: position.last)
    if format == .ndjson { try await writeProof(of: summary, position, to: write) }
    return summary
  }

  /// The checkpoints over what was exported, and the manifest.
  private func writeProof(
    of summary: AuditExportSummary, _ position: ExportPosition, to write: ([UInt8]) async throws(AdminError) -> Void
  ) async throws(AdminError) {
    var size = (summary.first ?? 1) - 1
    while let last = summary.last, size < last {
      let notes = try await checkpointNotes(after: size).filter { $0.size <= last }
      guard let newest = notes.last else { break }
      try await write(notes.flatMap { AuditExportLines.checkpoint($0).serialized + [0x0A] })
      size = newest.size
    }
    do {
      let manifest = try AuditExportLines.manifest(
        summary, chain, firstLink: position.firstLink, lastLink: position.lastLink, signer: signer)
      try await write(manifest.serialized + [0x0A])
    } catch {
      throw AdminError(escaping: error)
    }
  }

  private func exportBatch(
    _ filter: AuditFilter, as format: AuditExportFormat, after sequence: Int, upTo last: Int
  ) async throws(AdminError) -> ExportBatch? {
    try await database.read { connection in
      let conditions = try filter.conditions(in: chain, subjects, connection)
      let rows = try connection.all(
        """
        SELECT \(AuditRow.columns) FROM audit_records
        \(SQL.where(conditions + ["seq > \(sequence)", "seq <= \(last)"]))
        ORDER BY seq LIMIT \(Self.exportBatch)
        """, AuditRow.init(reading:))
      guard let first = rows.first, let final = rows.last else { return nil }
      var lines: [UInt8] = []
      // One look-up for each person of the batch.
      var people: [String: String?] = [:]
      for row in rows {
        let record = try AuditRecord(row) { reference throws(StoreError) in
          if let known = people[reference] { return known }
          let person = try subjects.identifier(of: reference, in: connection)
          people[reference] = .some(person)
          return person
        }
        switch format {
        case .ndjson: lines += AuditExportLines.record(row, record)
        case .csv: lines += AuditExportLines.csv(row, record).utf8
        }
        lines.append(0x0A)
      }
      return ExportBatch(lines: lines, count: rows.count, first: first, last: final)
    }
  }

  private struct ExportBatch: Sendable {
    let lines: [UInt8]
    let count: Int
    let first: AuditRow
    let last: AuditRow
  }

  private struct ExportPosition {
    var sequence = 0
    var records = 0
    var first: Int?
    var firstLink: [UInt8]?
    var last: Int?
    var lastLink: [UInt8]?

    mutating func advance(by batch: ExportBatch) {
      if first == nil { (first, firstLink) = (batch.first.sequence, batch.first.chain) }
      (last, lastLink) = (batch.last.sequence, batch.last.chain)
      sequence = batch.last.sequence
      records += batch.count
    }
  }
}
