import AdminCore
import Store
import TestSupport
import Testing
import Workflows

@Suite("Going forward")
struct ForwardTests {
  @Test("Steps run in order, each once, and the report says what was done")
  func happyPath() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    let told = Told()
    let report = try await process.runner.run(fixture.workflow(), fixture.request()) { told.add($0) }
    #expect(report.state == .completed)
    #expect(report.output["finished"] == ["one", "two", "three"])
    #expect(report.done == ["Do one", "Do two", "Do three"])
    #expect(report.pending.isEmpty && report.undone.isEmpty && report.left.isEmpty)
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
    #expect(told.messages == ["0/3 Do one", "1/3 Do two", "2/3 Do three", "3/3 Done"])
    let record = try await process.journal.operation(report.operationID).record
    #expect(record.state == .completed)
    #expect(record.lease == nil)
  }

  @Test("What is only pending in the tenant is said")
  func pending() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    var options = PretendWorkflow.Options()
    options.pending = ["two": "two is not shown yet"]
    let report = try await process.runner.run(fixture.workflow(options), fixture.request())
    #expect(report.state == .completed)
    #expect(report.pending == ["two is not shown yet"])
  }

  @Test("A failure that may pass is tried again, after as long as the service asks")
  func retries() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("two", .fail(AdminError(.rateLimited, "slow down", retryAfter: .seconds(7))), .work)
    let report = try await process.runner.run(fixture.workflow(), fixture.request())
    #expect(report.state == .completed)
    #expect(fixture.pauses.pauses == [.seconds(7)])
    let steps = try await process.journal.operation(report.operationID).steps
    #expect(steps.first { $0.id == "two" }?.attempt == 2)
  }

  @Test("A lost reply is settled by looking, and nothing is done twice")
  func lostReply() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("one", .loseReply)
    fixture.world.set("two", .loseRequest, .work)
    let report = try await process.runner.run(fixture.workflow(), fixture.request())
    #expect(report.state == .completed)
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
  }

  @Test("A step that is idempotent is simply done again after a lost reply")
  func idempotentRepeat() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("two", .loseReply, .work)
    var options = PretendWorkflow.Options()
    options.idempotent = ["two"]
    let report = try await process.runner.run(fixture.workflow(options), fixture.request())
    #expect(report.state == .completed)
    #expect(fixture.world.now.done["two"] == 2)
  }

  @Test("An outcome that nobody can know blocks the operation and undoes nothing")
  func unknownBlocks() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("two", .loseReply)
    fixture.world.setAnswersProbes(false)
    let report = try await process.runner.run(fixture.workflow(), fixture.request())
    #expect(report.state == .blocked)
    #expect(report.error?.code == .outcomeUnknown)
    #expect(report.left.count == 1)
    #expect(fixture.world.now.undone.isEmpty)
    #expect(throws: AdminError.self) { try report.completedOutput() }
    let record = try await process.journal.operation(report.operationID).record
    #expect(record.state == .blocked)
    #expect(try await process.runner.recoverInterrupted().isEmpty)
  }

  @Test("Every change is announced in the audit trail before it and told after it")
  func audited() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    var options = PretendWorkflow.Options()
    options.waits = ["two"]
    _ = try await process.runner.run(fixture.workflow(options), fixture.request())
    let records = try await process.audit.records(AuditFilter(), limit: 50).items
    let told = records.sorted { $0.sequence < $1.sequence }.map { "\($0.operation) \($0.status?.rawValue ?? "?")" }
    #expect(
      told == [
        "pretend started", "pretend.one started", "pretend.one succeeded", "pretend.three started",
        "pretend.three succeeded", "pretend succeeded",
      ])
    #expect(try await process.audit.verify().isIntact)
  }

  @Test("A secret reaches the steps and nothing that is written")
  func secretsStayOut() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    let canary = "canary-e81b5c"
    let report = try await process.runner.run(
      fixture.workflow(), fixture.request(arguments: ["password": .string(canary)]),
      secrets: ["password": Secret(canary)])
    #expect(fixture.world.now.seenSecrets.contains(canary))
    let detail = try await process.journal.operation(report.operationID)
    #expect(detail.record.holdsSecret)
    var written = "\(detail)"
    for event in try await process.journal.events(of: report.operationID) { written += "\(event)" }
    let export = Exported()
    _ = try await process.audit.export(as: .ndjson) { bytes throws(AdminError) in export.add(bytes) }
    #expect(!written.contains(canary))
    #expect(!export.text.contains(canary))
    #expect(export.text.contains("pretend"))
  }
}

/// What progress was told.
final class Told: Sendable {
  private let all = LockedList<String>()
  func add(_ progress: OperationProgress) { all.add("\(progress.done)/\(progress.total) \(progress.message)") }
  var messages: [String] { all.items }
}

final class Exported: Sendable {
  private let all = LockedList<UInt8>()
  func add(_ bytes: [UInt8]) { for byte in bytes { all.add(byte) } }
  var text: String { String(decoding: all.items, as: UTF8.self) }
}
