package import AdminCore

/// What a tenant has laid down about a configuration key.
package struct KeySchemaRecord: Hashable, Sendable {
  package enum Merge: String, CaseIterable, Sendable, SQLBindable, ColumnReadable {
    /// Objects of lower layers are laid over those of upper ones, member by member.
    case deep
    case replace
  }

  package var key: String
  package var schema: JSONValue
  package var merge: Merge
  package var standard: JSONValue?
  package var isSensitive: Bool
  package var aliases: [String]
  package var isDeprecated: Bool
  /// Counts the changes.
  package var version: Int

  package init(
    key: String, schema: JSONValue, merge: Merge = .deep, standard: JSONValue? = nil, isSensitive: Bool = false,
    aliases: [String] = [], isDeprecated: Bool = false, version: Int = 0
  ) {
    self.key = key
    self.schema = schema
    self.merge = merge
    self.standard = standard
    self.isSensitive = isSensitive
    self.aliases = aliases
    self.isDeprecated = isDeprecated
    self.version = version
  }
}

/// A rule of who may read or write which keys.
package struct KeyRuleRecord: Hashable, Sendable {
  package enum PrincipalKind: String, CaseIterable, Sendable, SQLBindable, ColumnReadable {
    case role
    /// A person or a program, by its object id in the tenant.
    case oid
    /// A client application.
    case appid
  }

  package enum Effect: String, CaseIterable, Sendable, SQLBindable, ColumnReadable {
    case allow, deny
  }

  package enum Rights: String, CaseIterable, Sendable, SQLBindable, ColumnReadable {
    case read, write, readWrite
  }

  package var personaGlob: String
  package var keyGlob: String
  package var principalKind: PrincipalKind
  package var principal: String
  package var effect: Effect
  package var rights: Rights

  package init(
    personaGlob: String, keyGlob: String, principalKind: PrincipalKind, principal: String, effect: Effect,
    rights: Rights
  ) {
    self.personaGlob = personaGlob
    self.keyGlob = keyGlob
    self.principalKind = principalKind
    self.principal = principal
    self.effect = effect
    self.rights = rights
  }
}

extension PersonaRepository {
  // MARK: Schemas

  /// What a tenant has laid down, by key.
  package func keySchemas(
    of tenant: TenantName, in connection: borrowing Connection
  ) throws(StoreError) -> [KeySchemaRecord] {
    try connection.all(
      """
      SELECT key, schema_json, merge, default_json, sensitive, aliases_json, deprecated, version
      FROM pc_key_schema WHERE tenant_id = \(tenant.text) ORDER BY key
      """
    ) { row throws(StoreError) in
      KeySchemaRecord(
        key: try row.next(), schema: try row.next(), merge: try row.next(), standard: try row.next(),
        isSensitive: try row.next(), aliases: try row.nextStrings(), isDeprecated: try row.next(),
        version: try row.next())
    }
  }

  package func store(
    _ schema: KeySchemaRecord, of tenant: TenantName, by author: String, in connection: borrowing Connection
  ) throws(StoreError) {
    try connection.execute(
      """
      INSERT OR REPLACE INTO pc_key_schema (
        tenant_id, key, version, merge, sensitive, deprecated, aliases_json, default_json, schema_json, updated_ms,
        updated_by)
      VALUES (
        \(tenant.text), \(schema.key), \(schema.version), \(schema.merge), \(schema.isSensitive),
        \(schema.isDeprecated), \(JSONValue.strings(schema.aliases)), \(schema.standard), \(schema.schema),
        \(database.timekeeper.now().milliseconds), \(author))
      """)
    try touch(.tenant(tenant), in: connection)
  }

  // MARK: Rules

  /// A tenant's rules in their order, and what names this state of them.
  package func keyRules(
    of tenant: TenantName, in connection: borrowing Connection
  ) throws(StoreError) -> (rules: [KeyRuleRecord], version: Int, etag: String) {
    let rules = try connection.all(
      """
      SELECT persona_glob, key_glob, principal_kind, principal, effect, rights
      FROM pc_key_acl WHERE tenant_id = \(tenant.text) ORDER BY place
      """
    ) { row throws(StoreError) in
      KeyRuleRecord(
        personaGlob: try row.next(), keyGlob: try row.next(), principalKind: try row.next(),
        principal: try row.next(), effect: try row.next(), rights: try row.next())
    }
    let head = try connection.first("SELECT version, etag FROM pc_acl_heads WHERE tenant_id = \(tenant.text)") {
      row throws(StoreError) in (version: try row.next(Int.self), etag: try row.next(String.self))
    }
    return (rules, head?.version ?? 0, head?.etag ?? "")
  }

  /// Puts rules in the place of all that the tenant has had.
  ///
  /// - Returns: what names the new state.
  package func store(
    _ rules: [KeyRuleRecord], of tenant: TenantName, after version: Int, by author: String,
    in connection: borrowing Connection
  ) throws(StoreError) -> String {
    let now = database.timekeeper.now()
    try connection.execute("DELETE FROM pc_key_acl WHERE tenant_id = \(tenant.text)")
    for (place, rule) in rules.enumerated() {
      try connection.execute(
        """
        INSERT INTO pc_key_acl (
          rule_id, tenant_id, place, persona_glob, key_glob, principal_kind, principal, effect, rights, at_ms, by)
        VALUES (
          \(LocalID.make(at: now)), \(tenant.text), \(place), \(rule.personaGlob), \(rule.keyGlob),
          \(rule.principalKind), \(rule.principal), \(rule.effect), \(rule.rights), \(now.milliseconds), \(author))
        """)
    }
    let content: JSONObject = ["rules": .array(rules.map { .object($0.json) })]
    let etag = ConfigurationETag.make(version: version + 1, hash: ConfigurationETag.hash(content))
    try connection.execute(
      "INSERT OR REPLACE INTO pc_acl_heads (tenant_id, version, etag) VALUES (\(tenant.text), \(version + 1), \(etag))")
    try touch(.tenant(tenant), in: connection)
    return etag
  }
}

extension KeyRuleRecord {
  package var json: JSONObject {
    [
      "personaGlob": .string(personaGlob), "keyGlob": .string(keyGlob),
      "principalKind": .string(principalKind.rawValue), "principal": .string(principal),
      "effect": .string(effect.rawValue), "rights": .string(rights.rawValue),
    ]
  }
}
