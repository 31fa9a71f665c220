package import AdminCore

/// Mail templates. Every change makes a version that stays; a deleted template frees its name and can be brought back.
package struct TemplateRepository: Sendable {
  let database: Database

  package init(_ database: Database) { self.database = database }

  // MARK: Reading

  package func template(_ id: LocalID) async throws(AdminError) -> EmailTemplate {
    try await database.read { connection in try Self.find(id, in: connection) }
  }

  /// The template of that name, without regard to case; `nil` where there is none.
  package func template(named name: String) async throws(AdminError) -> EmailTemplate? {
    let key = TemplateContent.nameKey(name)
    return try await database.read { connection in
      try connection.first(
        "SELECT \(EmailTemplate.columns) FROM email_templates WHERE name_key = \(key)",
        EmailTemplate.init(reading:))
    }
  }

  /// A version of a template, also of one that was deleted: the newest, or the one of that number; `nil` where there is
  /// none of that number.
  package func version(_ number: Int? = nil, of id: LocalID) async throws(AdminError) -> TemplateVersion? {
    var conditions: [SQL] = ["template_id = \(id)"]
    if let number { conditions.append("version = \(number)") }
    let query: SQL = """
      SELECT \(TemplateVersion.columns) FROM email_template_versions\(SQL.where(conditions))
      ORDER BY version DESC LIMIT 1
      """
    return try await database.read { connection in
      if let found = try connection.first(query, TemplateVersion.init(reading:)) { return found }
      guard try Self.countVersions(of: id, in: connection) > 0 else { throw Self.missing(id) }
      return nil
    }
  }

  static func countVersions(of id: LocalID, in connection: borrowing Connection) throws(StoreError) -> Int {
    try connection.value("SELECT count(*) FROM email_template_versions WHERE template_id = \(id)", as: Int.self) ?? 0
  }

  // MARK: Changing

  /// - Parameter author: who is named in the history.
  package func create(_ content: TemplateContent, by author: String) async throws(AdminError) -> EmailTemplate {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      try Self.requireFree(content.nameKey, for: nil, in: connection)
      return try Self.insert(content, by: author, change: .created, at: now, in: connection)
    }
  }

  package func update(
    _ id: LocalID, _ changes: TemplateChanges, by author: String
  ) async throws(AdminError) -> EmailTemplate {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      let current = try Self.find(id, in: connection)
      let content = changes.applied(to: current.content)
      guard content != current.content else { return current }
      return try Self.replace(current, with: content, by: author, change: .updated, at: now, in: connection)
    }
  }

  /// Removes the template; its versions and the record of its use stay.
  package func delete(_ id: LocalID, by author: String) async throws(AdminError) {
    let now = database.timekeeper.now()
    try await database.write { connection in
      let current = try Self.find(id, in: connection)
      try Self.append(
        current.content, to: id, version: current.version + 1, change: .deleted, by: author, at: now, in: connection)
      try connection.execute("DELETE FROM email_templates WHERE template_id = \(id)")
    }
  }

  /// Makes an old version the newest one. Brings a deleted template back under its id.
  package func restore(
    _ id: LocalID, version: Int, by author: String
  ) async throws(AdminError) -> EmailTemplate {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      guard
        let old = try connection.first(
          """
          SELECT \(TemplateContent.columns) FROM email_template_versions
          WHERE template_id = \(id) AND version = \(version)
          """, TemplateContent.init(reading:))
      else { throw AdminError(.templateNotFound, "Template \(id) has no version \(version).") }
      if let current = try Self.current(id, in: connection) {
        return try Self.replace(current, with: old, by: author, change: .restored, at: now, in: connection)
      }
      try Self.requireFree(old.nameKey, for: id, in: connection)
      return try Self.bringBack(id, old, by: author, at: now, in: connection)
    }
  }

  /// Adds templates that ship with the program. One whose name was ever used here is left out, so that a template
  /// somebody changed, renamed or deleted never comes back.
  ///
  /// - Returns: how many were added.
  @discardableResult
  package func seed(_ contents: [TemplateContent], by author: String) async throws(AdminError) -> Int {
    let now = database.timekeeper.now()
    return try await database.write { connection in
      var added = 0
      for content in contents {
        let known = try connection.value(
          "SELECT 1 FROM email_template_versions WHERE name_key = \(content.nameKey) LIMIT 1", as: Int.self)
        guard known == nil else { continue }
        _ = try Self.insert(content, by: author, change: .seeded, at: now, in: connection)
        added += 1
      }
      return added
    }
  }
}

// MARK: - Rows

extension TemplateRepository {
  private static func current(
    _ id: LocalID, in connection: borrowing Connection
  ) throws(StoreError) -> EmailTemplate? {
    try connection.first(
      "SELECT \(EmailTemplate.columns) FROM email_templates WHERE template_id = \(id)", EmailTemplate.init(reading:))
  }

