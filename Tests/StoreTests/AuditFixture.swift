import AdminCore
import Cryptography
import Store
import TestSupport
import Testing

/// An audit trail in a store of its own, with a clock that the test sets.
struct AuditFixture {
  let store: StoreFixture
  let clock: VirtualTimekeeper
  let database: Database
  let audit: AuditLog

  init() async throws {
    store = try StoreFixture()
    clock = VirtualTimekeeper()
    database = try await store.open(timekeeper: clock)
    audit = AuditLog(database)
  }

  static let ada = AuditActor(.local, "ada@contoso.com", roles: ["Admin", "Reader"])

  func entry(_ operation: String = "create_user", correlation: String = "c-1") -> AuditEntry {
    AuditEntry(
      .tool, operation, by: Self.ada, on: .person("user", "new.user@contoso.com"), tenant: "contoso",
      correlationID: correlation, inputHash: AuditEntry.hash(ofRedacted: ["a": 1]),
      detail: ["license": "BusinessBasic"])
  }

  /// Adds records that are events.
  func append(_ count: Int) async throws {
    let entry = entry()
    try await database.write { connection in
      for number in 0..<count {
        try audit.record(
          entry, AuditOutcome(.succeeded, detail: ["number": .int(number)]), in: connection)
      }
    }
  }

  /// What another program does to the file, with the triggers out of its way.
  func tamper(_ statements: SQL...) async throws {
    let connection = try store.foreignConnection()
    try connection.run(
      script: """
        DROP TRIGGER IF EXISTS audit_records_keep; DROP TRIGGER IF EXISTS audit_records_stay;
        DROP TRIGGER IF EXISTS audit_records_follow; DROP TRIGGER IF EXISTS audit_checkpoints_keep;
        DROP TRIGGER IF EXISTS audit_checkpoints_stay;
        """)
    for statement in statements { try connection.execute(statement) }
  }

  struct RawRecord: Sendable {
    let sequence: Int
    let body: [UInt8]
    let leaf: [UInt8]
    let chain: [UInt8]
  }

  func rawRecords() async throws -> [RawRecord] {
    try await database.read { connection in
      try connection.all("SELECT seq, body, leaf, chain FROM audit_records ORDER BY seq") { row throws(StoreError) in
        RawRecord(
          sequence: try row.next(), body: try row.next(), leaf: try row.next(), chain: try row.next())
      }
    }
  }

  var chainStart: [UInt8] {
    SHA256.hash(Array("m365-admin-audit/v1\n".utf8) + database.identity.chain.bytes)
  }
}

/// The formulas of the construction, written a second time.
enum Reference {
  static func leaf(_ body: [UInt8]) -> [UInt8] { SHA256.hash([0] + body) }

  static func link(_ number: Int, _ previous: [UInt8], _ leaf: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [2]
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    return SHA256.hash(bytes + previous + leaf)
  }

  /// The tree hash of RFC 6962, section 2.1, by its recursive definition.
  static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    guard let first = leaves.first else { return SHA256.hash([]) }
    guard leaves.count > 1 else { return first }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    let middle = leaves.startIndex + split
    return SHA256.hash([1] + root(leaves[..<middle]) + root(leaves[middle...]))
  }
}
