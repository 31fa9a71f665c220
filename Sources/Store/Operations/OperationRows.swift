import AdminCore

extension AuditActor {
  var json: JSONValue {
    ["type": .string(kind.rawValue), "id": .string(identifier), "roles": .strings(roles)]
  }

  init?(json: JSONValue) {
    guard let kind = json["type"]?.stringValue.flatMap(Kind.init(rawValue:)), let id = json["id"]?.stringValue
    else { return nil }
    self.init(kind, id, roles: json["roles"]?.arrayValue?.compactMap(\.stringValue) ?? [])
  }
}

extension AuditActor: SQLBindable, ColumnReadable {
  package var sqlValue: SQLValue { json.sqlValue }

  package init(reading column: borrowing Column) throws(StoreError) {
    guard let actor = AuditActor(json: try JSONValue(reading: column)) else { throw column.mismatch("an actor") }
    self = actor
  }
}

extension OperationRecord {
  static let columns: SQL = """
    id, name, def_version, tool, state, requested_by_json, corr, input_hash, holds_secret, approved, approval_id,
    idem_key, cancel_requested, done, total, output_json, error_json, report_json, lease_owner, lease_until_ms, fence,
    created_ms, updated_ms
    """

  init(reading row: inout Row) throws(StoreError) {
    id = try row.next()
    name = try row.next()
    version = try row.next()
    tool = try row.next()
    state = try row.next()
    requestedBy = try row.next()
    correlationID = try row.next()
    inputHash = try row.next()
    holdsSecret = try row.next()
    isApproved = try row.next()
    approvalID = try row.next()
    idempotencyKey = try row.next()
    isCancelRequested = try row.next()
    done = try row.next()
    total = try row.next()
    output = try row.next()
    error = try row.next()
    report = try row.next()
    let owner = try row.next(String?.self)
    let until = try row.next(Int64?.self)
    lease = owner.map { LeaseHolder(owner: $0, until: Timestamp(milliseconds: until ?? 0)) }
    fence = try row.next()
    createdAt = try row.nextMilliseconds()
    updatedAt = try row.nextMilliseconds()
  }
}

extension StepRecord {
  static let columns: SQL = """
    step_id, state, attempt, idem_key, output_json, error_json, pending, audit_seq, started_ms, ended_ms, done_order, comp_state,
    comp_attempt, comp_error, comp_audit_seq
    """

  init(reading row: inout Row) throws(StoreError) {
    id = try row.next()
    state = try row.next()
    attempt = try row.next()
    idempotencyKey = try row.next()
    output = try row.next()
    error = try row.next()
    pending = try row.next()
    auditSequence = try row.next()
    startedAt = try row.next(Int64?.self).map { Timestamp(milliseconds: $0) }
    endedAt = try row.next(Int64?.self).map { Timestamp(milliseconds: $0) }
    doneOrder = try row.next()
    compensation = try row.next()
    compensationAttempt = try row.next()
    compensationError = try row.next()
    compensationAuditSequence = try row.next()
  }
}

extension OperationEvent {
  static let columns: SQL = "n, ts_ms, kind, json"

  init(reading row: inout Row) throws(StoreError) {
    number = try row.next()
    time = try row.nextMilliseconds()
    kind = try row.next()
    detail = try row.next()
  }
}
