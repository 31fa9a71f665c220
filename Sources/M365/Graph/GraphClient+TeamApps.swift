package import AdminCore

/// An app of the catalogue of Teams.
package struct TeamsApp: Hashable, Sendable {
  /// Shows a web page.
  package static let website = "com.microsoft.teamspace.tab.web"
  /// Shows a plan.
  package static let planner = "com.microsoft.teamspace.tab.planner"

  package let id: String
  package let externalID: String?
  package let displayName: String
  /// `store`, `organization` or `sideloaded`.
  package let distribution: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    externalID = json.text("externalId")
    displayName = json.text("displayName") ?? ""
    distribution = json.text("distributionMethod")
  }
}

/// That a team or a user has an app.
package struct TeamsAppInstallation: Hashable, Sendable {
  package let id: String
  package let appID: String
  package let displayName: String

  package init?(_ json: JSONObject) {
    guard let id = json.text("id"), let app = json.object("teamsApp"), let appID = app.text("id") else { return nil }
    self.id = id
    self.appID = appID
    displayName = app.text("displayName") ?? ""
  }
}

/// A tab of a channel.
package struct ChannelTab: Hashable, Sendable {
  package let id: String
  package let displayName: String
  package let appID: String?
  package let contentURL: String?
  package let entityID: String?

  package init?(_ json: JSONObject) {
    guard let id = json.text("id") else { return nil }
    self.id = id
    displayName = json.text("displayName") ?? ""
    appID = json.object("teamsApp")?.text("id")
    contentURL = json.object("configuration")?.text("contentUrl")
    entityID = json.object("configuration")?.text("entityId")
  }
}

/// A tab to be made.
package struct NewTab: Sendable {
  package var displayName: String
  package var appID: String
  package var entityID: String?
  package var contentURL: String
  package var websiteURL: String?
  package var removeURL: String?

  package init(displayName: String, appID: String, contentURL: String) {
    self.displayName = displayName
    self.appID = appID
    self.contentURL = contentURL
  }

  /// A tab that shows a web page.
  package static func website(_ displayName: String, url: String) -> NewTab {
    var tab = NewTab(displayName: displayName, appID: TeamsApp.website, contentURL: url)
    tab.websiteURL = url
    return tab
  }

  /// A tab that shows a plan of Planner.
  package static func planner(_ displayName: String, plan: String, tenantDomain: String) -> NewTab {
    let page = "https://tasks.office.com/\(tenantDomain)/Home/PlannerFrame?page=7&planId=\(plan)"
    var tab = NewTab(displayName: displayName, appID: TeamsApp.planner, contentURL: page)
    tab.entityID = plan
    tab.websiteURL = page
    tab.removeURL = page
    return tab
  }

  func json(_ reference: (GraphPath) -> String) -> JSONValue {
    [
      "displayName": .string(displayName),
      "teamsApp@odata.bind": .string(reference("/appCatalogs/teamsApps/\(appID)")),
      "configuration": [
        "entityId": .optional(entityID), "contentUrl": .string(contentURL), "websiteUrl": .optional(websiteURL),
        "removeUrl": .optional(removeURL),
      ],
    ]
  }
}

extension GraphClient {
  // MARK: The catalogue

  /// The apps with an id, an external id or a display name. Permission: AppCatalog.Read.All. Idempotent.
  package func teamsApps(matching text: String) async throws(AdminError) -> [TeamsApp] {
    var query = GraphQuery()
    query.filter = "id eq \(text) or externalId eq \(text) or displayName eq \(text)"
    let call = GraphCall.get("/appCatalogs/teamsApps", query, permissions: [.appCatalogRead])
    return try await pages(call, reading(call, TeamsApp.init)).collect(maximum: 1000)
  }

  // MARK: Tabs

  /// Permission: TeamsTab.Read.All. Idempotent.
  package func tabs(ofChannel channel: String, team id: String) async throws(AdminError) -> [ChannelTab] {
    var query = GraphQuery()
    query.expand = "teamsApp"
    let call = GraphCall.get(
      "/teams/\(id)/channels/\(channel)/tabs", query, permissions: [.tabRead], subject: .team(id))
    return try await pages(call, reading(call, ChannelTab.init)).collect(maximum: 1000)
  }

  /// Permission: TeamsTab.ReadWrite.All. To be checked after an unclear end by listing the tabs.
  package func createTab(
    _ tab: NewTab, inChannel channel: String, team id: String
  ) async throws(AdminError) -> ChannelTab {
    let call = GraphCall.post(
      "/teams/\(id)/channels/\(channel)/tabs", .json(tab.json(reference)), permissions: [.tabReadWrite],
      safety: .checkFirst, subject: .team(id))
    return try await send(call).decode(call, ChannelTab.init)
  }

