package import AdminCore

/// Gives the tokens that calls are made with.
package protocol TokenSource: Sendable {
  /// - Parameter budget: how long the caller can wait; `nil` for as long as it takes.
  func token(for audience: TokenAudience, within budget: Duration?) async throws(AdminError) -> AccessToken

  /// Another token in place of one that a service has refused.
  ///
  /// - Parameter claims: what the service wants a new token to fulfil (continuous access evaluation).
  func token(
    for audience: TokenAudience, replacing refused: AccessToken, claims: String?, within budget: Duration?
  ) async throws(AdminError) -> AccessToken

  /// The token lacks a permission: the next one may have it.
  func discard(_ token: AccessToken) async
}

/// One call to a service, with all that decides how it is made, repeated and accounted for.
package struct ServiceCall: Sendable {
  package var request: HTTPRequest
  package var service: Service
  package var workload: Workload
  /// The path with its keys left out.
  package var template: String
  package var safety: RetrySafety
  package var policy: RetryPolicy
  /// `nil` for a call without a token.
  package var audience: TokenAudience?
  /// For all attempts and pauses together; `nil` for as long as the policy allows.
  package var budget: Duration?
  /// What the service's client knows about an answer beyond its status.
  package var hint: @Sendable (HTTPResponse) -> RetryCore.Hint
  /// What messages call it where method and template say little.
  package var name: String?
  /// Makes the request of each attempt out of `request`, where they must differ.
  package var prepare: (@Sendable (HTTPRequest) throws(AdminError) -> HTTPRequest)?

  package init(
    _ request: HTTPRequest,
    service: Service,
    workload: Workload,
    template: String,
    safety: RetrySafety,
    policy: RetryPolicy = .service,
    audience: TokenAudience? = nil,
    budget: Duration? = nil,
    hint: @escaping @Sendable (HTTPResponse) -> RetryCore.Hint = { _ in .none }
  ) {
    self.request = request
    self.service = service
    self.workload = workload
    self.template = template
    self.safety = safety
    self.policy = policy
    self.audience = audience
    self.budget = budget
    self.hint = hint
  }

  /// For messages: its name, or the method and the template.
  package var operation: String { name ?? "\(request.method.rawValue) \(template)" }
}

/// The answer that stands, after however many attempts.
package struct ServiceAnswer: Sendable {
  package let response: HTTPResponse
  package let attempts: Int
  /// What the answer asks for.
  package let retryAfter: Duration?
  /// The token the answer was given to.
  package let token: AccessToken?
}
