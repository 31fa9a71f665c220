extension Migration {
  /// Plans that wait for a person's approval.
  static let approvals = Migration(
    version: 5,
    script: """
      CREATE TABLE approval_plans (
        plan_id TEXT NOT NULL PRIMARY KEY,
        tool TEXT NOT NULL,
        arguments_hash BLOB NOT NULL,
        state_hash BLOB NOT NULL,
        plan_sealed BLOB NOT NULL,
        requested_by_json TEXT NOT NULL,
        token_hash BLOB UNIQUE,
        state TEXT NOT NULL,
        decided_by TEXT,
        created_ms INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL,
        decided_ms INTEGER,
        used_ms INTEGER
      );
      CREATE INDEX idx_approval_match ON approval_plans(tool, arguments_hash);
      CREATE INDEX idx_approval_expiry ON approval_plans(expires_ms);
      """)
}
