package import AdminCore

/// Personas and their configuration, row by row. What the rows mean, and what may be written, is `Personas`' affair.
///
/// Everything that belongs together is written in one transaction, so the functions take the connection that the
/// transaction lends.
package struct PersonaRepository: Sendable {
  /// How long the answer of a change is remembered for whoever makes the same change again.
  private static let operationAge = Duration.seconds(30 * 86_400)

  package let database: Database

  package init(_ database: Database) { self.database = database }

  // MARK: Stamps

  /// The numbers of the last changes of everything that a persona's effective configuration depends on.
  package struct Stamps: Hashable, Sendable {
    package let global: Int
    package let tenant: Int
    package let persona: Int

    package init(global: Int, tenant: Int, persona: Int) {
      self.global = global
      self.tenant = tenant
      self.persona = persona
    }
  }

  package func stamps(
    of address: PersonaAddress, in connection: borrowing Connection
  ) throws(StoreError) -> Stamps {
    let (global, tenant, persona) = (
      DocumentPlace.global, DocumentPlace.tenant(address.tenant), DocumentPlace.persona(address)
    )
    let row = try connection.first(
      """
      SELECT
        coalesce((SELECT n FROM pc_stamps WHERE \(global.condition)), 0),
        coalesce((SELECT n FROM pc_stamps WHERE \(tenant.condition)), 0),
        coalesce((SELECT n FROM pc_stamps WHERE \(persona.condition)), 0)
      """
    ) { row throws(StoreError) in
      Stamps(global: try row.next(), tenant: try row.next(), persona: try row.next())
    }
    return row ?? Stamps(global: 0, tenant: 0, persona: 0)
  }

  /// Notes that something changed which the configuration of `place`, and of everything below it, depends on.
  func touch(_ place: DocumentPlace, in connection: borrowing Connection) throws(StoreError) {
    try connection.execute(
      """
      INSERT OR REPLACE INTO pc_stamps (tenant_id, persona_id, n)
      VALUES (\(place.tenantID), \(place.personaID), (SELECT coalesce(max(n), 0) + 1 FROM pc_stamps))
      """)
  }

  /// What has changed since a stamp, and the newest stamp there is.
  package func changes(since stamp: Int) async throws(AdminError) -> (places: [DocumentPlace], newest: Int) {
    try await database.read { connection in
      let rows = try connection.all(
        "SELECT tenant_id, persona_id, n FROM pc_stamps WHERE n > \(stamp) ORDER BY n"
      ) { row throws(StoreError) in
        (tenant: try row.next(String.self), persona: try row.next(String.self), stamp: try row.next(Int.self))
      }
      let places = rows.compactMap { DocumentPlace(tenantID: $0.tenant, personaID: $0.persona) }
      return (places, rows.last?.stamp ?? stamp)
    }
  }

  package func newestStamp() async throws(AdminError) -> Int {
    try await database.read { connection in
      try connection.value("SELECT coalesce(max(n), 0) FROM pc_stamps", as: Int.self) ?? 0
    }
  }

  // MARK: Operations

  /// What a change has answered; `nil` when it was not made.
  package func result(
    of operation: LocalID, in connection: borrowing Connection
  ) throws(StoreError) -> JSONObject? {
    try connection.value("SELECT result_json FROM pc_operations WHERE operation_id = \(operation)", as: JSONValue.self)?
      .objectValue
  }

  package func record(
    _ result: JSONObject, of operation: LocalID, in connection: borrowing Connection
  ) throws(StoreError) {
    let now = database.timekeeper.now()
    try connection.execute(
      """
      INSERT INTO pc_operations (operation_id, at_ms, result_json)
      VALUES (\(operation), \(now.milliseconds), \(JSONValue.object(result)))
      """)
    try connection.execute("DELETE FROM pc_operations WHERE at_ms < \((now - Self.operationAge).milliseconds)")
  }
}
