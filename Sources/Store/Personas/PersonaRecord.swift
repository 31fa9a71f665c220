package import AdminCore

/// A persona as it is registered.
package struct PersonaRecord: Hashable, Sendable {
  package let address: PersonaAddress
  package var displayName: String
  /// The application as which the persona's agent signs in.
  package var agentAppID: GUID?
  package var isEnabled: Bool
  /// Whether lists for agents show it.
  package var isDiscoverable: Bool
  /// What describes the persona and is no dynamic configuration.
  package var facts: JSONObject
  /// Counts the changes of the registration.
  package let version: Int
  package let etag: String
  package let createdAt: Timestamp
  package let updatedAt: Timestamp

  /// A persona that is about to be registered.
  package init(
    _ address: PersonaAddress, displayName: String, agentAppID: GUID? = nil, facts: JSONObject = [:]
  ) {
    self.init(
      address: address, displayName: displayName, agentAppID: agentAppID, isEnabled: true, isDiscoverable: true,
      facts: facts, version: 0, etag: "", createdAt: Timestamp(milliseconds: 0), updatedAt: Timestamp(milliseconds: 0))
  }

  init(
    address: PersonaAddress, displayName: String, agentAppID: GUID?, isEnabled: Bool, isDiscoverable: Bool,
    facts: JSONObject, version: Int, etag: String, createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.address = address
    self.displayName = displayName
    self.agentAppID = agentAppID
    self.isEnabled = isEnabled
    self.isDiscoverable = isDiscoverable
    self.facts = facts
    self.version = version
    self.etag = etag
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  /// What the etag is made of.
  fileprivate var content: JSONObject {
    [
      "displayName": .string(displayName), "agentAppId": .optional(agentAppID?.text), "enabled": .bool(isEnabled),
      "discoverable": .bool(isDiscoverable), "static": .object(facts),
    ]
  }
}

/// A persona in a list.
package struct PersonaSummary: Hashable, Sendable {
  package let record: PersonaRecord
  /// Of its own document.
  package let configurationVersion: Int
  package let isOverridden: Bool
}

/// Which personas to list.
package struct PersonaFilter: Hashable, Sendable {
  package var tenant: TenantName?
  package var isDiscoverable: Bool?
  package var isEnabled: Bool?

  package init(tenant: TenantName? = nil, isDiscoverable: Bool? = nil, isEnabled: Bool? = nil) {
    self.tenant = tenant
    self.isDiscoverable = isDiscoverable
    self.isEnabled = isEnabled
  }

  fileprivate var conditions: [SQL] {
    var conditions: [SQL] = []
    if let tenant { conditions.append("tenant_id = \(tenant.text)") }
    if let isDiscoverable {
      // What is switched off is to be found by nobody.
      conditions.append(
        isDiscoverable ? "(discoverable = 1 AND enabled = 1)" : "(discoverable = 0 OR enabled = 0)")
    }
    if let isEnabled { conditions.append("enabled = \(isEnabled)") }
    return conditions
  }

  fileprivate var text: String {
    JSONValue.array([
      .optional(tenant?.text), isDiscoverable.map(JSONValue.bool) ?? .null, isEnabled.map(JSONValue.bool) ?? .null,
    ]).text
  }
}

extension PersonaRepository {
  package func persona(
    _ address: PersonaAddress, in connection: borrowing Connection
  ) throws(StoreError) -> PersonaRecord? {
    try connection.first(
      "SELECT \(PersonaRecord.columns) FROM personas WHERE \(DocumentPlace.persona(address).condition)",
      PersonaRecord.init(reading:))
  }

  /// Writes a registration down, new or changed.
  ///
  /// - Parameter current: as it is so far, read in the same transaction.
  package func store(
    _ persona: PersonaRecord, after current: PersonaRecord?, by author: String, in connection: borrowing Connection
  ) throws(StoreError) -> PersonaRecord {
    let now = database.timekeeper.now()
    let version = (current?.version ?? 0) + 1
    let etag = ConfigurationETag.make(version: version, hash: ConfigurationETag.hash(persona.content))
    let created = current?.createdAt ?? now
    try connection.execute(
      """
      INSERT OR REPLACE INTO personas (
        tenant_id, persona_id, display_name, agent_app_id, enabled, discoverable, version, etag, created_ms, updated_ms,
        updated_by, static_json)
      VALUES (
        \(persona.address.tenant.text), \(persona.address.persona.text), \(persona.displayName),
        \(persona.agentAppID?.text), \(persona.isEnabled), \(persona.isDiscoverable), \(version), \(etag),
        \(created.milliseconds), \(now.milliseconds), \(author), \(JSONValue.object(persona.facts)))
      """)
    try touch(.persona(persona.address), in: connection)
    return PersonaRecord(
      address: persona.address, displayName: persona.displayName, agentAppID: persona.agentAppID,
      isEnabled: persona.isEnabled, isDiscoverable: persona.isDiscoverable, facts: persona.facts, version: version,
      etag: etag, createdAt: created, updatedAt: now)
  }

  /// Whether an application is the agent of some persona, of whatever tenant.
  package func isAgent(_ application: GUID, in connection: borrowing Connection) throws(StoreError) -> Bool {
    try connection.value(
      "SELECT 1 FROM personas WHERE agent_app_id = \(application.text) LIMIT 1", as: Int.self) != nil
  }

  /// Personas by tenant and name.
  ///
  /// - Parameter reader: whoever the cursors are for.
  package func personas(
    _ filter: PersonaFilter, limit: Int = PageLimit.standard, cursor: String? = nil, for reader: String
  ) async throws(AdminError) -> Page<PersonaSummary> {
    let cursors = CursorCodec(key: database.keys[.cursor])
    let query = "personas/\(filter.text)/\(reader)"
    var conditions = filter.conditions
    if let cursor {
      let place = try cursors.decode(cursor, for: query)
      conditions.append("(tenant_id, persona_id) > (\(place.first?.stringValue), \(place.last?.stringValue))")
    }
    let limit = PageLimit.clamp(limit)
    let now = database.timekeeper.now().milliseconds
    let rows: SQL = """
      SELECT \(PersonaRecord.columns),
        coalesce((
          SELECT d.version FROM pc_docs d WHERE d.tenant_id = p.tenant_id AND d.persona_id = p.persona_id), 0),
        EXISTS (
          SELECT 1 FROM pc_overrides o
          WHERE o.tenant_id = p.tenant_id AND o.persona_id IN (p.persona_id, '_layer') AND o.cleared_ms IS NULL
            AND o.expires_ms > \(now))
      FROM personas p\(SQL.where(conditions)) ORDER BY tenant_id, persona_id LIMIT \(limit + 1)
      """
    let matching = SQL.where(filter.conditions)
    return try await database.read { connection in
      var items = try connection.all(rows, PersonaSummary.init(reading:))
      let isLast = items.count <= limit
      if !isLast { items.removeLast() }
      let count = try connection.value("SELECT count(*) FROM personas\(matching)", as: Int.self) ?? 0
      let next = items.last.map { item in
        cursors.encode(
          [.string(item.record.address.tenant.text), .string(item.record.address.persona.text)], for: query)
      }
      return Page(items: items, count: count, nextCursor: isLast ? nil : next)
    }
  }

  /// Names that begin with a text, for suggestions.
  ///
  /// - Parameter tenant: `nil` for the names of tenants themselves.
  package func names(
    startingWith prefix: String, in tenant: TenantName?, limit: Int
  ) async throws(AdminError) -> [String] {
    let end = prefix + "\u{10FFFF}"
    let sql: SQL =
      if let tenant {
        """
        SELECT persona_id FROM personas
        WHERE tenant_id = \(tenant.text) AND persona_id >= \(prefix) AND persona_id < \(end) ORDER BY 1 LIMIT \(limit)
        """
      } else {
        """
        SELECT DISTINCT tenant_id FROM personas WHERE tenant_id >= \(prefix) AND tenant_id < \(end)
        ORDER BY 1 LIMIT \(limit)
        """
      }
    return try await database.read { connection in
      try connection.all(sql) { row throws(StoreError) in try row.next(String.self) }
    }
  }
}

extension PersonaRecord {
  fileprivate static let columns = SQL(
    raw: """
      tenant_id, persona_id, display_name, agent_app_id, enabled, discoverable, static_json, version, etag, created_ms,
      updated_ms
      """)

  fileprivate init(reading row: inout Row) throws(StoreError) {
    address = try row.nextAddress()
    displayName = try row.next()
    agentAppID = try row.next(String?.self).flatMap { GUID($0) }
    isEnabled = try row.next()
    isDiscoverable = try row.next()
    facts = try row.next(JSONValue.self).objectValue ?? [:]
    version = try row.next()
    etag = try row.next()
    createdAt = try row.nextMilliseconds()
    updatedAt = try row.nextMilliseconds()
  }
}

extension PersonaSummary {
  fileprivate init(reading row: inout Row) throws(StoreError) {
    record = try PersonaRecord(reading: &row)
    configurationVersion = try row.next()
    isOverridden = try row.next()
  }
}

extension Row {
  /// The next two columns, tenant and persona.
  fileprivate mutating func nextAddress() throws(StoreError) -> PersonaAddress {
    let (tenant, persona) = (try next(String.self), try next(String.self))
    guard let tenant = TenantName(tenant), let persona = PersonaName(persona) else {
      throw StoreError(.mismatch, "a row does not hold the name of a persona")
    }
    return PersonaAddress(tenant, persona)
  }
}
