import AdminCore

/// A failure answer together with the call it was given to: all that the administrator's message needs.
struct GraphRefusal: Sendable {
  let error: GraphError
  let operation: String
  let permissions: [GraphPermission]
  let subject: GraphSubject
  /// What the token was good for; `nil` when it does not say.
  let roles: [String]?
  let clientRequestID: String?

  private var fault: GraphFault {
    let fault = GraphFault(error, subject: subject)
    return fault == .permissionMissing && lacking.isEmpty && roles != nil ? .targetProtected : fault
  }

  /// The permissions that the token has none for.
  private var lacking: [GraphPermission] {
    guard let roles else { return permissions }
    return permissions.filter { !$0.isGranted(by: roles) }
  }

  var adminError: AdminError {
    let fault = fault
    let (code, message) = explanation(fault)
    var error = AdminError(code, message, details: .object(details(fault)))
    error.isRetryable = [.throttled, .unavailable, .locked, .mailboxBusy, .notReady].contains(fault)
    error.retryAfter = error.isRetryable ? self.error.retryAfter : nil
    error.cause = "\(operation): \(self.error.status) \(self.error.code)"
    return error
  }

  private func details(_ fault: GraphFault) -> JSONObject {
    var details: JSONObject = [
      "service": "graph", "fault": .string(fault.rawValue), "operation": .string(operation),
      "status": .int(error.status), "serviceCode": .string(error.code),
    ]
    // A service might quote the password it refuses.
    if fault != .passwordRefused, !error.message.isEmpty { details["serviceMessage"] = .string(serviceMessage) }
    if [.nameRefused, .addressTaken].contains(fault), !error.details.isEmpty {
      details["problems"] = .array(
        error.details.map { ["code": .string($0.code), "target": .string($0.target), "message": .string($0.message)] })
    }
    if let id = error.requestID { details["requestId"] = .string(id) }
    if let id = clientRequestID { details["clientRequestId"] = .string(id) }
    if [.permissionMissing, .targetProtected].contains(fault) {
      details["permissions"] = .strings((fault == .targetProtected ? permissions : lacking).map(\.rawValue))
    }
    return details
  }

  private var serviceMessage: String { Redactor().redact(text: error.message) }

  private func explanation(_ fault: GraphFault) -> (ErrorCode, String) {
    accessExplanation(fault) ?? groupExplanation(fault) ?? userExplanation(fault) ?? mailExplanation(fault)
      ?? generalExplanation(fault)
  }

  // MARK: Access

  private func accessExplanation(_ fault: GraphFault) -> (ErrorCode, String)? {
    switch fault {
    case .tokenRefused:
      (
        .authenticationFailed,
        "Microsoft Graph refused a fresh token. Check that AZURE_CLOUD and M365_GRAPH_ENDPOINT belong to the tenant and "
          + "that the application is enabled in it."
      )
    case .traceServiceMissing:
      (
        .permissionDenied,
        "Message trace is not set up in this tenant. An administrator creates its service principal once (application "
          + "8bd644d1-64a1-4d4b-ae52-2e0cbf64e373); it takes effect after up to some hours."
      )
    case .permissionMissing: (.permissionDenied, permissionText)
    case .targetProtected: (.permissionDenied, protectionText)
    case .licenseLacking:
      (.licenseLacking, "The tenant lacks the licence that \(operation) needs.\(quoted)")
    case .quotaExceeded:
      (
        .graphFailed,
        "The tenant's quota for directory objects is used up. Delete objects that are no longer needed for good, or ask "
          + "Microsoft to raise the quota."
      )
    default: nil
    }
  }

  private var permissionText: String {
    let names = (lacking.isEmpty ? permissions : lacking).map(\.rawValue).joined(separator: ", ")
    let needed = names.isEmpty ? "a permission" : names
    return "The application lacks \(needed) (application permission, needed for \(operation)). Grant it with admin "
      + "consent under API permissions of the app registration; it counts from the next token on."
  }

