import AdminCore
import M365
import TestSupport

/// Microsoft Graph over a scripted transport, signed in.
struct GraphFixture {
  let timekeeper: VirtualTimekeeper
  let transport: ScriptedTransport
  let log = CallLog()
  let graph: GraphClient
  let tokens: TokenProvider

  /// - Parameter roles: of the token; `nil` for one that does not say.
  init(roles: [String]? = nil, mode: VirtualTimekeeper.Mode = .automatic) {
    timekeeper = VirtualTimekeeper(mode)
    transport = ScriptedTransport(timekeeper: timekeeper)
    let caller = ServiceCaller(
      transport: transport, timekeeper: timekeeper, gate: ThrottleGate(timekeeper: timekeeper),
      random: RandomSource(SeededRandom(seed: 5)), observer: log)
    let endpoints = ServiceEndpoints()
    tokens = TokenProvider(
      ClientApplication(
        tenant: TokenFixture.tenant, client: GUID("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"),
        credential: .clientSecret(Secret("hush-hush-secret"))),
      endpoints: endpoints, caller: caller, timekeeper: timekeeper, onRefusal: { _ in })
    graph = GraphClient(caller: caller, tokens: tokens, endpoints: endpoints, timekeeper: timekeeper)
    let token = roles.map { TokenFixture.jwt(["roles": .strings($0), "tid": .string(TokenFixture.tenant)]) }
    transport.always(.post, TokenFixture.path, TokenFixture.grant(token ?? "opaque", lifetime: 3600))
  }

  /// The requests to Graph, without those for tokens.
  var requests: [ScriptedTransport.Recorded] {
    transport.requests.filter { $0.url.hasPrefix("https://graph.microsoft.com/") }
  }

  static func error(
    _ status: Int, _ code: String, _ message: String = "", details: [JSONValue] = [], headers: HTTPHeaders = [:]
  ) -> ScriptedTransport.Reply {
    var headers = headers
    headers["request-id"] = "req-1"
    var error: JSONObject = ["code": .string(code), "message": .string(message)]
    if !details.isEmpty { error["details"] = .array(details) }
    error["innerError"] = ["date": "2026-01-05T08:00:00", "request-id": "req-1", "client-request-id": "c-1"]
    return .json(status, ["error": .object(error)], headers)
  }
}
