import AdminCore

/// A demand that clients ask for a new token, and prove that they have read it.
struct ClaimsChallenge: Sendable {
  let claims: JSONValue
  /// Ids of the tokens that were asked for with these claims.
  var satisfiedBy: Set<String> = []

  init(at now: Timestamp) {
    claims = ["access_token": ["nbf": ["essential": true, "value": .string(String(now.seconds))]]]
  }
}
