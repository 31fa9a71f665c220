import AdminCore
import M365
import TestSupport
import Testing

@Suite("The connection to a tenant", .timeLimit(.minutes(1)))
struct TenantConnectionTests {
  private let settings: [Setting: String] = [
    .tenantID: TokenFixture.tenant, .clientID: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    .clientSecret: "hush-hush-secret",
  ]

  private func connection(
    _ transport: ScriptedTransport, _ settings: [Setting: String]? = nil, _ timekeeper: VirtualTimekeeper = .init()
  ) throws -> TenantConnection {
    try TenantConnection(
      Configuration(settings ?? self.settings, home: "/"), transport: transport, timekeeper: timekeeper,
      environment: { _ in nil }, onRefusal: { _ in })
  }

  private let organization: JSONValue = [
    "value": [["id": "t", "displayName": "Contoso", "verifiedDomains": [["name": "contoso.com", "isDefault": true]]]]
  ]

  @Test("Every setting that is missing is named at once")
  func missingSettings() async throws {
    let error = try await adminError { _ = try connection(ScriptedTransport(), [:]) }
    #expect(error.code == .misconfigured)
    for name in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CERTIFICATE_PATH"] {
      #expect(error.message.contains(name))
    }
    var bad = settings
    bad[.certificatePath] = "/nonexistent/cert.pem"
    let file = try await adminError { _ = try connection(ScriptedTransport(), bad) }
    #expect(file.message.contains("AZURE_CERTIFICATE_PATH"))
  }

  @Test("A managed identity needs no more than the tenant")
  func managedIdentity() throws {
    let made = try connection(ScriptedTransport(), [.tenantID: TokenFixture.tenant, .managedIdentity: "true"])
    #expect(made.application.client == nil)
  }

  @Test("A healthy connection tells the tenant, the permissions and when the token ends")
  func healthy() async throws {
    let token = TokenFixture.jwt(["roles": ["Mail.Send"], "tid": .string(TokenFixture.tenant)])
    let transport = ScriptedTransport()
      .on(.post, TokenFixture.path, TokenFixture.grant(token))
      .on(.get, "/v1.0/organization", .json(200, organization))
    let timekeeper = VirtualTimekeeper()
    let status = try await connection(transport, nil, timekeeper).probe()
    #expect(status.isAuthenticated)
    #expect(status.isGraphConnected)
    #expect(status.organization?.defaultDomain == "contoso.com")
    #expect(status.tokenExpiresAt == timekeeper.now() + .seconds(3600))
    #expect(status.certificateExpiresAt == nil)
    #expect(status.roles == ["Mail.Send"])
    #expect(status.error == nil)
    #expect(transport.requests.allSatisfy { $0.request.timeout <= .seconds(5) })
  }

  @Test("A sign-in that is refused, a Graph that is down and a permission that is lacking are told apart")
  func unhealthy() async throws {
    let refused = ScriptedTransport().on(.post, TokenFixture.path, TokenFixture.refusal(7_000_222))
    let signIn = try await connection(refused).probe()
    #expect(!signIn.isAuthenticated && !signIn.isGraphConnected)
    #expect(signIn.error?.code == .authenticationFailed)

    let down = ScriptedTransport().on(.post, TokenFixture.path, TokenFixture.grant("x"))
      .on(.get, "/v1.0/organization", .status(503))
    let outage = try await connection(down).probe()
    #expect(outage.isAuthenticated && !outage.isGraphConnected)
    #expect(outage.error?.code == .graphFailed)
    #expect(down.requests.count == 2)

    let denied = ScriptedTransport().on(.post, TokenFixture.path, TokenFixture.grant("x"))
      .on(.get, "/v1.0/organization", GraphFixture.error(403, "Authorization_RequestDenied"))
    let lacking = try await connection(denied).probe()
    #expect(lacking.isAuthenticated && lacking.isGraphConnected)
    #expect(lacking.error?.code == .permissionDenied)
  }

  @Test("A probe does not wait where it is asked to be patient")
  func impatient() async throws {
    let timekeeper = VirtualTimekeeper()
    let transport = ScriptedTransport(timekeeper: timekeeper).on(.post, TokenFixture.path, TokenFixture.grant("x"))
      .always(.get, "/v1.0/organization", .status(429, ["Retry-After": "30"]))
    let connection = try connection(transport, nil, timekeeper)
    #expect(await connection.probe().error?.code == .rateLimited)
    #expect(await connection.probe().error?.code == .rateLimited)
    #expect(timekeeper.uptime() == .zero)
    #expect(transport.requests(to: "/v1.0/organization").count == 1)
  }

  @Test("The whole way works over real HTTP")
  func overLoopback() async throws {
    let token = TokenFixture.jwt(["tid": .string(TokenFixture.tenant), "roles": ["Organization.Read.All"]])
    let server = try HTTPLoopbackServer { [organization] received in
      switch (received.method, received.target.prefix { $0 != "?" }) {
      case ("POST", TokenFixture.path[...]):
        [
          .reply(
            200, ["Content-Type": "application/json"],
            body: #"{"token_type":"Bearer","expires_in":3599,"access_token":"\#(token)"}"#)
        ]
      case ("GET", "/v1.0/organization") where received.header("Authorization") == "Bearer \(token)":
        [.reply(200, ["Content-Type": "application/json"], body: organization.text)]
      default: [.reply(404, body: #"{"error":{"code":"NotFound","message":"?"}}"#)]
      }
    }.start()
    var settings = settings
    settings[.loginEndpoint] = server.origin
    settings[.graphEndpoint] = server.origin
    let transport = CurlTransport()
    let connection = try TenantConnection(
      Configuration(settings, home: "/"), transport: transport, timekeeper: SystemTimekeeper(), onRefusal: { _ in })
    let status = await connection.probe()
    #expect(status.error == nil)
    #expect(status.organization?.displayName == "Contoso")
    #expect(server.connectionCount == 1)
    await transport.shutdown()
  }
}
