import Access
import AdminCore
import M365
import MCPProtocol

/// `m365://teams/{teamId}`: a team as an administrator wants to see it.
enum TeamResource {
  struct Body: ToolOutput {
    struct Channel: ToolOutput {
      let channelId: String
      let displayName: String
      let membershipType: String
    }

    struct Member: ToolOutput {
      let userId: String
      let name: String
      let email: String?
      let role: String
    }

    struct App: ToolOutput {
      let id: String
      let name: String
    }

    let teamId: String
    let displayName: String
    let description: String?
    let mail: String?
    let visibility: String?
    let archived: Bool
    let webUrl: String?
    let createdAt: String?
    let owners: Int?
    let members: Int?
    let guests: Int?
    let guestAccess: Bool?
    let channels: [Channel]?
    let people: [Member]?
    let apps: [App]?
    let truncated: [String]
    let unavailable: [String]

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .guestAccess: "Whether guests may be added; absent where the tenant's own setting holds.",
        .truncated: "Lists that are longer than what is shown of them; graph_get goes through all of it.",
        .unavailable: "Parts that could not be read, and why.",
      ])
  }

  static func definition(_ services: AdminServices) -> ResourceTemplateDefinition? {
    URITemplate("m365://teams/{teamId}").map { template in
      ResourceTemplateDefinition(
        template, name: "team",
        presentation: Presentation(
          title: "Team", description: "A team by its id: channels, people, apps, guest access."),
        mimeType: "application/json", completions: ["teamId": completion(services)]
      ) { request, context in
        try await Resources.read(services, request.uri, "m365://teams", context) { _ throws(AdminError) in
          try await body(request.variables["teamId"] ?? "", services)
        }
      }
    }
  }

  /// Ids of the teams with a name or address that begins with what was typed, or whose own id does.
  static func completion(_ services: AdminServices) -> Completion {
    Resources.completion(services) { request, _ throws(AdminError) in
      let typed = request.value
      let graph = try await services.tenant.value().graph
      if GUID(typed) != nil {
        let group = try await graph.findGroup(id: typed)
        return Completion.Suggestions(group.map { $0.hasTeam ? [$0.id] : [] } ?? [])
      }
      let page = try await graph.groupPage(matching: typed, teamsOnly: true, size: Completion.limit)
      return Completion.Suggestions(page.items.map(\.id), total: page.total)
    }
  }

  private static func body(_ id: String, _ services: AdminServices) async throws(AdminError) -> JSONFragment? {
    guard let id = GUID(id)?.text else { return nil }
    let graph = try await services.tenant.value().graph
    guard let team = try await graph.findTeam(id: id) else { return nil }
    var parts = ResourceParts()
    let group = await parts.read("group") { () async throws(AdminError) in try await graph.group(id: id) }
    let guests = await parts.read("guestAccess") { () async throws(AdminError) in
      try await graph.guestAccess(ofGroup: id)
    }
    let channels = await parts.read("channels") { () async throws(AdminError) in
      try await graph.channels(ofTeam: id).map(Body.Channel.init)
    }
    let people = await parts.read("people") { () async throws(AdminError) in
      try await graph.members(ofTeam: id).map(Body.Member.init)
    }
    let apps = await parts.read("apps") { () async throws(AdminError) in
      try await graph.apps(ofTeam: id).map { Body.App(id: $0.appID, name: ResourceParts.excerpt($0.displayName)) }
    }
    let (fewChannels, fewPeople, fewApps) = (
      parts.shown("channels", of: channels), parts.shown("people", of: people), parts.shown("apps", of: apps)
    )
    return try Body(
      teamId: team.id, displayName: ResourceParts.excerpt(team.displayName),
      description: team.description.map(ResourceParts.excerpt),
      mail: (group?.mail).map { VisibleText.excerpt($0, limit: 320) }, visibility: group?.visibility ?? team.visibility,
      archived: team.isArchived,
      webUrl: team.webURL.map { VisibleText.excerpt($0, limit: 500) }, createdAt: team.createdAt?.iso8601,
      owners: team.summary?.owners,
      members: team.summary?.members, guests: team.summary?.guests, guestAccess: guests ?? nil,
      channels: fewChannels, people: fewPeople, apps: fewApps, truncated: parts.truncated,
      unavailable: parts.unavailable
    ).fragment()
  }
}

extension TeamResource.Body.Channel {
  fileprivate init(_ channel: TeamChannel) {
    self.init(
      channelId: channel.id, displayName: ResourceParts.excerpt(channel.displayName),
      membershipType: channel.membership.rawValue)
  }
}

extension TeamResource.Body.Member {
  fileprivate init(_ member: TeamMember) {
    self.init(
      userId: member.userID, name: ResourceParts.excerpt(member.displayName),
      email: member.email.map { VisibleText.excerpt($0, limit: 320) },
      role: member.isOwner ? "owner" : member.isGuest ? "guest" : "member")
  }
}
