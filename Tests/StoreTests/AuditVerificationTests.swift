import AdminCore
import Cryptography
import Foundation
import Store
import TestSupport
import Testing

@Suite("Verifying the audit trail")
struct AuditVerificationTests {
  typealias Verdict = AuditVerification.Verdict

  @Test("An untouched trail is intact, from every record on, with all its checkpoints")
  func intact() async throws {
    let fixture = try await AuditFixture()
    let empty = try await fixture.audit.verify()
    #expect(empty.isIntact && empty.first == 1 && empty.last == 0 && empty.summary == "The audit trail is empty.")
    try await fixture.append(600)
    let all = try await fixture.audit.verify()
    #expect(all.isIntact && all.first == 1 && all.last == 600 && all.warnings.isEmpty)
    #expect(all.exitCode == 0 && all.keySource == .derived)
    #expect(all.json["verdict"] == "intact" && all.json["firstBad"] == nil && all.json["last"] == 600)
    // The first record, and every 256th.
    #expect(all.checkpoints == 3)
    for from in [-5, 0, 1, 2, 255, 256, 257, 511, 512, 513, 600] {
      let part = try await fixture.audit.verify(from: from)
      #expect(part.isIntact && part.first == max(from, 1) && part.last == 600, "from \(from): \(part.summary)")
    }
    #expect(try await fixture.audit.verify(from: 601).isIntact)
    let tail = try await fixture.audit.verifyTail(records: 100)
    #expect(tail.isIntact && tail.first == 501)
    #expect(try await fixture.audit.verifyTail().first == 1)
  }

