import AdminCore

/// How each service says that something is wrong with it.
enum FaultAnswer {
  static func make(
    _ status: Int, retryAfter: Int?, for service: Service, path: String, state: inout TenantState,
    request: SimulatedRequest
  ) -> SimulatedResponse {
    var response =
      switch service {
      case .login: login(status, &state)
      case .exchange: exchange(status, &state, request)
      case .graph, .other: graph(status, path, &state, request)
      }
    if let retryAfter { response.headers["Retry-After"] = String(retryAfter) }
    return response
  }

  private static func login(_ status: Int, _ state: inout TenantState) -> SimulatedResponse {
    let code =
      switch status {
      case 429: 90_055
      case 503: 90_033
      case 403: 53_003
      default: 50_000
      }
    var response = TokenEndpoint.refusal(TokenFailure(code), state: &state)
    response.status = status
    return response
  }

  private static func exchange(
    _ status: Int, _ state: inout TenantState, _ request: SimulatedRequest
  ) -> SimulatedResponse {
    let failure: ExchangeFailure =
      switch status {
      case 403: .notAmongTheCallers
      case 429: .plain(429, "TooManyRequests", "Too many requests. Please retry later.")
      case 503:
        .cmdlet(
          "Microsoft.Exchange.Data.Storage.ServerBusyException", "The server is too busy to process the request.",
          status: 503)
      default: .plain(500, "InternalServerError", "An internal server error has occurred.")
      }
    return ExchangeService.response(failure, request: request, state: &state)
  }

  private static func graph(
    _ status: Int, _ path: String, _ state: inout TenantState, _ request: SimulatedRequest
  ) -> SimulatedResponse {
    let isMail = ["/messages", "/sendMail", "/mailFolders", "/mailboxSettings", "/getMailTips"]
      .contains { path.contains($0) }
    let failure =
      switch (status, isMail) {
      case (429, true):
        GraphFailure(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.")
      case (429, false):
        GraphFailure(
          429, "TooManyRequests", "Too many requests.",
          headers: [
            "x-ms-throttle-scope": "Tenant_Application/ReadWrite", "x-ms-throttle-information": "CPULimitExceeded",
          ])
      case (503, true): GraphFailure(503, "MailboxStoreUnavailable", "The mailbox database is temporarily unavailable.")
      case (503, false): GraphFailure(503, "ServiceUnavailable", "The service is temporarily unavailable.")
      case (403, true): Workload.outlook.accessDenied
      case (403, false): Workload.directory.accessDenied
      case (_, true): GraphFailure(500, "ErrorInternalServerError", "An internal server error occurred.")
      case (_, false): GraphFailure(500, "InternalServerError", "The server encountered an internal error.")
      }
    return GraphService.response(failure, request: request, state: &state)
  }
}
