extension Migration {
  /// What a step that succeeded still waits for in the tenant, so that a process that goes on with the operation says it
  /// too.
  static let stepPending = Migration(
    version: 8,
    script: """
      ALTER TABLE wf_steps ADD COLUMN pending TEXT;
      """)
}
