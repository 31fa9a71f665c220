extension Migration {
  /// The audit trail: hash-chained records, the Merkle frontier over them, signed checkpoints, and the persons behind
  /// the references in the records.
  ///
  /// The indexes name the primary key although each holds it anyway: where it is implied, SQLite 3.15.2 gives wrong rows
  /// for a range of it in descending order.
  ///
  /// The triggers stop slips and honest tools. Whoever drops them is found by verification, which trusts the chain.
  static let audit = Migration(
    version: 3,
    script: """
      CREATE TABLE audit_records (
        chain_id TEXT NOT NULL,
        seq INTEGER NOT NULL,
        ts_ms INTEGER NOT NULL,
        body TEXT NOT NULL,
        leaf BLOB NOT NULL,
        chain BLOB NOT NULL,
        op TEXT NOT NULL,
        status TEXT NOT NULL,
        actor_ref TEXT NOT NULL,
        target_ref TEXT,
        tenant_id TEXT,
        corr TEXT NOT NULL,
        PRIMARY KEY (chain_id, seq)
      ) WITHOUT ROWID;
      CREATE INDEX idx_audit_timestamp ON audit_records(ts_ms, chain_id, seq);
      CREATE INDEX idx_audit_correlation ON audit_records(corr, chain_id, seq);
      CREATE INDEX idx_audit_actor ON audit_records(actor_ref, chain_id, seq);

      CREATE TRIGGER audit_records_keep BEFORE UPDATE ON audit_records
      BEGIN SELECT RAISE(ABORT, 'audit records are never changed'); END;
      CREATE TRIGGER audit_records_stay BEFORE DELETE ON audit_records
      BEGIN SELECT RAISE(ABORT, 'audit records are never deleted'); END;
      CREATE TRIGGER audit_records_follow BEFORE INSERT ON audit_records
      WHEN NEW.seq IS NOT 1 + coalesce((SELECT max(seq) FROM audit_records WHERE chain_id = NEW.chain_id), 0)
      BEGIN SELECT RAISE(ABORT, 'an audit record follows the last one'); END;

      CREATE VIEW audit_logs AS
        SELECT seq AS log_id, op AS operation, actor_ref AS user_email, target_ref AS target_resource,
          body AS details, status,
          strftime('%Y-%m-%dT%H:%M:%S', ts_ms / 1000, 'unixepoch') || printf('.%03dZ', ts_ms % 1000) AS timestamp
        FROM audit_records;

      CREATE TABLE audit_frontier (
        chain_id TEXT NOT NULL PRIMARY KEY,
        size INTEGER NOT NULL,
        nodes BLOB NOT NULL
      );

      CREATE TABLE audit_checkpoints (
        chain_id TEXT NOT NULL,
        size INTEGER NOT NULL,
        note TEXT NOT NULL,
        ts_ms INTEGER NOT NULL,
        anchored INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (chain_id, size)
      );
      CREATE TRIGGER audit_checkpoints_keep BEFORE UPDATE OF chain_id, size, note, ts_ms ON audit_checkpoints
      BEGIN SELECT RAISE(ABORT, 'audit checkpoints are never changed'); END;
      CREATE TRIGGER audit_checkpoints_stay BEFORE DELETE ON audit_checkpoints
      BEGIN SELECT RAISE(ABORT, 'audit checkpoints are never deleted'); END;

      CREATE TABLE audit_subjects (
        ref TEXT NOT NULL PRIMARY KEY,
        lookup BLOB NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        sealed BLOB NOT NULL,
        created_ms INTEGER NOT NULL
      );
      """)
}
