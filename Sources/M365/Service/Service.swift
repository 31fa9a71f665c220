import AdminCore

/// A service as an administrator knows it: what errors call it, and which setting says where it is.
package enum Service: Sendable {
  case login, graph, exchange, upload, instanceMetadata

  var title: String {
    switch self {
    case .login: "the sign-in service"
    case .graph: "Microsoft Graph"
    case .exchange: "Exchange Online"
    case .upload: "the upload service of Outlook"
    case .instanceMetadata: "the managed-identity service of this machine"
    }
  }

  var code: ErrorCode {
    switch self {
    case .login, .instanceMetadata: .authenticationFailed
    case .graph, .upload: .graphFailed
    case .exchange: .exchangeRefused
    }
  }

  var endpointSetting: Setting? {
    switch self {
    case .login: .loginEndpoint
    case .graph, .upload: .graphEndpoint
    case .exchange: .exchangeEndpoint
    case .instanceMetadata: nil
    }
  }
}

extension AdminError {
  /// A call that got no answer and had no effect, or may be repeated: what to look at.
  static func unanswered(_ call: ServiceCall, _ failure: HTTPFailure) -> AdminError {
    guard failure.reason != .cancelled else { return .cancelled }
    let service = call.service
    let host = call.request.url.origin.host
    let (problem, remedy): (String, String) =
      switch failure.reason {
      case .unresolved: ("the name \(host) has no address", "Check the network, DNS and proxy of this machine.")
      case .unreachable: ("\(host) cannot be reached", "Check the network, firewall and proxy of this machine.")
      case .refusedAddress:
        ("\(host) has an address in a private network", "Only public addresses are asked; give another one.")
      case .untrusted:
        (
          "the certificate of \(host) is not trusted",
          "Nothing was sent. If a proxy of yours inspects TLS, give its authority in M365_CA_FILE."
        )
      case .tls: ("no TLS 1.2 connection to \(host)", "Check for a proxy or firewall that interferes.")
      case .timedOut: ("\(host) did not answer in time", "Try again later.")
      case .tooLarge: ("the answer is larger than this program accepts", "Ask for less at once.")
      case .malformedReply: ("what answers at \(host) does not speak HTTP", "Check for a proxy that interferes.")
      case .interrupted: ("the connection broke off", "Try again.")
      case .overloaded: ("too many requests of this program wait already", "Try again in a moment.")
      case .closed: ("this program is shutting down or out of resources", "Try again after a restart.")
      case .malformedRequest, .cancelled: ("the request could not be formed", "See the log of this program.")
      }
    let setting = service.endpointSetting.map { " If the address is wrong, see \($0.rawValue) and AZURE_CLOUD." } ?? ""
    let names = [HTTPFailure.Reason.unresolved, .unreachable, .malformedReply].contains(failure.reason)
    return AdminError(
      failure.reason == .malformedRequest ? .internalFault : service.code,
      "No answer from \(service.title): \(problem). \(remedy)\(names ? setting : "")",
      isRetryable: ![.untrusted, .malformedRequest, .tooLarge, .refusedAddress].contains(failure.reason),
      details: ["operation": .string(call.operation), "reason": .string(failure.reason.rawValue)],
      cause: failure.detail)
  }

  /// A call that may have had its effect: nobody may repeat it without looking.
  static func unclear(_ call: ServiceCall, _ reason: String, cause: String) -> AdminError {
    AdminError(
      .outcomeUnknown,
      "It cannot be told whether \(call.operation) took effect: \(reason). Look at the tenant before doing it again.",
      details: ["operation": .string(call.operation), "reason": .string(reason)], cause: cause)
  }
}
