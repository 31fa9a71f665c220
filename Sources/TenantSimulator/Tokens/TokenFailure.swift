import AdminCore

/// A refusal of the token endpoint, by the number that Entra ID gives it.
struct TokenFailure: Error, Sendable {
  let code: Int
  let error: String
  let status: Int
  let message: String

  /// - Parameter detail: takes the place of the usual text.
  init(_ code: Int, _ detail: String? = nil) {
    self.code = code
    let known = Self.known[code]
    error = known?.error ?? "invalid_request"
    status = known?.status ?? 400
    message = detail ?? known?.text ?? "The request was refused."
  }

  static func isKnown(_ code: Int) -> Bool { known[code] != nil }

  func json(at now: Timestamp, traceID: String, correlationID: String) -> JSONObject {
    let stamp = now.iso8601Seconds.replacing("T", with: " ")
    let tail = "Trace ID: \(traceID) Correlation ID: \(correlationID) Timestamp: \(stamp)"
    return [
      "error": .string(error), "error_description": .string("AADSTS\(code): \(message) \(tail)"),
      "error_codes": [.int(code)], "timestamp": .string(stamp), "trace_id": .string(traceID),
      "correlation_id": .string(correlationID),
      "error_uri": .string("https://login.microsoftonline.com/error?code=\(code)"),
    ]
  }

  private static let known: [Int: (error: String, status: Int, text: String)] = [
    7_000_215: (
      "invalid_client", 401,
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not "
        + "the client secret ID."
    ),
    7_000_222: ("invalid_client", 401, "The provided client secret keys are expired."),
    7_000_216: (
      "invalid_client", 401,
      "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."
    ),
    7_000_218: (
      "invalid_client", 401,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
    ),
    700_027: (
      "invalid_client", 401,
      "The certificate with identifier used to sign the client assertion is not registered on application. "
        + "[Reason - The key was not found.]"
    ),
    700_024: ("invalid_client", 401, "Client assertion is not within its valid time range."),
    700_023: ("invalid_client", 401, "Client assertion audience claim does not match Realm issuer."),
    50_012: ("invalid_client", 401, "Authentication failed: the client assertion is not valid."),
    50_027: ("invalid_request", 400, "JWT token is invalid or malformed."),
    700_030: ("invalid_client", 401, "Invalid certificate: subject or issuer is not authorised for the application."),
    700_016: (
      "unauthorized_client", 400,
      "Application was not found in the directory. This can happen if the application has not been installed by the "
        + "administrator of the tenant."
    ),
    7_000_229: (
      "invalid_client", 401, "The client application is missing service principal in the tenant."
    ),
    7_000_112: ("unauthorized_client", 400, "Application is disabled."),
    90_002: ("invalid_request", 400, "Tenant not found. Check to make sure you have the correct tenant ID."),
    900_023: ("invalid_request", 400, "Specified tenant identifier is neither a valid DNS name, nor a valid domain."),
    50_059: (
      "invalid_request", 400,
      "No tenant-identifying information found in either the request or implied by any provided credentials."
    ),
    50_194: ("unauthorized_client", 400, "Application is not configured as a multi-tenant application."),
    70_011: ("invalid_scope", 400, "The provided request must include a 'scope' input parameter for one resource."),
    1_002_012: (
      "invalid_scope", 400,
      "The provided value for scope is not valid. Client credential flows must have a scope value with /.default "
        + "suffixed to the resource identifier (application ID URI)."
    ),
    500_011: ("invalid_resource", 400, "The resource principal was not found in the tenant."),
    65_001: (
      "invalid_grant", 400, "The user or administrator has not consented to use the application."
    ),
    501_051: ("invalid_grant", 400, "Application is not assigned to a role for the application."),
    50_105: ("invalid_grant", 400, "The application is configured to block whoever is not assigned a role."),
    53_003: ("access_denied", 400, "Access has been blocked by Conditional Access policies."),
    530_032: ("access_denied", 400, "Blocked by security policy."),
    70_021: ("invalid_client", 401, "No matching federated identity record found for presented assertion."),
    700_211: ("invalid_client", 401, "No matching federated identity record found for presented assertion issuer."),
    700_212: ("invalid_client", 401, "No matching federated identity record found for presented assertion audience."),
    700_213: ("invalid_client", 401, "No matching federated identity record found for presented assertion subject."),
    900_144: ("invalid_request", 400, "The request body must contain a required parameter that is missing."),
    90_014: ("invalid_request", 400, "The required field is missing from the credential."),
    70_003: ("unsupported_grant_type", 400, "The app requested an unsupported grant type."),
    900_382: ("invalid_client", 400, "Confidential Client is not supported in Cross Cloud request."),
    90_038: ("invalid_request", 400, "Tenant request has been redirected to another national cloud."),
    900_439: ("invalid_request", 400, "The application belongs to another national cloud."),
    50_049: ("invalid_request", 400, "Unknown or invalid instance."),
    50_196: ("invalid_grant", 400, "The server terminated an operation because it encountered a client request loop."),
    50_057: ("invalid_grant", 400, "The account is disabled."),
    90_033: ("temporarily_unavailable", 503, "A transient error has occurred. Please try again."),
    90_055: ("temporarily_unavailable", 429, "The server is busy: too many requests."),
    90_006: ("server_error", 500, "External server error. Please try again."),
    50_000: ("server_error", 500, "There was an error issuing a token."),
  ]
}