  private var protectionText: String {
    switch subject {
    case .mailbox(let name), .message(let name):
      "The application has the permission, but not for mailbox \(shown(name)). An access policy of Exchange (RBAC for "
        + "Applications) leaves it out; add the mailbox to the application's scope."
    case .user(let name):
      "The application has the permission, but \(shown(name)) is protected: an application cannot change users who hold "
        + "administrator roles. A person with the right role has to do it."
    case .object, .group, .team:
      "The application has the permission, but this object is protected or of another application.\(quoted)"
    }
  }

  // MARK: Users and licences

  private func userExplanation(_ fault: GraphFault) -> (ErrorCode, String)? {
    switch fault {
    case .userExists: (.userExists, "A user with this sign-in name\(named) exists already.")
    case .addressTaken:
      (
        .userExists,
        "An address or nickname\(named) is taken (\(takenProperties)). It may belong to another user, a group, a contact "
          + "or a shared mailbox."
      )
    case .passwordRefused:
      (
        .passwordRefused,
        "The tenant refused the password. It needs 8 to 256 characters of three of the classes lower case, upper case, "
          + "digit and symbol, must not contain the name, and must not be a banned one. Leave it out and a good one is "
          + "made."
      )
    case .domainNotVerified:
      (
        .domainNotVerified,
        "The domain of the sign-in name\(named) is not a verified domain of the tenant. Use one that is, or verify it "
          + "under Settings > Domains of the admin center."
      )
    case .invalidUsageLocation:
      (
        .invalidArgument,
        "Licences need a usage location. Give usageLocation (a two-letter country), or set M365_DEFAULT_USAGE_LOCATION."
      )
    case .noSeatLeft:
      (.noSeatLeft, "No seat of the licence is left. Buy seats or take one back from another user, then try again.")
    case .licenseConflict:
      (
        .invalidArgument,
        "The licence holds service plans that conflict with another licence of the user. Remove the other one in the "
          + "same call."
      )
    case .invalidProperty:
      (.invalidArgument, "Microsoft 365 does not accept the value of \(property).\(quoted)")
    default: nil
    }
  }

  private var named: String {
    if case .user(let name) = subject { " (\(shown(name)))" } else { "" }
  }

  private var takenProperties: String {
    let targets = error.details.map(\.target).filter { !$0.isEmpty }
    if !targets.isEmpty { return targets.joined(separator: ", ") }
    return ["proxyAddresses", "mailNickname"].first { error.says($0) } ?? "address"
  }

  /// The name in `Invalid value specified for property 'X' of resource 'User'.`
  private var property: String {
    let parts = error.message.split(separator: "'", maxSplits: 2)
    return parts.count > 1 ? String(parts[1]) : "a property"
  }

  // MARK: Groups and teams

  private func groupExplanation(_ fault: GraphFault) -> (ErrorCode, String)? {
    switch fault {
    case .addressTaken:
      guard let name = groupName else { return nil }
      return (
        .teamNameTaken,
        "The nickname of \(name) is taken (\(takenProperties)): another group or mailbox has it, or a group deleted in "
          + "the last 30 days. Restore that one, or choose another name."
      )
    case .nameTaken:
      return (
        .invalidArgument,
        "The name is taken, perhaps by something deleted in the last 30 days. Choose another one.\(quoted)"
      )
    case .nameRefused:
      let reasons = error.details.map(\.message).filter { !$0.isEmpty }.joined(separator: " ")
      return (
        .invalidArgument,
        "The tenant's naming policy for groups refuses the name. \(Redactor().redact(text: reasons))"
      )
    case .alreadyThere: return (.graphFailed, "It is there already (\(operation)).\(quoted)")
    case .notReady:
      return (
        .graphFailed,
        "\(groupName ?? "What was just made") has not arrived everywhere yet. Try again in a minute."
      )
    case .masteredOnPremises:
      return (
        .permissionDenied,
        "\(userName ?? groupName ?? "The object") is kept by a directory on premises and can only be changed there."
      )
    case .lastOwner:
      return (
        .invalidArgument,
        "\(groupName ?? "The group") would be left without an owner. Make somebody else an owner first."
      )
    case .guestsRefused:
      if userName != nil {
        return (
          .invalidArgument,
          "Nobody may be invited as a guest: the tenant's settings for external collaboration forbid it.\(quoted)"
        )
      }
      return (
        .invalidArgument,
        "Guests may not join \(groupName ?? "the group"): guest access is off, for it or for the whole tenant."
      )
    default: return nil
    }
  }

