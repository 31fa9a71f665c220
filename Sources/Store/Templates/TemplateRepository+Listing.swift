package import AdminCore

extension TemplateRepository {
  /// Templates in the order of their names, without their bodies.
  ///
  /// - Parameters:
  ///   - search: a text that must occur in name, subject or description, without regard to case.
  ///   - cursor: `nextCursor` of the page before.
  package func list(
    category: String? = nil,
    search: String? = nil,
    limit: Int = PageLimit.standard,
    cursor: String? = nil
  ) async throws(AdminError) -> Page<TemplateSummary> {
    let search = search.flatMap { $0.isEmpty ? nil : TemplateContent.nameKey($0) }
    var conditions: [SQL] = []
    if let category { conditions.append("category = \(category)") }
    if let search { conditions.append("instr(search_text, \(search)) > 0") }
    let matching = SQL.where(conditions)

    let cursors = CursorCodec(key: database.keys[.cursor])
    let query = "templates/" + JSONValue.array([.optional(category), .optional(search)]).text
    if let cursor {
      let place = try cursors.decode(cursor, for: query).first?.stringValue
      conditions.append("name_key > \(place)")
    }
    let limit = PageLimit.clamp(limit)
    let rows: SQL = """
      SELECT \(TemplateSummary.columns) FROM email_templates\(SQL.where(conditions))
      ORDER BY name_key LIMIT \(limit + 1)
      """
    let isFirst = cursor == nil
    return try await database.read { connection in
      var items = try connection.all(rows, TemplateSummary.init(reading:))
      let isLast = items.count <= limit
      // The first page that is also the last one has counted already.
      if isFirst && isLast { return Page(items: items, count: items.count) }
      let count = try connection.value("SELECT count(*) FROM email_templates\(matching)", as: Int.self) ?? 0
      if !isLast { items.removeLast() }
      let next = items.last.map { cursors.encode([.string(TemplateContent.nameKey($0.name))], for: query) }
      return Page(items: items, count: count, nextCursor: isLast ? nil : next)
    }
  }
}
