import Access
import AdminCore
import M365

/// Notices of changes, sent to an address that the site hosts itself: a server on standard streams cannot receive any.
enum NoticeConnections {
  private static let common = [
    ConfigurationField(
      "notificationUrl", .url, "Where notices go; it must answer Microsoft's question at once.", .always),
    ConfigurationField("lifecycleNotificationUrl", .url, "Where notices about the subscription itself go."),
    ConfigurationField(
      "days", .number(1...29), "After how long it ends; renewed for as long as it stands unless given."),
  ]

  @ConnectionList static var all: [ServiceConnection] {
    notice(
      .users, "users", "An address of yours is told of new, changed and deleted users.",
      [ConfigurationField("user", .address, "Only this user.")]
    ) { request, access throws(AdminError) in
      guard let address = request.text("user") else { return "users" }
      return "users/\(try await access.graph().user(address: address).id)"
    }

    notice(
      .groups, "groups", "An address of yours is told of new, changed and deleted groups.",
      [ConfigurationField("groupId", .guid, "Only this group.")]
    ) { request, access throws(AdminError) in
      guard let id = request.text("groupId") else { return "groups" }
      return "groups/\(try await access.graph().group(id: id).id)"
    }

    notice(
      .mail, "mail", "An address of yours is told of mail in a mailbox; the mail itself is not sent along.",
      [ConfigurationField("mailbox", .address, "The mailbox.", .always)]
    ) { request, access throws(AdminError) in
      "users/\(try await access.graph().user(address: request.required("mailbox")).id)/messages"
    }

    notice(
      .drive, "drive", "An address of yours is told that something in a drive has changed.",
      [
        ConfigurationField("user", .address, "Whose OneDrive."),
        ConfigurationField("groupId", .guid, "Or which group's library."),
      ]
    ) { request, access throws(AdminError) in
      try await drive(request, access)
    }

    notice(
      .list, "list", "An address of yours is told that something in a list of SharePoint has changed.",
      [
        ConfigurationField("siteId", .text(maximum: 200), "The site.", .always),
        ConfigurationField("listId", .text(maximum: 128), "The list.", .always),
      ]
    ) { request, access throws(AdminError) in
      let graph = try await access.graph()
      let site = try await graph.site(id: request.required("siteId"))
      guard let list = try await graph.list(request.required("listId"), ofSite: site.id) else {
        throw AdminError(
          .notFound, "The site has no list \(VisibleText.excerpt(request.required("listId"))).",
          details: ["path": "/connectionConfig/listId"])
      }
      return "sites/\(site.id)/lists/\(list.id)"
    }
  }

  private static func drive(
    _ request: ConnectionRequest, _ access: TenantAccess
  ) async throws(AdminError) -> String {
    let graph = try await access.graph()
    var drive: Drive?
    switch (request.text("user"), request.text("groupId")) {
    case (let address?, nil): drive = try await graph.drive(ofUser: try await graph.user(address: address).reference)
    case (nil, let id?): drive = try await graph.drive(ofGroup: id)
    default:
      throw AdminError(problems: [
        AdminError.Problem(path: "/connectionConfig", rule: "required", message: "must name either user or groupId")
      ])
    }
    guard let drive else { throw AdminError(.notFound, "There is no drive of theirs, or not yet.") }
    return "drives/\(drive.id)/root"
  }

  // MARK: Subscriptions

  private static func notice(
    _ kind: NewSubscription.Kind, _ source: String, _ summary: String, _ fields: [ConfigurationField],
    resource: @escaping @Sendable (ConnectionRequest, TenantAccess) async throws(AdminError) -> String
  ) -> ServiceConnection {
    ServiceConnection(
      source, "webhook", summary, permissions: [kind.permission], inverse: "the subscription is deleted"
    ) { request in [subscription(kind, request), renewal(kind, request)] }
    .risking { request in [.grantsAccess("notices of changes to \(host(request.required("notificationUrl")))")] }
    .shows(after: "some minutes")
    .resolving { request, access throws(AdminError) in
      request.configuration.merging(["resource": .string(try await resource(request, access))])
    }
    .listing { access throws(AdminError) in
      try await access.subscriptions().filter { isOf(kind, $0.resource) }.map { subscription in
        ExistingConnection(
          id: subscription.id, title: "\(subscription.resource) → \(host(subscription.notificationURL))",
          expiresAt: subscription.expiresAt)
      }
    }
    .with { connection in
      connection.configuration = ConfigurationSchema(fields + common)
      connection.makesClientState = true
      connection.renewal = { request in renewal(kind, request) }
      connection.isMeantToEnd = isMeantToEnd
      connection.notes = { request in
        let days = life(kind, request).components.seconds / 86_400
        return [
          isMeantToEnd(request)
            ? "The subscription ends after \(days) days: make this call again in the second half of that time, and it is "
              + "renewed."
            : "The subscription ends after \(days) days unless it is renewed. A server that runs on this store does that "
              + "in the second half of that time; m365://health says where it could not."
        ]
      }
    }
  }

