import AdminCore

extension TenantState {
  private var sharePointName: String { String(organization.initialDomain.prefix { $0 != "." }) }
  private var sharePointHost: String { "\(sharePointName).sharepoint.com" }

  // MARK: Sites

  private func site(
    _ key: String, path: String, displayName: String, createdAt: Timestamp, readyAt: Timestamp
  ) -> Site {
    let ids = ["collection", "web"].map { IdentifierSource.derivedGUID("\($0) \(key)") }
    let drive = Base64.encode(Array(IdentifierSource.derivedGUID("drive \(key)").utf8), .url)
    return Site(
      id: ([sharePointHost] + ids).joined(separator: ","), path: path, displayName: displayName,
      webURL: "https://\(sharePointHost)\(path)", createdAt: createdAt, readyAt: readyAt, driveID: "b!" + drive)
  }

  var rootSite: Site {
    site(
      "root", path: "", displayName: "Communication site", createdAt: organization.createdAt,
      readyAt: organization.createdAt)
  }

  /// The site that comes with a Microsoft 365 group.
  func site(of group: Group) -> Site? {
    guard group.kind == .microsoft365 else { return nil }
    return site(
      group.id, path: "/sites/\(group.mailNickname)", displayName: group.displayName, createdAt: group.createdAt,
      readyAt: group.createdAt + lags.site)
  }

  private var sites: [Site] { [rootSite] + groups.values.compactMap { site(of: $0) } }

  static let noSuchItem = GraphFailure(
    404, "itemNotFound", "The resource could not be found.", inner: "itemNotFound")

  /// - Parameter key: an id, or `root`.
  func requireSite(_ key: String) throws(GraphFailure) -> Site {
    let found = key == "root" ? rootSite : sites.first { $0.id == key.lowercased() }
    guard let found, found.readyAt <= now else { throw Self.noSuchItem }
    return found
  }

  func requireSite(ofGroup key: String) throws(GraphFailure) -> Site {
    let group = try requireGroup(key)
    guard let site = site(of: group), site.readyAt <= now else { throw Self.noSuchItem }
    return site
  }

  /// Whether files may be shared with people who are no guests yet.
  var sharesWithNewGuests: Bool {
    ["externalUserSharingOnly", "externalUserAndGuestSharing"]
      .contains(value(of: .sharePoint)["sharingCapability"]?.stringValue)
  }

  /// Whether anybody may be invited.
  var allowsInvitations: Bool { value(of: .authorization)["allowInvitesFrom"] != "none" }

  // MARK: Drives

  func drive(of site: Site) -> Drive {
    Drive(id: site.driveID, owner: .site(site), webURL: site.webURL + "/Shared%20Documents")
  }

  /// A user with a plan for SharePoint has files.
  func drive(of user: User) -> Drive? {
    guard enabledPlans(of: user.effectiveLicenses).contains(where: { $0.service == "SharePoint" }) else { return nil }
    let key = Base64.encode(Array(IdentifierSource.derivedGUID("drive \(user.id)").utf8), .url)
    let name = String(user.userPrincipalName.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    return Drive(
      id: "b!" + key, owner: .user(user),
      webURL: "https://\(sharePointName)-my.sharepoint.com/personal/\(name)/Documents")
  }

  func requireDrive(_ id: String) throws(GraphFailure) -> Drive {
    if let site = sites.first(where: { $0.driveID == id && $0.readyAt <= now }) { return drive(of: site) }
    for user in users.values {
      if let drive = drive(of: user), drive.id == id { return drive }
    }
    throw Self.noSuchItem
  }

  /// An item of a drive: its root, the folder of a channel, or what was put there.
  func requireItem(_ id: String, in drive: Drive) throws(GraphFailure) -> DriveItem {
    if id == drive.rootID || id == "root" {
      return DriveItem(
        id: drive.rootID, name: "root", parentID: nil, isFolder: true, createdAt: organization.createdAt)
    }
    if let item = drives[drive.id]?.items[id] { return item }
    for group in groups.values where site(of: group)?.driveID == drive.id {
      if let channel = group.team?.channels.values.first(where: { $0.folderID == id && $0.folderReadyAt <= now }) {
        return DriveItem(
          id: id, name: channel.displayName, parentID: drive.rootID, isFolder: true, createdAt: channel.createdAt)
      }
    }
    throw Self.noSuchItem
  }

  func json(_ drive: Drive) -> JSONObject {
    var object: JSONObject = [
      "id": .string(drive.id), "name": "Documents", "description": "",
      "createdDateTime": .string(organization.createdAt.iso8601Seconds), "webUrl": .string(drive.webURL),
      "quota": [
        "deleted": 0, "remaining": 27_487_790_694_400, "state": "normal", "total": 27_487_790_694_400, "used": 0,
      ],
    ]
    switch drive.owner {
    case .site: object["driveType"] = "documentLibrary"
    case .user(let user):
      object["driveType"] = "business"
      object["owner"] = ["user": ["id": .string(user.id), "displayName": .string(user.displayName)]]
    }
    return object
  }

  func json(_ item: DriveItem, in drive: Drive) -> JSONObject {
    let time = JSONValue.string(item.createdAt.iso8601Seconds)
    var object: JSONObject = [
      "id": .string(item.id), "name": .string(item.name), "createdDateTime": time, "lastModifiedDateTime": time,
      "eTag": .string("\"{\(item.id)},1\""), "size": 0,
      "webUrl": .string(
        item.parentID == nil ? drive.webURL : "\(drive.webURL)/\(PercentEncoding.encode(item.name))"),
      "parentReference": [
        "driveId": .string(drive.id), "driveType": json(drive)["driveType"] ?? .null, "id": .optional(item.parentID),
      ],
    ]
    if item.isFolder {
      let children = drives[drive.id]?.items.values.count { $0.parentID == item.id } ?? 0
      object["folder"] = ["childCount": .int(children)]
    } else {
      object["file"] = ["mimeType": "application/octet-stream"]
    }
    if item.parentID == nil { object["root"] = [:] }
    return object
  }

  /// The folder of a channel. Private and shared channels have sites of their own, of which only this much is pretended.
  func folderJSON(of channel: Channel, in group: Group) -> JSONObject {
    guard let site = site(of: group) else { return [:] }
    let drive = drive(of: site)
    let item = DriveItem(
      id: channel.folderID, name: channel.displayName, parentID: drive.rootID, isFolder: true,
      createdAt: channel.createdAt)
    return json(item, in: drive)
  }
}