  static func find(_ id: LocalID, in connection: borrowing Connection) throws -> EmailTemplate {
    guard let template = try current(id, in: connection) else { throw missing(id) }
    return template
  }

  static func missing(_ id: LocalID) -> AdminError {
    AdminError(.templateNotFound, "There is no template \(id). list_email_templates shows those there are.")
  }

  private static func requireFree(
    _ nameKey: String, for id: LocalID?, in connection: borrowing Connection
  ) throws {
    let owner = try connection.first(
      "SELECT template_id, template_name FROM email_templates WHERE name_key = \(nameKey)"
    ) {
      row throws(StoreError) in (id: try row.next(LocalID.self), name: try row.next(String.self))
    }
    guard let owner, owner.id != id else { return }
    throw AdminError(
      .templateNameTaken,
      "The name is taken by template \(owner.id). Choose another, or change that one with update_email_template.",
      details: ["templateId": .string(owner.id.text), "templateName": .string(owner.name)])
  }

  private static func insert(
    _ content: TemplateContent, by author: String, change: TemplateVersion.Change, at now: Timestamp,
    in connection: borrowing Connection
  ) throws(StoreError) -> EmailTemplate {
    let template = EmailTemplate(
      id: LocalID.make(at: now), content: content, createdAt: now, updatedAt: now, version: 1)
    try store(template, change: change, by: author, in: connection)
    return template
  }

  private static func bringBack(
    _ id: LocalID, _ content: TemplateContent, by author: String, at now: Timestamp,
    in connection: borrowing Connection
  ) throws(StoreError) -> EmailTemplate {
    let history = try connection.first(
      """
      SELECT max(version), min(changed_at) FROM email_template_versions WHERE template_id = \(id)
      """
    ) { row throws(StoreError) in (last: try row.next(Int.self), first: try row.nextTime()) }
    let template = EmailTemplate(
      id: id, content: content, createdAt: history?.first ?? now, updatedAt: now, version: (history?.last ?? 0) + 1)
    try store(template, change: .restored, by: author, in: connection)
    return template
  }

  private static func store(
    _ template: EmailTemplate, change: TemplateVersion.Change, by author: String, in connection: borrowing Connection
  ) throws(StoreError) {
    let content = template.content
    try connection.execute(
      """
      INSERT INTO email_templates (
        template_id, template_name, name_key, subject, category, variables, description, created_at, updated_at,
        version, search_text, body_html, body_text)
      VALUES (
        \(template.id), \(content.name), \(content.nameKey), \(content.subject), \(content.category),
        \(JSONValue.strings(content.variables)), \(content.description), \(template.createdAt.iso8601),
        \(template.updatedAt.iso8601), \(template.version), \(content.searchText), \(content.bodyHTML),
        \(content.bodyText))
      """)
    try append(
      content, to: template.id, version: template.version, change: change, by: author, at: template.updatedAt,
      in: connection)
  }

  private static func replace(
    _ current: EmailTemplate, with content: TemplateContent, by author: String, change: TemplateVersion.Change,
    at now: Timestamp, in connection: borrowing Connection
  ) throws -> EmailTemplate {
    try requireFree(content.nameKey, for: current.id, in: connection)
    let version = current.version + 1
    try connection.execute(
      """
      UPDATE email_templates SET
        template_name = \(content.name), name_key = \(content.nameKey), subject = \(content.subject),
        category = \(content.category), variables = \(JSONValue.strings(content.variables)),
        description = \(content.description), updated_at = \(now.iso8601), version = \(version),
        search_text = \(content.searchText), body_html = \(content.bodyHTML), body_text = \(content.bodyText)
      WHERE template_id = \(current.id)
      """)
    try append(content, to: current.id, version: version, change: change, by: author, at: now, in: connection)
    return EmailTemplate(
      id: current.id, content: content, createdAt: current.createdAt, updatedAt: now, version: version)
  }

  private static func append(
    _ content: TemplateContent, to id: LocalID, version: Int, change: TemplateVersion.Change, by author: String,
    at now: Timestamp, in connection: borrowing Connection
  ) throws(StoreError) {
    try connection.execute(
      """
      INSERT INTO email_template_versions (
        template_id, version, change, changed_at, changed_by, name_key, template_name, subject, body_html, body_text,
        category, variables, description)
      VALUES (
        \(id), \(version), \(change), \(now.iso8601), \(author), \(content.nameKey), \(content.name),
        \(content.subject), \(content.bodyHTML), \(content.bodyText), \(content.category),
        \(JSONValue.strings(content.variables)), \(content.description))
      """)
  }
}