  private static func host(_ url: String) -> String { HTTPURL(url)?.origin.host ?? "" }

  private static func isOf(_ kind: NewSubscription.Kind, _ resource: String) -> Bool {
    let parts = resource.lowercased().split(separator: "/")
    switch kind {
    case .users: return parts.first == "users" && parts.count <= 2
    case .groups: return parts.first == "groups" && parts.count <= 2
    case .mail: return parts.last == "messages"
    case .drive: return parts.last == "root"
    case .list: return parts.contains("lists")
    }
  }

  /// Somebody who has said how long does not want it renewed without a word.
  @Sendable private static func isMeantToEnd(_ request: ConnectionRequest) -> Bool { request.number("days") != nil }

  /// A little less than the longest, since the moment of making it is not the moment of asking for it.
  private static func life(_ kind: NewSubscription.Kind, _ request: ConnectionRequest) -> Duration {
    let longest = kind.longestLife - .seconds(300)
    return request.number("days").map { min(.seconds($0 * 86_400), longest) } ?? longest
  }

  @Sendable private static func known(
    _ resource: String, _ url: String, _ access: TenantAccess
  ) async throws(AdminError) -> Subscription? {
    try await access.subscriptions().first { subscription in
      let own = subscription.resource.drop { $0 == "/" }
      return own.lowercased() == resource.lowercased() && subscription.notificationURL == url
    }
  }

  private static func subscription(_ kind: NewSubscription.Kind, _ request: ConnectionRequest) -> TenantPart {
    let (resource, url) = (request.required("resource"), request.required("notificationUrl"))
    let life = life(kind, request)
    var wish = ObjectWish(
      "subscription", "the subscription to \(resource)", ["resource": .string(resource), "url": .string(url)])
    wish.needsSecret = true
    return .object(
      wish,
      ObjectRequests(find: "GET /subscriptions", create: "POST /subscriptions", remove: "DELETE /subscriptions/{id}"),
      find: { _, access throws(AdminError) in
        guard let known = try await known(resource, url, access) else { return nil }
        return FoundObject(id: known.id, ["resource": .string(resource), "url": .string(url)])
      },
      create: { _, context, access throws(AdminError) in
        var new = NewSubscription(
          kind, resource: resource, notificationURL: url, expiresAt: access.timekeeper.now() + life)
        new.lifecycleURL = request.text("lifecycleNotificationUrl")
        new.clientState = context.secret(ConnectionWorkflow.clientStateSecret)
        return try await access.graph().createSubscription(new).id
      },
      remove: { id, _, access throws(AdminError) in try await access.graph().deleteSubscription(id: id) })
  }

  /// One that there is already is renewed in the second half of its time.
  private static func renewal(_ kind: NewSubscription.Kind, _ request: ConnectionRequest) -> TenantPart {
    let (resource, url) = (request.required("resource"), request.required("notificationUrl"))
    let life = life(kind, request)
    return .action(
      "renewal", "Renew the subscription to \(resource)", "PATCH /subscriptions/{id}", reversal: .none,
      isDone: { _, access throws(AdminError) in
        guard let end = try await known(resource, url, access)?.expiresAt else { return true }
        return access.timekeeper.now() + life / 2 <= end
      },
      perform: { _, access throws(AdminError) in
        guard let known = try await known(resource, url, access) else { return }
        _ = try await access.graph().renewSubscription(id: known.id, until: access.timekeeper.now() + life)
      })
  }
}
