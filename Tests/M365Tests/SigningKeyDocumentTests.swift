import AdminCore
import M365
import TestSupport
import Testing

/// The document with the keys that sign tokens, over real HTTP.
@Suite("Signing keys", .timeLimit(.minutes(2)))
struct SigningKeyDocumentTests {
  private static let tenant = "3b555118-da6a-4418-894f-7df1e2096870"

  private func document(_ server: HTTPLoopbackServer, _ settings: [Setting: String] = [:]) -> SigningKeyDocument {
    let base: [Setting: String] = [.tenantID: Self.tenant, .loginEndpoint: server.origin]
    return SigningKeyDocument(
      Configuration(base.merging(settings) { $1 }, home: "/nowhere"), transport: CurlTransport())
  }

  @Test("It is asked for where the application signs in, without any credential")
  func address() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(200, body: #"{"keys":[]}"#)] }.start()
    #expect(try await document(server).fetch() == Array(#"{"keys":[]}"#.utf8))
    let received = try #require(server.received.first)
    #expect(received.method == "GET" && received.target == "/\(Self.tenant)/discovery/v2.0/keys")
    #expect(received.header("authorization") == nil)
    let other = "11111111-2222-3333-4444-555555555555"
    _ = try await document(server, [.tenantID: "contoso.com", .callerTenants: other]).fetch()
    #expect(server.received.last?.target == "/\(other)/discovery/v2.0/keys")
  }

  @Test("A redirect is not followed, wherever it leads")
  func redirect() async throws {
    let server = try HTTPLoopbackServer { request in
      [.reply(302, ["Location": "http://127.0.0.1:1\(request.target)"])]
    }.start()
    let error = await #expect(throws: AdminError.self) { try await document(server).fetch() }
    #expect(error?.isRetryable == true && error?.message.contains("302") == true)
    #expect(server.received.count == 1)
  }

  @Test("Not more than a mebibyte is read, whatever is sent")
  func huge() async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(200, body: String(repeating: " ", count: 50 << 20))] }.start()
    let error = await #expect(throws: AdminError.self) { try await document(server).fetch() }
    #expect(error?.message.contains("tooLarge") == true)
  }

  @Test("A service that is away or fails is told by name, and worth another try", arguments: [500, 503, 404])
  func failures(status: Int) async throws {
    let server = try HTTPLoopbackServer { _ in [.reply(status)] }.start()
    let error = await #expect(throws: AdminError.self) { try await document(server).fetch() }
    #expect(error?.code == .authenticationFailed && error?.isRetryable == true)
    #expect(error?.message.contains(server.origin) == true)
  }

  @Test("Without a tenant there is nowhere to ask")
  func noTenant() async throws {
    let document = SigningKeyDocument(Configuration([:], home: "/"), transport: CurlTransport())
    let error = await #expect(throws: AdminError.self) { try await document.fetch() }
    #expect(error?.code == .misconfigured)
  }
}
