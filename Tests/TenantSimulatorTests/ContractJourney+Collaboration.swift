import AdminCore
import TenantSimulator
import Testing

/// The routes of groups, teams, sites and plans.
extension ContractJourney {
  func groups() async throws {
    let nora = try await fixture.userID("nora.keane")
    let made = try await expect(201, "POST", "/groups", json: .newGroup("contract", owners: [nora], members: [nora]))
    let group = "/groups/\(made.id)"
    try await expect(204, "PATCH", group, json: ["description": "x"])
    try await expect(204, "POST", "\(group)/renew")
    let reference = try await fixture.reference("owen.harbour")
    let owen = try await fixture.userID("owen.harbour")
    for kind in ["members", "owners"] {
      try await expect(204, "POST", "\(group)/\(kind)/$ref", json: reference)
      try await expect(400, "POST", "\(group)/\(kind)/$ref", json: reference)
      try await expect(204, "DELETE", "\(group)/\(kind)/\(owen)/$ref")
    }
    try await expect(200, "GET", "\(group)/transitiveMembers")
    try await expect(
      204, "POST", "/directoryObjects/validateProperties",
      json: ["entityType": "Group", "displayName": "a", "mailNickname": "b"])
    try await expect(202, "POST", "\(group)/assignLicense", json: SKU.assignment([SKU.standard]))
    try await expect(200, "GET", "\(group)?$select=id,assignedLicenses,licenseProcessingState,expirationDateTime")
    let guests: JSONValue = [
      "templateId": "08d542b9-071f-4e16-94b0-74abb372e3d9",
      "values": [["name": "AllowToAddGuests", "value": "false"]],
    ]
    let setting = try await expect(201, "POST", "\(group)/settings", json: guests)
    let values: JSONValue = ["values": [["name": "AllowToAddGuests", "value": "true"]]]
    try await expect(204, "PATCH", "\(group)/settings/\(setting.id)", json: values)
    try await expect(200, "GET", "\(group)/settings")
    try await expect(204, "DELETE", "\(group)/settings/\(setting.id)")
    try await expect(200, "GET", "/groupSettingTemplates")
    let tenant: JSONValue = ["templateId": "62375ab9-6b52-47ed-826b-58e47e0e304b", "values": []]
    let unified = try await expect(201, "POST", "/groupSettings", json: tenant)
    try await expect(204, "PATCH", "/groupSettings/\(unified.id)", json: values)
    for path in ["/groupSettings", "/groupSettings/\(unified.id)"] { try await expect(200, "GET", path) }
    try await expect(204, "DELETE", "/groupSettings/\(unified.id)")
    try await expect(204, "DELETE", group)
    for kind in ["microsoft.graph.group", "graph.group", made.id] {
      try await expect(200, "GET", "/directory/deletedItems/\(kind)")
    }
    try await expect(200, "POST", "/directory/deletedItems/\(made.id)/restore")
  }

  private func member(_ id: String, _ roles: JSONValue = []) -> JSONValue {
    [
      "@odata.type": "#microsoft.graph.aadUserConversationMember", "roles": roles,
      "user@odata.bind": .string("https://graph.microsoft.com/v1.0/users('\(id)')"),
    ]
  }

  func teams() async throws {
    let (nora, owen) = (try await fixture.userID("nora.keane"), try await fixture.userID("owen.harbour"))
    let group = try await expect(201, "POST", "/groups", json: .newGroup("contract-team", owners: [nora]))
    let team = "/teams/\(group.id)"
    try await expect(201, "PUT", "/groups/\(group.id)/team", json: ["funSettings": ["allowGiphy": false]])
    try await expect(409, "PUT", "/groups/\(group.id)/team", json: [:])
    let created = try await expect(
      202, "POST", "/teams",
      json: [
        "template@odata.bind": "https://graph.microsoft.com/v1.0/teamsTemplates('standard')", "displayName": "T",
        "members": [member(nora, ["owner"])],
      ])
    try await expect(200, "GET", created.headers["Location"] ?? "")
    for path in ["/groups/\(group.id)/team", team, "\(team)/channels", "\(team)/allChannels", "\(team)/members"] {
      try await expect(200, "GET", path)
    }
    try await expect(204, "PATCH", team, json: ["memberSettings": ["allowDeleteChannels": false]])
    try await expect(202, "POST", "\(team)/archive", json: ["shouldSetSpoSiteReadOnlyForMembers": false])
    try await expect(202, "POST", "\(team)/unarchive")
    let add: JSONValue = ["values": [member(owen), member(SKU.basic)]]
    try await expect(207, "POST", "\(team)/members/add", json: add)
    try await expect(200, "POST", "\(team)/members/remove", json: ["values": [member(owen)]])
    let one = try await expect(201, "POST", "\(team)/members", json: member(owen))
    try await expect(
      200, "PATCH", "\(team)/members/\(one.id)", json: member(owen, ["owner"]).without("user@odata.bind"))
    try await expect(204, "DELETE", "\(team)/members/\(one.id)")
    try await expect(200, "GET", "/users/\(nora)/joinedTeams")
    try await channels(of: team, owner: nora)
    try await apps(of: team, user: nora)
  }

