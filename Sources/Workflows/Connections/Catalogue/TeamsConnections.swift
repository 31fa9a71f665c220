import Access
import AdminCore
import M365

/// What a team or a user is given in Microsoft Teams.
enum TeamsConnections {
  private static let teamID = ConfigurationField("teamId", .guid, "The team.", .always)
  private static let channel = ConfigurationField(
    "channel", .text(maximum: 50), "Name of the channel; the one everybody is in unless given.")
  private static let app = ConfigurationField(
    "teamsAppId", .text(maximum: 200), "Id, external id or name of the app in the catalogue.", .always)

  @ConnectionList static var all: [ServiceConnection] {
    ServiceConnection(
      "teams", "sharepoint", "A channel has a tab that shows a page or a list of SharePoint.",
      permissions: [.teamReadBasic, .channelReadBasic, .tabReadWrite, .sitesRead], inverse: "the tab is removed"
    ) { request in
      [tab(request, appID: TeamsApp.website, content: { _ in request.required("url") })]
    }
    .configured(
      teamID, channel, ConfigurationField("title", .text(maximum: 128), "Name of the tab.", .always),
      ConfigurationField("url", .url, "The page; the team's own site unless given."),
      ConfigurationField("listId", .text(maximum: 128), "A list of the team's site, in place of url.")
    )
    .resolving(page)

    ServiceConnection(
      "teams", "planner", "A team has a plan of Planner, shown in a tab of a channel.",
      permissions: [.teamReadBasic, .channelReadBasic, .tabReadWrite, .tasksReadWrite, .organizationRead],
      inverse: "tab and plan are removed"
    ) { request in
      let domain = request.required("tenantDomain")
      return PlannerParts(request, group: request.required("teamId")).all + [
        tab(request, appID: TeamsApp.planner) { context in
          let plan = context.output("plan")?["objectId"]?.stringValue ?? ""
          return NewTab.planner("", plan: plan, tenantDomain: domain).contentURL
        }
      ]
    }
    .configured(
      teamID, channel, ConfigurationField("title", .text(maximum: 128), "Name of plan and tab.", .always),
      ConfigurationField("buckets", .texts(maximum: 20), "Columns of the plan.")
    )
    .resolving { request, access throws(AdminError) in
      let organization = try await access.graph().organization()
      let domain = organization.initialDomain ?? organization.defaultDomain ?? ""
      return try await place(request, access).merging(["tenantDomain": .string(domain)])
    }

    ServiceConnection(
      "teams", "app", "A team has an app of the catalogue.",
      permissions: [.teamReadBasic, .appCatalogRead, .teamAppReadWrite], inverse: "the app is uninstalled"
    ) { request in
      let (team, app) = (request.required("teamId"), request.required("appId"))
      return [
        .object(
          installation(request, "the team \(request.required("teamName"))"),
          ObjectRequests(
            find: "GET /teams/{id}/installedApps", create: "POST /teams/{id}/installedApps",
            remove: "DELETE /teams/{id}/installedApps/{id}"),
          find: { _, access throws(AdminError) in
            found(app, in: try await access.graph().apps(ofTeam: team))
          },
          create: { _, _, access throws(AdminError) in try await access.graph().installApp(app, inTeam: team).id },
          remove: { id, _, access throws(AdminError) in
            try await access.graph().removeApp(installation: id, fromTeam: team)
          })
      ]
    }
    .configured(teamID, app)
    .risking { [.installsSoftware("\($0.required("appName")) in \($0.required("teamName"))")] }
    .resolving { request, access throws(AdminError) in
      let team = try await access.graph().team(id: request.required("teamId"))
      return try await catalogued(request, access).merging(["teamName": .string(team.displayName)])
    }

    ServiceConnection(
      "user", "teams-app", "A user has an app of the catalogue in Teams.",
      permissions: [.userRead, .appCatalogRead, .userAppReadWrite], inverse: "the app is uninstalled"
    ) { request in
      let (user, app) = (UserReference(request.required("userId")), request.required("appId"))
      return [
        .object(
          installation(request, request.required("user")),
          ObjectRequests(
            find: "GET /users/{id}/teamwork/installedApps", create: "POST /users/{id}/teamwork/installedApps",
            remove: "DELETE /users/{id}/teamwork/installedApps/{id}"),
          find: { _, access throws(AdminError) in found(app, in: try await access.graph().apps(ofUser: user)) },
          create: { _, _, access throws(AdminError) in try await access.graph().installApp(app, forUser: user).id },
          remove: { id, _, access throws(AdminError) in
            try await access.graph().removeApp(installation: id, fromUser: user)
          })
      ]
    }
    .configured(ConfigurationField("user", .address, "The user.", .always), app)
    .risking { [.installsSoftware("\($0.required("appName")) for \($0.required("user"))")] }
    .resolving { request, access throws(AdminError) in
      let user = try await access.graph().user(address: request.required("user"))
      return try await catalogued(request, access).merging(["userId": .string(user.id)])
    }
  }

