import AdminCore

/// A row of `audit_records` exactly as it is stored.
struct AuditRow: Sendable {
  let sequence: Int
  let time: Timestamp
  let body: [UInt8]
  let leaf: [UInt8]
  let chain: [UInt8]
  let operation: String
  let status: String
  let actorRef: String
  let targetRef: String?
  let tenant: String?
  let correlationID: String

  static let columns: SQL = "seq, ts_ms, body, leaf, chain, op, status, actor_ref, target_ref, tenant_id, corr"

  init(reading row: inout Row) throws(StoreError) {
    sequence = try row.next()
    time = try row.nextMilliseconds()
    body = try row.next()
    leaf = try row.next()
    chain = try row.next()
    operation = try row.next()
    status = try row.next()
    actorRef = try row.next()
    targetRef = try row.next()
    tenant = try row.next()
    correlationID = try row.next()
  }

  /// The first column that says something else than the body, whose hash is in the chain; `nil` when all agree.
  func columnAgainst(_ body: JSONValue, in chain: ChainID) -> String? {
    if body["chain"]?.stringValue != chain.text { return "chain_id" }
    if body["seq"]?.intValue != sequence { return "seq" }
    if body["ts"] != .int(time.milliseconds) { return "ts_ms" }
    if body["op"]?.stringValue != operation { return "op" }
    if body["status"]?.stringValue != status { return "status" }
    if body["actor"]?["ref"]?.stringValue != actorRef { return "actor_ref" }
    if body["target"]?["ref"]?.stringValue != targetRef { return "target_ref" }
    if body["tenant"]?.stringValue != tenant { return "tenant_id" }
    if body["corr"]?.stringValue != correlationID { return "corr" }
    return nil
  }
}
