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
