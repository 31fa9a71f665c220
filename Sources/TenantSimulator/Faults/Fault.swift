/// What goes wrong with one request.
package enum Fault: Sendable, Hashable {
  /// 429, 503, 500 or 403, in the words of the service; `retryAfter` becomes the header.
  case status(Int, retryAfter: Int?)
  /// The connection closes before anything happened.
  case dropBefore
  /// Everything happens, and the connection closes instead of the answer.
  case dropAfter
  /// The request is served this much later; others are not held up.
  case delay(Duration)
  /// 401 with a claims challenge, and again until a token comes that was asked for with these claims.
  case claimsChallenge
  /// A refusal of the token endpoint by its AADSTS number.
  case aadsts(Int)
  /// The request is accepted, and the work it begins fails after the answer.
  case failOperation
  /// 302 to another address.
  case redirect(String)
  /// 200 with a body of so many bytes.
  case hugeBody(Int)
  /// Exchange answers 200, and says in the body that it has failed.
  case adminErrors
  /// Exchange answers 200 to a cmdlet that does nothing, and warns in the header `X-Warnings` alone.
  case headerWarning
  /// A key set that also lists a key of 1024 bits.
  case weakKeys

  /// As rules and reports name it.
  package var name: String {
    switch self {
    case .status(let status, _): String(status)
    case .dropBefore: "drop_before"
    case .dropAfter: "drop_after"
    case .delay: "delay"
    case .claimsChallenge: "claims_challenge"
    case .aadsts(let code): "aadsts \(code)"
    case .failOperation: "fail_operation"
    case .redirect: "redirect"
    case .hugeBody: "huge_body"
    case .adminErrors: "admin_errors"
    case .headerWarning: "header_warning"
    case .weakKeys: "weak_keys"
    }
  }
}
