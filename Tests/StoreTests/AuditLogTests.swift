import AdminCore
import Cryptography
import Foundation
import Store
import TestSupport
import Testing

@Suite("The audit trail")
struct AuditLogTests {
  @Test("The Merkle frontier gives the roots of RFC 6962", arguments: [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100])
  func merkle(size: Int) {
    let leaves = (0..<size).map { SHA256.hash([UInt8(truncatingIfNeeded: $0), UInt8($0 / 256)]) }
    var frontier = MerkleFrontier()
    for leaf in leaves { frontier.append(leaf) }
    #expect(frontier.size == size)
    #expect(frontier.root == Reference.root(leaves[...]))
  }

  @Test("A record's body is canonical, and leaf and link are what the construction says")
  func construction() async throws {
    let fixture = try await AuditFixture()
    let ticket = try await fixture.audit.begin(fixture.entry())
    fixture.clock.advance(by: .seconds(2))
    try await fixture.audit.finish(ticket, AuditOutcome(.failed, code: .noSeatLeft, detail: ["attempts": 2]))
    let rows = try await fixture.rawRecords()
    #expect(rows.map(\.sequence) == [1, 2])
    var link = fixture.chainStart
    for row in rows {
      let body = try JSONParser.parse(row.body)
      #expect(CanonicalJSON.bytes(body) == row.body)
      #expect(row.leaf == Reference.leaf(row.body))
      link = Reference.link(row.sequence, link, row.leaf)
      #expect(row.chain == link)
    }
    let intent = try JSONParser.parse(rows[0].body)
    #expect(
      intent.objectValue?.keys == [
        "actor", "chain", "code", "corr", "detail", "inHash", "kind", "op", "phase", "seq", "status", "target",
        "tenant",
        "ts", "v", "wf",
      ])
    #expect(intent["v"] == 1 && intent["phase"] == "intent" && intent["status"] == "started")
    #expect(intent["actor"]?["roles"] == ["Admin", "Reader"])
    #expect(intent["detail"] == ["license": "BusinessBasic"])
    let outcome = try JSONParser.parse(rows[1].body)
    #expect(outcome["phase"] == "outcome" && outcome["status"] == "failed" && outcome["code"] == "LIC_002")
    #expect(outcome["detail"] == ["attempts": 2, "intent": 1])
    #expect(outcome["actor"] == intent["actor"] && outcome["target"] == intent["target"])
  }

  @Test("Bodies hold whole numbers only, and are bounded")
  func numbers() async throws {
    let fixture = try await AuditFixture()
    var entry = fixture.entry()
    entry.detail = [
      "half": 0.5, "whole": 3.0, "large": .number(JSONNumber(Int64.max)), "negative": -9_007_199_254_740_991,
      "list": [1.25, ["x": 1e300]],
    ]
    _ = try await fixture.audit.begin(entry)
    entry.detail = ["text": .string(String(repeating: "x", count: 20_000))]
    _ = try await fixture.audit.begin(entry)
    let rows = try await fixture.rawRecords()
    #expect(
      try JSONParser.parse(rows[0].body)["detail"] == [
        "half": "0.5", "whole": 3, "large": "9223372036854775807", "negative": -9_007_199_254_740_991,
        "list": ["1.25", ["x": "1e+300"]],
      ])
    let bounded = try JSONParser.parse(rows[1].body)["detail"]
    #expect(bounded?["truncated"] == true && bounded?["bytes"] == 20_011)
    #expect(rows[1].body.count < 1000)
    #expect(try await fixture.audit.verify().isIntact)
  }

  @Test("Persons stand in bodies as references only, and one person has one reference")
  func pseudonyms() async throws {
    let fixture = try await AuditFixture()
    var entry = fixture.entry()
    entry.detail = [
      "to": ["bob@contoso.com", "Bob <BOB@contoso.com>; carol@x.de"], "bob@contoso.com": "key",
      "internetMessageId": "<4711@contoso.com>", "note": "@ nothing @", "address": "wrong@",
    ]
    _ = try await fixture.audit.begin(entry)
    _ = try await fixture.audit.begin(
      AuditEntry(.tool, "x", by: .system, on: .object("mail", "a@b.c"), correlationID: "c"))
    let rows = try await fixture.rawRecords()
    let text = rows.map { String(decoding: $0.body, as: UTF8.self) }.joined()
    for name in ["ada@", "new.user", "bob@", "BOB@", "carol", "a@b.c"] { #expect(!text.contains(name), "\(name)") }
    #expect(text.contains("<4711@contoso.com>"))
    let detail = try #require(try JSONParser.parse(rows[0].body)["detail"]?.objectValue)
    let bob = try #require(detail["to"]?[0]?.stringValue)
    #expect(bob.hasPrefix("s:"))
    #expect(detail["to"]?[1]?.stringValue?.hasPrefix("Bob <\(bob)>; s:") == true)
    #expect(detail[bob] == "key")
    #expect(detail["note"] == "@ nothing @" && detail["address"] == "wrong@")
    let subjects = try await fixture.database.read { connection in
      try connection.all("SELECT kind, lookup, sealed FROM audit_subjects") { row throws(StoreError) in
        (try row.next(String.self), try row.next([UInt8].self), try row.next([UInt8].self))
      }
    }
    #expect(subjects.count == 5)
    #expect(subjects.allSatisfy { !String(decoding: $0.2, as: UTF8.self).contains("contoso") && $0.1.count == 32 })
  }

  @Test("Readers see the persons behind the references until they are forgotten, and the chain holds all the while")
  func resolves() async throws {
    let fixture = try await AuditFixture()
    let ticket = try await fixture.audit.begin(fixture.entry())
    var outcome = AuditOutcome(.succeeded)
    outcome.target = .object("user-id", "4711")
    try await fixture.audit.finish(ticket, outcome)
    let record = try #require(try await fixture.audit.record(1))
    #expect(record.actor == "ada@contoso.com" && record.target == "new.user@contoso.com")
    #expect(record.actorType == "local" && record.roles == ["Admin", "Reader"] && record.targetType == "user")
    #expect(record.json["actor"] == "ada@contoso.com" && record.json["phase"] == "intent")
    #expect(try await fixture.audit.record(2)?.target == "4711")
    #expect(try await fixture.audit.record(3) == nil)
    try await fixture.database.write { try $0.execute("DELETE FROM audit_subjects") }
    let forgotten = try #require(try await fixture.audit.record(1))
    #expect(forgotten.actor == nil && forgotten.target == nil && forgotten.operation == "create_user")
    #expect(try await fixture.audit.verify().isIntact)
  }

  @Test("A sealed person cannot be moved to another reference")
  func sealedToReference() async throws {
    let fixture = try await AuditFixture()
    _ = try await fixture.audit.begin(fixture.entry())
    try await fixture.tamper(
      """
      UPDATE audit_subjects SET sealed = (SELECT max(sealed) FROM audit_subjects)
      WHERE sealed <> (SELECT max(sealed) FROM audit_subjects)
      """)
    let record = try #require(try await fixture.audit.record(1))
    #expect([record.actor, record.target].compactMap { $0 }.count == 1)
  }

  @Test("The view shows the records as the specification names them")
  func view() async throws {
    let fixture = try await AuditFixture()
    _ = try await fixture.audit.begin(fixture.entry())
    let rows = try await fixture.database.read { connection in
      try connection.all("SELECT log_id, operation, status, timestamp FROM audit_logs") { row throws(StoreError) in
        "\(try row.next(Int.self)) \(try row.next(String.self)) \(try row.next(String.self)) "
          + (try row.next(String.self))
      }
    }
    #expect(rows == ["1 create_user started \(fixture.clock.now().iso8601)"])
  }

  @Test("Records are found by each filter and by all together, the newest first")
  func filters() async throws {
    let fixture = try await AuditFixture()
    let bob = AuditActor(.user, "bob@contoso.com")
    for number in 0..<6 {
      var entry = fixture.entry(number.isMultiple(of: 2) ? "create_user" : "find_users", correlation: "c-\(number)")
      if number > 3 { entry.actor = bob }
      if number == 5 { entry.target = .object("group", "g-1") }
      try await fixture.audit.record(entry, AuditOutcome(number == 4 ? .denied : .succeeded))
      fixture.clock.advance(by: .seconds(60))
    }
    func found(_ set: (inout AuditFilter) -> Void) async throws -> [Int] {
      var filter = AuditFilter()
      set(&filter)
      let page = try await fixture.audit.records(filter)
      #expect(page.count == page.items.count)
      return page.items.map(\.sequence)
    }
    let start = fixture.clock.now() - .seconds(360)
    #expect(try await found { _ in } == [6, 5, 4, 3, 2, 1])
    #expect(try await found { $0.operation = "find_users" } == [6, 4, 2])
    #expect(try await found { $0.status = .denied } == [5])
    #expect(try await found { $0.actor = "BOB@contoso.com" } == [6, 5])
    #expect(try await found { $0.actor = "nobody@contoso.com" } == [])
    #expect(try await found { $0.target = "g-1" } == [6])
    #expect(try await found { $0.target = "new.user@contoso.com" } == [5, 4, 3, 2, 1])
    #expect(try await found { $0.correlationID = "c-2" } == [3])
    #expect(try await found { $0.since = start + .seconds(120) } == [6, 5, 4, 3])
    #expect(try await found { $0.until = start + .seconds(120) } == [2, 1])
    #expect(
      try await found {
        $0.operation = "create_user"
        $0.actor = "bob@contoso.com"
        $0.status = .denied
      } == [5])
    #expect(
      try await found {
        $0.operation = "find_users"
        $0.status = .denied
      } == [])
  }

  @Test("Pages of records follow one another while new ones are written")
  func pages() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(25)
    var seen: [Int] = []
    var cursor: String?
    repeat {
      let page = try await fixture.audit.records(limit: 10, cursor: cursor)
      seen += page.items.map(\.sequence)
      cursor = page.nextCursor
      try await fixture.append(1)
    } while cursor != nil
    #expect(seen == Array((1...25).reversed()))
  }

  @Test("A record is committed together with what it tells of, or not at all")
  func together() async throws {
    let fixture = try await AuditFixture()
    let entry = fixture.entry()
    let audit = fixture.audit
    struct Interrupted: Error {}
    _ = await adminError {
      try await fixture.database.write { connection in
        _ = try audit.begin(entry, in: connection)
        try connection.execute("INSERT INTO config VALUES ('a', 'b', 'c')")
        throw Interrupted()
      }
    }
    #expect(try await audit.state().records == 0)
    try await fixture.database.write { connection in
      let ticket = try audit.begin(entry, in: connection)
      try connection.execute("INSERT INTO config VALUES ('a', 'b', 'c')")
      try audit.finish(ticket, AuditOutcome(.succeeded), in: connection)
    }
    #expect(try await audit.state().records == 2)
    #expect(try await audit.verify().isIntact)
  }

  @Test(
    "Without a readable trail nothing is announced",
    arguments: [
      "DROP TABLE audit_records", "DROP TABLE audit_frontier", "DROP TABLE audit_subjects",
    ])
  func failsClosed(sql: String) async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(1)
    try await fixture.tamper(SQL(raw: sql))
    var entry = fixture.entry()
    entry.actor = AuditActor(.user, "somebody.new@contoso.com")
    let announced = entry
    let error = await adminError { _ = try await fixture.audit.begin(announced) }
    #expect(error?.code == .auditUnavailable)
    #expect(error?.message.contains("nothing was done") == true)
  }

  @Test(
    "A trail whose end is gone, or whose frontier is, gets no further record",
    arguments: [
      "DELETE FROM audit_records WHERE seq = 5", "DELETE FROM audit_records", "DELETE FROM audit_frontier",
      "UPDATE audit_frontier SET size = 9", "UPDATE audit_frontier SET nodes = x'00'",
    ])
  func brokenEnd(sql: String) async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(5)
    try await fixture.tamper(SQL(raw: sql))
    let error = await adminError { _ = try await fixture.audit.begin(fixture.entry()) }
    #expect(error?.code == .auditBroken)
    #expect(error?.message.contains("audit verify") == true)
  }

  @Test("Other failures stay what they are")
  func unavailable() {
    for code in [ErrorCode.storeBusy, .auditBroken, .cancelled] {
      #expect(AuditLog.unavailable(AdminError(code, "x")).code == code)
    }
    #expect(AuditLog.unavailable(AdminError(.storeReadOnly, "x")).code == .auditUnavailable)
    #expect(AuditLog.unrecorded(AdminError(.storeReadOnly, "x")).message.hasPrefix("It was done"))
  }

  @Test("An outcome that cannot be written says that the effect took place")
  func unrecordedOutcome() async throws {
    let fixture = try await AuditFixture()
    let ticket = try await fixture.audit.begin(fixture.entry())
    try await fixture.tamper("DROP TABLE audit_subjects")
    let error = await adminError { try await fixture.audit.finish(ticket, AuditOutcome(.succeeded)) }
    #expect(error?.code == .auditUnavailable && error?.message.hasPrefix("It was done") == true)
  }

  @Test(
    "Mail addresses are found in free text",
    arguments: [
      ("", ""), ("no address", "no address"), ("a@b.c", "[a@b.c]"), ("<a.b+c@d-e.f>.", "<[a.b+c@d-e.f]>."),
      ("a@b.c,d@e.f", "[a@b.c],[d@e.f]"), ("a@b@c", "[a@b]@c"), ("@b a@ @", "@b a@ @"),
      ("ü@bücher.de!", "[ü@bücher.de]!"),
      ("x a@b.c.", "x [a@b.c]."), ("a@-", "a@-"),
    ])
  func addresses(text: String, marked: String) throws {
    #expect(try AddressText.replaceAddresses(in: text) { address throws(StoreError) in "[\(address)]" } == marked)
  }
}
