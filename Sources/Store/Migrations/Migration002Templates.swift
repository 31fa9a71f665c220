extension Migration {
  /// Mail templates, every version each of them had, and their use.
  ///
  /// The bodies stand last in their rows: a list that leaves them out then never touches the pages they overflow to.
  /// Usage keeps the version it was sent from, which stays when the template goes.
  static let templates = Migration(
    version: 2,
    script: """
      CREATE TABLE email_templates (
        template_id TEXT NOT NULL PRIMARY KEY,
        template_name TEXT NOT NULL UNIQUE,
        name_key TEXT NOT NULL UNIQUE,
        subject TEXT NOT NULL,
        category TEXT NOT NULL,
        variables TEXT NOT NULL,
        description TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        version INTEGER NOT NULL,
        search_text TEXT NOT NULL,
        body_html TEXT NOT NULL,
        body_text TEXT
      );
      CREATE INDEX idx_template_category ON email_templates(category);

      CREATE TABLE email_template_versions (
        template_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        change TEXT NOT NULL,
        changed_at TEXT NOT NULL,
        changed_by TEXT NOT NULL,
        template_name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        subject TEXT NOT NULL,
        category TEXT NOT NULL,
        variables TEXT NOT NULL,
        description TEXT,
        body_html TEXT NOT NULL,
        body_text TEXT,
        PRIMARY KEY (template_id, version)
      );
      CREATE INDEX idx_template_version_name ON email_template_versions(name_key);

      CREATE TRIGGER email_template_versions_keep BEFORE UPDATE ON email_template_versions
      BEGIN SELECT RAISE(ABORT, 'template versions are never changed'); END;
      CREATE TRIGGER email_template_versions_stay BEFORE DELETE ON email_template_versions
      BEGIN SELECT RAISE(ABORT, 'template versions are never deleted'); END;

      CREATE TABLE template_usage (
        usage_id TEXT NOT NULL PRIMARY KEY,
        template_id TEXT REFERENCES email_templates(template_id) ON DELETE SET NULL,
        sent_by TEXT NOT NULL,
        sent_to TEXT NOT NULL,
        variables_used TEXT NOT NULL,
        sent_at TEXT NOT NULL,
        message_id TEXT,
        used_template_id TEXT NOT NULL,
        used_version INTEGER NOT NULL,
        FOREIGN KEY (used_template_id, used_version) REFERENCES email_template_versions(template_id, version)
      );
      CREATE INDEX idx_template_usage_template ON template_usage(template_id);
      CREATE INDEX idx_template_usage_history ON template_usage(used_template_id, sent_at);
      """)
}
