package import AdminCore
import Cryptography
import Synchronization

/// Finds out who the bearer of an Entra access token is, or why nobody can be believed.
///
/// The order is fixed: form, header, key, signature, issuer and tenant, audience, time, kind, client, identity. Nothing
/// that a token says is used for more than finding its key before its signature has been verified.
package final class TokenValidator: Sendable {
  /// How long a token that was believed is believed without being looked at again.
  private static let memory = Duration.seconds(300)
  private static let capacity = 1024

  private struct Believed {
    let caller: Caller
    let until: Duration
    /// By the wall clock, which is the token's own.
    let end: Timestamp
  }

  private let check: TokenClaimsCheck
  private let keys: SigningKeyCache
  private let timekeeper: any Timekeeper
  /// By the SHA-256 of the token; the token itself is not kept.
  private let believed = Mutex<[[UInt8]: Believed]>([:])

  package init(
    _ settings: CallerSettings, cloud: Configuration.Cloud, keys: SigningKeyCache, timekeeper: any Timekeeper
  ) {
    check = TokenClaimsCheck(
      cloud: cloud, tenants: Set(settings.tenants), audiences: Set(settings.audiences),
      allowedClients: settings.allowedClients.map(Set.init))
    self.keys = keys
    self.timekeeper = timekeeper
  }

  package func caller(bearing token: Secret<String>) async throws(AdminError) -> Caller {
    let text = token.reveal()
    guard text.utf8.count <= BearerToken.maximumLength else { throw .malformedToken("is longer than 16 KiB") }
    let digest = SHA256.hash(text.utf8)
    if let caller = remembered(digest) { return caller }
    let bearer = try BearerToken(text)
    try bearer.checkHeader()
    try await checkSignature(bearer)
    let now = timekeeper.now()
    let caller = try check.caller(bearer.claims, at: now)
    remember(caller, digest, until: try check.end(of: bearer.claims))
    return caller
  }

  private func checkSignature(_ bearer: BearerToken) async throws(AdminError) {
    guard let id = bearer.header["kid"]?.stringValue, let key = try await keys.key(id) else {
      throw AdminError(.badSignature, "The caller's token is signed with a key that the sign-in service does not know.")
    }
    if let tenant = bearer.claims["tid"]?.stringValue.flatMap({ GUID($0) }) {
      guard key.isFor(TenantIssuers(tenant, cloud: check.cloud)) else {
        throw AdminError(.wrongIssuer, "The caller's token is signed with a key of another tenant than it names.")
      }
    }
    guard key.key.isValid(bearer.signature, for: bearer.signedBytes, .rs256) else {
      throw AdminError(.badSignature, "The signature of the caller's token is not valid.")
    }
  }

  // MARK: What is remembered

  private func remembered(_ digest: [UInt8]) -> Caller? {
    let (uptime, now) = (timekeeper.uptime(), timekeeper.now())
    return believed.withLock { believed in
      guard let known = believed[digest] else { return nil }
      guard uptime < known.until, now < known.end else {
        believed[digest] = nil
        return nil
      }
      return known.caller
    }
  }

  private func remember(_ caller: Caller, _ digest: [UInt8], until end: Timestamp) {
    let uptime = timekeeper.uptime()
    believed.withLock { believed in
      if believed.count >= Self.capacity { believed = believed.filter { $0.value.until > uptime } }
      if believed.count >= Self.capacity { believed.removeAll() }
      believed[digest] = Believed(caller: caller, until: uptime + Self.memory, end: end)
    }
  }
}