  /// One that is gone already is as good. Permission: TeamsTab.ReadWrite.All. Idempotent.
  package func deleteTab(id tab: String, ofChannel channel: String, team id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete(
          "/teams/\(id)/channels/\(channel)/tabs/\(tab)", permissions: [.tabReadWrite], subject: .team(id)))
    }
  }

  // MARK: Apps of a team

  /// Permission: TeamsAppInstallation.ReadForTeam.All. Idempotent.
  package func apps(ofTeam id: String) async throws(AdminError) -> [TeamsAppInstallation] {
    try await installations("/teams/\(id)/installedApps", [.teamAppRead], .team(id))
  }

  /// One that is there already stays. Permissions: TeamsAppInstallation.ReadWriteForTeam.All, and to read back
  /// TeamsAppInstallation.ReadForTeam.All. Idempotent.
  package func installApp(_ appID: String, inTeam id: String) async throws(AdminError) -> TeamsAppInstallation {
    try await install(
      appID, "/teams/\(id)/installedApps", [.teamAppReadWrite], .team(id), try await apps(ofTeam: id)
    ) { () async throws(AdminError) in try await apps(ofTeam: id) }
  }

  /// One that is gone already is as good. Permission: TeamsAppInstallation.ReadWriteForTeam.All. Idempotent.
  package func removeApp(installation: String, fromTeam id: String) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete(
          "/teams/\(id)/installedApps/\(installation)", permissions: [.teamAppReadWrite], subject: .team(id)))
    }
  }

  // MARK: Apps of a user

  /// Permission: TeamsAppInstallation.ReadForUser.All. Idempotent.
  package func apps(ofUser user: UserReference) async throws(AdminError) -> [TeamsAppInstallation] {
    try await installations("/users/\(user)/teamwork/installedApps", [.userAppRead], .user(user.text))
  }

  /// One that is there already stays. Permissions: TeamsAppInstallation.ReadWriteForUser.All, and to read back
  /// TeamsAppInstallation.ReadForUser.All. Idempotent.
  package func installApp(_ appID: String, forUser user: UserReference) async throws(AdminError) -> TeamsAppInstallation
  {
    try await install(
      appID, "/users/\(user)/teamwork/installedApps", [.userAppReadWrite], .user(user.text),
      try await apps(ofUser: user)
    ) { () async throws(AdminError) in try await apps(ofUser: user) }
  }

  /// One that is gone already is as good. Permission: TeamsAppInstallation.ReadWriteForUser.All. Idempotent.
  package func removeApp(installation: String, fromUser user: UserReference) async throws(AdminError) {
    try await ignoringAbsence { () async throws(AdminError) in
      try await send(
        .delete(
          "/users/\(user)/teamwork/installedApps/\(installation)", permissions: [.userAppReadWrite],
          subject: .user(user.text)))
    }
  }

  // MARK: Both

  private func installations(
    _ path: GraphPath, _ permissions: [GraphPermission], _ subject: GraphSubject
  ) async throws(AdminError) -> [TeamsAppInstallation] {
    var query = GraphQuery()
    query.expand = "teamsApp"
    let call = GraphCall.get(path, query, permissions: permissions, subject: subject)
    return try await pages(call, reading(call, TeamsAppInstallation.init)).collect(maximum: 5000)
  }

  /// An app can be there once, so a repetition does no harm; and the answer to an installation tells too little.
  private func install(
    _ appID: String, _ path: GraphPath, _ permissions: [GraphPermission], _ subject: GraphSubject,
    _ present: [TeamsAppInstallation], _ read: () async throws(AdminError) -> [TeamsAppInstallation]
  ) async throws(AdminError) -> TeamsAppInstallation {
    if let known = present.first(where: { $0.appID == appID }) { return known }
    let call = GraphCall.post(
      path, .json(["teamsApp@odata.bind": .string(reference("/appCatalogs/teamsApps/\(appID)"))]),
      permissions: permissions, safety: .idempotent, subject: subject)
    try await ignoringPresence { () async throws(AdminError) in try await send(call) }
    guard let made = try await read().first(where: { $0.appID == appID }) else {
      throw AdminError(
        .outcomeUnknown, "Teams accepted the app and does not list it yet. Look again in a minute.")
    }
    return made
  }
}
