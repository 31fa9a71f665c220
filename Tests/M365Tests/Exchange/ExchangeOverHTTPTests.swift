import AdminCore
import M365
import TestSupport
import Testing

/// What only a real connection shows: encodings that are declared and not there, and redirects.
@Suite("Exchange over HTTP", .timeLimit(.minutes(1)))
struct ExchangeOverHTTPTests {
  private func connect(
    _ answer: @escaping @Sendable (HTTPLoopbackServer.Received) -> [HTTPLoopbackServer.Step]
  ) throws -> (HTTPLoopbackServer, TenantConnection, CurlTransport) {
    let token = TokenFixture.jwt([
      "tid": .string(TokenFixture.tenant), "roles": ["Exchange.ManageAsApp"],
      "wids": [.string(RoleTemplate.exchangeAdministrator.rawValue)],
    ])
    let server = try HTTPLoopbackServer { received in
      guard received.target.hasPrefix("/adminapi/") else {
        return [
          .reply(
            200, ["Content-Type": "application/json"],
            body: #"{"token_type":"Bearer","expires_in":3599,"access_token":"\#(token)"}"#)
        ]
      }
      return answer(received)
    }.start()
    let transport = CurlTransport()
    let connection = try TenantConnection(
      Configuration(
        [
          .tenantID: TokenFixture.tenant, .clientID: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
          .clientSecret: "hush-hush-secret", .loginEndpoint: server.origin, .exchangeEndpoint: server.origin,
        ], home: "/"), transport: transport, timekeeper: SystemTimekeeper(), environment: { _ in nil },
      onRefusal: { _ in })
    return (server, connection, transport)
  }

  @Test("A refusal of zero bytes that is said to be gzip is read as what it means")
  func falseEncoding() async throws {
    let (server, connection, transport) = try connect { received in
      // Whoever offered to unpack it would get a broken stream instead of the status.
      guard received.header("Accept-Encoding") == nil else { return [.close] }
      return [.reply(403, ["Content-Encoding": "gzip"], body: String(repeating: "\0", count: 64))]
    }
    let error = try await adminError { _ = try await connection.exchange.organizationConfiguration() }
    #expect(error.code == .permissionDenied)
    #expect(error.exchangeFault == .cmdletNotGranted)
    #expect(server.received.filter { $0.target.hasPrefix("/adminapi/") }.count == 1)
    await transport.shutdown()
  }

  @Test("A redirect is followed with method, body and token, and remembered")
  func redirect() async throws {
    let (server, connection, transport) = try connect { received in
      guard received.target.hasPrefix("/adminapi/region/") else {
        return [.reply(302, ["Location": "/adminapi/region/InvokeCommand"])]
      }
      return [.reply(200, ["Content-Type": "application/json"], body: #"{"value":[{"Name":"P","Enabled":true}]}"#)]
    }
    #expect(try await connection.exchange.compliancePolicy(named: "P")?.name == "P")
    let calls = server.received.filter { $0.target.hasPrefix("/adminapi/") }
    #expect(calls.map(\.method) == ["POST", "POST"])
    #expect(calls[0].body == calls[1].body)
    #expect(calls.allSatisfy { $0.header("Authorization")?.hasPrefix("Bearer ") == true })
    await transport.shutdown()
  }
}
