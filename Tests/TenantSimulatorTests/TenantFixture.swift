import AdminCore
import TenantSimulator
import TestSupport
import Testing

/// A tenant in this process, a clock that passes only by waiting, and an application with every consent.
struct TenantFixture {
  let tenant: SimulatedTenant
  let timekeeper: VirtualTimekeeper
  let token: String

  struct Reply {
    let status: Int
    let headers: HeaderFields
    let body: [UInt8]

    var json: JSONValue { (try? JSONParser.parse(body)) ?? .null }
    var text: String { String(decoding: body, as: UTF8.self) }
    /// `400 Request_BadRequest`, or the status alone.
    var outcome: String {
      [String(status), json["error"]?["code"]?.stringValue].compactMap { $0 }.joined(separator: " ")
    }
    var message: String { json["error"]?["message"]?.stringValue ?? "" }
    var values: [JSONValue] { json["value"]?.arrayValue ?? [] }
    var id: String { json["id"]?.stringValue ?? "" }
  }

  static let domain = "harbourfinch.example"

  init(
    lags: Lags = .none, faults: FaultPlan = FaultPlan(), seed: Seed? = nil, recorder: ExchangeRecorder? = nil,
    clock: VirtualTimekeeper = VirtualTimekeeper()
  ) async throws {
    timekeeper = clock
    tenant = try SimulatedTenant(
      SimulatedTenant.Options(seed: seed, lags: lags, faults: faults, timekeeper: clock, recorder: recorder))
    token = try await tenant.issueToken(TokenOrder(.graph))
  }

  /// A fixture whose application holds only `roles`.
  static func holding(_ roles: [String]) async throws -> TenantFixture {
    try await TenantFixture(seed: try Seed.standard().setting("application", to: ["roles": .strings(roles)]))
  }

  /// The same in a tenant that has not let message trace in.
  static func withoutTrace(holding roles: [String]) async throws -> TenantFixture {
    try await TenantFixture(
      seed: try Seed.standard().setting("application", to: ["roles": .strings(roles)])
        .setting("exchange", to: ["messageTrace": false]))
  }

  /// A call to Graph. `path` begins after the version and is sent as it stands.
  func graph(
    _ method: String, _ path: String, json: JSONValue? = nil, headers: HeaderFields = [:], token: String? = nil
  ) async throws -> Reply {
    var all: HeaderFields = ["Authorization": "Bearer \(token ?? self.token)", "client-request-id": Self.clientID]
    if json != nil { all["Content-Type"] = "application/json" }
    return try await send(method, "/v1.0" + path, body: json?.serialized ?? [], headers: all.merging(headers))
  }

  /// A call whose body is not JSON.
  func graph(_ method: String, _ path: String, text: String, type: String) async throws -> Reply {
    try await send(
      method, "/v1.0" + path, body: Array(text.utf8),
      headers: ["Authorization": "Bearer \(token)", "client-request-id": Self.clientID, "Content-Type": type])
  }

  func send(
    _ method: String, _ path: String, body: [UInt8] = [], headers: HeaderFields = [:]
  ) async throws -> Reply {
    let url = path.hasPrefix("https://") ? path : "https://graph.microsoft.com" + path
    let response = try await tenant.handle(SimulatedRequest(method, url, headers: headers, body: body))
    return Reply(status: response.status, headers: response.headers, body: response.body)
  }

  func control(_ method: String, _ path: String, json: JSONValue? = nil) async -> Reply {
    let response = await tenant.control(SimulatedRequest(method, path, body: json?.serialized ?? []))
    return Reply(status: response.status, headers: response.headers, body: response.body)
  }

  static let clientID = "0f0e0d0c-0b0a-4908-8706-050403020100"

  static func address(_ name: String) -> String { "\(name)@\(domain)" }

  func count(_ effect: String) async -> Int { await tenant.report("counts")?[effect]?.intValue ?? -1 }

  func userID(_ name: String) async throws -> String {
    try await graph("GET", "/users/\(Self.address(name))?$select=id").id
  }
}

extension JSONValue {
  /// A new user as a client writes one.
  static func newUser(_ name: String, changing changes: JSONObject = [:]) -> JSONValue {
    let standard: JSONObject = [
      "accountEnabled": true, "displayName": .string("The New \(name)"), "mailNickname": .string(name),
      "userPrincipalName": .string(TenantFixture.address(name)), "usageLocation": "IE",
      "passwordProfile": ["password": "Zebra-Kite-42!", "forceChangePasswordNextSignIn": true],
    ]
    var merged = standard
    for change in changes { merged[change.key] = change.value }
    return .object(merged)
  }

  func without(_ name: String) -> JSONValue {
    var object = objectValue ?? [:]
    object[name] = Optional.none
    return .object(object)
  }
}

enum SKU {
  static let basic = "3b555118-da6a-4418-894f-7df1e2096870"
  static let standard = "f245ecc8-75af-4f8e-b61f-27d8114de5f3"
  static let premium = "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46"
  static let exchangePlan2 = "19ec0d23-8335-4cbd-94ac-6050e30712fa"
  static let archive = "ee02fd1b-340e-4a4b-b355-4a514e4c8943"

  static func assignment(_ adding: [String], removing: [String] = []) -> JSONValue {
    [
      "addLicenses": .array(adding.map { ["skuId": .string($0), "disabledPlans": []] }),
      "removeLicenses": .strings(removing),
    ]
  }
}
