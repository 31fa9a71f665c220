import AdminCore

/// Microsoft Graph: who may come in, which route is meant, and the shape of every answer.
struct GraphService: Sendable {
  /// The bound on a request with attachments in it; bigger ones come by upload session.
  static let maximumBody = 4 << 20

  /// Every operation there is. An area is a file with a list; the list is named here and nowhere else.
  static let routes = RouteTable([
    OrganizationRoutes.routes, UserRoutes.routes, UserRelationRoutes.routes, LicenseRoutes.routes,
    DeletedItemRoutes.routes, ServicePrincipalRoutes.routes, ConsentRoutes.routes, ApplicationTemplateRoutes.routes,
    PlannerRoutes.routes, SubscriptionRoutes.routes, ExternalConnectionRoutes.routes, MailboxSettingsRoutes.routes,
    MailFolderRoutes.routes, MessageRoutes.routes, SendRoutes.routes, AttachmentRoutes.routes, MailTipsRoutes.routes,
    InboxRuleRoutes.routes, MessageTraceRoutes.routes,
    GroupRoutes.routes, GroupMemberRoutes.routes, GroupSettingRoutes.routes,
    TeamRoutes.routes, TeamMemberRoutes.routes, ChannelRoutes.routes, ChannelMemberRoutes.routes, TabRoutes.routes,
    TenantSettingRoutes.routes, ConditionalAccessRoutes.routes, GroupLifecycleRoutes.routes,
    TeamsAppRoutes.routes, ServiceHealthRoutes.routes, AuditLogRoutes.routes, RoleRoutes.routes,
    InvitationRoutes.routes, SiteRoutes.routes, ListRoutes.routes, DriveItemRoutes.routes,
  ])

  private var validator: BearerValidator

  init(issuer: TokenIssuer) { validator = BearerValidator(issuer: issuer) }

  mutating func answer(
    _ request: SimulatedRequest, _ target: RequestTarget, state: inout TenantState
  ) -> SimulatedResponse {
    do throws(GraphFailure) {
      let segments = try Self.segments(target.path)
      let caller = try admit(request, &state)
      guard request.body.count <= Self.maximumBody else {
        throw GraphFailure(413, "RequestEntityTooLarge", "The request is larger than 4 MB.")
      }
      let (route, parameters) = try Self.find(request.method, segments)
      try route.checkPermissions(of: caller)
      let call = GraphCall(
        method: request.method, target: target, headers: request.headers, body: request.body, parameters: parameters,
        query: try QueryOptions(target.query, allowed: route.options), caller: caller, route: route)
      return Self.response(try route.handler(&state, call), request: request, state: &state)
    } catch {
      return Self.response(error, request: request, state: &state)
    }
  }

  /// Whether the bearer may come in at all.
  mutating func admit(_ request: SimulatedRequest, _ state: inout TenantState) throws(GraphFailure) -> AccessToken {
    let resource = state.servicePrincipals.values.first { $0.appID == WellKnownApps.graph }
    let caller = try validator.validate(request.headers, for: resource, state: state)
    if let challenge = state.challenge, !challenge.satisfiedBy.contains(caller.id) {
      throw BearerValidator.challenge(claims: challenge.claims.text)
    }
    return caller
  }

  private static func segments(_ path: String) throws(GraphFailure) -> [PathSegment] {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard let version = parts.first, version == "v1.0" else {
      throw .badRequest("Invalid version: \(VisibleText.excerpt(String(parts.first ?? ""), limit: 40))")
    }
    guard parts.count > 1 else { throw .badRequest("The path names no resource.") }
    return try PathSegment.split(path.drop { $0 == "/" }.dropFirst(version.count))
  }

  private static func find(
    _ method: String, _ segments: [PathSegment]
  ) throws(GraphFailure) -> (Route, [String: String]) {
    switch routes.find(method, segments) {
    case .found(let route, let parameters): return (route, parameters)
    case .wrongMethod:
      throw GraphFailure(
        405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    case .unknown(let segment):
      throw .badRequest("Resource not found for the segment '\(VisibleText.excerpt(segment, limit: 80))'.")
    }
  }

  // MARK: Answers

  static func response(
    _ answer: GraphAnswer, request: SimulatedRequest, state: inout TenantState
  ) -> SimulatedResponse {
    var headers = common(request, &state).headers.merging(answer.headers)
    guard let body = answer.body else { return SimulatedResponse(status: answer.status, headers: headers) }
    headers["Content-Type"] =
      "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
    return SimulatedResponse(status: answer.status, headers: headers, body: JSONValue.object(body).serialized)
  }

  static func response(
    _ failure: GraphFailure, request: SimulatedRequest, state: inout TenantState
  ) -> SimulatedResponse {
    var (headers, trace) = common(request, &state)
    headers = headers.merging(failure.headers)
    headers["Content-Type"] = "application/json"
    return SimulatedResponse(
      status: failure.status, headers: headers, body: JSONValue.object(failure.json(trace: trace)).serialized)
  }

  /// What every answer carries.
  private static func common(
    _ request: SimulatedRequest, _ state: inout TenantState
  ) -> (headers: HeaderFields, trace: JSONObject) {
    let requestID = state.identifiers.guid()
    let clientID = request.headers["client-request-id"] ?? requestID
    let headers: HeaderFields = [
      "request-id": requestID, "client-request-id": clientID, "Cache-Control": "private", "OData-Version": "4.0",
      "x-ms-ags-diagnostic":
        "{\"ServerInfo\":{\"DataCenter\":\"Simulated\",\"Slice\":\"E\",\"Ring\":\"1\",\"ScaleUnit\":\"000\","
        + "\"RoleInstance\":\"SIM00001\"}}",
    ]
    let trace: JSONObject = [
      "date": .string(String(state.now.iso8601Seconds.dropLast())), "request-id": .string(requestID),
      "client-request-id": .string(clientID),
    ]
    return (headers, trace)
  }
}