  // MARK: Tabs

  /// - Parameter content: the page that the tab shows; later parts know what earlier ones have made.
  private static func tab(
    _ request: ConnectionRequest, appID: String, content: @escaping @Sendable (StepContext) -> String
  ) -> TenantPart {
    let (team, channel) = (request.required("teamId"), request.required("channelId"))
    let (title, domain) = (request.required("title"), request.required("tenantDomain"))
    let isPlan = appID == TeamsApp.planner
    let path = "/teams/{id}/channels/{id}/tabs"
    return .object(
      ObjectWish(
        "tab", "the tab \(title) of the channel \(request.required("channelName"))",
        isPlan ? ["app": .string(appID)] : ["app": .string(appID), "url": .string(request.required("url"))]),
      ObjectRequests(find: "GET \(path)", create: "POST \(path)", remove: "DELETE \(path)/{id}"),
      find: { _, access throws(AdminError) in
        let tabs = try await access.graph().tabs(ofChannel: channel, team: team)
        guard let tab = tabs.first(where: { $0.displayName.lowercased() == title.lowercased() }) else { return nil }
        return FoundObject(id: tab.id, ["app": .optional(tab.appID), "url": .optional(tab.contentURL)])
      },
      create: { _, context, access throws(AdminError) in
        let plan = context.output("plan")?["objectId"]?.stringValue ?? ""
        let tab =
          isPlan
          ? NewTab.planner(title, plan: plan, tenantDomain: domain) : NewTab.website(title, url: content(context))
        return try await access.graph().createTab(tab, inChannel: channel, team: team).id
      },
      remove: { id, _, access throws(AdminError) in
        try await access.graph().deleteTab(id: id, ofChannel: channel, team: team)
      }, matches: { found, wanted in wanted.allSatisfy { found[$0.key] == $0.value } })
  }

  /// The team and the channel, by name and id.
  private static func place(
    _ request: ConnectionRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let graph = try await access.graph()
    let team = try await graph.team(id: request.required("teamId"))
    var channel: TeamChannel?
    if let name = request.text("channel") {
      channel = try await graph.channel(named: name, ofTeam: team.id)
    } else {
      channel = try await graph.primaryChannel(ofTeam: team.id)
    }
    guard let channel else {
      throw AdminError(
        .notFound, "The team \(VisibleText.excerpt(team.displayName)) has no channel of that name.",
        details: ["path": "/connectionConfig/channel"])
    }
    return request.configuration.merging([
      "teamName": .string(team.displayName), "channelId": .string(channel.id),
      "channelName": .string(channel.displayName),
    ])
  }

  @Sendable private static func page(
    _ request: ConnectionRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    guard request.text("url") == nil || request.text("listId") == nil else {
      throw AdminError(problems: [
        AdminError.Problem(
          path: "/connectionConfig", rule: "required", message: "must name either url or listId, and not both")
      ])
    }
    let configuration = try await place(request, access)
    guard request.text("url") == nil else { return configuration }
    let graph = try await access.graph()
    guard let site = try await graph.site(ofGroup: request.required("teamId")) else {
      throw AdminError(
        .notFound, "The team's site is not ready yet; try again in some minutes.", isRetryable: true,
        retryAfter: .seconds(60))
    }
    guard let id = request.text("listId") else { return configuration.merging(["url": .string(site.webURL)]) }
    guard let list = try await graph.list(id, ofSite: site.id) else {
      throw AdminError(
        .notFound, "The team's site has no list \(VisibleText.excerpt(id)).",
        details: ["path": "/connectionConfig/listId"])
    }
    return configuration.merging(["url": .string(list.webURL)])
  }

  // MARK: Apps

  private static func installation(_ request: ConnectionRequest, _ owner: String) -> ObjectWish {
    let app = request.required("appName")
    var wish = ObjectWish("app", "the app \(app) for \(owner)", ["appId": .string(request.required("appId"))])
    wish.verb = "Install"
    wish.removal = "was uninstalled"
    return wish
  }

  private static func found(_ app: String, in installations: [TeamsAppInstallation]) -> FoundObject? {
    installations.first { $0.appID == app }.map { FoundObject(id: $0.id, ["appId": .string($0.appID)]) }
  }

