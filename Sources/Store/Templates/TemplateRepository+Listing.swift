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
      try Self.addMonths(to: &items, in: connection)
      let isLast = items.count <= limit
      // The first page that is also the last one has counted already.
      if isFirst && isLast { return Page(items: items, count: items.count) }
      let count = try connection.value("SELECT count(*) FROM email_templates\(matching)", as: Int.self) ?? 0
      if !isLast { items.removeLast() }
      let next = items.last.map { cursors.encode([.string(TemplateContent.nameKey($0.name))], for: query) }
      return Page(items: items, count: count, nextCursor: isLast ? nil : next)
    }
  }

  /// How many months a list names of each template; its own answer has more.
  package static let monthsInList = 3

  private static func addMonths(
    to items: inout [TemplateSummary], in connection: borrowing Connection
  ) throws(StoreError) {
    let used = items.filter { $0.sends > 0 }.map(\.id)
    guard !used.isEmpty else { return }
    var months: [LocalID: [TemplateUsageSummary.Month]] = [:]
    _ = try connection.all(
      """
      SELECT used_template_id, substr(sent_at, 1, 7), count(*) FROM template_usage
      WHERE used_template_id IN \(list: used) GROUP BY 1, 2 ORDER BY 2 DESC
      """
    ) { row throws(StoreError) in
      let id = try row.next(LocalID.self)
      let month = TemplateUsageSummary.Month(month: try row.next(), sends: try row.next())
      if months[id, default: []].count < monthsInList { months[id, default: []].append(month) }
    }
    for index in items.indices { items[index].months = months[items[index].id] ?? [] }
  }

  /// The versions of a template without bodies, the newest first, also of one that was deleted.
  package func versions(
    of id: LocalID, limit: Int = PageLimit.standard, cursor: String? = nil
  ) async throws(AdminError) -> Page<TemplateVersionSummary> {
    let cursors = CursorCodec(key: database.keys[.cursor])
    let query = "versions/\(id)"
    var conditions: [SQL] = ["template_id = \(id)"]
    if let cursor {
      conditions.append("version < \(try cursors.decode(cursor, for: query).first?.intValue)")
    }
    let limit = PageLimit.clamp(limit)
    let rows: SQL = """
      SELECT \(TemplateVersionSummary.columns) FROM email_template_versions\(SQL.where(conditions))
      ORDER BY version DESC LIMIT \(limit + 1)
      """
    return try await database.read { connection in
      var items = try connection.all(rows, TemplateVersionSummary.init(reading:))
      let count = try Self.countVersions(of: id, in: connection)
      guard count > 0 else { throw Self.missing(id) }
      let isLast = items.count <= limit
      if !isLast { items.removeLast() }
      let next = items.last.map { cursors.encode([.int($0.version)], for: query) }
      return Page(items: items, count: count, nextCursor: isLast ? nil : next)
    }
  }
}
