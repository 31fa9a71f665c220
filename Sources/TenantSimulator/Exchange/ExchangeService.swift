import AdminCore

/// Exchange's admin API: who may come in, where a call must be routed, which cmdlet is meant, and the shape of every
/// answer.
struct ExchangeService: Sendable {
  /// The bound on a request: a manifest as a list of numbers is the largest there is.
  static let maximumBody = 8 << 20

  /// Every cmdlet there is. An area is a file with a list; the list is named here and nowhere else.
  static let exchange = CmdletTable([
    MailboxCmdlets.cmdlets, MailboxStoreCmdlets.cmdlets, PermissionCmdlets.cmdlets, GroupCmdlets.cmdlets,
    OrganizationCmdlets.cmdlets, TransportCmdlets.cmdlets, OutboundSpamCmdlets.cmdlets, DKIMCmdlets.cmdlets,
    TransportRuleCmdlets.cmdlets, JournalCmdlets.cmdlets, ConnectorCmdlets.cmdlets, RetentionCmdlets.cmdlets,
    AddInCmdlets.cmdlets, MessageTraceCmdlets.cmdlets, DefenderCmdlets.cmdlets, PrincipalCmdlets.cmdlets,
  ])

  static let compliance = CmdletTable([ComplianceCmdlets.cmdlets])

  private var validator: BearerValidator

  init(issuer: TokenIssuer) { validator = BearerValidator(issuer: issuer) }

  mutating func answer(
    _ request: SimulatedRequest, _ target: RequestTarget, state: inout TenantState
  ) -> SimulatedResponse {
    if let location = Self.regionalAddress(for: target) {
      return SimulatedResponse(status: 302, headers: ["Location": location, "Content-Length": "0"])
    }
    do throws(ExchangeFailure) {
      let path = try ExchangePath(target, state.organization.tenantID)
      let caller = try admit(request, target, state)
      switch path.endpoint {
      case .moduleFile: return try Self.moduleFile(request, caller, &state)
      case .banner: return Self.response(200, ["value": []], request, &state)
      case .invokeCommand: return try invoke(request, target, path, caller, &state)
      }
    } catch {
      return Self.response(error, request: request, state: &state)
    }
  }

  /// Security & Compliance sends everybody to the region the tenant lives in. A simulator on loopback has only itself.
  private static func regionalAddress(for target: RequestTarget) -> String? {
    guard let scheme = target.origin.firstRange(of: "://") else { return nil }
    let host = target.origin[scheme.upperBound...]
    guard host.hasPrefix("ps.compliance.protection.") else { return nil }
    let query = target.query.map { "?" + $0 } ?? ""
    return "\(target.origin[..<scheme.upperBound])eur01b.\(host)\(target.path)\(query)"
  }

  // MARK: The door