  private static func catalogued(
    _ request: ConnectionRequest, _ access: TenantAccess
  ) async throws(AdminError) -> JSONObject {
    let wanted = request.required("teamsAppId")
    let apps = try await access.graph().teamsApps(matching: wanted)
    guard let app = apps.first, apps.count == 1 else {
      let message =
        apps.isEmpty
        ? "The catalogue has no app \(VisibleText.excerpt(wanted))."
        : "The catalogue has \(apps.count) apps of that name; give the id of one."
      throw AdminError(
        apps.isEmpty ? .notFound : .needsClarification, message,
        details: ["apps": .array(apps.map { ["id": .string($0.id), "name": .string($0.displayName)] })])
    }
    return request.configuration.merging(["appId": .string(app.id), "appName": .string(app.displayName)])
  }
}

/// A plan of Planner and its columns.
struct PlannerParts {
  /// How old a group is at the most that Planner may not know yet. It takes minutes; a day is on the safe side.
  private static let settling = Duration.seconds(86_400)

  private let title: String
  private let group: String
  private let buckets: [String]

  init(_ request: ConnectionRequest, group: String) {
    title = request.required("title")
    self.group = group
    buckets = request.texts("buckets") ?? []
  }

  var all: [TenantPart] { [plan] + buckets.enumerated().map { bucket($1, number: $0 + 1) } }

  private var plan: TenantPart {
    let (title, group) = (title, group)
    return .object(
      ObjectWish("plan", "the plan \(title)", ["title": .string(title)]),
      ObjectRequests(
        find: "GET /groups/{id}/planner/plans", create: "POST /planner/plans", remove: "DELETE /planner/plans/{id}"),
      find: { _, access throws(AdminError) in
        let plans = try await Self.plans(ofGroup: group, access)
        return plans.first { $0.title == title }.map { FoundObject(id: $0.id, ["title": .string($0.title)]) }
      },
      create: { _, _, access throws(AdminError) in
        // Planner learns of a new group some minutes late.
        let plan = try await access.graph().createPlan(title, inGroup: group, deadline: .seconds(180))
        guard let plan else {
          throw AdminError(
            .deadlinePassed,
            "Planner does not know of the group yet, or does not let the application in; try again in some minutes.",
            isRetryable: true, retryAfter: .seconds(120))
        }
        return plan.id
      },
      remove: { id, _, access throws(AdminError) in try await access.graph().deletePlan(id: id) })
  }

  /// The plans of a group: none where Planner does not know of the group yet, or there is no group any more.
  ///
  /// Planner says of a new group what it says of one that it lets nobody into. The age of the group tells which it is;
  /// where that cannot be read, the group counts as new, and the wait of whoever makes a plan ends in the error. A
  /// permission that lacks is another fault, which is never taken for a group without plans.
  private static func plans(
    ofGroup id: String, _ access: TenantAccess
  ) async throws(AdminError) -> [PlannerPlan] {
    let graph = try await access.graph()
    do throws(AdminError) {
      return try await graph.plans(ofGroup: id)
    } catch  where error.graphFault == .notFound || error.graphFault == .notReady {
      return []
    } catch  where error.graphFault == .targetProtected {
      guard try await isNew(group: id, access) else { throw error }
      return []
    }
  }

  private static func isNew(group id: String, _ access: TenantAccess) async throws(AdminError) -> Bool {
    let graph = try await access.graph()
    do throws(AdminError) {
      guard let createdAt = try await graph.findGroup(id: id)?.createdAt else { return true }
      return access.timekeeper.now() - createdAt < settling
    } catch  where error.code == .permissionDenied {
      return true
    }
  }

  private func bucket(_ name: String, number: Int) -> TenantPart {
    @Sendable func plan(_ context: StepContext) -> String? { context.output("plan")?["objectId"]?.stringValue }
    return .object(
      ObjectWish("bucket\(number)", "the bucket \(name)", ["name": .string(name)]),
      ObjectRequests(
        find: "GET /planner/plans/{id}/buckets", create: "POST /planner/buckets",
        remove: "DELETE /planner/buckets/{id}"),
      find: { context, access throws(AdminError) in
        guard let plan = plan(context) else { return nil }
        let buckets = try await access.graph().buckets(ofPlan: plan)
        return buckets.first { $0.name == name }.map { FoundObject(id: $0.id, ["name": .string($0.name)]) }
      },
      create: { _, context, access throws(AdminError) in
        try await access.graph().createBucket(name, inPlan: plan(context) ?? "").id
      },
      remove: { id, context, access throws(AdminError) in
        guard let plan = plan(context) else { return }
        try await access.graph().deleteBucket(id: id, ofPlan: plan)
      })
  }
}
