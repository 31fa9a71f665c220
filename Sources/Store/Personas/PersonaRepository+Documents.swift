package import AdminCore

extension PersonaRepository {
  /// Versions beyond this many are removed once they are also older than `versionAge`.
  static let keptVersions = 100
  static let versionAge = Duration.seconds(90 * 86_400)

  // MARK: The newest version

  package func document(
    at place: DocumentPlace, in connection: borrowing Connection
  ) throws(StoreError) -> ConfigurationDocument {
    try connection.first(
      "SELECT version, etag, locked_json, settings_json FROM pc_docs WHERE \(place.condition)",
      ConfigurationDocument.init(reading:)) ?? .none
  }

  /// Adds a version and makes it the newest.
  ///
  /// - Parameter current: the newest so far, read in the same transaction.
  @discardableResult
  package func append(
    _ new: NewVersion, to place: DocumentPlace, after current: ConfigurationDocument,
    in connection: borrowing Connection
  ) throws(StoreError) -> ConfigurationDocument {
    let now = database.timekeeper.now().milliseconds
    let hash = ConfigurationETag.hash(new.settings)
    let version = current.version + 1
    let document = ConfigurationDocument(
      version: version, etag: ConfigurationETag.make(version: version, hash: hash), settings: new.settings,
      locked: new.locked)
    let (settings, locked) = (JSONValue.object(new.settings), JSONValue.strings(new.locked))
    try connection.execute(
      """
      INSERT INTO pc_versions (
        tenant_id, persona_id, version, parent_version, etag, op, reason, at_ms, by, claimed_by, keys_json, patch_json,
        locked_json, settings_json)
      VALUES (
        \(place.tenantID), \(place.personaID), \(version), \(current.version), \(document.etag), \(new.operation),
        \(new.reason), \(now), \(new.author), \(new.claimedAuthor), \(JSONValue.strings(new.keys)),
        \(JSONValue.object(new.patch)), \(locked), \(settings))
      """)
    try connection.execute(
      """
      INSERT OR REPLACE INTO pc_docs (
        tenant_id, persona_id, version, etag, updated_ms, updated_by, claimed_by, content_hash, locked_json,
        settings_json)
      VALUES (
        \(place.tenantID), \(place.personaID), \(version), \(document.etag), \(now), \(new.author),
        \(new.claimedAuthor), \(hash), \(locked), \(settings))
      """)
    let age = now - Self.versionAge.milliseconds
    try connection.execute(
      """
      DELETE FROM pc_versions
      WHERE \(place.condition) AND version <= \(version - Self.keptVersions) AND at_ms < \(age)
      """)
    try touch(place, in: connection)
    return document
  }

  /// Some of the documents of a tenant, its own and those of its personas, in the order of their names.
  ///
  /// - Parameter place: the last one of those before; `nil` for the first.
  package func documents(
    of tenant: TenantName, after place: DocumentPlace?, limit: Int
  ) async throws(AdminError) -> [(place: DocumentPlace, settings: JSONObject)] {
    try await database.read { connection in
      try connection.all(
        """
        SELECT tenant_id, persona_id, settings_json FROM pc_docs
        WHERE tenant_id = \(tenant.text) AND persona_id > \(place?.personaID ?? "") ORDER BY persona_id LIMIT \(limit)
        """
      ) { row throws(StoreError) in
        guard let place = DocumentPlace(tenantID: try row.next(), personaID: try row.next()) else {
          throw StoreError(.mismatch, "a row does not hold the name of a persona")
        }
        return (place, try row.next(JSONValue.self).objectValue ?? [:])
      }
    }
  }

  // MARK: Versions

  /// One version; `nil` where there is none of that number, or it has been removed.
  package func version(
    _ number: Int, of place: DocumentPlace, in connection: borrowing Connection
  ) throws(StoreError) -> DocumentVersion? {
    try connection.first(
      "SELECT \(DocumentVersion.columns) FROM pc_versions WHERE \(place.condition) AND version = \(number)",
      DocumentVersion.init(reading:))
  }

