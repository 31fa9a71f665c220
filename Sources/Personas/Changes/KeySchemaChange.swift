package import Access
package import AdminCore
package import Store

/// Lays down what a key may hold, and how its layers become one.
package struct KeySchemaChange: PersonaChange {
  package static let name = "set_persona_key_schema"
  package static let title = "Store the schema of the key"
  package static let wayBack = "set_persona_key_schema sets the earlier schema again"
  private static let largestSchema = 64 << 10

  package let tenant: TenantName
  package let record: KeySchemaRecord
  /// Where documents did not fit it when it was planned; they stay as they are.
  private let violations: [String]
  private let author: Caller

  package init(_ record: KeySchemaRecord, of tenant: TenantName, violations: [String] = [], by author: Caller) {
    self.record = record
    self.tenant = tenant
    self.violations = violations
    self.author = author
  }

  package var target: AuditTarget { .object("persona_key", "\(tenant)/\(record.key)") }

  package init(journalled json: JSONObject) throws(AdminError) {
    guard let tenant = json["tenantId"]?.stringValue.flatMap(TenantName.init), let key = json["key"]?.stringValue,
      let schema = json["schema"], let merge = json["merge"]?.stringValue.flatMap(KeySchemaRecord.Merge.init),
      let author = json.journalledCaller()
    else { throw .malformedChange(Self.name) }
    self.init(
      KeySchemaRecord(
        key: key, schema: schema, merge: merge, standard: json["default"],
        isSensitive: json["sensitive"]?.boolValue ?? false, aliases: json.strings("aliases"),
        isDeprecated: json["deprecated"]?.boolValue ?? false),
      of: tenant, violations: json.strings("violations"), by: author)
  }

  package var journalled: JSONObject {
    var json: JSONObject = [
      "tenantId": .string(tenant.text), "key": .string(record.key), "schema": record.schema,
      "merge": .string(record.merge.rawValue), "sensitive": .bool(record.isSensitive),
      "aliases": .strings(record.aliases), "deprecated": .bool(record.isDeprecated),
      "violations": .strings(violations), "author": .object(author.journalled),
    ]
    json["default"] = record.standard
    return json
  }

  /// The new state of the key, and all keys of the tenant with it.
  func decide(
    _ context: ChangeContext, in connection: borrowing Connection
  ) throws -> (record: KeySchemaRecord, registry: KeyRegistry) {
    let repository = context.repository
    try author.requireTenant(tenant)
    try author.require(.administerPersonas)
    try repository.requireNoAgent(author, in: connection)
    let known = try repository.keySchemas(of: tenant, in: connection)
    try checkNames(known)
    let compiled = try compiledSchema()
    var budget = SchemaBudget(time: PersonaService.schemaTime, timekeeper: repository.database.timekeeper)
    if let standard = record.standard {
      let problems = compiled.problems(in: standard, at: "/default", within: &budget)
      guard problems.isEmpty else { throw AdminError(.badKeySchema, problems: problems) }
    }
    var new = record
    new.version = (known.first { $0.key == record.key }?.version ?? 0) + 1
    return (new, KeyRegistry(known.filter { $0.key != new.key } + [new]))
  }

  private func checkNames(_ known: [KeySchemaRecord]) throws(AdminError) {
    var problems: [AdminError.Problem] = []
    if ConfigurationKey(record.key) == nil, record.key != KeyRegistry.wildcard {
      problems.append(AdminError.Problem(path: "/key", rule: "key", message: "is no key"))
    }
    if record.key == KeyRegistry.wildcard, !record.aliases.isEmpty || record.standard != nil {
      problems.append(
        AdminError.Problem(
          path: "/key", rule: "key", message: "stands for all other keys, which have no alias or default"))
    }
    let others = KeyRegistry(known.filter { $0.key != record.key })
    for (index, alias) in record.aliases.enumerated() {
      if ConfigurationKey(alias) == nil {
        problems.append(AdminError.Problem(path: "/aliases/\(index)", rule: "key", message: "is no name of a key"))
      } else if let taken = others.definition(of: alias)?.name ?? (alias == record.key ? alias : nil),
        taken != record.key || alias == record.key
      {
        problems.append(
          AdminError.Problem(path: "/aliases/\(index)", rule: "unique", message: "already means \(taken)"))
      }
    }
    if let taken = others.definition(of: record.key), taken.name != record.key {
      problems.append(AdminError.Problem(path: "/key", rule: "unique", message: "is an alias of \(taken.name)"))
    }
    guard problems.isEmpty else { throw AdminError(problems: problems) }
  }

  private func compiledSchema() throws(AdminError) -> JSONSchema {
    guard record.schema.serialized.count <= Self.largestSchema else {
      throw AdminError(.badKeySchema, "The schema takes more than \(Self.largestSchema >> 10) KiB.")
    }
    do throws(JSONSchema.Malformed) {
      return try JSONSchema(record.schema, limits: .foreign)
    } catch {
      throw AdminError(
        .badKeySchema,
        problems: [AdminError.Problem(path: "/schema" + error.path, rule: "schema", message: error.message)])
    }
  }

  package func apply(_ context: ChangeContext, in connection: borrowing Connection) throws -> JSONObject {
    let new = try decide(context, in: connection).record
    try context.repository.store(new, of: tenant, by: author.actor, in: connection)
    try context.record(
      "pcfg.key_schema", by: author, on: target, tenant: tenant.text,
      [
        "name": .string(new.key), "version": .int(new.version), "merge": .string(new.merge.rawValue),
        "sensitive": .bool(new.isSensitive), "deprecated": .bool(new.isDeprecated), "aliases": .strings(new.aliases),
        "schemaSha256": .string(ConfigurationAudit.hash(new.schema)), "violations": .int(violations.count),
      ], in: connection)
    return ["version": .int(new.version), "violations": .strings(violations)]
  }
}

extension PersonaService {
  /// So many documents are named that a new schema would refuse.
  private static let mostViolations = 50
  /// So many documents are looked at before others get their turn at the store.
  private static let batch = 100

  /// What the schema would refuse of what there is, and the number it would get.
  package func preview(_ change: KeySchemaChange) async throws(AdminError) -> (version: Int, violations: [String]) {
    let (record, registry) = try await repository.database.read { connection in
      try change.decide(context(correlationID: "", workflow: nil), in: connection)
    }
    var violations: [String] = []
    var last: DocumentPlace?
    repeat {
      let documents = try await repository.documents(of: change.tenant, after: last, limit: Self.batch)
      for (place, settings) in documents { violations += refusals(of: settings, at: place, record.key, registry) }
      last = documents.count == Self.batch ? documents.last?.place : nil
    } while last != nil && violations.count < Self.mostViolations
    return (record.version, Array(violations.prefix(Self.mostViolations)))
  }

  private func refusals(
    of settings: JSONObject, at place: DocumentPlace, _ key: String, _ registry: KeyRegistry
  ) -> [String] {
    settings.compactMap { member in
      let isMeant = key == KeyRegistry.wildcard ? registry.definition(of: member.key) == nil : member.key == key
      guard isMeant, let rule = registry.rule(for: member.key) else { return nil }
      var budget = SchemaBudget(time: Self.schemaTime, timekeeper: timekeeper)
      let problem = rule.problems(in: member.value, at: JSONPointer.token(member.key), within: &budget).first
      return problem.map { "\(place.text): \($0.path) \($0.message)" }
    }
  }
}
