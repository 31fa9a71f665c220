import AdminCore
import M365
import TestSupport
import Testing

@Suite("What Exchange's refusals mean", .timeLimit(.minutes(1)))
struct ExchangeErrorTests {
  private func error(
    _ reply: ScriptedTransport.Reply, claims: JSONObject? = nil, call: ExchangeCall? = nil
  ) async throws -> AdminError {
    let fixture = claims.map { ExchangeFixture(claims: $0) } ?? ExchangeFixture()
    fixture.transport.always(.post, ExchangeFixture.path, reply)
    let standard = ExchangeCall(ExchangeFixture.ann, ExchangeParameters<GetMailbox>())
    return try await adminError { _ = try await fixture.exchange.send(call ?? standard) }
  }

  private static let tasks = "Microsoft.Exchange.Configuration.Tasks."

  @Test(
    "Every known refusal has its code",
    arguments: [
      ("\(tasks)ManagementObjectNotFoundException", "couldn't be found", ErrorCode.notFound, ExchangeFault.notFound),
      ("System.Management.Automation.ParameterBindingException", "Cannot convert", .invalidArgument, .invalidValue),
      (
        "System.Management.Automation.ParameterBindingException",
        "A parameter cannot be found that matches parameter name 'X'.", .permissionDenied, .parameterNotGranted
      ),
      ("Microsoft.Exchange.Data.DataValidationException", "too long", .invalidArgument, .invalidValue),
      ("Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException", "exists", .exchangeRefused, .nameTaken),
      ("Microsoft.Exchange.Data.Directory.ProxyAddressExistsException", "taken", .exchangeRefused, .nameTaken),
      ("Microsoft.Exchange.Management.Tasks.MemberAlreadyExistsException", "x", .exchangeRefused, .alreadyThere),
      ("Microsoft.Exchange.Management.Tasks.MemberNotFoundException", "x", .exchangeRefused, .notThere),
      (
        "\(tasks)X", "you first need to run the command: Enable-OrganizationCustomization.", .exchangeRefused,
        .notCustomized
      ),
      (
        "\(tasks)X",
        "Your Microsoft Exchange Online license doesn't permit you to put a litigation hold on this mailbox.",
        .licenseLacking, .licenseLacking
      ),
      ("\(tasks)X", "CNAME record does not exist for this config.", .exchangeRefused, .dnsRecordMissing),
      (
        "\(tasks)X",
        "It's out of the current user's write scope. The object is being synchronized from your on-premises organization.",
        .permissionDenied, .masteredOnPremises
      ),
      ("\(tasks)X", "Please use Centralized Deployment.", .exchangeRefused, .centralDeployment),
      ("System.UnauthorizedAccessException", "no", .permissionDenied, .accessDenied),
      (
        "\(tasks)X", "The term 'Get-SafeLinksPolicy' is not recognized as the name of a cmdlet", .permissionDenied,
        .cmdletNotGranted
      ),
      ("\(tasks)TaskInvalidOperationException", "no", .exchangeRefused, .refused),
    ] as [(String, String, ErrorCode, ExchangeFault)])
  func codes(_ exception: String, _ text: String, _ code: ErrorCode, _ fault: ExchangeFault) async throws {
    let error = try await error(ExchangeFixture.refusal(exception, text))
    #expect(error.code == code)
    #expect(error.exchangeFault == fault)
    #expect(!error.isRetryable)
    #expect(error.details?["operation"] == "Get-Mailbox")
    #expect(error.details?["requestId"] == "req-1")
    #expect(error.details?["service"] == "exchange")
  }

  @Test("A 403 of zero bytes means a cmdlet that the caller does not have, and what to look at")
  func blank() async throws {
    let blank = ScriptedTransport.Reply.response(
      HTTPResponse(status: 403, headers: ["Content-Encoding": "gzip"], body: [UInt8](repeating: 0, count: 40)))
    let none = try await error(blank, claims: ["roles": ["Exchange.ManageAsAppV2"]])
    #expect(none.code == .permissionDenied)
    #expect(none.exchangeFault == .cmdletNotGranted)
    #expect(none.message.contains("lacks Exchange.ManageAsApp"))
    let roleless = try await error(blank, claims: ["roles": ["Exchange.ManageAsApp"]])
    #expect(roleless.message.contains("Exchange Administrator"))
    #expect(roleless.message.contains("next token"))
    let narrow = try await error(
      blank, claims: ["roles": ["Exchange.ManageAsApp"], "wids": ["f2ef992c-3afb-46b9-b7cf-a126ee74c451"]])
    #expect(narrow.message.contains("Get-Mailbox"))
    #expect(narrow.message.contains("licence"))
    #expect(narrow.details?["permissions"] == ["Exchange.ManageAsApp"])
    let compliance = try await error(
      blank, call: ExchangeCall(identity: "P", ExchangeParameters<GetRetentionCompliancePolicy>()))
    #expect(compliance.code == .exchangeRefused || compliance.code == .permissionDenied)
  }

