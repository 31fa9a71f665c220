import AdminCore
import Glibc
import MCPProtocol
import Synchronization
import TestSupport
import Testing

/// Item 9 of the conformance checklist, bounds, and load.
@Suite("Ends and bounds", .timeLimit(.minutes(1)))
struct ShutdownTests {
  /// Tools that run until the test lets them.
  private final class Gate: Sendable {
    private let open = Latch<Bool>()
    private let started = Mutex(0)
    private let cancelled = Mutex(0)

    var startedCount: Int { started.withLock { $0 } }
    var cancelledCount: Int { cancelled.withLock { $0 } }
    func lift() { open.set(true) }

    var tool: ToolDefinition {
      ConformanceTools.plain("gated", "Waits for the test.", input: ["type": "object"]) { [self] request, _ in
        started.withLock { $0 += 1 }
        let isOpen = await open.wait()
        if isOpen == nil { cancelled.withLock { $0 += 1 } }
        return .result(.text(isOpen == true ? "passed" : "cancelled"))
      }
    }
  }

  @Test("9. At the end of input running requests finish within the grace, and their answers leave")
  func finishing() async throws {
    let gate = Gate()
    let harness = MCPHarness(try ConformanceServer.make(extraTools: [gate.tool]))
    try await harness.client.initialize()
    for number in 0..<5 { harness.client.begin("tools/call", ["name": "gated"], id: .string("\(number)")) }
    #expect(await eventually { gate.startedCount == 5 })
    async let end = harness.finish()
    gate.lift()
    #expect(await end == .inputEnded)
    #expect(await harness.client.waitForEnd())
    for number in 0..<5 {
      #expect(harness.client.responses(to: .string("\(number)")).first?["result"]?["content"]?[0]?["text"] == "passed")
    }
  }

  @Test("9. What does not finish is cancelled when the grace is over, and may still say so")
  func cancelledAtEnd() async throws {
    let gate = Gate()
    let timekeeper = VirtualTimekeeper(.manual)
    let harness = MCPHarness(try ConformanceServer.make({ $0.timekeeper = timekeeper }, extraTools: [gate.tool]))
    try await harness.client.initialize()
    harness.client.begin("tools/call", ["name": "gated"], id: "g")
    #expect(await eventually { gate.startedCount == 1 })
    async let end = harness.finish()
    for pause in [Duration.milliseconds(1000), .milliseconds(500)] {
      #expect(await eventually { timekeeper.pauses.contains(pause) })
      #expect(gate.cancelledCount == 0)
      timekeeper.advance(by: pause)
    }
    #expect(await end == .inputEnded)
    #expect(gate.cancelledCount == 1)
    #expect(await harness.client.waitForEnd())
    #expect(harness.client.responses(to: "g").first?["result"]?["content"]?[0]?["text"] == "cancelled")
  }

  @Test("9. Long work is told to stop when two thirds of the grace are over, not before, and otherwise at the end")
  func toldToStop() async throws {
    let (gate, isTold) = (Gate(), Latch<Bool>())
    let timekeeper = VirtualTimekeeper(.manual)
    func server() throws -> MCPServer {
      try ConformanceServer.make(
        { server in
          server.timekeeper = timekeeper
          server.willStop = { isTold.set(true) }
        }, extraTools: [gate.tool])
    }
    let harness = MCPHarness(try server())
    try await harness.client.initialize()
    harness.client.begin("tools/call", ["name": "gated"], id: "g")
    #expect(await eventually { gate.startedCount == 1 })
    async let end = harness.finish()
    #expect(await eventually { timekeeper.pauses.contains(.milliseconds(1000)) })
    #expect(isTold.value == nil)
    timekeeper.advance(by: .milliseconds(1000))
    #expect(await eventually { isTold.value == true })
    gate.lift()
    #expect(await end == .inputEnded)
    #expect(await harness.client.waitForEnd())
    #expect(harness.client.responses(to: "g").first?["result"]?["content"]?[0]?["text"] == "passed")
  }

