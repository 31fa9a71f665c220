import AdminCore
import Foundation
import Store
import TestSupport
import Testing
import Workflows

@Suite("Settings as steps")
struct SettingStepTests {
  private struct Fixture {
    let engine: EngineFixture
    let setting: PretendSetting
    let workflow: SettingWorkflow

    init(_ value: JSONObject = ["mode": "off", "level": 1], to wanted: JSONObject = ["mode": "on"]) throws {
      engine = try EngineFixture()
      setting = PretendSetting(value)
      let id = UUID().uuidString
      setting.register(id)
      workflow = SettingWorkflow(id, to: wanted, engine.world, timekeeper: engine.pauses)
    }

    func run() async throws -> OperationReport {
      try await engine.process("a").runner.run(workflow, engine.request())
    }
  }

  @Test("Only what is wanted is written, and read back")
  func written() async throws {
    let fixture = try Fixture()
    let report = try await fixture.run()
    #expect(report.state == .completed)
    #expect(report.output == ["changed": true])
    #expect(report.pending.isEmpty)
    #expect(fixture.setting.now.writes == [["mode": "on"]])
    #expect(fixture.setting.now.value == ["mode": "on", "level": 1])
  }

  @Test("What is as wanted is not written")
  func unchanged() async throws {
    let fixture = try Fixture(["mode": "on"])
    let report = try await fixture.run()
    #expect(report.output == ["changed": false])
    #expect(fixture.setting.now.writes.isEmpty)
  }

  @Test("What shows late is waited for; what does not show in time is pending, never claimed")
  func late() async throws {
    let soon = try Fixture()
    soon.setting.change { $0.showing = .after(3) }
    #expect(try await soon.run().pending.isEmpty)
    let never = try Fixture()
    never.setting.change { $0.showing = .never }
    let report = try await never.run()
    #expect(report.state == .completed)
    #expect(report.pending.first?.contains("still shows the old value; it takes up to an hour") == true)
  }

  @Test("What reads back as a third thing failed, and is put back with the rest")
  func contradicted() async throws {
    let fixture = try Fixture()
    fixture.setting.change { $0.showing = .otherwise(["mode": "strange", "level": 1]) }
    let report = try await fixture.run()
    #expect(report.state == .failed)
    #expect(report.error?.message.contains("reads back as something else") == true)
    #expect(report.undone == ["the setting was put back"])
    #expect(fixture.setting.now.writes == [["mode": "on"], ["mode": "off"]])
    #expect(fixture.engine.world.now.done.isEmpty, "nothing after it was begun")
  }

  @Test("A later failure puts the old value back")
  func rolledBack() async throws {
    let fixture = try Fixture()
    fixture.engine.world.set("after", .fail(AdminError(.graphFailed, "refused")))
    let report = try await fixture.run()
    #expect(report.undone == ["the setting was put back"])
    #expect(fixture.setting.now.value == ["mode": "off", "level": 1])
  }

  @Test("After a crash the old value is still known", arguments: [true, false])
  func crash(after: Bool) async throws {
    let fixture = try Fixture()
    fixture.engine.world.set("after", after ? .dieAfter : .dieBefore)
    let first = try await fixture.engine.process("first", workflows: [SettingWorkflow.self])
    let (workflow, request) = (fixture.workflow, fixture.engine.request())
    Task { try? await first.runner.run(workflow, request) }
    #expect(await eventually { fixture.engine.world.now.deadCallers == 1 })
    fixture.engine.clock.advance(by: .seconds(61))
    fixture.engine.world.setAnswersProbes(true)
    let second = try await fixture.engine.process("second", workflows: [SettingWorkflow.self])
    let report = try #require(try await second.runner.recoverInterrupted().first)
    #expect(report.state == .completed)
    let detail = try await second.journal.operation(report.operationID)
    #expect(detail.steps.first { $0.id == "set.before" }?.output == ["mode": "off"])
    #expect(fixture.setting.now.writes == [["mode": "on"]])
  }

  @Test("Undoing it later asks first whether somebody has changed it since")
  func drift() async throws {
    let fixture = try Fixture()
    let process = try await fixture.engine.process("a", workflows: [SettingWorkflow.self, UndoOperationWorkflow.self])
    let report = try await process.runner.run(fixture.workflow, fixture.engine.request())
    let original = UndoOperationWorkflow.Original(try await process.journal.operation(report.operationID))
    let undo = try UndoOperationWorkflow(original, services: process.services)
    #expect(try await undo.drift().isEmpty)
    fixture.setting.change { $0.shown = ["mode": "somebody's"] }
    #expect(try await undo.drift() == ["the setting was changed since"])

    let refused = try await process.runner.run(undo, fixture.engine.request())
    #expect(refused.left.first?.action.contains("put the setting back to {\"mode\":\"off\"}") == true)
    #expect(fixture.setting.now.writes == [["mode": "on"]])

    fixture.setting.change { $0.shown = ["mode": "on"] }
    #expect(try await undo.drift().isEmpty)
    let done = try await process.runner.run(undo, fixture.engine.request())
    #expect(done.left.isEmpty)
    #expect(fixture.setting.now.writes == [["mode": "on"], ["mode": "off"]])
  }

  @Test("An undoing that died in the middle of its writes is gone on with; a third value is still somebody's")
  func halfUndone() async throws {
    let fixture = try Fixture(["mode": "off", "level": 1], to: ["mode": "on", "level": 2])
    let process = try await fixture.engine.process("a", workflows: [SettingWorkflow.self, UndoOperationWorkflow.self])
    let report = try await process.runner.run(fixture.workflow, fixture.engine.request())
    let original = UndoOperationWorkflow.Original(try await process.journal.operation(report.operationID))
    let undo = try UndoOperationWorkflow(original, services: process.services)
    fixture.setting.change { $0.shown = ["mode": "off", "level": 2] }
    #expect(try await undo.drift().isEmpty)
    fixture.setting.change { $0.shown = ["mode": "off", "level": 3] }
    #expect(try await undo.drift() == ["the setting was changed since"])
    fixture.setting.change { $0.shown = ["mode": "off", "level": 2] }
    let done = try await process.runner.run(undo, fixture.engine.request())
    #expect(done.left.isEmpty)
    #expect(fixture.setting.now.value == ["mode": "off", "level": 1])
  }
}
