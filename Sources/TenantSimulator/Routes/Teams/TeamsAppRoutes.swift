import AdminCore

/// The catalogue of apps, and which of them teams and users have.
enum TeamsAppRoutes {
  private static let teamReaders = [
    "TeamsAppInstallation.Read.All", "TeamsAppInstallation.ReadForTeam.All",
    "TeamsAppInstallation.ReadWriteForTeam.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All",
    "Directory.ReadWrite.All",
  ]
  private static let teamWriters = [
    "TeamsAppInstallation.ReadWriteForTeam.All", "Group.ReadWrite.All", "Directory.ReadWrite.All",
  ]
  private static let userWriters = [
    "TeamsAppInstallation.ReadWriteForUser.All", "TeamsAppInstallation.ReadWriteAndConsentForUser.All",
  ]
  private static let userReaders =
    userWriters + ["TeamsAppInstallation.ReadForUser.All", "TeamsAppInstallation.Read.All"]
  private static let listOptions: Set<QueryOption> = [.select, .filter, .expand]
  private static let expandable: Set<String> = ["teamsApp", "teamsAppDefinition"]

  static let routes = [
    Route(
      "GET", "/appCatalogs/teamsApps", .teams, permissions: ["AppCatalog.Read.All", "AppCatalog.ReadWrite.All"],
      options: listOptions
    ) { state, call throws(GraphFailure) in
      try CollectionQuery(TeamsModel.app, call, .teams, expandable: ["appDefinitions"]).answer(
        TeamsApp.catalog, context: "appCatalogs/teamsApps", id: \.id, json: \.json)
    },
    Route("GET", "/teams/{team}/installedApps", .teams, permissions: teamReaders, options: listOptions) {
      state, call throws(GraphFailure) in
      let (group, team) = try state.requireTeam(call["team"])
      return try list(team.apps, "teams('\(group.id)')/installedApps", state, call)
    },
    Route("POST", "/teams/{team}/installedApps", .teams, permissions: teamWriters) { state, call throws(GraphFailure) in
      let (group, team) = try state.requireTeam(call["team"])
      let app = try made(call, besides: team.apps, &state)
      state.update(team: group.id) { $0.apps[app.id] = app }
      state.record(.appInstalled, "\(group.displayName): \(app.appID)", id: app.id)
      return try answer(app, "teams('\(group.id)')/installedApps", state, call)
    },
    Route("DELETE", "/teams/{team}/installedApps/{installation}", .teams, permissions: teamWriters) {
      state, call throws(GraphFailure) in
      let (group, team) = try state.requireTeam(call["team"])
      let app = try require(call, team.apps)
      state.update(team: group.id) { $0.apps[app.id] = nil }
      state.record(.appRemoved, "\(group.displayName): \(app.appID)", id: app.id)
      return .empty(204)
    },
    Route("GET", "/users/{user}/teamwork/installedApps", .teams, permissions: userReaders, options: listOptions) {
      state, call throws(GraphFailure) in
      let user = try state.requireUser(call["user"])
      return try list(
        state.personalApps[user.id] ?? Table(), "users('\(user.id)')/teamwork/installedApps", state, call)
    },
    Route("POST", "/users/{user}/teamwork/installedApps", .teams, permissions: userWriters) {
      state, call throws(GraphFailure) in
      let user = try state.requireReplicatedUser(call["user"])
      guard state.isLicensedForTeams(user) else {
        throw GraphFailure(403, "Forbidden", "The user has no licence for Teams.", inner: "Forbidden")
      }
      let app = try made(call, besides: state.personalApps[user.id] ?? Table(), &state)
      state.personalApps[user.id, default: Table()][app.id] = app
      state.record(.appInstalled, "\(user.userPrincipalName): \(app.appID)", id: app.id)
      return try answer(app, "users('\(user.id)')/teamwork/installedApps", state, call)
    },
    Route("DELETE", "/users/{user}/teamwork/installedApps/{installation}", .teams, permissions: userWriters) {
      state, call throws(GraphFailure) in
      let user = try state.requireUser(call["user"])
      let app = try require(call, state.personalApps[user.id] ?? Table())
      state.personalApps[user.id]?[app.id] = nil
      state.record(.appRemoved, "\(user.userPrincipalName): \(app.appID)", id: app.id)
      return .empty(204)
    },
  ]

  private static func list(
    _ apps: Table<AppInstallation>, _ context: String, _ state: TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    try CollectionQuery(TeamsModel.installation, call, .teams, expandable: expandable).answer(
      apps.values, context: context, id: \.id
    ) { app in state.json(app) }
  }

  /// An installation has no body of its own in the answer, only a place.
  private static func answer(
    _ app: AppInstallation, _ context: String, _ state: TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var answer = try call.answer(state.json(app), TeamsModel.installation, context: context, status: 201)
    answer.headers["Location"] = "\(call.target.path)/\(app.id)"
    return answer
  }

  private static func made(
    _ call: GraphCall, besides others: Table<AppInstallation>, _ state: inout TenantState
  ) throws(GraphFailure) -> AppInstallation {
    let body = try call.object(TeamsModel.installation, for: .create)
    guard let key = try call.bindings("teamsApp@odata.bind", of: body, to: ["appCatalogs/teamsApps"]).first else {
      throw .badRequest("'teamsApp@odata.bind' must be given.")
    }
    guard let app = TeamsApp.catalog.first(where: { $0.id == key }) else {
      throw GraphFailure(404, "NotFound", "The app '\(VisibleText.excerpt(key))' was not found.", inner: "NotFound")
    }
    guard !others.values.contains(where: { $0.appID == app.id }) else {
      throw GraphFailure(409, "Conflict", "The app is already installed.", inner: "AppAlreadyInstalled")
    }
    return AppInstallation(id: state.identifiers.token(bytes: 24), appID: app.id)
  }

  private static func require(
    _ call: GraphCall, _ apps: Table<AppInstallation>
  ) throws(GraphFailure) -> AppInstallation {
    guard let app = apps[call["installation"]] else {
      throw GraphFailure(404, "NotFound", "The app is not installed here.", inner: "NotFound")
    }
    return app
  }
}