  @Test("9. Told to end by a signal, long work is told to stop at once, and still has all of the grace")
  func toldBySignal() async throws {
    let (gate, isTold) = (Gate(), Latch<Bool>())
    let timekeeper = VirtualTimekeeper(.manual)
    let harness = MCPHarness(
      try ConformanceServer.make(
        { server in
          server.timekeeper = timekeeper
          server.willStop = { isTold.set(true) }
        }, extraTools: [gate.tool]))
    try await harness.client.initialize()
    harness.client.begin("tools/call", ["name": "gated"], id: "g")
    #expect(await eventually { gate.startedCount == 1 })
    harness.session.shutdown()
    #expect(await eventually { isTold.value == true })
    #expect(await eventually { timekeeper.pauses.contains(.milliseconds(1500)) })
    #expect(gate.cancelledCount == 0)
    gate.lift()
    #expect(await harness.end() == .shutdown)
  }

  @Test("9. Without work the end is told at once")
  func toldAtOnce() async throws {
    let isTold = Latch<Bool>()
    let harness = MCPHarness(try ConformanceServer.make { $0.willStop = { isTold.set(true) } })
    try await harness.client.initialize()
    #expect(await harness.finish() == .inputEnded)
    #expect(isTold.value == true)
  }

  @Test("9. Work that ignores its cancellation does not hold up the end")
  func stubborn() async throws {
    let release = Latch<Bool>()
    let hasStarted = Latch<Bool>()
    let stubborn = ConformanceTools.plain("stubborn", "Ignores cancellation.") { _, context in
      hasStarted.set(true)
      let waiting = Task { await release.wait() }
      _ = await waiting.value
      context.reportProgress(1)
      return .result(.text("too late"))
    }
    let timekeeper = VirtualTimekeeper()
    let harness = MCPHarness(try ConformanceServer.make({ $0.timekeeper = timekeeper }, extraTools: [stubborn]))
    try await harness.client.initialize()
    harness.client.begin("tools/call", ["name": "stubborn", "_meta": ["progressToken": 1]], id: "s")
    _ = await hasStarted.wait()
    #expect(await harness.finish() == .inputEnded)
    #expect(await harness.client.waitForEnd())
    release.set(true)
    #expect(harness.client.responses(to: "s").isEmpty)
    #expect(timekeeper.pauses == [.milliseconds(1000), .milliseconds(500), .milliseconds(200)])
  }

