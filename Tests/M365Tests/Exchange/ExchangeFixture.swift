import AdminCore
import M365
import TestSupport
import Testing

/// Exchange Online over a scripted transport, signed in.
struct ExchangeFixture {
  static let path = "/adminapi/beta/\(TokenFixture.tenant)/InvokeCommand"
  static let system = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@\(TokenFixture.tenant)"

  let timekeeper: VirtualTimekeeper
  let transport: ScriptedTransport
  let log = CallLog()
  let exchange: ExchangeClient

  /// - Parameters:
  ///   - claims: of the token, besides the tenant; `nil` for one that says nothing.
  ///   - tenant: as it is configured.
  init(
    claims: JSONObject? = [
      "roles": ["Exchange.ManageAsApp"], "wids": [.string(RoleTemplate.exchangeAdministrator.rawValue)],
    ], tenant: String = TokenFixture.tenant, mode: VirtualTimekeeper.Mode = .automatic
  ) {
    timekeeper = VirtualTimekeeper(mode)
    transport = ScriptedTransport(timekeeper: timekeeper)
    let caller = ServiceCaller(
      transport: transport, timekeeper: timekeeper, gate: ThrottleGate(timekeeper: timekeeper),
      random: RandomSource(SeededRandom(seed: 5)), observer: log)
    let endpoints = ServiceEndpoints()
    let tokens = TokenProvider(
      ClientApplication(
        tenant: tenant, client: GUID("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"),
        credential: .clientSecret(Secret("hush-hush-secret"))),
      endpoints: endpoints, caller: caller, timekeeper: timekeeper, onRefusal: { _ in })
    exchange = ExchangeClient(
      tenant: tenant, caller: caller, tokens: tokens, endpoints: endpoints, timekeeper: timekeeper)
    let standard: JSONObject = ["tid": .string(TokenFixture.tenant)]
    let token = claims.map { TokenFixture.jwt(standard.merging($0)) }
    transport.always(
      .post, "/\(tenant)/oauth2/v2.0/token", TokenFixture.grant(token ?? "opaque", lifetime: 3600))
  }

  /// The calls of cmdlets, without requests for tokens.
  var calls: [ScriptedTransport.Recorded] { transport.requests.filter { $0.path.hasPrefix("/adminapi/") } }

  /// `Get-Mailbox APP:…`, for each call.
  var trail: [String] {
    calls.map { call in
      "\(call.cmdlet) \(call.request.headers["X-AnchorMailbox"]?.prefix { $0 != "{" } ?? "")"
    }
  }

  static func rows(
    _ rows: JSONObject..., warnings: [String] = [], next: String? = nil
  ) -> ScriptedTransport.Reply {
    var body: JSONObject = ["@adminapi.warnings": .strings(warnings), "value": .array(rows.map { .object($0) })]
    body["@odata.nextLink"] = next.map { .string($0) }
    return .json(200, .object(body))
  }

  /// A refusal as the service writes it.
  static func refusal(
    _ exception: String, _ text: String, status: Int = 400, id: String = "Ex000000"
  ) -> ScriptedTransport.Reply {
    .json(
      status,
      [
        "error": [
          "code": "BadRequest", "message": "Error executing cmdlet",
          "details": [["code": "Client", "target": "", "message": .string("\(id)|\(exception)|\(text)")]],
        ], "@adminapi.warnings": [],
      ], ["request-id": "req-1"])
  }

  static let misrouted = refusal(
    "Microsoft.Exchange.Configuration.CmdletProxyEngine.CmdletProxyNotAvailableException",
    "Cmdlet needs proxy to GV2PR01A03.PROD.OUTLOOK.COM")

  static func notFound(_ name: String) -> ScriptedTransport.Reply {
    refusal(
      "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException",
      "The operation couldn't be performed because object '\(name)' couldn't be found on 'DB8.PROD.OUTLOOK.COM'.")
  }

  static let ann = MailboxReference(ann: "ann@contoso.com")
}

extension MailboxReference {
  fileprivate init(ann: String) {
    guard let reference = MailboxReference(address: ann) else { fatalError("not an address: \(ann)") }
    self = reference
  }
}

extension ScriptedTransport.Recorded {
  var cmdlet: String { json?["CmdletInput"]?["CmdletName"]?.stringValue ?? "?" }
  var parameters: JSONObject { json?["CmdletInput"]?["Parameters"]?.objectValue ?? [:] }
}
