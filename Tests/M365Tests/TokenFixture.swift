import AdminCore
import Cryptography
import M365
import TestSupport
import Testing

/// An application that signs in over a scripted transport.
struct TokenFixture {
  static let tenant = "11111111-2222-3333-4444-555555555555"
  static let path = "/\(tenant)/oauth2/v2.0/token"
  static let graph = TokenAudience(resource: "https://graph.microsoft.com")

  let timekeeper: VirtualTimekeeper
  let transport: ScriptedTransport
  let refusals = RefusalLog()
  let provider: TokenProvider

  init(
    _ credential: TokenCredential = .clientSecret(Secret("hush-hush-secret")), tenant: String = tenant,
    client: GUID? = GUID("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"), endpoints: ServiceEndpoints = ServiceEndpoints(),
    mode: VirtualTimekeeper.Mode = .automatic
  ) {
    timekeeper = VirtualTimekeeper(mode)
    transport = ScriptedTransport(timekeeper: timekeeper)
    let caller = ServiceCaller(
      transport: transport, timekeeper: timekeeper, gate: ThrottleGate(timekeeper: timekeeper),
      random: RandomSource(SeededRandom(seed: 3)))
    provider = TokenProvider(
      ClientApplication(tenant: tenant, client: client, credential: credential), endpoints: endpoints,
      caller: caller, timekeeper: timekeeper, onRefusal: refusals.add)
  }

  static func jwt(_ claims: JSONObject) -> String {
    "eyJhbGciOiJub25lIn0." + Base64.encode(JSONValue.object(claims).serialized, .url) + ".c2ln"
  }

  static func grant(_ token: String, lifetime: Int = 3600) -> ScriptedTransport.Reply {
    .json(200, ["token_type": "Bearer", "expires_in": .int(lifetime), "access_token": .string(token)])
  }

  static func refusal(_ code: Int, status: Int = 401, text: String = "nope") -> ScriptedTransport.Reply {
    .json(
      status,
      [
        "error": "invalid_client",
        "error_description": .string("AADSTS\(code): \(text) Trace ID: t1 Correlation ID: c1"),
        "error_codes": [.int(code)], "trace_id": "t1", "correlation_id": "c1", "timestamp": "2026-01-05 08:00:00Z",
      ])
  }

  /// The fields of the form that was sent last.
  func lastForm() -> [String: String] {
    var fields: [String: String] = [:]
    for pair in (transport.requests.last?.body ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1).map { Self.unescaped($0) }
      fields[parts[0]] = parts.count > 1 ? parts[1] : ""
    }
    return fields
  }

  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let decoded = Hex.decode(String(decoding: rest.prefix(2), as: UTF8.self)) {
        bytes += decoded
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Keeps the refusals that a provider reports.
actor RefusalLog {
  private(set) var all: [SignInRefusal] = []

  nonisolated var add: @Sendable (SignInRefusal) async -> Void {
    { [self] refusal in await append(refusal) }
  }

  private func append(_ refusal: SignInRefusal) { all.append(refusal) }
}

/// The error that `body` throws; a recorded issue when it throws none.
func adminError(
  _ location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async throws -> AdminError {
  do {
    try await body()
  } catch let error as AdminError {
    return error
  }
  Issue.record("no error", sourceLocation: location)
  return .cancelled
}