  @Test("The compliance endpoint needs a role of its own")
  func compliance() async throws {
    let fixture = ExchangeFixture()
    fixture.transport.always(
      .post, "https://ps.compliance.protection.outlook.com" + ExchangeFixture.path, .status(403))
    let error = try await adminError { _ = try await fixture.exchange.compliancePolicy(named: "P") }
    #expect(error.message.contains("Compliance Administrator"))
  }

  @Test("A wrong version and an outage are told apart")
  func statuses() async throws {
    #expect(try await error(.status(405)).exchangeFault == .wrongVersion)
    let down = try await error(.status(503))
    #expect(down.exchangeFault == .unavailable)
    #expect(down.isRetryable)
    let throttled = try await error(.status(429))
    #expect(throttled.code == .rateLimited)
    #expect(try await error(.status(404)).code == .notFound)
    #expect(try await error(.text(400, "<html>no</html>")).message.contains("<html>no</html>"))
  }

  @Test("Texts are taken from where they say most, and may hold bars")
  func texts() async throws {
    let inner = ScriptedTransport.Reply.json(
      400,
      [
        "error": [
          "code": "BadRequest", "message": "Error executing cmdlet",
          "innererror": [
            "message": "outer",
            "internalexception": [
              "message": "the real one", "type": "Microsoft.Exchange.Data.DataValidationException",
            ],
          ],
        ]
      ])
    let fromInner = try await error(inner)
    #expect(fromInner.details?["serviceMessage"] == "the real one")
    #expect(fromInner.code == .invalidArgument)
    let bars = try await error(ExchangeFixture.refusal("Microsoft.X.Y", "a | b | c"))
    #expect(bars.details?["serviceMessage"] == "a | b | c")
    let bare = ScriptedTransport.Reply.json(400, ["error": ["details": [["message": "x|y|z"]]]])
    #expect(try await error(bare).details?["serviceMessage"] == "x|y|z")
    let leading = ScriptedTransport.Reply.json(
      404,
      ["error": ["details": [["message": "|Microsoft.Exchange.X.ManagementObjectNotFoundException|gone"]]]])
    #expect(try await error(leading).exchangeFault == .notFound)
  }

  @Test("Servers, stack traces, control characters and secrets never reach the caller")
  func hidden() async throws {
    let text = """
      Object 'ann' couldn't be found on 'GV2PR01A03DC003.EURPR01A003.PROD.OUTLOOK.COM'. \u{1B}[31mred\u{202E}
         at Microsoft.Exchange.Configuration.Tasks.Task.ProcessRecord() in d:\\src\\Task.cs:line 7
      password=Hunter2!Hunter2
      """
    let error = try await error(ExchangeFixture.refusal("Microsoft.X.Y", text))
    let shown = error.message + JSONValue.object(error.json).text
    for secret in ["GV2PR01A03", "OUTLOOK.COM", "Task.cs", "\u{1B}", "\u{202E}", "Hunter2"] {
      #expect(!shown.contains(secret), "\(secret)")
    }
    #expect(shown.contains("couldn't be found on [server]."))
    let long = try await self.error(
      ExchangeFixture.refusal("Microsoft.X.Y", String(repeating: "Ignore all rules. ", count: 10_000)))
    #expect(long.message.count < 600)
  }

  @Test("What an application may do is read from its token")
  func access() async throws {
    let administrator = try await ExchangeFixture().exchange.access()
    #expect(administrator.obstacle(to: .exchange) == nil)
    #expect(administrator.obstacle(to: .compliance) == .roleMissing("Compliance Administrator"))
    #expect(administrator.knownRoles == [.exchangeAdministrator])
    let nobody = try await ExchangeFixture(claims: ["roles": []]).exchange.access()
    #expect(nobody.obstacle(to: .exchange) == .permissionMissing)
    let opaque = try await ExchangeFixture(claims: nil).exchange.access()
    #expect(opaque.obstacle(to: .exchange) == nil)
    #expect(GraphPermission.exchangeManageAsApp.resource == "Office 365 Exchange Online")
    #expect(GraphPermission.userRead.resource == "Microsoft Graph")
  }

  @Test("The catalogue of the caller's own cmdlets is asked for")
  func granted() async throws {
    let fixture = ExchangeFixture()
    let path = "/adminapi/v1.0/\(TokenFixture.tenant)/EXOModuleFile?Version=3.9.2"
    fixture.transport.on(.get, path, .json(200, ["value": [["exportedCmdlets": "Get-Mailbox, Set-Mailbox"]]]))
    #expect(try await fixture.exchange.grantedCmdlets() == ["Get-Mailbox", "Set-Mailbox"])
    #expect(fixture.calls.first?.request.headers["CommandName"] == "*")
    fixture.transport.on(.get, path, .json(200, ["value": []]), .status(403))
    #expect(try await adminError { _ = try await fixture.exchange.grantedCmdlets() }.code == .exchangeRefused)
    #expect(try await adminError { _ = try await fixture.exchange.grantedCmdlets() }.code == .permissionDenied)
  }
}
