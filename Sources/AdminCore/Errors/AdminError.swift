/// What went wrong, in the three parts every error of this product has: a stable code, a message that is safe to show
/// and tells the administrator what to do next, and a private cause for the log.
package struct AdminError: Error, Sendable {
  /// One fault among several of the same call, at a place in the arguments (RFC 6901 pointer).
  package struct Problem: Hashable, Sendable {
    package let path: String
    package let rule: String
    package let message: String

    package init(path: String, rule: String, message: String) {
      self.path = path
      self.rule = rule
      self.message = message
    }

    package var json: JSONValue { ["path": .string(path), "rule": .string(rule), "message": .string(message)] }
  }

  package let code: ErrorCode
  /// Safe for the client: holds no secret and no text of a server's internals.
  package let message: String
  package var isRetryable: Bool
  package var retryAfter: Duration?
  /// Ties the answer to the log and the audit trail.
  package var correlationID: String?
  package var details: JSONValue?
  /// For the log only, and there behind redaction. Never part of an answer.
  package var cause: String?

  package init(
    _ code: ErrorCode,
    _ message: String,
    isRetryable: Bool? = nil,
    retryAfter: Duration? = nil,
    details: JSONValue? = nil,
    cause: String? = nil
  ) {
    self.code = code
    self.message = message
    self.isRetryable = isRetryable ?? code.isRetryable
    self.retryAfter = retryAfter
    self.details = details
    self.cause = cause
  }

  /// Arguments that break rules: all of them at once.
  package init(_ code: ErrorCode = .invalidArgument, problems: [Problem]) {
    let summary = problems.map { problem in
      problem.path.isEmpty ? problem.message : "\(problem.path): \(problem.message)"
    }
    self.init(code, summary.joined(separator: "; "), details: .array(problems.map(\.json)))
  }
}

extension AdminError {
  package static let cancelled = AdminError(.cancelled, "The call was cancelled.")

  /// The error object of the interface: `{code, message, retryable, retryAfterMs?, correlationId, details?}`.
  package var json: JSONObject {
    var object: JSONObject = [
      "code": .string(code.rawValue), "message": .string(message), "retryable": .bool(isRetryable),
    ]
    if let retryAfter { object["retryAfterMs"] = .int(retryAfter.milliseconds) }
    object["correlationId"] = .string(correlationID ?? "")
    object["details"] = details
    return object
  }

  package func correlated(with id: String) -> AdminError {
    var error = self
    error.correlationID = error.correlationID ?? id
    return error
  }

  /// The same error saying more about what caused it, for the log.
  package func because(_ cause: String) -> AdminError {
    var error = self
    error.cause = cause
    return error
  }
}

extension AdminError: CustomStringConvertible {
  /// Only what is safe to show; the cause is left out.
  package var description: String { "\(code.rawValue): \(message)" }
}
