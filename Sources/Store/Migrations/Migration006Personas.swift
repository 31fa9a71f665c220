extension Migration {
  /// Personas and their dynamic configuration.
  ///
  /// A document belongs to a layer: `('_global', '_layer')`, `(tenant, '_layer')`, or `(tenant, persona)`; no name begins
  /// with an underscore. The newest version stands in `pc_docs`, every version in `pc_versions`, whose rows are never
  /// changed and of which the last hundred are never deleted. Bodies stand last in their rows: what leaves them out never
  /// touches the pages they overflow to.
  ///
  /// `pc_operations` remembers what each change has answered, in the transaction of the change itself: one that is made
  /// again after its process died is made once.
  ///
  /// `pc_stamps` numbers the changes of everything that a persona's effective configuration depends on, so that whoever
  /// holds an older one, in whatever process, can tell by three numbers whether it still holds.
  static let personas = Migration(
    version: 6,
    script: """
      CREATE TABLE personas (
        tenant_id TEXT NOT NULL,
        persona_id TEXT NOT NULL,
        display_name TEXT NOT NULL,
        agent_app_id TEXT,
        enabled INTEGER NOT NULL,
        discoverable INTEGER NOT NULL,
        version INTEGER NOT NULL,
        etag TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL,
        updated_by TEXT NOT NULL,
        static_json TEXT NOT NULL,
        PRIMARY KEY (tenant_id, persona_id)
      );
      CREATE INDEX idx_personas_agent ON personas(agent_app_id) WHERE agent_app_id IS NOT NULL;

      CREATE TABLE pc_docs (
        tenant_id TEXT NOT NULL,
        persona_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        etag TEXT NOT NULL,
        updated_ms INTEGER NOT NULL,
        updated_by TEXT NOT NULL,
        claimed_by TEXT,
        content_hash BLOB NOT NULL,
        locked_json TEXT NOT NULL,
        settings_json TEXT NOT NULL,
        PRIMARY KEY (tenant_id, persona_id)
      );

      CREATE TABLE pc_versions (
        tenant_id TEXT NOT NULL,
        persona_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        parent_version INTEGER NOT NULL,
        etag TEXT NOT NULL,
        op TEXT NOT NULL,
        reason TEXT,
        at_ms INTEGER NOT NULL,
        by TEXT NOT NULL,
        claimed_by TEXT,
        keys_json TEXT NOT NULL,
        patch_json TEXT NOT NULL,
        locked_json TEXT NOT NULL,
        settings_json TEXT NOT NULL,
        PRIMARY KEY (tenant_id, persona_id, version)
      );
      CREATE INDEX idx_pc_versions_time ON pc_versions(tenant_id, persona_id, at_ms);

      CREATE TRIGGER pc_versions_follow BEFORE INSERT ON pc_versions
      WHEN NEW.version <> NEW.parent_version + 1 OR NEW.parent_version <> (
        SELECT coalesce(max(version), 0) FROM pc_versions
        WHERE tenant_id = NEW.tenant_id AND persona_id = NEW.persona_id)
      BEGIN SELECT RAISE(ABORT, 'a version follows the last one'); END;
      CREATE TRIGGER pc_versions_keep BEFORE UPDATE ON pc_versions
      BEGIN SELECT RAISE(ABORT, 'versions are never changed'); END;
      CREATE TRIGGER pc_versions_stay BEFORE DELETE ON pc_versions
      WHEN OLD.version > (
        SELECT max(version) - 100 FROM pc_versions
        WHERE tenant_id = OLD.tenant_id AND persona_id = OLD.persona_id)
      BEGIN SELECT RAISE(ABORT, 'the last hundred versions are never deleted'); END;

      CREATE TABLE pc_key_schema (
        tenant_id TEXT NOT NULL,
        key TEXT NOT NULL,
        version INTEGER NOT NULL,
        merge TEXT NOT NULL,
        sensitive INTEGER NOT NULL,
        deprecated INTEGER NOT NULL,
        aliases_json TEXT NOT NULL,
        default_json TEXT,
        schema_json TEXT NOT NULL,
        updated_ms INTEGER NOT NULL,
        updated_by TEXT NOT NULL,
        PRIMARY KEY (tenant_id, key)
      );

      CREATE TABLE pc_key_acl (
        rule_id TEXT NOT NULL PRIMARY KEY,
        tenant_id TEXT NOT NULL,
        place INTEGER NOT NULL,
        persona_glob TEXT NOT NULL,
        key_glob TEXT NOT NULL,
        principal_kind TEXT NOT NULL,
        principal TEXT NOT NULL,
        effect TEXT NOT NULL,
        rights TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        by TEXT NOT NULL,
        UNIQUE (tenant_id, place)
      );

      CREATE TABLE pc_acl_heads (
        tenant_id TEXT NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,
        etag TEXT NOT NULL
      ) WITHOUT ROWID;

      CREATE TABLE pc_overrides (
        id TEXT NOT NULL PRIMARY KEY,
        tenant_id TEXT NOT NULL,
        persona_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        by TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL,
        cleared_ms INTEGER,
        cleared_by TEXT,
        settings_json TEXT NOT NULL
      );
      CREATE INDEX idx_pc_overrides_place ON pc_overrides(tenant_id, persona_id, expires_ms);
      CREATE INDEX idx_pc_overrides_expiry ON pc_overrides(expires_ms) WHERE cleared_ms IS NULL;

      CREATE TABLE pc_proposals (
        id TEXT NOT NULL PRIMARY KEY,
        tenant_id TEXT NOT NULL,
        persona_id TEXT NOT NULL,
        state TEXT NOT NULL,
        apply_at_ms INTEGER,
        created_ms INTEGER NOT NULL,
        decided_ms INTEGER,
        by TEXT NOT NULL,
        decided_by TEXT,
        error_json TEXT,
        change_json TEXT NOT NULL
      );
      CREATE INDEX idx_pc_proposals_due ON pc_proposals(apply_at_ms) WHERE state = 'scheduled';

      CREATE TABLE pc_operations (
        operation_id TEXT NOT NULL PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        result_json TEXT NOT NULL
      );
      CREATE INDEX idx_pc_operations_time ON pc_operations(at_ms);

      CREATE TABLE pc_stamps (
        tenant_id TEXT NOT NULL,
        persona_id TEXT NOT NULL,
        n INTEGER NOT NULL UNIQUE,
        PRIMARY KEY (tenant_id, persona_id)
      ) WITHOUT ROWID;
      """)
}
