package import AdminCore

/// The authority's signing keys, fetched when they are needed and kept.
///
/// A key id that is not known makes it look again, and no more than once in five minutes: a flood of tokens with made-up
/// ids costs one request. When the authority cannot be reached, keys go on being used for three days.
package actor SigningKeyCache {
  /// Brings the key set (RFC 7517); throws what is to be told where it cannot be had.
  package typealias Source = @Sendable () async throws(AdminError) -> [UInt8]

  private static let age = Duration.seconds(24 * 3600)
  private static let staleAge = Duration.seconds(72 * 3600)
  private static let pause = Duration.seconds(5 * 60)
  /// As long as there are no keys at all, nobody can be let in; that is worth asking more often.
  private static let firstPause = Duration.seconds(5)

  private let source: Source
  private let timekeeper: any Timekeeper
  private var keys: [String: SigningKey] = [:]
  private var fetchedAt: Duration?
  private var triedAt: Duration?
  private var lastFailure: AdminError?
  private var flight: Task<Void, Never>?

  package init(source: @escaping Source, timekeeper: any Timekeeper) {
    self.source = source
    self.timekeeper = timekeeper
  }

  /// - Returns: `nil` when the authority has no such key.
  func key(_ id: String) async throws(AdminError) -> SigningKey? {
    if let key = keys[id], isYounger(than: Self.age) { return key }
    await refresh()
    guard isYounger(than: Self.staleAge) else {
      throw lastFailure ?? AdminError(.badSignature, "The keys that sign tokens are not known.", isRetryable: true)
    }
    return keys[id]
  }

  private func isYounger(than age: Duration) -> Bool {
    fetchedAt.map { timekeeper.uptime() - $0 < age } ?? false
  }

  private func refresh() async {
    if let flight { return await flight.value }
    let now = timekeeper.uptime()
    if let triedAt, now - triedAt < (keys.isEmpty ? Self.firstPause : Self.pause) { return }
    triedAt = now
    let flight = Task { await fetch() }
    self.flight = flight
    await flight.value
    self.flight = nil
  }

  private func fetch() async {
    do throws(AdminError) {
      guard let found = SigningKey.set(try await source()), !found.isEmpty else {
        throw AdminError(
          .badSignature, "The sign-in service's keys cannot be read; check M365_LOGIN_ENDPOINT or AUTH_JWKS_FILE.")
      }
      keys = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
      fetchedAt = timekeeper.uptime()
      lastFailure = nil
    } catch {
      lastFailure = AdminError(
        .badSignature,
        "The caller's token cannot be checked, because the keys that sign tokens cannot be had: "
          + error.message, isRetryable: true, cause: error.cause)
    }
  }
}
