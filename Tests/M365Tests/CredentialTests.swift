import AdminCore
import Cryptography
import Foundation
import M365
import TestSupport
import Testing

@Suite("Credentials, challenges and clouds")
struct CredentialTests {
  private func error(_ body: () throws -> Void) throws -> AdminError {
    do {
      try body()
    } catch let error as AdminError {
      return error
    }
    Issue.record("no error")
    return .cancelled
  }

  @Test("A certificate file is read, and what is wrong with it is said by the name of its setting")
  func certificateFiles() throws {
    let directory = try TemporaryDirectory()
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
      try Data(bytes).write(to: URL(fileURLWithPath: directory.file(name)))
      return directory.file(name)
    }
    let key = try RSAPrivateKey.generate()
    let now = Timestamp(seconds: 1_767_600_000)
    let certificate = try CertificateBuilder(
      commonName: "app", purpose: .clientAssertion, notBefore: now, notAfter: now + .seconds(86_400)
    ).build(for: key)
    let good = try write("good.pem", Array((try certificate.pem() + key.pem().reveal()).utf8))
    let credential = try TokenCredential(.certificate(file: good, password: nil))
    #expect(credential.certificateExpiresAt == certificate.notAfter)

    let cases: [(String, String)] = [
      (directory.file("none.pem"), "No such file"), (directory.path, "does not name a file"),
      (try write("junk.pem", [1, 2, 3]), "cannot be used"),
      (try write("alone.pem", Array(try certificate.pem().utf8)), "cannot be used"),
      (try write("huge.pem", [UInt8](repeating: 0, count: 2 << 20)), "1 MiB"),
    ]
    for (file, text) in cases {
      let found = try error { _ = try TokenCredential(.certificate(file: file, password: nil)) }
      #expect(found.code == .misconfigured)
      #expect(found.message.hasPrefix("AZURE_CERTIFICATE_PATH"), "\(found.message)")
      #expect(found.message.contains(text), "\(found.message)")
    }
  }

  @Test(
    "A wrong password of a PFX file is told from a broken file",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")))
  func wrongPassword() throws {
    let directory = try TemporaryDirectory()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c",
      "cd \(directory.path) && openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 2 -subj /CN=a "
        + "&& openssl pkcs12 -export -inkey k.pem -in c.pem -out a.pfx -passout pass:right",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    let file = directory.file("a.pfx")
    let credential = try TokenCredential(.certificate(file: file, password: Secret("right")))
    #expect(credential.certificateExpiresAt != nil)
    let found = try error { _ = try TokenCredential(.certificate(file: file, password: Secret("wrong"))) }
    #expect(found.message.hasPrefix("AZURE_CERTIFICATE_PASSWORD"))
    #expect(!found.message.contains("wrong"))
  }

  @Test("Secrets, files and managed identities become what they are")
  func otherCredentials() throws {
    if case .clientSecret(let secret) = try TokenCredential(.clientSecret(Secret("s"))) {
      #expect(secret.reveal() == "s")
    } else {
      Issue.record("not a secret")
    }
    if case .federatedToken(let file) = try TokenCredential(.federatedToken(file: "/x")) {
      #expect(file == "/x")
    } else {
      Issue.record("not a file")
    }
    if case .managedIdentity = try TokenCredential(.managedIdentity, environment: { _ in nil }) {
    } else {
      Issue.record("not a managed identity")
    }
    let found = try error {
      _ = try TokenCredential(
        .managedIdentity, environment: { ["IDENTITY_ENDPOINT": "https://evil.example/x", "IDENTITY_HEADER": "k"][$0] })
    }
    #expect(found.message.contains("IDENTITY_ENDPOINT"))
    #expect(ProcessEnvironment.value("M365_NO_SUCH_VARIABLE") == nil)
  }

  @Test("A claims challenge is read however it is written")
  func challenges() {
    let claims = #"{"access_token":{"nbf":{"essential":true, "value":"1604106651"}}}"#
    let bytes = Array(claims.utf8)
    for encoded in [Base64.encode(bytes), Base64.encode(bytes, .url), claims.replacing("\"", with: "\\\"")] {
      let headers: HTTPHeaders = [
        "WWW-Authenticate":
          #"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", "#
          + #"client_id="x", error="insufficient_claims", claims="\#(encoded)""#
      ]
      #expect(ClaimsChallenge(in: headers)?.claims == claims)
    }
    var several: HTTPHeaders = ["WWW-Authenticate": "Basic realm=x"]
    several.add("www-authenticate", "Bearer error=insufficient_claims, claims=" + Base64.encode(bytes, .url))
    #expect(ClaimsChallenge(in: several)?.claims == claims)
  }

  @Test(
    "What is no claims challenge is not taken for one",
    arguments: [
      "", "Bearer", #"Bearer error="invalid_token", claims="e30=""#, #"Bearer error="insufficient_claims""#,
      #"Bearer error="insufficient_claims", claims="!!!""#, #"Bearer error="insufficient_claims", claims="W10=""#,
      #"Bearer error="insufficient_claims", claims="unclosed"#, "====", #"Bearer error=""#,
    ])
  func notAChallenge(text: String) {
    #expect(ClaimsChallenge(in: ["WWW-Authenticate": text]) == nil)
    #expect(ClaimsChallenge(in: [:]) == nil)
  }

  @Test("A token is read for diagnosis and nothing else")
  func tokenClaims() async throws {
    let fixture = TokenFixture()
    let jwt = TokenFixture.jwt([
      "tid": .string(TokenFixture.tenant), "appid": "app", "oid": "object", "aud": "https://graph.microsoft.com",
      "roles": ["User.Read.All", "Mail.Send\u{202E}", 5], "wids": ["29232cdf-9323-42fd-ade2-1d097af3e4de"],
      "exp": 1_767_603_600,
    ])
    fixture.transport.on(.post, TokenFixture.path, TokenFixture.grant(jwt), TokenFixture.grant("opaque"))
    let token = try await fixture.provider.token(for: TokenFixture.graph)
    let claims = try #require(TokenClaims(token))
    #expect(claims.tenantID == TokenFixture.tenant)
    #expect(claims.applicationID == "app")
    #expect(claims.objectID == "object")
    #expect(claims.audience == "https://graph.microsoft.com")
    #expect(claims.roles == ["User.Read.All", "Mail.Send"])
    #expect(claims.directoryRoles.count == 1)
    #expect(claims.expiresAt == Timestamp(seconds: 1_767_603_600))
    #expect(!"\(token)".contains(jwt))
    let opaque = try await fixture.provider.token(for: TokenFixture.graph, replacing: token, claims: nil)
    #expect(TokenClaims(opaque) == nil)
  }

  @Test("Each cloud has its hosts and audiences")
  func clouds() {
    let expected: [(Configuration.Cloud, String, String, String)] = [
      (.global, "login.microsoftonline.com", "graph.microsoft.com", "outlook.office365.com"),
      (.usgov, "login.microsoftonline.us", "graph.microsoft.us", "outlook.office365.us"),
      (.usgovdod, "login.microsoftonline.us", "dod-graph.microsoft.us", "webmail.apps.mil"),
      (.china, "login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn", "partner.outlook.cn"),
    ]
    for (cloud, login, graph, exchange) in expected {
      let endpoints = ServiceEndpoints(cloud: cloud)
      #expect(endpoints.login.host == login)
      #expect(endpoints.graph.description == "https://\(graph)")
      #expect(endpoints.exchange.host == exchange)
      #expect(endpoints.graphAudience.scope == "https://\(graph)/.default")
      #expect(endpoints.exchangeAudience.resource == "https://\(exchange)")
      #expect(endpoints.compliance.host.hasSuffix(endpoints.complianceAudience.resource.dropFirst(8)))
    }
  }

  @Test("A given endpoint replaces the cloud's; only loopback keeps the cloud's audience")
  func overrides() throws {
    let simulated = ServiceEndpoints(
      Configuration(
        [
          .loginEndpoint: "http://127.0.0.1:1", .graphEndpoint: "http://127.0.0.1:2",
          .exchangeEndpoint: "http://127.0.0.1:3", .cloud: "usgov",
        ], home: "/"))
    #expect(simulated.login.description == "http://127.0.0.1:1")
    #expect(simulated.graph.description == "http://127.0.0.1:2")
    #expect(simulated.graphAudience.resource == "https://graph.microsoft.us")
    #expect(simulated.exchangeAudience.resource == "https://outlook.office365.us")
    #expect(simulated.compliance.description == "http://127.0.0.1:3")
    let other = ServiceEndpoints(graph: Origin(https: "graph.other.cloud"))
    #expect(other.graphAudience.resource == "https://graph.other.cloud")
  }

  @Test("Uploads go to Outlook of the same cloud and to the endpoints in use, nowhere else")
  func uploads() throws {
    func allows(_ endpoints: ServiceEndpoints, _ text: String) throws -> Bool {
      endpoints.allowsUpload(to: try #require(HTTPURL(text)))
    }
    let global = ServiceEndpoints()
    #expect(try allows(global, "https://outlook.office.com/api/v2.0/Users('x')?authtoken=1"))
    #expect(try allows(global, "https://outlook.office365.com/x"))
    #expect(try allows(global, "https://graph.microsoft.com/x"))
    for text in [
      "https://outlook.office.com.evil.example/x", "https://evil.example/", "http://127.0.0.1/x",
      "https://outlook.office.com:8443/x", "https://outlook.office365.us/x",
    ] {
      #expect(try !allows(global, text))
    }
    let simulated = ServiceEndpoints(graph: Origin(secure: "http://127.0.0.1:2"))
    #expect(try allows(simulated, "http://127.0.0.1:9/upload"))
    #expect(try !allows(simulated, "https://outlook.office.com/x"))
  }
}
