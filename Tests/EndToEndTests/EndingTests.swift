import AdminCore
import Glibc
import TestSupport
import Testing

/// The end of a server that is still opening its store, or is told to end by a signal.
@Suite("The end of a server", .timeLimit(.minutes(2)))
struct EndingTests {
  private static let conversation =
    #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"#
    + #""clientInfo":{"name":"test","version":"1"}}}"# + "\n"

  @Test("Told to end, it ends in order", arguments: [SIGTERM, SIGINT])
  func signals(_ signal: Int32) async throws {
    let server = try await Installation().serve()
    _ = try await server.client.initialize()
    server.signal(signal)
    #expect(await server.end() == .status(0))
  }

  @Test("When its input ends it ends before a client would send a signal")
  func idle() async throws {
    let server = try await Installation().serve()
    _ = try await server.client.initialize()
    _ = try await server.client.call("list_email_templates", [:])
    await server.client.close()
    #expect(await server.end(within: .seconds(2)) == .status(0))
  }

  @Test("Told a second time while work is still running, it ends at once, and the next process goes on with the work")
  func twice() async throws {
    let installation = try await Installation(simulator: ["--lag", "none"], settings: ["SHUTDOWN_GRACE_MS": "60000"])
    let email = "ada@\(installation.domain)"
    try await installation.simulator.setFaults([
      [
        "match": ["method": "POST", "path": "/v1.0/users/*/assignLicense"], "action": "delay", "seconds": 600,
        "times": 1,
      ]
    ])
    let server = try installation.serve()
    _ = try await server.client.initialize()
    server.client.begin(
      "tools/call",
      [
        "name": "create_user",
        "arguments": ["email": .string(email), "displayName": "A", "license": "BusinessStandard"],
      ])
    #expect(
      await eventually { (try? await installation.simulator.state("faults").text.contains("\"hits\":1")) == true })
    // Two that come before the first is taken are one; so it is told until it has ended.
    #expect(
      await eventually {
        server.signal(SIGTERM)
        return await server.end(within: .milliseconds(50)) != nil
      })
    #expect(await server.end() == .status(128 + SIGTERM))
    let next = try installation.serve()
    #expect(
      await eventually {
        (try? await installation.simulator.users(named: email).first?["licenses"]) == ["O365_BUSINESS_PREMIUM"]
      })
    await next.client.close()
    #expect(await next.end() == .status(0))
    #expect(try await installation.simulator.state("counts")["userCreated"] == 1)
  }

  @Test(
    "Its input ends while three operations are in the middle of a step: the next process does the rest, and no more")
  func inputEnds() async throws {
    let installation = try await Installation(simulator: ["--lag", "none"], settings: ["SHUTDOWN_GRACE_MS": "500"])
    try await installation.simulator.setFaults([
      [
        "match": ["method": "POST", "path": "/v1.0/users/*/assignLicense"], "action": "delay", "seconds": 600,
        "times": 3,
      ]
    ])
    let server = try installation.serve()
    _ = try await server.client.initialize()
    let emails = ["ada", "bea", "cleo"].map { "\($0)@\(installation.domain)" }
    for email in emails {
      server.client.begin(
        "tools/call",
        [
          "name": "create_user",
          "arguments": ["email": .string(email), "displayName": .string(email), "license": "BusinessStandard"],
        ])
    }
    #expect(
      await eventually { (try? await installation.simulator.state("faults").text.contains("\"hits\":3")) == true })
    let clock = ContinuousClock()
    let start = clock.now
    await server.client.close()
    #expect(await server.end() == .status(0))
    let time = start.duration(to: clock.now)
    print("ended \(time.milliseconds) ms after its input, with 500 ms of grace")
    #expect(time < .seconds(2), "clients send a signal after two seconds")

    let next = try installation.serve()
    for email in emails {
      #expect(
        await eventually {
          (try? await installation.simulator.users(named: email).first?["licenses"]) == ["O365_BUSINESS_PREMIUM"]
        }, "\(email)")
    }
    await next.client.close()
    #expect(await next.end() == .status(0))
    #expect(try await installation.simulator.state("counts")["userCreated"] == 3)
    #expect(try await installation.command(["audit", "verify"]).status == 0)
  }

  @Test("Left at once, it answers, ends in order, and takes nothing for damaged that it has not finished reading")
  func leaving() async throws {
    let installation = try await Installation()
    for _ in 1...15 {
      let end = try await installation.command([], input: Self.conversation)
      #expect(end.status == 0)
      #expect(end.output.contains(#""id":0,"result""#))
      for code in [ErrorCode.cannotDecrypt, .internalFault] {
        #expect(!end.errors.contains(code.rawValue), "\(end.errors)")
      }
    }
  }
}
