import AdminCore
import MCPProtocol
import Synchronization
import Testing

@Suite("Typed tools")
struct ToolDefinitionTests {
  private struct Input: ToolInput {
    @Param("What to do.") var action: String
  }

  private struct Output: ToolOutput {
    let done: Bool
  }

  private struct Odd: Error {}

  private static func tool(_ log: Log = .none) -> ToolDefinition {
    ToolDefinition(
      "act", presentation: Presentation(description: "Acts."),
      annotations: ToolAnnotations(isReadOnly: false, isDestructive: true, isIdempotent: false, isOpenWorld: true),
      log: log
    ) { (input: Input, _) -> ToolReply<Output> in
      switch input.action {
      case "succeed": return .output(Output(done: true))
      case "result": return .result(.text("custom"))
      case "ask": return .inputRequired(InputRequired([], state: [1]))
      case "refuse": return .protocolError(.invalidParams("no"))
      case "fail": throw AdminError(.userExists, "She exists.", cause: "private")
      case "cancel": throw CancellationError()
      case "protocol": throw JSONRPCError.invalidParams("thrown")
      default: throw Odd()
      }
    }
  }

  private static func outcome(_ action: JSONValue, _ log: Log = .none) async -> ToolOutcome {
    await tool(log).call(ToolCallRequest(name: "act", arguments: ["action": action]), .detached())
  }

  private static func result(_ action: JSONValue, _ log: Log = .none) async -> ToolResult? {
    if case .result(let result) = await outcome(action, log) { result } else { nil }
  }

  @Test("Each way to end becomes its outcome")
  func outcomes() async {
    #expect(await Self.result("succeed") == ToolResult(structured: JSONFragment(["done": true])))
    #expect(await Self.result("result") == .text("custom"))
    let failed = await Self.result("fail")
    #expect(failed?.isError == true)
    #expect(failed?.structured?.text.contains("She exists.") == true)
    #expect(failed?.structured?.text.contains("private") == false)
    #expect(await Self.result("cancel")?.structured?.text.contains("WF_010") == true)
    #expect(await Self.result(5)?.structured?.text.contains("VAL_001") == true)
    guard case .inputRequired = await Self.outcome("ask"),
      case .protocolError(let refused) = await Self.outcome("refuse"),
      case .protocolError(let thrown) = await Self.outcome("protocol")
    else {
      Issue.record("wrong kind of outcome")
      return
    }
    #expect(refused.message == "no")
    #expect(thrown.message == "thrown")
  }

  @Test("An unknown error is a fault for the client and a line for the log")
  func unknownErrors() async {
    let lines = Mutex<[String]>([])
    let log = Log(level: .error, redactor: Redactor(), now: { Timestamp(milliseconds: 0) }) { line in
      lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
    }
    let result = await Self.result("odd", log)
    #expect(result?.isError == true)
    #expect(result?.structured?.text.contains("Odd") == false)
    #expect(lines.withLock { $0.count == 1 && $0[0].contains("Odd") })
  }

  @Test("An error result carries the correlation id of its call")
  func correlation() async {
    let result = await Log.$correlationID.withValue("corr-1") { await Self.result("fail") }
    #expect(result?.structured?.text.contains(#""correlationId":"corr-1""#) == true)
  }

  @Test("A detached context reaches nobody")
  func detached() async {
    let context = RequestContext.detached(revision: .v20251125)
    context.reportProgress(1)
    context.log(.error, "x")
    guard case .unavailable(.notSupported) = await context.roots("r") else {
      Issue.record("somebody answered")
      return
    }
  }
}