  private var groupName: String? {
    switch subject {
    case .group(let name), .team(let name): shown(name)
    default: nil
    }
  }

  private var userName: String? {
    if case .user(let name) = subject { shown(name) } else { nil }
  }

  // MARK: Mail

  private func mailExplanation(_ fault: GraphFault) -> (ErrorCode, String)? {
    switch fault {
    case .mailboxMissing:
      (
        .senderRefused,
        "\(mailboxName) has no mailbox that can be used: it is still being made (up to some hours after licensing), or "
          + "the user has no Exchange plan, or the mailbox is on premises."
      )
    case .mailboxBusy: (.graphFailed, "\(mailboxName) is being moved or made. Try again in a few minutes.")
    case .sendAsDenied:
      (.senderRefused, "\(mailboxName) may not send in the name of the given From address. Send from its own address.")
    case .senderBlocked:
      (
        .senderRefused,
        "Exchange does not let \(mailboxName) send: its daily limit is reached or it is blocked for spam. See Restricted "
          + "entities in the Defender portal."
      )
    case .invalidRecipients: (.invalidAddress, "Exchange does not accept a recipient's address.\(quoted)")
    case .invalidHeader:
      (.invalidAddress, "Exchange does not accept a header field: at most five, each beginning with x-.")
    case .tooLarge: (.tooLarge, "Microsoft 365 refuses the request as too large. Send less, or smaller attachments.")
    default: nil
    }
  }

  private var mailboxName: String {
    switch subject {
    case .mailbox(let name), .message(let name), .user(let name): shown(name)
    case .object, .group, .team: "The mailbox"
    }
  }

  // MARK: The rest

  private func generalExplanation(_ fault: GraphFault) -> (ErrorCode, String) {
    switch fault {
    case .throttled:
      let wait = error.retryAfter.map { " Try again after \(($0.milliseconds + 999) / 1000) s." } ?? " Try again later."
      return (.rateLimited, "Microsoft 365 throttles \(operation).\(wait)")
    case .unavailable:
      return (
        .graphFailed,
        "Microsoft Graph failed with status \(error.status), after several attempts. Try again later; the service health "
          + "page of the admin center tells of outages."
      )
    case .notFound: return notFound
    case .conflict: return (.graphFailed, "\(operation) conflicts with the present state of the tenant.\(quoted)")
    case .changedMeanwhile:
      return (.graphFailed, "The object was changed by somebody else meanwhile. Read it again and decide anew.")
    case .locked: return (.graphFailed, "The object is locked by another change. Try again in a minute.")
    case .unsupportedQuery: return (.graphFailed, "Microsoft Graph does not support this query.\(quoted)")
    default: return (.graphFailed, "Microsoft Graph refused \(operation) (status \(error.status)).\(quoted)")
    }
  }

  private var notFound: (ErrorCode, String) {
    switch subject {
    case .user(let name): (.userNotFound, "There is no user \(shown(name)) in the tenant.")
    case .mailbox(let name): (.senderRefused, "There is no mailbox \(shown(name)) in the tenant.")
    case .group(let name): (.notFound, "There is no group \(shown(name)) in the tenant.")
    case .team(let name): (.notFound, "There is no team \(shown(name)) in the tenant.")
    case .message: (.notFound, "The message is not in the mailbox, or no longer.")
    case .object: (.notFound, "There is no such object in the tenant (\(operation)).")
    }
  }

  private var quoted: String {
    error.message.isEmpty ? "" : " Microsoft 365 says: \"\(serviceMessage.replacing("\"", with: "'"))\""
  }

  private func shown(_ name: String) -> String { VisibleText.excerpt(name) }
}
