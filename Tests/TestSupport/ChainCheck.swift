import AdminCore
import Cryptography
package import Store

/// Looks through every version of every document: each follows the one before, is what its change made of it, and bears
/// the etag of its content; and the newest one is the document.
package struct ChainCheck: Sendable {
  package struct Outcome: Sendable {
    package var versions = 0
    package var documents = 0
    package var problems: [String] = []
  }

  fileprivate struct Row {
    let place: String
    let version: Int
    let parent: Int
    let etag: String
    let patch: JSONObject
    let locked: JSONValue
    let settings: JSONObject
  }

  private let database: Database

  package init(_ database: Database) { self.database = database }

  package func verify() async throws -> Outcome {
    try await database.read { connection in
      let rows = try connection.all(
        """
        SELECT tenant_id || '/' || persona_id, version, parent_version, etag, patch_json, locked_json, settings_json
        FROM pc_versions ORDER BY tenant_id, persona_id, version
        """, Row.init(reading:))
      let heads = try connection.all(
        "SELECT tenant_id || '/' || persona_id, version, 0, etag, '{}', locked_json, settings_json FROM pc_docs",
        Row.init(reading:))
      return Self.check(rows, heads)
    }
  }

  private static func check(_ rows: [Row], _ heads: [Row]) -> Outcome {
    var outcome = Outcome(versions: rows.count, documents: heads.count)
    var last: Row?
    for row in rows {
      let before = last?.place == row.place ? last : nil
      // The first that is kept may have had others before it.
      if let before {
        if row.version != before.version + 1 || row.parent != before.version {
          outcome.problems.append("\(row.place): gap before \(row.version)")
        }
        var expected = before.settings
        for change in row.patch { expected[change.key] = change.value.isNull ? Optional.none : change.value }
        if JSONValue.object(expected) != .object(row.settings) {
          outcome.problems.append("\(row.place): version \(row.version) is not what its change makes")
        }
      }
      let hash = SHA256.hash(CanonicalJSON.bytes(.object(row.settings)))
      if row.etag != "\(row.version)-\(Hex.encode(Array(hash.prefix(8))))" {
        outcome.problems.append("\(row.place): etag of \(row.version)")
      }
      last = row
    }
    let newest = Dictionary(rows.map { ($0.place, $0) }) { $1 }
    for head in heads {
      guard let row = newest[head.place], row.version == head.version, row.etag == head.etag, row.locked == head.locked,
        JSONValue.object(row.settings).serialized == JSONValue.object(head.settings).serialized
      else {
        outcome.problems.append("\(head.place): the document is not its newest version")
        continue
      }
    }
    if newest.count != heads.count {
      outcome.problems.append("documents without versions, or versions without documents")
    }
    return outcome
  }
}

extension ChainCheck.Row {
  fileprivate init(reading row: inout Store.Row) throws(StoreError) {
    place = try row.next()
    version = try row.next()
    parent = try row.next()
    etag = try row.next()
    patch = try row.next(JSONValue.self).objectValue ?? [:]
    locked = try row.next()
    settings = try row.next(JSONValue.self).objectValue ?? [:]
  }
}
