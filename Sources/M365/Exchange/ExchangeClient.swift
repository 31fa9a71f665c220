package import AdminCore

/// Exchange Online's admin API for one tenant, as Microsoft's own PowerShell module speaks it. A value of dependencies:
/// what it can do stands in extensions, one file for each area.
package struct ExchangeClient: Sendable {
  package let caller: ServiceCaller
  package let tokens: any TokenSource
  package let endpoints: ServiceEndpoints
  package let timekeeper: any Timekeeper
  /// As it was configured: the tenant's GUID or one of its domains.
  private let tenant: String
  private let hosts = ExchangeHosts()
  /// The same for every call of this process.
  private let connectionID: String

  package init(
    tenant: String, caller: ServiceCaller, tokens: any TokenSource, endpoints: ServiceEndpoints,
    timekeeper: any Timekeeper
  ) {
    self.tenant = tenant
    self.caller = caller
    self.tokens = tokens
    self.endpoints = endpoints
    self.timekeeper = timekeeper
    connectionID = LocalID.make(at: timekeeper.now()).text
  }

  /// - Throws: the refusal in the administrator's terms, or `WF_005` when it cannot be told whether a change took effect.
  package func send(_ call: ExchangeCall) async throws(AdminError) -> ExchangeReply { try await send(call, to: nil) }

  /// - Parameter link: to a further page of what the same call has begun.
  func send(_ call: ExchangeCall, to link: HTTPURL?) async throws(AdminError) -> ExchangeReply {
    let tenantID = try await tenantID(for: call.endpoint)
    let url: HTTPURL
    if let link {
      url = link
    } else {
      url = try address(of: call, in: tenantID)
    }
    var anchor = call.routing.anchor(in: tenantID, mailbox: call.mailbox)
    var detours = Detour.all(for: call)
    while true {
      let (answer, id) = try await perform(call, at: url, anchor: anchor, canReroute: !detours.isEmpty)
      let reading = ExchangeReading(answer.response)
      if reading.isSuccess { return try reply(reading, to: call) }
      let error = ExchangeError(answer.response, retryAfter: answer.retryAfter)
      guard ExchangeFault(error) == .misrouted, !detours.isEmpty else {
        throw await refusal(of: call, error, answer, id: id)
      }
      switch detours.removeFirst() {
      case .target(let mailbox): anchor = mailbox.anchor(in: tenantID)
      case .lookUp(let mailbox): anchor = try await exactReference(to: mailbox).anchor(in: tenantID)
      }
    }
  }

  /// Another way to a mailbox whose server a call has missed.
  private enum Detour {
    case target(MailboxReference)
    /// By the mailbox's own id, which has to be asked for.
    case lookUp(MailboxReference)

    static func all(for call: ExchangeCall) -> [Detour] {
      guard let mailbox = call.mailbox else { return [] }
      let direct: [Detour] = call.routing == .mailbox ? [] : [.target(mailbox)]
      return mailbox.isExact ? direct : direct + [.lookUp(mailbox)]
    }
  }

  private func exactReference(to mailbox: MailboxReference) async throws(AdminError) -> MailboxReference {
    let parameters: ExchangeParameters<GetMailbox> = [.identity: .text(mailbox.text)]
    var call = ExchangeCall(parameters, about: .mailbox(mailbox.text))
    call.selected = ["ExchangeGuid"]
    let row = try await send(call).rows.first
    guard let id = row?.text("ExchangeGuid").flatMap(GUID.init) else { throw .malformedExchangeReply(call.cmdlet) }
    return MailboxReference(mailboxID: id)
  }

  // MARK: Addresses

  func audience(of endpoint: ExchangeEndpoint) -> TokenAudience {
    switch endpoint {
    case .exchange: endpoints.exchangeAudience
    case .compliance: endpoints.complianceAudience
    }
  }

  private func origin(of endpoint: ExchangeEndpoint) -> Origin {
    switch endpoint {
    case .exchange: endpoints.exchange
    case .compliance: hosts.compliance ?? endpoints.compliance
    }
  }

  /// Paths name the tenant by its GUID and by nothing else.
  func tenantID(for endpoint: ExchangeEndpoint) async throws(AdminError) -> GUID {
    if let known = GUID(tenant) { return known }
    let token = try await tokens.token(for: audience(of: endpoint), within: nil)
    guard let id = TokenClaims(token)?.tenantID.flatMap(GUID.init) else {
      throw .misconfigured([
        Configuration.Problem(
          setting: .tenantID, message: "must be the tenant's GUID here, because the token does not tell it")
      ])
    }
    return id
  }

  private func address(of call: ExchangeCall, in tenantID: GUID) throws(AdminError) -> HTTPURL {
    let query = call.selected.isEmpty ? "" : "?$select=" + call.selected.joined(separator: ",")
    guard
      let url = HTTPURL(
        origin: origin(of: call.endpoint), target: "/adminapi/beta/\(tenantID)/InvokeCommand\(query)")
    else { throw AdminError(.internalFault, "The address of \(call.cmdlet) could not be formed.") }
    return url
  }

  // MARK: Sending

  /// A redirect is followed by hand: libcurl would make a GET of it and leave the token behind.
  private func perform(
    _ call: ExchangeCall, at url: HTTPURL, anchor: String, canReroute: Bool
  ) async throws(AdminError) -> (ServiceAnswer, id: String) {
    var url = url
    for _ in 0..<4 {
      let id = LocalID.make(at: timekeeper.now()).text
      var request = HTTPRequest(.post, url, headers: headers(for: call, anchor: anchor, id: id))
      request.body = call.body
      request.timeout = call.isListing ? .seconds(300) : .seconds(120)
      request.silenceTimeout = request.timeout
      var service = serviceCall(request, for: call)
      service.budget = call.budget
      if call.isFresh { service.policy = .exchangeReplication }
      service.hint = { [isFresh = call.isFresh] in
        ExchangeHint.of($0, isFresh: isFresh, canReroute: canReroute)
      }
      let answer = try await caller.perform(service, tokens: tokens)
      guard let location = answer.response.redirection else { return (answer, id) }
      url = try endpoints.exchangeRedirection(from: url, to: location)
      if call.endpoint == .compliance { hosts.compliance = url.origin }
    }
    throw AdminError(.exchangeRefused, "Exchange Online leads in circles: too many redirects for \(call.cmdlet).")
  }

  private func serviceCall(_ request: HTTPRequest, for call: ExchangeCall) -> ServiceCall {
    var service = ServiceCall(
      request, service: .exchange, workload: call.workload, template: "/adminapi/{id}/\(call.cmdlet)",
      safety: call.safety, audience: audience(of: call.endpoint))
    service.name = call.cmdlet
    return service
  }

  private func headers(for call: ExchangeCall, anchor: String, id: String) -> HTTPHeaders {
    var headers: HTTPHeaders = [
      "Accept": "application/json", "Content-Type": "application/json; charset=utf-8",
      "Prefer": "odata.maxpagesize=1000", "X-AnchorMailbox": anchor, "X-ResponseFormat": "json",
      "X-SerializationLevel": "Partial", "X-CmdletName": call.cmdlet, "X-ClientApplication": ProductVersion.name,
      "connection-id": connectionID, "client-request-id": id,
    ]
    if !anchor.hasPrefix("APP:") { headers["parameter-based-routing"] = "true" }
    return headers
  }

  /// A GET of the API, which is no cmdlet. Idempotent.
  func get(_ target: String, headers: HTTPHeaders, name: String) async throws(AdminError) -> JSONValue {
    guard let url = HTTPURL(origin: endpoints.exchange, target: target) else {
      throw AdminError(.internalFault, "The address of \(name) could not be formed.")
    }
    let tenantID = try await tenantID(for: .exchange)
    let id = LocalID.make(at: timekeeper.now()).text
    var all = headers
    all["Accept"] = "application/json"
    all["X-AnchorMailbox"] = ExchangeRouting.organization.anchor(in: tenantID, mailbox: nil)
    all["connection-id"] = connectionID
    all["client-request-id"] = id
    let call = ExchangeCall(reading: name)
    let answer = try await caller.perform(serviceCall(HTTPRequest(.get, url, headers: all), for: call), tokens: tokens)
    let reading = ExchangeReading(answer.response)
    guard reading.isSuccess else {
      let error = ExchangeError(answer.response, retryAfter: answer.retryAfter)
      throw await refusal(of: call, error, answer, id: id)
    }
    guard let json = reading.json else { throw .malformedExchangeReply(name) }
    return json
  }

  // MARK: Answers

  private func refusal(
    of call: ExchangeCall, _ error: ExchangeError, _ answer: ServiceAnswer, id: String
  ) async -> AdminError {
    let claims = answer.token.flatMap { TokenClaims($0) }
    let refusal = ExchangeRefusal(error: error, call: call, claims: claims, clientRequestID: id).adminError
    // A role that was given since shows only in a new token.
    if refusal.code == .permissionDenied, let token = answer.token { await tokens.discard(token) }
    return refusal
  }

  private func reply(_ reading: ExchangeReading, to call: ExchangeCall) throws(AdminError) -> ExchangeReply {
    guard let rows = reading.rows else {
      guard call.safety == .idempotent else {
        throw AdminError(
          .outcomeUnknown,
          "Exchange Online answered \(call.cmdlet) in a form this program does not know. It probably took effect; look "
            + "before doing it again.")
      }
      throw .malformedExchangeReply(call.cmdlet)
    }
    let next = try reading.nextLink.map { text throws(AdminError) in
      guard let url = HTTPURL(text), endpoints.allowsExchange(url), url.target.hasPrefix("/adminapi/") else {
        throw AdminError(
          .exchangeRefused,
          "Exchange Online gave a link to a further page that leads elsewhere. It was not followed; check "
            + "M365_EXCHANGE_ENDPOINT.")
      }
      return url
    }
    return ExchangeReply(rows: rows, warnings: reading.warnings, next: next)
  }
}

extension AdminError {
  static func malformedExchangeReply(_ cmdlet: String) -> AdminError {
    AdminError(
      .exchangeRefused, "Exchange Online answered \(cmdlet) in a form this program does not know.",
      details: ["service": "exchange", "operation": .string(cmdlet)])
  }
}

extension RetryPolicy {
  /// After something was made, every server needs up to some minutes to know of it: asked every 5 s for a minute.
  static let exchangeReplication = RetryPolicy(
    maximumAttempts: 13, initialDelay: .seconds(5), multiplier: 1, maximumDelay: .seconds(60),
    longestServerDelay: .seconds(300))
}
