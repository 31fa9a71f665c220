import AdminCore
import Cryptography
import Foundation
import Store
import TestSupport
import Testing

@Suite("Exporting the audit trail")
struct AuditExportTests {
  private func export(
    _ audit: AuditLog, _ filter: AuditFilter = AuditFilter(), as format: AuditExportFormat
  ) async throws -> (summary: AuditExportSummary, lines: [String]) {
    var output: [UInt8] = []
    let summary = try await audit.export(filter, as: format) { chunk throws(AdminError) in output += chunk }
    #expect(output.last == 0x0A)
    return (summary, String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init))
  }

  @Test("As JSON lines everything goes out that it takes to verify the records without the store")
  func ndjson() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(1100)
    let (summary, lines) = try await export(fixture.audit, as: .ndjson)
    #expect(summary.records == 1100 && summary.first == 1 && summary.last == 1100)
    let objects = try lines.map { try JSONParser.parse($0) }
    #expect(objects.first?["type"] == "header" && objects.first?["chain"]?.stringValue?.utf8.count == 36)
    let records = objects.filter { $0["type"] == "record" }
    #expect(records.map { $0["seq"]?.intValue } == (1...1100).map { $0 })
    #expect(records[7]["actor"] == "ada@contoso.com" && records[7]["target"] == "new.user@contoso.com")
    var link = fixture.chainStart
    var leaves: [[UInt8]] = []
    for (index, record) in records.enumerated() {
      let body = try #require(record["body"])
      let leaf = Reference.leaf(CanonicalJSON.bytes(body))
      link = Reference.link(index + 1, link, leaf)
      leaves.append(leaf)
      #expect(record["leaf"]?.stringValue == Hex.encode(leaf) && record["chain"]?.stringValue == Hex.encode(link))
    }
    let checkpoints = objects.filter { $0["type"] == "checkpoint" }
    #expect(checkpoints.map { $0["size"] } == [1, 256, 512, 768, 1024])
    let last = try #require(checkpoints.last?["note"]?.stringValue)
    #expect(last.contains(Base64.encode(Reference.root(leaves[..<1024]))))
    let manifest = try #require(objects.last)
    #expect(manifest["type"] == "manifest" && manifest["signed"]?["records"] == 1100)
    #expect(manifest["signed"]?["lastLink"]?.stringValue == Hex.encode(link))
    let signature = try #require(manifest["signature"]?.stringValue.flatMap { Base64.decode($0) })
    let signed = CanonicalJSON.bytes(try #require(manifest["signed"]))
    #expect(fixture.audit.signer.isValid(Array(signature.dropFirst(4)), signed))
  }

  @Test("As CSV the records go out quoted, and nothing in them is a formula")
  func csv() async throws {
    let fixture = try await AuditFixture()
    var entry = fixture.entry("=cmd()", correlation: "a,b")
    entry.actor = AuditActor(.application, "-1+1")
    entry.target = .object("x", "line\nbreak \"quoted\"")
    entry.detail = [:]
    try await fixture.audit.record(entry, AuditOutcome(.denied, code: .permissionDenied))
    let (summary, lines) = try await export(fixture.audit, as: .csv)
    #expect(summary.records == 1)
    #expect(
      lines[0]
        == "seq,timestamp,kind,operation,phase,status,code,actor_type,actor,target_type,target,tenant,correlation_id,"
        + "operation_id,input_hash,details,leaf,chain")
    let row = lines.dropFirst().joined(separator: "\n")
    #expect(row.hasPrefix("1,\(fixture.clock.now().iso8601),tool,'=cmd(),event,denied,PERM_001,application,'-1+1,x,"))
    #expect(row.contains("\"line\nbreak \"\"quoted\"\"\",contoso,\"a,b\",,"))
    #expect(row.contains(",{},"))
  }

  @Test("Only what fits the filter goes out, and nothing at all is an export too")
  func filtered() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(10)
    try await fixture.audit.record(fixture.entry("delete_user"), AuditOutcome(.failed))
    var filter = AuditFilter()
    filter.operation = "delete_user"
    let some = try await export(fixture.audit, filter, as: .ndjson)
    #expect(some.summary == (try await export(fixture.audit, filter, as: .csv)).summary)
    #expect(some.summary.records == 1 && some.summary.first == 11)
    filter.operation = "nothing"
    let none = try await export(fixture.audit, filter, as: .ndjson)
    #expect(none.summary.records == 0 && none.summary.first == nil)
    #expect(try none.lines.map { try JSONParser.parse($0)["type"] } == ["header", "manifest"])
    #expect(try await export(fixture.audit, filter, as: .csv).lines.count == 1)
  }

  @Test("A damaged body goes out as text and the export goes on")
  func damaged() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(3)
    try await fixture.tamper("UPDATE audit_records SET body = '{\"a\":' || char(10) || '1}' WHERE seq = 2")
    let (summary, lines) = try await export(fixture.audit, as: .ndjson)
    #expect(summary.records == 3)
    let second = try JSONParser.parse(lines[2])
    #expect(second["body"] == nil && second["damagedBody"] == "{\"a\":\n1}")
  }

  @Test("A hundred thousand records go out in small pieces")
  func many() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(1)
    try await fixture.tamper(
      """
      WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
      INSERT INTO audit_records
      SELECT chain_id, i, ts_ms, body, leaf, chain, op, status, actor_ref, target_ref, tenant_id, corr
      FROM audit_records, n WHERE seq = 1
      """)
    var largest = 0
    var pieces = 0
    var lines = 0
    let summary = try await fixture.audit.export(as: .ndjson) { chunk throws(AdminError) in
      largest = max(largest, chunk.count)
      pieces += 1
      lines += chunk.count { $0 == 0x0A }
    }
    #expect(summary.records == 100_000 && summary.last == 100_000)
    // A header, one checkpoint, the manifest.
    #expect(lines == 100_003)
    #expect(pieces == 203 && largest < 1 << 20)
  }

  @Test("A writer that fails ends the export with its error")
  func failingWriter() async throws {
    let fixture = try await AuditFixture()
    try await fixture.append(3)
    let error = await adminError {
      _ = try await fixture.audit.export(as: .csv) { _ throws(AdminError) in
        throw AdminError(.invalidArgument, "the pipe is closed")
      }
    }
    #expect(error?.code == .invalidArgument)
  }
}
