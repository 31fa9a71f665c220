import AdminCore
import Store
import TestSupport
import Testing

@Suite("Leases of operations")
struct OperationLeaseTests {
  @Test("A lease is held by one, renewed by its holder, given back, and taken over when it has run out")
  func leases() async throws {
    let fixture = try await JournalFixture()
    let (journal, clock) = (fixture.journal, fixture.clock)
    guard case .created(let record, let first?) = try await journal.create(fixture.new(), lease: fixture.lease()) else {
      Issue.record("no fence")
      return
    }
    #expect(first.number == 1 && record.lease?.owner == "one")
    #expect(try await !journal.hasInterrupted())
    #expect(try await journal.claim(record.id, fixture.lease("two")) == nil)
    #expect(try await journal.claimInterrupted(fixture.lease("two"), limit: 10).isEmpty)
    clock.advance(by: .seconds(50))
    #expect(try await journal.renew(first, for: .seconds(60)))
    clock.advance(by: .seconds(60))
    #expect(try await journal.claim(record.id, fixture.lease("two")) == nil, "the last millisecond is still held")
    clock.advance(by: .milliseconds(1))
    let second = try #require(try await journal.claim(record.id, fixture.lease("two")))
    #expect(second.number == 2)
    #expect(try await !journal.renew(first, for: .seconds(60)))
    #expect(await adminError { try await journal.release(first) }?.isLeaseLost == true)
    try await journal.release(second)
    #expect(await adminError { try await journal.advance(second, to: .running) }?.isLeaseLost == true)
    #expect(try await !journal.renew(second, for: .seconds(60)))
    #expect(try await journal.claim(record.id, fixture.lease("three"))?.number == 3)
    #expect(
      try await journal.events(of: record.id).map(\.kind) == ["created", "claimed", "released", "claimed"])
    let unknown = LocalID.make(at: clock.now())
    #expect(
      await adminError { _ = try await journal.claim(unknown, fixture.lease()) }?.code == .operationNotFound)
    #expect(
      await adminError { try await journal.advance(Fence(operation: unknown, number: 1), to: .running) }?.code
        == .operationNotFound)
  }

  @Test("Setting the wall clock neither ends a lease nor prolongs it", arguments: [-7200, 7200])
  func wallClock(seconds: Int) async throws {
    let fixture = try await JournalFixture()
    let (journal, clock) = (fixture.journal, fixture.clock)
    let fence = try await fixture.running()
    clock.setWallClock(by: .seconds(seconds))
    #expect(try await !journal.hasInterrupted())
    #expect(try await journal.claim(fence.operation, fixture.lease("two")) == nil)
    clock.advance(by: .seconds(50))
    #expect(try await journal.renew(fence, for: .seconds(60)))
    clock.setWallClock(by: .seconds(-seconds))
    clock.advance(by: .seconds(60))
    #expect(try await journal.claim(fence.operation, fixture.lease("two")) == nil)
    clock.advance(by: .milliseconds(1))
    #expect(try await journal.hasInterrupted())
    #expect(try await journal.claimInterrupted(fixture.lease("two"), limit: 1).map(\.number) == [2])
    #expect(await adminError { try await journal.setProgress(fence, done: 1, total: 1) }?.isLeaseLost == true)
  }

  @Test("A lease from before the machine started again has ended")
  func restart() async throws {
    let fixture = try await JournalFixture()
    let fence = try await fixture.running()
    #expect(try await !fixture.journal.hasInterrupted())
    fixture.clock.restartMachine(as: "boot-2")
    #expect(try await fixture.journal.claim(fence.operation, fixture.lease("two"))?.number == 2)
  }

  @Test("A lease that an earlier version wrote is judged by the wall clock")
  func earlierVersion() async throws {
    let fixture = try await JournalFixture()
    let fence = try await fixture.running()
    _ = try await fixture.database.write {
      try $0.execute("UPDATE wf_instances SET lease_boot = NULL, lease_until_uptime_ms = NULL")
    }
    #expect(try await fixture.journal.claim(fence.operation, fixture.lease("two")) == nil)
    fixture.clock.setWallClock(by: .seconds(61))
    #expect(try await fixture.journal.claim(fence.operation, fixture.lease("two"))?.number == 2)
  }

  @Test("Of many that claim at once, one gets the operation")
  func claimRace() async throws {
    let fixture = try await JournalFixture()
    let other = try await fixture.store.open(timekeeper: fixture.clock)
    let journals = [fixture.journal, OperationJournal(other, audit: AuditLog(other))]
    guard case .created(let record, nil) = try await fixture.journal.create(fixture.new()) else { return }
    let lease = fixture.lease()
    let fences = try await withThrowingTaskGroup(of: Fence?.self) { group in
      for journal in journals {
        for _ in 0..<20 { group.addTask { try await journal.claim(record.id, lease) } }
      }
      return try await group.reduce(into: [Fence]()) { if let fence = $1 { $0.append(fence) } }
    }
    #expect(fences == [Fence(operation: record.id, number: 1)])
  }

  @Test("Where nobody can tell the starts of the machine apart, the wall clock decides")
  func unknownBoot() async throws {
    let fixture = try await JournalFixture()
    let fence = try await fixture.running()
    fixture.clock.restartMachine(as: nil)
    #expect(try await fixture.journal.claim(fence.operation, fixture.lease("two")) == nil)
    fixture.clock.advance(by: .seconds(61))
    #expect(try await fixture.journal.claim(fence.operation, fixture.lease("two"))?.number == 2)
    fixture.clock.restartMachine(as: "boot-2")
    #expect(try await fixture.journal.claim(fence.operation, fixture.lease("three")) == nil)
    fixture.clock.setWallClock(by: .seconds(61))
    #expect(try await fixture.journal.claim(fence.operation, fixture.lease("three"))?.number == 3)
  }
}
