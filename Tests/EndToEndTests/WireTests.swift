import AdminCore
import Foundation
import MCPProtocol
import TestSupport
import Testing

/// What only a real process on real pipes shows.
@Suite("The executable on its wire")
struct WireTests {
  @Test("Bytes that come one by one, and lines that come all at once, are the same requests")
  func tornBytes() async throws {
    let installation = try await Installation()
    let server = try installation.serve()
    let line = #"{"jsonrpc":"2.0","id":"é😀","method":"ping"}"# + "\r\n"
    for byte in line.utf8 { server.sendRaw([byte]) }
    let answer = try await server.client.response(to: .string("é😀"))
    #expect(answer["result"] == [:])
    server.sendRaw(Array((0..<50).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"ping"}"# + "\n" }.joined().utf8))
    for id in 0..<50 { _ = try await server.client.response(to: RequestID(id)) }
    await server.client.close()
    #expect(await server.end() == .status(0))
  }

  @Test("A line of ten megabytes is answered, and so is the next one")
  func longLine() async throws {
    let installation = try await Installation()
    let server = try installation.serve()
    _ = try await server.client.initialize()
    let text = String(repeating: "é\u{2028}\\\"", count: 1_300_000)
    let answer = try await server.client.call(
      "preview_email_template", ["subject": "x", "bodyHtml": .string(text)])
    #expect(answer.isError)
    #expect(answer.json["code"] == "VAL_003")
    #expect(try await server.client.call("list_email_templates", [:]).json["count"] == 3)
    await server.client.close()
    #expect(await server.end() == .status(0))
  }

  @Test("Two hundred interleaved calls with answers of 64 KB are each answered once")
  func interleaved() async throws {
    let installation = try await Installation()
    let server = try installation.serve()
    _ = try await server.client.initialize()
    let filler = String(repeating: "x", count: 64_000)
    let ids = (0..<200).map { number in
      server.client.begin(
        "tools/call",
        [
          "name": "preview_email_template",
          "arguments": ["subject": "s", "bodyHtml": .string("<p>\(number) \(filler)</p>")],
        ], id: .string("call-\(number)"))
    }
    for (number, id) in ids.enumerated() {
      let answer = try await server.client.response(to: id)
      let html = answer["result"]?["structuredContent"]?["bodyHtml"]?.stringValue ?? ""
      #expect(html.hasPrefix("<p>\(number) x"))
      #expect(html.utf8.count > 64_000)
      #expect(server.client.responses(to: id).count == 1)
    }
    #expect(server.client.unreadable.isEmpty)
    await server.client.close()
    #expect(await server.end() == .status(0))
  }

  @Test("At the end of its input it gives running work a moment, gives back what is not done, and ends with 0")
  func endOfInput() async throws {
    let installation = try await Installation(simulator: ["--lag", "30"])
    let server = try installation.serve()
    _ = try await server.client.initialize()
    let email = "ada@\(installation.domain)"
    server.client.begin(
      "tools/call",
      [
        "name": "create_user",
        "arguments": ["email": .string(email), "displayName": "Ada", "license": "BusinessStandard"],
      ])
    #expect(await eventually { (try? await installation.simulator.users(named: email).count) == 1 })
    await server.client.close()
    #expect(await server.end() == .status(0))
    // The next process goes on with it.
    try await installation.simulator.setLags("none")
    let next = try installation.serve()
    _ = try await next.client.initialize()
    #expect(
      await eventually {
        (try? await installation.simulator.users(named: email).first?["licenses"]?.arrayValue?.isEmpty) == false
      })
    await next.client.close()
    #expect(await next.end() == .status(0))
    #expect(try await installation.simulator.users(named: email).count == 1)
  }

  @Test("SIGTERM ends it as the end of its input does")
  func terminated() async throws {
    let installation = try await Installation()
    let server = try installation.serve()
    _ = try await server.client.initialize()
    server.signal(SIGTERM)
    #expect(await server.end() == .status(0))
  }

  @Test("A client that closes its end without a word does not keep it alive")
  func brokenOutput() async throws {
    let installation = try await Installation()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Programs.server)
    process.arguments = ["--env-file", installation.envFile]
    process.environment = installation.environment
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let ping = Data((#"{"jsonrpc":"2.0","id":1,"method":"ping"}"# + "\n").utf8)
    try input.fileHandleForWriting.write(contentsOf: ping)
    #expect(!output.fileHandleForReading.availableData.isEmpty)
    try output.fileHandleForReading.close()
    try input.fileHandleForWriting.write(contentsOf: ping)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 0)
  }

  @Test("Without any settings it answers what needs none, and says what is missing")
  func withoutSettings() async throws {
    let directory = try TemporaryDirectory()
    let server = try MCPChildProcess(
      executable: Programs.server, environment: Programs.environment(home: directory.path))
    _ = try await server.client.initialize()
    #expect(try await server.client.result("tools/list")["tools"]?.arrayValue?.isEmpty == false)
    let health = try await server.client.result("resources/read", ["uri": "m365://health"])
    #expect(health["contents"]?.text.contains("unhealthy") == true)
    let call = try await server.client.call("find_users", [:])
    #expect(call.json["code"] == "CFG_001")
    #expect(call.json["message"]?.stringValue?.contains("AZURE_TENANT_ID") == true)
    let local = try await server.client.call("list_email_templates", [:])
    #expect(local.json["code"] == "CFG_001")
    #expect(local.json["message"]?.stringValue?.contains("DB_ENCRYPTION_KEY") == true)
    await server.client.close()
    #expect(await server.end() == .status(0))
  }
}
