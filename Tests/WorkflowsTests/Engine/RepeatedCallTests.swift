import AdminCore
import Store
import TestSupport
import Testing
import Workflows

@Suite("The same call again")
struct RepeatedCallTests {
  private static let key = "key-12345"

  @Test("The same key and arguments give the first result and do nothing")
  func sameCall() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    let first = try await process.runner.run(fixture.workflow(), fixture.request(Self.key))
    let second = try await process.runner.run(fixture.workflow(), fixture.request(Self.key))
    #expect(second.operationID == first.operationID)
    #expect(second.isRepeated)
    #expect(second.output == first.output)
    #expect(fixture.world.now.done == ["one": 1, "two": 1, "three": 1])
    let earlier = try await process.runner.earlierReport(
      of: PretendWorkflow.self, tool: "pretend", idempotencyKey: Self.key, arguments: ["a": 1])
    #expect(earlier?.operationID == first.operationID)
  }

  @Test("The same key with other arguments is refused")
  func otherArguments() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    _ = try await process.runner.run(fixture.workflow(), fixture.request(Self.key))
    let error = await #expect(throws: AdminError.self) {
      _ = try await process.runner.run(fixture.workflow(), fixture.request(Self.key, arguments: ["a": 2]))
    }
    #expect(error?.code == .idempotencyMismatch)
    let before = await #expect(throws: AdminError.self) {
      _ = try await process.runner.earlierReport(
        of: PretendWorkflow.self, tool: "pretend", idempotencyKey: Self.key, arguments: ["a": 2])
    }
    #expect(before?.code == .idempotencyMismatch)
  }

  @Test("A failed operation keeps its report, error and all")
  func failedReport() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("two", .fail(AdminError(.noSeatLeft, "No seat is left.", details: ["sku": "x"])))
    _ = try await process.runner.run(fixture.workflow(), fixture.request(Self.key))
    let again = try await process.runner.run(fixture.workflow(), fixture.request(Self.key))
    #expect(again.state == .failed)
    #expect(again.error?.code == .noSeatLeft)
    #expect(again.error?.details?["sku"] == "x")
    #expect(again.undone == ["one was undone"])
  }

  @Test("While the first call is under way, the second is told to wait")
  func underWay() async throws {
    let fixture = try EngineFixture()
    let process = try await fixture.process("a")
    fixture.world.set("two", .dieAfter)
    let (workflow, request) = (fixture.workflow(), fixture.request(Self.key))
    let call = Task { try await process.runner.run(workflow, request) }
    #expect(await eventually { fixture.world.now.deadCallers == 1 })
    let error = await #expect(throws: AdminError.self) {
      _ = try await process.runner.earlierReport(
        of: PretendWorkflow.self, tool: "pretend", idempotencyKey: Self.key, arguments: ["a": 1])
    }
    #expect(error?.code == .illegalState)
    #expect(error?.isRetryable == true)
    let same = try await process.runner.run(fixture.workflow(), fixture.request(Self.key))
    #expect(same.state == .interrupted)
    fixture.world.resurrect()
    #expect(try await call.value.state == .completed)
  }
}