  @Test("A change of any byte of any body is found at that record")
  func anyByte() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(5)
    let rows = try await fixture.rawRecords()
    try await fixture.tamper()
    let connection = try fixture.store.foreignConnection()
    var random = SeededRandom(seed: 42)
    for row in rows {
      for _ in 0..<12 {
        var body = row.body
        let position = Int.random(in: body.indices, using: &random)
        body[position] ^= UInt8(1 << Int.random(in: 0..<7, using: &random))
        try connection.execute("UPDATE audit_records SET body = CAST(\(body) AS TEXT) WHERE seq = \(row.sequence)")
        let verdict = try await fixture.audit.verify().verdict
        #expect(verdict == .broken(sequence: row.sequence, field: "body"), "byte \(position)")
        // A partial check that covers it finds it too, and one that begins later does not.
        #expect(try await fixture.audit.verify(from: row.sequence).verdict == verdict)
        #expect(try await fixture.audit.verify(from: row.sequence + 1).isIntact)
      }
      try connection.execute("UPDATE audit_records SET body = CAST(\(row.body) AS TEXT) WHERE seq = \(row.sequence)")
    }
    #expect(try await fixture.audit.verify().isIntact)
  }

  @Test(
    "What another program does to the records is found where it was done",
    arguments: [
      ("UPDATE audit_records SET leaf = zeroblob(32) WHERE seq = 4", 4, "leaf"),
      ("UPDATE audit_records SET chain = zeroblob(32) WHERE seq = 4", 4, "chain"),
      ("UPDATE audit_records SET op = 'find_users' WHERE seq = 4", 4, "op"),
      ("UPDATE audit_records SET status = 'failed' WHERE seq = 4", 4, "status"),
      ("UPDATE audit_records SET actor_ref = 's:0' WHERE seq = 4", 4, "actor_ref"),
      ("UPDATE audit_records SET target_ref = NULL WHERE seq = 4", 4, "target_ref"),
      ("UPDATE audit_records SET tenant_id = 'other' WHERE seq = 4", 4, "tenant_id"),
      ("UPDATE audit_records SET corr = 'other' WHERE seq = 4", 4, "corr"),
      ("UPDATE audit_records SET ts_ms = ts_ms + 1 WHERE seq = 4", 4, "ts_ms"),
      ("DELETE FROM audit_records WHERE seq = 1", 1, "missing"),
      ("DELETE FROM audit_records WHERE seq = 4", 4, "missing"),
      ("DELETE FROM audit_records WHERE seq BETWEEN 3 AND 6", 3, "missing"),
      ("DELETE FROM audit_records WHERE seq = 300", 300, "missing"),
      ("DELETE FROM audit_records WHERE seq > 10", 11, "missing"),
      ("DELETE FROM audit_records", 1, "missing"),
      ("UPDATE audit_records SET seq = 9999 WHERE seq = 4", 4, "missing"),
      ("UPDATE audit_records SET seq = seq + 1000 WHERE seq = 300", 300, "missing"),
      ("DELETE FROM audit_frontier", 300, "frontier"),
      ("UPDATE audit_frontier SET size = 299", 301, "frontier"),
      ("UPDATE audit_frontier SET size = 302, nodes = zeroblob(32 * 5)", 301, "missing"),
      ("UPDATE audit_frontier SET nodes = zeroblob(32 * 4)", 300, "frontier"),
      (
        "UPDATE audit_checkpoints SET note = replace(note, char(10) || '256' || char(10), char(10) || '255' || char(10))",
        256, "checkpoint"
      ),
      ("UPDATE audit_checkpoints SET note = 'nonsense' WHERE size = 1", 1, "checkpoint"),
      ("UPDATE audit_checkpoints SET ts_ms = ts_ms + 1 WHERE size = 256", 256, "checkpoint"),
      ("UPDATE audit_checkpoints SET size = 2 WHERE size = 1", 2, "checkpoint"),
      ("DELETE FROM audit_checkpoints WHERE size = 1", 256, "checkpoint"),
      ("UPDATE audit_checkpoints SET size = 5000 WHERE size = 256", 301, "missing"),
    ] as [(String, Int, String)])
  func tampering(sql: String, sequence: Int, field: String) async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(300)
    try await fixture.tamper(SQL(raw: sql))
    let found = try await fixture.audit.verify()
    #expect(found.verdict == .broken(sequence: sequence, field: field), "\(found.summary)")
    #expect(found.exitCode == 1)
    #expect(found.json["firstBad"] == .int(sequence) && found.json["field"]?.stringValue == field)
    #expect(found.summary.contains("Record \(sequence) is"))
  }

  @Test("Two records that changed places are found")
  func swapped() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(10)
    try await fixture.tamper(
      "UPDATE audit_records SET seq = 1000 WHERE seq = 4", "UPDATE audit_records SET seq = 4 WHERE seq = 5",
      "UPDATE audit_records SET seq = 5 WHERE seq = 1000")
    #expect(try await fixture.audit.verify().verdict == .broken(sequence: 4, field: "seq"))
  }

  @Test("A history computed anew by somebody without the key fails at the next checkpoint")
  func rewritten() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(260)
    let rows = try await fixture.rawRecords()
    try await fixture.tamper()
    let connection = try fixture.store.foreignConnection()
    var frontier = MerkleFrontier()
    var link = fixture.chainStart
    try connection.execute("BEGIN")
    for row in rows {
      var body = row.body
      if row.sequence == 100 {
        body = Array(String(decoding: body, as: UTF8.self).replacing("\"number\":99", with: "\"number\":98").utf8)
      }
      let leaf = Reference.leaf(body)
      link = Reference.link(row.sequence, link, leaf)
      frontier.append(leaf)
      try connection.execute(
        """
        UPDATE audit_records SET body = CAST(\(body) AS TEXT), leaf = \(leaf), chain = \(link)
        WHERE seq = \(row.sequence)
        """)
    }
    // The nodes of 260 = 256 + 4, the larger subtree first.
    let leaves = try connection.all("SELECT leaf FROM audit_records ORDER BY seq") { row throws(StoreError) in
      try row.next([UInt8].self)
    }
    let nodes = Reference.root(leaves[..<256]) + Reference.root(leaves[256...])
    try connection.execute("UPDATE audit_frontier SET nodes = \(nodes)")
    try connection.execute("COMMIT")
    #expect(frontier.root == Reference.root(leaves[...]))
    #expect(try await fixture.audit.verify().verdict == .broken(sequence: 256, field: "checkpoint"))
    try connection.execute("DELETE FROM audit_checkpoints")
    #expect(try await fixture.audit.verify().isIntact, "without any checkpoint the forger has won")
  }

  @Test("An end cut off cleanly is found by a checkpoint kept elsewhere")
  func truncatedAgainstAnchor() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(3)
    let early = try #require(try await fixture.audit.checkpoint())
    let frontierOf3 = try await fixture.database.read {
      try $0.value("SELECT nodes FROM audit_frontier", as: [UInt8].self)
    }
    try await fixture.append(4)
    let late = try #require(try await fixture.audit.checkpoint())
    #expect(try await fixture.audit.checkpoint() == late, "nothing new, no new checkpoint")
    #expect(try await fixture.audit.verify(anchors: [late, early]).isIntact)
    try await fixture.tamper(
      "DELETE FROM audit_records WHERE seq > 3", "DELETE FROM audit_checkpoints WHERE size > 3",
      "UPDATE audit_frontier SET size = 3, nodes = \(frontierOf3)")
    #expect(try await fixture.audit.verify().isIntact)
    #expect(try await fixture.audit.verify(anchors: [early]).isIntact)
    let found = try await fixture.audit.verify(anchors: [early, late])
    #expect(found.verdict == .shorterThanAnchor(size: 7))
    #expect(found.exitCode == 3 && found.summary.contains("cut off"))
  }

  @Test("An anchor of another history, of another store or of another key is told apart")
  func foreignAnchors() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(4)
    await fixture.database.close()
    let copy = fixture.store.directory.file("copy.db")
    try FileManager.default.copyItem(atPath: fixture.store.path, toPath: copy)
    let original = AuditLog(try await fixture.store.open(timekeeper: fixture.clock))
    let other = AuditLog(
      try await Database.open(at: copy, key: fixture.store.key, timekeeper: fixture.clock))
    for (audit, operation) in [(original, "a"), (other, "b")] {
      try await audit.record(
        AuditEntry(.tool, operation, by: .system, correlationID: "c"), AuditOutcome(.succeeded))
    }
    let note = try #require(try await other.checkpoint())
    try await original.record(AuditEntry(.tool, "x", by: .system, correlationID: "c"), AuditOutcome(.succeeded))
    let forked = try await original.verify(anchors: [note])
    #expect(forked.verdict == .forked(size: 5) && forked.exitCode == 4)
    #expect(forked.summary.contains("another history"))

    let stranger = try await AuditFixture()
    try await stranger.append(1)
    let foreign = try #require(try await stranger.audit.checkpoint())
    for anchor in [foreign, "nonsense", note.replacing("\n5\n", with: "\n6\n")] {
      let found = try await original.verify(anchors: [anchor])
      guard case .cannotCheck = found.verdict else {
        Issue.record("\(found.summary)")
        continue
      }
      #expect(found.exitCode == 2)
    }
    let signer = CheckpointSigner.hmac(Secret([UInt8](repeating: 9, count: 32)), source: .hmac)
    let otherStore = AuditLog(stranger.database, signer: signer)
    let checkedWithOther = try await otherStore.verify()
    guard case .cannotCheck(let reason) = checkedWithOther.verdict else {
      Issue.record("\(checkedWithOther.summary)")
      return
    }
    #expect(reason.contains("another key") && checkedWithOther.keySource == .hmac)
    #expect(try await AuditLog(stranger.database).verify().isIntact)
  }

  @Test(
    "A table that is gone cannot be checked",
    arguments: [
      "DROP TABLE audit_records", "DROP TABLE audit_frontier", "UPDATE audit_records SET leaf = 5 WHERE seq = 2",
    ])
  func unreadable(sql: String) async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(3)
    try await fixture.tamper(SQL(raw: sql))
    let found = try await fixture.audit.verify()
    guard case .cannotCheck = found.verdict else {
      Issue.record("\(found.summary)")
      return
    }
    #expect(found.exitCode == 2 && found.summary.contains("cannot be read"))
  }

  @Test("A clock that was set back is a warning, a small correction is none")
  func clock() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(2)
    fixture.clock.advance(by: .seconds(-200))
    try await fixture.append(1)
    #expect(try await fixture.audit.verify().warnings.isEmpty)
    fixture.clock.advance(by: .seconds(-200))
    try await fixture.append(1)
    let found = try await fixture.audit.verify()
    #expect(found.isIntact && found.warnings.count == 1)
    #expect(found.warnings.first?.hasPrefix("record 4 was written at") == true)
  }

  @Test("A checkpoint is made of the first record, of every 256th, and when the last one is a quarter of an hour old")
  func checkpoints() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(3)
    fixture.clock.advance(by: .seconds(899))
    try await fixture.append(1)
    fixture.clock.advance(by: .seconds(1))
    try await fixture.append(2)
    let notes = try await fixture.audit.checkpointNotes()
    #expect(notes.map(\.size) == [1, 5])
    let state = try await fixture.audit.state()
    #expect(state.records == 6 && state.lastCheckpoint == 5 && state.keySource == .derived)
    #expect(state.json["records"] == 6 && state.json["keySource"] == "derived")
    #expect(state.lastCheckpointAt == fixture.clock.now() && state.chain == fixture.database.identity.chain)

    let rows = try await fixture.rawRecords()
    let note = try #require(notes.last)
    let lines = note.note.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.count == 9)
    #expect(lines[0] == "m365-admin/audit/\(fixture.database.identity.chain)")
    #expect(lines[1] == "5")
    #expect(lines[2] == Base64.encode(Reference.root(rows.prefix(5).map(\.leaf)[...])))
    #expect(lines[3] == "chain " + Base64.encode(rows[4].chain))
    #expect(lines[4] == "time " + fixture.clock.now().iso8601)
    #expect(lines[5] == "prev " + Base64.encode(SHA256.hash(Array(notes[0].note.utf8))))
    #expect(lines[6].isEmpty && lines[8].isEmpty)
    let signature = try #require(Base64.decode(lines[7].split(separator: " ").last ?? ""))
    let signed = Array(lines[0..<6].map { $0 + "\n" }.joined().utf8)
    #expect(fixture.audit.signer.isValid(Array(signature.dropFirst(4)), signed))
    #expect(Array(signature.prefix(4)) == fixture.audit.signer.keyID)
    #expect(try await fixture.audit.checkpointNotes(after: 1, limit: 1) == [note])
  }

  @Test("A checkpoint that cannot be signed stops the record it belongs to")
  func signingFails() async throws {
    struct Unavailable: Error {}
    let fixture = try await AuditFixture()
    let signer = CheckpointSigner(
      name: "elsewhere", source: .ed25519, keyID: [1, 2, 3, 4], sign: { _ in throw Unavailable() },
      isValid: { _, _ in false })
    let audit = AuditLog(fixture.database, signer: signer)
    let error = await adminError { _ = try await audit.begin(fixture.entry()) }
    #expect(error?.code == .auditUnavailable)
    #expect(try await fixture.audit.state().records == 0)
  }
}
