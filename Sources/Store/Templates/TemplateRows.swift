import AdminCore

// The columns of each record in the order in which it reads them: one declaration of that order, in one file.

extension TemplateSummary {
  static let columns = SQL(
    raw: """
      template_id, template_name, subject, category, variables, description, created_at, updated_at, version,
      (SELECT count(*) FROM template_usage WHERE used_template_id = email_templates.template_id),
      (SELECT max(sent_at) FROM template_usage WHERE used_template_id = email_templates.template_id)
      """)

  init(reading row: inout Row) throws(StoreError) {
    id = try row.next()
    name = try row.next()
    subject = try row.next()
    category = try row.next()
    variables = try row.nextStrings()
    description = try row.next()
    createdAt = try row.nextTime()
    updatedAt = try row.nextTime()
    version = try row.next()
    sends = try row.next()
    lastSentAt = try row.next(String?.self).flatMap { Timestamp(iso8601: $0) }
  }
}

extension TemplateContent {
  static let columns = SQL(raw: "template_name, subject, body_html, body_text, category, variables, description")

  init(reading row: inout Row) throws(StoreError) {
    name = try row.next()
    subject = try row.next()
    bodyHTML = try row.next()
    bodyText = try row.next()
    category = try row.next()
    variables = try row.nextStrings()
    description = try row.next()
  }
}

extension EmailTemplate {
  static let columns: SQL = "template_id, created_at, updated_at, version, \(TemplateContent.columns)"

  init(reading row: inout Row) throws(StoreError) {
    id = try row.next()
    createdAt = try row.nextTime()
    updatedAt = try row.nextTime()
    version = try row.next()
    content = try TemplateContent(reading: &row)
  }
}

extension TemplateVersionSummary {
  static let columns: SQL = "version, change, changed_at, changed_by, template_name, subject, category"

  init(reading row: inout Row) throws(StoreError) {
    version = try row.next()
    change = try row.next()
    changedAt = try row.nextTime()
    changedBy = try row.next()
    name = try row.next()
    subject = try row.next()
    category = try row.next()
  }
}

extension TemplateVersion {
  static let columns: SQL = "template_id, version, change, changed_at, changed_by, \(TemplateContent.columns)"

  init(reading row: inout Row) throws(StoreError) {
    templateID = try row.next()
    version = try row.next()
    change = try row.next()
    changedAt = try row.nextTime()
    changedBy = try row.next()
    content = try TemplateContent(reading: &row)
  }
}
