/// The stable codes of the product's errors. Programs branch on them, documents are generated from them, and a code is
/// never given a second meaning.
package enum ErrorCode: String, CaseIterable, Sendable, Codable {
  // Signing in to Microsoft 365, and callers' own tokens
  case authenticationFailed = "AUTH_001"
  case tokenExpired = "AUTH_002"
  case wrongAudience = "AUTH_003"
  case wrongIssuer = "AUTH_004"
  case badSignature = "AUTH_005"
  case malformedToken = "AUTH_006"
  case notAnAccessToken = "AUTH_007"
  case tokenRequired = "AUTH_008"
  case clientNotAllowed = "AUTH_009"

  // Permissions
  case permissionDenied = "PERM_001"
  case keyDenied = "PERM_002"
  case otherTenant = "PERM_003"
  case agentMayNotWrite = "PERM_005"

  // Settings, arguments, confirmation
  case misconfigured = "CFG_001"
  case invalidArgument = "VAL_001"
  case needsClarification = "VAL_002"
  case tooLarge = "VAL_003"
  case valueRefused = "VAL_004"
  case confirmationRequired = "CONF_001"

  // Users and licences
  case userExists = "USER_001"
  case userNotFound = "USER_002"
  case domainNotVerified = "USER_003"
  case passwordRefused = "USER_004"
  case unknownLicense = "LIC_001"
  case noSeatLeft = "LIC_002"
  case licenseLacking = "LIC_003"

  // Teams
  case teamNameTaken = "TEAM_001"

  // Templates and mail
  case templateNotFound = "TMPL_001"
  case templateSyntax = "TMPL_002"
  case undefinedVariable = "TMPL_003"
  case templateNameTaken = "TMPL_004"
  case templateBound = "TMPL_005"
  case invalidAddress = "MAIL_001"
  case senderRefused = "MAIL_002"
  case mailOutcomeUnknown = "MAIL_003"

  // Persona configuration
  case personaNotFound = "PCFG_001"
  case etagConflict = "PCFG_002"
  case unknownKey = "PCFG_003"
  case lockedKey = "PCFG_004"
  case versionNotFound = "PCFG_005"
  case documentBound = "PCFG_006"
  case badKeySchema = "PCFG_007"

  // Services
  case rateLimited = "RATE_001"
  case graphFailed = "GRAPH_001"
  case notFound = "GRAPH_002"
  case exchangeRefused = "EXO_001"

  // Features and connections
  case unknownFeature = "FEAT_001"
  case notPossible = "FEAT_002"

  // Workflows
  case operationNotFound = "WF_002"
  case illegalState = "WF_003"
  case idempotencyMismatch = "WF_004"
  case outcomeUnknown = "WF_005"
  case compensationFailed = "WF_008"
  case deadlinePassed = "WF_009"
  case cancelled = "WF_010"

  // Audit and store
  case auditUnavailable = "AUD_001"
  case auditBroken = "AUD_002"
  case cannotDecrypt = "STORE_001"
  case schemaNewer = "STORE_002"
  case storeBusy = "STORE_003"
  case storeReadOnly = "STORE_004"

  /// A fault of this program; details are in its log.
  case internalFault = "INT_001"
}

extension ErrorCode {
  /// What the code means, in the words of the generated documentation.
  package var meaning: String {
    switch self {
    case .authenticationFailed: "Microsoft 365 refused the credentials, or none could be used"
    case .tokenExpired: "A token is past its time, or not valid yet"
    case .wrongAudience: "A token was issued for another application"
    case .wrongIssuer: "A token was issued by another authority or tenant"
    case .badSignature: "A token's signature or key is not accepted"
    case .malformedToken: "A token is malformed or uses a refused algorithm"
    case .notAnAccessToken: "A token is not an access token"
    case .tokenRequired: "The call needs a caller's token"
    case .clientNotAllowed: "The token's client application is not allowed"
    case .permissionDenied: "The caller or the application lacks a permission"
    case .keyDenied: "A rule for a configuration key denies the caller; details name the keys"
    case .otherTenant: "The token belongs to another tenant"
    case .agentMayNotWrite: "The identity of a persona's agent may read its configuration and never change it"
    case .misconfigured: "Settings are missing or wrong; the message names all of them"
    case .invalidArgument: "An argument is missing, unknown or wrong"
    case .needsClarification: "The request fits several things; details name the candidates"
    case .tooLarge: "The input is larger than allowed"
    case .valueRefused: "A value does not fit the schema of its configuration key"
    case .confirmationRequired: "A person must approve the plan first"
    case .userExists: "The user or one of its addresses exists already"
    case .userNotFound: "No such user in the tenant"
    case .domainNotVerified: "The address's domain is not a verified domain of the tenant"
    case .passwordRefused: "The password breaks the tenant's policy"
    case .unknownLicense: "The tenant has no such licence"
    case .noSeatLeft: "No seat of the licence is left"
    case .licenseLacking: "The tenant lacks the licence this needs"
    case .teamNameTaken: "The team's mail nickname is taken"
    case .templateNotFound: "No such template"
    case .templateSyntax: "The template cannot be parsed or uses what is not allowed"
    case .undefinedVariable: "The template uses a variable that has no value"
    case .templateNameTaken: "A template of that name exists already"
    case .templateBound: "The template or its output exceeds a bound"
    case .invalidAddress: "A mail address, subject or header is not valid"
    case .senderRefused: "The sender is missing, has no mailbox or may not send"
    case .mailOutcomeUnknown: "It cannot be told whether the mail was sent"
    case .personaNotFound: "No such persona"
    case .etagConflict: "The document was changed meanwhile; details hold its present etag"
    case .unknownKey: "The tenant takes only declared configuration keys, and this is none"
    case .lockedKey: "A layer above has locked the configuration key"
    case .versionNotFound: "The document has no such version, or none at that time"
    case .documentBound: "The configuration document would exceed a bound"
    case .badKeySchema: "The schema of a configuration key cannot be used"
    case .rateLimited: "Too many requests; retry after the given time"
    case .graphFailed: "Microsoft Graph refused or failed"
    case .notFound: "No such object in the tenant"
    case .exchangeRefused: "Exchange Online refused or failed"
    case .unknownFeature: "No such feature or connection; details name those there are"
    case .notPossible: "Not possible on the platform; the message says why"
    case .operationNotFound: "No such operation"
    case .illegalState: "The operation is not in a state that allows this"
    case .idempotencyMismatch: "The idempotency key was used with other arguments"
    case .outcomeUnknown: "It cannot be told whether a step took effect"
    case .compensationFailed: "Something could not be undone; details list what is left for a person"
    case .deadlinePassed: "The operation ran out of time"
    case .cancelled: "The call was cancelled before it was done"
    case .auditUnavailable: "The audit trail cannot be written, so nothing was done"
    case .auditBroken: "The audit trail does not verify"
    case .cannotDecrypt: "The store cannot be opened with this key, or is not an encrypted store"
    case .schemaNewer: "The store was written by a newer version"
    case .storeBusy: "The store is locked by another process"
    case .storeReadOnly: "The store cannot be written: read-only or disk full"
    case .internalFault: "A fault of this program"
    }
  }

  /// Whether the same call may succeed later without anything being changed.
  package var isRetryable: Bool {
    switch self {
    case .rateLimited, .storeBusy: true
    default: false
    }
  }
}
