package import AdminCore

/// Who may go on with an operation.
///
/// A lease ends by the clock that never goes back, which all processes of a machine share; one from before the machine
/// was started again has ended. Setting the wall clock neither ends a lease nor prolongs it.
extension OperationJournal {
  /// The moment by both clocks.
  struct LeaseMoment {
    let now: Timestamp
    let uptime: Duration
    let boot: String?

    init(_ timekeeper: some Timekeeper) {
      (now, uptime, boot) = (timekeeper.now(), timekeeper.uptime(), timekeeper.bootID)
    }

    /// Where nobody holds the operation.
    var isFree: SQL {
      """
      (lease_owner IS NULL OR CASE
        WHEN lease_boot IS NULL OR \(boot) IS NULL THEN lease_until_ms < \(now.milliseconds)
        WHEN lease_boot <> \(boot) THEN 1
        ELSE lease_until_uptime_ms < \(uptime.milliseconds)
      END)
      """
    }

    /// Assigns the end of a lease that lasts so long from now.
    func ending(after duration: Duration) -> SQL {
      """
      lease_until_ms = \((now + duration).milliseconds), lease_boot = \(boot),
      lease_until_uptime_ms = \((uptime + duration).milliseconds)
      """
    }
  }

  var leaseMoment: LeaseMoment { LeaseMoment(database.timekeeper) }

  /// Assigns that nobody holds the operation.
  static let noLease: SQL = """
    lease_owner = NULL, lease_until_ms = NULL, lease_boot = NULL, lease_until_uptime_ms = NULL
    """

  /// Takes an operation that nobody holds; `nil` when somebody does, or it is at an end.
  package func claim(_ id: LocalID, _ lease: LeaseTerms) async throws(AdminError) -> Fence? {
    let moment = leaseMoment
    return try await database.write { connection in
      guard try Self.find(id, in: connection) != nil else { throw Self.missing(id) }
      return try Self.claim(id, lease, at: moment, in: connection)
    }
  }

  /// Takes operations whose process went away, the oldest first. Those that wait for an approval, or for a person's
  /// word on an unknown outcome, are left alone.
  package func claimInterrupted(_ lease: LeaseTerms, limit: Int) async throws(AdminError) -> [Fence] {
    let moment = leaseMoment
    return try await database.write { connection in
      let ids = try connection.all(
        "SELECT id FROM wf_instances\(Self.interrupted(at: moment)) ORDER BY id LIMIT \(limit)"
      ) { row throws(StoreError) in try row.next(LocalID.self) }
      return try ids.compactMap { id in try Self.claim(id, lease, at: moment, in: connection) }
    }
  }

  /// Whether `claimInterrupted` would find any.
  package func hasInterrupted() async throws(AdminError) -> Bool {
    let moment = leaseMoment
    return try await database.read { connection in
      try connection.value(
        "SELECT 1 FROM wf_instances\(Self.interrupted(at: moment)) LIMIT 1", as: Int.self) != nil
    }
  }

  private static func interrupted(at moment: LeaseMoment) -> SQL {
    .where(["state IN \(list: OperationState.active)", "approved = 1", moment.isFree])
  }

  private static func claim(
    _ id: LocalID, _ lease: LeaseTerms, at moment: LeaseMoment, in connection: borrowing Connection
  ) throws(StoreError) -> Fence? {
    let changed = try connection.execute(
      """
      UPDATE wf_instances SET
        lease_owner = \(lease.owner), \(moment.ending(after: lease.duration)), fence = fence + 1,
        updated_ms = \(moment.now.milliseconds)
      WHERE id = \(id) AND state NOT IN \(list: OperationState.terminal) AND \(moment.isFree)
      """)
    guard changed == 1,
      let number = try connection.value("SELECT fence FROM wf_instances WHERE id = \(id)", as: Int.self)
    else { return nil }
    try log(
      "claimed", ["owner": .string(lease.owner), "fence": .int(number)], of: id, at: moment.now, in: connection)
    return Fence(operation: id, number: number)
  }

  /// Holds on to an operation for longer.
  ///
  /// - Returns: whether it is still held; if not, no further effect may be started.
  package func renew(_ fence: Fence, for duration: Duration) async throws(AdminError) -> Bool {
    let moment = leaseMoment
    return try await database.write { connection in
      try connection.execute(
        """
        UPDATE wf_instances SET \(moment.ending(after: duration))
        WHERE id = \(fence.operation) AND fence = \(fence.number) AND lease_owner IS NOT NULL
          AND state NOT IN \(list: OperationState.terminal)
        """) == 1
    }
  }

  /// Gives an operation back unfinished, for any process to go on with.
  package func release(_ fence: Fence) async throws(AdminError) {
    let now = database.timekeeper.now()
    try await database.write { connection in
      try Self.hold(fence, at: now, in: connection)
      try connection.execute("UPDATE wf_instances SET \(Self.noLease) WHERE id = \(fence.operation)")
      try Self.log("released", [:], of: fence.operation, at: now, in: connection)
    }
  }
}
