extension Migration {
  /// The end of a lease by the clock that never goes back, and the start of the machine that this clock counts from.
  /// Leases written before it have neither, and are judged by the wall clock.
  static let leaseUptime = Migration(
    version: 9,
    script: """
      ALTER TABLE wf_instances ADD COLUMN lease_boot TEXT;
      ALTER TABLE wf_instances ADD COLUMN lease_until_uptime_ms INTEGER;
      """)
}