  @Test("9. A shutdown refuses new requests, lets running ones finish and ends the stream")
  func shutdown() async throws {
    let gate = Gate()
    let harness = MCPHarness(try ConformanceServer.make(extraTools: [gate.tool]))
    try await harness.client.initialize(capabilities: ["elicitation": [:]])
    harness.client.begin("tools/call", ["name": "gated"], id: "g")
    harness.client.begin("tools/call", ["name": "test_elicitation"], id: "q")
    _ = try await harness.client.message("question") { $0["method"] == "elicitation/create" }
    #expect(await eventually { gate.startedCount == 1 })
    harness.session.shutdown()
    #expect(
      await eventually {
        let code = try? await harness.client.errorCode("ping")
        return code == -32603
      })
    gate.lift()
    harness.client.send(["jsonrpc": "2.0", "id": "s-1", "result": ["action": "decline"]])
    #expect(await harness.end() == .shutdown)
    #expect(await harness.client.waitForEnd())
    #expect(harness.client.responses(to: "g").first?["result"] != nil)
    #expect(harness.client.responses(to: "q").first?["result"]?["content"]?[0]?["text"] == "declined")
  }

  @Test("A question that is open at the end of input is answered with nobody")
  func questionAtEnd() async throws {
    let harness = MCPHarness(try ConformanceServer.make())
    try await harness.client.initialize(capabilities: ["elicitation": [:]])
    harness.client.begin("tools/call", ["name": "test_elicitation"], id: "q")
    _ = try await harness.client.message("question") { $0["method"] == "elicitation/create" }
    await harness.finish()
    #expect(await harness.client.waitForEnd())
    #expect(harness.client.responses(to: "q").first?["result"]?["content"]?[0]?["text"] == "unavailable: abandoned")
  }

  @Test("A batch that never completes gives what it has at the end")
  func unfinishedBatch() async throws {
    let gate = Gate()
    let timekeeper = VirtualTimekeeper(.manual)
    let stubborn = ConformanceTools.plain("stubborn", "Ignores cancellation.") { _, _ in
      let waiting = Task { await Latch<Bool>().wait() }
      _ = await waiting.value
      return .result(.text("never"))
    }
    let server = try ConformanceServer.make({ $0.timekeeper = timekeeper }, extraTools: [gate.tool, stubborn])
    let harness = MCPHarness(server)
    try await harness.client.initialize("2025-03-26")
    harness.client.send([
      ["jsonrpc": "2.0", "id": "p", "method": "ping"],
      ["jsonrpc": "2.0", "id": "s", "method": "tools/call", "params": ["name": "stubborn"]],
    ])
    try await harness.client.settle()
    async let end = harness.finish()
    for pause in [Duration.milliseconds(1000), .milliseconds(500), .milliseconds(200)] {
      #expect(await eventually { timekeeper.pauses.contains(pause) })
      timekeeper.advance(by: pause)
    }
    #expect(await end == .inputEnded)
    #expect(await harness.client.waitForEnd())
    #expect(harness.client.received.last?.arrayValue?.map { $0["id"] } == ["p"])
  }

  @Test("9. A closed output ends the session and cancels what runs")
  func brokenOutput() async throws {
    let gate = Gate()
    let wire = WirePair()
    let server = try ConformanceServer.make(extraTools: [gate.tool])
    let session = ServerSession(server, over: wire.transport)
    let running = Task { await session.run() }
    wire.send(
      Array(#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#.utf8 + [10]))
    let opened = await wire.lines(1)
    #expect(opened.count == 1)
    wire.send(Array(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"gated"}}"#.utf8 + [10]))
    #expect(await eventually { gate.startedCount == 1 })
    wire.closeOutput()
    wire.send(Array(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#.utf8 + [10]))
    #expect(await running.value == .outputBroken)
    #expect(await eventually { gate.cancelledCount == 1 })
    wire.closeInput()
  }

  @Test("A session whose task is cancelled ends as if told to")
  func cancelledRun() async throws {
    let (near, far) = InMemoryTransport.pair()
    let session = ServerSession(try ConformanceServer.make(), over: near)
    let client = MCPTestClient(far)
    let running = Task { await session.run() }
    _ = try await client.initialize()
    running.cancel()
    #expect(await running.value == .shutdown)
    #expect(await client.waitForEnd())
  }

  // MARK: Load

  @Test("2. Ten megabytes go in and come out over pipes", arguments: WirePair.Kind.allCases)
  func megabytes(_ kind: WirePair.Kind) async throws {
    let echo = ConformanceTools.plain("echo", "Echoes.", input: ["type": "object"]) { request, _ in
      .result(.text(request.arguments["text"]?.stringValue ?? ""))
    }
    let wire = WirePair(kind)
    let server = try ConformanceServer.make({ $0.limits.argumentBytes = 32 << 20 }, extraTools: [echo])
    let session = ServerSession(server, over: wire.transport)
    let running = Task { await session.run() }
    wire.send(
      Array(#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#.utf8 + [10]))
    let text = String(repeating: "é\u{2028}\"", count: 1_500_000)
    DetachedThread.start {
      let message: JSONValue = [
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": ["name": "echo", "arguments": ["text": .string(text)]],
      ]
      wire.send(message.serialized + [10])
    }
    let lines = await wire.lines(2)
    let answer = try JSONParser.parse(lines.last ?? [])
    #expect(answer["result"]?["content"]?[0]?["text"]?.stringValue == text)
    wire.closeInput()
    #expect(await running.value == .inputEnded)
  }

  @Test("6. Two hundred interleaved calls with large answers reach a slow reader, each once")
  func slowReader() async throws {
    let large = ConformanceTools.plain("large", "Answers at length.", input: ["type": "object"]) { request, _ in
      .result(.text(String(repeating: "x", count: 65_536) + (request.arguments["n"]?.text ?? "")))
    }
    let wire = WirePair(queueLimit: 1 << 20)
    let pool = WorkerPool(threads: 2)
    let server = try ConformanceServer.make({ $0.executor = pool }, extraTools: [large])
    let session = ServerSession(server, over: wire.transport)
    let running = Task { await session.run() }
    DetachedThread.start {
      wire.send(
        Array(
          #"{"jsonrpc":"2.0","id":"i","method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#.utf8 + [10]))
      for number in 0..<200 {
        wire.send(
          Array(
            #"{"jsonrpc":"2.0","id":\#(number),"method":"tools/call","params":{"name":"large","arguments":{"n":\#(number)}}}"#
              .utf8 + [10]))
      }
    }
    let lines = await wire.lines(201, chunk: 997)
    var seen: Set<Int> = []
    for line in lines.dropFirst() {
      let answer = try JSONParser.parse(line)
      let id = try #require(answer["id"]?.intValue)
      #expect(answer["result"]?["content"]?[0]?["text"]?.stringValue?.hasSuffix("x\(id)") == true)
      #expect(seen.insert(id).inserted)
    }
    #expect(seen.count == 200)
    wire.closeInput()
    #expect(await running.value == .inputEnded)
  }

  @Test(
    "Beyond the bound requests wait their turn, can be cancelled, and the reader is held up, not the client's answers")
  func waitingRequests() async throws {
    let gate = Gate()
    let server = try ConformanceServer.make(
      { server in
        server.limits.runningRequests = 2
        server.limits.waitingRequests = 3
      }, extraTools: [gate.tool])
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      for number in 0..<10 { client.begin("tools/call", ["name": "gated"], id: .string("\(number)")) }
      client.cancel("3")
      #expect(await eventually { gate.startedCount == 2 })
      gate.lift()
      for number in 0..<10 where number != 3 {
        let answer = try await client.response(to: .string("\(number)"))
        #expect(answer["result"]?["content"]?[0]?["text"] == "passed")
      }
      // Held up at the bound, the cancellation was read after its request had been answered, or before it began.
      #expect(client.responses(to: "3").count <= 1)
    }
  }

  @Test("A request that was cancelled while it waited is never begun")
  func cancelledWaiting() async throws {
    let gate = Gate()
    let server = try ConformanceServer.make({ $0.limits.runningRequests = 1 }, extraTools: [gate.tool])
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize()
      for id in ["a", "b", "c"] as [RequestID] { client.begin("tools/call", ["name": "gated"], id: id) }
      client.cancel("b")
      try await client.settle()
      gate.lift()
      _ = try await client.response(to: "c")
      #expect(client.responses(to: "b").isEmpty)
      #expect(gate.startedCount == 2)
    }
  }

  @Test("While the client owes an answer, requests beyond the bound are refused so that the answer is read")
  func noDeadlock() async throws {
    let server = try ConformanceServer.make { server in
      server.limits.runningRequests = 1
      server.limits.waitingRequests = 1
    }
    try await MCPHarness.run(server) { client, _ in
      try await client.initialize(capabilities: ["elicitation": [:]])
      let ids = (0..<4).map { number in
        client.begin("tools/call", ["name": "test_elicitation"], id: .string("\(number)"))
      }
      _ = try await client.message("question") { $0["id"] == "s-1" }
      for id in ids[2...] {
        let answer = try await client.response(to: id)
        #expect(answer["error"]?["code"]?.intValue == -32603)
      }
      client.answerRequests { _, _ in ["action": "decline"] }
      client.send(["jsonrpc": "2.0", "id": "s-1", "result": ["action": "decline"]])
      for id in ids[..<2] {
        let answer = try await client.response(to: id)
        #expect(answer["result"]?["content"]?[0]?["text"] == "declined")
      }
    }
  }

  @Test("An over-long line gets one error, and the next line is served")
  func overlongLine() async throws {
    let wire = WirePair(lineLimit: 200)
    let session = ServerSession(try ConformanceServer.make(), over: wire.transport)
    let running = Task { await session.run() }
    wire.send([UInt8](repeating: UInt8(ascii: "x"), count: 1000) + [10])
    wire.send(Array(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.utf8 + [10]))
    let lines = await wire.lines(2).map { String(decoding: $0, as: UTF8.self) }
    #expect(lines.first?.contains("-32600") == true)
    #expect(lines.first?.contains(#""id""#) == false)
    #expect(lines.last == #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    wire.closeInput()
    #expect(await running.value == .inputEnded)
  }
}
