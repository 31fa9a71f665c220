import AdminCore
import Store
import TestSupport
import Testing
import Workflows

@Suite("Taking back")
struct BackwardTests {
  private let refusal = AdminError(.graphFailed, "The service refuses this.")

  @Test("A failure for good undoes what was done, the last first, and says so")
  func compensates() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("three", .fail(refusal))
    let report = try await process.runner.run(fixture.workflow(), fixture.request())
    #expect(report.state == .failed)
    #expect(report.error?.code == .graphFailed)
    #expect(report.undone == ["two was undone", "one was undone"])
    #expect(report.done.isEmpty && report.left.isEmpty)
    #expect(fixture.world.now.undoOrder == ["two", "one"])
    #expect(fixture.world.now.present.isEmpty)
    let error = #expect(throws: AdminError.self) { try report.completedOutput() }
    #expect(error?.details?["undone"] == ["two was undone", "one was undone"])
    #expect(error?.details?["operationId"]?.stringValue == report.operationID.text)
  }

  @Test("An undo that fails for good does not stop the others, and is left for a person")
  func continuesPastFailedUndo() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("three", .fail(refusal))
    fixture.world.setUndo("two", .fail(refusal))
    let report = try await process.runner.run(fixture.workflow(), fixture.request())
    #expect(report.state == .failed)
    #expect(report.error?.code == .compensationFailed)
    #expect(report.undone == ["one was undone"])
    #expect(report.left == [.init(step: "Do two", action: "undo two by hand")])
    #expect(fixture.world.now.present == ["two"])
  }

  @Test("An undo that fails for a moment is tried again")
  func retriesUndo() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("two", .fail(refusal))
    fixture.world.setUndo("one", .fail(AdminError(.rateLimited, "later", retryAfter: .seconds(3))), .work)
    let report = try await process.runner.run(fixture.workflow(), fixture.request())
    #expect(report.undone == ["one was undone"])
    #expect(fixture.pauses.pauses.contains(.seconds(3)))
  }

  @Test("A step without an undo that took effect is named")
  func irreversible() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("three", .fail(refusal))
    var options = PretendWorkflow.Options()
    options.withoutUndo = ["one"]
    let report = try await process.runner.run(fixture.workflow(options), fixture.request())
    #expect(report.undone == ["two was undone"])
    #expect(report.left.map(\.step) == ["Do one"])
    #expect(report.done == ["Do one"])
  }

  @Test("A step that another one's undo takes along is not left for anybody")
  func goesAlong() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("three", .fail(refusal))
    var options = PretendWorkflow.Options()
    options.goingAlong = ["two"]
    let report = try await process.runner.run(fixture.workflow(options), fixture.request())
    #expect(report.undone == ["one was undone"])
    #expect(report.left.isEmpty && report.done.isEmpty)
    #expect(report.error?.code == .graphFailed)
  }

  @Test("Behind a pivot a step that failed says why, and those after it are done")
  func failureIsTold() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("two", .fail(refusal))
    var options = PretendWorkflow.Options()
    options.pivot = "one"
    let report = try await process.runner.run(fixture.workflow(options), fixture.request())
    #expect(report.state == .completed)
    #expect(report.output["failed"] == ["The service refuses this."])
    #expect(report.output["finished"] == ["one", "three"])
  }

  @Test("Behind a pivot nothing is taken back; what failed is pending")
  func pivotKeeps() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("three", .fail(refusal))
    var options = PretendWorkflow.Options()
    options.pivot = "two"
    let report = try await process.runner.run(fixture.workflow(options), fixture.request())
    #expect(report.state == .completed)
    #expect(report.pending.count == 1)
    #expect(fixture.world.now.present == ["one", "two"])
  }

  @Test("A cancelled call finishes the step under way, then takes everything back")
  func cancelled() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("two", .dieAfter)
    let (workflow, request) = (fixture.workflow(), fixture.request())
    let call = Task { try await process.runner.run(workflow, request) }
    #expect(await eventually { fixture.world.now.deadCallers == 1 })
    call.cancel()
    fixture.world.resurrect()
    let report = try await call.value
    #expect(report.state == .cancelled)
    #expect(fixture.world.now.done == ["one": 1, "two": 1])
    #expect(fixture.world.now.undoOrder == ["two", "one"])
  }

  @Test("A wait ends at once when the call is cancelled")
  func cancelledWait() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    var options = PretendWorkflow.Options()
    options.waits = ["two"]
    let waiting = VirtualTimekeeper(.manual)
    let workflow = PretendWorkflow(fixture.world, options, timekeeper: waiting)
    let request = fixture.request()
    let call = Task { try await process.runner.run(workflow, request) }
    #expect(await eventually { waiting.sleeperCount == 1 })
    call.cancel()
    let report = try await call.value
    #expect(report.state == .cancelled)
    #expect(fixture.world.now.present.isEmpty)
  }

  @Test(
    "Compensation is decided by what completed",
    arguments: [
      ([], Compensation.Decision.undo([])),
      ([Compensation.Record(id: "a", isCompleted: true, hasUndo: true)], .undo(["a"])),
      (
        [
          Compensation.Record(id: "a", isCompleted: true, hasUndo: true),
          Compensation.Record(id: "b", isCompleted: true, hasUndo: false),
          Compensation.Record(id: "c", isCompleted: true, hasUndo: true, isUndone: true),
          Compensation.Record(id: "d", isCompleted: false, hasUndo: true),
        ], .undo(["a"])
      ),
      (
        [
          Compensation.Record(id: "a", isCompleted: true, hasUndo: true),
          Compensation.Record(id: "b", isCompleted: true, hasUndo: true, isPivot: true),
        ], .keep
      ),
      ([Compensation.Record(id: "a", isCompleted: false, hasUndo: true, isPivot: true)], .undo([])),
    ])
  func decisions(records: [Compensation.Record], decision: Compensation.Decision) {
    #expect(Compensation.decide(records) == decision)
  }
}
