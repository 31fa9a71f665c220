import AdminCore
import Cryptography

/// The forms in which the audit trail leaves the store.
package enum AuditExportFormat: String, CaseIterable, Sendable {
  /// One JSON object a line: a header, the records with their hashes, the checkpoints, and a signed manifest.
  case ndjson
  /// A header row and the records, for spreadsheets (RFC 4180).
  case csv
}

/// What an export contained.
package struct AuditExportSummary: Hashable, Sendable {
  package let records: Int
  package let first: Int?
  package let last: Int?
}

/// Makes the lines of an export. Knows nothing of where they go.
enum AuditExportLines {
  static func header(_ chain: ChainID, at now: Timestamp) -> JSONValue {
    [
      "type": "header", "format": "m365-admin-audit-export/1", "chain": .string(chain.text),
      "exportedAt": .string(now.iso8601),
    ]
  }

  /// The body goes out byte for byte, so that the leaf can be computed from the line. One that was damaged goes out as
  /// text: the line stays JSON.
  static func record(_ row: AuditRow, _ record: AuditRecord) -> [UInt8] {
    var writer = JSONWriter(reserving: row.body.count + 400)
    writer.object { line in
      line.member("type", "record")
      line.member("seq", .int(row.sequence))
      line.member("timestamp", .string(row.time.iso8601))
      line.member("actor", .optional(record.actor))
      line.member("target", .optional(record.target))
      if record.isReadable {
        line.key("body")
        line.fragment(row.body)
      } else {
        line.member("damagedBody", .string(String(decoding: row.body, as: UTF8.self)))
      }
      line.member("leaf", .string(Hex.encode(row.leaf)))
      line.member("chain", .string(Hex.encode(row.chain)))
    }
    return writer.bytes
  }

  static func checkpoint(_ checkpoint: CheckpointRecord) -> JSONValue {
    ["type": "checkpoint", "size": .int(checkpoint.size), "note": .string(checkpoint.note)]
  }

  /// Signs the links of the first and the last record and their number, which is all it takes to check the rest.
  static func manifest(
    _ summary: AuditExportSummary, _ chain: ChainID, firstLink: [UInt8]?, lastLink: [UInt8]?, signer: CheckpointSigner
  ) throws -> JSONValue {
    let signed: JSONValue = [
      "chain": .string(chain.text), "records": .int(summary.records),
      "first": summary.first.map { .int($0) } ?? .null, "last": summary.last.map { .int($0) } ?? .null,
      "firstLink": .optional(firstLink.map(Hex.encode)), "lastLink": .optional(lastLink.map(Hex.encode)),
    ]
    return [
      "type": "manifest", "signed": signed, "key": .string(signer.name),
      "signature": .string(Base64.encode(signer.keyID + (try signer.sign(CanonicalJSON.bytes(signed))))),
    ]
  }

  static let csvHeader =
    "seq,timestamp,kind,operation,phase,status,code,actor_type,actor,target_type,target,tenant,correlation_id,"
    + "operation_id,input_hash,details,leaf,chain"

  static func csv(_ row: AuditRow, _ record: AuditRecord) -> String {
    let fields: [String?] = [
      String(record.sequence), record.time.iso8601, record.kind, record.operation, record.phase,
      record.status?.rawValue, record.code, record.actorType, record.actor, record.targetType, record.target,
      record.tenant, record.correlationID, record.workflow, record.inputHash, JSONValue.object(record.detail).text,
      Hex.encode(row.leaf), Hex.encode(row.chain),
    ]
    return fields.map { csvField($0 ?? "") }.joined(separator: ",")
  }

  /// Quoted where needed. A spreadsheet would compute what begins with one of these signs; an apostrophe keeps it text.
  private static func csvField(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    let safe = isFormula ? "'" + text : text
    guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }
}
