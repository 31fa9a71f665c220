import AdminCore
import TenantSimulator
import TestSupport
import Testing

/// Calls to cmdlets of a simulated tenant.
struct CmdletFixture {
  let fixture: TenantFixture
  let token: String
  let tenantID: String

  var path: String { "/adminapi/beta/\(tenantID)/InvokeCommand" }
  var system: String { "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@\(tenantID)" }

  static let nora = TenantFixture.address("nora.keane")

  init(lags: Lags = .none, seed: Seed? = nil) async throws {
    fixture = try await TenantFixture(lags: lags, seed: seed)
    token = try await fixture.tenant.issueToken(TokenOrder(.exchange))
    tenantID = fixture.tenant.credentials.tenantID
  }

  struct Answer {
    let reply: TenantFixture.Reply

    var rows: [JSONValue] { reply.json["value"]?.arrayValue ?? [] }
    var warnings: [String] { (reply.json["@adminapi.warnings"]?.arrayValue ?? []).compactMap(\.stringValue) }
    /// `400 ManagementObjectNotFoundException`, or the status alone.
    var outcome: String {
      let text = reply.json["error"]?["details"]?[0]?["message"]?.stringValue ?? ""
      let parts = text.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return String(reply.status) }
      return "\(reply.status) \(parts[1].split(separator: ".").last ?? "")"
    }
    var message: String {
      let text = reply.json["error"]?["details"]?[0]?["message"]?.stringValue
      return text?.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false).last.map(String.init)
        ?? reply.json["error"]?["message"]?.stringValue ?? ""
    }
  }

  /// - Parameter anchor: `nil` for the organisation's.
  func call(
    _ cmdlet: String, _ parameters: JSONValue = [:], anchor: String? = nil, query: String = "", token: String? = nil,
    headers: HeaderFields = [:]
  ) async throws -> Answer {
    let body: JSONValue = ["CmdletInput": ["CmdletName": .string(cmdlet), "Parameters": parameters]]
    return try await send("POST", path + query, body: body.serialized, anchor: anchor, token: token, headers: headers)
  }

  func send(
    _ method: String, _ path: String, body: [UInt8] = [], anchor: String? = nil, token: String? = nil,
    headers: HeaderFields = [:]
  ) async throws -> Answer {
    var all: HeaderFields = [
      "Authorization": "Bearer \(token ?? self.token)", "client-request-id": TenantFixture.clientID,
      "X-AnchorMailbox": anchor ?? system,
    ]
    if !body.isEmpty { all["Content-Type"] = "application/json; charset=utf-8" }
    let url = path.hasPrefix("https://") ? path : "https://outlook.office365.com" + path
    return Answer(reply: try await fixture.send(method, url, body: body, headers: all.merging(headers)))
  }

  /// A call about a mailbox, anchored to it.
  func mailbox(_ cmdlet: String, _ parameters: JSONObject = [:], of address: String = nora) async throws -> Answer {
    let all: JSONObject = ["Identity": .string(address)]
    return try await call(cmdlet, .object(all.merging(parameters)), anchor: "UPN:\(address)")
  }

  /// What `Get-Mailbox` shows of a property.
  func property(_ name: String, of address: String = nora) async throws -> JSONValue? {
    try await call("Get-Mailbox", ["Identity": .string(address)]).rows.first?[name]
  }
}
