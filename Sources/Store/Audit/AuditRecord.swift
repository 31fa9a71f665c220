package import AdminCore

/// An audit record for people to read.
package struct AuditRecord: Sendable {
  package let sequence: Int
  package let time: Timestamp
  package let kind: String
  package let operation: String
  package let phase: String
  package let status: AuditStatus?
  package let code: String?
  package let actorType: String
  /// Who it was; `nil` when the person was forgotten.
  package let actor: String?
  package let roles: [String]
  package let targetType: String?
  package let target: String?
  package let tenant: String?
  package let correlationID: String
  package let workflow: String?
  package let inputHash: String?
  /// Holds references in place of mail addresses.
  package let detail: JSONObject
  /// Whether the body is one line of JSON, as every body was when it was written.
  let isReadable: Bool

  /// - Parameter resolve: who is behind a reference.
  init(_ row: AuditRow, resolve: (String) throws(StoreError) -> String?) throws(StoreError) {
    let parsed = try? JSONParser.parse(row.body)
    isReadable = parsed != nil && !row.body.contains(0x0A)
    let body = parsed ?? .null
    sequence = row.sequence
    time = row.time
    kind = body["kind"]?.stringValue ?? ""
    operation = row.operation
    phase = body["phase"]?.stringValue ?? ""
    status = AuditStatus(rawValue: row.status)
    code = body["code"]?.stringValue
    actorType = body["actor"]?["type"]?.stringValue ?? ""
    actor = try Self.person(row.actorRef, resolve)
    roles = body["actor"]?["roles"]?.arrayValue?.compactMap(\.stringValue) ?? []
    targetType = body["target"]?["type"]?.stringValue
    target = try row.targetRef.flatMap { reference throws(StoreError) in try Self.person(reference, resolve) }
    tenant = row.tenant
    correlationID = row.correlationID
    workflow = body["wf"]?.stringValue
    inputHash = body["inHash"]?.stringValue
    detail = body["detail"]?.objectValue ?? [:]
  }

  private static func person(
    _ reference: String, _ resolve: (String) throws(StoreError) -> String?
  ) throws(StoreError) -> String? {
    AuditSubjects.isReference(reference) ? try resolve(reference) : reference
  }

  /// For tools and commands.
  package var json: JSONObject {
    [
      "seq": .int(sequence), "timestamp": .string(time.iso8601), "kind": .string(kind),
      "operation": .string(operation), "phase": .string(phase), "status": .optional(status?.rawValue),
      "code": .optional(code), "actorType": .string(actorType), "actor": .optional(actor), "roles": .strings(roles),
      "targetType": .optional(targetType), "target": .optional(target), "tenant": .optional(tenant),
      "correlationId": .string(correlationID), "operationId": .optional(workflow),
      "inputHash": .optional(inputHash), "detail": .object(detail),
    ]
  }
}

/// Which records to show or to export: those that fit everything that is set.
package struct AuditFilter: Hashable, Sendable {
  package var operation: String?
  package var status: AuditStatus?
  package var actor: String?
  package var target: String?
  package var correlationID: String?
  /// Included.
  package var since: Timestamp?
  /// Not included.
  package var until: Timestamp?

  package init() {}

  /// Tells this filter from others in a cursor.
  var fingerprint: String {
    let parts = [
      operation, status?.rawValue, actor, target, correlationID, since?.iso8601, until?.iso8601,
    ]
    return JSONValue.array(parts.map(JSONValue.optional)).text
  }

  /// Persons stand in the records as references; one that nobody has matches nothing.
  func conditions(
    in chain: ChainID, _ subjects: AuditSubjects, _ connection: borrowing Connection
  ) throws(StoreError) -> [SQL] {
    var conditions: [SQL] = ["chain_id = \(chain.text)"]
    if let operation { conditions.append("op = \(operation)") }
    if let status { conditions.append("status = \(status)") }
    if let actor {
      let reference = try subjects.existingReference(for: actor, in: connection)
      conditions.append("actor_ref IN \(list: [actor] + (reference.map { [$0] } ?? []))")
    }
    if let target {
      let reference = try subjects.existingReference(for: target, in: connection)
      conditions.append("target_ref IN \(list: [target] + (reference.map { [$0] } ?? []))")
    }
    if let correlationID { conditions.append("corr = \(correlationID)") }
    if let since { conditions.append("ts_ms >= \(since.milliseconds)") }
    if let until { conditions.append("ts_ms < \(until.milliseconds)") }
    return conditions
  }
}
