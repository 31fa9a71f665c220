import AdminCore

/// A caller's token in the compact form of RFC 7515, taken apart and believed in nothing yet.
struct BearerToken: Sendable {
  /// Entra's tokens stay far below this.
  static let maximumLength = 16_384
  private static let maximumDepth = 16

  let header: JSONObject
  let claims: JSONObject
  let signature: [UInt8]
  /// What the signature is over.
  let signedBytes: [UInt8]

  /// Exactly three parts, none empty, each Base64 for URLs without padding; header and claims are JSON objects in which
  /// no name stands twice.
  init(_ text: String) throws(AdminError) {
    guard text.utf8.count <= Self.maximumLength else { throw .malformedToken("is longer than 16 KiB") }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else {
      throw .malformedToken("does not have three parts")
    }
    guard let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
      let signature = Base64.decode(parts[2], .url)
    else { throw .malformedToken("cannot be decoded") }
    self.header = header
    self.claims = claims
    self.signature = signature
    signedBytes = Array(text.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
  }

  private static func object(_ part: Substring) -> JSONObject? {
    guard let bytes = Base64.decode(part, .url) else { return nil }
    return try? JSONParser.parse(bytes, maximumDepth: maximumDepth).objectValue
  }

  /// Refuses every algorithm but the one, and headers that ask for more than is understood. A key, or the address of
  /// one, that a token brings along (`jwk`, `jku`, `x5c`, `x5u`) is never looked at.
  func checkHeader() throws(AdminError) {
    guard header["alg"] == "RS256" else { throw .malformedToken("is not signed by RS256") }
    if let type = header["typ"] {
      guard type == "JWT" || type == "at+jwt" else { throw .malformedToken("is of another type") }
    }
    guard header["crit"] == nil else { throw .malformedToken("asks for extensions") }
    guard header["nonce"] == nil else {
      throw .malformedToken("is one that only its own audience can check, such as a token for Microsoft Graph")
    }
  }
}

extension AdminError {
  /// - Parameter reason: says nothing of the token's content.
  static func malformedToken(_ reason: String) -> AdminError {
    AdminError(
      .malformedToken, "The caller's token \(reason). Get an access token for this server's API from Entra ID.")
  }
}
