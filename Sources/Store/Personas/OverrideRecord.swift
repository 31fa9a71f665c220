package import AdminCore

/// Values that stand above every layer for a while.
package struct OverrideRecord: Hashable, Sendable {
  package let id: LocalID
  /// A persona, or all of a tenant.
  package let place: DocumentPlace
  package let settings: JSONObject
  package let reason: String
  package let createdAt: Timestamp
  package let expiresAt: Timestamp

  package init(
    id: LocalID, place: DocumentPlace, settings: JSONObject, reason: String, createdAt: Timestamp,
    expiresAt: Timestamp
  ) {
    self.id = id
    self.place = place
    self.settings = settings
    self.reason = reason
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }
}

extension PersonaRepository {
  /// The overrides of exactly this place that held at a time, the oldest first.
  package func overrides(
    of place: DocumentPlace, at time: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) -> [OverrideRecord] {
    try connection.all(
      """
      SELECT id, settings_json, reason, created_ms, expires_ms FROM pc_overrides
      WHERE \(place.condition) AND expires_ms > \(time.milliseconds) AND created_ms <= \(time.milliseconds)
        AND (cleared_ms IS NULL OR cleared_ms > \(time.milliseconds))
      ORDER BY created_ms, id
      """
    ) { row throws(StoreError) in
      OverrideRecord(
        id: try row.next(), place: place, settings: try row.next(JSONValue.self).objectValue ?? [:],
        reason: try row.next(), createdAt: try row.nextMilliseconds(), expiresAt: try row.nextMilliseconds())
    }
  }

  package func store(
    _ override: OverrideRecord, by author: String, in connection: borrowing Connection
  ) throws(StoreError) {
    try connection.execute(
      """
      INSERT INTO pc_overrides (id, tenant_id, persona_id, reason, by, created_ms, expires_ms, settings_json)
      VALUES (
        \(override.id), \(override.place.tenantID), \(override.place.personaID), \(override.reason), \(author),
        \(override.createdAt.milliseconds), \(override.expiresAt.milliseconds), \(JSONValue.object(override.settings)))
      """)
    try touch(override.place, in: connection)
  }

  /// Ends all overrides of exactly this place.
  ///
  /// - Returns: how many there were.
  package func clearOverrides(
    of place: DocumentPlace, by author: String, in connection: borrowing Connection
  ) throws(StoreError) -> Int {
    let now = database.timekeeper.now().milliseconds
    let count = try connection.execute(
      """
      UPDATE pc_overrides SET cleared_ms = \(now), cleared_by = \(author)
      WHERE \(place.condition) AND cleared_ms IS NULL AND expires_ms > \(now)
      """)
    if count > 0 { try touch(place, in: connection) }
    return count
  }

  /// Places whose overrides ran out between two times, the second one included.
  package func overridesEnded(
    after start: Timestamp, until end: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) -> [DocumentPlace] {
    try connection.all(
      """
      SELECT DISTINCT tenant_id, persona_id FROM pc_overrides
      WHERE cleared_ms IS NULL AND expires_ms > \(start.milliseconds) AND expires_ms <= \(end.milliseconds)
      """
    ) { row throws(StoreError) in DocumentPlace(tenantID: try row.next(), personaID: try row.next()) }.compactMap { $0 }
  }

  /// When the next override runs out.
  package func nextOverrideEnd(
    after time: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) -> Timestamp? {
    let next =
      try connection.value(
        "SELECT min(expires_ms) FROM pc_overrides WHERE cleared_ms IS NULL AND expires_ms > \(time.milliseconds)",
        as: Int64?.self) ?? nil
    return next.map { Timestamp(milliseconds: $0) }
  }
}
