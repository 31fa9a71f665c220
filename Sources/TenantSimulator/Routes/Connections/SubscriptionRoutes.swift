import AdminCore

/// Subscriptions to changes. The endpoint is not asked, since nothing leaves the machine: it is taken to answer, unless
/// its name ends in `.invalid`.
enum SubscriptionRoutes {
  static let routes = [
    Route("GET", "/subscriptions", .policy, permissions: [], options: [.select]) { state, call throws(GraphFailure) in
      let now = state.now
      return try CollectionQuery(ConnectionModel.subscription, call, .policy).answer(
        state.subscriptions.values.filter { $0.expiresAt > now }, context: "subscriptions", id: \.id
      ) { subscription in subscription.json(tellsSecret: false) }
    },
    Route("POST", "/subscriptions", .policy, permissions: [], handler: create),
    Route("GET", "/subscriptions/{subscription}", .policy, permissions: [], options: [.select]) {
      state, call throws(GraphFailure) in
      try call.answer(
        try require(call, state).json(tellsSecret: false), ConnectionModel.subscription, context: "subscriptions")
    },
    Route("PATCH", "/subscriptions/{subscription}", .policy, permissions: [], handler: renew),
    Route("DELETE", "/subscriptions/{subscription}", .policy, permissions: []) { state, call throws(GraphFailure) in
      let subscription = try require(call, state)
      state.subscriptions[subscription.id] = nil
      state.record(.subscriptionDeleted, subscription.resource, id: subscription.id)
      return .empty(204)
    },
    Route("POST", "/subscriptions/{subscription}/reauthorize", .policy, permissions: []) {
      state, call throws(GraphFailure) in
      let subscription = try require(call, state)
      try checkPermission(subscription.resource, call)
      state.record(.subscriptionReauthorized, subscription.resource, id: subscription.id)
      return .empty(204)
    },
  ]

  private static func invalid(_ message: String) -> GraphFailure { GraphFailure(400, "InvalidRequest", message) }

  private static func require(_ call: GraphCall, _ state: TenantState) throws(GraphFailure) -> Subscription {
    guard let found = state.subscriptions[call["subscription"].lowercased()], found.expiresAt > state.now else {
      throw GraphFailure(404, "ResourceNotFound", "The object was not found.")
    }
    return found
  }

  @discardableResult
  private static func checkPermission(
    _ resource: String, _ call: GraphCall
  ) throws(GraphFailure) -> SubscribableResource {
    guard let kind = SubscribableResource.find(resource) else {
      throw invalid("Resource '\(VisibleText.excerpt(resource))' is not supported.")
    }
    guard !call.caller.roles.isDisjoint(with: kind.permissions) else {
      throw GraphFailure(
        403, "ExtensionError", "Operation: Create; Exception: [Status Code: Forbidden; Reason: Access denied]")
    }
    return kind
  }

  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let body = try call.object(ConnectionModel.subscription, for: .create)
    for name in ["changeType", "notificationUrl", "resource", "expirationDateTime"] {
      guard body[name]?.stringValue?.isEmpty == false else { throw invalid("The property '\(name)' must be given.") }
    }
    let resource = String((body["resource"]?.stringValue ?? "").drop { $0 == "/" })
    let kind = try checkPermission(resource, call)
    let changeType = body["changeType"]?.stringValue ?? ""
    let changes = changeType.split(separator: ",").map(\.trimmingSpaces)
    guard !changes.isEmpty, kind.changes.isSuperset(of: changes) else {
      throw invalid("The change type '\(changeType)' is not supported for this resource.")
    }
    let expiresAt = try expiry(body, kind, state)
    for name in ["notificationUrl", "lifecycleNotificationUrl"] { try checkEndpoint(body[name]?.stringValue) }
    let subscription = Subscription(
      id: state.identifiers.guid(), resource: resource, changeType: changeType,
      notificationURL: body["notificationUrl"]?.stringValue ?? "",
      lifecycleURL: body["lifecycleNotificationUrl"]?.stringValue, clientState: body["clientState"]?.stringValue,
      expiresAt: expiresAt, applicationID: state.application.clientID)
    state.subscriptions[subscription.id] = subscription
    state.record(.subscriptionCreated, resource, id: subscription.id)
    return try call.answer(
      subscription.json(tellsSecret: true), ConnectionModel.subscription, context: "subscriptions", status: 201)
  }

  /// At least 45 minutes from now, and no longer than the resource allows.
  private static func expiry(
    _ body: JSONObject, _ kind: SubscribableResource, _ state: TenantState
  ) throws(GraphFailure) -> Timestamp {
    guard let moment = body["expirationDateTime"]?.stringValue.flatMap({ Timestamp(iso8601: $0) }),
      moment > state.now
    else { throw invalid("The expiration must be in the future.") }
    guard moment <= state.now + .seconds(kind.maximumMinutes * 60) else {
      throw invalid("Subscription expiration can only be \(kind.maximumMinutes) minutes in the future.")
    }
    return max(moment, state.now + .seconds(45 * 60))
  }

  private static func checkEndpoint(_ url: String?) throws(GraphFailure) {
    guard let url else { return }
    guard url.hasPrefix("https://") else { throw invalid("The notification endpoint must begin with https.") }
    let host = url.dropFirst("https://".count).prefix { !"/:?".contains($0) }
    guard !host.hasSuffix(".invalid") else {
      throw GraphFailure(
        400, "ValidationError",
        "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.")
    }
  }

  @Sendable private static func renew(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var subscription = try require(call, state)
    let body = try call.object(ConnectionModel.subscription, for: .update)
    let kind = try checkPermission(subscription.resource, call)
    if body["expirationDateTime"] != nil { subscription.expiresAt = try expiry(body, kind, state) }
    if let url = body["notificationUrl"]?.stringValue {
      try checkEndpoint(url)
      subscription.notificationURL = url
    }
    state.subscriptions[subscription.id] = subscription
    state.record(.subscriptionRenewed, subscription.resource, id: subscription.id)
    return try call.answer(
      subscription.json(tellsSecret: false), ConnectionModel.subscription, context: "subscriptions")
  }
}