  private mutating func admit(
    _ request: SimulatedRequest, _ target: RequestTarget, _ state: TenantState
  ) throws(ExchangeFailure) -> ExchangeCaller {
    let resource = state.servicePrincipals.values.first { $0.appID == WellKnownApps.exchange }
    let token: AccessToken
    do throws(GraphFailure) {
      token = try validator.validate(request.headers, for: resource, state: state)
      if let challenge = state.challenge, !challenge.satisfiedBy.contains(token.id) {
        throw BearerValidator.challenge(claims: challenge.claims.text)
      }
    } catch {
      throw ExchangeFailure(
        status: error.status, body: .plain(code: error.code), message: error.message, headers: error.headers)
    }
    let caller = ExchangeCaller(token)
    // An address that belongs to one of the two services takes no token for the other.
    let isForCompliance = target.origin.contains(".compliance.protection.")
    let isReal = target.origin.contains("outlook.") || isForCompliance
    guard !isReal || caller.isForCompliance == isForCompliance else {
      throw .plain(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.")
    }
    guard caller.mayEnter else {
      throw .plain(
        403, "Forbidden",
        "The role assigned to application \(token.appID) isn't supported in this scenario. Please check online "
          + "documentation for assigning correct Directory Roles to Azure AD Application for EXO App-Only "
          + "Authentication.")
    }
    return caller
  }

  // MARK: Cmdlets

  private func invoke(
    _ request: SimulatedRequest, _ target: RequestTarget, _ path: ExchangePath, _ caller: ExchangeCaller,
    _ state: inout TenantState
  ) throws(ExchangeFailure) -> SimulatedResponse {
    guard request.method == "POST" else { throw .plain(405, "MethodNotAllowed", "Only POST is allowed here.") }
    let input = try CommandInput(request)
    let anchor = try ExchangeAnchor(request.headers, state)
    let table = caller.isForCompliance ? Self.compliance : Self.exchange
    guard let cmdlet = table[input.name], caller.holds(cmdlet), Self.isLicensed(cmdlet, state) else {
      throw .notAmongTheCallers
    }
    let values = try CmdletBinder(cmdlet: cmdlet).bind(input.parameters)
    let call = CmdletCall(cmdlet: cmdlet, values: values, caller: caller.token)
    try anchor.check(call, state)
    if cmdlet.asks, !cmdlet.isReading, call.flag("Confirm") != false { return Self.question(call, request, &state) }
    guard !cmdlet.needsCustomization || !state.exchange.current.isDehydrated else { throw .notCustomized }
    let answer = try cmdlet.handler(&state, call)
    return try ExchangePage(request, target, path, input).answer(answer, &state)
  }

  private static func isLicensed(_ cmdlet: Cmdlet, _ state: TenantState) -> Bool {
    guard let plan = cmdlet.plan else { return true }
    return state.products.contains { $0.plans.contains { $0.name == plan } }
  }

  /// What a person would be asked. Nothing has been done.
  private static func question(
    _ call: CmdletCall, _ request: SimulatedRequest, _ state: inout TenantState
  ) -> SimulatedResponse {
    let text = "Are you sure you want to perform this action? \(call.cmdlet.name) on '\(call.identity)'."
    return response(
      200, ["@adminapi.warnings": [], "@adminapi.confirmationmessage": .string(text), "value": []], request, &state)
  }

  private static func moduleFile(
    _ request: SimulatedRequest, _ caller: ExchangeCaller, _ state: inout TenantState
  ) throws(ExchangeFailure) -> SimulatedResponse {
    guard request.method == "GET" else { throw .plain(405, "MethodNotAllowed", "Only GET is allowed here.") }
    guard request.headers["CommandName"] == "*" else {
      throw .plain(400, "BadRequest", "The header CommandName is missing.")
    }
    let table = caller.isForCompliance ? compliance : exchange
    let current = state
    let names = table.cmdlets.filter { caller.holds($0) && isLicensed($0, current) }.map(\.name).sorted()
    return response(
      200, ["value": [["exportedCmdlets": .string(names.joined(separator: ",")), "version": "3.9.2"]]], request, &state)
  }

  // MARK: Answers

  static func response(
    _ status: Int, _ body: JSONObject, _ request: SimulatedRequest, _ state: inout TenantState
  ) -> SimulatedResponse {
    var headers = common(request, &state)
    headers["Content-Type"] = "application/json; charset=utf-8"
    return SimulatedResponse(status: status, headers: headers, body: JSONValue.object(body).serialized)
  }

  static func response(
    _ failure: ExchangeFailure, request: SimulatedRequest, state: inout TenantState
  ) -> SimulatedResponse {
    var headers = common(request, &state).merging(failure.headers)
    if case .blank = failure.body {
      headers["Content-Encoding"] = "gzip"
      return SimulatedResponse(status: failure.status, headers: headers, body: [UInt8](repeating: 0, count: 64))
    }
    headers["Content-Type"] = "application/json; charset=utf-8"
    return SimulatedResponse(
      status: failure.status, headers: headers, body: JSONValue.object(failure.json).serialized)
  }

  private static func common(_ request: SimulatedRequest, _ state: inout TenantState) -> HeaderFields {
    let id = state.identifiers.guid()
    return [
      "request-id": id, "client-request-id": request.headers["client-request-id"] ?? id, "Cache-Control": "no-cache",
      "Rate-Limit-Limit": "30000", "Rate-Limit-Remaining": "29999",
    ]
  }
}

/// The cmdlets of one endpoint by name.
struct CmdletTable: Sendable {
  let cmdlets: [Cmdlet]
  private let positions: [String: Int]

