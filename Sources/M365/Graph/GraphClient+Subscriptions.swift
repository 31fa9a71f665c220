package import AdminCore

/// That an address is told of changes to a resource.
package struct Subscription: Hashable, Sendable {
  package let id: String
  package let resource: String
  package let changeTypes: [String]
  package let notificationURL: String
  package let expiresAt: Timestamp?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let resource = json.text("resource") else { return nil }
    self.id = id
    self.resource = resource
    changeTypes = (json.text("changeType") ?? "").split(separator: ",").map(String.init)
    notificationURL = json.text("notificationUrl") ?? ""
    expiresAt = json.time("expirationDateTime")
  }
}

/// A subscription to be made.
package struct NewSubscription: Sendable {
  /// What can be watched, with how long at a time, and what is needed for it.
  package enum Kind: String, CaseIterable, Sendable {
    case users, groups, mail, drive, list

    /// As long as Microsoft lets a subscription of this kind run.
    package var longestLife: Duration {
      switch self {
      case .users, .groups: .seconds(41_760 * 60)
      case .mail: .seconds(10_080 * 60)
      case .drive, .list: .seconds(42_300 * 60)
      }
    }

    package var permission: GraphPermission {
      switch self {
      case .users: .userRead
      case .groups: .groupRead
      case .mail: .mailRead
      case .drive: .filesRead
      case .list: .sitesRead
      }
    }

    /// Of files and lists only the fact that something changed is told.
    package var changeTypes: [String] {
      switch self {
      case .users, .groups, .mail: ["created", "updated", "deleted"]
      case .drive, .list: ["updated"]
      }
    }
  }

  /// Microsoft makes a shorter life longer than this.
  package static let shortestLife = Duration.seconds(45 * 60)

  package let kind: Kind
  /// Without a leading slash: `users`, `users/{id}/messages`.
  package let resource: String
  package var changeTypes: [String]
  package var notificationURL: String
  package var lifecycleURL: String?
  /// Comes back in every notification, so that its receiver knows that it is real.
  package var clientState: Secret<String>?
  package var expiresAt: Timestamp

  package init(_ kind: Kind, resource: String, notificationURL: String, expiresAt: Timestamp) {
    self.kind = kind
    self.resource = resource
    self.notificationURL = notificationURL
    self.expiresAt = expiresAt
    changeTypes = kind.changeTypes
  }

  var json: JSONValue {
    var body: JSONObject = [
      "changeType": .string(changeTypes.joined(separator: ",")), "notificationUrl": .string(notificationURL),
      "resource": .string(resource), "expirationDateTime": .string(expiresAt.iso8601),
    ]
    body["lifecycleNotificationUrl"] = lifecycleURL.map(JSONValue.string)
    body["clientState"] = (clientState?.reveal()).map(JSONValue.string)
    return .object(body)
  }
}

extension GraphClient {
  /// The subscriptions of the application. No permission is needed. Idempotent.
  package func subscriptions() async throws(AdminError) -> [Subscription] {
    let call = GraphCall.get("/subscriptions", permissions: [])
    return try await pages(call, reading(call, Subscription.init)).collect(maximum: 5000)
  }

  /// `nil` where there is none, or none any more. Permission: that for reading the resource. Idempotent.
  package func subscription(id: String) async throws(AdminError) -> Subscription? {
    let call = GraphCall.get("/subscriptions/\(id)", permissions: [])
    return try await ifPresent { () async throws(AdminError) in try await send(call).decode(call, Subscription.init) }
  }

  /// Microsoft asks the address at once whether it wants to be told, and it has ten seconds to answer. Permission: that
  /// for reading the resource. To be checked after an unclear end by `subscriptions()`.
  package func createSubscription(_ subscription: NewSubscription) async throws(AdminError) -> Subscription {
    var call = GraphCall.post(
      "/subscriptions", .json(subscription.json), permissions: [subscription.kind.permission], safety: .checkFirst)
    call.confidential = [subscription.clientState].compactMap { $0 }
    return try await send(call).decode(call, Subscription.init)
  }

  /// Permission: that for reading the resource. Idempotent.
  package func renewSubscription(id: String, until moment: Timestamp) async throws(AdminError) -> Subscription {
    let call = GraphCall.patch(
      "/subscriptions/\(id)", ["expirationDateTime": .string(moment.iso8601)], permissions: [])
    return try await send(call).decode(call, Subscription.init)
  }

  /// Answers a `reauthorizationRequired`. Permission: that for reading the resource. Idempotent.
  package func reauthorizeSubscription(id: String) async throws(AdminError) {
    _ = try await send(
      .post("/subscriptions/\(id)/reauthorize", .none, permissions: [], safety: .idempotent))
  }

  /// One that is gone already is as good. Permission: that for reading the resource. Idempotent.
  package func deleteSubscription(id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(.delete("/subscriptions/\(id)", permissions: []))
    }
  }
}
