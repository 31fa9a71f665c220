import AdminCore
import MCPProtocol
import Testing

@Suite("Lifecycle, as a table")
struct LifecycleTests {
  private static let modernMeta: JSONObject = [
    "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:],
  ]

  private static func request(_ method: String, _ params: JSONObject? = nil) -> JSONRPCRequest {
    var object: JSONObject = ["jsonrpc": "2.0", "id": 1, "method": .string(method)]
    object["params"] = params.map(JSONValue.object)
    guard case .request(let request) = JSONRPCMessage(.object(object)) else { preconditionFailure("no request") }
    return request
  }

  private static func offeringAll() -> Lifecycle {
    var capabilities = ServerCapabilities()
    capabilities.offersTools = true
    return Lifecycle(capabilities)
  }

  private static func summary(_ route: Lifecycle.Route) -> String {
    switch route {
    case .handshake(let session): "handshake \(session.revision.rawValue)"
    case .ping: "ping"
    case .serve(let method, let scope): "\(method.rawValue) \(scope.revision.rawValue)"
    case .refuse(let error): "\(error.code.rawValue)"
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let method: String
    let params: JSONObject?
    /// Before any handshake, and in a session at 2025-06-18.
    let without: String
    let within: String
    var testDescription: String { "\(method) \(params.map { JSONValue.object($0).text } ?? "-")" }
  }

  @Test(
    "Each request finds its era",
    arguments: [
      Row(method: "ping", params: nil, without: "ping", within: "ping"),
      Row(method: "ping", params: ["_meta": .object(modernMeta)], without: "-32601", within: "-32601"),
      Row(method: "tools/list", params: nil, without: "-32602", within: "tools/list 2025-06-18"),
      Row(
        method: "tools/list", params: ["_meta": .object(modernMeta)], without: "tools/list 2026-07-28",
        within: "tools/list 2026-07-28"),
      Row(method: "prompts/list", params: nil, without: "-32601", within: "-32601"),
      Row(method: "server/discover", params: nil, without: "-32602", within: "-32602"),
      Row(
        method: "server/discover", params: ["_meta": .object(modernMeta)], without: "server/discover 2026-07-28",
        within: "server/discover 2026-07-28"),
      Row(method: "tasks/update", params: nil, without: "-32602", within: "-32602"),
      Row(method: "tasks/list", params: nil, without: "-32601", within: "-32601"),
      Row(
        method: "initialize", params: ["_meta": .object(modernMeta), "protocolVersion": "2025-11-25"],
        without: "-32601", within: "-32601"),
      Row(
        method: "initialize", params: ["protocolVersion": "2025-03-26"], without: "handshake 2025-03-26",
        within: "handshake 2025-03-26"),
      Row(
        method: "tools/list", params: ["_meta": ["progressToken": 1]], without: "-32602",
        within: "tools/list 2025-06-18"),
      Row(
        method: "logging/setLevel", params: ["level": "info"], without: "-32602", within: "logging/setLevel 2025-06-18"),
    ])
  func routes(_ row: Row) {
    var fresh = Self.offeringAll()
    #expect(Self.summary(fresh.route(Self.request(row.method, row.params))) == row.without)
    var open = Self.offeringAll()
    _ = open.route(Self.request("initialize", ["protocolVersion": "2025-06-18"]))
    #expect(Self.summary(open.route(Self.request(row.method, row.params))) == row.within)
  }

  @Test("A handshake is confirmed once, and a new one starts unconfirmed")
  func confirmation() {
    var lifecycle = Self.offeringAll()
    var confirmations = [lifecycle.confirmHandshake()]
    _ = lifecycle.route(Self.request("initialize", ["protocolVersion": "2025-06-18"]))
    #expect(lifecycle.session?.isInitialized == false)
    for _ in 0..<2 { confirmations.append(lifecycle.confirmHandshake()) }
    #expect(confirmations == [false, true, false])
    _ = lifecycle.route(Self.request("initialize", ["protocolVersion": "2025-06-18"]))
    #expect(lifecycle.session?.isInitialized == false)
  }

  @Test("A refused handshake leaves the session there was")
  func refusedHandshake() {
    var lifecycle = Self.offeringAll()
    _ = lifecycle.route(Self.request("initialize", ["protocolVersion": "2025-03-26"]))
    _ = lifecycle.route(Self.request("initialize", ["protocolVersion": 1]))
    #expect(lifecycle.session?.revision == .v20250326)
  }

  @Test("What a client says of itself is cleaned and never needed")
  func clientInfo() {
    var lifecycle = Self.offeringAll()
    let params: JSONObject = [
      "protocolVersion": "2025-11-25", "clientInfo": ["name": "ev\u{202E}il", "version": 3],
    ]
    _ = lifecycle.route(Self.request("initialize", params))
    #expect(lifecycle.session?.client == ClientInfo(name: "evil", version: ""))
  }

  @Test(
    "Elicitation of forms and addresses is told apart",
    arguments: [
      ([:], false, false), (["elicitation": [:]], true, false), (["elicitation": ["form": [:]]], true, false),
      (["elicitation": ["url": [:]]], false, true), (["elicitation": ["form": [:], "url": [:]]], true, true),
      (["elicitation": true], false, false),
    ] as [(JSONObject, Bool, Bool)])
  func elicitation(_ declared: JSONObject, _ forms: Bool, _ addresses: Bool) {
    let capabilities = ClientCapabilities(declared)
    #expect(capabilities.elicitsForms == forms)
    #expect(capabilities.elicitsURLs == addresses)
  }
}
