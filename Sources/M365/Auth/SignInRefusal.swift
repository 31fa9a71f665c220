package import AdminCore

/// The sign-in service's refusal of a token request, for the audit trail and for the administrator.
package struct SignInRefusal: Sendable {
  package let audience: TokenAudience
  package let status: Int
  /// The number of Microsoft's `AADSTS` error; `nil` when the answer names none.
  package let code: Int?
  /// RFC 6749 section 5.2.
  package let error: String?
  /// Ids under which Microsoft finds the request.
  package let traceID: String?
  package let correlationID: String?
  /// What Microsoft says, cleaned, shortened and without secrets.
  package let description: String
  /// What the administrator is told.
  package let remedy: AdminError
}

/// What a refusal is read with: everything the remedy may have to name.
struct SignInContext: Sendable {
  let audience: TokenAudience
  let cloud: Configuration.Cloud
  let credential: TokenCredential
  let now: Timestamp

  var usesManagedIdentity: Bool {
    if case .managedIdentity = credential { true } else { false }
  }

  /// What was sent and must not come back in a message. Assertions are known by their shape.
  var secrets: [String] {
    if case .clientSecret(let secret) = credential { [secret.reveal()] } else { [] }
  }
}

extension SignInRefusal {
  init(_ response: HTTPResponse, retryAfter: Duration?, _ context: SignInContext) {
    let json = try? JSONParser.parse(response.body, maximumDepth: 16)
    let text = json?["error_description"]?.stringValue ?? ""
    let code = Self.code(json, text)
    audience = context.audience
    status = response.status
    self.code = code
    error = json?["error"]?.stringValue.map { VisibleText.excerpt($0, limit: 60) }
    traceID = json?["trace_id"]?.stringValue.map { VisibleText.excerpt($0, limit: 60) }
    correlationID = json?["correlation_id"]?.stringValue.map { VisibleText.excerpt($0, limit: 60) }
    description = Self.discreet(text, context.secrets)
    var remedy = SignInFault(code: code, error: error, status: response.status).remedy(context)
    if remedy.isRetryable { remedy.retryAfter = retryAfter }
    remedy.details = [
      "aadsts": code.map(JSONValue.int) ?? .null, "error": .optional(error), "status": .int(response.status),
      "traceId": .optional(traceID), "microsoftCorrelationId": .optional(correlationID),
      "serviceMessage": .string(description),
    ]
    self.remedy = remedy
  }

  /// Whether the same request may be granted in a moment.
  static func isTransient(_ response: HTTPResponse) -> Bool {
    // The metadata service says so while it is being updated.
    if response.status == 410 { return true }
    guard response.status == 400 || response.status == 401,
      let json = try? JSONParser.parse(response.body, maximumDepth: 16),
      let code = code(json, json["error_description"]?.stringValue ?? "")
    else { return false }
    return SignInFault.transientCodes.contains(code)
  }

  private static func code(_ json: JSONValue?, _ text: String) -> Int? {
    if let code = json?["error_codes"]?[0]?.intValue { return code }
    guard let range = text.firstRange(of: "AADSTS") else { return nil }
    return Int(text[range.upperBound...].prefix(10).prefix { $0.isASCII && $0.isNumber })
  }

  private static func discreet(_ text: String, _ secrets: [String]) -> String {
    // The ids and the time that follow stand in members of their own.
    let sentence = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let end = sentence.firstRange(of: " Trace ID:")?.lowerBound ?? sentence.endIndex
    let shown = ConfidentialText.hide(secrets, in: String(sentence[..<end].prefix(4000)))
    return Redactor().redact(text: VisibleText.excerpt(shown, limit: 300))
  }
}
