import AdminCore
import Glibc
import TestSupport
import Testing

@Suite("The client for child processes", .timeLimit(.minutes(1)))
struct ChildProcessTests {
  @Test("Lines go to a program and come back, and its end is seen")
  func echo() async throws {
    let child = try MCPChildProcess(executable: "/bin/cat")
    child.client.notify("notifications/echo", ["a": "é"])
    let echoed = try await child.client.notification("notifications/echo")
    #expect(echoed["params"] == ["a": "é"])
    await child.client.close()
    #expect(await child.end() == .status(0))
    #expect(await child.client.waitForEnd())
  }

  @Test("Arguments, environment, standard error and signals arrive")
  func surroundings() async throws {
    let script = try MCPChildProcess(
      executable: "/bin/sh", arguments: ["-c", "echo \"$GREETING\" >&2; exec /bin/cat"],
      environment: ["GREETING": "hello"])
    script.client.notify("ready")
    _ = try await script.client.notification("ready")
    script.signal(SIGTERM)
    #expect(await script.end() == .signal(SIGTERM))
    #expect(await script.standardError() == "hello\n")
  }

  @Test("A program that is not there is not started")
  func missing() {
    #expect(throws: MCPChildProcess.NotStarted.self) { try MCPChildProcess(executable: "/nonexistent") }
  }
}
