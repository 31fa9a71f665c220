package import AdminCore

/// What checking the audit trail found.
package struct AuditVerification: Hashable, Sendable {
  package enum Verdict: Hashable, Sendable {
    case intact
    /// A record, or a checkpoint over it, is not what was written.
    ///
    /// - Parameters:
    ///   - sequence: the first bad record.
    ///   - field: which part of it, by the name of its column; `missing` where the record itself is gone.
    case broken(sequence: Int, field: String)
    /// It cannot be told: another key signed the checkpoints, or the rows cannot be read.
    case cannotCheck(reason: String)
    /// A checkpoint kept elsewhere has seen more records than there are: the end was cut off, or an older file restored.
    case shorterThanAnchor(size: Int)
    /// A checkpoint kept elsewhere says something else about the same records.
    case forked(size: Int)
  }

  package let verdict: Verdict
  /// The records that were looked at.
  package let first: Int
  package let last: Int
  package let checkpoints: Int
  package let keySource: CheckpointSigner.Source
  /// Odd, yet possible without tampering, such as a clock that was set back.
  package let warnings: [String]

  package var isIntact: Bool { verdict == .intact }

  /// For the command line: 0 intact, 1 broken, 2 cannot check, 3 shorter than an anchor, 4 forked.
  package var exitCode: Int32 {
    switch verdict {
    case .intact: 0
    case .broken: 1
    case .cannotCheck: 2
    case .shorterThanAnchor: 3
    case .forked: 4
    }
  }

  /// For `audit verify --json`.
  package var json: JSONObject {
    var object: JSONObject = [
      "verdict": .string(verdictName), "summary": .string(summary), "first": .int(first), "last": .int(last),
      "checkpoints": .int(checkpoints), "keySource": .string(keySource.rawValue), "warnings": .strings(warnings),
    ]
    if case .broken(let sequence, let field) = verdict {
      object["firstBad"] = .int(sequence)
      object["field"] = .string(field)
    }
    return object
  }

  private var verdictName: String {
    switch verdict {
    case .intact: "intact"
    case .broken: "broken"
    case .cannotCheck: "cannotCheck"
    case .shorterThanAnchor: "shorterThanAnchor"
    case .forked: "forked"
    }
  }

  /// The verdict in words.
  package var summary: String {
    switch verdict {
    case .intact:
      last < first ? "The audit trail is empty." : "Records \(first) through \(last) are as they were written."
    case .broken(let sequence, "missing"): "Record \(sequence) is missing."
    case .broken(let sequence, let field): "Record \(sequence) is not as it was written: \(field)."
    case .cannotCheck(let reason): "The audit trail cannot be checked: \(reason)."
    case .shorterThanAnchor(let size):
      "The trail ends at record \(last), but a checkpoint kept elsewhere has seen \(size): records were cut off, or an "
        + "older file was restored."
    case .forked(let size):
      "A checkpoint kept elsewhere says something else about the first \(size) records: this is another history."
    }
  }
}

/// Follows the chain record by record and compares it with what is stored. Knows nothing of where rows come from.
struct AuditVerifier {
  /// A clock may be corrected by this much without a remark.
  private static let toleratedStepBack = Duration.seconds(300)
  private static let mostWarnings = 20

  private let chain: ChainID
  private let signer: CheckpointSigner
  private var head: AuditHead
  private var latest: Timestamp?
  private var previousNote: [UInt8]?
  private(set) var checkpoints = 0
  private(set) var warnings: [String] = []

  typealias Verdict = AuditVerification.Verdict

  /// - Parameters:
  ///   - head: what the chain was before the first record to check.
  ///   - previousNote: the hash of the checkpoint before that; `nil` where it is not known.
  init(_ chain: ChainID, from head: AuditHead, previousNote: [UInt8]?, signer: CheckpointSigner) {
    self.chain = chain
    self.head = head
    self.previousNote = previousNote
    self.signer = signer
  }

  var size: Int { head.size }

  /// - Returns: what is wrong with the record; `nil` when nothing is.
  mutating func check(_ row: AuditRow) -> Verdict? {
    let expected = head.size + 1
    guard row.sequence == expected else { return .broken(sequence: expected, field: "missing") }
    let leaf = AuditHead.leaf(row.body)
    guard leaf == row.leaf else {
      // If the stored leaf carries the stored link, it is the body that was changed.
      return .broken(sequence: expected, field: head.link(to: row.leaf) == row.chain ? "body" : "leaf")
    }
    let body = try? JSONParser.parse(row.body)
    guard head.link(to: leaf) == row.chain else {
      let isElsewhere = body?["seq"]?.intValue != expected
      return .broken(sequence: expected, field: isElsewhere ? "seq" : "chain")
    }
    guard let body else { return .broken(sequence: expected, field: "body") }
    if let column = row.columnAgainst(body, in: chain) { return .broken(sequence: expected, field: column) }
    head.append(leaf: leaf)
    watchClock(row)
    return nil
  }

  /// Checks a checkpoint made over exactly the records that were checked so far.
  mutating func check(_ checkpoint: CheckpointRecord) -> Verdict? {
    let broken = Verdict.broken(sequence: checkpoint.size, field: "checkpoint")
    guard checkpoint.size == head.size, let signed = CheckpointNote.read(checkpoint.note) else { return broken }
    let note = signed.note
    switch signed.verdict(by: signer) {
    case .valid: break
    case .forged: return broken
    case .unknownKey: return .cannotCheck(reason: "the checkpoint at record \(checkpoint.size) has another key")
    }
    guard note.chain == chain, note.size == head.size, note.head == head.chain, note.time == checkpoint.time,
      head.frontier.map({ $0.root == note.root }) ?? true, previousNote.map({ $0 == note.previous }) ?? true
    else { return broken }
    previousNote = CheckpointNote.hash(of: checkpoint.note)
    checkpoints += 1
    return nil
  }

  /// Compares a checkpoint kept elsewhere with the records that were checked so far.
  func check(anchor: CheckpointNote) -> Verdict? {
    let agrees = anchor.head == head.chain && (head.frontier.map { $0.root == anchor.root } ?? true)
    return agrees ? nil : .forked(size: anchor.size)
  }

  /// Compares the end with what is stored beside the records.
  func finish(frontier: MerkleFrontier?) -> Verdict? {
    guard let frontier else { return .broken(sequence: head.size + 1, field: "frontier") }
    if frontier.size > head.size { return .broken(sequence: head.size + 1, field: "missing") }
    let agrees = frontier.size == head.size && (head.frontier.map { $0 == frontier } ?? true)
    return agrees ? nil : .broken(sequence: head.size, field: "frontier")
  }

  private mutating func watchClock(_ row: AuditRow) {
    if let latest, row.time + Self.toleratedStepBack < latest, warnings.count < Self.mostWarnings {
      warnings.append(
        "record \(row.sequence) was written at \(row.time.iso8601), after one of \(latest.iso8601): the clock was set "
          + "back")
    }
    latest = max(latest ?? row.time, row.time)
  }
}
