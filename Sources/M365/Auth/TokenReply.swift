import AdminCore

/// A success answer of a token endpoint or of the managed-identity service.
struct TokenReply: Sendable {
  let secret: Secret<String>
  let lifetime: Duration

  private static let maximumLength = 65_536

  /// - Returns: `nil` when the answer holds no bearer token that could be sent, or no sensible lifetime.
  init?(_ body: [UInt8], now: Timestamp) {
    guard let json = try? JSONParser.parse(body, maximumDepth: 8), let token = json["access_token"]?.stringValue,
      (1...Self.maximumLength).contains(token.utf8.count), token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      json["token_type"]?.stringValue?.lowercased() ?? "bearer" == "bearer",
      let seconds = Self.number(json["expires_in"]) ?? Self.number(json["expires_on"]).map({ $0 - now.seconds }),
      (1...604_800).contains(seconds)
    else { return nil }
    secret = Secret(token)
    lifetime = .seconds(seconds)
  }

  /// Managed-identity services write numbers as texts.
  private static func number(_ value: JSONValue?) -> Int64? {
    value?.intValue.map(Int64.init) ?? value?.stringValue.flatMap { Int64($0) }
  }
}