  init(_ areas: [[Cmdlet]]) {
    cmdlets = areas.flatMap { $0 }
    positions = Dictionary(uniqueKeysWithValues: cmdlets.enumerated().map { ($1.name.lowercased(), $0) })
  }

  subscript(name: String) -> Cmdlet? { positions[name.lowercased()].map { cmdlets[$0] } }
}

/// `/adminapi/{version}/{tenant}/{endpoint}`.
struct ExchangePath: Sendable {
  enum Endpoint: Sendable {
    case invokeCommand, moduleFile, banner
  }

  let endpoint: Endpoint
  /// Of the query, where it has one of each.
  let selected: [String]?
  let skipToken: String?

  init(_ target: RequestTarget, _ tenantID: String) throws(ExchangeFailure) {
    let parts = target.path.split(separator: "/").map(String.init)
    guard parts.count == 4 else { throw .plain(404, "NotFound", "The path leads nowhere.") }
    guard GUID(parts[2])?.text == tenantID else {
      throw .plain(400, "BadRequest", "The tenant '\(VisibleText.excerpt(parts[2], limit: 60))' is not a valid tenant.")
    }
    let pairs = PercentEncoding.pairs(target.query ?? "") ?? []
    switch (parts[1].lowercased(), parts[3]) {
    case ("beta", "InvokeCommand"): endpoint = .invokeCommand
    case ("v1.0", "InvokeCommand"): throw .plain(405, "MethodNotAllowed", "The version has no such endpoint.")
    case ("v1.0", "EXOModuleFile"), ("beta", "EXOModuleFile"): endpoint = .moduleFile
    case ("beta", "EXOBanner('AutogenSession')"), ("v1.0", "EXOBanner('AutogenSession')"): endpoint = .banner
    default: throw .plain(404, "NotFound", "The simulator has no such Exchange endpoint.")
    }
    let known = endpoint == .invokeCommand ? ["$select", "$skiptoken"] : ["version"]
    if let unknown = pairs.first(where: { !known.contains($0.name.lowercased()) }) {
      throw .plain(400, "BadRequest", "The query option '\(VisibleText.excerpt(unknown.name))' is not supported here.")
    }
    selected = pairs.first { $0.name.lowercased() == "$select" }
      .map { $0.value.split(separator: ",").map { name in name.trimmingSpaces } }
    skipToken = pairs.first { $0.name.lowercased() == "$skiptoken" }?.value
  }
}

/// `{"CmdletInput":{"CmdletName":…,"Parameters":{…}}}`.
struct CommandInput: Sendable {
  let name: String
  let parameters: JSONObject

  init(_ request: SimulatedRequest) throws(ExchangeFailure) {
    guard request.body.count <= ExchangeService.maximumBody else {
      throw .plain(413, "RequestEntityTooLarge", "The request is too large.")
    }
    let type = (request.headers["Content-Type"] ?? "").split(separator: ";").first?.trimmingSpaces.lowercased()
    guard type == "application/json" else {
      throw .plain(415, "UnsupportedMediaType", "The Content-Type must be application/json.")
    }
    guard let json = try? JSONParser.parse(request.body), let outer = json.objectValue, outer.count == 1,
      let input = outer["CmdletInput"]?.objectValue, let name = input["CmdletName"]?.stringValue,
      input.keys.allSatisfy({ ["CmdletName", "Parameters"].contains($0) })
    else { throw .plain(400, "BadRequest", "The body is no CmdletInput.") }
    guard let parameters = (input["Parameters"] ?? [:]).objectValue else {
      throw .plain(400, "BadRequest", "Parameters must be an object.")
    }
    self.name = name
    self.parameters = parameters
  }
}