  /// The document as it was at a time. One that nobody had written yet is empty.
  ///
  /// - Returns: `nil` where that version has been removed.
  package func document(
    at place: DocumentPlace, asOf time: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) -> ConfigurationDocument? {
    let found = try connection.first(
      """
      SELECT \(DocumentVersion.columns) FROM pc_versions
      WHERE \(place.condition) AND at_ms <= \(time.milliseconds) ORDER BY version DESC LIMIT 1
      """, DocumentVersion.init(reading:))
    if let found { return found.document }
    let first =
      try connection.value(
        "SELECT min(version) FROM pc_versions WHERE \(place.condition)", as: Int?.self) ?? nil
    return first.map { $0 == 1 } ?? true ? ConfigurationDocument.none : nil
  }

  /// The keys that were changed after a version.
  package func keysChanged(
    in place: DocumentPlace, after version: Int, in connection: borrowing Connection
  ) throws(StoreError) -> Set<String> {
    var keys: Set<String> = []
    try connection.forEach(
      "SELECT keys_json FROM pc_versions WHERE \(place.condition) AND version > \(version)"
    ) { row throws(StoreError) in keys.formUnion(try row.nextStrings()) }
    return keys
  }

  /// The versions of a document, the newest first.
  ///
  /// - Parameter reader: whoever the cursors are for.
  package func versions(
    of place: DocumentPlace, limit: Int = PageLimit.standard, cursor: String? = nil, for reader: String
  ) async throws(AdminError) -> Page<VersionSummary> {
    let cursors = CursorCodec(key: database.keys[.cursor])
    let query = "persona_versions/\(place.text)/\(reader)"
    let before = try cursor.map { cursor throws(AdminError) in
      try cursors.decode(cursor, for: query).first?.intValue ?? 0
    }
    let limit = PageLimit.clamp(limit)
    return try await database.read { connection in
      var items = try connection.all(
        """
        SELECT \(VersionSummary.columns) FROM pc_versions WHERE \(place.condition) AND version < \(before ?? Int.max)
        ORDER BY version DESC LIMIT \(limit + 1)
        """, VersionSummary.init(reading:))
      let isLast = items.count <= limit
      if !isLast { items.removeLast() }
      let count = try connection.value("SELECT count(*) FROM pc_versions WHERE \(place.condition)", as: Int.self) ?? 0
      let next = items.last.map { cursors.encode([.int($0.version)], for: query) }
      return Page(items: items, count: count, nextCursor: isLast ? nil : next)
    }
  }
}

extension ConfigurationDocument {
  fileprivate init(reading row: inout Row) throws(StoreError) {
    let (version, etag, locked) = (try row.next(Int.self), try row.next(String.self), try row.nextStrings())
    self.init(
      version: version, etag: etag, settings: try row.next(JSONValue.self).objectValue ?? [:], locked: locked)
  }
}

extension VersionSummary {
  fileprivate static let columns: SQL = "version, etag, op, at_ms, by, claimed_by, reason, keys_json"

  fileprivate init(reading row: inout Row) throws(StoreError) {
    version = try row.next()
    etag = try row.next()
    operation = try row.next()
    at = try row.nextMilliseconds()
    author = try row.next()
    claimedAuthor = try row.next()
    reason = try row.next()
    keys = try row.nextStrings()
  }
}

extension DocumentVersion {
  fileprivate static let columns: SQL =
    "\(VersionSummary.columns), parent_version, patch_json, locked_json, settings_json"

  fileprivate init(reading row: inout Row) throws(StoreError) {
    summary = try VersionSummary(reading: &row)
    parent = try row.next()
    patch = try row.next(JSONValue.self).objectValue ?? [:]
    let locked = try row.nextStrings()
    document = ConfigurationDocument(
      version: summary.version, etag: summary.etag, settings: try row.next(JSONValue.self).objectValue ?? [:],
      locked: locked)
  }
}
