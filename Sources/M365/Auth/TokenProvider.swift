package import AdminCore

/// Gets tokens for the application and keeps them in memory, one for each audience. Cloud, tenant and application are
/// those of the provider.
///
/// Client credentials know no refresh token: renewing means asking again (RFC 6749 section 4.4.3). Only one request is
/// under way for an audience; whoever needs the same token meanwhile waits for that one.
package actor TokenProvider: TokenSource {
  private struct Flight: Hashable, Sendable {
    let audience: TokenAudience
    let claims: String?
    let budget: Duration?
  }

  package nonisolated let application: ClientApplication
  private nonisolated let endpoints: ServiceEndpoints
  private nonisolated let caller: ServiceCaller
  private nonisolated let timekeeper: any Timekeeper
  private nonisolated let onRefusal: @Sendable (SignInRefusal) async -> Void
  private nonisolated let flights = SingleFlight<Flight, AccessToken>()
  private var tokens: [TokenAudience: AccessToken] = [:]
  private var lastSerial = 0

  /// - Parameter onRefusal: hears of each token request that was refused, before whoever waits for the token does.
  package init(
    _ application: ClientApplication,
    endpoints: ServiceEndpoints,
    caller: ServiceCaller,
    timekeeper: any Timekeeper,
    onRefusal: @escaping @Sendable (SignInRefusal) async -> Void
  ) {
    self.application = application
    self.endpoints = endpoints
    self.caller = caller
    self.timekeeper = timekeeper
    self.onRefusal = onRefusal
  }

  // MARK: Tokens

  package func token(
    for audience: TokenAudience, within budget: Duration? = nil
  ) async throws(AdminError) -> AccessToken {
    let now = timekeeper.uptime()
    let held = tokens[audience]
    if let held, held.isFresh(at: now) { return held }
    do throws(AdminError) {
      return try await fetch(Flight(audience: audience, claims: nil, budget: budget))
    } catch {
      // Renewal begins early so that a sign-in service that is down for a while is not noticed.
      if let held, error.isRetryable, held.isUsable(at: timekeeper.uptime()) { return held }
      throw error
    }
  }

  package func token(
    for audience: TokenAudience, replacing refused: AccessToken, claims: String?, within budget: Duration? = nil
  ) async throws(AdminError) -> AccessToken {
    if claims == nil, let held = tokens[audience], held.serial != refused.serial { return held }
    if tokens[audience]?.serial == refused.serial { tokens[audience] = nil }
    return try await fetch(Flight(audience: audience, claims: claims, budget: budget))
  }

  /// Lets go of a token that lacks a permission, so that the next call sees what was granted since. One that is younger
  /// than a minute is kept: asking for each refused call would be a flood.
  package func discard(_ token: AccessToken) {
    guard let held = tokens[token.audience], held.serial == token.serial,
      timekeeper.uptime() - held.obtained > .seconds(60)
    else { return }
    tokens[token.audience] = nil
  }

  /// The token that is held, without asking for one.
  package func heldToken(for audience: TokenAudience) -> AccessToken? { tokens[audience] }

  // MARK: Asking

  private nonisolated func fetch(_ flight: Flight) async throws(AdminError) -> AccessToken {
    try await flights.value(for: flight) { [self] in
      do throws(AdminError) {
        return .success(try await ask(flight))
      } catch {
        return .failure(error)
      }
    }
  }

  private func ask(_ flight: Flight) async throws(AdminError) -> AccessToken {
    let request = TokenRequest(
      application: application, endpoints: endpoints, audience: flight.audience, claims: flight.claims)
    let timekeeper = timekeeper
    var call = ServiceCall(
      try request.make(at: timekeeper.now()), service: request.service, workload: request.workload,
      template: request.template, safety: .idempotent, policy: flight.budget == nil ? .service : .once,
      budget: flight.budget)
    call.hint = { SignInRefusal.isTransient($0) ? .notDone : .none }
    // An assertion is signed, and a federated token read, anew for each attempt.
    call.prepare = { _ throws(AdminError) in try request.make(at: timekeeper.now()) }
    let answer = try await caller.perform(call)
    guard answer.response.isSuccess else {
      let refusal = SignInRefusal(answer.response, retryAfter: answer.retryAfter, context(flight.audience))
      await onRefusal(refusal)
      throw refusal.remedy
    }
    return try accept(answer.response, flight)
  }

  private func context(_ audience: TokenAudience) -> SignInContext {
    SignInContext(
      audience: audience, cloud: endpoints.cloud, credential: application.credential, now: timekeeper.now())
  }

  private func accept(_ response: HTTPResponse, _ flight: Flight) throws(AdminError) -> AccessToken {
    let now = timekeeper.now()
    guard let reply = TokenReply(response.body, now: now) else {
      throw AdminError(
        .authenticationFailed,
        "The answer of the sign-in service holds no token. Check M365_LOGIN_ENDPOINT and AZURE_CLOUD.")
    }
    lastSerial += 1
    let uptime = timekeeper.uptime()
    let token = AccessToken(
      secret: reply.secret, audience: flight.audience, expiresAt: now + reply.lifetime, obtained: uptime,
      end: uptime + reply.lifetime, serial: lastSerial)
    if let tenant = TokenClaims(token)?.tenantID, let expected = GUID(application.tenant),
      tenant.lowercased() != expected.text
    {
      throw AdminError(
        .wrongIssuer,
        "The token is for tenant \(VisibleText.excerpt(tenant, limit: 40)), not for AZURE_TENANT_ID; it is not used. "
          + "Check AZURE_TENANT_ID and the identity that signs in.")
    }
    tokens[flight.audience] = token
    return token
  }
}
