import Access
import AdminCore
import M365
import MCPProtocol
import Workflows

/// Makes a team with its group, people and channels, and takes all of it back where it cannot be finished.
struct CreateTeamsGroup: ChangingTool {
  static let name = "create_teams_group"
  static let title = "Create a team"
  static let summary = """
    Create a team with its Microsoft 365 group, owners, members and channels. Checks everybody and the name first; \
    takes everything back if it fails. People who could not be added are listed.
    """
  static let toolset = Toolset.teams
  static let role = Role.provision
  static let permissions: [GraphPermission] = [
    .userRead, .licenseRead, .organizationRead, .groupReadWrite, .groupSettingsReadWrite, .sitesRead, .teamReadBasic,
    .teamSettingsReadWrite, .teamMemberReadWrite, .channelReadBasic, .channelCreate, .channelMemberReadWrite,
  ]
  static let isDestructive = false
  static let isIdempotent = true

  enum Visibility: String, Choice {
    case `private` = "Private"
    case `public` = "Public"
  }

  enum Membership: String, Choice {
    case standard
    case `private`
    case shared
  }

  struct Channel: ToolInput {
    @Param("Name.", .length(1...50)) var displayName: String
    @Param("What it is for.", .length(1...1024), .multiline) var description: String?
    @Param("Who is in it.") var membershipType: Membership = .standard
    @Param("Of a private or shared one; else the team's first owner.", .count(0...50), .length(3...320))
    var owners: [String] = []
    @Param("Of a private or shared one.", .count(0...100), .length(3...320)) var members: [String] = []
  }

  struct Input: ToolInput {
    @Param("Name.", .length(1...256)) var displayName: String
    @Param("What it is for.", .length(1...1024), .multiline) var description: String?
    @Param("Who finds and joins it.") var visibility: Visibility = .private
    @Param("Addresses; each needs a Teams licence.", .count(1...100), .length(3...320)) var owners: [String]
    @Param("Addresses.", .count(0...500), .length(3...320)) var members: [String] = []
    @Param("Besides General.", .count(0...50)) var channels: [Channel] = []
    @Param("Whether guests may be added.") var enableGuestAccess: Bool = false
  }

  struct Output: ToolOutput {
    struct Channel: ToolOutput {
      let channelId: String
      let displayName: String
      let membershipType: String
    }

    struct NotAdded: ToolOutput {
      let person: String
      let place: String
      let reason: String
    }

    let teamId: String
    let groupId: String
    let displayName: String
    let mailNickname: String
    let visibility: String
    let webUrl: String?
    let siteUrl: String?
    let owners: Int
    let members: Int
    let channels: [Channel]
    let notAdded: [NotAdded]
    let guestAccess: Bool
    let existed: Bool

    static let descriptions = FieldDescriptions(
      CodingKeys.self,
      [
        .notAdded: "People the tenant did not take; the team stands without them.",
        .existed: "The same call had made the team before; nothing was made twice.",
      ])
  }

  static func prepare(
    _ input: Input, _ call: ToolCall
  ) async throws(AdminError) -> PreparedChange<CreateTeamWorkflow> {
    try TeamRules.check(input)
    let graph = try await call.graph()
    var people = TeamPeople(call)
    try await people.resolve(input)
    try TeamRules.check(people, input)
    try await people.requireTeamsLicenses(ofOwners: input.owners)

    var request = TeamRequest(
      displayName: input.displayName, nickname: TeamNickname.make(from: input.displayName),
      description: input.description, visibility: input.visibility == .public ? .public : .private,
      owners: people.persons(input.owners), members: people.persons(input.members, without: input.owners),
      channels: input.channels.map { people.channel($0, teamOwners: input.owners) },
      allowsGuests: input.enableGuestAccess, siteWait: call.isFollowed ? .seconds(120) : .seconds(30))
    var naming = TeamNaming(graph: graph, store: try await call.store())
    try await naming.settle(&request)
    let warnings = people.warnings + naming.warnings + (try await guestWarnings(request, graph))
    return PreparedChange(
      plan(request, warnings), CreateTeamWorkflow(request, services: try await call.workflowServices()),
      warnings: warnings)
  }

  static func output(
    _ operation: OperationReport, secrets: [String: Secret<String>]
  ) throws(AdminError) -> Output {
    let made = operation.output
    func text(_ key: String) -> String { made[key]?.stringValue ?? "" }
    return Output(
      teamId: text("teamId"), groupId: text("groupId"), displayName: text("displayName"),
      mailNickname: text("mailNickname"), visibility: text("visibility"), webUrl: made["webUrl"]?.stringValue,
      siteUrl: made["siteUrl"]?.stringValue, owners: made["owners"]?.intValue ?? 0,
      members: made["members"]?.intValue ?? 0,
      channels: (made["channels"]?.arrayValue ?? []).map { channel in
        Output.Channel(
          channelId: channel["channelId"]?.stringValue ?? "", displayName: channel["displayName"]?.stringValue ?? "",
          membershipType: channel["membershipType"]?.stringValue ?? "")
      },
      notAdded: (made["notAdded"]?.arrayValue ?? []).map { failure in
        Output.NotAdded(
          person: failure["person"]?.stringValue ?? "", place: failure["place"]?.stringValue ?? "",
          reason: failure["reason"]?.stringValue ?? "")
      },
      guestAccess: made["guestAccess"]?.boolValue ?? false, existed: made["existed"]?.boolValue ?? false)
  }

