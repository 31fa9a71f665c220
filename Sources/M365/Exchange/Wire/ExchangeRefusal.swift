import AdminCore

/// A failure answer together with the call it was given to: all that the administrator's message needs.
struct ExchangeRefusal: Sendable {
  let error: ExchangeError
  let call: ExchangeCall
  /// What the token says of its bearer; `nil` when it says nothing.
  let claims: TokenClaims?
  let clientRequestID: String

  private var fault: ExchangeFault { ExchangeFault(error) }

  var adminError: AdminError {
    let fault = fault
    let (code, message) = explanation(fault)
    var error = AdminError(code, message, details: .object(details(fault)))
    error.isRetryable = fault.passes
    error.retryAfter = fault.passes ? self.error.retryAfter : nil
    error.cause = "\(call.cmdlet): \(self.error.status) \(self.error.code) \(self.error.exception)"
    return error
  }

  private func details(_ fault: ExchangeFault) -> JSONObject {
    var details: JSONObject = [
      "service": "exchange", "fault": .string(fault.rawValue), "operation": .string(call.cmdlet),
      "status": .int(error.status), "serviceCode": .string(error.exception.isEmpty ? error.code : error.exception),
    ]
    if !error.message.isEmpty { details["serviceMessage"] = .string(error.message) }
    if let id = error.requestID { details["requestId"] = .string(id) }
    details["clientRequestId"] = .string(clientRequestID)
    if [.cmdletNotGranted, .accessDenied, .parameterNotGranted].contains(fault) {
      details["permissions"] = .strings([GraphPermission.exchangeManageAsApp.rawValue])
    }
    return details
  }

  private func explanation(_ fault: ExchangeFault) -> (ErrorCode, String) {
    accessExplanation(fault) ?? stateExplanation(fault) ?? generalExplanation(fault)
  }

  // MARK: Access

  private func accessExplanation(_ fault: ExchangeFault) -> (ErrorCode, String)? {
    switch fault {
    case .tokenRefused:
      (
        .authenticationFailed,
        "Exchange Online refused a fresh token. Check that AZURE_CLOUD and M365_EXCHANGE_ENDPOINT belong to the tenant "
          + "and that the application is enabled in it."
      )
    case .cmdletNotGranted, .accessDenied: (.permissionDenied, accessText)
    case .parameterNotGranted:
      (
        .permissionDenied,
        "The application's Exchange role does not include a parameter that \(call.cmdlet) needs. Give its service "
          + "principal the Exchange Administrator role.\(quoted)"
      )
    case .licenseLacking:
      (.licenseLacking, "A licence is lacking for what \(call.cmdlet) should do\(of).\(quoted)")
    default: nil
    }
  }

  private var accessText: String {
    let access = ExchangeAccess(claims)
    switch access.obstacle(to: call.endpoint) {
    case .permissionMissing:
      return "The application lacks Exchange.ManageAsApp (application permission of Office 365 Exchange Online). Grant "
        + "it with admin consent under API permissions of the app registration; it counts from the next token on."
    case .roleMissing(let role):
      return "The application may sign in to Exchange Online but holds no administrator role there. Assign the Entra "
        + "role \(role) to its service principal; it counts from the next token on, which can take an hour."
    case nil:
      return "Exchange Online does not let the application use \(call.cmdlet). Its role does not include it, or the "
        + "tenant lacks the licence it comes with. Exchange Administrator includes everything this program does."
    }
  }

  // MARK: The state of the tenant

  private func stateExplanation(_ fault: ExchangeFault) -> (ErrorCode, String)? {
    switch fault {
    case .notFound: notFound
    case .notCustomized:
      (
        .exchangeRefused,
        "The tenant still shares Microsoft's own Exchange configuration. It must get one of its own first "
          + "(Enable-OrganizationCustomization); that takes minutes, then try again."
      )
    case .dnsRecordMissing:
      (
        .exchangeRefused,
        "The DNS records of the domain's DKIM keys are not visible yet. Publish both CNAME records at the domain's DNS "
          + "host, wait until they are visible, then try again."
      )
    case .masteredOnPremises:
      (
        .permissionDenied,
        "The mailbox\(of) belongs to somebody whom a directory on premises keeps; what \(call.cmdlet) should change can "
          + "only be changed there, and comes here with the next synchronisation."
      )
    case .centralDeployment:
      (
        .exchangeRefused,
        "Exchange Online does not take organisation add-ins by this way in this tenant. Deploy it in the admin center "
          + "under Settings > Integrated apps > Upload custom apps."
      )
    case .nameTaken: (.exchangeRefused, "The name or address is taken\(of).\(quoted)")
    case .alreadyThere: (.exchangeRefused, "It is there already\(of).\(quoted)")
    case .notThere: (.exchangeRefused, "It is not there\(of).\(quoted)")
    case .invalidValue: (.invalidArgument, "Exchange Online does not accept a value\(of).\(quoted)")
    default: nil
    }
  }

  private var notFound: (ErrorCode, String) {
    switch call.subject {
    case .mailbox(let name):
      (.notFound, "There is no mailbox \(shown(name)) in Exchange Online, or not yet: a new one takes some minutes.")
    case .object(let name): (.notFound, "Exchange Online knows nothing by the name \(shown(name)).")
    case .organization: (.notFound, "Exchange Online does not find what \(call.cmdlet) needs.\(quoted)")
    }
  }

  private var of: String {
    switch call.subject {
    case .mailbox(let name), .object(let name): " (\(shown(name)))"
    case .organization: ""
    }
  }

  // MARK: The rest

  private func generalExplanation(_ fault: ExchangeFault) -> (ErrorCode, String) {
    switch fault {
    case .throttled:
      let wait = error.retryAfter.map { " Try again after \(($0.milliseconds + 999) / 1000) s." } ?? " Try again later."
      return (.rateLimited, "Exchange Online throttles \(call.cmdlet).\(wait)")
    case .unavailable, .busy:
      return (
        .exchangeRefused,
        "Exchange Online failed with status \(error.status), after several attempts. Try again later; the service "
          + "health page of the admin center tells of outages."
      )
    case .misrouted:
      return (
        .exchangeRefused,
        "Exchange Online could not reach the server of the mailbox\(of). It is probably being moved; try again in some "
          + "minutes."
      )
    default:
      return (.exchangeRefused, "Exchange Online refused \(call.cmdlet) (status \(error.status))\(of).\(quoted)")
    }
  }

  private var quoted: String {
    error.message.isEmpty ? "" : " Exchange Online says: \"\(error.message.replacing("\"", with: "'"))\""
  }

  private func shown(_ name: String) -> String { VisibleText.excerpt(name) }
}
