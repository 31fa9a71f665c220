import AdminCore
import Store
import TestSupport
import Testing
import Workflows

@Suite("Processes that die")
struct RecoveryTests {
  enum Moment: String, CaseIterable, CustomTestStringConvertible {
    case before, after
    var testDescription: String { rawValue }
    var behaviour: PretendWorld.Behaviour { self == .before ? .dieBefore : .dieAfter }
  }

  @Test(
    "Whatever step a process dies in, the next one finishes the operation and no effect happens twice",
    arguments: ["one", "two", "three"], Moment.allCases)
  func resumes(step: String, moment: Moment) async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.process("first")
    fixture.world.set(step, moment.behaviour)
    await fixture.runUntilDeath(first)

    let second = try await fixture.process("second")
    #expect(try await second.runner.recoverInterrupted().isEmpty, "the lease is still alive")
    fixture.clock.advance(by: .seconds(61))
    let reports = try await second.runner.recoverInterrupted()
    #expect(reports.map(\.state) == [.completed])
    #expect(reports.first?.isResumed == true)
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
    #expect(try await second.audit.verify().isIntact)
    #expect(try await second.runner.recoverInterrupted().isEmpty)
  }

  @Test(
    "Whatever undo a process dies in, the next one undoes the rest and nothing twice",
    arguments: ["one", "two"], Moment.allCases)
  func resumesUndo(step: String, moment: Moment) async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.process("first")
    fixture.world.set("three", .fail(AdminError(.graphFailed, "refused")))
    fixture.world.setUndo(step, moment.behaviour)
    await fixture.runUntilDeath(first)

    fixture.clock.advance(by: .seconds(61))
    let second = try await fixture.process("second")
    let report = try #require(try await second.runner.recoverInterrupted().first)
    #expect(report.state == .failed)
    #expect(report.error?.message == "refused")
    #expect(Set(report.undone) == ["two was undone", "one was undone"])
    #expect(fixture.world.now.undone == ["one": 1, "two": 1])
    #expect(fixture.world.now.present.isEmpty)
  }

  @Test(
    "With the clock set back or forward by two hours, an operation is gone on with when its lease has run out, and once",
    arguments: [-7200, 7200], Moment.allCases)
  func clockSet(seconds: Int, moment: Moment) async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.process("first")
    fixture.world.set("two", moment.behaviour)
    await fixture.runUntilDeath(first)
    fixture.clock.setWallClock(by: .seconds(seconds))
    let second = try await fixture.process("second")
    #expect(try await second.runner.recoverInterrupted().isEmpty, "the lease is still alive")
    fixture.clock.advance(by: .seconds(61))
    #expect(try await second.runner.recoverInterrupted().map(\.state) == [.completed])
    fixture.clock.setWallClock(by: .seconds(-seconds))
    fixture.clock.advance(by: .seconds(61))
    #expect(try await second.runner.recoverInterrupted().isEmpty)
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
    #expect(try await second.audit.verify().isIntact)
  }

  @Test("Each process has all of its own tries, however often those before it died in the same step or undo")
  func triesOfItsOwn() async throws {
    let fixture = try EngineFixture()
    let busy = AdminError(.graphFailed, "busy", isRetryable: true)
    fixture.world.set("two", .dieBefore, .dieBefore, .fail(busy), .fail(busy), .work)
    await fixture.runUntilDeath(try await fixture.process("first"))
    fixture.clock.advance(by: .seconds(61))
    let deaths = fixture.world.now.deadCallers
    let second = try await fixture.process("second")
    Task { try? await second.runner.recoverInterrupted() }
    #expect(await eventually { fixture.world.now.deadCallers > deaths })
    fixture.clock.advance(by: .seconds(61))
    let third = try await fixture.process("third")
    #expect(try await third.runner.recoverInterrupted().map(\.state) == [.completed])
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
  }

  @Test("A process that was overtaken does nothing more when it comes back")
  func fenced() async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.process("first")
    fixture.world.set("two", .dieAfter)
    let (workflow, request) = (fixture.workflow(), fixture.request())
    let call = Task { try await first.runner.run(workflow, request) }
    #expect(await eventually { fixture.world.now.deadCallers == 1 })
    fixture.clock.advance(by: .seconds(61))
    let second = try await fixture.process("second")
    #expect(try await second.runner.recoverInterrupted().map(\.state) == [.completed])

    fixture.world.resurrect()
    let error = await #expect(throws: AdminError.self) { _ = try await call.value }
    #expect(error?.isLeaseLost == true)
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
  }

  @Test("A holder renews its lease while a step takes its time")
  func renews() async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.process("first")
    fixture.world.set("two", .dieAfter)
    let (workflow, request) = (fixture.workflow(), fixture.request())
    let call = Task { try await first.runner.run(workflow, request) }
    #expect(await eventually { fixture.world.now.deadCallers == 1 })
    let second = try await fixture.process("second")
    for _ in 0..<6 {
      #expect(await eventually { first.leaseClock.sleeperCount > 0 })
      fixture.clock.advance(by: .seconds(20))
      first.leaseClock.advance(by: .seconds(20))
      let due = fixture.clock.now()
      #expect(
        await eventually {
          let records = try? await second.journal.unfinished()
          return (records?.first?.lease?.until).map { $0 > due + .seconds(30) } ?? false
        })
    }
    #expect(try await second.runner.recoverInterrupted().isEmpty)
    fixture.world.resurrect()
    #expect(try await call.value.state == .completed)
  }

  @Test("Without its secret an operation of which nothing was done is abandoned")
  func abandoned() async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.process("first")
    var options = PretendWorkflow.Options()
    options.needingSecret = ["one"]
    fixture.world.set("one", .dieBefore)
    await fixture.runUntilDeath(first, options)
    fixture.clock.advance(by: .seconds(61))
    let second = try await fixture.process("second")
    let report = try #require(try await second.runner.recoverInterrupted().first)
    #expect(report.state == .abandoned)
    #expect(fixture.world.now.done.isEmpty)
    let record = try await second.journal.operation(report.operationID).record
    #expect(record.state == .abandoned)
  }

  @Test("When the secret's step had happened, the operation goes on")
  func goesOnWithoutSecret() async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.process("first")
    var options = PretendWorkflow.Options()
    options.needingSecret = ["one"]
    fixture.world.set("one", .dieAfter)
    await fixture.runUntilDeath(first, options)
    fixture.clock.advance(by: .seconds(61))
    let second = try await fixture.process("second")
    let report = try #require(try await second.runner.recoverInterrupted().first)
    #expect(report.state == .completed)
    #expect(report.output["resumed"] == true)
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
  }

  @Test("What earlier steps still wait for, and what failed behind the pivot, is said by whoever goes on")
  func pending() async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.process("first")
    var options = PretendWorkflow.Options()
    options.pivot = "one"
    options.pending = ["one": "one is not shown yet"]
    fixture.world.set("two", .fail(AdminError(.notFound, "There is no two.")))
    fixture.world.set("three", .dieAfter)
    await fixture.runUntilDeath(first, options)
    fixture.clock.advance(by: .seconds(61))
    let second = try await fixture.process("second")
    let report = try #require(try await second.runner.recoverInterrupted().first)
    #expect(report.state == .completed)
    #expect(report.pending == ["one is not shown yet", "Do two: There is no two."])
  }

  @Test("A process that is told to end gives the operation back after the step under way")
  func shutdown() async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.process("first")
    fixture.world.set("one", .dieAfter)
    let (workflow, request) = (fixture.workflow(), fixture.request())
    let call = Task { try await first.runner.run(workflow, request) }
    #expect(await eventually { fixture.world.now.deadCallers == 1 })
    first.shutdown.request()
    call.cancel()
    fixture.world.resurrect()
    #expect(try await call.value.state == .interrupted)
    #expect(fixture.world.now.undone.isEmpty)

    let second = try await fixture.process("second")
    #expect(try await second.runner.recoverInterrupted().map(\.state) == [.completed])
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
  }

  @Test("A workflow this version does not know waits for a person")
  func unknownWorkflow() async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.process("first")
    var new = NewOperation(
      name: "of the future", tool: "pretend", requestedBy: .system, correlationID: "c", input: [:],
      inputHash: first.journal.hash(ofInput: [:]))
    new.totalSteps = 1
    guard case .created(let record, _) = try await first.journal.create(new) else {
      Issue.record("it exists already")
      return
    }
    let report = try #require(try await first.runner.recoverInterrupted().first)
    #expect(report.state == .blocked)
    #expect(try await first.journal.operation(record.id).record.state == .blocked)
  }
}