  // MARK: The plan

  /// A team can only let in whom the tenant lets in, and that is said in four places, one of which no API shows.
  private static func guestWarnings(
    _ request: TeamRequest, _ graph: GraphClient
  ) async throws(AdminError) -> [String] {
    guard request.allowsGuests else { return [] }
    var warnings: [String] = []
    let tenant = try await graph.directorySetting(template: DirectorySettingTemplate.groups)
    if let tenant, ["AllowToAddGuests", "AllowGuestsToAccessGroups"].contains(where: { tenant.flag($0) == false }) {
      warnings.append("The tenant lets no guests into groups, so nobody from outside can join until that is changed.")
    }
    var unread = ["the guest access switch of the Teams admin center"]
    switch await value("allowInvitesFrom", of: .authorization, graph) {
    case "none":
      warnings.append("Nobody may invite guests to the tenant, so only those who are guests already can be added.")
    case nil: unread.append("who may invite guests")
    default: break
    }
    switch await value("sharingCapability", of: .sharePoint, graph) {
    case "disabled":
      warnings.append("SharePoint shares nothing outside the organization, so guests cannot open the team's files.")
    case nil: unread.append("whether SharePoint shares with guests")
    default: break
    }
    return warnings + ["What cannot be read from here may keep guests out as well: \(unread.joined(separator: ", "))."]
  }

  /// `nil` where it cannot be read: the team does not need it, so no permission is asked for it.
  private static func value(_ name: String, of setting: TenantSetting, _ graph: GraphClient) async -> String? {
    do throws(AdminError) {
      return try await graph.value(of: setting)[name]?.stringValue
    } catch {
      return nil
    }
  }

  private static func plan(_ request: TeamRequest, _ warnings: [String]) -> Plan {
    func names(_ people: [TeamRequest.Person]) -> String {
      let shown = people.prefix(20).map(\.name).joined(separator: ", ")
      return people.count > 20 ? "\(shown) and \(people.count - 20) more" : shown
    }
    var facts = [
      Plan.Fact("Name", request.displayName), Plan.Fact("Nickname", request.nickname),
      Plan.Fact("Visibility", request.visibility.rawValue), Plan.Fact("Owners", names(request.owners)),
    ]
    if !request.members.isEmpty { facts.append(Plan.Fact("Members", names(request.members))) }
    for channel in request.channels {
      let people = names(channel.owners + channel.members)
      facts.append(
        Plan.Fact(
          "Channel", "\(channel.displayName) (\(channel.membership.rawValue)\(people.isEmpty ? "" : ": \(people)"))"))
    }
    facts.append(Plan.Fact("Guests", request.allowsGuests ? "may be added" : "are kept out"))
    let guests = request.members.filter(\.isGuest)
    return Plan(
      request.existingGroup == nil
        ? "Create the team \(request.displayName)" : "Go on with the team \(request.displayName), which exists already",
      facts: facts, calls: calls(request), permissions: permissions.map(\.rawValue),
      risks: guests.isEmpty ? [] : [.grantsAccess("guests join the team: \(names(guests))")], warnings: warnings,
      basis: ["existing": .optional(request.existingGroup)])
  }

  private static func calls(_ request: TeamRequest) -> [Plan.Call] {
    let undo = request.existingGroup == nil ? "it goes with the group" : nil
    var calls: [Plan.Call] = []
    if request.existingGroup == nil {
      calls.append(
        Plan.Call("POST /groups", "Create the group", undo: "the group is deleted (restorable for 30 days)"))
    }
    calls += [
      Plan.Call("GET /groups/{id}/sites/root", "Wait for the site", undo: "nothing is changed"),
      Plan.Call("POST /groups/{id}/settings", request.allowsGuests ? "Let guests in" : "Keep guests out", undo: undo),
      Plan.Call("PUT /groups/{id}/team", "Make a team of it", undo: undo),
      Plan.Call("POST /teams/{id}/members/add", "Add owners and members", undo: undo),
    ]
    if !request.channels.isEmpty {
      calls.append(Plan.Call("POST /teams/{id}/channels", "Create \(request.channels.count) channels", undo: undo))
    }
    if request.channels.contains(where: { $0.membership != .standard }) {
      calls.append(Plan.Call("POST /teams/{id}/channels/{id}/members", "Add people to channels", undo: undo))
    }
    calls.append(Plan.Call("PATCH /teams/{id}", "Set what guests may do, if it is not so", undo: undo))
    return calls
  }
}
