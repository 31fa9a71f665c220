extension Migration {
  /// The journal of operations: one row for each, one for each of its steps, and what happened to it in order.
  ///
  /// The key of a step counts iterations although operations run straight through for now, so that loops need no new
  /// table.
  static let operations = Migration(
    version: 4,
    script: """
      CREATE TABLE wf_instances (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        def_version INTEGER NOT NULL,
        tool TEXT NOT NULL,
        state TEXT NOT NULL,
        requested_by_json TEXT NOT NULL,
        corr TEXT NOT NULL,
        input_sealed BLOB NOT NULL,
        input_hash BLOB NOT NULL,
        holds_secret INTEGER NOT NULL,
        approved INTEGER NOT NULL,
        approval_id TEXT,
        idem_key TEXT,
        cancel_requested INTEGER NOT NULL DEFAULT 0,
        done INTEGER NOT NULL DEFAULT 0,
        total INTEGER NOT NULL DEFAULT 0,
        output_json TEXT,
        error_json TEXT,
        report_json TEXT,
        lease_owner TEXT,
        lease_until_ms INTEGER,
        fence INTEGER NOT NULL DEFAULT 0,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL
      );
      CREATE UNIQUE INDEX idx_wf_idempotency ON wf_instances(name, idem_key) WHERE idem_key IS NOT NULL;
      CREATE INDEX idx_wf_state ON wf_instances(state, id);

      CREATE TRIGGER wf_instances_end BEFORE UPDATE ON wf_instances
      WHEN OLD.state IN ('completed', 'failed', 'cancelled', 'abandoned')
      BEGIN SELECT RAISE(ABORT, 'a finished operation is never changed'); END;

      CREATE TABLE wf_steps (
        instance_id TEXT NOT NULL REFERENCES wf_instances(id) ON DELETE CASCADE,
        step_id TEXT NOT NULL,
        iteration INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        idem_key TEXT NOT NULL,
        output_json TEXT,
        error_json TEXT,
        audit_seq INTEGER,
        started_ms INTEGER,
        ended_ms INTEGER,
        done_order INTEGER,
        comp_state TEXT NOT NULL DEFAULT 'none',
        comp_attempt INTEGER NOT NULL DEFAULT 0,
        comp_error TEXT,
        comp_audit_seq INTEGER,
        PRIMARY KEY (instance_id, step_id, iteration)
      );

      CREATE TABLE wf_events (
        instance_id TEXT NOT NULL REFERENCES wf_instances(id) ON DELETE CASCADE,
        n INTEGER NOT NULL,
        ts_ms INTEGER NOT NULL,
        kind TEXT NOT NULL,
        json TEXT NOT NULL,
        PRIMARY KEY (instance_id, n)
      );
      CREATE TRIGGER wf_events_keep BEFORE UPDATE ON wf_events
      BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
      """)
}
