import AdminCore

/// Tabs of a channel.
enum TabRoutes {
  private static let readers = [
    "TeamsTab.Read.All", "TeamsTab.ReadWrite.All", "TeamsTab.ReadWriteForTeam.All", "Group.Read.All",
    "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
  ]
  private static let writers = [
    "TeamsTab.ReadWrite.All", "TeamsTab.ReadWriteForTeam.All", "Group.ReadWrite.All", "Directory.ReadWrite.All",
  ]

  static let routes = [
    Route(
      "GET", "/teams/{team}/channels/{channel}/tabs", .teams, permissions: readers,
      options: [.select, .filter, .expand], handler: list),
    Route(
      "POST", "/teams/{team}/channels/{channel}/tabs", .teams, permissions: ["TeamsTab.Create"] + writers,
      handler: create),
    Route("PATCH", "/teams/{team}/channels/{channel}/tabs/{tab}", .teams, permissions: writers, handler: update),
    Route("DELETE", "/teams/{team}/channels/{channel}/tabs/{tab}", .teams, permissions: writers, handler: delete),
  ]

  private static func context(_ group: Group, _ channel: Channel) -> String {
    "teams('\(group.id)')/channels('\(channel.id)')/tabs"
  }

  @Sendable private static func list(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, _, channel) = try state.requireChannel(call)
    let current = state
    return try CollectionQuery(TeamsModel.tab, call, .teams, expandable: ["teamsApp"]).answer(
      channel.tabs.values, context: context(group, channel), id: \.id
    ) { tab in current.json(tab) }
  }

  @Sendable private static func create(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, team, channel) = try state.requireChannel(call)
    let body = try call.object(TeamsModel.tab, for: .create)
    guard let name = body["displayName"]?.stringValue, !name.isEmpty else {
      throw .badRequest("The tab's displayName must be given.")
    }
    guard let appID = try call.bindings("teamsApp@odata.bind", of: body, to: ["appCatalogs/teamsApps"]).first else {
      throw .badRequest("'teamsApp@odata.bind' must be given.")
    }
    guard team.apps.values.contains(where: { $0.appID == appID }) else {
      throw GraphFailure(404, "NotFound", "The app '\(appID)' is not installed in the team.", inner: "NotFound")
    }
    let configuration = body["configuration"]?.objectValue ?? [:]
    try check(configuration, of: appID)
    guard !channel.tabs.values.contains(where: { $0.displayName.lowercased() == name.lowercased() }) else {
      throw GraphFailure(400, "BadRequest", "A tab named '\(name)' exists already.", inner: "NameAlreadyExists")
    }
    let tab = Tab(id: state.identifiers.guid(), displayName: name, appID: appID, configuration: configuration)
    state.update(channel: channel.id, of: group.id) { $0.tabs[tab.id] = tab }
    state.record(.tabCreated, "\(channel.displayName): \(name)", id: tab.id)
    return try call.answer(
      state.json(tab), TeamsModel.tab, context: context(group, channel), status: 201)
  }

  private static func check(_ configuration: JSONObject, of appID: String) throws(GraphFailure) {
    guard appID != TeamsApp.library else {
      throw .badRequest("Tabs of this app cannot be configured through the API.")
    }
    for name in ["contentUrl", "websiteUrl", "removeUrl"] {
      guard let url = configuration[name]?.stringValue, !url.isEmpty else { continue }
      guard url.hasPrefix("https://") else { throw .badRequest("The address in '\(name)' must begin with https.") }
    }
    guard configuration["contentUrl"]?.stringValue?.isEmpty == false else {
      throw .badRequest("'configuration/contentUrl' must be given.")
    }
    if appID == TeamsApp.planner, configuration["entityId"]?.stringValue?.isEmpty != false {
      throw .badRequest("'configuration/entityId' must be given.")
    }
  }

  private static func require(
    _ call: GraphCall, _ state: TenantState
  ) throws(GraphFailure) -> (Group, Channel, Tab) {
    let (group, _, channel) = try state.requireChannel(call)
    guard let tab = channel.tabs[call["tab"].lowercased()] else {
      throw GraphFailure(404, "NotFound", "The tab was not found.", inner: "NotFound")
    }
    return (group, channel, tab)
  }

  @Sendable private static func update(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    var (group, channel, tab) = try require(call, state)
    let body = try call.object(TeamsModel.tab, for: .update)
    if let configuration = body["configuration"]?.objectValue {
      tab.configuration = tab.configuration.merging(configuration)
      try check(tab.configuration, of: tab.appID)
    }
    tab.displayName = body["displayName"]?.stringValue ?? tab.displayName
    let changed = tab
    state.update(channel: channel.id, of: group.id) { $0.tabs[changed.id] = changed }
    state.record(.tabUpdated, "\(channel.displayName): \(tab.displayName)", id: tab.id)
    return try call.answer(state.json(tab), TeamsModel.tab, context: context(group, channel))
  }

  @Sendable private static func delete(
    _ state: inout TenantState, _ call: GraphCall
  ) throws(GraphFailure) -> GraphAnswer {
    let (group, channel, tab) = try require(call, state)
    state.update(channel: channel.id, of: group.id) { $0.tabs[tab.id] = nil }
    state.record(.tabDeleted, "\(channel.displayName): \(tab.displayName)", id: tab.id)
    return .empty(204)
  }
}
