import AdminCore
import Store
import TestSupport
import Testing
import Workflows

@Suite("What a person has found out")
struct ResolveTests {
  private static let person = AuditActor(.local, "local:1:ada")

  /// An operation of which nobody can tell whether its second step took effect.
  private static func blocked(
    _ behaviour: PretendWorld.Behaviour
  ) async throws -> (fixture: EngineFixture, process: EngineFixture.Process, id: LocalID) {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("two", behaviour)
    fixture.world.setAnswersProbes(false)
    let report = try await process.runner.run(fixture.workflow(), fixture.request())
    #expect(report.state == .blocked)
    #expect(report.error?.message.contains("m365-admin-mcp resolve \(report.operationID) happened") == true)
    return (fixture, process, report.operationID)
  }

  @Test("It took effect, as the tenant tells by now: the operation goes on behind it with what the step has returned")
  func happened() async throws {
    let (fixture, process, id) = try await Self.blocked(.loseReply)
    fixture.world.setAnswersProbes(true)
    let report = try await process.runner.resolve(id, tookEffect: true, by: Self.person)
    #expect(report.state == .completed)
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
    let detail = try await process.journal.operation(id)
    #expect(detail.record.state == .completed && detail.record.error == nil)
    #expect(detail.steps.first { $0.id == "two" }?.output?["step"] == "two")
    let events = try await process.journal.events(of: id)
    #expect(events.contains { $0.kind == "resolved" && $0.detail["by"] == "local:1:ada" })
    #expect(try await process.audit.verify().isIntact)
  }

  @Test("It did not, and nothing tells otherwise: what came before it is taken back")
  func didNotHappen() async throws {
    let (fixture, process, id) = try await Self.blocked(.loseReply)
    let report = try await process.runner.resolve(id, tookEffect: false, by: Self.person)
    #expect(report.state == .failed)
    #expect(report.undone == ["one was undone"])
    #expect(fixture.world.now.done["three"] == nil)
    #expect(try await process.journal.operation(id).record.state == .failed)
  }

  @Test("A word against what the tenant shows by now is refused, and the operation goes on waiting")
  func contradicted() async throws {
    for (behaviour, word) in [(PretendWorld.Behaviour.loseReply, false), (.loseRequest, true)] {
      let (fixture, process, id) = try await Self.blocked(behaviour)
      fixture.world.setAnswersProbes(true)
      let error = await #expect(throws: AdminError.self) {
        _ = try await process.runner.resolve(id, tookEffect: word, by: Self.person)
      }
      #expect(error?.code == .illegalState && error?.message.contains("By now the tenant shows") == true)
      #expect(fixture.world.now.undone.isEmpty)
      #expect(try await process.journal.operation(id).record.state == .blocked)
      _ = try await process.runner.resolve(id, tookEffect: !word, by: Self.person)
      #expect(try await process.journal.operation(id).record.state != .blocked)
    }
  }

  @Test("A step whose result later ones need is not taken for done by a word alone; the last of no return is")
  func withoutResult() async throws {
    let (fixture, process, id) = try await Self.blocked(.loseReply)
    let error = await #expect(throws: AdminError.self) {
      _ = try await process.runner.resolve(id, tookEffect: true, by: Self.person)
    }
    #expect(error?.message.contains("nothing can go on from it") == true, "\(error?.message ?? "")")
    #expect(fixture.world.now.done["three"] == nil)
    #expect(try await process.journal.operation(id).record.state == .blocked)
  }

  @Test("Another process may take the word, and one that dies afterwards leaves the rest to the next")
  func otherProcess() async throws {
    let (fixture, _, id) = try await Self.blocked(.loseReply)
    fixture.world.setAnswersProbes(true)
    fixture.world.set("three", .dieBefore)
    let second = try await fixture.process("second")
    Task { try? await second.runner.resolve(id, tookEffect: true, by: Self.person) }
    #expect(await eventually { fixture.world.now.deadCallers == 1 })
    fixture.clock.advance(by: .seconds(61))
    let third = try await fixture.process("third")
    #expect(try await third.runner.recoverInterrupted().map(\.state) == [.completed])
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
  }

  @Test("An operation that waits for nobody's word is left alone")
  func notBlocked() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    let done = try await process.runner.run(fixture.workflow(), fixture.request())
    let error = await #expect(throws: AdminError.self) {
      _ = try await process.runner.resolve(done.operationID, tookEffect: false, by: Self.person)
    }
    #expect(error?.code == .illegalState)
    #expect(fixture.world.now.undone.isEmpty)

    // Blocked because the workflow is unknown here: there is no step to speak of.
    var new = NewOperation(
      name: "of the future", tool: "pretend", requestedBy: .system, correlationID: "c", input: [:],
      inputHash: process.journal.hash(ofInput: [:]))
    new.totalSteps = 1
    _ = try await process.journal.create(new)
    let unknown = try #require(try await process.runner.recoverInterrupted().first)
    let refused = await #expect(throws: AdminError.self) {
      _ = try await process.runner.resolve(unknown.operationID, tookEffect: true, by: Self.person)
    }
    #expect(refused?.code == .illegalState)
    #expect(try await process.journal.operation(unknown.operationID).record.state == .blocked)
  }
}
