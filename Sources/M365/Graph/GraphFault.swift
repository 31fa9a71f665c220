package import AdminCore

/// What a failure answer means: Graph's status, codes and, where nothing else tells, its documented messages.
package enum GraphFault: String, CaseIterable, Sendable {
  case throttled, unavailable
  case tokenRefused, traceServiceMissing, permissionMissing, targetProtected, licenseLacking, quotaExceeded
  case userExists, addressTaken, passwordRefused, domainNotVerified, invalidUsageLocation, noSeatLeft, invalidProperty
  case licenseConflict
  case mailboxMissing, mailboxBusy, sendAsDenied, senderBlocked, invalidRecipients, invalidHeader
  case alreadyThere, nameTaken, nameRefused, notReady, masteredOnPremises, lastOwner, guestsRefused
  case notFound, conflict, changedMeanwhile, tooLarge, locked, unsupportedQuery, refused

  package init(_ error: GraphError, subject: GraphSubject = .object) {
    switch error.status {
    case 429, 509: self = .throttled
    case 401: self = Self.unauthorized(error)
    case 403: self = Self.forbidden(error)
    case 404, 410: self = Self.missing(error, subject)
    case 409: self = Self.badRequest(error) ?? Self.presence(error) ?? .conflict
    case 412: self = .changedMeanwhile
    case 413: self = .tooLarge
    case 423: self = .locked
    case 507: self = .quotaExceeded
    case 500...: self = error.hasCode("MailboxInfoStale") ? .mailboxBusy : .unavailable
    default: self = Self.badRequest(error) ?? .refused
    }
  }

  private static func unauthorized(_ error: GraphError) -> GraphFault {
    if error.says("Service principal-less authentication failed") { return .traceServiceMissing }
    return error.hasCode("MailboxInfoStale") ? .mailboxBusy : .tokenRefused
  }

  private static func forbidden(_ error: GraphError) -> GraphFault {
    if error.hasCode("Directory_QuotaExceeded") { return .quotaExceeded }
    if error.hasCode("ErrorSendAsDenied") { return .sendAsDenied }
    if error.hasCode("ErrorExceededMessageLimit", "ErrorAccountSuspend") { return .senderBlocked }
    if error.says("license"), error.says("tenant") { return .licenseLacking }
    if error.says("Guest invitations not allowed") { return .guestsRefused }
    if error.hasCode("GuestAccessDisabled") || error.says("guest", "guests"),
      error.says("not allowed", "cannot be added")
    {
      return .guestsRefused
    }
    return .permissionMissing
  }

  private static func missing(_ error: GraphError, _ subject: GraphSubject) -> GraphFault {
    if error.hasCode("MailboxNotEnabledForRESTAPI", "ErrorInvalidUser") { return .mailboxMissing }
    if error.hasCode("ResourceNotFound"), error.says("could not be discovered") { return .mailboxMissing }
    // Services behind Graph learn of a new group later than the directory, and say so only in words.
    if error.says("is not ready yet", "backend request") { return .notReady }
    return .notFound
  }

  private static func badRequest(_ error: GraphError) -> GraphFault? {
    if let fault = clash(error) { return fault }
    if error.hasCode("Directory_QuotaExceeded") { return .quotaExceeded }
    if error.hasCode("ContainsBlockedWord", "MissingPrefixSuffix") { return .nameRefused }
    if error.says("on-premises mastered") { return .masteredOnPremises }
    if error.says("must have at least one owner", "last owner") { return .lastOwner }
    if error.hasCode("NameAlreadyExists")
      || error.says("object references already exist", "being assigned already exists", "entry already exists")
    {
      return presence(error)
    }
    if error.says("password complexity", "password does not comply") { return .passwordRefused }
    if error.says("banned", "too weak"), error.says("password") { return .passwordRefused }
    if error.says("The domain portion of the userPrincipalName property is invalid") { return .domainNotVerified }
    if error.says("invalid usage location") { return .invalidUsageLocation }
    if error.says("does not have any available licenses") { return .noSeatLeft }
    if error.says("conflicting service plans", "MutuallyExclusive", "mutually exclusive") { return .licenseConflict }
    if error.hasCode("InvalidInternetMessageHeader") { return .invalidHeader }
    if error.hasCode("ErrorInvalidRecipients") { return .invalidRecipients }
    if error.hasCode("ErrorMessageSizeExceeded") { return .tooLarge }
    if error.hasCode("ErrorSendAsDenied") { return .sendAsDenied }
    if error.hasCode("Request_UnsupportedQuery") { return .unsupportedQuery }
    if error.says("Invalid value specified for property") { return .invalidProperty }
    return nil
  }

  /// What was to be made, or to be so, is there or is so already.
  private static func presence(_ error: GraphError) -> GraphFault? {
    if error.hasCode("NameAlreadyExists") || error.says("name already existed", "name is already in use") {
      return .nameTaken
    }
    let isPresent = error.says("already exist", "already installed", "already in use", "already assigned")
    return isPresent ? .alreadyThere : nil
  }

  private static func clash(_ error: GraphError) -> GraphFault? {
    guard error.hasCode("ObjectConflict") || error.says("Another object with the same value for property") else {
      return nil
    }
    let targets = error.details.filter { $0.code.lowercased() == "objectconflict" }.map(\.target)
    if targets.contains("userPrincipalName") { return .userExists }
    if !targets.isEmpty { return .addressTaken }
    return error.says("property userPrincipalName") ? .userExists : .addressTaken
  }
}

extension AdminError {
  /// What Graph's answer meant, for a caller that can do something about it.
  package var graphFault: GraphFault? { details?["fault"]?.stringValue.flatMap(GraphFault.init(rawValue:)) }
}
