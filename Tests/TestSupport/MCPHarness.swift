import AdminCore
import Cryptography
package import MCPProtocol

/// A server that runs in this process, and a client that is connected to it.
package struct MCPHarness: Sendable {
  package let client: MCPTestClient
  package let session: ServerSession
  private let running: Task<ServerSession.End, Never>

  /// Over an in-memory pair.
  package init(_ server: MCPServer) {
    let (near, far) = InMemoryTransport.pair()
    self.init(server, near: near, far: far)
  }

  package init(_ server: MCPServer, near: any Transport, far: any Transport) {
    client = MCPTestClient(far)
    let session = ServerSession(server, over: near)
    self.session = session
    running = Task { await session.run() }
  }

  /// Ends the input of the server and waits for it.
  @discardableResult
  package func finish() async -> ServerSession.End {
    await client.close()
    return await running.value
  }

  /// Waits for a server that ends for reasons of its own.
  package func end() async -> ServerSession.End { await running.value }

  /// Runs `body` against a server of its own, which has ended when this returns.
  package static func run<Result: Sendable>(
    _ server: MCPServer, _ body: (MCPTestClient, ServerSession) async throws -> Result
  ) async throws -> Result {
    let harness = MCPHarness(server)
    do {
      let result = try await body(harness.client, harness.session)
      await harness.finish()
      return result
    } catch {
      await harness.finish()
      throw error
    }
  }
}

extension StateSealer {
  /// Authenticated encryption with a key of its own, as the program uses.
  package static func testing() -> StateSealer {
    let key = Secret(SecureRandom.bytes(32))
    return StateSealer(
      seal: { payload, context in
        let sealed = try? SealedBox.seal(payload, key: key, context: context)
        return "v1." + Base64.encode(sealed ?? [], .url)
      },
      open: { text, context in
        guard text.hasPrefix("v1."), let sealed = Base64.decode(text.dropFirst(3), .url) else { return nil }
        return try? SealedBox.open(sealed, key: key, context: context)
      })
  }
}