  private func channels(of team: String, owner: String) async throws {
    let channel = try await expect(201, "POST", "\(team)/channels", json: ["displayName": "A", "description": "x"])
    let path = "\(team)/channels/\(channel.id)"
    let closed: JSONValue = [
      "displayName": "B", "membershipType": "private", "members": [member(owner, ["owner"])],
    ]
    let secret = try await expect(201, "POST", "\(team)/channels", json: closed)
    try await expect(201, "POST", "\(team)/channels/\(secret.id)/members", json: member(owner, ["owner"]))
    let shared: JSONValue = [
      "displayName": "C", "membershipType": "shared", "members": [member(owner, ["owner"])],
    ]
    let third = try await expect(202, "POST", "\(team)/channels", json: shared)
    let place = third.headers["Content-Location"] ?? ""
    try await expect(200, "GET", place)
    try await expect(200, "GET", place, headers: ["Prefer": "include-unknown-enum-members"])
    try await expect(200, "GET", "\(team)/channels?$select=id,displayName,summary")
    for part in ["", "/members", "/filesFolder", "/tabs"] { try await expect(200, "GET", path + part) }
    try await expect(200, "GET", "\(team)/primaryChannel")
    try await expect(204, "PATCH", path, json: ["displayName": "A 2"])
    let tab: JSONValue = [
      "displayName": "Site",
      "teamsApp@odata.bind": "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/com.microsoft.teamspace.tab.web",
      "configuration": ["entityId": nil, "contentUrl": "https://a.example", "websiteUrl": "https://a.example"],
    ]
    let made = try await expect(201, "POST", "\(path)/tabs", json: tab)
    try await expect(200, "GET", "\(path)/tabs?$expand=teamsApp")
    try await expect(200, "PATCH", "\(path)/tabs/\(made.id)", json: ["displayName": "Page"])
    try await expect(204, "DELETE", "\(path)/tabs/\(made.id)")
    try await expect(204, "DELETE", path)
  }

  private func apps(of team: String, user: String) async throws {
    try await expect(200, "GET", "/appCatalogs/teamsApps?$expand=appDefinitions")
    let filter = "$filter=distributionMethod%20eq%20'organization'"
    let app = try await expect(200, "GET", "/appCatalogs/teamsApps?\(filter)").values[0]["id"]?.stringValue ?? ""
    let body: JSONValue = [
      "teamsApp@odata.bind": .string("https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/\(app)")
    ]
    let installed = try await expect(201, "POST", "\(team)/installedApps", json: body)
    try await expect(200, "GET", "\(team)/installedApps?$expand=teamsApp,teamsAppDefinition")
    try await expect(204, "DELETE", "\(team)/installedApps/\(installed.id)")
    // Uninstalling for a person is not in the contract file, so it is left out here.
    try await expect(201, "POST", "/users/\(user)/teamwork/installedApps", json: body)
    try await expect(200, "GET", "/users/\(user)/teamwork/installedApps?$expand=teamsApp")
  }

  func sites() async throws {
    let group = try await fixture.groupID("Closings")
    let site = try await expect(200, "GET", "/groups/\(group)/sites/root")
    for path in [
      "/groups/\(group)/drive", "/groups/\(group)/drives", "/sites/root", "/sites/\(site.id)",
      "/sites/\(site.id)/drive", "/sites/\(site.id)/drives",
    ] { try await expect(200, "GET", path) }
    let lists = "/sites/\(site.id)/lists"
    let list = try await expect(
      201, "POST", lists,
      json: [
        "displayName": "Deeds", "list": ["template": "genericList"],
        "columns": [["name": "Buyer", "text": [:]], ["name": "State", "choice": ["choices": ["open", "closed"]]]],
      ])
    try await expect(201, "POST", "\(lists)/\(list.id)/columns", json: ["name": "Price", "number": ["minimum": 0.5]])
    try await expect(200, "GET", "\(lists)/\(list.id)?$expand=columns")
    try await expect(200, "GET", lists)
    try await expect(204, "DELETE", "\(lists)/\(list.id)")
    let granted = try await expect(
      201, "POST", "/sites/\(site.id)/permissions",
      json: [
        "roles": ["read"],
        "grantedToIdentities": [["application": ["id": .string(SKU.basic), "displayName": "Archive"]]],
      ])
    try await expect(200, "GET", "/sites/\(site.id)/permissions")
    try await expect(204, "DELETE", "/sites/\(site.id)/permissions/\(granted.id)")
    let drive = try await expect(200, "GET", "/users/nora.keane@harbourfinch.example/drive")
    let items = "/drives/\(drive.id)/items"
    let folder = try await expect(201, "POST", "\(items)/root/children", json: ["name": "Offers", "folder": [:]])
    try await expect(200, "GET", "\(items)/\(folder.id)")
    let shared = try await expect(
      200, "POST", "\(items)/\(folder.id)/invite",
      json: [
        "recipients": [["email": "ann@bank.example"]], "roles": ["read"], "requireSignIn": true,
        "sendInvitation": false,
      ])
    try await expect(200, "GET", "\(items)/\(folder.id)/permissions")
    let permission = shared.values[0]["id"]?.stringValue ?? ""
    try await expect(204, "DELETE", "\(items)/\(folder.id)/permissions/\(permission)")
  }
}
