import AdminCore
import Testing

/// A client that asks one thing and leaves at once, while the server is still opening its store.
@Suite("A client that leaves at once", .timeLimit(.minutes(2)))
struct EarlyEndTests {
  private static let conversation =
    #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"#
    + #""clientInfo":{"name":"test","version":"1"}}}"# + "\n"

  @Test("The server answers, ends in order, and takes nothing for damaged that it has not finished reading")
  func ends() async throws {
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
