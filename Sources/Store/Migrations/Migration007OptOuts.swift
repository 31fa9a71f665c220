extension Migration {
  /// Who does not want mail of a kind any more, and a way from a message to the mail we know of.
  ///
  /// An address is found by a keyed hash and stands sealed beside it, so that a stolen row is no mailing list. A store
  /// belongs to one tenant, which is the empty text here: whatever the settings call the tenant, an opt-out stays found.
  static let optOuts = Migration(
    version: 7,
    script: """
      CREATE TABLE opt_outs (
        tenant_id TEXT NOT NULL DEFAULT '',
        lookup BLOB NOT NULL,
        scope TEXT NOT NULL,
        sealed BLOB NOT NULL,
        source TEXT NOT NULL,
        effective_ms INTEGER NOT NULL,
        PRIMARY KEY (tenant_id, lookup, scope)
      ) WITHOUT ROWID;

      CREATE INDEX idx_template_usage_message ON template_usage(message_id);
      """)
}
